"""Who stays with a subscription, as sentences: new subscribers, all of them, their renewals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard.wording.numbers import (
    between,
    count,
    months,
    of_hundred,
    ordinal,
    percent,
    short_date,
)
from dashboard.wording.staying import YEAR, after_month, moved, together
from dashboard.wording.text import listed
from models.lifetimes.nobody_left import most_leaving
from models.periods import date_of

if TYPE_CHECKING:
    from models.cohorts import Repeat
    from models.contracts.renewed import StillHere
    from models.danger import Risk
    from models.survival import Curve

FEWEST: Final = 30  # due at a renewal, below which it is not set against others
_QUARTERS: Final = 4


def new_subscribers(curve: Curve, risk: Risk | None) -> str:
    """Say how many new subscribers stay a year, and at which renewal most of those due leave."""
    month = min(YEAR, curve.ends)
    share, age = of_hundred(curve.at(month)), after_month(month)
    said = f"{share} new subscribers are still there after {age}"
    if risk is None:
        return f"{said}."
    told = risk.followed >= min(FEWEST, int(risk.followed[0]))
    worst = int((risk.leaving * told).argmax())
    return f"{said}; the {ordinal(int(risk.ages[worst]))} renewal loses most."


def most_may_leave(asked: float) -> str:
    """Say how many leave at a renewal at most, after renewals that were all made."""
    return f"at most {of_hundred(most_leaving(asked))} leave at a renewal, 9 in 10 sure"


def nobody_left(subscribers: int, followed: float, asked: float) -> str:
    """Say what is known while nobody has left.

    Parameters
    ----------
    subscribers, followed
        How many there are, and for how many months the first of them was followed.
    asked
        Renewals that came due, all of which were made.
    """
    return (
        f"Nobody has left yet: {count(subscribers, 'subscriber')}, followed for up to "
        f"{months(followed)}, made all {count(asked, 'renewal')} that came due. So "
        f"{most_may_leave(asked)}; that is all that is known of leaving, and nothing of why."
    )


def still_subscribed(curve: Curve) -> str:
    """Say how sure that share is, how many were followed so long, and when half have left."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    half = curve.median
    left = "" if half is None else f" Half have left after {months(half)}."
    return (
        f"New subscribers still there after {after_month(month)}: {percent(curve.at(month))} "
        f"({between(low, high, percent)}; {count(curve.followed_at(month))} followed).{left}"
    )


def a_year_later(then: StillHere, new: Curve, risk: Risk | None) -> str:
    """Say how many of all subscribers of a year ago are still there, and why not as of new ones.

    Parameters
    ----------
    then
        All subscribers of a year ago, and who of them still subscribes.
    new
        The share of new subscribers still there.
    risk
        The share leaving at each renewal.
    """
    money = then.money_now / then.money_then if then.money_then > 0 else math.nan
    said = (
        f"All subscribers, new and old: of {count(then.customers)} on "
        f"{short_date(date_of(then.day))}, {of_hundred(then.share)} were still there a year later"
    )
    if not math.isnan(money):
        said += f", paying {percent(money)} of the money"
    known = risk is not None and len(risk.leaving) > 1 and new.ends >= YEAR
    if known and then.share > new.at(YEAR) and float(risk.leaving[1]) < float(risk.leaving[0]):
        said += ". That is more than of new ones: whoever has renewed once leaves less often"
    return f"{said}."


def subscribed_again(again: int, left: int) -> str:
    """Say how many who had left came back; empty when nobody left."""
    if not left:
        return ""
    if not again:
        return f"Of {count(left)} who left, nobody has subscribed again."
    return f"Of {count(left)} who left, {count(again)} subscribed again ({percent(again / left)})."


def renewal_trend(cohorts: Sequence[Repeat]) -> str:
    """Compare the first renewals of the last whole year's cohorts with those of the year before.

    Parameters
    ----------
    cohorts
        Years, or quarters: then four against four, so that every season meets itself.
    """
    told = [cohort for cohort in cohorts if cohort.finished]
    year = 1 if told and "-" not in told[0].cohort else _QUARTERS
    if len(told) < 2 * year:
        return (
            "Whether newer subscribers renew more often cannot be said yet: two years of cohorts "
            "have to come to their first renewal."
        )
    old, new = told[-2 * year : -year], told[-year:]
    way = moved(old, new)
    verdict = f"newer ones stay {way} often" if way else "this could be noise"
    return (
        f"Of those who came in {_span(old)}, {percent(together(old)[0])} renewed the first time; "
        f"of those from {_span(new)}, {percent(together(new)[0])}: {verdict}."
    )


def _span(cohorts: Sequence[Repeat]) -> str:
    first, last = cohorts[0].cohort, cohorts[-1].cohort
    return first if first == last else f"{first} to {last}"


def first_renewals(risk: Risk) -> str:
    """Say how many leave at the first renewals."""
    first, *later = risk.leaving[:3]
    named = [f"{of_hundred(float(v))} at the {ordinal(k)}" for k, v in enumerate(later, start=2)]
    more = f"; of those who stay, {listed(named)}" if named else ""
    return f"{of_hundred(float(first))} leave at the first renewal{more}."


def first_renewal(risk: Risk) -> str:
    """Say the same, and why the first renewal is not set against later ones."""
    return (
        f"{first_renewals(risk)} Whoever only wanted to try leaves at the first, so it is not set "
        "against later ones."
    )
