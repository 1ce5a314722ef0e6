"""Leaving a subscription, before anybody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.wording import renewing as words
from models.lifetimes.nobody_left import NobodyLeft
from models.periods import DAYS_PER_MONTH

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis


def nobody_left(analysis: ContractAnalysis) -> str:
    """Return what is known while nobody has left, in a sentence; empty once somebody has."""
    known, frame = analysis.fitted.everyone.chosen, analysis.people.frame
    if not isinstance(known, NobodyLeft):
        return ""
    return words.nobody_left(len(frame), frame["age_days"].max() / DAYS_PER_MONTH, known.asked)
