"""How often the watch is wrong, and how soon it sees a change, beside the rules that others ship.

`make bench-watch`: simulated years of standardised residuals, in which nothing changes, or sales rise, or the noise
grows. Noise is normal, heavy-tailed (Student's t with 4 degrees) or correlated from day to day by .3. The limits are
those of `flows.monitoring`, and the reference is as long as the test set of a year of days.
"""

import argparse
from collections.abc import Callable

import numpy as np

from flows.monitoring import residuals as scale
from flows.monitoring.detectors import LEVEL_LIMITS, NOISE_LIMITS, Values, page_hinkley_sums

REFERENCE_DAYS = 110
YEAR_DAYS = 365
MEAN_UNITS, NOISE_UNITS = 2_900.0, 117.0
CORRELATION = 0.3

Alarms = Values
"""First day of an alarm for each year, shape (years,); infinite if there was none."""


def normal(generator: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Independent days."""
    return generator.normal(size=shape)


def heavy_tailed(generator: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Independent days with a Student's t distribution of 4 degrees, scaled to variance 1."""
    return np.asarray(generator.standard_t(4, size=shape) / np.sqrt(2))


def correlated(generator: np.random.Generator, shape: tuple[int, int]) -> Values:
    """Days that follow a first-order autoregression."""
    steps = generator.normal(size=shape)
    for day in range(1, shape[1]):
        steps[:, day] = CORRELATION * steps[:, day - 1] + np.sqrt(1 - CORRELATION**2) * steps[:, day]
    return steps


NOISES: dict[str, Callable[[np.random.Generator, tuple[int, int]], Values]] = {
    "normal": normal,
    "heavy-tailed": heavy_tailed,
    "correlated": correlated,
}


def standardised(years: Values, square: bool) -> Values:
    """Standardise each year by its own reference, as the watch does."""
    rows = []
    for year in years:
        usual = scale.describe(year[:REFERENCE_DAYS])
        values = scale.squared(year, usual) if square else scale.signed(year, usual)
        if square:
            known = values[:REFERENCE_DAYS]
            values = (values - known.mean()) / known.std(ddof=1)
        rows.append(values)
    return np.stack(rows)


def watch_alarms(years: Values) -> Alarms:
    """First alarm of either detector."""
    level = page_hinkley_sums(standardised(years, square=False), LEVEL_LIMITS.tolerance) > LEVEL_LIMITS.alarm
    noise = page_hinkley_sums(standardised(years, square=True), NOISE_LIMITS.tolerance) > NOISE_LIMITS.alarm
    return first_day((level | noise)[:, REFERENCE_DAYS:])


def two_bad_weeks(years: Values) -> Alarms:
    """RMSE above 1.1 times the evaluated one in two weeks running."""
    new = years[:, REFERENCE_DAYS:]
    weeks = np.sqrt((new[:, : new.shape[1] // 7 * 7].reshape(len(new), -1, 7) ** 2).mean(axis=2))
    bad = weeks > 1.1 * np.sqrt((years[:, :REFERENCE_DAYS] ** 2).mean(axis=1))[:, None]
    return 7 * (first_day(bad[:, 1:] & bad[:, :-1]) + 1)


def three_sigma_chunks(years: Values) -> Alarms:
    """Mean of a chunk of ten days outside mean ± 3 standard deviations of the reference's chunks."""
    chunks = years[:, : years.shape[1] // 10 * 10].reshape(len(years), -1, 10).mean(axis=2)
    known = chunks[:, : REFERENCE_DAYS // 10]
    far = np.abs(chunks - known.mean(axis=1)[:, None]) > 3 * known.std(axis=1, ddof=1)[:, None]
    return 10 * first_day(far[:, REFERENCE_DAYS // 10 :])


def daily_test(years: Values) -> Alarms:
    """Two-sided z-test of the last 30 days at p < .05, every day."""
    sums = np.cumsum(years, axis=1)
    means = (sums[:, REFERENCE_DAYS:] - sums[:, REFERENCE_DAYS - 30 : -30]) / 30
    return first_day(np.abs(means) > 1.96 / np.sqrt(30))


RULES: dict[str, Callable[[Values], Alarms]] = {
    "this watch": watch_alarms,
    "RMSE > 1.1 x, two weeks running": two_bad_weeks,
    "mean ± 3 sd of ten-day chunks": three_sigma_chunks,
    "daily test of 30 days, p < .05": daily_test,
}


def first_day(alarms: np.ndarray) -> Alarms:
    """Return 1 for an alarm on the first new day; infinite for none."""
    return np.where(alarms.any(axis=1), alarms.argmax(axis=1) + 1.0, np.inf)


def changed(years: Values, *, rise_share: float = 0.0, noise_factor: float = 1.0) -> Values:
    """Change everything after the reference: sales rise by a share of the mean, noise grows by a factor."""
    new = years.copy()
    new[:, REFERENCE_DAYS:] *= noise_factor
    new[:, REFERENCE_DAYS:] += rise_share * MEAN_UNITS / NOISE_UNITS
    return new


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=1_000, help="simulated years of each kind of noise")
    years_of_each = parser.parse_args().years
    generator = np.random.default_rng(2_026)
    shape = (years_of_each, REFERENCE_DAYS + YEAR_DAYS)
    worlds = {name: make(generator, shape) for name, make in NOISES.items()}
    print(f"{years_of_each:,} years of each kind of noise; false alarms: share of unchanged years with one.\n")
    print(
        "| rule | "
        + " | ".join(f"false, {name}" for name in NOISES)
        + " | +10 %, days | +5 %, days | noise +60 %, days |"
    )
    print("| --- |" + " ---: |" * (len(NOISES) + 3))
    for name, alarms in RULES.items():
        false = [np.isfinite(alarms(years)).mean() for years in worlds.values()]
        base = worlds["normal"]
        seen = [
            np.median(alarms(changed(base, rise_share=0.10))),
            np.median(alarms(changed(base, rise_share=0.05))),
            np.median(alarms(changed(base, noise_factor=1.6))),
        ]
        print(
            f"| {name} | "
            + " | ".join(f"{share:.3f}" for share in false)
            + " | "
            + " | ".join(f"{d:.0f}" for d in seen)
            + " |"
        )


if __name__ == "__main__":
    main()
