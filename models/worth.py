"""How value is spread over customers: bands of it, four kinds of customers, and a few examples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from models.values import Values

Floats = npt.NDArray[np.float64]

EVEN: Final = 0.5
BIG: Final = 0.8
_STEPS: Final = (1.0, 2.5, 5.0)
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


@dataclass(frozen=True)
class Box:
    """Customers of one kind: how many, and their worth to come."""

    name: str
    customers: int
    total: float


@dataclass(frozen=True, eq=False)
class Quadrant:
    """Everybody by the chance of still being a customer and the worth of those who are.

    Attributes
    ----------
    chance
        Chance still a customer, shape `(customers,)`.
    worth
        Worth to come if they still are, shape `(customers,)`.
    split_chance, split_worth
        Where the four kinds meet: even odds, and the worth that a fifth of customers exceed.
    boxes
        Chance low and high at little worth, then low and high at much worth.
    """

    chance: Floats
    worth: Floats
    split_chance: float
    split_worth: float
    boxes: tuple[Box, Box, Box, Box]


def bands(values: Values) -> tuple[Band, ...]:
    """Return customers by worth to come, in at most eight bands with round ends."""
    worth = values.frame["value"].to_numpy(dtype=np.float64)
    edges = _round_edges(worth)
    scale = (values.low / values.total, values.high / values.total) if values.total > 0 else (1, 1)
    found = []
    for low, high in pairwise(edges):
        inside = (worth >= low) & (worth < high)
        total = float(worth[inside].sum())
        found.append(Band(low, high, int(inside.sum()), total, total * scale[0], total * scale[1]))
    return tuple(found)


def quadrant(values: Values) -> Quadrant:
    """Return everybody by chance and worth, and what the four kinds hold."""
    chance = values.frame["p_alive"].to_numpy(dtype=np.float64)
    value = values.frame["value"].to_numpy(dtype=np.float64)
    worth = np.divide(value, chance, out=np.zeros_like(value), where=chance > 0)
    split = float(np.quantile(worth, BIG))
    likely, big = chance >= EVEN, worth >= split

    def box(name: str, members: npt.NDArray[np.bool_]) -> Box:
        return Box(name, int(members.sum()), float(value[members].sum()))

    return Quadrant(
        chance,
        worth,
        EVEN,
        split,
        (
            box("Small, perhaps gone", ~likely & ~big),
            box("Small and staying", likely & ~big),
            box("Big, slipping away", ~likely & big),
            box("Big and staying", likely & big),
        ),
    )


def examples(values: Values) -> dict[str, int]:
    """Return a few customers worth looking at, each by what it is an example of: row numbers."""
    value = values.frame["value"].to_numpy(dtype=np.float64)
    earned = values.frame["earned"].to_numpy(dtype=np.float64)
    chance = values.frame["p_alive"].to_numpy(dtype=np.float64)
    middle = np.argsort(value, kind="stable")[len(value) // 2]
    return {
        "Most to come": int(np.argmax(value)),
        "Most earned": int(np.argmax(earned)),
        "Slipping away": int(np.argmax(earned * chance * (1 - chance))),
        "In the middle": int(middle),
    }


def _round_edges(worth: Floats) -> list[float]:
    """Return ends of bands at 1, 2.5, 5, 10, ... that hold the middle nine tenths, open above."""
    positive = worth[worth > 0]
    if not len(positive):
        return [min(0.0, float(worth.min(initial=0.0))), math.inf]
    low, high = np.quantile(positive, [0.05, 0.99])
    start = math.floor(math.log10(max(low, 1e-9)))
    ladder = [step * 10.0**power for power in range(start, start + 16) for step in _STEPS]
    inner = [edge for edge in ladder if low <= edge <= high] or [ladder[0]]
    inner = inner[-(_MOST_BANDS - 1) :]
    return [min(0.0, float(worth.min())), *inner, math.inf]
