"""What a triangle and a layer cake are, whichever way their cells were counted.

A cell is about a finished stretch of the calendar, so it does not depend on the day of viewing. Two
exceptions are marked: the period the file ends in, and the reading "in or after", which by its
nature keeps rising as customers come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from models.periods import Period, period_label
from models.survival import proportion

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Measure = Literal["customers", "revenue", "value", "orders", "margin", "subscribed", "payments"]
Definition = Literal["in", "in_or_after", "ever_again"]

MEASURES: Final[dict[Measure, str]] = {
    "customers": "share of the cohort's customers",
    "revenue": "revenue per customer of the cohort",
    "value": "revenue so far per customer of the cohort",
    "orders": "purchase days per customer of the cohort",
    "margin": "margin so far per customer of the cohort",
}
SUBSCRIBED: Final[dict[Measure, str]] = {
    "subscribed": "still subscribed at its end",
    "payments": "payments per subscriber of the cohort",
    "revenue": "revenue per subscriber of the cohort",
    "value": "revenue so far per subscriber of the cohort",
    "margin": "margin so far per subscriber of the cohort",
}
DEFINITIONS: Final[dict[Definition, str]] = {
    "in": "bought in that period",
    "in_or_after": "bought in that period or later",
    "ever_again": "bought again by the end of that period",
}


SINCE_START: Final = "the start"


@dataclass(frozen=True, eq=False)
class Triangle:
    """Cohorts by their first calendar period, followed from period to period.

    Attributes
    ----------
    period, measure, definition
        What a row and a column is, and what a cell says.
    cohorts
        Row names, oldest first: `2010-Q1` or `2010-01`.
    customers
        Customers per cohort, shape `(cohorts,)`.
    values
        Share of the cohort, or money or purchase days per customer of it, shape `(cohorts, ages)`;
        NaN where nothing was lived yet.
    totals
        The same before dividing by the cohort's customers, shape `(cohorts, ages)`.
    average
        Average over cohorts weighted by customers, per age: finished cells only, and without
        cohorts that may contain older customers unless all may; NaN where no cell counts.
    unfinished
        Where the file ends within the period, shape `(cohorts, ages)`.
    older
        Cohorts that may contain customers from before the file, shape `(cohorts,)`.
    since
        What age 0 begins with.
    """

    period: Period
    measure: Measure
    definition: Definition
    cohorts: tuple[str, ...]
    customers: Ints
    values: Floats
    totals: Floats
    average: Floats
    unfinished: Flags
    older: Flags
    since: str = "first purchase"

    @property
    def words(self) -> str:
        """What a cell says, in words."""
        if self.measure == "customers":
            return DEFINITIONS[self.definition].replace("period", self.period)
        told = SUBSCRIBED if self.since == SINCE_START else MEASURES
        return told[self.measure].replace("period", self.period)

    @property
    def is_share(self) -> bool:
        """Whether cells are shares of the cohort."""
        return self.measure in ("customers", "subscribed")

    @property
    def is_count(self) -> bool:
        """Whether cells are numbers per customer that are no money."""
        return self.measure in ("orders", "payments")

    def band(self, age: int) -> tuple[Floats, Floats]:
        """Return the 80 % band (Wilson) of one age's shares, as `age`; NaN where cells are none."""
        names, values = self.age(age)
        if not self.is_share or not len(values):
            nothing = np.full(len(values), np.nan)
            return nothing, nothing
        n = np.array([self.customers[self.cohorts.index(name)] for name in names])
        _, low, high = proportion(values * n, n)
        return low, high

    def times(self, margin: float) -> Triangle:
        """Return what a share of the money so far comes to: margin instead of revenue."""
        return replace(
            self,
            measure="margin",
            values=self.values * margin,
            totals=self.totals * margin,
            average=self.average * margin,
        )

    @property
    def keeps_changing(self) -> bool:
        """Whether even finished cells rise as the file grows."""
        return self.definition == "in_or_after"

    def age(self, age: int) -> tuple[tuple[str, ...], Floats]:
        """Return one age followed across the cohorts that lived through it to its end."""
        told = np.flatnonzero(~np.isnan(self.values[:, age]) & ~self.unfinished[:, age])
        return tuple(self.cohorts[row] for row in told), self.values[told, age]


@dataclass(frozen=True, eq=False)
class LayerCake:
    """Revenue by calendar period, stacked by when the customers came.

    Attributes
    ----------
    periods, layers
        Names of the calendar periods and of the acquisition periods, oldest first.
    revenue
        Money, shape `(layers, periods)`; NaN before the layer began.
    unfinished
        Where the file ends within the period, shape `(periods,)`.
    older
        Layers that may contain customers from before the file, shape `(layers,)`.
    since
        What customers came with.
    """

    periods: tuple[str, ...]
    layers: tuple[str, ...]
    revenue: Floats
    unfinished: Flags
    older: Flags
    since: str = "first purchase"


@dataclass(frozen=True)
class Table:
    """What the rows and columns of a triangle are.

    Attributes
    ----------
    period, measure, definition, since
        As in `Triangle`.
    edges
        First day of every calendar period, and of the one after the last.
    last_day
        The last day the file covers.
    older_before
        Cohorts that begin before this day may contain older customers.
    """

    period: Period
    measure: Measure
    definition: Definition
    edges: tuple[int, ...]
    last_day: int
    older_before: int
    since: str = "first purchase"


def laid_out(calendar: Floats, n: Floats, table: Table) -> Triangle:
    """Return a triangle from totals by cohort and calendar period.

    Parameters
    ----------
    calendar
        Totals, shape `(cohorts, periods)`; for `value` those of each period, added up here.
    n
        Customers per cohort, shape `(cohorts,)`.
    table
        What the rows and columns are.
    """
    edges = table.edges
    lived = _by_age(np.triu(np.ones(calendar.shape))) > 0
    totals = np.where(lived, _by_age(calendar), np.nan)
    if table.measure == "value":
        totals = np.cumsum(totals, axis=1)
    unfinished = np.zeros(totals.shape, bool)
    rows = np.arange(len(n))
    unfinished[rows, len(n) - 1 - rows] = edges[-1] - 1 > table.last_day
    older = np.array([start < table.older_before for start in edges[:-1]])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(n[:, None] > 0, totals / n[:, None], np.nan)
    return Triangle(
        table.period,
        table.measure,
        table.definition,
        tuple(period_label(start, table.period) for start in edges[:-1]),
        n.astype(np.int64),
        values,
        totals,
        _weighted_average(totals, n, unfinished, older),
        unfinished,
        older,
        table.since,
    )


def _by_age(calendar: Floats) -> Floats:
    """Shift every cohort's row to the left so that columns are ages; 0 where nothing was lived."""
    aged = np.zeros(calendar.shape)
    for row in range(len(calendar)):
        aged[row, : calendar.shape[1] - row] = calendar[row, row:]
    return aged


def _weighted_average(totals: Floats, n: Floats, unfinished: Flags, older: Flags) -> Floats:
    """Average finished cells, weighted by the cohorts' customers."""
    counts = ~np.isnan(totals) & ~unfinished & (older.all() | ~older)[:, None] & (n > 0)[:, None]
    weight = np.where(counts, n[:, None], 0).sum(axis=0)
    total = np.where(counts, totals, 0).sum(axis=0)
    average = np.full(len(weight), np.nan)
    np.divide(total, weight, out=average, where=weight > 0)
    return average
