"""Customers compared together: everyone, calendar cohorts, the values of an attribute, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.customer_file import with_columns
from models.customers import Customers
from models.errors import ColumnError
from models.periods import Period, period_label, period_starts
from models.survival import EVERYONE
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]
By = str | tuple[str, ...] | None

COHORT: Final = "cohort"
BASKET: Final = "first basket"
DISCOUNT: Final = "first discount"
CALENDARS: Final[dict[str, Period]] = {
    "month": "month",
    COHORT: "quarter",
    "quarter": "quarter",
    "year": "year",
}
BETWEEN: Final = ", "

_SMALLEST_GROUP = 30
_BASKETS = ("small order", "middle order", "large order")


@dataclass(frozen=True, eq=False)
class Group:
    """Customers compared together; `whole_watched` days is how long all of a cohort was watched."""

    label: str
    members: npt.NDArray[np.bool_]
    watched: Ints
    whole_watched: int | None = None
    older: bool = False


@dataclass(frozen=True, eq=False)
class Cut:
    """Which part every customer belongs to.

    Attributes
    ----------
    labels
        Names of the parts, in order of time or name.
    codes
        The part of every customer in the order of `Customers.frame`, -1 for none.
    begins, ends
        First day of each part's calendar period and of the next; None without a calendar.
    """

    labels: tuple[str, ...]
    codes: Ints
    begins: Ints | None = None
    ends: Ints | None = None


def groups(
    transactions: Transactions, customers: Customers, by: By, *, include_older: bool
) -> Iterator[Group]:
    """Yield everyone, then the parts of one cut or of two crossed ones.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer of it.
    by
        See `cut`; None for everyone alone.
    include_older
        Whether customers who may be older than the file take part.
    """
    older = customers.frame["older_than_file"].to_numpy(dtype=bool)
    counted = np.ones(len(older), bool) if include_older or older.all() else ~older
    watched = transactions.last_day - first_days(customers)
    yield Group(EVERYONE, counted, watched)
    if by is None:
        return
    parts = cut(transactions, customers, by)
    # A plain cohort is shown however small; parts of an attribute need customers to speak for them.
    fewest = 1 if parts.begins is not None and len(_names(by)) == 1 else _SMALLEST_GROUP
    for code, label in enumerate(parts.labels):
        members = parts.codes == code
        whole, may_be_older = None, False
        if parts.begins is not None and parts.ends is not None:
            may_be_older = bool(parts.begins[code] < transactions.older_before)
            whole = int(transactions.last_day - parts.ends[code] + 1)
            if may_be_older and not include_older:
                continue
        else:
            members &= counted
        if members.sum() >= fewest:
            yield Group(label, members, watched, whole, may_be_older)


def cut(transactions: Transactions, customers: Customers, by: str | tuple[str, ...]) -> Cut:
    """Return which part every customer belongs to.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer of it.
    by
        A calendar (`"month"`, `"quarter"` or `"cohort"`, `"year"` of the first purchase), the size
        or the discount of the first order (`BASKET`, `DISCOUNT`), an attribute, or two of them,
        of which one may be a calendar.

    Raises
    ------
    ColumnError
        When there is no such attribute.
    """
    found = [_single(transactions, customers, name) for name in _names(by)]
    return found[0] if len(found) == 1 else _crossed(*found[:2])


def comparable(transactions: Transactions, customers: Customers) -> tuple[str, ...]:
    """Return everything a company's customers can be cut by."""
    mapping = transactions.mapping
    basket = (BASKET,) if transactions.has_money else ()
    discount = (DISCOUNT,) if mapping.guess("discount") is not None else ()
    return ("month", "quarter", "year", *customers.attributes, *basket, *discount)


