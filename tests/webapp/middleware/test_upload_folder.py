"""Which references name a file in the page's own folder, and that the folder is nobody else's."""

import stat
from pathlib import Path

import pytest

from webapp.middleware.upload_folder import OWNER_ONLY, is_inside, is_upload, make_private, open_folder, upload_folder

DIGEST = "0" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an upload, beside a file that nobody uploaded."""
    uploads = tmp_path / "uploads"
    (uploads / DIGEST).mkdir(parents=True)
    (uploads / DIGEST / "días 50%.csv").touch()
    (tmp_path / "outside.csv").touch()
    return uploads


@pytest.mark.parametrize("name", ["días 50%.csv", "missing.csv", "a..csv", "100%25.csv"])
def test_an_upload_is_known_even_when_it_is_deleted(folder: Path, name: str) -> None:
    assert is_upload(folder, f"{folder}/{DIGEST}/{name}")


def test_a_result_of_the_page_is_inside_and_no_upload(folder: Path) -> None:
    result = f"{folder}/0123456789abcdef/predictions.csv"
    assert is_inside(folder, result)
    assert not is_upload(folder, result)


@pytest.mark.parametrize(
    "spelling",
    [
        "{outside}",
        "{folder}",
        "{folder}/",
        "{folder}/{digest}",  # a folder
        "{folder}/../outside.csv",
        "{folder}/{digest}/../../../outside.csv",
        "{folder}/%2e%2e/outside.csv",
        "{folder}/%252e%252e%252foutside.csv",
        "{folder}/%25252525252e/outside.csv",
        "{folder}/..\\outside.csv",
        "{folder}/{digest}/a\0.csv",
        "{folder}/{digest}/a%00.csv",
        "{folder}/{digest}/a\n.csv",
        "{folder}/{digest}/\ud800.csv",
        "{folder}/{digest}/" + "a" * 300,
        "{folder}-beside/{digest}/a.csv",
        "/{outside}",
        "file://{outside}",
        "http://127.0.0.1{outside}",
        "C:\\outside.csv",
        "outside.csv",
        "~/outside.csv",
        ".",
        "",
    ],
)
def test_what_leads_elsewhere_is_outside(folder: Path, spelling: str) -> None:
    outside = folder.parent / "outside.csv"
    assert not is_inside(folder, spelling.format(folder=folder, outside=outside, digest=DIGEST))


@pytest.mark.parametrize("reference", [None, 1, True, ["a"], {"path": "a"}])
def test_what_is_no_text_is_outside(folder: Path, reference: object) -> None:
    assert not is_inside(folder, reference)


def test_a_link_counts_for_what_it_points_to(folder: Path) -> None:
    links = {name: folder / DIGEST / name for name in ("out", "up", "around", "in")}
    links["out"].symlink_to(folder.parent / "outside.csv")
    links["up"].symlink_to(folder.parent)
    links["around"].symlink_to(links["around"])
    links["in"].symlink_to(folder / DIGEST / "días 50%.csv")
    assert [name for name, link in links.items() if is_inside(folder, str(link))] == ["in"]
    assert not is_inside(folder, f"{links['up']}/outside.csv")


def test_the_folder_of_a_process_is_its_own_and_goes_with_its_last_page() -> None:
    folder = upload_folder()
    with open_folder(folder):
        with open_folder(folder):
            assert stat.S_IMODE(folder.stat().st_mode) == OWNER_ONLY
            (folder / "a").touch()
        assert (folder / "a").exists()
    assert upload_folder() == folder
    assert not folder.exists()


def test_a_folder_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(PermissionError, match="open to others"):
        make_private(tmp_path)
    link = tmp_path / "link"
    (tmp_path / "private").mkdir(mode=0o700)
    link.symlink_to(tmp_path / "private")
    with pytest.raises(PermissionError, match="open to others"):
        make_private(link)
