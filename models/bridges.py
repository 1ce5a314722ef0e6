"""From a number that other tools show to ours, in steps that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Start = Literal["formula", "last_year", "so_far"]


@dataclass(frozen=True)
class Step:
    """One assumption changed, and the whole number computed anew under it.

    Attributes
    ----------
    key
        Which assumption; what it is called and why it is changed is said elsewhere.
    after
        The number once it is changed.
    """

    key: str
    after: float


@dataclass(frozen=True)
class Bridge:
    """What all customers are worth by another tool's rule, led over to what they are worth to us.

    Attributes
    ----------
    start
        `formula` (average revenue over churn), `last_year` (revenue of the last year) or `so_far`
        (revenue ever).
    begins
        The number it begins with.
    steps
        In their order; each changes one assumption of the number before it.
    facts
        What the steps rest on, by name.
    """

    start: Start
    begins: float
    steps: tuple[Step, ...]
    facts: Mapping[str, float]

    @property
    def ends(self) -> float:
        """The number it ends with: what all customers are worth."""
        return self.steps[-1].after

    @property
    def changes(self) -> tuple[float, ...]:
        """What each step adds or takes away; together the way from the beginning to the end."""
        levels = (self.begins, *(step.after for step in self.steps))
        return tuple(after - before for before, after in pairwise(levels))


def bridge(
    start: Start, begins: float, steps: Mapping[str, float], facts: Mapping[str, float]
) -> Bridge:
    """Return a bridge over numbers by step, in their order."""
    return Bridge(start, begins, tuple(Step(*item) for item in steps.items()), facts)
