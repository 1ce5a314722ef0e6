"""What customers have earned already: facts of the file, without a model of the future.

Money is net of returns and before margin; whoever asks applies the margin. Customers who may be
older than the file take no part where age matters, since theirs is unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.customers import Customers
from models.errors import ColumnError, EvidenceError
from models.survival import EVERYONE, LEVEL
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A month is 487/16 days, so that ages in months are exact in whole numbers, in any engine.
MONTH: Final = (487, 16)
PARTS: Final = 50
FEWEST: Final = 30
NO_MONEY: Final = "The file has no money, so nobody knows what customers have brought so far."


@dataclass(frozen=True, eq=False)
class Earned:
    """Money per customer by age, cumulated from the first purchase on.

    Attributes
    ----------
    label
        Whose: `all`, or a value of the attribute.
    customers
        How many customers there are, whatever their age.
    months
        0, 1, 2, ...; 0 is the day of the first purchase, shape `(m,)`.
    amount, low, high
        Mean money per customer up to that age and its 80 % band, shape `(m,)`.
    followed
        How many customers were watched at least that long, shape `(m,)`.
    replicates
        The mean with one fiftieth of the customers left out at a time, shape `(parts, m)`.
    in_advance
        Whether money comes at the beginning of what it pays for, as in a subscription: the curve
        then stands still until the next payment.
    """

    label: str
    customers: int
    months: Ints
    amount: Floats
    low: Floats
    high: Floats
    followed: Ints
    replicates: Floats
    in_advance: bool = False

    def payback(self, margin: float, cost: float) -> tuple[float, float, float] | None:
        """Return the month in which margin has paid back a cost, with the band's two crossings.

        Parameters
        ----------
        margin
            Fraction of the money that is earned.
        cost
            What winning the customer cost.

        Returns
        -------
        tuple or None
            Month, earliest and latest month; None when it was not paid back as far as customers
            were watched. The latest is infinite when the band's lower end never pays back.
        """
        month = _crossing(self.months, margin * self.amount, cost)
        if math.isinf(month):
            return None
        early = _crossing(self.months, margin * self.high, cost)
        return month, early, _crossing(self.months, margin * self.low, cost)


@dataclass(frozen=True, eq=False)
class Payback:
    """A group's money by age, and what winning one of its customers cost (None if not known)."""

    line: Earned
    cost: float | None

    def net(self, margin: float, money: Floats) -> Floats:
        """Return margin less the cost; margin alone where the cost is not known."""
        return np.asarray(margin * money - (self.cost or 0.0), np.float64)

    def month(self, margin: float) -> tuple[float, float, float] | None:
        """Return when the cost is earned back, as `Earned.payback`; None if never or not known."""
        return None if self.cost is None else self.line.payback(margin, self.cost)


@dataclass(frozen=True, eq=False)
class Concentration:
    """Who holds the money: share held by the largest 1, 2, ... n customers, shape `(n,)`."""

    held: Floats

    def top(self, share: float) -> float:
        """Return the share of the money held by the largest `share` (0 to 1) of customers."""
        people = np.arange(len(self.held) + 1) / len(self.held)
        return float(np.interp(share, people, np.r_[0.0, self.held]))


def concentration(amounts: npt.ArrayLike) -> Concentration:
    """Return how much of the money the largest customers hold.

    Parameters
    ----------
    amounts
        Money of each customer, in any order.

    Raises
    ------
    EvidenceError
        When the file has no money.
    """
    amounts = np.sort(np.maximum(np.asarray(amounts, np.float64), 0.0))[::-1]
    total = float(amounts.sum())
    if total <= 0:
        raise EvidenceError("The file has no money, so nobody can say who holds it.")
    return Concentration(np.cumsum(amounts) / total)


def earned(
    transactions: Transactions,
    customers: Customers,
    *,
    by: str | None = None,
    groups: int = 4,
    months: int = 36,
) -> tuple[Earned, ...]:
    """Return the money per customer by age, for everyone or for the largest groups.

    At each age the month's money is averaged over the customers watched to the end of that month,
    and the averages are added up (the mean cumulative function; Nelson 2003, "Recurrent Events
    Data Analysis"). So young customers count for their first months and bias none of the later
    ones. Bands come from leaving out a fiftieth of the customers at a time.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer.
    by
        A column of `customers.frame` with an attribute; None for everyone together.
    groups
        The most groups returned, those with most customers; groups under 30 are left out.
    months
        The oldest age returned; curves end earlier where fewer than 30 were watched.

    Raises
    ------
    ColumnError
        When the attribute is not known.
    EvidenceError
        When the file has no money, or no group has 30 customers whose first purchase is known.
    """
    if not transactions.has_money:
        raise EvidenceError(NO_MONEY)
    if by is not None and by not in customers.attributes:
        raise ColumnError(
            f"Customers have no '{by}' to compare by: choose one of "
            f"{', '.join(customers.attributes) or 'none, the file has no attributes'}."
        )
    frame = customers.frame.loc[~customers.frame["older_than_file"]]
    labels = largest(frame, by, groups)
    money = _money(transactions, by, labels)
    found = []
    for label in labels:
        members = frame if by is None else frame.loc[frame[by] == label]
        whole = (transactions.last_day - members["first"].to_numpy()) * MONTH[1] // MONTH[0]
        spent = money if by is None else money.loc[money["group"] == label]
        curve = mean_cumulative(
            label, members["customer_id"].to_numpy() % PARTS, whole, spent, months
        )
        if curve is not None:
            found.append(curve)
    if not found:
        raise EvidenceError(
            f"Fewer than {FEWEST} customers have a first purchase late enough in "
            f"'{transactions.name}' to be surely their first: give a longer file."
        )
    return tuple(found)


