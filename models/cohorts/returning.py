"""Coming back: the second purchase, last year's buyers, and the first long silence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.cohorts.groups import COHORT, By, first_days, groups, in_order
from models.comparing import Difference, compare_times, lives
from models.counts import Counts, collapse
from models.customers import Customers
from models.errors import EvidenceError
from models.periods import DAYS_PER_WEEK
from models.survival import Curve, kaplan_meier, proportion
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]

NO_SECOND_PURCHASE: Final = "no second purchase yet"
NO_LONG_SILENCE: Final = "no long silence yet"

_YEAR = 365


@dataclass(frozen=True)
class Repeat:
    """How many of a cohort bought again within so many days of their first purchase.

    Attributes
    ----------
    cohort
        Calendar quarter of the first purchase, `2010-Q1`.
    customers
        How many were watched that long.
    share, low, high
        Share of them who bought again, with its 80 % band (Wilson).
    older
        Whether the cohort may contain customers from before the file.
    finished
        Whether the whole cohort was watched that long, so that the share is final.
    """

    cohort: str
    customers: int
    share: float
    low: float
    high: float
    older: bool
    finished: bool


@dataclass(frozen=True)
class PlainFact:
    """Of those who bought in one stretch of days, who bought in the next.

    Attributes
    ----------
    days
        Length of each stretch, 365 where the file is long enough.
    begins
        First day of the earlier stretch; the later one ends with the file.
    customers, came_back
        Buyers of the earlier stretch, and those of them who bought in the later one.
    share, low, high
        `came_back` as a share, with its 80 % band (Wilson).
    money_again
        What the buyers of the earlier stretch spent in the later one; NaN without money.
    money_now
        What everybody spent in the later stretch, newcomers included.
    once, once_came_back
        Buyers of the earlier stretch who had bought on one day only by its end, as far as the file
        goes back, and those of them who bought in the later one.
    """

    days: int
    begins: int
    customers: int
    came_back: int
    share: float
    low: float
    high: float
    money_again: float
    money_now: float
    once: int
    once_came_back: int

    @property
    def stayed_away(self) -> int:
        """Buyers of the earlier stretch who did not buy in the later one."""
        return self.customers - self.came_back

    @property
    def once_stayed_away(self) -> int:
        """Those of them whose first purchase was their last."""
        return self.once - self.once_came_back

    @property
    def money_share(self) -> float:
        """Share of the later stretch's money that came from those who came back."""
        return self.money_again / self.money_now if self.money_now > 0 else math.nan


def second_purchase(
    transactions: Transactions,
    customers: Customers,
    *,
    by: By = None,
    include_older: bool = False,
) -> tuple[Curve, ...]:
    """Return Kaplan-Meier curves of the time from the first to the second purchase day.

    The second purchase is seen when it happens, and who has not made one is watched until the end
    of the file, so this is the curve of open customers that needs no assumption about silence.

    Parameters
    ----------
    transactions, customers, by, include_older
        As in `still_buying`.
    """
    waited, observed = _waits(transactions, customers)
    return tuple(
        kaplan_meier(
            waited[g.members], observed[g.members], label=g.label, quantity=NO_SECOND_PURCHASE
        )
        for g in groups(transactions, customers, by, include_older=include_older)
    )


def second_purchase_differences(
    transactions: Transactions, customers: Customers, by: By, *, include_older: bool = False
) -> tuple[Difference, ...]:
    """Put the time to the second purchase of every group against everybody else's."""
    waited, observed = _waits(transactions, customers)
    parts = list(groups(transactions, customers, by, include_older=include_older))[1:]
    if len(parts) < 2:
        return ()
    codes = np.full(len(waited), -1, np.int64)
    for code, group in enumerate(parts):
        codes[group.members] = code
    return compare_times(lives(waited, observed, codes, [group.label for group in parts]))


def after_second(transactions: Transactions, customers: Customers) -> Counts | None:
    """Return the histories of those who bought twice, from their second purchase on.

    What a shop loses after one purchase hides what it loses later; these are the later losses.
    None when nobody bought twice.
    """
    waited, observed = _waits(transactions, customers)
    frame = customers.frame
    if not observed.any():
        return None
    spent = waited[observed] / DAYS_PER_WEEK
    x, t_x, T = (frame[name].to_numpy(dtype=np.float64)[observed] for name in ("x", "t_x", "T"))
    recency = np.where(x > 1, t_x - spent, 0.0)
    return collapse(x - 1, recency, T - spent)[0]


