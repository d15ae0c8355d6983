"""`make replay`: live a year of days twice, with a model that never learns again and with one that does.

The model is trained on the first year of the data. The second year is lived day by day, and from a day on sales are
multiplied, so that the model is wrong. The rules are those of the flows; nothing is written but a picture.
"""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from flows.data import Options, prepare
from flows.promotion.fresh_days import Values
from flows.replay.loop import Champion, Loop
from flows.settings import Settings
from flows.training.daily_rows import coded_days
from flows.training.inference import predict
from flows.training.metrics import TARGET
from flows.training.train import train
from flows.training.training_data import TrainingConfig
from flows.training.watched_days import honest_residuals

YEAR_DAYS = 365
EPOCH = date(1970, 1, 1)
GRID: dict[str, list[int | float | str | bool | list[int] | None]] = {"n_estimators": [100], "max_depth": [None]}
PICTURE = Path("artifacts/replay.png")


@dataclass(frozen=True)
class Replay:
    """One value a day: what was sold, and what each system predicted for that day before it, in units."""

    days: list[date]
    actual: Values
    static: Values
    learning: Values
    loop: Loop


def replay(rows: pl.DataFrame, shift_day: int, factor: float, split_seed: int = 42) -> Replay:
    """Train on all but the last year of `rows` (one a day, with codes), and live through that year.

    From day `shift_day` on, what is sold is multiplied by `factor`.
    """
    history, year = rows.head(len(rows) - YEAR_DAYS), rows.tail(YEAR_DAYS)
    is_test = pl.Series(np.random.default_rng(split_seed).uniform(size=len(history)) < Options().test_size)
    train_rows, test_rows = history.filter(~is_test), history.filter(is_test)
    model = train(train_rows, test_rows, TrainingConfig(GRID)).search.model
    static = predict(model, year)
    actual = year[TARGET].to_numpy().astype(np.float64)
    actual[shift_day:] *= factor
    loop = Loop(Champion(static, honest_residuals(model, test_rows)), year["Date"][0])
    learning = np.empty(len(year))
    for day, units in enumerate(actual):
        learning[day] = loop.champion.forecast[day]  # predicted before the day is over
        loop.step(float(units))
    return Replay(year["Date"].to_list(), actual, static, learning, loop)


def rmse(actual: Values, predicted: Values) -> float:
    """Return the root mean squared error, in units."""
    return float(np.sqrt(np.mean((actual - predicted) ** 2)))


def table(lived: Replay) -> list[str]:
    """Return a line for each month: both errors, and what happened in it."""
    months = np.array([f"{day:%Y-%m}" for day in lived.days])
    lines = [f"{'month':8} {'static':>8} {'learning':>9}   what happened"]
    for month in dict.fromkeys(months):
        part = months == month
        errors = [rmse(lived.actual[part], predicted[part]) for predicted in (lived.static, lived.learning)]
        lines.append(f"{month:8} {errors[0]:8.0f} {errors[1]:9.0f}   {'; '.join(events_in(lived, month))}".rstrip())
    return lines


def events_in(lived: Replay, month: str) -> list[str]:
    """Return what the learning system did in a month, in words."""
    events = [(day, "alarm") for day in lived.loop.alarms]
    for training in lived.loop.trainings:
        level = f"learned the level since {training.since}" if training.since else "trained"
        events.append((training.day, f"{level} ({training.cause}): {training.outcome}"))
    return [f"{lived.days[day]:%d}: {what}" for day, what in sorted(events) if f"{lived.days[day]:%Y-%m}" == month]


def draw(lived: Replay, shift_day: int, path: Path) -> None:
    """Draw the errors of both systems, as weekly RMSE, into a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.xaxis_date()
    days = [float(day.toordinal() - EPOCH.toordinal()) for day in lived.days]  # matplotlib counts from 1970
    weeks = range(0, len(lived.days) - 6, 7)
    for name, predicted in (("static model", lived.static), ("learning model", lived.learning)):
        errors = [rmse(lived.actual[w : w + 7], predicted[w : w + 7]) for w in weeks]
        axes.plot([days[w] for w in weeks], errors, label=name)
    axes.axvline(days[shift_day], color="grey", linestyle="--", label="sales change")
    for number, day in enumerate(lived.loop.alarms):
        axes.axvline(days[day], color="tab:red", linewidth=1, label="alarm" if number == 0 else None)
    for number, training in enumerate(t for t in lived.loop.trainings if t.outcome == "promoted"):
        axes.axvline(days[training.day], color="tab:green", linewidth=1,
                     label="new champion" if number == 0 else None)  # fmt: skip
    axes.set(title="A year of days, lived twice", ylabel="RMSE of a week, units a day", ylim=(0, None))
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def load_rows(source: Path) -> pl.DataFrame:
    """Read a file as the ETL does, and return one row a day, with codes."""
    with TemporaryDirectory() as name:
        report = prepare(source, Path(name), Options())
        train_rows, test_rows, days = (
            pl.read_csv(Path(name) / file, try_parse_dates=True) for file in ("train.csv", "test.csv", "days.csv")
        )
        return coded_days(days, pl.concat([train_rows, test_rows], how="diagonal_relaxed"), report.calendar)


def main() -> None:
    """Print what happened, and draw it."""
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(Settings.read().steam_sales_source), help="a file of days")
    parser.add_argument("--factor", type=float, default=1.10, help="what sales are multiplied by from that day on")
    parser.add_argument("--shift-day", type=int, default=120, help="day of the year on which sales change, from 0")
    options = parser.parse_args()
    rows = load_rows(options.source)
    if len(rows) < 2 * YEAR_DAYS - 1:
        parser.error(f"{options.source} has {len(rows)} days: a replay needs two years")
    if not 0 <= options.shift_day < YEAR_DAYS:
        parser.error(f"--shift-day must lie from 0 to {YEAR_DAYS - 1}")
    lived = replay(rows, options.shift_day, options.factor)
    after = slice(options.shift_day, None)
    shift = f"{lived.days[options.shift_day]}"
    print(f"A model is trained on the days before {lived.days[0]}. Then a year is lived, one day at a time.")
    print(f"From {shift} on, sales are {options.factor:g} times what they were. RMSE by month, in units a day:\n")
    print("\n".join(table(lived)))
    errors = [rmse(lived.actual[after], predicted[after]) for predicted in (lived.static, lived.learning)]
    print(f"\nAfter {shift} the static model errs by {errors[0]:.0f} units a day, the learning one by {errors[1]:.0f}.")
    draw(lived, options.shift_day, PICTURE)
    print(f"Picture: {PICTURE}")


if __name__ == "__main__":
    main()