def largest(frame: pd.DataFrame, by: str | None, groups: int) -> list[str]:
    """Return the labels of the groups that have 30 customers, at most so many, largest first."""
    if by is None:
        return [EVERYONE]
    sizes = frame[by].value_counts()
    return [str(label) for label in sizes[sizes >= FEWEST].index[:groups]]


def _money(transactions: Transactions, by: str | None, labels: list[str]) -> pd.DataFrame:
    """Return money by group, part of the customers and month of age; one row each."""
    numerator, denominator = MONTH
    first = nw.col("day").min().over("customer_id")
    age = (nw.col("day") - nw.col("first_of")) * denominator
    tables = transactions.tables
    days, names = transactions.database.frames(tables.days, tables.customers)
    rows: nw.LazyFrame[Any] = (
        days.filter(~nw.col("customer_id").is_null(), ~nw.col("day").is_null())
        .with_columns(first_of=first)
        .filter(nw.col("first_of") >= transactions.older_before)
        .with_columns(
            month=(age + (numerator - 1)) // numerator,
            whole=(transactions.last_day - nw.col("first_of")) * denominator // numerator,
            part=nw.col("customer_id") % PARTS,
        )
        .filter(nw.col("month") <= nw.col("whole"))
    )
    keys = ["part", "month"]
    if by is not None:
        names = names.select("customer_id", nw.col(by).alias("group"))
        rows = rows.join(names, on="customer_id", how="inner").filter(nw.col("group").is_in(labels))
        keys = ["group", *keys]
    summed = rows.group_by(*keys).agg(amount=nw.col("amount").sum())
    table: pd.DataFrame = summed.collect("pyarrow").to_native().to_pandas()
    return table.astype({"amount": float, "part": int, "month": int})


def mean_cumulative(
    label: str,
    part: Ints,
    whole: Ints,
    spent: pd.DataFrame,
    months: int,
    *,
    in_advance: bool = False,
) -> Earned | None:
    """Return the mean cumulative money of one group, None when it has too few customers.

    Parameters
    ----------
    label
        Whose it is.
    part, whole
        Fiftieth each customer belongs to (0 to 49) and whole months watched, shape `(customers,)`.
    spent
        Columns `part`, `month` (of age) and `amount`, within the months watched.
    months, in_advance
        See `earned` and `Earned`.
    """
    ages = np.arange(months + 1)
    watched = np.zeros((PARTS, months + 1))
    np.add.at(watched, (part, np.clip(whole, 0, months)), 1)
    watched = watched[:, ::-1].cumsum(axis=1)[:, ::-1]
    enough = int((watched.sum(axis=0) >= FEWEST).sum())
    if not enough:
        return None
    watched, ages = watched[:, :enough], ages[:enough]
    money = np.zeros_like(watched)
    near = spent.loc[spent["month"] < enough]
    np.add.at(money, (near["part"].to_numpy(), near["month"].to_numpy()), near["amount"].to_numpy())
    followed = watched.sum(axis=0)
    amount = np.cumsum(money.sum(axis=0) / followed)
    left = np.maximum(followed - watched, 1)
    replicates = np.cumsum((money.sum(axis=0) - money) / left, axis=1)
    reach = _reach(replicates)
    return Earned(
        label=label,
        customers=len(whole),
        months=ages.astype(np.int64),
        amount=amount,
        low=np.maximum(amount - reach, 0),
        high=amount + reach,
        followed=followed.astype(np.int64),
        replicates=replicates,
        in_advance=in_advance,
    )


def _reach(replicates: Floats) -> Floats:
    """Return the half-width of the 80 % band by the delete-a-group jackknife, along axis 0."""
    parts = len(replicates)
    spread = replicates - replicates.mean(axis=0)
    error = np.sqrt((parts - 1) / parts * (spread**2).sum(axis=0))
    reach: Floats = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    return reach


def _crossing(months: Ints, money: Floats, cost: float) -> float:
    """Return the first whole month at which money reaches a cost, infinity when never."""
    reached = np.flatnonzero(money >= cost)
    return float(months[reached[0]]) if len(reached) else math.inf
