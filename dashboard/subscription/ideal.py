"""What the page about ideal customers asks of a subscription; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.contracts.payments import paid_by_age
from models.contracts.stages import subscription_segments
from models.earned import Earned
from models.segments import Segments

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis

MOST: Final = 12


def segments(analysis: ContractAnalysis) -> dict[str, Segments]:
    """Return the subscription's segments, by what the screen calls them.

    Raises
    ------
    EvidenceError
        When the file has no dates, or not more than a year of them.
    """
    return subscription_segments(analysis.subscriptions, analysis.people)


def earned_by(analysis: ContractAnalysis, trait: str) -> dict[str, Earned]:
    """Return money by age for each level of a trait that is a column of the file.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money.
    """
    lines = paid_by_age(analysis.people, by=trait, groups=MOST)
    return {line.label: line for line in lines}
