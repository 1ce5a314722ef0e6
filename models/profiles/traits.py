"""Traits: what is known of a customer on the day they are won, as levels that can be said.

A trait is nominal (country, channel) or ordered (size of the first order). Nothing seen later may
become one. Columns that look protected are traits too, but are left out unless somebody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import DataError
from models.periods import EPOCH
from models.transactions.vocabulary import is_protected

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST: Final = 30  # customers below which nothing is said of a group
MOST_LEVELS: Final = 25
UNKNOWN: Final = -1
RARE: Final = -2
_LADDER: Final = (1.0, 2.0, 5.0)
_MARGIN: Final = 0.05

_PHRASES: Final = {
    "country": "first order from {}",
    "region": "first order from {}",
    "channel": "came through {}",
    "category": "first order mainly {}",
    "plan": "took {}",
}

# Known only after the customer was won, whatever the file calls it.
_LATER: Final = re.compile(
    r"\b(rating|satisfaction|nps|reason|status|test|latest|last|current|renew\w*|complaints?|"
    r"loyalty|tier|segment|rfm|score)\b"
)
PROTECTED: Final = "It looks protected by law; judging people by it can be unlawful and unfair."
LATER: Final = "It may have been written down after the customer was won."


@dataclass(frozen=True, eq=False)
class Trait:
    """One thing known of every customer when they were won.

    Attributes
    ----------
    name
        Its key, such as `country`.
    label
        What the screen calls it.
    levels
        The levels in words, such as `Germany` or `of GBP 200 to 500`; shape `(k,)`.
    codes
        Each customer's level, `UNKNOWN` where nobody knows it and `RARE` where too few have it;
        shape `(customers,)`.
    phrase
        How having it is said, with `{}` for the level: `first order from {}`.
    edges
        Of an ordered trait: the `k - 1` values where levels meet; empty for a nominal one.
    unit
        What stands before an edge, such as a currency code; a `%` stands behind.
    targetable
        Whether an audience can be chosen by it before anybody has bought.
    left_out
        Why it is left out unless somebody asks for it; empty for the others.
    """

    name: str
    label: str
    levels: tuple[str, ...]
    codes: Ints
    phrase: str
    edges: tuple[float, ...] = ()
    unit: str = ""
    targetable: bool = True
    left_out: str = ""

    def __post_init__(self) -> None:
        if len(self.codes) and not RARE <= self.codes.min() <= self.codes.max() < self.size:
            raise DataError(f"'{self.label}' has a level that nobody named.")

    @property
    def size(self) -> int:
        """How many levels there are."""
        return len(self.levels)

    @property
    def ordered(self) -> bool:
        """Whether levels have an order, so that `or more` can be said."""
        return bool(self.edges)


def nominal(
    name: str, label: str, values: pd.Series[str], phrase: str, *, targetable: bool = True
) -> Trait | None:
    """Return a trait of named levels; None when fewer than two have enough customers."""
    counted = values.value_counts()
    often = counted[counted >= 2 * FEWEST]
    levels = sorted(often.index, key=lambda level: (-int(often[level]), str(level)))[:MOST_LEVELS]
    if not levels or (len(levels) == 1 and counted.iloc[0] > 0.98 * values.notna().sum()):
        return None
    codes = pd.Categorical(values, categories=levels).codes.astype(np.int64)
    codes[(codes == UNKNOWN) & values.notna().to_numpy()] = RARE
    shown = tuple(str(level) for level in levels)
    return Trait(name, label, shown, codes, phrase, targetable=targetable, left_out=why_not(label))


def attribute(name: str, values: pd.Series[str], phrase: str | None = None) -> Trait | None:
    """Return a trait made of a column of the file, said by its name."""
    label = name.replace("_", " ").capitalize()
    flag = set(values.dropna().unique()) <= {"yes", "no"}
    usual = f"{label.lower()}: {{}}" if flag else f"{label.lower()} {{}}"
    return nominal(name, label, values, phrase or _PHRASES.get(name, usual))


def amounts(
    name: str,
    label: str,
    values: npt.ArrayLike,
    phrase: str,
    *,
    unit: str = "",
    edges: tuple[float, ...] = (),
) -> Trait | None:
    """Return an ordered trait with round ends (1, 2, 5, 10, ...); None when it cannot be split.

    Ends have at least a twentieth of the customers on either side, so that one customer more or
    less hardly ever moves one.
    """
    numbers = np.asarray(values, np.float64)
    known = numbers[np.isfinite(numbers)]
    if len(known) < 4 * FEWEST:
        return None
    inner = edges or _ladder(known)
    share = [float((known >= edge).mean()) for edge in inner]
    kept = [e for e, s in zip(inner, share, strict=True) if _MARGIN <= s <= 1 - _MARGIN]
    if not kept:
        return None
    codes = np.where(np.isfinite(numbers), np.searchsorted(kept, numbers, side="right"), UNKNOWN)
    levels = tuple(between(kept, code, code, unit) for code in range(len(kept) + 1))
    return Trait(
        name, label, levels, codes.astype(np.int64), phrase, tuple(kept), unit, targetable=False
    )


def between(edges: list[float] | tuple[float, ...], low: int, high: int, unit: str) -> str:
    """Say the levels from `low` to `high`: `below GBP 50`, `GBP 50 to 200`, `GBP 200 or more`."""

    def end(edge: float) -> str:
        number = f"{edge:,.0f}" if edge >= 1 else f"{edge:g}"
        return f"{number} %" if unit == "%" else f"{unit} {number}".strip()

    if low == 0:
        return f"below {end(edges[high])}"
    if high == len(edges):
        return f"{end(edges[low - 1])} or more"
    return f"{end(edges[low - 1])} to {end(edges[high])}"


def _ladder(known: Floats) -> tuple[float, ...]:
    """Return 1, 2, 5, 10, 20, ... as far as they divide these values."""
    positive = known[known > 0]
    if not len(positive):
        return ()
    low, high = (int(np.floor(np.log10(end))) for end in (positive.min(), positive.max()))
    return tuple(step * 10.0**power for power in range(low, high + 1) for step in _LADDER)


def weekday(day: Ints) -> pd.Series[str]:
    """Return the weekday of day numbers; 1 January 1970 was a Thursday."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return pd.Series(np.array(names)[(np.asarray(day) + EPOCH.weekday()) % 7])


def season(day: Ints) -> pd.Series[str]:
    """Return the quarter of the year of day numbers, by its months."""
    names = ("January to March", "April to June", "July to September", "October to December")
    month = pd.to_datetime(np.asarray(day), unit="D").month.to_numpy()
    return pd.Series(np.array(names)[(month - 1) // 3])


def why_not(header: str) -> str:
    """Return why a column is left out unless somebody asks, empty when it is not."""
    if is_protected(header):
        return PROTECTED
    return LATER if _LATER.search(re.sub(r"[^a-z0-9]+", " ", header.lower())) else ""
