"""Who stays in a shop, as sentences: last year's buyers, newer against older, coming back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.wording.numbers import (
    between,
    count,
    months,
    number,
    of_hundred,
    percent,
    short_date,
)
from models.periods import date_of

if TYPE_CHECKING:
    from models.cohorts import PlainFact, Repeat
    from models.leaving import Leaving
    from models.survival import Curve

YEAR = 12.0
DAYS_IN_YEAR = 365
CLEAR = 2.0  # standard errors
MANY = 0.1
MOSTLY = 2.0  # times as much as the rest


def new_buyers(curve: Curve, window: str) -> str:
    """Say how many new customers buy on, and whether they are lost at the start or later.

    Parameters
    ----------
    curve
        The share who bought in the next `window`, by age.
    window
        Its length in words.
    """
    first, month = float(curve.share[0]), min(YEAR, curve.ends)
    said = f"{of_hundred(first)} new customers buy again within {window}"
    if round(month) < 1:
        return f"{said}."
    return (
        f"{said}; after {_age(month)} {of_these(curve.at(month))} still do: "
        f"{_lost(1 - first, first - curve.at(month))}."
    )


def _lost(at_once: float, later: float) -> str:
    """Say when most are lost, by the drop after the first order and the one from there on."""
    if at_once >= MOSTLY * later:
        return "most of the drop comes right after the first order"
    if later >= MOSTLY * at_once:
        return "most of the drop comes later, little by little"
    return "the drop comes in part right after the first order, in part later"


def _age(month: float) -> str:
    return "a year" if month == YEAR else months(float(round(month)))


def within(window: str) -> str:
    """Write a length of time as one says it in a sentence."""
    return {"26 weeks": "half a year"}.get(window, window)


def at_first(curve: Curve, window: str) -> str:
    """Write the first share as the label of its point."""
    return f"{percent(float(curve.share[0]))} buy again within {window}"


def came_back(fact: PlainFact) -> str:
    """Say how many bought again in the next stretch: the verdict where new ones are too few."""
    then = "the year after" if _is_year(fact) else f"in the next {count(fact.days, 'day')}"
    return f"{of_hundred(fact.share)} customers bought again {then}."


def all_customers(fact: PlainFact) -> str:
    """Say the same of all customers with dates, and how many of the others had bought only once."""
    said = (
        f"Of all {count(fact.customers, 'customer')}, new and old, who bought {_when(fact)}, "
        f"{of_hundred(fact.share)} bought again by {_until(fact)}"
    )
    said += f".{_brought(fact)}"
    if not fact.stayed_away:
        return said
    once = of_these(fact.once_stayed_away / fact.stayed_away)
    return f"{said} Of 100 others, {once} had ordered only once."


def came_back_between(fact: PlainFact) -> str:
    """Say the same with its dates."""
    return (
        f"Of {count(fact.customers, 'customer')} who bought {_when(fact)}, "
        f"{of_hundred(fact.share)} bought again by {_until(fact)}.{_brought(fact)}"
    )


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
    way = moved([old], [new])
    verdict = f"newer customers came back {way} often" if way else "this could be noise"
    same = old.cohort[-2:] == new.cohort[-2:]
    season = "" if same else "; the two quarters are of different seasons, which may be all of it"
    return (
        f"Of the customers won in {old.cohort}, {percent(old.share)} bought again within {within}; "
        f"of those won in {new.cohort}, {percent(new.share)}: {verdict}{season}."
    )


def moved(old: Sequence[Repeat], new: Sequence[Repeat]) -> str:
    """Return whether newer cohorts do it `more` or `less` often; nothing if that may be chance."""
    (before, wide), (after, wider) = together(old), together(new)
    if abs(after - before) <= CLEAR * math.hypot(wide, wider):
        return ""
    return "more" if after > before else "less"


def together(cohorts: Sequence[Repeat]) -> tuple[float, float]:
    """Return the share over some cohorts, and its standard error: all or nobody is not certain."""
    n = sum(cohort.customers for cohort in cohorts)
    share = sum(cohort.share * cohort.customers for cohort in cohorts) / n
    unsure = (share * n + 1) / (n + 2)
    return share, math.sqrt(unsure * (1 - unsure) / n)


def left_out(cohorts: Sequence[Repeat]) -> str:
    """Say which cohorts were left out of the comparison; empty when none was."""
    older = [cohort.cohort for cohort in cohorts if cohort.older]
    if not older:
        return ""
    span = older[0] if len(older) == 1 else f"{older[0]} to {older[-1]}"
    return f"{span} may contain customers from before the file begins and are left out."


def still_buying(curve: Curve, window: str, stays: Curve | None) -> str:
    """Say how many bought in a `window` after their first year, or as far as it was seen.

    Parameters
    ----------
    curve
        The share who bought in the next window.
    window
        Its length in words.
    stays
        The share still a customer; where it is much larger, many of the others only pause.
    """
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    said = (
        f"Of 100 new customers, {of_these(curve.at(month))} bought in the {window} after "
        f"{after_month(month)} ({between(low, high, percent)})."
    )
    if stays is None or stays.at(min(YEAR, stays.ends)) < curve.at(month) + MANY:
        return said
    return f"{said} Many of the others only pause, so the line can rise: see “Still a customer”."


def still_there(curve: Curve) -> str:
    """Say how many were still customers after a year, or as far as it was seen."""
    month = min(YEAR, curve.ends)
    low, high = curve.band_at(month)
    return (
        f"{at_age(month)} after the first purchase, {of_hundred(curve.at(month))} are still "
        f"customers ({between(low, high, percent)}; {count(curve.followed_at(month))} followed). "
        "Nobody announces leaving in a shop: this is read from silences, and counts those who "
        "pause, not all of whom buy within a year."
    )


def dangerous(found: Leaving) -> str:
    """Say which month loses clearly more than those around it; empty when none does."""
    if not found.dangerous:
        return ""
    worst = max(found.dangerous, key=lambda month: month.leaving)
    return (
        f"Month {worst.month} is the dangerous one: {percent(worst.leaving)} of those still "
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
        f"{of_hundred(curve.at(month))} new customers have bought only once "
        f"{months(month)} after their first purchase ({between(low, high, percent)})."
    )


def of_these(share: float) -> str:
    """Write how many of a hundred, where `of 100` was said already."""
    return of_hundred(share).removesuffix(" of 100")


def after_month(month: float) -> str:
    """Write an age after the word `after`."""
    if month == YEAR:
        return "a year"
    whole = round(month)  # ages fall on whole days, so that month 1 may stand at 0.99
    return "the first purchase" if month == 0 else f"month {number(whole or month)}"


def at_age(month: float) -> str:
    """Write an age at the beginning of a sentence."""
    if month == YEAR:
        return "12 months"
    return "Right" if month == 0 else months(month).capitalize()
