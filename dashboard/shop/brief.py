"""The Brief's words about a shop; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.cards import Card, heads
from dashboard.wording import staying
from models.cohorts import LayerCake, layer_cake
from models.cohorts.returning import plain_fact
from models.earned import concentration
from models.errors import DataError, EvidenceError
from models.periods import DAYS_PER_YEAR

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.values import Values

YEAR: Final = round(DAYS_PER_YEAR)
LARGEST: Final = 0.01
FEWEST: Final = 100  # customers below which "the largest 1 %" is nobody


def cake(analysis: Analysis) -> LayerCake:
    """Return revenue by quarter, stacked by the quarter its customers first bought in."""
    return layer_cake(analysis.transactions, period="quarter")


def cake_marks(analysis: Analysis) -> str:
    """Return what the marks in the layer cake mean."""
    said = "Thick old layers mean customers who stay; thin ones mean revenue won anew every year."
    log = analysis.transactions
    if analysis.customers.frame["older_than_file"].any():
        said += " † may contain customers from before the file."
    if log.unfinished_quarter:
        said += f" {log.unfinished_quarter} is hatched: it had not ended with the file."
    return said


def active(analysis: Analysis, now: Values) -> Card:
    """Return how many bought lately, and how many of them will again."""
    frame = analysis.customers.frame
    recent = (frame["last"] > analysis.transactions.last_day - YEAR).to_numpy()
    again = float(now.frame["buys_12m"].to_numpy()[recent].sum())
    of_all = again / now.buyers_12m if now.buyers_12m else 0.0
    reach = wording.between(now.buyers_low * of_all, now.buyers_high * of_all, heads)
    return Card(
        "Bought in the last 12 months",
        wording.count(int(recent.sum())),
        f"{heads(again)} of them will likely buy again within a year, {reach}",
    )


def each(now: Values, currency: str) -> Card:
    """Return what a customer has brought and will bring, averaged over everybody in the file."""
    people = len(now.frame)
    earned, coming = now.earned / people, now.total / people
    reach = wording.money_between(now.low / people, now.high / people, currency)
    return Card(
        "Value of a customer",
        wording.money(earned + coming, currency),
        f"{wording.money(earned, currency)} earned so far, {wording.money(coming, currency)} still "
        f"to come ({reach})",
    )


def reasons(analysis: Analysis) -> list[str]:
    """Return what the file says of coming back, and of who matters."""
    return [reason for reason in (_came_back(analysis), _few_hold_much(analysis)) if reason]


def _came_back(analysis: Analysis) -> str:
    try:
        fact = plain_fact(analysis.transactions)
    except (DataError, EvidenceError):
        return ""
    return staying.came_back_between(fact)


def _few_hold_much(analysis: Analysis) -> str:
    if not analysis.transactions.has_money or analysis.customer_count < FEWEST:
        return ""
    held = concentration(analysis.customers.frame["amount"]).top(LARGEST)
    return (
        f"The largest {wording.percent(LARGEST)} of customers hold {wording.percent(held)} of the "
        "revenue so far: what is true of the average is not true of them."
    )
