"""What the Worth page asks of a list of subscriptions; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.subscription import leaving
from models import worth as models
from models.bridges import Bridge
from models.contracts.payments import paid_by_age, paid_by_year
from models.contracts.reconciliation import reconcile_subscribers
from models.contracts.stories import looks, renewal_chances
from models.contracts.stories import story as tell
from models.contracts.subscribers import PLAN
from models.earned import Concentration, Earned, concentration
from models.relationship import YearEarned
from models.stories import Story
from models.survival import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.business import Business
    from models.contracts import ContractAnalysis
    from models.contracts.fits import Retentions
    from models.values import Values

EACH: Final = "payment"
LEFT: Final = "still paid"
DOUBT: Final = models.DOUBT_TO_RENEW
GIVEN: Final = "if they renew"
CHANCE: Final = "Chance to renew the next time"
LOOKED: Final = "Chance to renew, as it looked then"
LOOKED_BACK: Final = (
    "At each payment and each year's end from what was known then: payments up to that day, and "
    "the model fitted at the end of the year before it."
)


def comparisons(analysis: ContractAnalysis) -> dict[str, str | None]:
    """Return what payback can be compared by: what the screen calls it, and the column."""
    frame = analysis.people.frame
    columns = [name for name in (*analysis.people.attributes, PLAN) if frame[name].nunique() > 1]
    named = {wording.capital(name.replace("_", " ")): name for name in columns}
    return named | {EVERYONE: None}


def held(analysis: ContractAnalysis) -> Concentration:
    """Return who holds the money so far.

    Raises
    ------
    EvidenceError
        When the file has no money.
    """
    return concentration(analysis.people.frame.groupby("customer")["amount"].sum())


def little_known(analysis: ContractAnalysis) -> str:
    """Return in a sentence why the worth rests on little; empty where it does not."""
    return leaving.nobody_left(analysis)


def earnings(analysis: ContractAnalysis, by: str | None, groups: int) -> tuple[Earned, ...]:
    """Return money per subscriber by age: the largest groups, and everyone.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money, or nobody was followed.
    """
    everyone = paid_by_age(analysis.people)
    if by is None:
        return everyone
    return (*paid_by_age(analysis.people, by=by, groups=groups), *everyone)


def years(analysis: ContractAnalysis) -> tuple[YearEarned, ...]:
    """Return what subscribers paid in each year since they began.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money, or too few were watched for a year.
    """
    return paid_by_year(analysis.people, analysis.log.name)


def quadrant(analysis: ContractAnalysis, values: Values) -> models.Quadrant:
    """Return subscribers by their chance to renew next and what they are worth if they do."""
    return models.quadrant(values, renewal_chances(analysis.people, analysis.fitted))


def examples(analysis: ContractAnalysis, values: Values) -> dict[str, int]:
    """Return a few subscribers worth looking at: row numbers by what they are an example of."""
    return models.examples(values, renewal_chances(analysis.people, analysis.fitted))


def known(analysis: ContractAnalysis) -> tuple[tuple[int, Retentions], ...]:
    """Return what could be fitted at the end of each year, and today's, by day."""
    return looks(analysis.subscriptions, analysis.fitted)


def story(
    analysis: ContractAnalysis, values: Values, row: int, then: Sequence[tuple[int, Retentions]]
) -> Story:
    """Return one subscriber's story, looking back with what was `known` then.

    Raises
    ------
    EvidenceError
        When the file has no dates.
    """
    return tell(analysis.people, values, row, then)


def bridges(analysis: ContractAnalysis, business: Business) -> tuple[Bridge, ...]:
    """Return the ways from other tools' numbers to ours.

    Raises
    ------
    EvidenceError
        When the file has no money, or nobody was asked to renew.
    """
    return reconcile_subscribers(analysis.people, analysis.fitted, business)
