"""Who stays, as sentences: last year's buyers, newer against older customers, coming back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.wording.numbers import (
    between,
    count,
    money,
    months,
    of_hundred,
    percent,
    short_date,
)
from dashboard.wording.text import listed
from models.periods import date_of

if TYPE_CHECKING:
    from models.cohorts import PlainFact, Repeat
    from models.contracts.renewed import StillHere
    from models.danger import Risk
    from models.leaving import Leaving
    from models.survival import Curve

YEAR = 12.0
DAYS_IN_YEAR = 365
_QUARTERS = 4
_CLEAR = 2.0  # standard errors


def came_back(fact: PlainFact) -> str:
    """Say how many buyers of one year bought again in the next, and what they brought then."""
    stretch = "one year" if _is_year(fact) else f"one stretch of {count(fact.days, 'day')}"
    return f"{of_hundred(fact.share)} buyers of {stretch} bought again the next."


def came_back_between(fact: PlainFact) -> str:
    """Say the same with its dates."""
    return (
        f"Of {count(fact.customers, 'customer')} who bought {_when(fact)}, "
        f"{of_hundred(fact.share)} bought again by {_until(fact)}.{_brought(fact)}"
    )


def came_back_exactly(fact: PlainFact, currency: str | None) -> str:
    """Say the same with its dates, counts and money."""
    said = (
        f"{count(fact.customers, 'customer')} bought {_when(fact)}; {count(fact.came_back)} of "
        f"them again by {_until(fact)}."
    )
    if math.isnan(fact.money_share):
        return said
    again, now = money(fact.money_again, currency), money(fact.money_now, currency)
    return f"{said} They brought {again} of that second {_stretch(fact)}'s {now}."


def _is_year(fact: PlainFact) -> bool:
    return fact.days == DAYS_IN_YEAR


def _stretch(fact: PlainFact) -> str:
    return "year" if _is_year(fact) else "stretch"


def _when(fact: PlainFact) -> str:
    begins, ends = date_of(fact.begins), date_of(fact.begins + fact.days - 1)
    return f"from {short_date(begins)} to {short_date(ends)}"


def _until(fact: PlainFact) -> str:
    return short_date(date_of(fact.begins + 2 * fact.days - 1))


def _brought(fact: PlainFact) -> str:
    """Say what share of the later money came from those who came back: the only share shown."""
    if math.isnan(fact.money_share):
        return ""
    return f" They brought {percent(fact.money_share)} of that second {_stretch(fact)}'s money."


def trend(cohorts: Sequence[Repeat], within: str) -> str:
    """Compare the newest cohort with the oldest one that can be compared.

    Cohorts that may contain older customers, or were not all watched long enough, say nothing.

    Parameters
    ----------
    cohorts
        Oldest first.
    within
        The time allowed, such as `6 months`.
    """
    told = [cohort for cohort in cohorts if cohort.finished and not cohort.older]
    if len(told) < 2:
        return (
            f"Whether newer customers come back more often within {within} cannot be said yet: "
            "fewer than two quarters can be compared."
        )
    old, new = told[0], told[-1]
    way = _moved([old], [new])
    verdict = f"newer customers came back {way} often" if way else "this could be noise"
    same = old.cohort[-2:] == new.cohort[-2:]
    season = "" if same else "; the two quarters are of different seasons, which may be all of it"
    return (
        f"Of the customers won in {old.cohort}, {percent(old.share)} bought again within {within}; "
        f"of those won in {new.cohort}, {percent(new.share)}: {verdict}{season}."
    )


def left_out(cohorts: Sequence[Repeat]) -> str:
    """Say which cohorts were left out of the comparison; empty when none was."""
    older = [cohort.cohort for cohort in cohorts if cohort.older]
    if not older:
        return ""
    span = older[0] if len(older) == 1 else f"{older[0]} to {older[-1]}"
    return f"{span} may contain customers from before the file begins and are left out."


def still_buying(curve: Curve, window: str) -> str:
    """Say how many bought in a `window` after their first year, or as far as it was seen."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    return (
        f"{_age(month)} after the first purchase, {of_hundred(curve.at(month))} customers bought "
        f"in the next {window} ({between(low, high, percent)}; "
        f"{count(curve.followed_at(month))} followed)."
    )


