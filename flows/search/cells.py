"""Replaces a bootstrap sample of many rows by a small table on which the same tree grows. Knows no forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_EXACT_SUM = 2.0**51
"""Sums of squares up to this limit are exact in a float64, whatever the order of addition."""


@dataclass(frozen=True)
class CellTable:
    """A training set in which the rows that share a frequent input are replaced by `min_rows` + 2 stand-ins.

    A squared-error split asks three things of the rows that share an input: how many they are (C), the
    sum of their sales (S) and of the squares (Q). Rows with the targets 1, -1 and 0 and the weights
    (Q + S) / 2, (Q - S) / 2 and C - Q give the same three numbers. With whole sales these are whole numbers
    (S and Q are odd together), so every sum that scikit-learn makes of them is exact, in any order, and
    so is every sum it would make of the rows: the trees are equal node for node.

    The size limits count rows without weight. The zero target therefore takes `min_rows` rows, the
    largest limit of the grid: a node that holds a frequent input passes every limit, here as on the rows.
    Rows with a rare input remain rows.
    """

    min_rows: int
    frequent: NDArray[np.intp]  # numbers of the frequent inputs
    rare: NDArray[np.intp]  # positions, in the training set, of the rows with a rare input
    inputs: NDArray[np.float32]
    targets: Floats

    def weights(self, counts: Floats, sums: Floats) -> Floats | None:
        """Return the weights of the small table for one sample, None if the tree would differ.

        `counts` (training rows,) and `sums` (4, inputs) describe the sample. The tree would differ if the squares
        add up to more than `MAX_EXACT_SUM`, or if a frequent input has fewer than `min_rows` distinct rows in it.
        """
        rows, count, total, square = sums[:, self.frequent]
        if sums[3].sum() > MAX_EXACT_SUM or rows.min() < self.min_rows:
            return None
        # the zero rows share the remaining weight; the last may get 0, but then a row of 1 or -1 has some
        ones = [np.ones_like(count)] * (self.min_rows - 1)
        remainder = count - square - len(ones)
        stand_ins = [(square + total) / 2, (square - total) / 2, *ones, remainder]
        return np.concatenate([*stand_ins, counts[self.rare]])


def make_cell_table(
    input_ids: NDArray[np.intp], scaled: NDArray[np.float32], y: Floats, min_rows: int
) -> CellTable | None:
    """Build the small table from the rows' input numbers, the scaled inputs and the sales.

    An input is frequent if it has so many rows that hardly any sample holds fewer than `min_rows` of them.
    Return None if the table would not be small.
    """
    frequency = np.bincount(input_ids, minlength=len(scaled))
    is_frequent = frequency >= 4 * (min_rows + 4)
    frequent, rare = np.flatnonzero(is_frequent), np.flatnonzero(~is_frequent[input_ids])
    if not frequent.size or (min_rows + 2) * frequent.size + rare.size > input_ids.size / 4:
        return None
    inputs = np.concatenate([np.tile(scaled[frequent], (min_rows + 2, 1)), scaled[input_ids[rare]]])
    targets = np.concatenate([np.repeat([1.0, -1.0, *[0.0] * min_rows], frequent.size), y[rare]])
    return CellTable(min_rows, frequent, rare, inputs, targets[:, np.newaxis])
