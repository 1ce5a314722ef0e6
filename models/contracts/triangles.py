"""The triangle and the layer cake of subscribers: cohorts by start against calendar periods."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from models.cohorts.grid import (
    SINCE_START,
    SUBSCRIBED,
    LayerCake,
    Measure,
    Table,
    Triangle,
    laid_out,
)
from models.contracts.payments import payments
from models.contracts.subscribers import Subscribers
from models.errors import EvidenceError, SettingError
from models.periods import Period, period_label, period_starts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COUNTED: Final[tuple[Measure, ...]] = tuple(one for one in SUBSCRIBED if one != "margin")


def subscribed_triangle(
    people: Subscribers, *, period: Period = "year", measure: Measure = "subscribed"
) -> Triangle:
    """Follow everybody who started in one calendar period through the later ones.

    A customer belongs to the cohort of the first start, whoever comes back too. Money is in the
    period in which it was paid; files give totals, so it is spread as in `payments`.

    Parameters
    ----------
    people
        The subscribers.
    period
        `"month"`, `"quarter"` or `"year"`.
    measure
        One of `SUBSCRIBED`, margin excepted.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no money for a triangle of it.
    SettingError
        For another measure.
    """
    if measure not in COUNTED:
        raise SettingError(f"Subscribers have no '{measure}': choose one of {', '.join(COUNTED)}.")
    edges, first, last_day = _calendar(people, period)
    shape = (len(edges) - 1, len(edges) - 1)
    cohort = _place(first, edges)
    whole = people.frame["customer"].drop_duplicates().index
    n = np.bincount(cohort[whole], minlength=shape[0]).astype(np.float64)
    if measure == "subscribed":
        cells = _there(people, cohort, edges, last_day)
    else:
        cells = _paid(people, cohort, edges, shape, money=measure != "payments")
    older = edges[0]  # a start before the file is a true one here: nobody looks newer than they are
    return laid_out(cells, n, Table(period, measure, "in", edges, last_day, older, SINCE_START))


def subscribed_cake(
    people: Subscribers, *, period: Period = "quarter", layer: Period = "year"
) -> LayerCake:
    """Stack what was paid in each calendar period by when those who paid it first came.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money.
    """
    columns, first, last_day = _calendar(people, period)
    rows, _, _ = _calendar(people, layer)
    shape = (len(rows) - 1, len(columns) - 1)
    revenue = _paid(people, _place(first, rows), columns, shape, money=True)
    begun = np.array(columns[1:])[None, :] > np.array(rows[:-1])[:, None]
    unfinished = np.zeros(shape[1], bool)
    unfinished[-1] = columns[-1] - 1 > last_day
    return LayerCake(
        tuple(period_label(start, period) for start in columns[:-1]),
        tuple(period_label(start, layer) for start in rows[:-1]),
        np.where(begun, revenue, np.nan),
        unfinished,
        np.zeros(shape[0], bool),
        SINCE_START,
    )


def _calendar(people: Subscribers, period: Period) -> tuple[tuple[int, ...], Ints, int]:
    """Return the edges of the calendar periods, everybody's first start, and the last day."""
    if people.last_day is None:
        raise EvidenceError(
            "The file says how long people have subscribed but not since when: bring start dates "
            "to follow those who came together."
        )
    start = people.frame["start"]
    first = start.groupby(people.frame["customer"]).transform("min").to_numpy(np.int64)
    return period_starts(int(first.min()), people.last_day, period), first, people.last_day


def _place(days: Ints, edges: tuple[int, ...]) -> Ints:
    return np.asarray(np.searchsorted(edges, days, side="right") - 1, np.int64)


def _there(people: Subscribers, cohort: Ints, edges: tuple[int, ...], last_day: int) -> Floats:
    """Count who was a subscriber on the last day of each period, or of the file."""
    frame = people.frame
    start = frame["start"].to_numpy(np.int64)
    ended = frame["ended"].to_numpy(np.float64)
    cells = np.zeros((len(edges) - 1, len(edges) - 1))
    for column, end in enumerate(edges[1:]):
        day = min(end - 1, last_day)
        here = (start <= day) & ~(ended <= day)
        cells[:, column] = np.bincount(cohort[here], minlength=len(cells))
    return cells


def _paid(
    people: Subscribers,
    cohort: Ints,
    edges: tuple[int, ...],
    shape: tuple[int, int],
    *,
    money: bool,
) -> Floats:
    """Add up payments, or their money, by cohort and the period in which they fell due."""
    rows = payments(people).rows()
    row = rows["row"].to_numpy(np.int64)
    start = people.frame["start"]
    first = start.groupby(people.frame["customer"]).transform("min").to_numpy(np.int64)[row]
    # All calendars here begin with a month, so the month of a payment says where it belongs.
    begun = first.astype("datetime64[D]").astype("datetime64[M]")
    due = (begun + rows["month"].to_numpy(np.int64)).astype("datetime64[D]").astype(np.int64)
    place = np.clip(_place(due, edges), 0, shape[1] - 1)
    weight = rows["amount"].to_numpy(np.float64) if money else np.ones(len(rows))
    flat = np.bincount(
        cohort[row] * shape[1] + place, weights=weight, minlength=shape[0] * shape[1]
    )
    return np.asarray(flat.reshape(shape), np.float64)
