"""A bag of many rows as a small table on which a tree grows exactly the same. Knows no forest, no score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT = 2.0**51
"""Sums of squares up to here stay exact in a float64, whatever the order of adding up."""


@dataclass(frozen=True)
class Cells:
    """The rows of one training set, those that share a frequent input replaced by `least` + 2 stand-ins.

    A squared-error split asks three things of the rows that share an input: how many they are (C), the
    sum of their sales (S) and of the squares (Q). Rows with the targets 1, -1 and 0 and the weights
    (Q + S) / 2, (Q - S) / 2 and C - Q answer all three alike. With whole sales these are whole numbers
    (S and Q are odd together), so every sum that scikit-learn makes of them is exact, in any order, and
    so is every sum it would make of the rows: the trees are equal node for node.

    The size limits count rows without weight. The zero target is therefore given in `least` rows, the
    largest limit there is: a node that holds a frequent input passes every limit, here as on the rows.
    Rows with a rare input stay as they are.
    """

    least: int
    frequent: NDArray[np.intp]  # numbers of the frequent inputs
    rare: NDArray[np.intp]  # positions, in the training set, of the rows with a rare input
    inputs: NDArray[np.float32]
    targets: Floats

    def weights(self, counts: Floats, sums: Floats) -> Floats | None:
        """(rows of the small table,) weights for a bag; None where this bag would not come out equal.

        `counts` (training rows,) and `sums` (4, inputs) are the bag's. No equality where the squares add
        up beyond `EXACT`, or where a frequent input has fewer than `least` distinct rows in the bag.
        """
        rows, count, total, square = sums[:, self.frequent]
        if sums[3].sum() > EXACT or rows.min() < self.least:
            return None
        # Ones and the rest share the zeros' weight. The rest may be 0, but then a row of 1 or -1 is not.
        ones = [np.ones_like(count)] * (self.least - 1)
        rest = count - square - len(ones)
        stand_ins = [(square + total) / 2, (square - total) / 2, *ones, rest]
        return np.concatenate([*stand_ins, counts[self.rare]])


def cells_of(cell: NDArray[np.intp], scaled: NDArray[np.float32], y: Floats, least: int) -> Cells | None:
    """The small table of a training set: its rows' input numbers, the scaled inputs, its sales.

    An input is frequent if it has so many rows that hardly any bag holds fewer than `least` of them.
    None where the table would not be small.
    """
    frequency = np.bincount(cell, minlength=len(scaled))
    is_frequent = frequency >= 4 * (least + 4)
    frequent, rare = np.flatnonzero(is_frequent), np.flatnonzero(~is_frequent[cell])
    if not frequent.size or (least + 2) * frequent.size + rare.size > cell.size / 4:
        return None
    inputs = np.concatenate([np.tile(scaled[frequent], (least + 2, 1)), scaled[cell[rare]]])
    targets = np.concatenate([np.repeat([1.0, -1.0, *[0.0] * least], frequent.size), y[rare]])
    return Cells(least, frequent, rare, inputs, targets[:, np.newaxis])
