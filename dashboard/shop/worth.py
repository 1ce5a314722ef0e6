"""What the Worth page asks of a shop; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from models import worth as models
from models.bridges import Bridge
from models.earned import Concentration, Earned, concentration, earned
from models.reconciliation import reconcile
from models.relationship import YearEarned
from models.relationship import years as by_year
from models.stories import Story
from models.stories import story as tell
from models.survival import EVERYONE

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.business import Business
    from models.lifetimes import ParetoNBD
    from models.values import Values

EACH: Final = "purchase"
LEFT: Final = "bought"
DOUBT: Final = models.DOUBT
GIVEN: Final = "if they stay"
CHANCE: Final = "Chance still a customer"
LOOKED: Final = "Chance still a customer, by the purchases up to then"
LOOKED_BACK: Final = (
    "Each week from the purchases up to that week alone, all by today's model: the chance moves "
    "only with what this customer bought, or did not buy."
)


def comparisons(analysis: Analysis) -> dict[str, str | None]:
    """Return what payback can be compared by: what the screen calls it, and the column."""
    named = {
        wording.capital(name.replace("_", " ")): name
        for name in sorted(analysis.transactions.attributes)
    }
    return named | {EVERYONE: None}


def held(analysis: Analysis) -> Concentration:
    """Return who holds the money so far.

    Raises
    ------
    EvidenceError
        When the file has no money.
    """
    return concentration(analysis.customers.frame["amount"])


def little_known(_analysis: Analysis) -> str:
    """Return nothing: in a shop leaving is never seen, and every range carries that."""
    return ""


def earnings(analysis: Analysis, by: str | None, groups: int) -> tuple[Earned, ...]:
    """Return money per customer by age: the largest groups, and everyone.

    Raises
    ------
    EvidenceError
        When too few customers are surely new.
    """
    log, people = analysis.transactions, analysis.customers
    everyone = earned(log, people)
    return everyone if by is None else (*earned(log, people, by=by, groups=groups), *everyone)


def years(analysis: Analysis) -> tuple[YearEarned, ...]:
    """Return what customers brought in each year of the relationship.

    Raises
    ------
    EvidenceError
        When too few customers were watched through a first year.
    """
    return by_year(analysis.transactions, analysis.customers)


def quadrant(_analysis: Analysis, values: Values) -> models.Quadrant:
    """Return customers by chance and worth."""
    return models.quadrant(values)


def examples(_analysis: Analysis, values: Values) -> dict[str, int]:
    """Return a few customers worth looking at: row numbers by what they are an example of."""
    return models.examples(values)


def known(analysis: Analysis) -> ParetoNBD:
    """Return what a chance is looked back at with: today's model."""
    return analysis.lifetimes


def story(analysis: Analysis, values: Values, row: int, model: ParetoNBD) -> Story:
    """Return one customer's story, looking back with the model that is `known`."""
    return tell(analysis.transactions, analysis.customers, values, row, model)


def bridges(analysis: Analysis, business: Business) -> tuple[Bridge, ...]:
    """Return the ways from other tools' numbers to ours.

    Raises
    ------
    EvidenceError
        When the file has no money, or too little of the past.
    """
    return reconcile(
        analysis.transactions, analysis.customers, analysis.lifetimes, analysis.spend, business
    )
