"""Subscribers cut into groups: by plan, calendar, any attribute, or two of them crossed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from models.cohorts.groups import BETWEEN, CALENDARS
from models.contracts.subscribers import COHORT, PLAN, Bools, Subscribers
from models.customer_file import with_columns
from models.errors import ColumnError
from models.periods import Period, period_label, period_starts

FEWEST = 30


def comparable(people: Subscribers) -> tuple[str, ...]:
    """Return everything subscribers can be cut by; calendars only where there are dates."""
    frame = people.frame
    named = [a for a in (PLAN, *people.attributes) if a in frame and frame[a].notna().any()]
    dated = () if people.last_day is None else ("month", "quarter", "year")
    return (*named, *dated)


def told_beside(people: Subscribers, beside: pd.DataFrame) -> Subscribers:
    """Return the subscribers with what a file of customers says of each, to be cut by.

    Parameters
    ----------
    people
        The subscribers.
    beside
        One column of text per attribute, by customer's label.
    """
    frame, names = with_columns(people.frame, beside, CALENDARS)
    return replace(people, frame=frame, attributes=(*people.attributes, *names))


def cut(people: Subscribers, by: str | tuple[str, ...]) -> dict[str, Bools]:
    """Return who belongs to each group, one row per time as a subscriber.

    Parameters
    ----------
    people
        The subscribers.
    by
        `plan`, an attribute, a calendar (`month`, `quarter`, `year` or `cohort` of the start), or
        two of them. Of crossed cuts only groups of 30 or more are returned.

    Raises
    ------
    ColumnError
        When there is nothing of this name.
    """
    names = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))[:2]
    if len(names) == 1:
        return _single(people, names[0])
    one, other = (_single(people, name) for name in names)
    crossed = {
        f"{a}{BETWEEN}{b}": who & with_them
        for a, who in one.items()
        for b, with_them in other.items()
    }
    return {label: who for label, who in crossed.items() if who.sum() >= FEWEST}


def _single(people: Subscribers, by: str) -> dict[str, Bools]:
    if by == COHORT or by not in CALENDARS:
        if by not in people.frame:
            known = ", ".join(comparable(people))
            raise ColumnError(f"Subscribers have no '{by}' to compare by: choose one of {known}.")
        return people.groups(by)
    if people.last_day is None:
        raise ColumnError("The file has no start dates, so nobody knows when subscribers came.")
    start = people.frame["start"].to_numpy(np.int64)
    return {
        label: (start >= begins) & (start < ends)
        for begins, ends, label in periods_of(people, CALENDARS[by])
        if ((start >= begins) & (start < ends)).any()
    }


def periods_of(people: Subscribers, period: Period) -> list[tuple[int, int, str]]:
    """Return first day, day after the last and name of every calendar period with subscribers."""
    assert people.last_day is not None
    first = int(people.frame["start"].min())
    edges = period_starts(first, people.last_day, period)
    return [(a, b, period_label(a, period)) for a, b in pairwise(edges)]


def coded(groups: dict[str, Bools], rows: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the number of each row's group, -1 for none."""
    codes = np.full(rows, -1, np.int64)
    for code, who in enumerate(groups.values()):
        codes[who] = code
    return codes
