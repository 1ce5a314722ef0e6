"""Every calendar month forecast at its start: the next step of a forecast that is kept up to date.

Histories move on from month to month, parameters stay those known before the months began. A large
company is represented by at most 10,000 customers; what chance does to them is in the variance.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.futures import Histories, moments
from models.lifetimes import ParetoNBD, Spend
from models.periods import DAYS_PER_WEEK, period_starts
from models.surprise import NO_MONTHS, Months
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]

PEOPLE: Final = 10_000


def month_by_month(
    log: Transactions, customers: int, model: ParetoNBD, spend: Spend | None, after: int
) -> Months:
    """Forecast the whole months that begin after a day and end with the log.

    Parameters
    ----------
    log
        Purchases; nothing after its last day is known.
    customers
        How many customers it has.
    model, spend
        Fitted on nothing later than `after`.
    after
        Day number.
    """
    starts = [day for day in period_starts(log.first_day, log.last_day, "month") if day > after]
    starts = [day for day in starts if day <= log.last_day + 1]
    if len(starts) < 2:
        return NO_MONTHS
    first, days, last, spent_on, spent, money = _by_customer(log, starts, -(-customers // PEOPLE))
    forecast, variance, came = (np.empty((len(starts) - 1, 2)) for _ in range(3))
    for i, (start, following) in enumerate(pairwise(starts)):
        known = first < start
        orders = days[known, : i + 1].sum(axis=1)
        on = spent_on[known, : i + 1].sum(axis=1)
        total = spent[known, : i + 1].sum(axis=1)
        people = Histories(
            x=orders - 1,
            t_x=(last[known, : i + 1].max(axis=1) - first[known]) / DAYS_PER_WEEK,
            T=(start - 1 - first[known]) / DAYS_PER_WEEK,
            spend_days=on,
            mean_spend=np.divide(total, on, out=np.full(len(on), np.nan), where=on > 0),
        )
        weeks = (following - start) / DAYS_PER_WEEK
        forecast[i], variance[i] = moments(model, spend, people, weeks)
        came[i] = days[known, i + 1].sum(), money[known, i + 1].sum()
    if spend is None:
        came[:, 1] = np.nan
    begins = np.array(starts, dtype=np.int64)
    return Months(begins[:-1], begins[1:] - 1, forecast, variance, came)


def _by_customer(log: Transactions, starts: list[int], every: int) -> tuple[Floats, ...]:
    """Return each customer's first day, and what happened before and in each month.

    Shapes `(customers,)` and `(customers, months + 1)`, the time before them in place 0: purchase
    days, the last of them, repeat days with money, their money, and all money.
    """
    month = sum(((nw.col("day") >= day).cast(nw.Int64) for day in starts[1:]), nw.lit(0))
    month = month + (nw.col("day") >= starts[0]).cast(nw.Int64)
    repeat = (nw.col("amount") > 0) & (nw.col("day") > nw.col("first"))
    rows = (
        log.days()
        .filter(nw.col("customer_id") % every == 0)
        .with_columns(month=month)
        .with_columns(repeat=nw.when(repeat).then(nw.col("amount")))
        .group_by("customer_id", "month")
        .agg(
            first=nw.col("first").min(),
            days=nw.col("day").count(),
            last=nw.col("day").max(),
            spent_on=nw.col("repeat").count(),
            spent=nw.col("repeat").sum(),
            money=nw.col("amount").sum(),
        )
        .with_columns(nw.col("spent", "money").cast(nw.Float64))
        .sort("customer_id", "month")
        .collect("pyarrow")
        .to_native()
        .to_pandas()
    )
    _, who = np.unique(rows["customer_id"], return_inverse=True)
    shape = (int(who.max()) + 1, len(starts) + 1)
    firsts = np.empty(shape[0])
    firsts[who] = rows["first"]
    tables = []
    for name in ("days", "last", "spent_on", "spent", "money"):
        # Days before 1970 are below 0: a month without a purchase must not pass for a later one.
        table = np.full(shape, -np.inf if name == "last" else 0.0)
        table[who, rows["month"]] = rows[name].fillna(0)
        tables.append(table)
    return firsts, *tables
