"""The Brief's words about a subscription; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.cards import Card, heads
from models.cohorts import LayerCake
from models.contracts.renewed import still_here
from models.contracts.subscribers import PLAN
from models.contracts.triangles import subscribed_cake
from models.errors import EvidenceError
from models.periods import DAYS_PER_YEAR, date_of, period_label

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis
    from models.values import Values

SHORT: Final = 3 * DAYS_PER_YEAR  # of shorter files the layers are quarters, not years
FEWEST: Final = 100  # subscribers of a plan below which its share is not set against another's


def cake(analysis: ContractAnalysis) -> LayerCake:
    """Return what was paid by quarter, stacked by when the subscribers came.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money.
    """
    first, last = analysis.log.first_day, analysis.log.last_day
    short = first is not None and last is not None and last - first < SHORT
    return subscribed_cake(analysis.people, layer="quarter" if short else "year")


def cake_marks(analysis: ContractAnalysis) -> str:
    """Return what the marks in the layer cake mean."""
    said = (
        "Thick old layers mean subscribers who stay; thin ones mean revenue won anew every year. "
        "Money stands in the quarter in which it was due."
    )
    last = analysis.log.last_day
    if last is not None and period_label(last, "quarter") == period_label(last + 1, "quarter"):
        said += f" {period_label(last, 'quarter')} is hatched: it had not ended with the file."
    return said


def active(analysis: ContractAnalysis, now: Values) -> Card:
    """Return how many subscribe today, and how many of them still will in a year."""
    reach = wording.between(now.buyers_low, now.buyers_high, heads)
    return Card(
        "Subscribers today",
        wording.count(analysis.customers_today or 0),
        f"{heads(now.buyers_12m)} of them will likely still be there in a year, {reach}",
    )


def each(now: Values, currency: str) -> Card:
    """Return what one of today's subscribers has brought and will bring, on average."""
    here = now.frame[now.frame["p_alive"] > 0]
    earned, coming = float(here["earned"].mean()), float(here["value"].mean())
    reach = wording.money_between(now.low / len(here), now.high / len(here), currency)
    return Card(
        "Value of a subscriber of today",
        wording.money(earned + coming, currency),
        f"{wording.money(earned, currency)} earned so far, {wording.money(coming, currency)} still "
        f"to come ({reach})",
    )


def reasons(analysis: ContractAnalysis) -> list[str]:
    """Return what the file says of staying: over the last year, and from plan to plan."""
    return [reason for reason in (_stayed(analysis), _first_renewal(analysis)) if reason]


def _stayed(analysis: ContractAnalysis) -> str:
    try:
        then = still_here(analysis.people)
    except EvidenceError:
        return ""
    return (
        f"Of {wording.count(then.customers, 'subscriber')} on "
        f"{wording.short_date(date_of(then.day))}, {wording.of_hundred(then.share)} were still "
        f"there a year later."
    )


def _first_renewal(analysis: ContractAnalysis) -> str:
    """Say which plan keeps most of those whose first renewal came due, and which fewest."""
    people = analysis.people
    shares = {}
    for label, who in people.groups(PLAN).items():
        frame = people.frame[who]
        made, left = (
            int((frame["renewals"] > 0).sum()),
            int(((frame["renewals"] == 0) & frame["left"]).sum()),
        )
        if made + left >= FEWEST:
            shares[label] = made / (made + left)
    if len(shares) < 2:
        return ""
    best, worst = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return (
        f"{wording.capital(best)} keeps {wording.of_hundred(shares[best])} at the first renewal, "
        f"{worst} {wording.of_hundred(shares[worst]).removesuffix(' of 100')}."
    )
