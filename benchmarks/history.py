"""Compares a long history with a small one of 10,000 predictions, by the API's own answers.

`python -m benchmarks.history` fills both on SQLite and, where it is installed, on PostgreSQL, and prints markdown: each
sort of page in both (medians, a page of one history right after the same of the other), what a summary of a day and of
thirty days costs, and what the API takes of memory while it exports a million rows.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.history_export import exported
from benchmarks.history_pages import compared, summarized
from benchmarks.history_servers import SMALL, Pair, filled, started
from benchmarks.serving import head, show

EXPORTED = 1_000_000


def show_pages(pair: Pair, rows: int, rounds: int) -> None:
    """Milliseconds of each page, and how many times as long it takes in the long history."""
    head(f"{pair.name}: 50 rows of", ["rows found", f"{SMALL:,}: ms", f"{rows:,}: ms", "times"])
    for name, found, small, long in compared(pair, rows, rounds):
        show([name, str(found), f"{small:.2f}", f"{long:.2f}", f"{long / small:.2f}"])
    print()


def show_summaries(pair: Pair, rows: int) -> None:
    """Milliseconds of a summary, which reads all of its span."""
    head(f"{pair.name}: summary of", ["predictions", f"{SMALL:,}: ms", f"{rows:,}: ms"])
    for name, predictions, small, long in summarized(pair):
        show([name, f"{predictions:,}", f"{small:,.0f}", f"{long:,.0f}"])
    print()


def show_exports(pair: Pair, rows: int) -> None:
    """Speed and memory of an export in each form."""
    head(f"{pair.name}: export", ["rows", "rows/s", "MB before", "MB at the highest", "growth"])
    for form in ("csv", "ndjson"):
        seen = exported(pair.long, form, EXPORTED, rows)
        figures = (seen.rows, seen.rows / seen.seconds, seen.before, seen.peak, seen.peak - seen.before)
        show([form, *(f"{figure:,.0f}" for figure in figures)])
    print()


def measure(rows: int, rounds: int, there: list[list[str]]) -> None:
    """Fill, start, measure, print, one database after the other."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        pairs = [(urls[1].partition(":")[0], *urls) for urls in there] or filled(folder, rows, stack)
        for database, *urls in pairs:
            pair = started(database, (urls[0], urls[1]), folder, stack)
            show_pages(pair, rows, rounds)
            show_summaries(pair, rows)
            show_exports(pair, rows)
            pair.small.halt()
            pair.long.halt()


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the long history")
    parser.add_argument("--rounds", type=int, default=25, help="how often each page is asked for")
    parser.add_argument(
        "--there",
        nargs=2,
        action="append",
        default=[],
        metavar=("SMALL", "LONG"),
        help="URLs of two histories that `python -m benchmarks.history_fill URL ROWS` filled, in the place of new ones",
    )
    asked = parser.parse_args()
    measure(asked.rows, asked.rounds, asked.there)


if __name__ == "__main__":
    main()
