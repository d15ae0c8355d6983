"""Plots a model's test set and a search. Knows arrays and matplotlib."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from flows.training.metrics import Values


def predicted_against_actual(actual: "Values", predicted: "Values") -> Figure:
    """Plot each test row, both arrays of shape (n,), in units; the line marks exact predictions."""
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    axes.scatter(actual, predicted, s=14, alpha=0.6)
    ends = [float(min(actual.min(), predicted.min())), float(max(actual.max(), predicted.max()))]
    axes.plot(ends, ends, color="black", linewidth=1)
    axes.set(xlabel="Actual sales (units)", ylabel="Predicted sales (units)", title="Predicted against actual")
    return figure


def residuals(actual: "Values", predicted: "Values", weekdays: "Values") -> Figure:
    """Plot residuals (actual minus predicted, in units) by prediction and by weekday; arrays of shape (n,)."""
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    left.scatter(predicted, actual - predicted, s=14, alpha=0.6)
    left.axhline(0, color="black", linewidth=1)
    left.set(xlabel="Predicted sales (units)", ylabel="Residual (units)", title="Residuals")
    days = np.unique(weekdays)
    right.boxplot([(actual - predicted)[weekdays == day] for day in days], tick_labels=[f"{day:.0f}" for day in days])
    right.axhline(0, color="black", linewidth=1)
    right.set(xlabel="Day of week (1 = Monday)", title="Residuals by weekday")
    return figure


def grid_scores(labels: list[str], rmse: "Values", spread: "Values") -> Figure:
    """Plot the cross-validated RMSE of each grid point (shape (n,), units) with its spread over the folds."""
    figure = Figure(figsize=(8, 1.2 + 0.3 * len(labels)), layout="constrained")
    axes = figure.subplots()
    axes.errorbar(rmse, range(len(labels)), xerr=spread, fmt="o")
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set(xlabel="Cross-validated RMSE (units)", title="Search")
    return figure
