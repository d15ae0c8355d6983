"""Times the search against GridSearchCV: on the real file, cold and warm, and on a million rows.

`python -m benchmarks.search` prints a markdown table. Each round starts both ways in processes of their own,
one after the other; ratios are taken within a round, and the table shows the medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.model_selection import GridSearchCV

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "steam_selling_games.csv"
SAMPLE = ROOT / "data" / "steam_selling_games.csv"
FEATURES = ["DayOfWeek", "Season", "Holiday"]
PART = (2, 8)  # the forests of which the plain way on a million rows is timed

Row = tuple[str, float, float]


def real_train() -> tuple[pd.DataFrame, pd.Series]:
    """The train part of the real file (of the sample, where that file is not)."""
    import pandas as pd
    from sklearn.model_selection import train_test_split

    train, _ = train_test_split(pd.read_csv(REAL if REAL.exists() else SAMPLE), test_size=0.3, random_state=42)
    return train[FEATURES], train["Sales"]


def many_days(rows: int) -> tuple[pd.DataFrame, pd.Series]:
    """Days of the file's shape, with a holiday on any weekday in 3 % of them."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    day, season = rng.integers(1, 8, rows), rng.integers(1, 5, rows)
    holiday = ((day == 7) | (rng.random(rows) < 0.03)).astype(int)
    sales = np.rint(1100 + 300 * day + 50 * season + 400 * holiday + rng.normal(0, 117, rows)).astype(int)
    return pd.DataFrame({"DayOfWeek": day, "Season": season, "Holiday": holiday}), pd.Series(sales)


def plain(grid: Mapping[str, Sequence[object]], n_jobs: int | None, *, refit: bool = True) -> GridSearchCV:
    """The plain search, not yet fitted."""
    from sklearn.model_selection import GridSearchCV

    from flows.search import pipeline

    steps = {f"forest__{name}": list(values) for name, values in grid.items()}
    return GridSearchCV(pipeline(42), steps, cv=5, scoring="neg_mean_squared_error", n_jobs=n_jobs, refit=refit)


def seconds(call: Callable[[], Any]) -> float:
    """How long a call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def in_this_process(way: str) -> list[float]:
    """Seconds of the first and of the second search on the real file, scikit-learn being imported."""
    from flows.search import DEFAULT_GRID, pipeline, search

    features, sales = real_train()
    pipeline(42)
    if way == "search":
        return [seconds(lambda: search(features, sales, DEFAULT_GRID)) for _ in range(2)]
    grid_search = plain(DEFAULT_GRID, n_jobs=-1)
    return [seconds(lambda: grid_search.fit(features, sales)) for _ in range(2)]


def in_its_own_process(way: str) -> list[float]:
    """The same from a fresh Python, and the seconds from its start to its first answer."""
    start = perf_counter()
    command = [sys.executable, "-m", "benchmarks.search", "--way", way]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    cold, warm = json.loads(done.stdout)
    return [cold, warm, perf_counter() - start - warm]


def real_file(rounds: int) -> list[Row]:
    """Rows of the table for the real file: what, seconds of GridSearchCV, seconds of the search."""
    runs = [(in_its_own_process("plain"), in_its_own_process("search")) for _ in range(rounds)]
    names = ["real file, cold", "real file, warm", "real file, cold, whole process with its imports"]
    return [_middle(name, [(slow[i], fast[i]) for slow, fast in runs]) for i, name in enumerate(names)]


def _middle(name: str, pairs: Sequence[tuple[float, float]]) -> Row:
    """The round with the median ratio (the lower of two)."""
    ordered = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    return name, *ordered[(len(ordered) - 1) // 2]


def five_fits(features: pd.DataFrame, sales: pd.Series, trees: int, n_jobs: int | None) -> float:
    """Seconds of the plain way for one point of the grid, its worker processes already there."""
    grid = {"n_estimators": [trees]}
    plain(grid, n_jobs).fit(features[:500], sales[:500])
    return seconds(lambda: plain(grid, n_jobs, refit=False).fit(features, sales))


def plain_seconds(features: pd.DataFrame, sales: pd.Series, n_jobs: int | None) -> float:
    """Seconds of the plain search, reckoned from five fits each of a forest of 2 and of 8 trees.

    They give the seconds a fit and the seconds a tree. The grid has 12 points on 5 folds, of 100 and of
    200 trees, and then the winner's 100 trees on all rows, here counted as on a fold.
    """
    small, large = (five_fits(features, sales, trees, n_jobs) / 5 for trees in PART)
    a_tree = (large - small) / (PART[1] - PART[0])
    a_fit = max(0.0, small - PART[0] * a_tree)
    return 60 * (a_fit + 150 * a_tree) + 100 * a_tree


def million(rows: int) -> list[Row]:
    """Rows of the table for many rows."""
    from flows.search import DEFAULT_GRID, search

    features, sales = many_days(rows)
    fast = seconds(lambda: search(features, sales, DEFAULT_GRID))
    return [
        (f"{rows:,} rows, n_jobs={n_jobs}, reckoned from a part", plain_seconds(features, sales, n_jobs), fast)
        for n_jobs in (-1, None)
    ]


def largest_difference(rows: int) -> tuple[float, float]:
    """Between the two ways, for a forest of eight trees: of the scores, and of predictions."""
    import numpy as np

    from flows.search import search

    features, sales = many_days(rows)
    grid = {"n_estimators": [PART[1]]}
    found, slow = search(features, sales, grid), plain(grid, None).fit(features, sales)
    inputs = features.drop_duplicates()
    predictions = np.abs(found.model.predict(inputs) - slow.predict(inputs)).max()
    return abs(found.best_score - slow.best_score_), float(predictions)


def main() -> None:
    """The command."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=3, help="rounds on the real file")
    ask.add_argument("--rows", type=int, default=1_000_000, help="rows of the large table")
    ask.add_argument("--way", choices=["plain", "search"], help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.way:
        print(json.dumps(in_this_process(given.way)))
        return
    print("| | GridSearchCV, s | search, s | times as fast |\n| --- | ---: | ---: | ---: |")
    for name, slow, fast in real_file(given.rounds) + million(given.rows):
        print(f"| {name} | {slow:,.2f} | {fast:,.2f} | {slow / fast:,.1f} |", flush=True)
    scores, predictions = largest_difference(given.rows)
    print(f"\nLargest difference of scores {scores}, of predictions {predictions} ({PART[1]} trees).")


if __name__ == "__main__":
    main()
