"""Whatever happened to a file, it is read or refused with a DataError, and every row is accounted for."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.data import DataError, Options, prepare

AsCsv = Callable[..., str]
PIECES = [
    ",",
    ";",
    '"',
    "\n",
    "\r",
    "\t",
    "\0",
    "\ufeff",
    "é",
    "€",
    ",,,,,,\n",
    "total",
    "1.234",
    "1,5",
    "-",
    "99",
    "2024-",
    "nan",
    "🙂",
]
PIECE = st.sampled_from([piece.encode() for piece in PIECES]) | st.binary(max_size=3)
HIT = st.tuples(st.floats(0, 1), st.integers(0, 30), PIECE)
OPTIONS = st.builds(
    Options,
    split=st.sampled_from(["stable", "random", "chronological"]),
    aggregate=st.sampled_from(["none", "sum", "mean", "keep"]),
    derive_from_date=st.booleans(),
    max_bad_rows=st.sampled_from([0.02, 1]),
    max_outliers=st.just(1.0),
    date_order=st.sampled_from(["auto", "day_first"]),
)


def damaged(content: bytes, hits: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, piece in hits:
        place = int(where * len(content))
        content = content[:place] + piece + content[place + length :]
    return content


@settings(deadline=None, max_examples=100)
@given(hits=st.lists(HIT, min_size=1, max_size=12), options=OPTIONS, encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_damage(as_csv: AsCsv, hits: list[tuple[float, int, bytes]], options: Options, encoding: str) -> None:
    with TemporaryDirectory() as folder:
        source, out = Path(folder) / "source.csv", Path(folder) / "out"
        source.write_bytes(damaged(as_csv().encode(encoding), hits))
        out.mkdir()
        try:
            report = prepare(source, out, options)
        except DataError:
            return
        written = {name: pl.read_csv(out / f"{name}.csv", try_parse_dates=True).height for name in ("train", "test")}
        assert written == {"train": report.train_rows, "test": report.test_rows}
        assert report.rows_kept == report.train_rows + report.test_rows + report.outliers.removed
        if options.aggregate in {"none", "keep"}:
            assert report.rows_read == report.rows_kept + report.rows_quarantined
        bad = pl.read_csv(out / "quarantine.csv", schema_overrides={"value": pl.String})["row"]
        assert bad.n_unique() == report.rows_quarantined
        assert bad.is_sorted()
