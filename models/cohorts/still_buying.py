"""Still buying: the headline of a shop, a plain proportion that no model enters."""

from __future__ import annotations

import math
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.cohorts.groups import By, Group, groups, in_order
from models.customers import Customers
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK
from models.survival import EVERYONE, Curve, proportion
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]

STILL_BUYING: Final = "still buying"

_FEWEST = 10
# A month is 487/16 days: ages in months are exact in whole numbers, in any engine.
_MONTH_DAYS, _MONTH_PARTS = 487, 16
_MOST_POINTS = 62  # one bit each in a 64-bit integer


def still_buying(
    transactions: Transactions,
    customers: Customers,
    *,
    window_weeks: float = 26,
    by: By = None,
    include_older: bool = False,
) -> tuple[Curve, ...]:
    """Return the share who bought in the next `window_weeks`, by age since the first purchase.

    At age t: of the customers watched until t + W at least, the share who bought in (t, t + W]. A
    plain proportion with a Wilson band, which no model and no silence rule enters.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer of it.
    window_weeks
        W; cut to a third of the file.
    by
        What to compare by, see `groups.cut`. A cohort's point appears once every day of its period
        was watched that long: from then on it is final.
    include_older
        Whether customers who may be older than the file take part, at ages counted from where the
        file first sees them.

    Returns
    -------
    tuple of Curve
        Everyone first, then the groups in order of time or name; a group nobody of whom was watched
        long enough is left out.

    Raises
    ------
    EvidenceError
        When too few were watched for W.
    """
    span = transactions.last_day - transactions.first_day + 1
    window = round(min(window_weeks * DAYS_PER_WEEK, span / 3))
    if window < DAYS_PER_WEEK:
        raise _too_short(transactions, window)
    ages, spacing = _ages(span - window)
    bought = _bought_within(transactions, window, len(ages), spacing)
    curves = []
    for group in groups(transactions, customers, by, include_older=include_older):
        curve = _curve(group, bought, ages, window)
        if curve is not None:
            curves.append(curve)
        elif group.label == EVERYONE:
            raise _too_short(transactions, window)
    return tuple(curves)


def _curve(group: Group, bought: Ints, ages: Ints, window: int) -> Curve | None:
    """Return a group's proportions at the ages enough of it were watched for, if there are any."""
    watched, answers = group.watched[group.members], bought[group.members]
    if group.whole_watched is not None:
        watched = np.full(len(watched), group.whole_watched)
    followed = np.array([(watched >= age + window).sum() for age in ages])
    points = np.flatnonzero(followed >= min(_FEWEST, max(len(watched), 1)))
    if not len(points):
        return None
    yes = [int(((answers >> k & 1) & (watched >= ages[k] + window)).sum()) for k in points]
    share, low, high = proportion(yes, followed[points])
    months = ages[points] / DAYS_PER_MONTH
    return Curve(group.label, STILL_BUYING, months, share, low, high, followed[points], smooth=True)


def _too_short(transactions: Transactions, window: int) -> EvidenceError:
    return EvidenceError(
        f"Too few customers of '{transactions.name}' were watched for the {window} days after a "
        "first purchase: give a longer file or a window of some weeks."
    )


def _ages(days: int) -> tuple[Ints, int]:
    """Return ages in days of whole months below `days`, and how many months lie between two."""
    months = math.ceil(days * _MONTH_PARTS / _MONTH_DAYS)
    spacing = max(1, math.ceil(months / _MOST_POINTS))
    ages = np.arange(0, max(months, 1), spacing, dtype=np.int64) * _MONTH_DAYS // _MONTH_PARTS
    return ages, spacing


def _bought_within(transactions: Transactions, window: int, points: int, spacing: int) -> Ints:
    """Return per customer one integer whose bit k tells whether they bought in (age_k, age_k + W].

    A purchase at age a answers for the ages from a - W to a that the purchase before it does not
    answer for already, so the bits of a customer's purchases never overlap and add up.
    """
    day, first = nw.col("day"), nw.col("day").min().over("customer_id")
    before = day.shift(1).over("customer_id", order_by="day")
    age = nw.col("age")
    rows = (
        transactions.days()
        .with_columns(age=day - first, previous=nw.coalesce(before - first, nw.lit(0)))
        .with_columns(opens=nw.max_horizontal("previous", age - window))
        .with_columns(low=_below("opens", points, spacing), high=_below("age", points, spacing))
        .with_columns(bits=_power_of_two("high") - _power_of_two("low"))
        .group_by("customer_id")
        .agg(nw.col("bits").sum().cast(nw.Int64))
    )
    return in_order(rows)["bits"].to_numpy(dtype=np.int64)


def _below(days: str, points: int, spacing: int) -> nw.Expr:
    """Return how many of the ages lie below so many days: a division rounded up, in integers."""
    length = _MONTH_DAYS * spacing
    count = (nw.col(days) * _MONTH_PARTS + (length - 1)) // length
    return nw.min_horizontal(count, nw.lit(points))


def _power_of_two(exponent: str) -> nw.Expr:
    return (nw.lit(2.0) ** nw.col(exponent)).cast(nw.Int64)