def told_beside(customers: Customers, beside: pd.DataFrame) -> Customers:
    """Return the customers with what a file of customers says of each, to be cut by.

    Parameters
    ----------
    customers
        One row per customer.
    beside
        One column of text per attribute, by customer's label.
    """
    taken = (
        *CALENDARS,
        BASKET,
        DISCOUNT,
        *(a.removeprefix("first_") for a in customers.attributes),
    )
    frame, names = with_columns(customers.frame, beside, taken)
    return replace(customers, frame=frame, attributes=(*customers.attributes, *names))


def _names(by: str | tuple[str, ...]) -> tuple[str, ...]:
    return (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))


def _single(transactions: Transactions, customers: Customers, name: str) -> Cut:
    if name in CALENDARS:
        return _calendar(transactions, customers, CALENDARS[name])
    if name in (BASKET, DISCOUNT):
        return _first_order(transactions, customers, name)
    return _attribute(customers, name)


def _calendar(transactions: Transactions, customers: Customers, period: Period) -> Cut:
    edges = period_starts(transactions.first_day, transactions.last_day, period)
    begins, ends = (np.array(days, dtype=np.int64) for days in zip(*pairwise(edges), strict=True))
    codes = np.searchsorted(begins, first_days(customers), side="right") - 1
    labels = tuple(period_label(day, period) for day in begins)
    return Cut(labels, codes.astype(np.int64), begins, ends)


def _first_order(transactions: Transactions, customers: Customers, name: str) -> Cut:
    """Cut by the first order as its own rows tell it, which nothing later can change."""
    rows = transactions.first_orders.set_index("customer_id")
    rows = rows.reindex(customers.frame["customer_id"])
    if name == DISCOUNT:
        told = rows["discounted"].to_numpy(dtype=np.float64)
        codes = np.where(np.isnan(told), -1, told > 0).astype(np.int64)
        return Cut(("full price", "discount"), codes)
    money = rows["money"].to_numpy(dtype=np.float64)
    known = np.isfinite(money)
    thirds = np.quantile(money[known], [1 / 3, 2 / 3]) if known.any() else np.zeros(2)
    codes = np.searchsorted(thirds, np.nan_to_num(money), side="left")
    return Cut(_BASKETS, np.where(known, codes, -1).astype(np.int64))


def _attribute(customers: Customers, by: str) -> Cut:
    """Cut by an attribute, `unknown` where there is none."""
    for name in (by, f"first_{by}"):
        if name in customers.attributes:
            column = customers.frame[name].astype(object)
            values = column.where(column.notna(), "unknown").astype(str)
            codes, labels = pd.factorize(values, sort=True)
            return Cut(tuple(map(str, labels)), codes.astype(np.int64))
    known = ", ".join((COHORT, *customers.attributes))
    raise ColumnError(f"There is no attribute '{by}' to compare by: choose one of {known}.")


def _crossed(one: Cut, other: Cut) -> Cut:
    """Cross two cuts; a calendar among them keeps its days."""
    width = len(other.labels)
    both = (one.codes >= 0) & (other.codes >= 0)
    codes = np.where(both, one.codes * width + other.codes, -1)
    present = np.unique(codes[both])
    places = np.searchsorted(present, codes)
    codes = np.where(both, places, -1).astype(np.int64)
    pairs = [divmod(int(code), width) for code in present]
    labels = tuple(f"{one.labels[i]}{BETWEEN}{other.labels[j]}" for i, j in pairs)
    dated, side = (one, 0) if one.begins is not None else (other, 1)
    if dated.begins is None or dated.ends is None:
        return Cut(labels, codes)
    at = np.array([pair[side] for pair in pairs], dtype=np.int64)
    return Cut(labels, codes, dated.begins[at], dated.ends[at])


def first_days(customers: Customers) -> Ints:
    """Return the day number of everyone's first purchase, in the order of `customers.frame`."""
    return customers.frame["first"].to_numpy(dtype=np.int64)


def in_order(rows: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Collect rows of one per customer, in the order of `customers.frame`."""
    frame: pd.DataFrame = rows.sort("customer_id").collect("pyarrow").to_native().to_pandas()
    return frame
