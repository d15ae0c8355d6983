"""The compose file against the settings, the papers, and what every container must keep to. Starts nothing."""

import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.compose.settings import Exporter, Guard, Mlflow, Prefect, Setup
from infra.embedded.settings import ROOT
from infra.security.credentials import DEVELOPMENT_PREFIX
from tests.infra.engine import client

FILE = ROOT / "infra" / "docker-compose.yml"
JOBS = {"guard", "setup"}
# which service runs a room, and what the stack settles by itself: addresses, ports and folders inside it
ROOMS = {
    "worker": ("flows", {"STEAM_SALES_HOME", "API_PORT", "PREFECT_PORT", "MLFLOW_PORT", "STEAM_SALES_JOB_TEMPLATE"}),
    "api": ("service", {"STEAM_SALES_HOME", "API_PORT", "MLFLOW_PORT", "PREFECT_PORT"}),
    "web": ("webapp", {"STEAM_SALES_HOME", "API_PORT", "WEB_PORT"}),
}
# read by Prefect, MLflow or the S3 library, or by a health check
OTHERS = {
    "worker": {
        "AWS_DEFAULT_REGION",
        "MLFLOW_TRACKING_PASSWORD",
        "MLFLOW_TRACKING_USERNAME",
        "PREFECT_HOME",
        "PREFECT_LOGGING_LEVEL",
        "TMPDIR",
    },
    "api": {"API_WATCH_KEY", "TMPDIR"},
    "web": {"TMPDIR"},
}
VARIABLE = re.compile(r"\$\{([A-Z_]+):?-((?:[^{}]|\{[^}]*\})*)\}")


@cache
def file() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def services() -> dict[str, dict[str, Any]]:
    return dict(file()["services"])


def filled(text: str) -> str:
    """A value of the file where no variable is set."""
    while (once := VARIABLE.sub(lambda match: match[2], text)) != text:
        text = once
    return text


def environment_of(service: str) -> dict[str, str]:
    """What a service is told where no variable is set."""
    given = services()[service].get("environment", {})
    return {name: filled(value) for name, value in given.items() if value is not None}


@pytest.mark.parametrize("service", ROOMS)
def test_a_room_can_be_told_every_setting_it_has_and_no_other(service: str) -> None:
    """A setting that is new stands in the file too: as `NAME:`, which passes it on."""
    room, settled = ROOMS[service]
    fields = importlib.import_module(f"{room}.settings").Settings.model_fields
    assert set(services()[service]["environment"]) - OTHERS[service] == set(map(str.upper, fields)) - settled


@pytest.mark.parametrize(
    ("service", "settings"), [("guard", Guard), ("setup", Setup), ("mlflow", Mlflow), ("exporter", Exporter)]
)
def test_what_is_told_is_what_our_own_programs_read(
    service: str, settings: type[Guard | Setup | Mlflow | Exporter]
) -> None:
    assert set(services()[service]["environment"]) == set(map(str.upper, settings.model_fields))
    settings.model_validate({name.lower(): value for name, value in environment_of(service).items()})


