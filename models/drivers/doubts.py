"""Columns that must not explain an outcome: known too late, tied to it, or about who people are.

A column that is filled in when somebody leaves "explains" leaving perfectly and predicts nothing.
Names give some away; the others are found by what their values do: everybody who has one left,
nobody did, or nobody left until long after the start, as when only those who stay can get it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.drivers.watched import SEASON, Watched
from models.periods import DAYS_PER_YEAR
from models.transactions.vocabulary import fold, is_protected, leaks

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Hazard = tuple[Floats, Floats]
"""Event days, and the events expected of one customer by each of them."""
Due = tuple[Floats, Floats]
"""Events expected of each customer before coming under observation, and by their last day."""

Kind = Literal["refused", "asked", "protected"]

FEWEST: Final = 30
CERTAIN: Final = 9.0  # events expected and not seen: by chance once in 8,000 (exp(-9))
_LATER: Final = re.compile(
    r"\b(reason|grund|status|ended|ends?|ende|until|bis|latest|current|aktuell\w*|rating|"
    r"bewertung|satisfaction|zufriedenheit|nps|csat|renewals?|tenure|test|winback|save offer)\b"
)


@dataclass(frozen=True)
class Doubt:
    """A column that is left out.

    Attributes
    ----------
    column
        Its name.
    kind
        `refused`: cannot be used; `asked`: used once somebody says that it was known at the start;
        `protected`: used only when somebody asks for it.
    why
        The reason, as a sentence.
    """

    column: str
    kind: Kind
    why: str


def doubts(watched: Watched) -> tuple[Doubt, ...]:
    """Return every column that is left out unless somebody says otherwise, with the reason."""
    found = [Doubt(column, "refused", why) for column, why in watched.withheld]
    hazard = _hazard(watched)
    due = _due(watched, hazard)
    for column in watched.attributes:
        doubt = _by_name(column) or _by_values(watched, column, hazard, due)
        if doubt is not None:
            found.append(doubt)
    return tuple(found)


def _by_name(column: str) -> Doubt | None:
    if column == SEASON:
        return None
    words = fold(column)
    if leaks(column):
        return Doubt(column, "refused", "Its name says that it is known only once somebody left.")
    if _LATER.search(words):
        return Doubt(
            column, "asked",
            "By its name it says how things stand later on, not at the start. Choose it if every "
            "value was known when the customer came.",
        )  # fmt: skip
    if is_protected(column):
        return Doubt(
            column, "protected",
            "It tells who people are, and treating customers by it is forbidden in many places. "
            "Choose it only to check that nobody is treated worse.",
        )  # fmt: skip
    return None


def _by_values(watched: Watched, column: str, hazard: Hazard, due: Due) -> Doubt | None:
    # In a shop the event is coming back, which a column can give away just as well.
    past, nobody = {
        "leaving": ("left", "left"), "second purchase": ("came back", "came back")
    }[watched.event]  # fmt: skip
    for level, rows in _levels(watched.known[column]):
        n, events = len(rows), int(watched.seen[rows].sum())
        name = "no value" if level is None else f"'{level}'"
        expected = float((due[1][rows] - due[0][rows]).sum())
        why = ""
        if events == n and _all_by_chance(watched, rows, hazard) < math.exp(-CERTAIN):
            why = f"All {n:,} customers with {name} {past}."
        elif events == 0 and expected >= CERTAIN:
            why = (
                f"Of {n:,} customers with {name} nobody {nobody}, where {expected:.0f} would have."
            )
        elif _came_late(watched, rows, hazard, due):
            why = (
                f"Of those with {name} nobody {nobody} for long after the start, and then as many "
                "as elsewhere: it seems to be given later."
            )
        if why:
            return Doubt(
                column, "asked",
                f"{why} Such a column may only say what happened. Choose it if every value was "
                "known when the customer came.",
            )  # fmt: skip
    return None


def _levels(values: pd.Series[str]) -> Iterator[tuple[str | None, Rows]]:
    """Yield the values that enough customers have, having none among them, with their rows."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        code = int(codes[rows[0]])
        if len(rows) >= FEWEST and (code >= 0 or len(found)):
            yield None if code < 0 else str(found[code]), rows


def _hazard(watched: Watched) -> Hazard:
    """Return everybody's event days and the expected events by then (Nelson-Aalen)."""
    days = np.unique(watched.days[watched.seen])
    events = np.bincount(np.searchsorted(days, watched.days[watched.seen]), minlength=len(days))
    ends = np.sort(watched.days)
    followed = len(ends) - np.searchsorted(ends, days, side="left")
    if watched.entry is not None:
        followed -= len(ends) - np.searchsorted(np.sort(watched.entry), days, side="left")
    return days, np.cumsum(events / np.maximum(followed, 1))


def _at(hazard: Hazard, days: Floats, *, side: Literal["left", "right"]) -> Floats:
    """Return the expected events by (`right`) or before (`left`) each age."""
    place = np.searchsorted(hazard[0], days, side=side)
    return np.concatenate([[0.0], hazard[1]])[place]


def _due(watched: Watched, hazard: Hazard) -> Due:
    """Return what is looked up once for every customer, whatever the columns."""
    by = _at(hazard, watched.days, side="right")
    if watched.entry is None:
        return np.zeros_like(by), by
    return _at(hazard, watched.entry, side="right"), by


def _all_by_chance(watched: Watched, rows: Rows, hazard: Hazard) -> float:
    """Return the chance that all of them have left, if they were like everybody.

    In a file without dates nobody knows for how long each could have been watched: the share of
    everybody who left stands in.
    """
    if watched.start is None:
        return float(watched.seen.mean() ** len(rows))
    end = float((watched.start + watched.days).max())
    left = -np.expm1(-_at(hazard, end - watched.start[rows], side="right"))
    return float(np.exp(np.log(np.maximum(left, 1e-300)).sum()))


def _came_late(watched: Watched, rows: Rows, hazard: Hazard, due: Due) -> bool:
    """Return whether those who came in some year had no event for long, and then as others do."""
    year = np.zeros(len(rows))
    if watched.start is not None:
        year = np.floor(watched.start[rows] / DAYS_PER_YEAR)
    for one in np.unique(year):
        mine = rows[year == one]
        days, seen = watched.days[mine], watched.seen[mine]
        if len(mine) < FEWEST / 2 or not seen.any():
            continue
        earliest = days[seen].min()
        begun, by = due[0][mine], due[1][mine]
        # Nobody's expectation falls with age, so the lesser of two days has the lesser one.
        until = float(_at(hazard, np.array([earliest]), side="left")[0])
        ends = np.where(days < earliest, by, until)
        before = float((ends - begun).clip(0).sum())
        after = float((by - begun).sum()) - before
        pace = min(int(seen.sum()) / after, 1.0) if after > 0 else 0.0
        if before * pace >= CERTAIN:
            return True
    return False
