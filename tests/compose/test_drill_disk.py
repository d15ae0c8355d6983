"""`make drill-stack`: the disk of PostgreSQL is full, then there is room again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.compose.conftest import project
from tests.compose.containers import FILE, Containers
from tests.compose.loading import WHOLE_SECONDS, Load, stored, whole
from tests.infra.launched import until

pytestmark = pytest.mark.drill

OVER = Path(__file__).with_name("small-disk.yml")
SIZE = 512 << 20
POSTGRES = 999  # user and group in PostgreSQL's official image
FILLER = "/var/lib/postgresql/data/filler"


def run(program: str, *words: str) -> str:
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def small_disk(folder: Path) -> Iterator[str]:
    """A block device of half a gigabyte with a file system that PostgreSQL may write to."""
    if os.getuid() or not shutil.which("losetup") or not shutil.which("mkfs.ext4"):
        pytest.skip("a small disk wants root, losetup and mkfs.ext4")
    image = folder / "disk"
    with image.open("wb") as file:
        file.truncate(SIZE)
    run("mkfs.ext4", "-q", "-m", "0", "-E", f"root_owner={POSTGRES}:{POSTGRES}", str(image))
    device = run("losetup", "--find", "--show", str(image))
    try:
        yield device
    finally:
        run("losetup", "--detach", device)


@pytest.fixture(scope="module")
def on_a_small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    folder = tmp_path_factory.mktemp("small-disk")
    with small_disk(folder) as device, project(folder) as containers:
        containers.tell()
        containers.overrides = {"COMPOSE_FILE": f"{FILE}:{OVER}", "SMALL_DISK": device}
        containers.up()
        yield containers


def make_room(stack: Containers) -> None:
    """On the disk itself, whether PostgreSQL lives or not."""
    image = stack.engine("inspect", "--format", "{{.Config.Image}}", stack.container("postgres")).strip()
    words = ("--rm", "--volume", f"{stack.name}_postgres:/disk", "--user", "postgres", "--entrypoint", "rm")
    stack.engine("run", *words, image, "-f", "/disk/filler")


def test_a_full_disk_is_a_503_and_what_was_answered_is_there_when_there_is_room(on_a_small_disk: Containers) -> None:
    stack = on_a_small_disk
    load = Load(stack.url("api"))
    with load.on():
        until(lambda: len(load.answered) > 100, 60)
        stack.compose("exec", "-T", "postgres", "sh", "-c", f"cat /dev/zero >{FILLER}", check=False)
        until(lambda: any(kind.endswith("/history-unavailable") for kind in load.refused), WHOLE_SECONDS)
        answered = len(load.answered)
        make_room(stack)
        until(lambda: whole(stack), WHOLE_SECONDS)
        until(lambda: len(load.answered) > answered + 100, 60)
    sys.stdout.write(f"\ndisk full: {len(load.answered)} answered, refused {set(load.refused)}\n")
    assert stored(stack, load.answered)
