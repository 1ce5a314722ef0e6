"""Customers collapsed to the combinations of traits that occur: a rule costs what those cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.profiles.rules import Bools, Condition, Rule
from models.profiles.traits import RARE, Floats, Ints, Trait

_FULL = 2**62


@dataclass(frozen=True, eq=False)
class Cells:
    """The combinations of traits that occur.

    Attributes
    ----------
    codes
        Level of each trait in each combination, by the trait's name; shape `(cells,)` each.
    cell
        Each customer's combination; shape `(customers,)`.
    """

    codes: dict[str, Ints]
    cell: Ints

    def __len__(self) -> int:
        """Return how many combinations there are."""
        return len(next(iter(self.codes.values())))

    def holds(self, rule: Rule | Condition) -> Bools:
        """Return in which combinations a rule or a condition holds."""
        if isinstance(rule, Condition):
            return rule.holds(self.codes[rule.trait])
        return np.asarray(np.logical_and.reduce([self.holds(one) for one in rule.conditions]))

    def added(self, values: Floats) -> Floats:
        """Add one number per customer up by combination."""
        return np.bincount(self.cell, values, len(self)).astype(np.float64)

    def largest(self, values: Floats, members: Bools) -> Floats:
        """Return the largest number of some customers by combination, minus infinity for none."""
        most = np.full(len(self), -np.inf)
        np.maximum.at(most, self.cell[members], values[members])
        return most


def collapse(traits: Sequence[Trait]) -> Cells:
    """Collapse customers to the combinations of their traits."""
    key = np.zeros(len(traits[0].codes), np.int64)
    combinations = 1
    for trait in traits:
        levels = trait.size - RARE
        if combinations * levels > _FULL:
            seen, key = np.unique(key, return_inverse=True)
            combinations = len(seen)
        key = key * levels + (trait.codes - RARE)
        combinations *= levels
    _, first, cell = np.unique(key, return_index=True, return_inverse=True)
    codes = {trait.name: trait.codes[first] for trait in traits}
    return Cells(codes, np.asarray(cell.ravel(), np.int64))


def together(masks: npt.NDArray[np.bool_], weights: Floats, chunk: int = 16_384) -> Floats:
    """Return the weight that every two conditions hold together, shape `(m, m)`.

    Parameters
    ----------
    masks
        Whether each condition holds in each combination, shape `(m, cells)`.
    weights
        Weight of each combination, shape `(cells,)`.
    chunk
        Combinations taken at a time, which bounds the memory.
    """
    total = np.zeros((len(masks), len(masks)))
    for start in range(0, masks.shape[1], chunk):
        part = masks[:, start : start + chunk].astype(np.float64)
        total += (part * weights[start : start + chunk]) @ part.T
    return total
