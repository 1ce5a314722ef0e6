"""What our words mean, how they are computed, and what other tools mean by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Term:
    """One word: what it means here, its formula, and what it means elsewhere."""

    name: str
    meaning: str
    formula: str
    elsewhere: str


TERMS: Final = (
    Term(
        "Customer lifetime value (CLV, LTV)",
        "What a customer will still bring: margin of the purchases expected from today to the "
        "horizon, each worth less the later it comes. What was earned before is not in it.",
        "Σ over months of expected purchases × spend × margin ÷ (1 + yearly rate)^years",
        "Many shop tools show revenue so far, or average order × orders × years, without margin, "
        "interest or the chance of leaving.",
    ),
    Term(
        "Chance still a customer",
        "How likely it is that somebody who has been silent for a while has not left for good.",
        "P(alive | purchases, last purchase, time observed) of the fitted model",
        "Other tools call everybody “active” who bought in the last 90 or 365 days.",
    ),
    Term(
        "Retention rate",
        "The share of those who came together who are still there a given time later. Which "
        "“there” is meant stands beside the number: bought in that month, bought in or after it, "
        "or ever bought again by then.",
        "customers still there ÷ customers who came together",
        "On one file these three read 11.8 %, 20.2 % and 78.5 % for month 6; products differ "
        "in which they show.",
    ),
    Term(
        "Churn",
        "Leaving for good. Subscribers leave on a day that is known; shoppers leave in silence, "
        "so their leaving is estimated.",
        "1 − retention",
        "Often “no purchase for 90 days”, whatever the usual time between orders.",
    ),
    Term(
        "Still buying",
        "The share of customers who bought in the half year that begins at a given age.",
        "customers with a purchase in the window ÷ customers followed to its end",
        "Usually shown as a cohort table with calendar months, including months not yet lived.",
    ),
    Term(
        "Acquisition cost (CAC)",
        "Everything spent to win one new customer, first-order discounts included.",
        "spend on winning customers ÷ customers won",
        "Advertising tools leave out staff, agencies and first-order discounts.",
    ),
    Term(
        "The most a new customer may cost",
        "The acquisition cost at which winning one more customer earns nothing.",
        "margin of the first order + value of the orders expected after it, to the horizon",
        "The rule “a third of lifetime value” has no derivation.",
    ),
    Term(
        "Break-even discount",
        "The discount at which an offer earns exactly what it costs. Beyond it the offer loses.",
        "the depth at which value gained from customers saved = discount given to everybody",
        "Simulators that count only those who accepted show offers that always win.",
    ),
    Term(
        "Save rate",
        "Of 100 customers who would have left, how many stay because of the offer.",
        "(left without offer − left with offer) ÷ left without offer, from a test",
        "Vendors count everybody who accepted, also those who would have stayed anyway.",
    ),
    Term(
        "8 in 10",
        "A range that the true number is expected to fall into eight times out of ten.",
        "10th to 90th percentile",
        "Where other tools show a range at all it is often 95 in 100, or not said.",
    ),
    Term(
        "Older than the file",
        "A customer first seen so early that earlier purchases may lie before the file's start.",
        "first seen within the 95th percentile of gaps from the first day",
        "Usually counted as new customers of the first month.",
    ),
    Term(
        "Hold-out",
        "Weeks at the end of the file that the forecast was not shown, to compare it with.",
        "forecast ÷ what came − 1",
        "An accuracy of 100 % usually means that the answer was among the inputs.",
    ),
)
