"""What customers bring in the first, second, third ... year of the relationship, and who is left.

Facts of the file: only customers who were watched for the whole of a year are counted in it, so a
year's mean needs no model, and later years rest on fewer customers. Whoever may be older than the
file takes no part, since nobody knows which year theirs is.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.customers import Customers
from models.earned import FEWEST, MONTH, NO_MONEY
from models.errors import EvidenceError
from models.periods import MONTHS_PER_YEAR
from models.survival import LEVEL
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_YEARS: Final = 10


@dataclass(frozen=True)
class YearEarned:
    """One year of the relationship, of all customers who were watched through it.

    Attributes
    ----------
    year
        1 for the first.
    amount, low, high
        Money per customer who ever came, with its 80 % band, before margin.
    followed
        How many customers were watched through that year, gone or not.
    active
        How many of them brought anything in it.
    """

    year: int
    amount: float
    low: float
    high: float
    followed: int
    active: int

    @property
    def left(self) -> float:
        """The share who brought anything in that year."""
        return self.active / self.followed

    @property
    def each(self) -> float:
        """Money per customer who brought anything in that year; 0 when nobody did."""
        return self.amount / self.left if self.active else 0.0


def years(transactions: Transactions, customers: Customers) -> tuple[YearEarned, ...]:
    """Return what a shop's customers brought year by year; the first purchase is in year 1.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer.

    Raises
    ------
    EvidenceError
        When the file has no money, or fewer than 30 customers were watched through a first year.
    """
    if not transactions.has_money:
        raise EvidenceError(NO_MONEY)
    numerator, denominator = MONTH
    frame = customers.frame.loc[~customers.frame["older_than_file"]]
    whole = (transactions.last_day - frame["first"].to_numpy()) * denominator // numerator
    first = nw.col("day").min().over("customer_id")
    age = (nw.col("day") - nw.col("first_of")) * denominator
    month = (age + (numerator - 1)) // numerator
    watched = (transactions.last_day - nw.col("first_of")) * denominator // numerator
    rows = (
        transactions.days()
        .with_columns(first_of=first)
        .filter(nw.col("first_of") >= transactions.older_before)
        .with_columns(
            year=nw.max_horizontal((month + (MONTHS_PER_YEAR - 1)) // MONTHS_PER_YEAR, nw.lit(1)),
            whole=watched // MONTHS_PER_YEAR,
        )
        .filter(nw.col("year") <= nw.col("whole"), nw.col("year") <= MOST_YEARS)
        .group_by("customer_id", "year")
        .agg(amount=nw.col("amount").sum().cast(nw.Float64))
        .with_columns(square=nw.col("amount") * nw.col("amount"))
        .group_by("year")
        .agg(nw.len().alias("active"), nw.col("amount").sum(), nw.col("square").sum())
        .sort("year")
        .collect("pyarrow")
        .to_native()
        .to_pandas()
        .set_index("year")
        .reindex(range(1, MOST_YEARS + 1), fill_value=0)
    )
    table = rows[["active", "amount", "square"]].to_numpy(np.float64)
    followed = [int((whole >= MONTHS_PER_YEAR * year).sum()) for year in rows.index]
    return settled(np.array(followed), table, transactions.name)


def settled(followed: Ints, table: Floats, name: str) -> tuple[YearEarned, ...]:
    """Return the years that 30 customers were watched through.

    Parameters
    ----------
    followed
        Customers watched through each year, shape `(years,)`.
    table
        How many of them brought anything, their money and its squares, shape `(years, 3)`.
    name
        The file's, for the refusal.

    Raises
    ------
    EvidenceError
        When there is not even a first year.
    """
    found = []
    for year, (n, (active, money, squares)) in enumerate(zip(followed, table, strict=True), 1):
        if n < FEWEST:
            break
        mean = money / n
        variance = max(squares - n * mean**2, 0.0) / (n - 1)
        reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * float(np.sqrt(variance / n))
        low, high = max(mean - reach, 0.0), mean + reach
        found.append(YearEarned(year, float(mean), low, high, int(n), int(active)))
    if not found:
        raise EvidenceError(
            f"Fewer than {FEWEST} customers of '{name}' were watched through a whole year from "
            "their surely first purchase: give a longer file."
        )
    return tuple(found)
