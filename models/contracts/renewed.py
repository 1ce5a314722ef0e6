"""Renewals then and now: of those due, how many were made, and why the share changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.contracts.cuts import cut
from models.contracts.subscribers import Bools, Subscribers
from models.errors import EvidenceError
from models.mix import Change, decompose
from models.periods import DAYS_PER_MONTH, DAYS_PER_YEAR

Floats = npt.NDArray[np.float64]

AGE: Final = "how often they have renewed"
RENEWED: Final = ("first renewal", "second or third renewal", "later renewal")
_FIRST = (1, 2, 4)
_ENDLESS = 10**6


@dataclass(frozen=True, eq=False)
class RenewalChange:
    """Renewals due in the last year and in the year before, and how many were made.

    Attributes
    ----------
    after
        First day of the last year, as a day number; the year before it ends there.
    due_before, due_after
        Renewals that came due in each.
    change
        The change of the share made, and its two parts.
    """

    after: int
    due_before: int
    due_after: int
    change: Change


@dataclass(frozen=True, eq=False)
class StillHere:
    """Subscribers of a year ago, and how many of them are subscribers on the last day.

    Attributes
    ----------
    day
        The day a year before the last, as a day number.
    customers, stayed
        Subscribers then, and those of them still there.
    money_then, money_now
        What they paid per period, and what those still there pay; NaN without prices.
    """

    day: int
    customers: int
    stayed: int
    money_then: float
    money_now: float

    @property
    def share(self) -> float:
        """Share still there."""
        return self.stayed / self.customers


def still_here(people: Subscribers) -> StillHere:
    """Return how many subscribers of a year ago are still there.

    Raises
    ------
    EvidenceError
        When the file has no dates, or nobody was a subscriber a year before its end.
    """
    last = _last_day(people)
    day = last - round(DAYS_PER_YEAR)
    frame = people.frame
    ended = frame["ended"].to_numpy(np.float64)
    then = (frame["start"].to_numpy(np.float64) <= day) & ~(ended <= day)
    if not then.any():
        raise EvidenceError("Nobody was a subscriber a year before the file ends.")
    here = set(frame.loc[frame["running"], "customer"])
    who = frame.loc[then, "customer"]
    stayed = who.isin(here)
    price = frame.loc[then, "price"] if people.has_money else who.map(lambda _: np.nan)
    return StillHere(
        day,
        int(who.nunique()),
        int(who[stayed].nunique()),
        float(price.sum(min_count=1)),
        float(price[stayed].sum(min_count=1)),
    )


def renewal_change(people: Subscribers, by: str | tuple[str, ...] = AGE) -> RenewalChange:
    """Split the change in the share of due renewals that were made.

    Parameters
    ----------
    people
        The subscribers.
    by
        What tells kinds apart: `AGE`, or as in `cuts.cut`.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no renewal came due in one of the two years.
    """
    after = _last_day(people) - round(DAYS_PER_YEAR) + 1
    before = after - round(DAYS_PER_YEAR)
    everybody = np.ones(len(people.frame), bool)
    if by == AGE:
        ends = (*_FIRST[1:], _ENDLESS)
        kinds = [
            (name, everybody, low, high - 1)
            for name, low, high in zip(RENEWED, _FIRST, ends, strict=True)
        ]
    else:
        kinds = [(name, who, 1, _ENDLESS) for name, who in cut(people, by).items()]
    tables = []
    for begins in (before, after):
        due, made = _renewals(people, begins)
        tables += [
            [_between(count, who, low, high) for _, who, low, high in kinds]
            for count in (due, made)
        ]
    n0, y0, n1, y1 = (np.array(table) for table in tables)
    change = decompose([name for name, *_ in kinds], n0, y0, n1, y1)
    return RenewalChange(after, int(n0.sum()), int(n1.sum()), change)


@dataclass(frozen=True, eq=False)
class _Window:
    """The first and last renewal of every spell that lie in a year; empty where last < first."""

    first: Floats
    last: Floats


def _renewals(people: Subscribers, begins: int) -> tuple[_Window, _Window]:
    """Return which renewals of every spell came due in the year from a day on, and were made."""
    frame = people.frame
    length = people.period_months * DAYS_PER_MONTH
    age = begins - frame["start"].to_numpy(np.float64)
    # Day counts stand in for calendar months: a renewal may fall a day beside its anniversary.
    first = np.maximum(np.ceil((age - 0.5) / length), 1)
    last = np.ceil((age - 0.5 + DAYS_PER_YEAR) / length) - 1
    made = frame["renewals"].to_numpy(np.float64)
    due = made + frame["left"].to_numpy(np.float64)
    return _Window(first, np.minimum(last, due)), _Window(first, np.minimum(last, made))


def _between(window: _Window, who: Bools, low: int, high: int) -> float:
    """Return how many renewals of some subscribers lie between two numbers of them, inclusive."""
    first = np.maximum(window.first[who], low)
    last = np.minimum(window.last[who], high)
    return float(np.maximum(last - first + 1, 0).sum())


def _last_day(people: Subscribers) -> int:
    if people.last_day is None:
        raise EvidenceError(
            "The file says how long people have subscribed but not since when, so no year can be "
            "compared with another: bring start dates."
        )
    return people.last_day
