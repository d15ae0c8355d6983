"""What git tracks hangs together: links lead somewhere, and nothing names a package index or somebody's machine."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
INDEX_OR_MACHINE = re.compile(
    r"https?://[\w.-]*(pypi|pythonhosted|mirror)[\w.-]*"  # a package index, by its address
    r"|index[-_]url\s*[= ]\s*\S|find[-_]links\s*[= ]\s*\S"  # or by the option that names one
    r"|(?<![\w.$}/-])/(root|work|Users|home/\w+)/",  # a folder of somebody's machine
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def files() -> set[Path]:
    """What a clone has."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("git has the list of files, and this is not a clone")
    names = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {ROOT / name for name in names.split("\0") if (ROOT / name).is_file()}


def links(document: Path) -> Iterator[str]:
    """Targets of links and pictures, Markdown's and HTML's."""
    for token in MarkdownIt("commonmark").enable("table").parse(document.read_text(encoding="utf-8")):
        for part in [token, *(token.children or [])]:
            yield from (str(part.attrs[name]) for name in ("href", "src") if name in part.attrs)
            if part.type.startswith("html"):
                yield from re.findall(r'(?:href|src)="([^"]+)"', part.content)


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    tokens = MarkdownIt("commonmark").parse(document.read_text(encoding="utf-8"))
    headings = [text.content for mark, text in pairwise(tokens) if mark.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(document: Path, link: str, files: set[Path]) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document
    if anchor and target.suffix == ".md":
        return target in files and anchor in anchors(target)
    return target in files or any(target in file.parents for file in files)


def test_relative_links_lead_to_files_of_the_repository(files: set[Path]) -> None:
    wrong = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in sorted(files)
        if document.suffix == ".md"
        for link in links(document)
        if not re.match(r"[a-z]+:", link) and not leads_somewhere(document, link, files)
    ]
    assert wrong == []


def test_no_file_names_a_package_index_or_a_folder_of_a_machine(files: set[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group()}"
        for path in sorted(files)
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if (match := INDEX_OR_MACHINE.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "https://py" + "pi.org/simple",
        "--extra-index" + "-url https://packages.example",
        "PIP_INDEX" + "_URL=https://packages.example",
        "cd /ho" + "me/ana/steam",
        "'/ro" + "ot/.cache'",
    ],
)
def test_the_search_finds_what_it_is_for(line: str) -> None:
    assert INDEX_OR_MACHINE.search(line)
