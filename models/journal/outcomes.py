"""What came: the number a decision promised, counted in a later file."""

from __future__ import annotations

import datetime as dt
from typing import Final

from models.analysis import Analysis
from models.backtest import came
from models.contracts import ContractAnalysis
from models.contracts.subscribers import subscribers
from models.errors import EvidenceError
from models.journal.expectations import measures
from models.journal.identity import covered
from models.journal.records import Expectation
from models.periods import day_number

KEYS: Final = ["customer", "spell"]


def actual(analysis: Analysis | ContractAnalysis, promised: Expectation) -> float:
    """Count what was promised, among those who were customers when it was.

    Parameters
    ----------
    analysis
        The company, from a file that reaches the check date.
    promised
        What was expected, and from when to when.

    Raises
    ------
    EvidenceError
        When the file ends before the check date, begins too late to tell who was a customer then,
        or counts something else.
    """
    first, last = covered(analysis)
    if first is None or last is None or promised.measure not in measures(analysis):
        raise EvidenceError(
            "This file does not tell the number that was promised: open one with the same columns "
            "as the file the decision was made on."
        )
    if last < promised.until:
        raise EvidenceError(
            f"The data ends on {last:%d %B %Y}; what came can be told once it reaches "
            f"{promised.until:%d %B %Y}."
        )
    if first >= promised.since:
        raise EvidenceError(
            f"The data begins on {first:%d %B %Y}, after the decision: bring a file that reaches "
            f"back to {promised.since:%d %B %Y} at least."
        )
    since, until = day_number(promised.since), day_number(promised.until)
    if isinstance(analysis, Analysis):
        days, money = came(analysis.transactions, since, until)
        return money if promised.measure == "revenue" else days
    there = subscribers(analysis.subscriptions, since).running
    later = subscribers(analysis.subscriptions, until).frame
    both = there[KEYS].merge(later[[*KEYS, "running"]], on=KEYS, how="left")
    return float((~both["running"].fillna(value=False).astype(bool)).sum())


def begins_later(analysis: Analysis | ContractAnalysis, data_first: dt.date | None) -> bool:
    """Whether a file begins after the one a decision was made on.

    Customers who had bought only before it begins then pass for new ones, and what came of those
    who were customers at the decision is counted too low.
    """
    first = covered(analysis)[0]
    return first is not None and data_first is not None and first > data_first
