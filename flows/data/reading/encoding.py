"""Finds the kind and the encoding of a file and writes its text as UTF-8. Knows bytes, no columns."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from flows.data.errors import DataError

SAMPLE_BYTES = 1 << 18
CHUNK_BYTES = 1 << 22
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# of a hundred, in every second byte: Latin letters in UTF-16 without a mark
_UTF16_ZEROS = 20
# a carriage return that ends a line by itself, which polars does not take for an end
_OLD_LINE_END = re.compile(r"\r(?![\r\n]|\Z)")
_OTHER_KINDS = {
    b"BZh": "compressed: unpack it",
    b"\xfd7zXZ": "compressed: unpack it",
    b"\x28\xb5\x2f\xfd": "compressed: unpack it",
    b"%PDF": "a PDF: give the table as CSV",
    b"<": "a web page or XML: check the address of the source",
    b"[{": "JSON: give the table as CSV or Parquet",
    b"{": "JSON: give the table as CSV or Parquet",
}


@dataclass(frozen=True)
class Head:
    """The start of a file as text; `plain` when polars can read the file as it is."""

    kind: str
    encoding: str = ""
    text: str = ""
    plain: bool = True


def look(path: Path, sample_bytes: int = SAMPLE_BYTES) -> Head:
    """Kind, encoding and first text of a file, by its first bytes alone.

    Raises:
        DataError: it is empty, or of a kind that holds no table we read.
    """
    with path.open("rb") as file:
        start = file.read(sample_bytes)
    if start.startswith(b"PAR1"):
        return Head("parquet")
    _refuse_other_kinds(start, path.name)
    encoding = _encoding_of(start)
    # bad bytes are for `whole_encoding` and `to_utf8` to judge
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start)
    if _OLD_LINE_END.search(text):
        return Head("csv", encoding, _OLD_LINE_END.sub("\n", text), plain=False)
    return Head("csv", encoding, text, plain=encoding.startswith("utf-8"))


def _refuse_other_kinds(start: bytes, name: str) -> None:
    if not start.strip(codecs.BOM_UTF8 + b"\xff\xfe\x00 \t\r\n"):
        raise DataError(f"The file {name} is empty: give one with a header and rows.")
    for magic, what in _OTHER_KINDS.items():
        if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic):
            raise DataError(f"The file {name} is {what}.")


def _encoding_of(start: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    zeros = [start[side:200:2].count(0) for side in (0, 1)]
    if max(zeros) > _UTF16_ZEROS:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def whole_encoding(path: Path, guess: str) -> str:
    """`guess`, unless it is UTF-8 and some byte of the file beyond its head is not: then Latin-1."""
    if not guess.startswith("utf-8"):
        return guess
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    return guess


def to_utf8(path: Path, encoding: str, target: Path) -> Path:
    """Write the file's text to `target` as UTF-8 with `\\n` line ends.

    Raises:
        DataError: the bytes are not of that encoding.
    """
    try:
        with path.open(encoding=encoding) as text, target.open("w", encoding="utf-8", newline="\n") as out:
            while chunk := text.read(CHUNK_BYTES):
                out.write(chunk)
    except UnicodeDecodeError as error:
        raise DataError(
            f"The file {path.name} is damaged {encoding} near byte {error.start}: save it as UTF-8."
        ) from error
    return target