def first_silence(
    transactions: Transactions, customers: Customers, silence_weeks: float = 26
) -> Curve:
    """Return the share without a silence longer than `silence_weeks`, dated at its start.

    Everybody's follow-up ends that much before the file does, so each silence is judged with the
    same look-ahead and the curve is right *for its own quantity*. Read as "still a customer" it is
    far too low, because who pauses has not left: an analyst's option, never the headline.
    """
    silence = round(silence_weeks * DAYS_PER_WEEK)
    last_day = transactions.last_day
    next_day = nw.col("day").shift(-1).over("customer_id", order_by="day")
    gap = nw.coalesce(next_day, nw.lit(last_day)) - nw.col("day")
    rows = in_order(
        transactions.days()
        .with_columns(silent=nw.when(gap > silence).then(nw.col("day")))
        .group_by("customer_id")
        .agg(nw.col("silent").min())
    )
    watched = last_day - silence - first_days(customers)
    waited = rows["silent"].to_numpy(dtype=np.float64) - first_days(customers)
    judged = watched >= 0
    if not judged.any():
        raise EvidenceError(
            f"Nobody in '{transactions.name}' was watched for {silence} days: choose a shorter "
            "silence."
        )
    silent = ~np.isnan(waited[judged])
    days = np.where(silent, waited[judged], watched[judged])
    return kaplan_meier(days, silent, quantity=NO_LONG_SILENCE)


def buying_again_within(
    transactions: Transactions, customers: Customers, days: int = _YEAR
) -> tuple[Repeat, ...]:
    """Return for every acquisition quarter the share with a second purchase day within `days`.

    Of a quarter that was not watched that long to its last day, the customers who were are counted
    and the quarter is marked unfinished.
    """
    waited, observed = _waits(transactions, customers)
    answers = []
    for group in groups(transactions, customers, COHORT, include_older=True):
        if group.whole_watched is None:
            continue
        members = group.members & (group.watched >= days)
        if members.any():
            yes = int((observed[members] & (waited[members] <= days)).sum())
            share, low, high = (float(v[0]) for v in proportion([yes], [members.sum()]))
            finished = group.whole_watched >= days
            answers.append(
                Repeat(
                    group.label, int(members.sum()), share, low, high, group.older, bool(finished)
                )
            )
    return tuple(answers)


def plain_fact(transactions: Transactions, days: int = _YEAR) -> PlainFact:
    """Return who bought again: buyers of the year before last who bought in the last year.

    Parameters
    ----------
    transactions
        The log.
    days
        Length of each stretch; half the file where that is shorter.

    Raises
    ------
    EvidenceError
        When nobody bought in the earlier stretch.
    """
    span = transactions.last_day - transactions.first_day + 1
    length = max(min(days, span // 2), 1)
    later = transactions.last_day - length + 1
    before = nw.col("day").is_between(later - length, later - 1)
    table = in_order(
        transactions.days()
        .with_columns(
            earlier=nw.when(before).then(nw.col("amount")),
            after=nw.when(nw.col("day") >= later).then(nw.col("amount")),
            so_far=nw.when(nw.col("day") < later).then(nw.col("day")),
        )
        .group_by("customer_id")
        .agg(
            days=nw.col("so_far").count(),
            buyer=nw.col("earlier").count(),
            again=nw.col("after").count(),
            after=nw.col("after").sum().cast(nw.Float64),
        )
    )
    buyer = table["buyer"].to_numpy() > 0
    if not buyer.any():
        raise EvidenceError(
            f"Nobody in '{transactions.name}' bought in the {length} days before the last "
            f"{length}: there is nothing to compare."
        )
    back = buyer & (table["again"].to_numpy() > 0)
    once = buyer & (table["days"].to_numpy() == 1)
    share, low, high = (float(v[0]) for v in proportion([back.sum()], [buyer.sum()]))
    spending = np.full(len(table), np.nan)
    if transactions.has_money:
        spending = np.nan_to_num(table["after"].to_numpy(dtype=np.float64))
    return PlainFact(
        days=length,
        begins=later - length,
        customers=int(buyer.sum()),
        came_back=int(back.sum()),
        share=share,
        low=low,
        high=high,
        money_again=float(spending[buyer].sum()),
        money_now=float(spending.sum()),
        once=int(once.sum()),
        once_came_back=int((once & back).sum()),
    )


def _waits(transactions: Transactions, customers: Customers) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return days to the second purchase, or to the end of the file, and whether it was seen."""
    first = nw.col("day").min().over("customer_id")
    rows = in_order(
        transactions.days()
        .with_columns(later=nw.when(nw.col("day") > first).then(nw.col("day")))
        .group_by("customer_id")
        .agg(nw.col("later").min())
    )
    second = rows["later"].to_numpy(dtype=np.float64)
    ends = np.where(np.isnan(second), transactions.last_day, second)
    return (ends - first_days(customers)).astype(np.int64), ~np.isnan(second)
