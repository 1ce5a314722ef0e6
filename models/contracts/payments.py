"""What subscribers have paid so far, by age: facts of the file, without a model of the future.

A file of subscriptions says since when, how many periods were paid and, mostly, the total; single
payments are not in it. The latest is known to be at the latest price, and what is left of the total
is spread evenly over the payments before it, so that every customer's total stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts.subscribers import Subscribers
from models.earned import FEWEST, PARTS, Earned, mean_cumulative
from models.errors import ColumnError, EvidenceError
from models.periods import MONTHS_PER_YEAR
from models.relationship import MOST_YEARS, YearEarned, settled
from models.survival import EVERYONE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MONTHS: Final = 60


@dataclass(frozen=True, eq=False)
class Payments:
    """Every payment of every subscriber, kept as rows of `Subscribers.frame`, shape `(spells,)`.

    Attributes
    ----------
    who
        Number of the customer, 0, 1, ... in the order of labels.
    made
        Payments made.
    before
        Calendar months from the customer's first start to this spell's; 0 unless they came back.
    watched
        Whole calendar months from the customer's first start to the last day.
    latest, earlier
        Money of the last payment, and of each one before it.
    period_months
        Months between two payments.
    """

    who: Ints
    made: Ints
    before: Ints
    watched: Ints
    latest: Floats
    earlier: Floats
    period_months: int

    def rows(self) -> pd.DataFrame:
        """Return one row per payment: `who`, `row` (of the frame), `month` of age and `amount`."""
        row = np.repeat(np.arange(len(self.made)), self.made)
        begins = np.repeat(np.cumsum(self.made) - self.made, self.made)
        place = np.arange(len(row)) - begins
        last = place == self.made[row] - 1
        return pd.DataFrame(
            {
                "who": self.who[row],
                "row": row,
                "month": self.before[row] + place * self.period_months,
                "amount": np.where(last, self.latest[row], self.earlier[row]),
            }
        )


def payments(people: Subscribers) -> Payments:
    """Return what every subscriber has paid, payment by payment.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no money.
    """
    if people.last_day is None:
        raise EvidenceError(
            "The file says how long people have subscribed but not since when, so nobody knows "
            "when those who left would have paid: bring start dates to follow payments by age."
        )
    if not people.has_money:
        raise EvidenceError("The file has no money, so nobody knows what subscribers have paid.")
    frame = people.frame
    who, _ = pd.factorize(frame["customer"])
    start = frame["start"].to_numpy(np.int64)
    first = pd.Series(start).groupby(who).transform("min").to_numpy(np.int64)
    made = frame["payments"].to_numpy(np.int64)
    total = frame["amount"].to_numpy(np.float64)
    latest = np.where(made == 1, total, np.minimum(frame["first_price"], total))
    rest = (total - latest) / np.maximum(made - 1, 1)
    before = _months(first, start)
    reached = before + (made - 1) * people.period_months
    watched = np.maximum(_months(first, np.full(len(first), people.last_day)), reached)
    watched = pd.Series(watched).groupby(who).transform("max").to_numpy(np.int64)
    return Payments(who.astype(np.int64), made, before, watched, latest, rest, people.period_months)


def paid_by_age(
    people: Subscribers, *, by: str | None = None, groups: int = 4, months: int = MONTHS
) -> tuple[Earned, ...]:
    """Return the money per subscriber by age, for everyone or for the largest groups.

    As `models.earned.earned`: at each age the payments due then, averaged over all who were watched
    that long, whether they still pay or not, and added up.

    Parameters
    ----------
    people
        The subscribers.
    by
        A column of `Subscribers.frame`, such as the plan or an attribute; None for everyone.
    groups
        The most groups returned, those with most customers; groups under 30 are left out.
    months
        The oldest age returned.

    Raises
    ------
    ColumnError
        When the column is not known.
    EvidenceError
        When the file has no dates or no money, or no group has 30 customers.
    """
    if by is not None and by not in people.frame:
        raise ColumnError(f"Subscribers have no '{by}' to compare by.")
    paid = payments(people)
    rows, newest = paid.rows(), np.unique(paid.who, return_index=True)[1]
    watched = paid.watched[newest]
    label = np.full(len(newest), EVERYONE, object)
    if by is not None:
        label = people.frame[by].astype(object).to_numpy()[newest]
    sizes = pd.Series(label).value_counts()
    found = []
    for name in sizes[sizes >= FEWEST].index[:groups]:
        members = label == name
        spent = rows.loc[members[rows["who"]] & (rows["month"] <= months)]
        summed = (
            spent.assign(part=spent["who"] % PARTS)
            .groupby(["part", "month"], as_index=False)["amount"]
            .sum()
        )
        part = np.flatnonzero(members) % PARTS
        curve = mean_cumulative(str(name), part, watched[members], summed, months, in_advance=True)
        if curve is not None:
            found.append(curve)
    if not found:
        raise EvidenceError(
            f"No group of subscribers has {FEWEST} people in it: give a longer list, or compare "
            "by something else."
        )
    return tuple(found)


def paid_by_year(people: Subscribers, name: str) -> tuple[YearEarned, ...]:
    """Return what subscribers paid year by year since they began, and how many still paid.

    A year counts for whoever was watched until its last payment fell due.

    Parameters
    ----------
    people
        The subscribers.
    name
        The file's, for a refusal.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money, or fewer than 30 customers a whole year.
    """
    paid = payments(people)
    rows = paid.rows()
    rows["year"] = rows["month"] // MONTHS_PER_YEAR + 1
    watched = paid.watched[np.unique(paid.who, return_index=True)[1]]
    due = max(MONTHS_PER_YEAR - paid.period_months, 0)
    until = [MONTHS_PER_YEAR * year + due for year in range(MOST_YEARS)]
    followed = np.array([(watched >= month).sum() for month in until])
    table = np.zeros((MOST_YEARS, 3))
    for year, month in enumerate(until, 1):
        inside = rows.loc[(rows["year"] == year) & (watched[rows["who"]] >= month)]
        each = inside.groupby("who")["amount"].sum().to_numpy()
        table[year - 1] = len(each), each.sum(), each @ each
    return settled(followed, table, name)


def last_year(people: Subscribers) -> tuple[float, float]:
    """Return the money paid within the last twelve calendar months: all, and of who still pays.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money.
    """
    paid = payments(people)
    rows = paid.rows()
    lately = rows["month"] > paid.watched[rows["row"]] - MONTHS_PER_YEAR
    money = rows["amount"].where(lately, 0.0)
    pays = (people.frame["running"] & ~people.frame["leaving"]).to_numpy(bool)
    return float(money.sum()), float(money[pays[rows["row"]]].sum())


def _months(start: Ints, end: Ints) -> Ints:
    """Return whole calendar months between day numbers, shape of `start`."""
    begun, ended = (day.astype("datetime64[D]") for day in (start, end))
    months = [day.astype("datetime64[M]") for day in (begun, ended)]
    into = [
        (day - month).astype(np.int64) for day, month in zip((begun, ended), months, strict=True)
    ]
    whole = (months[1] - months[0]).astype(np.int64)
    return np.asarray(whole - (into[1] < into[0]), np.int64)
