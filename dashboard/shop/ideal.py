"""What the page about ideal customers asks of a shop; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.earned import Earned, earned
from models.segments import Segments, shop_segments

if TYPE_CHECKING:
    from models.analysis import Analysis

MOST: Final = 12


def segments(analysis: Analysis) -> dict[str, Segments]:
    """Return the shop's segments, by what the screen calls them.

    Raises
    ------
    EvidenceError
        When too few customers bought lately.
    """
    return shop_segments(analysis.transactions)


def earned_by(analysis: Analysis, trait: str) -> dict[str, Earned]:
    """Return money by age for each level of a trait that is a column of the file.

    Raises
    ------
    EvidenceError
        When too few customers are surely new.
    """
    lines = earned(analysis.transactions, analysis.customers, by=f"first_{trait}", groups=MOST)
    return {line.label: line for line in lines}
