"""Cases for judging care: times at which a customer stayed or was lost, and what came before.

A subscription's cases are its renewals. Nobody sees a shop's customers leave, so every half-year is
a case for those who had bought in the year before it: lost means that none of them bought in it.
Contacts count only in the time before a case; whatever comes later cannot have been a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts.subscribers import Subscribers
from models.customers import Customers
from models.drivers.reasons import worth_of_leavers
from models.errors import EvidenceError
from models.losses.subscriptions import comparable_renewals
from models.periods import DAYS_PER_YEAR
from models.transactions.log import Transactions
from models.values import Values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HALF_YEAR: Final = 182
YEAR: Final = round(DAYS_PER_YEAR)
_SINCE: Final = (30, 91, 182)
_TIMES: Final = (1, 2, 5, 10)


@dataclass(frozen=True, eq=False)
class Cases:
    """Times at which customers stayed or were lost.

    Attributes
    ----------
    event
        `renewal`, or `half-year` for a shop.
    frame
        One row per case: `customer`, `begins` and `due` (contacts from the first day to the one
        before the second count), `lost`, `stratum` (cases that can be compared), `recent` (of the
        last 12 months) and `worth` (what one lost here would have been worth; NaN without money).
    today
        Customers who can still be lost: `customer` and `worth` from today.
    """

    event: str
    frame: pd.DataFrame = field(repr=False)
    today: pd.DataFrame = field(repr=False)


def subscription_cases(people: Subscribers, values: Values) -> Cases:
    """Return the renewals that have come due, each with others of its plan, number and year.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no renewal has come due.
    """
    frame = comparable_renewals(people)
    worth = worth_of_leavers(people, values) if values.has_money else np.full(len(people.frame),
                                                                             np.nan)  # fmt: skip
    frame["worth"] = worth[frame["row"].to_numpy()]
    running = set(people.running["customer"])
    today = values.frame.loc[values.frame["customer"].isin(running), ["customer", "value"]]
    return Cases("renewal", frame, _worth(today, values))


def shop_cases(transactions: Transactions, customers: Customers, values: Values) -> Cases:
    """Return half-years that were watched to their end, for who had bought in the year before.

    They are compared with others of the same half-year who had bought as often by then, and as
    recently.

    Raises
    ------
    EvidenceError
        When the file covers less than a year.
    """
    last = transactions.last_day
    marks = np.arange(last - HALF_YEAR, transactions.first_day + HALF_YEAR - 1, -HALF_YEAR)
    if not len(marks):
        raise EvidenceError(
            "The file covers less than a year, so nobody was watched for half a year before and "
            "after a contact: bring a longer file."
        )
    days: pd.DataFrame = (
        transactions.days().select("customer_id", "day").collect("pyarrow").to_native().to_pandas()
    )
    label = customers.frame.set_index("customer_id")["customer"]
    parts = [_half_year(days, label, int(mark), number) for number, mark in enumerate(marks)]
    frame = pd.concat(parts, ignore_index=True)
    frame["recent"] = frame["due"] > last - YEAR
    bought = customers.frame.loc[customers.frame["last"] > last - YEAR, "customer"]
    today = _worth(
        values.frame.loc[values.frame["customer"].isin(set(bought)), ["customer", "value"]], values
    )
    frame["worth"] = today["worth"].mean()
    return Cases("half-year", frame, today)


def _half_year(days: pd.DataFrame, label: pd.Series[str], mark: int, number: int) -> pd.DataFrame:
    """Return the cases of the half-year after one day."""
    before = days[days["day"] <= mark].groupby("customer_id")["day"].agg(["max", "size"])
    before = before[before["max"] > mark - YEAR]
    after = days.loc[(days["day"] > mark) & (days["day"] <= mark + HALF_YEAR), "customer_id"]
    since = np.searchsorted(_SINCE, mark - before["max"].to_numpy(np.int64))
    often = np.searchsorted(_TIMES, before["size"].to_numpy(np.int64))
    return pd.DataFrame(
        {
            "customer": label.reindex(before.index).to_numpy(),
            "begins": mark - HALF_YEAR + 1,
            "due": mark + 1,
            "lost": ~before.index.isin(after.unique()),
            "stratum": (number * 10 + since) * 10 + often,
        }
    )


def _worth(frame: pd.DataFrame, values: Values) -> pd.DataFrame:
    """Return customers with what they are worth from today, NaN where worth is not money."""
    named = frame.rename(columns={"value": "worth"}).reset_index(drop=True)
    return named if values.has_money else named.assign(worth=np.nan)
