"""Leaving a shop, which nobody announces: who can be followed, and what their silences tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.cohorts.groups import Group, groups
from models.counts import Counts, collapse
from models.leaving import Leaving, find_leaving
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK

if TYPE_CHECKING:
    from models.analysis import Analysis

WINDOW_WEEKS: Final = 26
RESAMPLES: Final = 100
FEWEST: Final = 30


def short(analysis: Analysis) -> bool:
    """Whether too few are surely no older than the file to be followed by themselves."""
    log, frame = analysis.transactions, analysis.customers.frame
    span = log.last_day - log.first_day + 1
    watched = log.last_day - frame["first"]
    enough = min(WINDOW_WEEKS * DAYS_PER_WEEK, span / 3) + DAYS_PER_MONTH
    return int((~frame["older_than_file"] & (watched >= enough)).sum()) < FEWEST


def leaving(analysis: Analysis) -> Leaving:
    """Return what silences tell about leaving: the curve, and the months that stand out.

    Raises
    ------
    EvidenceError
        When customers were followed too briefly.
    """
    return leaving_of(analysis, everyone(analysis))


def everyone(analysis: Analysis) -> Group:
    """Return everyone who cannot be older than the file, or everyone if all may be."""
    older = short(analysis)
    return next(groups(analysis.transactions, analysis.customers, None, include_older=older))


def counts_of(analysis: Analysis, group: Group) -> Counts:
    """Return a group's buying patterns, each with how many share it."""
    frame = analysis.customers.frame.loc[group.members]
    return collapse(frame["x"], frame["t_x"], frame["T"])[0]


def leaving_of(analysis: Analysis, group: Group) -> Leaving:
    """Return what the silences of a group tell about leaving."""
    counts = counts_of(analysis, group)
    return find_leaving(counts, analysis.lifetimes, label=group.label, resamples=RESAMPLES)
