"""Times the data step against pandas doing the same work: read, split, filter outliers, write.

`python -m benchmarks.etl --rows 1000000 10000000` prints a markdown table. Each way runs in a process of its
own, one after the other in each round; ratios are taken within a round, and the table shows medians of the
rounds. Times leave imports out; memory is the peak of the process. Both ways must write the same bytes.
The file is in the order of dates with many rows a date, as no calendar has so many days: `aggregate="keep"`.
The split is by date (`stable`), or scikit-learn's (`--split random`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from hashlib import file_digest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

CHUNK = 2_000_000
SIDES = ("train.csv", "test.csv")
HEAD = ("Rows", "File", "pandas", "This", "Times as fast", "CPU a row", "Peak, pandas", "Peak, this")
Measure = dict[str, float]
Split = Literal["stable", "random"]


def generate(path: Path, rows: int, spanish: bool) -> None:
    """Write a valid file of the days of 2010 to 2023, as we write it or as a Spanish office would."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    days = pl.select(pl.date_range(pl.date(2010, 1, 1), pl.date(2023, 12, 31))).to_series()
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            number = np.arange(start, min(start + CHUNK, rows))
            frame = _table(days.gather(number * len(days) // rows), pl.Series(rng.normal(0, 117, len(number))))
            table = _in_spanish(frame) if spanish else frame
            table.write_csv(file, include_header=not start, separator=";" if spanish else ",", decimal_comma=spanish)


def _table(days: pl.Series, spread: pl.Series) -> pl.DataFrame:
    import polars as pl

    weekday = days.dt.weekday().cast(pl.Int64)
    return pl.DataFrame(
        {
            "Date": days,
            "DayOfWeek": weekday,
            "Season": (days.dt.month() // 3 + 2) % 4 + 1,
            "Holiday": (weekday == 7).cast(pl.Int8),
            "Sales": (1400 + 400 * weekday + spread).round().cast(pl.Int64),
        }
    )


def _in_spanish(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    seasons = {1: "Verano", 2: "Otoño", 3: "Invierno", 4: "Primavera"}
    return frame.select(
        pl.col("Date").dt.strftime("%d/%m/%Y").alias("Fecha"),
        pl.col("DayOfWeek").alias("DiaSemana"),
        pl.col("Season").replace_strict(seasons).alias("Estacion"),
        pl.col("Holiday").replace_strict({0: "no", 1: "sí"}).alias("Feriado"),
        pl.col("Sales").cast(pl.Float64).alias("Ventas"),
    )


def by_pandas(source: Path, out: Path, split: Split) -> Measure:
    """The plain file by pandas, as one would write it."""
    import pandas as pd

    start, cpu = perf_counter(), process_time()
    table = pd.read_csv(source, parse_dates=["Date"])
    train, test = _sides(table, split)
    low, high = train["Sales"].quantile([0.25, 0.75])
    reach = 1.5 * (high - low)
    train = train[train["Sales"].between(low - reach, high + reach)]
    train.to_csv(out / "train.csv", index=False)
    test.to_csv(out / "test.csv", index=False)
    return {"seconds": perf_counter() - start, "cpu": process_time() - cpu}


def _sides(table: pd.DataFrame, split: Split) -> tuple[pd.DataFrame, pd.DataFrame]:
    import numpy as np
    import pandas as pd

    from flows.data.splitting.assignment import random_split, stable_test_days

    if split == "random":  # without scikit-learn, whose import would be timed
        trains, test_rows = random_split(np.arange(len(table)), test_size=0.3, seed=42)
        return table.iloc[trains], table.iloc[test_rows]
    tests = stable_test_days((day.date() for day in table["Date"].unique()), test_size=0.3, seed=42)
    is_test = table["Date"].isin(pd.to_datetime(sorted(tests)))
    return table[~is_test], table[is_test]


def by_us(source: Path, out: Path, split: Split) -> Measure:
    """The data step, with its checks."""
    from flows.data import Options, prepare

    start, cpu = perf_counter(), process_time()
    prepare(source, out, Options(aggregate="keep", outliers="iqr", split=split))
    return {"seconds": perf_counter() - start, "cpu": process_time() - cpu}


def peak_megabytes() -> float:
    """Peak resident memory of this process; Linux tells it of the process alone, not of what started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measured(way: str, source: Path, split: Split) -> Measure:
    """Run one way in a process of its own; `digest` is that of what it wrote."""
    with TemporaryDirectory(dir=source.parent) as out:
        asked = [sys.executable, "-m", "benchmarks.etl", "--way", way, "--source", str(source), "--out", out]
        asked += ["--split", split]
        answer = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        digest = "".join(_digest(Path(out) / name) for name in SIDES)
    return {**json.loads(answer), "digest": int(digest, 16)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def line(rows: int, source: Path, rounds: int, pandas: bool, split: Split) -> tuple[str, ...]:
    """A row of the table: medians over the rounds."""
    ways = ["pandas", "us"] if pandas else ["us"]
    runs = [{way: measured(way, source, split) for way in ways} for _ in range(rounds)]
    if len({run[way]["digest"] for run in runs for way in ways}) != 1:
        raise SystemExit("The two ways wrote different files.")

    def middle(way: str, what: str) -> float:
        return median(run[way][what] for run in runs)

    ratio = median(run["pandas"]["seconds"] / run["us"]["seconds"] for run in runs) if pandas else 0
    return (
        f"{rows:,}",
        f"{source.stat().st_size / 1e6:,.0f} MB",
        f"{middle('pandas', 'seconds'):.2f} s" if pandas else "",
        f"{middle('us', 'seconds'):.2f} s",
        f"{ratio:.1f}" if pandas else "",
        f"{middle('us', 'cpu') / rows * 1e9:.0f} ns",
        f"{middle('pandas', 'peak'):,.0f} MB" if pandas else "",
        f"{middle('us', 'peak'):,.0f} MB",
    )


def show(cells: tuple[str, ...]) -> None:
    """A line of a markdown table."""
    print("|", " | ".join(cells), "|", flush=True)


def main() -> None:
    """Parse the command line; `--way` is how a measured process is started."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pandas-up-to", type=int, default=10_000_000, help="larger files without pandas")
    parser.add_argument("--split", choices=["stable", "random"], default="stable")
    parser.add_argument("--spanish", action="store_true", help="a file of Spanish habits, without pandas")
    parser.add_argument("--way", choices=["pandas", "us"], help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        answer = {"pandas": by_pandas, "us": by_us}[asked.way](asked.source, asked.out, asked.split)
        print(json.dumps({**answer, "peak": peak_megabytes()}))
        return
    show(HEAD)
    show(("---:",) * len(HEAD))
    for rows in asked.rows:
        with TemporaryDirectory() as folder:
            source = Path(folder) / "source.csv"
            generate(source, rows, asked.spanish)
            show(line(rows, source, asked.rounds, rows <= asked.pandas_up_to and not asked.spanish, asked.split))


if __name__ == "__main__":
    main()
