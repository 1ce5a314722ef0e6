"""Rules: one or two conditions on traits, each of which is a sentence and an audience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.profiles.traits import UNKNOWN, Ints, Trait, between

Bools = npt.NDArray[np.bool_]

MOST_OF_ALL = 0.5  # a level so common that having another one is worth saying


@dataclass(frozen=True)
class Condition:
    """A trait has one of the levels from `low` to `high`; with `outside`, a known other level.

    `said` is the condition in words, `what` and `level` are its two halves for a table. `opposite`
    is the (low, high, outside) that holds for all others, None where that cannot be said.
    """

    trait: str
    low: int
    high: int
    said: str
    what: str
    level: str
    outside: bool = False
    opposite: tuple[int, int, bool] | None = None

    def holds(self, codes: Ints) -> Bools:
        """Return for which codes of the trait the condition holds."""
        inside = (codes >= self.low) & (codes <= self.high)
        return np.asarray(~inside & (codes != UNKNOWN)) if self.outside else np.asarray(inside)


@dataclass(frozen=True)
class Rule:
    """One condition, or two that hold together, among customers who meet `within`, if given."""

    conditions: tuple[Condition, ...]
    within: Condition | None = None

    @property
    def sentence(self) -> str:
        """The rule in words, to be copied as an audience."""
        return " and ".join(condition.said for condition in self.all)

    @property
    def all(self) -> tuple[Condition, ...]:
        """Every condition somebody has to meet."""
        return self.conditions if self.within is None else (self.within, *self.conditions)

    @property
    def traits(self) -> tuple[str, ...]:
        """The traits it is about."""
        return tuple(condition.trait for condition in self.conditions)

    def mirrors(self, other: Rule) -> bool:
        """Return whether one holds exactly where the other does not, among those known."""
        if len(self.conditions) > 1 or len(other.conditions) > 1:
            return False
        one, two = self.conditions[0], other.conditions[0]
        return one.trait == two.trait and one.opposite == (two.low, two.high, two.outside)

    def covers(self, other: Rule) -> bool:
        """Return whether one condition holds wherever the other, on the same trait, does."""
        one, two = self.conditions[0], other.conditions[0]
        return (
            one.trait == two.trait
            and not one.outside
            and not two.outside
            and one.low <= two.low
            and two.high <= one.high
        )


def conditions(traits: Sequence[Trait]) -> tuple[Condition, ...]:
    """Return every single condition that can be said of some traits."""
    found: list[Condition] = []
    for trait in traits:
        found.extend(_ordered(trait) if trait.ordered else _nominal(trait))
    return tuple(found)


def _nominal(trait: Trait) -> list[Condition]:
    known = trait.codes[trait.codes != UNKNOWN]
    found = []
    for code, level in enumerate(trait.levels):
        common = trait.size > 2 and MOST_OF_ALL <= float((known == code).mean()) < 1
        opposite = (code, code, True) if common else None
        if trait.size == 2 and known.min() >= 0:
            opposite = (1 - code, 1 - code, False)
        said = trait.phrase.format(level)
        found.append(Condition(trait.name, code, code, said, trait.label, level, opposite=opposite))
        if common:
            other = f"anything but {level}"
            said = trait.phrase.format(other)
            rest = (code, code, False)
            found.append(Condition(trait.name, code, code, said, trait.label, other, True, rest))
    return found


def _ordered(trait: Trait) -> list[Condition]:
    last = trait.size - 1
    ends = [(0, code) for code in range(last)] + [(code, last) for code in range(1, last + 1)]
    found = []
    for low, high in ends:
        level = between(trait.edges, low, high, trait.unit)
        opposite = (high + 1, last, False) if low == 0 else (0, low - 1, False)
        said = trait.phrase.format(level)
        found.append(Condition(trait.name, low, high, said, trait.label, level, opposite=opposite))
    return found
