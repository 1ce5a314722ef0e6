"""Who stays: what the page asks of an analysis, and what it says about the answers.

No streamlit here. Functions take the analysis first, so that `session.derived` can keep their
results; what the data cannot answer comes back as a sentence in the answer's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from dashboard import wording
from dashboard.wording import staying as words
from models.cohorts import (
    COHORT,
    LayerCake,
    Repeat,
    Triangle,
    buying_again_within,
    layer_cake,
    plain_fact,
    second_purchase,
    still_buying,
    triangle,
)
from models.errors import EvidenceError
from models.leaving import Leaving, find_leaving, model_curve
from models.periods import DAYS_PER_WEEK
from models.survival import EVERYONE, Curve, pick

if TYPE_CHECKING:
    from models.analysis import Analysis

Quantity = Literal["Still buying", "Still a customer", "Second purchase"]

WINDOW_WEEKS: Final = 26
HALF_YEAR: Final = 182
WITHIN: Final = "6 months"
AHEAD_MONTHS: Final = 36
RESAMPLES: Final = 100
QUANTITIES: Final[tuple[Quantity, ...]] = ("Still buying", "Still a customer", "Second purchase")


@dataclass(frozen=True)
class Findings:
    """What the page says before anybody chooses anything.

    Attributes
    ----------
    headline, because
        The verdict and its reasons, as sentences.
    trend
        Whether newer customers come back more often, as a sentence.
    cohorts
        How many of each cohort bought again.
    left_out
        Which cohorts no comparison uses, as a sentence; empty when none.
    """

    headline: str
    because: tuple[str, ...]
    trend: str
    cohorts: tuple[Repeat, ...]
    left_out: str


def comparisons(analysis: Analysis) -> dict[str, str | None]:
    """Return what curves can be compared by: what the screen calls it, and the column."""
    named = {
        wording.capital(name.replace("_", " ")): name for name in analysis.transactions.attributes
    }
    return {EVERYONE: None, "When they came": COHORT, **named}


def window(analysis: Analysis) -> str:
    """Return how long buying again is looked for: half a year, or a third of a shorter file."""
    log = analysis.transactions
    third = (log.last_day - log.first_day + 1) / 3
    if third >= WINDOW_WEEKS * DAYS_PER_WEEK:
        return wording.count(WINDOW_WEEKS, "week")
    return wording.count(third, "day")


def title(quantity: Quantity, looked_for: str) -> str:
    """Return what the vertical axis shows."""
    return {
        "Still buying": f"Customers who bought in the next {looked_for}",
        "Still a customer": "Customers who are still customers",
        "Second purchase": "Customers without a second purchase yet",
    }[quantity]


def method(quantity: Quantity, looked_for: str) -> str:
    """Return how a curve comes about, in plain words."""
    return {
        "Still buying": (
            f"A plain share that no model enters: of the customers followed for another "
            f"{looked_for}, those who bought in them. It never changes with the day you look. "
            "Customers who may be older than the file are left out."
        ),
        "Still a customer": (
            "Nobody announces leaving in a shop. The solid line reads it from everybody's silences "
            "and assumes no shape; the dashed line is the fitted model, which runs on as a "
            "forecast."
        ),
        "Second purchase": (
            "Kaplan-Meier on what is seen: the time from the first to the second purchase. Who has "
            "not bought again counts for as long as they were followed. Customers who may be older "
            "than the file are left out."
        ),
    }[quantity]


def curves(analysis: Analysis, quantity: Quantity, by: str | None) -> tuple[Curve, ...]:
    """Return the curves of a quantity: for everyone, and for groups where it has them.

    Raises
    ------
    EvidenceError
        When customers were followed too briefly.
    """
    log, people = analysis.transactions, analysis.customers
    if quantity == "Still buying":
        return still_buying(log, people, window_weeks=WINDOW_WEEKS, by=by)
    if quantity == "Second purchase":
        return second_purchase(log, people, by=by)
    return (leaving(analysis).curve,)


def fitted(analysis: Analysis) -> Curve:
    """Return the fitted model's share still a customer, running on beyond the data."""
    drawn = analysis.draws.models[1 : RESAMPLES + 1]
    return model_curve(
        analysis.lifetimes, analysis.counts, months=AHEAD_MONTHS, label="model", drawn=drawn
    )


def shown(found: tuple[Curve, ...], chosen: list[str]) -> tuple[Curve, ...]:
    """Return the curves to draw: those chosen, else the best, the worst and everyone."""
    picked = tuple(curve for curve in found if curve.label in chosen)
    return picked or pick(found)


def findings(analysis: Analysis) -> Findings:
    """Return the page's verdict and its reasons."""
    log, people = analysis.transactions, analysis.customers
    cohorts = buying_again_within(log, people, HALF_YEAR)
    reasons, headline = [], f"{len(people):,} customers; what they do next is not known yet."
    try:
        fact = plain_fact(log)
    except EvidenceError as reason:
        reasons.append(str(reason))
    else:
        headline = words.came_back(fact)
        reasons.append(words.came_back_exactly(fact, log.currency))
    trend = words.trend(cohorts, WITHIN)
    return Findings(headline, tuple(reasons), trend, cohorts, words.left_out(cohorts))


def leaving(analysis: Analysis) -> Leaving:
    """Return what silences tell about leaving: the curve, and the months that stand out.

    Raises
    ------
    EvidenceError
        When customers were followed too briefly.
    """
    return find_leaving(analysis.counts, analysis.lifetimes, resamples=RESAMPLES)


def leaving_said(analysis: Analysis) -> str:
    """Return when customers leave, or why nobody can tell, in a sentence."""
    try:
        return words.leaving(leaving(analysis))
    except EvidenceError as reason:
        return str(reason)


def said_of(curve: Curve, quantity: Quantity, looked_for: str) -> str:
    """Return what everyone's curve says at twelve months, in a sentence."""
    if quantity == "Still buying":
        return words.still_buying(curve, looked_for)
    if quantity == "Still a customer":
        return words.still_there(curve)
    return words.second_purchase(curve)


def grid(analysis: Analysis, period: str, measure: str, definition: str) -> Triangle:
    """Return a triangle; money and orders are always those in the period."""
    counted = definition if measure == "customers" else "in"
    return triangle(analysis.transactions, period=period, measure=measure, definition=counted)


def cake(analysis: Analysis, period: str) -> LayerCake:
    """Return revenue by period, stacked by the quarter its customers first bought in."""
    return layer_cake(analysis.transactions, period=period, layer="quarter")
