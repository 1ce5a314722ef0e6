"""What was decided, what was expected of it, and what came: kept until the next file answers."""

from models.journal.expectations import MEASURES, expect, longest, measures
from models.journal.identity import Sample, covered, hashed, sample
from models.journal.outcomes import actual, begins_later
from models.journal.records import Decided, Expectation, Outcome, Proposal
from models.journal.store import Journal, Match, default_place

__all__ = [
    "MEASURES",
    "Decided",
    "Expectation",
    "Journal",
    "Match",
    "Outcome",
    "Proposal",
    "Sample",
    "actual",
    "begins_later",
    "covered",
    "default_place",
    "expect",
    "hashed",
    "longest",
    "measures",
    "sample",
]
