"""A forecast week by week beside what came, and by how much each customer was expected to buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.customers import customers
from models.errors import EvidenceError
from models.holdouts import HoldOut
from models.periods import DAYS_PER_WEEK, WEEKS_PER_MONTH
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]

TENTHS: Final = 10


@dataclass(frozen=True, eq=False)
class Tracking:
    """Purchase days in the weeks after a cut, by the customers known at it; shape `(weeks,)`.

    Attributes
    ----------
    weeks
        1 to the length of the test.
    came, forecast
        Purchase days in each week.
    low, high
        80 % range of the forecast total up to each week.
    """

    weeks: Floats
    came: Floats
    forecast: Floats
    low: Floats
    high: Floats


def track(transactions: Transactions, cut: HoldOut) -> Tracking:
    """Lay the weeks after a cut beside their forecast.

    Raises
    ------
    EvidenceError
        When the cut did not keep its model.
    """
    frame = _known(transactions, cut)
    weeks = np.arange(1.0, cut.weeks + 1)
    total = _expected(cut, frame, weeks).sum(axis=0)
    total *= cut.purchases.predicted / total[-1]
    week = ((nw.col("day") - cut.cut - 1) // int(DAYS_PER_WEEK)).alias("week")
    rows = (
        _after(transactions, cut).group_by(week).agg(days=nw.col("day").count()).collect("pyarrow")
    )
    came = np.zeros(cut.weeks)
    came[rows["week"].to_numpy().astype(np.int64)] = rows["days"].to_numpy()
    off = np.array([cut.beyond[0].over(ahead / WEEKS_PER_MONTH) for ahead in weeks])
    # what people do by themselves matters the more, the shorter the time
    people = cut.purchases.within * np.sqrt(cut.weeks / weeks)
    wide = np.exp(1.2816 * np.hypot(off, people))
    low, high = total / wide, total * wide
    low[-1], high[-1] = cut.purchases.low, cut.purchases.high
    return Tracking(weeks, came, np.diff(total, prepend=0.0), low, high)


def tenths(transactions: Transactions, cut: HoldOut) -> pd.DataFrame:
    """Return customers by tenths of expected purchases, fewest first.

    Columns `tenth`, `customers`, `expected` and `came`, both purchase days per customer.

    Raises
    ------
    EvidenceError
        When the cut did not keep its model.
    """
    frame = _known(transactions, cut)
    each = _expected(cut, frame, np.array([float(cut.weeks)]))[:, 0]
    each *= cut.purchases.predicted / each.sum()
    rows = (
        _after(transactions, cut)
        .group_by("customer_id")
        .agg(days=nw.col("day").count())
        .collect("pyarrow")
        .to_native()
        .to_pandas()
    )
    came = frame["customer_id"].map(rows.set_index("customer_id")["days"]).fillna(0).to_numpy()
    order = np.argsort(each, kind="stable")
    parts = np.array_split(order, min(TENTHS, len(order)))
    return pd.DataFrame(
        {
            "tenth": np.arange(1, len(parts) + 1),
            "customers": [len(part) for part in parts],
            "expected": [each[part].mean() for part in parts],
            "came": [came[part].mean() for part in parts],
        }
    )


def _known(transactions: Transactions, cut: HoldOut) -> pd.DataFrame:
    return customers(transactions.until(cut.cut)).frame


def _expected(cut: HoldOut, frame: pd.DataFrame, weeks: Floats) -> Floats:
    if cut.model is None:
        raise EvidenceError("This cut did not keep its model: test the forecast once more.")
    return cut.model.expected_purchases(weeks, frame["x"], frame["t_x"], frame["T"])


def _after(transactions: Transactions, cut: HoldOut) -> nw.LazyFrame[Any]:
    """Return the purchase days in the window of those known at the cut."""
    window = (nw.col("first") <= cut.cut) & (nw.col("day") > cut.cut) & (nw.col("day") <= cut.end)
    return transactions.days().filter(window)
