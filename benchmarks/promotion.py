"""How often each rule promotes in 365 nights on which nothing has changed but the seed of the forest.

`python -m benchmarks.promotion` prints a markdown table. Each night the same data is trained on with a new seed, the
challenger is scored against the champion of the night before on the same test rows, and the rule decides; every
rule has a champion of its own. Nothing can be learned, so every promotion is one by chance. The nights are
repeated in other orders, since one year is a single throw of the dice.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flows.promotion.policy import PromotionRule, apply_rule
from flows.training.metrics import FEATURES, TARGET, Values, bootstrap_confidence, score

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "steam_selling_games.csv"
SAMPLE = ROOT / "data" / "steam_selling_games.csv"
# what the grid finds best on the real file
BEST: dict[str, object] = {"n_estimators": 100, "max_depth": None, "min_samples_split": 5}
RULES = {
    "lower RMSE wins": PromotionRule(),
    "lower by 3 %": PromotionRule(min_improvement=0.03),
    "confidence of .95": PromotionRule(min_confidence=0.95),
    "lower by 3 %, with a confidence of .95": PromotionRule(min_improvement=0.03, min_confidence=0.95),
}


@dataclass
class Year:
    """The champion that one rule has, and how often it changed."""

    rule: PromotionRule
    champion: Values
    promotions: int = 0

    def night(self, actual: Values, challenger: Values) -> None:
        """Let the rule decide between the champion's and the challenger's predictions, shape (rows,)."""
        ours, theirs = score(actual, challenger).rmse, score(actual, self.champion).rmse
        sure = bootstrap_confidence(actual, self.champion, challenger) if self.rule.min_confidence else None
        if apply_rule(self.rule, ours, theirs, sure)[0] == "promoted":
            self.champion = challenger
            self.promotions += 1


def split(source: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test as the flow's random split makes them."""
    import pandas as pd
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(pd.read_csv(source), test_size=0.3, random_state=42)
    return train, test


def challengers(train: pd.DataFrame, test: pd.DataFrame, nights: int) -> Iterator[Values]:
    """Predictions for the test rows, shape (rows,), of a model trained with the seeds 0, 1, 2 and so on."""
    from flows.search import pipeline

    inputs = test[FEATURES].drop_duplicates()
    for seed in range(nights + 1):
        model = pipeline(seed, **BEST).fit(train[FEATURES], train[TARGET])
        known = inputs.assign(prediction=model.predict(inputs)).set_index(FEATURES)["prediction"]
        yield test[FEATURES].join(known, on=FEATURES)["prediction"].to_numpy(dtype=np.float64)


def promotions(rule: PromotionRule, actual: Values, predictions: Values, years: int) -> list[int]:
    """How often a rule promotes in each of the years; `predictions` is of shape (nights + 1, rows)."""
    rng, found = np.random.default_rng(0), []
    for _ in range(years):
        first, *others = rng.permutation(predictions)
        year = Year(rule, first)
        for challenger in others:
            year.night(actual, challenger)
        found.append(year.promotions)
    return found


def spread(actual: Values, predictions: Values) -> str:
    """The RMSE of the challengers, in words."""
    scores = [score(actual, one).rmse for one in predictions]
    middle, low, high = (float(value) for value in (np.median(scores), min(scores), max(scores)))
    ends = f"from {low:.2f} to {high:.2f} ({low / middle - 1:+.1%} to {high / middle - 1:+.1%})"
    return f"RMSE of the challengers: {middle:.2f} in the middle, {ends}, on {len(actual)} test rows."


def main() -> None:
    """The command."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--nights", type=int, default=365)
    ask.add_argument("--years", type=int, default=20, help="orders of the nights")
    ask.add_argument("--source", type=Path, default=REAL if REAL.exists() else SAMPLE)
    given = ask.parse_args()
    train, test = split(given.source)
    actual = test[TARGET].to_numpy(dtype=np.float64)
    predictions = np.array(list(challengers(train, test, given.nights)))
    print(f"| rule | promotions in {given.nights} nights | fewest to most |\n| --- | ---: | ---: |")
    for name, rule in RULES.items():
        found = promotions(rule, actual, predictions, given.years)
        print(f"| {name} | {np.mean(found):.1f} | {min(found)} to {max(found)} |", flush=True)
    print(f"\n{spread(actual, predictions)} {given.years} orders of the nights.")


if __name__ == "__main__":
    main()
