"""How value is spread over customers: bands of it, four kinds of customers, and a few examples."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from models.values import Values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EVEN: Final = 0.5
BIG: Final = 0.8
DOUBT: Final = "Slipping away"
DOUBT_TO_RENEW: Final = "Least sure among the large"  # their chance may well be high
FAINT: Final = 1e-6  # who is not in doubt is an example of it only where nobody is
_STEPS: Final = (1.0, 2.5, 5.0)
_FINER: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5)
_FEWEST_EDGES: Final = 3
_MOST_BANDS: Final = 8


@dataclass(frozen=True)
class Band:
    """Customers whose worth lies from `low` up to below `high`, and what they hold together.

    `total` is their worth to come; `total_low` and `total_high` scale its share of the company's
    own 80 % range, which is about the forecast's level and so common to all customers.
    """

    low: float
    high: float
    customers: int
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, eq=False)
class Box:
    """Customers of one kind: how many, and their worth to come.

    `rows` are their places in `Values.frame`, and `chance` the chances they were sorted by.
    """

    name: str
    customers: int
    total: float
    rows: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    chance: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, eq=False)
class Quadrant:
    """Everybody who may still be a customer, by that chance and by the worth of those who are.

    Attributes
    ----------
    chance
        Chance still a customer (of a subscriber: to renew next), shape `(customers,)`.
    worth
        Worth to come if they still are (if they renew), shape `(customers,)`.
    split_chance, split_worth
        Where the four kinds meet: even odds and the worth that a fifth of customers exceed; of
        subscribers, their average chance and worth.
    boxes
        Chance low and high at little worth, then low and high at much worth.
    """

    chance: Floats
    worth: Floats
    split_chance: float
    split_worth: float
    boxes: tuple[Box, Box, Box, Box]

    @property
    def doubtful(self) -> Box:
        """The big ones in doubt, or the first others where no big one is."""
        kinds = (self.boxes[2], self.boxes[0], *self.boxes[1::2])
        return next((box for box in kinds if box.customers), self.boxes[2])


def bands(values: Values) -> tuple[Band, ...]:
    """Return customers by worth to come, in at most eight bands with round ends.

    Whoever is known to have left is in none of them.
    """
    here = values.frame["p_alive"] > 0
    worth = values.frame["value"][here].to_numpy(dtype=np.float64)
    edges = _round_edges(worth)
    scale = (values.low / values.total, values.high / values.total) if values.total > 0 else (1, 1)
    found = []
    for low, high in pairwise(edges):
        inside = (worth >= low) & (worth < high)
        total = float(worth[inside].sum())
        found.append(Band(low, high, int(inside.sum()), total, total * scale[0], total * scale[1]))
    return tuple(found)


SHOP: Final = (
    "Small, perhaps gone",
    "Small and staying",
    "Big, slipping away",
    "Big and staying",
)
SUBSCRIPTION: Final = (
    "Small, less sure",
    "Small, surer to renew",
    "Big, less sure",
    "Big, surer to renew",
)


def quadrant(values: Values, renews: Floats | None = None) -> Quadrant:
    """Return everybody by chance and worth, and what the four kinds hold.

    Parameters
    ----------
    values
        What customers are worth.
    renews
        Of subscribers, the chance to make the next renewal, in the order of `Values.frame`; nobody
        with a chance of 0 is in the picture. Without it the chance is that of still being a
        customer.
    """
    value = values.frame["value"].to_numpy(dtype=np.float64)
    chance = values.frame["p_alive"].to_numpy(dtype=np.float64) if renews is None else renews
    rows = np.arange(len(chance)) if renews is None else np.flatnonzero(chance > 0)
    value, chance = value[rows], chance[rows]
    worth = np.divide(value, chance, out=np.zeros_like(value), where=chance > 0)
    split = 0.0
    if len(worth):  # subscribers pay a few prices, and a fifth would part people who pay the same
        split = float(np.quantile(worth, BIG) if renews is None else worth.mean())
    even = EVEN if renews is None else _average(chance)
    likely, big = chance >= even, worth >= split

    def box(name: str, members: npt.NDArray[np.bool_]) -> Box:
        return Box(
            name, int(members.sum()), float(value[members].sum()), rows[members], chance[members]
        )

    kinds = (~likely & ~big, likely & ~big, ~likely & big, likely & big)
    names = SHOP if renews is None else SUBSCRIPTION
    first, second, third, fourth = (box(*kind) for kind in zip(names, kinds, strict=True))
    return Quadrant(chance, worth, even, split, (first, second, third, fourth))


def examples(values: Values, renews: Floats | None = None) -> dict[str, int]:
    """Return a few customers worth looking at, each by what it is an example of: row numbers.

    Parameters
    ----------
    values, renews
        See `quadrant`. Of subscribers one who has left is among them.
    """
    value = values.frame["value"].to_numpy(dtype=np.float64)
    earned = values.frame["earned"].to_numpy(dtype=np.float64)
    chance = values.frame["p_alive"].to_numpy(dtype=np.float64) if renews is None else renews
    even = EVEN if renews is None else _average(chance)
    doubtful = (chance > 0) & (chance < even)
    here = np.flatnonzero(chance > 0) if (chance > 0).any() else np.arange(len(chance))
    middle = here[np.argsort(value[here], kind="stable")[len(here) // 2]]
    doubt = DOUBT if renews is None else DOUBT_TO_RENEW
    found = {
        "Most to come": int(np.argmax(value)),
        "Most earned": int(np.argmax(earned)),
        doubt: _doubted(earned, chance, doubtful, renews is not None),
        "In the middle": int(middle),
    }
    gone = chance <= 0
    if renews is not None and gone.any():
        found["Has left"] = int(np.argmax(np.where(gone, earned, -np.inf)))
    return found


def _doubted(earned: Floats, chance: Floats, doubtful: npt.NDArray[np.bool_], large: bool) -> int:
    """Return who has earned much and is in doubt; of subscribers the least sure large one.

    `large` looks only at those who have earned more than four fifths of all who are here.
    """
    if not large:
        return int(np.argmax(earned * np.where(doubtful, chance, FAINT * chance * (1 - chance))))
    here = chance > 0
    bar = np.quantile(earned[here], BIG) if here.any() else 0.0
    among = here & (earned >= bar)
    return int(np.lexsort((-earned, np.where(among, chance, np.inf)))[0])


def _average(chance: Floats) -> float:
    """Return the mean chance of those who have any; even odds where nobody has."""
    some = chance[chance > 0]
    return float(some.mean()) if len(some) else EVEN


def _round_edges(worth: Floats) -> list[float]:
    """Return ends of bands at 1, 2.5, 5, 10, ... that hold the middle nine tenths, open above."""
    positive = worth[worth > 0]
    if not len(positive):
        return [min(0.0, float(worth.min(initial=0.0))), math.inf]
    low, high = np.quantile(positive, [0.05, 0.99])
    start = math.floor(math.log10(max(low, 1e-9)))
    inner: list[float] = []
    for steps in (_STEPS, _FINER):
        ladder = [step * 10.0**power for power in range(start, start + 16) for step in steps]
        inner = [edge for edge in ladder if low <= edge <= high] or [ladder[0]]
        if len(inner) >= _FEWEST_EDGES:
            break
    inner = inner[-(_MOST_BANDS - 1) :]
    return [min(0.0, float(worth.min())), *inner, math.inf]
