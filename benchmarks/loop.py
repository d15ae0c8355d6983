"""How soon the system follows a change, and how often it trains or promotes for nothing.

`make bench-loop`: worlds in which sales rise by 10 % on day 0, with today's rule of promotion (train on all days,
3 % better on the stable test set) beside it, and years in which nothing changes. The best possible error is the noise
of a day.
"""

import argparse

import numpy as np

from benchmarks.loop_world import FIRST_DAY, NOISE_UNITS, TEST_SHARE, WEEKDAY_UNITS, first_champion, future, history
from flows.replay.loop import Loop

RISE = 1.10
CHECKED_DAYS = (7, 14, 21, 28, 42, 56, 84)
NEAR_BEST = 1.10
YEARS_OF_A_DECADE = 10
MARGIN = 0.03


def error_of(units: np.ndarray, factor: float) -> float:
    """RMSE on days to come, in units: the noise of a day and what the model is off by weekday."""
    return float(np.sqrt(NOISE_UNITS**2 + np.mean((units - factor * WEEKDAY_UNITS) ** 2)))


def follow_change(seed: int) -> tuple[list[float], list[float]]:
    """Errors on days to come after each of `CHECKED_DAYS`: of the learning system, and of today's rule."""
    generator = np.random.default_rng(seed)
    sales, weekdays = history(generator)
    loop = Loop(first_champion(sales, weekdays, generator), FIRST_DAY)
    static = loop.champion.forecast[:7]
    new = future(generator, max(CHECKED_DAYS), RISE)
    learned, today = [], []
    for day, units in enumerate(new, 1):
        loop.step(float(units))
        if day in CHECKED_DAYS:
            static = promoted_by_test_set(static, sales, weekdays, new[:day], np.random.default_rng(seed))
            learned.append(error_of(loop.champion.forecast[:7], RISE))
            today.append(error_of(static, RISE))
    return learned, today


def promoted_by_test_set(
    champion: np.ndarray, sales: np.ndarray, weekdays: np.ndarray, new: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Retrain on 70 % of all days; promote if 3 % better on the other 30 %. Returns the units by weekday that serve."""
    all_sales, all_days = np.concatenate([sales, new]), np.concatenate([weekdays, np.arange(len(new)) % 7])
    test = generator.uniform(size=len(all_sales)) < TEST_SHARE
    challenger = np.array([all_sales[(all_days == day) & ~test].mean() for day in range(7)])
    errors = [np.sqrt(np.mean((all_sales - units[all_days])[test] ** 2)) for units in (challenger, champion)]
    return challenger if errors[0] < errors[1] * (1 - MARGIN) else champion


def unchanged_decade(seed: int) -> tuple[int, int, int]:
    """Alarms, trainings by alarm and promotions in ten years in which nothing changes."""
    generator = np.random.default_rng(seed)
    alarms, trainings = 0, []
    for _ in range(YEARS_OF_A_DECADE):
        sales, weekdays = history(generator)
        loop = Loop(first_champion(sales, weekdays, generator), FIRST_DAY)
        for units in future(generator, 365, 1.0):
            loop.step(float(units))
        alarms += len(loop.alarms)
        trainings += loop.trainings
    by_alarm = [training for training in trainings if training.cause == "alarm"]
    return alarms, len(by_alarm), sum(training.outcome == "promoted" for training in trainings)


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=300, help="simulated shifts of +10 %%")
    parser.add_argument("--decades", type=int, default=10, help="simulated decades without a change")
    options = parser.parse_args()
    learned, today = np.array([follow_change(seed) for seed in range(options.worlds)]).transpose(1, 0, 2)
    print(f"{options.worlds} worlds in which sales rise by 10 % on day 0; best error {NOISE_UNITS:.0f} units\n")
    print("| after days | learning: RMSE | within 10 % of the best | test-set rule: RMSE | within 10 % of the best |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for column, day in enumerate(CHECKED_DAYS):
        row = [(np.median(e[:, column]), np.mean(e[:, column] <= NEAR_BEST * NOISE_UNITS)) for e in (learned, today)]
        print(f"| {day} | " + " | ".join(f"{error:.0f} | {share:.0%}" for error, share in row) + " |")
    totals = np.array([unchanged_decade(10_000 + seed) for seed in range(options.decades)])
    alarms, trainings, promotions = totals.mean(axis=0)
    print(f"\nTen unchanged years: {alarms:.1f} alarms, {trainings:.1f} trainings by them, {promotions:.1f} promotions")


if __name__ == "__main__":
    main()
