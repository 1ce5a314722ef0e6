"""Who stays: what the page asks of either kind of company, and what it makes of the answers.

`dashboard/shop/staying.py` and `dashboard/subscription/staying.py` answer with functions of the
same names. Functions take the analysis first, so that `session.derived` can keep their results;
what the data cannot answer is refused with a sentence. No streamlit here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard import wording
from dashboard.wording.comparing import points
from models.cohorts import Repeat
from models.comparing import Difference
from models.danger import Risk
from models.errors import EvidenceError
from models.survival import EVERYONE, Curve, pick

if TYPE_CHECKING:
    from models.values import Values

YEAR = 12.0
MOST_LINES = 5
ALONE = "Everyone together"
NOTHING_ELSE = "nothing else"
NEARLY_ALL = 0.99
BANDS = "“8 in 10”: in 8 of 10 cases the true figure lies in the range, or in the shaded band."
CAME = {"month": "Month they came", "quarter": "Quarter they came", "year": "Year they came"}


@dataclass(frozen=True)
class Findings:
    """The page's verdict and its reasons, as sentences.

    Attributes
    ----------
    headline, because
        The verdict and its reasons.
    first
        What the first share of the curve drawn first says, where the curve does not begin at 100 %.
    """

    headline: str
    because: tuple[str, ...]
    first: str = ""


@dataclass(frozen=True)
class Better:
    """Whether newer customers stay more often.

    Attributes
    ----------
    title
        What the share of each cohort is.
    cohorts
        The share of each cohort, oldest first.
    said
        What that says, as sentences.
    left_out
        Which cohorts no comparison uses, as a sentence; empty when none.
    """

    title: str
    cohorts: tuple[Repeat, ...]
    said: tuple[str, ...]
    left_out: str

    @property
    def marked(self) -> bool:
        """Whether some cohort takes no part in comparisons."""
        return any(cohort.older or not cohort.finished for cohort in self.cohorts)


@dataclass(frozen=True)
class Said:
    """How a difference in a quantity is said.

    Attributes
    ----------
    share
        What those who count do: `were still there`.
    above, below
        What a group with a larger, or a smaller share does.
    time
        What was done in the mean time: `stayed`.
    """

    share: str
    above: str
    below: str
    time: str = "stayed"


@dataclass(frozen=True, eq=False)
class Danger:
    """When customers leave.

    Attributes
    ----------
    title, axis
        What the chart shows, and by what.
    risk
        The share leaving, step by step.
    meeting
        How many customers a year begin at its step 0.
    said
        What is lost at the first step, which is of another kind, as sentences.
    """

    title: str
    axis: str
    risk: Risk
    meeting: float
    said: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """What the leavers of one step beyond the usual cost a year, with its range; NaN unknown."""

    unit: str
    step: int
    leaving: float
    usual: float
    leavers: float
    money: float
    low: float
    high: float


def column_name(column: str) -> str:
    """Return what the screen calls a column of the file."""
    return wording.capital(column.replace("_", " "))


def crossed(one: str | None, other: str | None) -> str | tuple[str, ...] | None:
    """Return what to compare by: nothing, a column, or two."""
    if one is None or other is None or one == other:
        return one
    return (one, other)


def shown(found: tuple[Curve, ...], chosen: Sequence[str]) -> tuple[Curve, ...]:
    """Return the curves to draw: those chosen, else the best, the worst and everyone."""
    picked = tuple(curve for curve in found if curve.label in chosen)[:MOST_LINES]
    return picked or pick(found)


def numbers(
    curves: Sequence[Curve], differences: Sequence[Difference], *, times: bool
) -> pd.DataFrame:
    """Return the numbers behind the lines, one row per group.

    Parameters
    ----------
    curves
        All groups.
    differences
        Each against everybody else.
    times
        Whether the share is of those to whom something has not happened yet, so that half of it
        and a mean time mean something.
    """
    against = {one.label: one for one in differences}
    rows = []
    for curve in curves:
        month = min(YEAR, curve.ends)
        row: dict[str, Any] = {
            "Group": curve.label,
            "Followed": int(curve.followed[0]),
            "After": wording.months(month),
            "Share": wording.percent(curve.at(month)),
            "8 in 10": wording.between(*curve.band_at(month), wording.percent),
            "Followed so long": curve.followed_at(month),
        }
        if times:
            horizon = min(3 * YEAR, curve.ends)
            half = curve.median
            row["Half gone after"] = "not yet" if half is None else wording.months(half)
            row["Mean time"] = f"{wording.number(curve.mean(horizon))} of {wording.months(horizon)}"
        one = against.get(curve.label)
        row["Against everybody else"] = "" if one is None else _against(one)
        rows.append(row)
    return pd.DataFrame(rows)


def _against(one: Difference) -> str:
    sure = "could be noise" if one.noise else "not noise"
    return f"{points(one.gap)} points, {sure}"


def costs(danger: Danger, values: Values) -> tuple[Cost, ...]:
    """Return what each dangerous step costs a year: leavers beyond the usual times their worth."""
    frame = values.frame
    here = float(frame["p_alive"].sum())
    worth = [math.nan] * 3
    if values.has_money and here > 0:
        worth = [values.total / here, values.low / here, values.high / here]
    found = []
    for one in danger.risk.dangerous:
        money, low, high = one.yearly_cost(danger.meeting, *worth)
        leavers = danger.meeting * max(one.extra, 0.0)
        found.append(
            Cost(danger.risk.unit, one.month, one.leaving, one.usual, leavers, money, low, high)
        )
    return tuple(sorted(found, key=lambda cost: -cost.leavers))


def one_line(found: Sequence[Curve]) -> Curve:
    """Return everyone's curve, or the first of the groups.

    Raises
    ------
    EvidenceError
        When there is none.
    """
    if not found:
        raise EvidenceError("No group is large enough to follow: compare by something else.")
    return next((curve for curve in found if curve.label == EVERYONE), found[0])
