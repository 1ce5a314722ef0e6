"""One row per customer, and the collapsed counts that every lifetime model is fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.counts import Counts, collapse
from models.errors import DataError
from models.periods import DAYS_PER_WEEK
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Customers:
    """Everybody who bought, one row each, ordered by label.

    Attributes
    ----------
    frame
        `customer_id` (as in `Transactions.days`), `customer` (label), `first`, `last` (day numbers
        of the first and last purchase day), `orders` (purchase days), `amount` (money net of
        returns), `x` (orders - 1), `t_x` and `T` (weeks, see `Counts`), `spend_days` (repeat
        purchase days with money), `mean_spend` (their mean; NaN without one), `older_than_file`
        (first seen so early that the customer may be older than the file), and one categorical
        `first_<attribute>` column per attribute.
    first_day, last_day
        The first and last day the file covers.
    currency
        Code of the money's currency, or None.
    attributes
        Names of the attribute columns.
    log_gaps
        Sum over all repeat purchase days of the log of the weeks since the one before; see
        `Counts`.
    """

    frame: pd.DataFrame
    first_day: int
    last_day: int
    currency: str | None
    attributes: tuple[str, ...] = ()
    log_gaps: float | None = None

    def __post_init__(self) -> None:
        if self.frame.empty:
            raise DataError(
                "No customer with a purchase is left. Check which column is which, and which "
                "cleaning rules are on."
            )

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.frame)

    def counts(self) -> Counts:
        """Return the unique (x, t_x, T) with how many customers share them."""
        return self._collapsed[0]

    @property
    def cell(self) -> Ints:
        """The row of `counts()` of every customer in `frame`, shape (customers,)."""
        return self._collapsed[1]

    @cached_property
    def _collapsed(self) -> tuple[Counts, Ints]:
        frame = self.frame
        return collapse(frame["x"], frame["t_x"], frame["T"], log_gaps=self.log_gaps)


def customers(transactions: Transactions) -> Customers:
    """Return one row per customer of a log.

    Parameters
    ----------
    transactions
        The log; its last day is the end of observation.
    """
    rows = _per_customer(transactions.days()).collect("pyarrow").to_native().to_pandas()
    frame = rows.sort_values("customer_id", ignore_index=True)
    # By number, not by place: a log cut in time knows labels of customers who come later.
    labels = transactions.labels().set_index("customer_id").loc[frame["customer_id"]].reset_index()
    frame.insert(1, "customer", labels["customer"])
    frame["x"] = frame["orders"] - 1
    frame["t_x"] = (frame["last"] - frame["first"]) / DAYS_PER_WEEK
    frame["T"] = (transactions.last_day - frame["first"]) / DAYS_PER_WEEK
    days = frame["spend_days"].to_numpy(dtype=np.float64)
    frame["mean_spend"] = np.divide(
        frame.pop("spend"), days, out=np.full(len(frame), np.nan), where=days > 0
    )
    frame["older_than_file"] = frame["first"] < transactions.older_before
    for attribute in transactions.attributes:
        frame[attribute] = labels[attribute].astype("category")
    return Customers(
        frame, transactions.first_day, transactions.last_day, transactions.currency,
        transactions.attributes, _log_gaps(transactions.days()),
    )  # fmt: skip


def _per_customer(days: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return first and last day, purchase days, money, and the money of repeat days."""
    repeat = (nw.col("amount") > 0) & (nw.col("day") > nw.col("first"))
    return (
        days.with_columns(repeat_spend=nw.when(repeat).then(nw.col("amount")))
        .group_by("customer_id")
        .agg(
            first=nw.col("first").min(),
            last=nw.col("day").max(),
            orders=nw.col("day").count(),
            amount=nw.col("amount").sum(),
            spend_days=nw.col("repeat_spend").count(),
            spend=nw.col("repeat_spend").sum(),
        )
        .with_columns(
            nw.col("first", "last", "orders", "spend_days").cast(nw.Int64),
            nw.col("amount", "spend").cast(nw.Float64),
        )
    )


def _log_gaps(days: nw.LazyFrame[Any]) -> float:
    """Add up the logs of the weeks between purchase days, from how often each gap occurs."""
    gaps = (
        days.filter(~nw.col("gap").is_null())
        .group_by("gap")
        .agg(times=nw.col("day").count())
        .sort("gap")
        .collect("pyarrow")
        .to_native()
    )
    weeks = gaps["gap"].to_numpy().astype(np.float64) / DAYS_PER_WEEK
    return float(gaps["times"].to_numpy() @ np.log(weeks))
