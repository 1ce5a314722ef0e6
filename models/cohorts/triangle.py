"""The triangle and the layer cake of a shop: cohorts against calendar periods."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any, get_args

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.cohorts.grid import (
    DEFINITIONS,
    MEASURES,
    Definition,
    LayerCake,
    Measure,
    Table,
    Triangle,
    laid_out,
)
from models.errors import SettingError
from models.periods import Period, period_label, period_starts
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]


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
    return laid_out(
        _cells(flow, measure, definition),
        flow["came"].sum(axis=1),
        Table(period, measure, definition, edges, transactions.last_day, transactions.older_before),
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


def _refuse_unknown(period: str, measure: str, definition: str) -> None:
    counted = tuple(one for one in MEASURES if one != "margin")
    choices = (
        ("period", period, get_args(Period)),
        ("measure", measure, counted),
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
