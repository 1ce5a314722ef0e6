"""One row per subscriber: since when, whether they left, how often they renewed, what they pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import DataError
from models.lifetimes.contract import Renewals
from models.periods import DAYS_PER_MONTH, date_of
from models.transactions.subscriptions import Subscriptions

Bools = npt.NDArray[np.bool_]

PLAN: Final = "plan"
COHORT: Final = "cohort"
MOST_GROUPS: Final = 12
OTHERS: Final = "other"
UNKNOWN: Final = "not given"
FEWEST_LEFT: Final = 30
SURELY_SEEN: Final = 10  # leavers expected where there was not one


@dataclass(frozen=True, eq=False)
class Subscribers:
    """Everybody's time as a subscriber.

    Attributes
    ----------
    frame
        What `Subscriptions.lives` returns, and `running` (a subscriber on the last day), `cohort`
        (the year of the start) and `amount` (paid so far). Whoever left for more than a month and
        came back has a row for each time.
    period_months
        Months in a paid period.
    first_day, last_day
        The first and last day; None in a snapshot.
    currency
        Code of the money's currency, or None.
    has_money
        Whether there is a price.
    attributes
        What else is known of a subscriber at the start.
    delayed
        Whether some are watched from an age above 0 on only, as in a snapshot of one period, or
        in a file that lacks those who left before it begins.
    """

    frame: pd.DataFrame
    period_months: int
    first_day: int | None
    last_day: int | None
    currency: str | None
    has_money: bool
    attributes: tuple[str, ...]
    delayed: bool

    def __post_init__(self) -> None:
        if self.frame.empty:
            raise DataError(
                "No subscription begins by the last day. Check which column is which, or choose a "
                "later day."
            )

    def __len__(self) -> int:
        """Return the number of different customers."""
        return int(self.frame["customer"].nunique())

    @property
    def running(self) -> pd.DataFrame:
        """Those who are subscribers on the last day."""
        return self.frame[self.frame["running"]]

    def renewals(self, members: Bools | None = None) -> Renewals:
        """Count renewals of everybody, or of some."""
        frame = self.frame if members is None else self.frame[members]
        entered = None
        if self.delayed:
            length = self.period_months * DAYS_PER_MONTH
            entered = np.rint(frame["entry_days"].to_numpy() / length).astype(np.int64)
            entered = np.minimum(entered, frame["renewals"].to_numpy())
        return Renewals.from_customers(
            frame["renewals"].to_numpy(), frame["left"].to_numpy(bool), entered=entered
        )

    def groups(self, by: str) -> dict[str, Bools]:
        """Return who belongs to each plan, channel or cohort, the largest groups first.

        Beyond twelve groups the smallest are together in `other`; cohorts keep their years.
        """
        column = self.frame[by].astype(object).where(self.frame[by].notna(), UNKNOWN).astype(str)
        sizes = column.value_counts()
        names = sorted(sizes.index, key=lambda name: (-int(sizes[name]), name))
        if by == COHORT:
            names = sorted(names)
        elif len(names) > MOST_GROUPS:
            column = column.where(column.isin(names[: MOST_GROUPS - 1]), OTHERS)
            names = [*names[: MOST_GROUPS - 1], OTHERS]
        return {name: (column == name).to_numpy() for name in names}

    def dimensions(self) -> tuple[str, ...]:
        """Return what subscribers can be grouped by, beside their plan."""
        known = [a for a in ("channel",) if a in self.attributes]
        return tuple(known) if self.last_day is None else (*known, COHORT)


def subscribers(subscriptions: Subscriptions, last_day: int | None = None) -> Subscribers:
    """Return everybody as they stood on a day, the file's last one by default.

    Parameters
    ----------
    subscriptions
        What was read.
    last_day
        A day number; nothing after it is used, prices excepted: those are as exported.
    """
    frame = subscriptions.lives(last_day)
    last = subscriptions.last_day if last_day is None else last_day
    delayed = subscriptions.columns.leavers == "last-period"
    if last is not None:
        since = watched_since(frame, subscriptions.period_months, last)
        if since is not None:
            delayed = True
            entry = (since - frame["start"]).clip(lower=0).astype(float)
            frame["entry_days"] = np.minimum(entry, frame["age_days"])
    frame["running"] = ~frame["observed"]
    begun = frame["price"] * frame["payments"]
    earlier = last_day is not None and last_day != subscriptions.last_day
    paid = begun if earlier or not subscriptions.has_paid else frame["paid"]
    frame["amount"] = paid.fillna(0.0)
    if last is not None:
        frame[COHORT] = [str(date_of(day).year) for day in frame["start"]]
    return Subscribers(
        frame=frame,
        period_months=subscriptions.period_months,
        first_day=subscriptions.first_day,
        last_day=last,
        currency=subscriptions.currency,
        has_money=subscriptions.has_money,
        attributes=subscriptions.attributes,
        delayed=delayed,
    )


def watched_since(frame: pd.DataFrame, period_months: int, last_day: int) -> int | None:
    """Return the day from which on leavers are in the file, None when they always were.

    An export of everybody who subscribed in the last years holds their true starts, which may lie
    long before; those who left by then are missing. It shows: of many renewals that came due
    before the first end in the file, every one was made.

    Parameters
    ----------
    frame
        From `Subscriptions.lives`.
    period_months
        Months in a paid period.
    last_day
        The day on which they stood like this; less than a period since the first end shows nothing.
    """
    left = frame["left"].to_numpy(bool)
    if left.sum() < FEWEST_LEFT:
        return None
    length = period_months * DAYS_PER_MONTH
    since = int(frame.loc[left, "ended"].min())
    if last_day - since < length:
        return None
    start = frame["start"].to_numpy(np.float64)
    due_before = np.maximum(np.ceil((since - start) / length) - 1, 0).sum()
    due_since = (frame["renewals"].to_numpy() + left).sum() - due_before
    expected = due_before * left.sum() / max(due_since, 1.0)
    return since if expected >= SURELY_SEEN else None