def test_prefects_server_is_told_its_names_its_page_and_who_reaches_it() -> None:
    """The other variables are Prefect's own."""
    assert set(map(str.upper, Prefect.model_fields)) <= set(services()["prefect"]["environment"])
    given = environment_of("prefect")
    settings = Prefect.model_validate({name.lower(): given.get(name.upper()) for name in Prefect.model_fields})
    assert settings.hosts == {"prefect", "localhost", "prefect.localhost"}
    assert (
        given["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
        == environment_of("api")["API_PREFECT_LINK"]
        == "http://127.0.0.1:4200"
    )


def test_the_guard_is_told_every_secret_and_each_is_known_as_one() -> None:
    given = {name: value for service in services() for name, value in environment_of(service).items()}
    # Grafana's port is always on loopback
    others = {"GF_SECURITY_ADMIN_PASSWORD"}
    secrets = {name for name, value in given.items() if value.startswith(DEVELOPMENT_PREFIX)} - others
    guarded = Guard.model_validate({name.lower(): value for name, value in environment_of("guard").items()})
    assert secrets <= set(guarded.secrets)
    assert all(not value or value.startswith(DEVELOPMENT_PREFIX) for value in guarded.secrets.values())


def test_the_page_lists_every_variable_with_its_default() -> None:
    row = re.compile(r"^\| `([A-Z0-9_]+)` \| (?:`(.*?)`)? *\| \S", re.MULTILINE)
    listed = dict(row.findall((ROOT / "docs" / "compose.md").read_text(encoding="utf-8")))
    read = dict(VARIABLE.findall(FILE.read_text(encoding="utf-8")))
    read |= {name: "" for one in services().values() for name, value in one.get("environment", {}).items() if not value}
    rooms = {name for service, (room, _) in ROOMS.items() for name in (*named_by(room), *OTHERS[service])} - set(listed)
    # their default is another variable
    read |= {"MLFLOW_HOSTS": "BIND_ADDRESS", "PROXY_ADDRESS": "BIND_ADDRESS", "WEB_HOST_NAMES": "PROXY_DOMAIN"}
    assert {name: value for name, value in read.items() if name not in rooms} == listed


def named_by(room: str) -> Iterator[str]:
    return map(str.upper, importlib.import_module(f"{room}.settings").Settings.model_fields)


@pytest.mark.parametrize("service", services())
def test_every_container_is_bounded_and_may_do_little(service: str) -> None:
    one = services()[service]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "cap_add" not in one
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["mem_limit"]
    assert one["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert one["restart"] == ("no" if service in JOBS else "unless-stopped")
    assert ("healthcheck" in one) == (service not in JOBS)


@pytest.mark.parametrize("service", services())
def test_ports_are_on_loopback_until_somebody_says_otherwise(service: str) -> None:
    for port in services()[service].get("ports", []):
        published = port.replace("${PROXY_ADDRESS:-${BIND_ADDRESS:-127.0.0.1}}", "${BIND_ADDRESS:-127.0.0.1}")
        assert re.fullmatch(r"(\$\{BIND_ADDRESS:-127\.0\.0\.1\}|127\.0\.0\.1):\$\{[A-Z_]+_PORT:-\d+\}:\d+", published)


def test_minio_is_on_loopback_and_nobody_works_as_its_root() -> None:
    ports = services()["minio"]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert environment_of("minio")["MINIO_ROOT_USER"] != environment_of("worker")["AWS_ACCESS_KEY_ID"]
    root = {name for name in services() if "MINIO_ROOT_PASSWORD" in services()[name].get("environment", {})}
    assert root == {"guard", "minio", "setup"}


@pytest.mark.parametrize("service", ["worker", "worker-more", "api", "api-more", "web"])
def test_temporary_files_are_on_a_volume_and_memory_is_bounded(service: str) -> None:
    one = services()[service]
    assert one["environment"]["TMPDIR"] == "/scratch"
    assert any(volume.split(":")[-1] == "/scratch" for volume in one["volumes"])
    assert one["tmpfs"] == ["/tmp:size=256m"]
    assert one["entrypoint"][2].startswith('rm -rf "$${TMPDIR:?}"/*')
    assert one["command"]


def test_every_file_system_in_memory_has_a_size() -> None:
    mounts = [mount for one in services().values() for mount in one.get("tmpfs", []) if "/run/" not in mount]
    assert mounts
    assert all(re.fullmatch(r"/tmp:size=\d+m", mount) for mount in mounts)


@pytest.mark.parametrize("service", services())
def test_every_image_has_a_tag_and_waits_for_the_guard(service: str) -> None:
    image = filled(services()[service]["image"])
    assert re.fullmatch(r"[\w./-]+:[\w.-]+", image)
    assert not image.endswith(":latest")
    assert service == "guard" or "guard" in set(upstream(service))


@pytest.mark.parametrize("service", [name for name, one in services().items() if "deploy" in one])
def test_of_what_there_may_be_several_each_has_only_what_is_its_own(service: str) -> None:
    one = services()[service]
    assert one["profiles"] == ["scale"]
    assert not one.get("ports")
    assert not set(file()["volumes"]) & {volume.partition(":")[0] for volume in one.get("volumes", [])}


@pytest.mark.parametrize(("more", "first"), [("worker-more", "worker"), ("api-more", "api")])
def test_one_more_is_told_what_the_first_is_told(more: str, first: str) -> None:
    assert services()[more]["environment"] == services()[first]["environment"]
    assert services()[more]["image"] == services()[first]["image"]


@pytest.mark.parametrize("service", ["dask-scheduler", "dask-worker"])
def test_where_anybody_runs_code_there_is_no_secret_no_port_and_no_way_out(service: str) -> None:
    one = services()[service]
    assert one["networks"] == ["search"]
    assert file()["networks"]["search"] == {"internal": True}
    assert not {"environment", "ports", "volumes"} & set(one)
    assert {name for name, other in services().items() if "search" in other.get("networks", [])} == {
        "worker", "worker-more", "dask-scheduler", "dask-worker",
    }  # fmt: skip


def upstream(service: str) -> Iterator[str]:
    """All that a service waits for, by way of others too."""
    for before in services()[service].get("depends_on", {}):
        yield before
        yield from upstream(before)


def test_each_image_has_one_builder_and_the_flows_image_one_that_all_wait_for() -> None:
    builders = [one["image"] for one in services().values() if "build" in one]
    assert len(builders) == len(set(builders)) == 4
    flows = {name for name, one in services().items() if "steam-sales-flows" in one["image"]} - {"guard"}
    assert all("guard" in upstream(name) for name in flows)


def test_the_engines_own_reader_takes_the_file() -> None:
    docker = client()
    for more in (["--profile", "*"], ["-f", str(FILE.with_name("compose") / "another-s3.yml")]):
        subprocess.run([docker, "compose", "-f", str(FILE), *more, "config", "--quiet"], check=True, timeout=60)


@pytest.mark.parametrize("file", [FILE, *FILE.parent.glob("compose/*.yml")], ids=lambda file: str(file.name))
def test_the_files_are_what_the_compose_specification_says(file: Path, tmp_path: Path) -> None:
    """For a machine without the engine's own reader, above."""
    # compose's own tags say how a file is laid over another, and are not in the schema
    text = re.sub(r"!(reset null|override)", lambda tag: "{}" if "null" in tag[0] else "", file.read_text("utf-8"))
    (tmp_path / file.name).write_text(text, encoding="utf-8")
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [str(checker), "--builtin-schema", "vendor.compose-spec", str(tmp_path / file.name)]
    done = subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("image", "modules"),
    [
        ("flows", ["guard", "setup", "prefect_server", "mlflow_server", "exporter", "archive", "healthcheck"]),
        ("service", ["healthcheck"]),
        ("webapp", ["healthcheck"]),
    ],
)
def test_an_image_has_all_that_its_programs_of_infra_import(image: str, modules: list[str], tmp_path: Path) -> None:
    stage = (ROOT / "infra" / "Dockerfile").read_text(encoding="utf-8").split(f" AS {image}\n")[1].split("\nFROM ")[0]
    (tmp_path / "infra").mkdir()
    for source, place in re.findall(r"^COPY (infra\S*) (\S+)$", stage, re.MULTILINE):
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / place)
    imported = ", ".join(f"infra.compose.{module}" for module in modules)
    subprocess.run([sys.executable, "-c", f"import {imported}"], cwd=tmp_path, env={}, check=True, timeout=60)


def test_the_image_file_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    text = (ROOT / "infra" / "Dockerfile").read_text(encoding="utf-8")
    subprocess.run([hadolint, "-"], input=text, text=True, check=True, timeout=60)
    assert not text.startswith("# syntax")
    told = file()["x-build"]["args"]
    for image in ("PYTHON_IMAGE", "CADDY_IMAGE"):
        assert told[image] == f"${{{image}:-{re.findall(f'{image}=(.*)', text)[0]}}}"
    assert "latest" not in text
