"""The triangle and the layer cake: cohorts against calendar periods.

A cell is about a finished stretch of the calendar, so it does not depend on the day of viewing. Two
exceptions are marked: the period the file ends in, and the reading "in or after", which by its
nature keeps rising as customers come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Final, Literal, get_args

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.errors import SettingError
from models.periods import Period, period_label, period_starts
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Measure = Literal["customers", "revenue", "value", "orders"]
Definition = Literal["in", "in_or_after", "ever_again"]

MEASURES: Final[dict[Measure, str]] = {
    "customers": "share of the cohort's customers",
    "revenue": "revenue per customer of the cohort",
    "value": "revenue so far per customer of the cohort",
    "orders": "purchase days per customer of the cohort",
}
DEFINITIONS: Final[dict[Definition, str]] = {
    "in": "bought in that period",
    "in_or_after": "bought in that period or later",
    "ever_again": "bought again by the end of that period",
}


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

    @property
    def words(self) -> str:
        """What a cell says, in words."""
        if self.measure == "customers":
            return DEFINITIONS[self.definition].replace("period", self.period)
        return MEASURES[self.measure]

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
    """

    periods: tuple[str, ...]
    layers: tuple[str, ...]
    revenue: Floats
    unfinished: Flags
    older: Flags


def triangle(
    transactions: Transactions,
    *,
    period: Period = "quarter",
    measure: Measure = "customers",
    definition: Definition = "in",
) -> Triangle:
    """Follow every cohort from calendar period to calendar period.

    Parameters
    ----------
    transactions
        The log.
    period
        `"month"`, `"quarter"` or `"year"`.
    measure
        One of `MEASURES`.
    definition
        One of `DEFINITIONS`: three products show three numbers on one file under the same word.
        Money and purchase days are always those in the period.

    Raises
    ------
    SettingError
        For a measure or a definition that does not exist, or that do not go together.
    """
    _refuse_unknown(period, measure, definition)
    edges = period_starts(transactions.first_day, transactions.last_day, period)
    flow = _flow(transactions, edges, edges)
    n = flow["came"].sum(axis=1)
    totals = _by_age(_cells(flow, measure, definition))
    lived = _by_age(np.triu(np.ones(totals.shape))) > 0
    totals = np.where(lived, totals, np.nan)
    if measure == "value":
        totals = np.cumsum(totals, axis=1)
    last_open = edges[-1] - 1 > transactions.last_day
    unfinished = np.zeros(totals.shape, bool)
    rows = np.arange(len(n))
    unfinished[rows, len(n) - 1 - rows] = last_open
    older = np.array([start < transactions.older_before for start in edges[:-1]])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(n[:, None] > 0, totals / n[:, None], np.nan)
    return Triangle(
        period,
        measure,
        definition,
        tuple(period_label(start, period) for start in edges[:-1]),
        n.astype(np.int64),
        values,
        totals,
        _weighted_average(totals, n, unfinished, older),
        unfinished,
        older,
    )


def layer_cake(
    transactions: Transactions, *, period: Period = "month", layer: Period = "quarter"
) -> LayerCake:
    """Stack the revenue of each calendar period by the period its customers first bought in.

    Thick old layers are customers who stay; a cake of thin new ones is bought anew every year.
    """
    columns = period_starts(transactions.first_day, transactions.last_day, period)
    rows = period_starts(transactions.first_day, transactions.last_day, layer)
    revenue = _flow(transactions, rows, columns)["revenue"]
    begun = np.array(columns[1:])[None, :] > np.array(rows[:-1])[:, None]
    unfinished = np.zeros(len(columns) - 1, bool)
    unfinished[-1] = columns[-1] - 1 > transactions.last_day
    return LayerCake(
        tuple(period_label(start, period) for start in columns[:-1]),
        tuple(period_label(start, layer) for start in rows[:-1]),
        np.where(begun, revenue, np.nan),
        unfinished,
        np.array([start < transactions.older_before for start in rows[:-1]]),
    )


def _flow(
    transactions: Transactions, rows: tuple[int, ...], columns: tuple[int, ...]
) -> dict[str, Floats]:
    """Count customers, purchase days and money per cohort and period, in one pass of the engine.

    Returns
    -------
    dict of ndarray, each of shape `(cohorts, periods)`
        `buyers`, `orders`, `revenue`; and the customers whose first (`came`), second (`again`) or
        last (`last`) purchase day so far lies there.
    """
    day, who = nw.col("day"), "customer_id"
    later = nw.when(day > nw.col("first")).then(day)
    per_visit = (
        transactions.days()
        .with_columns(first=day.min().over(who), last=day.max().over(who))
        .with_columns(later=later)
        .with_columns(second=nw.col("later").min().over(who))
        .with_columns(cohort=_index("first", rows), place=_index("day", columns))
        .group_by(who, "cohort", "place")
        .agg(
            orders=day.count(),
            revenue=nw.col("amount").sum(),
            came=(day == nw.col("first")).cast(nw.Int64).sum(),
            again=(day == nw.col("second")).cast(nw.Int64).sum(),
            last=(day == nw.col("last")).cast(nw.Int64).sum(),
        )
    )
    sums = ("orders", "revenue", "came", "again", "last")
    cells = (
        per_visit.group_by("cohort", "place")
        .agg(buyers=nw.col(who).count(), **{name: nw.col(name).sum() for name in sums})
        .with_columns(nw.col("buyers", *sums).cast(nw.Float64))
        .sort("cohort", "place")
    )
    return _spread(cells, ("buyers", *sums), (len(rows) - 1, len(columns) - 1))


def _spread(
    cells: nw.LazyFrame[Any], names: tuple[str, ...], shape: tuple[int, int]
) -> dict[str, Floats]:
    """Lay rows of (cohort, place, numbers) out as matrices, 0 where there is no row."""
    table = cells.collect("pyarrow").to_native().to_pandas()
    at = table["cohort"].to_numpy(dtype=np.int64), table["place"].to_numpy(dtype=np.int64)
    matrices = {name: np.zeros(shape) for name in names}
    for name, matrix in matrices.items():
        matrix[at] = np.nan_to_num(table[name].to_numpy(dtype=np.float64))
    return matrices


def _index(column: str, edges: tuple[int, ...]) -> nw.Expr:
    """Return which period a day lies in: how many later periods have begun by then."""
    begun = [(nw.col(column) >= edge).cast(nw.Int64) for edge in edges[1:-1]]
    return reduce(add, begun, nw.lit(0))


def _cells(flow: dict[str, Floats], measure: Measure, definition: Definition) -> Floats:
    """Return the totals by cohort and calendar period."""
    if measure != "customers":
        return flow["revenue" if measure == "value" else measure]
    if definition == "in":
        return flow["buyers"]
    if definition == "ever_again":
        return np.cumsum(flow["again"], axis=1)
    return np.cumsum(flow["last"][:, ::-1], axis=1)[:, ::-1]


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


def _refuse_unknown(period: str, measure: str, definition: str) -> None:
    choices = (
        ("period", period, get_args(Period)),
        ("measure", measure, tuple(MEASURES)),
        ("definition", definition, tuple(DEFINITIONS)),
    )
    for what, given, known in choices:
        if given not in known:
            raise SettingError(
                f"There is no {what} '{given}' for the triangle: choose one of {', '.join(known)}."
            )
    if measure != "customers" and definition != "in":
        raise SettingError(
            f"The triangle counts {measure} in each period; '{definition}' is a way of counting "
            "customers: choose the measure 'customers' or the definition 'in'."
        )
