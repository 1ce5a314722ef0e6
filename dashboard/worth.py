"""Worth: what the page asks of an analysis. No streamlit; functions take the analysis first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from models.earned import Concentration, Earned, concentration, earned
from models.relationship import YearEarned
from models.relationship import years as by_year
from models.stories import Story
from models.stories import story as tell
from models.survival import EVERYONE
from models.values import Values

if TYPE_CHECKING:
    from models.analysis import Analysis

GROUPS: Final = 4


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


def earnings(analysis: Analysis, by: str | None) -> tuple[Earned, ...]:
    """Return money per customer by age, for everyone and for the largest groups.

    Raises
    ------
    EvidenceError
        When too few customers are surely new.
    """
    log, people = analysis.transactions, analysis.customers
    everyone = earned(log, people)
    return everyone if by is None else (*earned(log, people, by=by, groups=GROUPS), *everyone)


def years(analysis: Analysis) -> tuple[YearEarned, ...]:
    """Return what customers brought in each year of the relationship.

    Raises
    ------
    EvidenceError
        When too few customers were watched through a first year.
    """
    return by_year(analysis.transactions, analysis.customers)


def story(analysis: Analysis, values: Values, row: int) -> Story:
    """Return one customer's story."""
    return tell(analysis.transactions, analysis.customers, values, row)
