"""Customers compared together: everyone, calendar cohorts, or the values of an attribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.customers import Customers
from models.errors import ColumnError
from models.periods import period_label, period_starts
from models.survival import EVERYONE
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]

COHORT: Final = "cohort"

_SMALLEST_GROUP = 30


@dataclass(frozen=True, eq=False)
class Group:
    """Customers compared together; `whole_watched` days is how long all of a cohort was watched."""

    label: str
    members: npt.NDArray[np.bool_]
    watched: Ints
    whole_watched: int | None = None
    older: bool = False


def groups(
    transactions: Transactions, customers: Customers, by: str | None, *, include_older: bool
) -> Iterator[Group]:
    """Yield everyone, then the cohorts or the values of an attribute."""
    older = customers.frame["older_than_file"].to_numpy(dtype=bool)
    counted = np.ones(len(older), bool) if include_older or older.all() else ~older
    watched = transactions.last_day - first_days(customers)
    yield Group(EVERYONE, counted, watched)
    if by == COHORT:
        first = first_days(customers)
        edges = period_starts(transactions.first_day, transactions.last_day, "quarter")
        for begins, ends in pairwise(edges):
            members = (first >= begins) & (first < ends)
            may_be_older = begins < transactions.older_before
            if members.any() and (include_older or not may_be_older):
                whole = transactions.last_day - ends + 1
                label = period_label(begins, "quarter")
                yield Group(label, members, watched, whole, may_be_older)
    elif by is not None:
        values = _attribute(customers, by)
        for value in sorted(set(values[counted].tolist())):
            members = counted & (values == value)
            if members.sum() >= _SMALLEST_GROUP:
                yield Group(value, members, watched)


def _attribute(customers: Customers, by: str) -> npt.NDArray[np.str_]:
    """Return an attribute of every customer as text, `unknown` where there is none."""
    for name in (by, f"first_{by}"):
        if name in customers.attributes:
            column = customers.frame[name].astype(object)
            return column.where(column.notna(), "unknown").astype(str).to_numpy(dtype=np.str_)
    known = ", ".join((COHORT, *customers.attributes))
    raise ColumnError(f"There is no attribute '{by}' to compare by: choose one of {known}.")


def first_days(customers: Customers) -> Ints:
    """Return the day number of everyone's first purchase, in the order of `customers.frame`."""
    return customers.frame["first"].to_numpy(dtype=np.int64)


def in_order(rows: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Collect rows of one per customer, in the order of `customers.frame`."""
    frame: pd.DataFrame = rows.sort("customer_id").collect("pyarrow").to_native().to_pandas()
    return frame