def still_there(curve: Curve) -> str:
    """Say how many were still customers after a year, or as far as it was seen."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    return (
        f"{_age(month)} after the first purchase, {of_hundred(curve.at(month))} are still "
        f"customers ({between(low, high, percent)}; {count(curve.followed_at(month))} followed). "
        "Nobody announces leaving in a shop: this is read from silences."
    )


def leaving(found: Leaving) -> str:
    """Say how many are still customers after half a year and a year, and which months cost most."""
    ends = min(YEAR, found.curve.ends)
    ages = [age for age in (YEAR / 2, ends) if age <= ends]
    there = listed(
        [
            f"{of_hundred(found.curve.at(age)).removesuffix(' of 100')} after {months(age)}"
            for age in dict.fromkeys(ages)
        ]
    )
    low, high = found.curve.band_at(ends)
    said = f"Of 100 customers, still customers: {there} ({between(low, high, percent)})."
    if not found.dangerous:
        return f"{said} No single month loses clearly more than those around it."
    worst = max(found.dangerous, key=lambda month: month.leaving)
    return (
        f"{said} Month {worst.month} is the dangerous one: {percent(worst.leaving)} of those still "
        f"there leave in it, against {percent(worst.usual)} in the months around it."
    )


def second_purchase(curve: Curve) -> str:
    """Say how long it takes until half have bought a second time."""
    half = curve.median
    if half is None:
        month = curve.ends
        return (
            f"{of_hundred(1 - curve.at(month))} customers buy a second time within "
            f"{months(month)}, as far as anybody was followed."
        )
    return f"Half of the customers have bought a second time within {months(half)}."


def after_first(curve: Curve) -> str:
    """Say what is lost after one purchase: the customers who do not make a second."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    return (
        f"{of_hundred(curve.at(month))} customers have bought only once {months(month)} after "
        f"their first purchase ({between(low, high, percent)}). That loss is of another kind: the "
        "months are compared among those who came back."
    )


def still_subscribed(curve: Curve) -> str:
    """Say how many still subscribe after a year, or as far as it was seen."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    half = curve.median
    left = "" if half is None else f" Half have left after {months(half)}."
    return (
        f"{_age(month)} after the start, {of_hundred(curve.at(month))} are still there "
        f"({between(low, high, percent)}; {count(curve.followed_at(month))} followed).{left}"
    )


def a_year_later(then: StillHere) -> str:
    """Say how many subscribers of a year ago are still there."""
    return f"{of_hundred(then.share)} subscribers of a year ago are still there."


def a_year_later_exactly(then: StillHere, currency: str | None) -> str:
    """Say the same with its date, counts and money."""
    said = (
        f"{count(then.customers, 'subscriber')} on {short_date(date_of(then.day))}; "
        f"{count(then.stayed)} of them still subscribe."
    )
    if math.isnan(then.money_then):
        return said
    return (
        f"{said} They pay {money(then.money_now, currency)} of the "
        f"{money(then.money_then, currency)} that all of them paid per period."
    )


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
    way = _moved(old, new)
    verdict = f"newer ones stay {way} often" if way else "this could be noise"
    return (
        f"Of those who came in {_span(old)}, {percent(_together(old)[0])} renewed the first time; "
        f"of those from {_span(new)}, {percent(_together(new)[0])}: {verdict}."
    )


def _moved(old: Sequence[Repeat], new: Sequence[Repeat]) -> str:
    """Return whether newer cohorts do it `more` or `less` often; nothing if that may be chance."""
    (before, wide), (after, wider) = _together(old), _together(new)
    if abs(after - before) <= _CLEAR * math.hypot(wide, wider):
        return ""
    return "more" if after > before else "less"


def _together(cohorts: Sequence[Repeat]) -> tuple[float, float]:
    """Return the share over some cohorts, and its standard error: all or nobody is not certain."""
    n = sum(cohort.customers for cohort in cohorts)
    share = sum(cohort.share * cohort.customers for cohort in cohorts) / n
    unsure = (share * n + 1) / (n + 2)
    return share, math.sqrt(unsure * (1 - unsure) / n)


def _span(cohorts: Sequence[Repeat]) -> str:
    first, last = cohorts[0].cohort, cohorts[-1].cohort
    return first if first == last else f"{first} to {last}"


def first_renewal(risk: Risk) -> str:
    """Say what is lost at the first renewal, against the second."""
    first, second = risk.leaving[:2]
    return (
        f"{of_hundred(float(first))} leave at the first renewal; of those who stay, "
        f"{of_hundred(float(second))} at the second. Whoever only wanted to try leaves at the "
        "first, so it is not set against later ones."
    )


def _age(month: float) -> str:
    """Write an age at the beginning of a sentence."""
    if month == YEAR:
        return "12 months"
    return "Right" if month == 0 else months(month).capitalize()
