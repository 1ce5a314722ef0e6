"""What an offer did, read from the company's own randomised test.

Everybody in the test was put into the offer or the control group by chance, so that their shares
who left at the tested renewal differ by the offer alone. Counted by intention to treat: whoever was
to get the offer is counted with it, used or not. The reading is checked before it is believed:

- the groups have the sizes that were planned (chi-square, p < .001 stops; a sample-ratio mismatch
  means that something other than chance decided who was in which);
- they are alike in what was known before (standardised mean difference below .1, or no larger than
  chance alone makes it in groups of this size);
- at least thirty left in each.

The save rate of the engine combines the test with what is assumed without one: a normal law around
ten in a hundred. So a small test moves the plan a little, a large one decides it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtri

from models.decisions.case import Z90
from models.decisions.knobs import KNOBS
from models.decisions.scenario import SPREAD
from models.periods import EPOCH, date_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MISMATCH: Final = 1e-3
ALIKE: Final = 0.1
FEWEST_LEFT: Final = 30
MOST_LEVELS: Final = 20
GRACE_DAYS: Final = 7
PLANS: Final = (0.5, 0.9, 0.8, 0.75, 0.95, 0.1, 0.2, 0.25, 0.05)
NEAR_PLAN: Final = 0.01
Z95: Final = 1.959963984540054


@dataclass(frozen=True)
class Arm:
    """One group of a test: who was put into it, and how many of them left."""

    people: int
    left: int

    @property
    def share(self) -> float:
        """The share that left."""
        return self.left / self.people if self.people else math.nan


@dataclass(frozen=True)
class Trial:
    """A randomised test, read and checked.

    Attributes
    ----------
    column
        What the file calls it.
    offered, control
        The groups.
    saved, saved_low, saved_high
        Of those who would have left, the share that the offer held, with its 80 % range: the test
        alone.
    difference, difference_low, difference_high
        By how much the share that left is smaller with the offer, with Newcombe's 95 % range.
    mismatch
        Chance of groups this uneven when nothing but the planned chance sorted them.
    planned
        Share that was to get the offer: a half, unless the groups are within a point of another
        usual plan.
    apart, apart_in
        Largest standardised difference of what was known before, and what differs so much.
    first_day, last_day
        Days (day numbers) on which the tested renewals were due.
    pending
        In the test, with a renewal that had not come due by the end of the file; left out.
    refused
        Why the test is not used, as a sentence; empty when it is.
    """

    column: str
    offered: Arm
    control: Arm
    saved: float
    saved_low: float
    saved_high: float
    difference: float
    difference_low: float
    difference_high: float
    mismatch: float
    planned: float
    apart: float
    apart_in: str
    first_day: int
    last_day: int
    pending: int
    refused: str = ""

    @property
    def winner(self) -> bool:
        """Whether the offer certainly held somebody: the 95 % range leaves out zero."""
        return not self.refused and self.difference_low > 0

    @property
    def harm(self) -> bool:
        """Whether it certainly drove somebody away."""
        return not self.refused and self.difference_high < 0

    def to_dict(self) -> dict[str, Any]:
        """Return the test as plain values, ready for JSON; null for what could not be told."""
        return {
            "column": self.column,
            "offered": {"people": self.offered.people, "left": self.offered.left},
            "control": {"people": self.control.people, "left": self.control.left},
            "saved": {"value": self.saved, "low": self.saved_low, "high": self.saved_high},
            "difference": {
                "value": self.difference,
                "low_95": self.difference_low,
                "high_95": self.difference_high,
            },
            "planned_share": self.planned,
            "chance_of_these_sizes": self.mismatch,
            "largest_difference_before": {"value": self.apart, "in": self.apart_in},
            "first_due": date_of(self.first_day),
            "last_due": date_of(self.last_day),
            "pending": self.pending,
            "refused": self.refused,
        }

    def settings(self) -> dict[str, float]:
        """Return the save rate and its range for the engine; empty for a test that is refused.

        The test and what is assumed without one, each weighed by how well it is known.
        """
        if self.refused:
            return {}
        default = KNOBS["save_rate"].default
        assert isinstance(default, float)
        prior = SPREAD / Z90
        spread = (self.saved_high - self.saved_low) / (2 * Z90)
        weight = prior**2 / (prior**2 + spread**2)
        centre = weight * self.saved + (1 - weight) * default
        width = Z90 * math.sqrt(weight) * spread
        low, knob = KNOBS["save_rate_low"], KNOBS["save_rate"]
        return {
            "save_rate": round(float(np.clip(centre, knob.low, knob.high)), 4),
            "save_rate_low": round(float(np.clip(centre - width, low.low, low.high)), 4),
            "save_rate_high": round(float(np.clip(centre + width, low.low, low.high)), 4),
        }


def read_trial(
    lives: pd.DataFrame,
    column: str,
    control: str,
    *,
    period_months: int,
    last_day: int,
    known: tuple[str, ...] = (),
) -> Trial | None:
    """Read a test of an offer at a renewal; None when nobody's tested renewal can be found.

    Parameters
    ----------
    lives
        One row per time as a subscriber: `arm`, `start` and `ended` (day numbers), `observed`,
        `price`, `plan` and the columns of `known`.
    column
        What the file calls the column of arms.
    control
        The value of those who got nothing.
    period_months
        Months from one renewal to the next.
    last_day
        Last day of the file.
    known
        What else was known of everybody before the test.

    Notes
    -----
    A file says who was in the test and not when it was. To be in it one had to be there, so it
    began just before the first of them left: each person's tested renewal is the first that came
    due from that day on.
    """
    tested = lives[lives["arm"].notna()]
    gone = tested["observed"].to_numpy(bool)
    if not gone.any():
        return None
    ended = tested["ended"].to_numpy(np.float64)
    begun = int(ended[gone].min()) - GRACE_DAYS
    asked, due = _tested_renewal(tested["start"].to_numpy(np.int64), period_months, begun)
    past = due <= last_day
    left = gone & (np.where(gone, ended, np.inf) <= due + GRACE_DAYS)
    offered = tested["arm"].to_numpy() != control
    before = tested.assign(renewals_before=asked - 1)[past]
    arms = [Arm(int((past & who).sum()), int((past & who & left).sum()))
            for who in (offered, ~offered)]  # fmt: skip
    if not all(arm.people for arm in arms):
        return None
    names = ("renewals_before", "price", "plan", *known)
    apart = _apart(before, offered[past], names)
    days = int(due.min()), int(due.max()), int((~past).sum())
    return _checked(column, (arms[0], arms[1]), apart, days)


def _tested_renewal(
    start: npt.NDArray[np.int64], period: int, begun: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return which renewal was tested (1 for the first), and the day it came due."""
    first = np.datetime64(EPOCH) + start.astype("timedelta64[D]")
    month = first.astype("datetime64[M]")
    into = (first - month.astype("datetime64[D]")).astype(np.int64)
    there = np.datetime64(EPOCH) + np.timedelta64(begun, "D")
    months = (there.astype("datetime64[M]") - month).astype(np.int64)
    number = np.maximum(months // period, 1)

    def due(renewal: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        target = month + (renewal * period).astype("timedelta64[M]")
        length = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")
        day = target.astype("datetime64[D]") + np.minimum(into, length.astype(np.int64) - 1)
        return np.asarray((day - np.datetime64(EPOCH)).astype(np.int64))

    number = np.where(due(number) < begun, number + 1, number)
    return number, due(number)


def _checked(
    column: str,
    arms: tuple[Arm, Arm],
    apart: tuple[float, str],
    days: tuple[int, int, int],
) -> Trial:
    offered, control = arms
    planned, mismatch = sample_ratio(offered.people, control.people)
    saved, spread = _saved(offered, control)
    difference, low, high = newcombe(control, offered)
    people = 1 / offered.people + 1 / control.people
    chance = -ndtri(MISMATCH / 2) * math.sqrt(people)
    refused = ""
    if mismatch < MISMATCH:
        refused = (
            f"The groups of '{column}' have {offered.people:,} and {control.people:,} people: "
            f"chance makes them this uneven in {mismatch:.1g} of cases, so something else decided "
            "who was in which. Find out what before believing the result."
        )
    elif apart[0] > max(ALIKE, chance):
        refused = (
            f"The groups of '{column}' differed before the test in {apart[1]} by {apart[0]:.2f} "
            "standard deviations, more than chance makes: the offer was not given by chance."
        )
    elif min(offered.left, control.left) < FEWEST_LEFT:
        refused = (
            f"In the test of '{column}' {offered.left} left with the offer and {control.left} "
            f"without it; under {FEWEST_LEFT} in a group, luck decides."
        )
    return Trial(
        column, offered, control, saved, saved - Z90 * spread, saved + Z90 * spread,
        difference, low, high, mismatch, planned, *apart, *days, refused,
    )  # fmt: skip


def sample_ratio(offered: int, control: int, planned: float | None = None) -> tuple[float, float]:
    """Return the share that was to get the offer, and the chance of groups this uneven.

    Parameters
    ----------
    planned
        The share as planned; a half when missing, unless another usual plan is within a point.
    """
    total = offered + control
    if planned is None:
        near = [plan for plan in PLANS if abs(offered / total - plan) <= NEAR_PLAN]
        planned = near[0] if near else PLANS[0]
    expected = np.array([planned, 1 - planned]) * total
    seen = np.array([offered, control])
    return planned, float(chdtrc(1, float(np.sum((seen - expected) ** 2 / expected))))


def _saved(offered: Arm, control: Arm) -> tuple[float, float]:
    """Return one less the ratio of the shares that left, and its standard error."""
    if not offered.left or not control.left:
        return 0.0, math.inf
    ratio = offered.share / control.share
    spread = math.sqrt((1 - offered.share) / offered.left + (1 - control.share) / control.left)
    return 1 - ratio, ratio * spread


def newcombe(first: Arm, second: Arm) -> tuple[float, float, float]:
    """Return the difference of two shares with its 95 % range (Newcombe 1998, method 10)."""
    bounds = [_wilson(arm) for arm in (first, second)]
    gap = first.share - second.share
    (low_a, high_a), (low_b, high_b) = bounds
    low = gap - math.hypot(first.share - low_a, high_b - second.share)
    high = gap + math.hypot(high_a - first.share, second.share - low_b)
    return gap, low, high


def _wilson(arm: Arm) -> tuple[float, float]:
    n, p = arm.people, arm.share
    middle = p + Z95**2 / (2 * n)
    reach = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return (middle - reach) / (1 + Z95**2 / n), (middle + reach) / (1 + Z95**2 / n)


def _apart(before: pd.DataFrame, offered: Bools, names: tuple[str, ...]) -> tuple[float, str]:
    """Return the largest standardised difference of the groups, and what differs."""
    found: Mapping[str, float] = {
        label: _standardised(values, offered)
        for name in names
        if name in before
        for label, values in _columns(before[name], name)
    }
    worst = max(found, key=lambda label: found[label], default="")
    return (found[worst], worst.replace("_", " ")) if worst else (0.0, "")


def _columns(column: pd.Series[float], name: str) -> list[tuple[str, Floats]]:
    """Return a number as it is, and words as one column of yes and no for each."""
    if pd.api.types.is_numeric_dtype(column):
        return [(name, np.asarray(column.fillna(column.mean()), np.float64))]
    if column.nunique() > MOST_LEVELS:
        return []
    levels = sorted(column.dropna().unique())
    return [(f"{name} {level}", np.asarray(column == level, np.float64)) for level in levels]


def _standardised(values: Floats, offered: Bools) -> float:
    one, other = values[offered], values[~offered]
    spread = math.sqrt((one.var() + other.var()) / 2)
    return abs(float(one.mean() - other.mean())) / spread if spread > 0 else 0.0
