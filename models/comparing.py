"""Whether groups differ in how long they stay, or whether it could be noise.

Every group is put against everybody else in two ways that look at different things: the log-rank
test at the whole curve, the restricted mean at the time stayed within a horizon. A difference is
called real only when both say so after Holm's correction for the number of groups looked at: a
page that compares twenty countries would otherwise find one in twenty by chance.

References
----------
Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its
consideration. Cancer Chemotherapy Reports 50. Royston, P. and Parmar, M. K. B. (2011). The use of
restricted mean survival time to estimate the treatment effect. Statistics in Medicine 30. Holm, S.
(1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
Statistics 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from models.errors import DataError
from models.periods import DAYS_PER_MONTH
from models.survival import EVERYONE, Curve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DOUBT: Final = 0.03
"""Chance of calling anything real on a page where nothing differs: one in thirty."""

FEWEST: Final = 10
LONGEST: Final = 36.0
YEAR: Final = 12.0


@dataclass(frozen=True)
class Difference:
    """One group against everybody else.

    Attributes
    ----------
    label
        Whose group it is.
    month
        Where the shares are read: 12, or less where somebody was followed less.
    share, rest
        The group's share at that month, and everybody else's.
    mean, mean_rest
        Months stayed within the horizon, on average; NaN for a quantity that is no time.
    horizon
        Months to which both were followed, at most 36; NaN as above.
    chance
        How often as much would be seen if nothing differed, corrected for the number of groups.
    """

    label: str
    month: float
    share: float
    rest: float
    mean: float
    mean_rest: float
    horizon: float
    chance: float

    @property
    def noise(self) -> bool:
        """Whether it could be chance."""
        return not self.chance < DOUBT

    @property
    def gap(self) -> float:
        """How far the group's share lies above everybody else's."""
        return self.share - self.rest


@dataclass(frozen=True, eq=False)
class LogRank:
    """A log-rank test: one group against the rest.

    Attributes
    ----------
    observed, expected
        Events of the group, and how many there would be at everybody's pace.
    statistic
        Chi-square with one degree of freedom.
    """

    observed: float
    expected: float
    statistic: float

    @property
    def chance(self) -> float:
        """The p-value, before any correction."""
        return float(chdtrc(1, self.statistic))


@dataclass(frozen=True, eq=False)
class Lives:
    """Events and customers watched, by group and day: all that the tests need.

    Attributes
    ----------
    labels
        The groups.
    days
        Days on which anybody had the event, increasing, shape `(m,)`.
    events, watched
        Customers with the event on the day, and watched until it; shape `(groups, m)`.
    followed
        The last day to which at least ten of each group (all of a smaller one) were watched, and of
        all the others; shape `(groups, 2)`.
    """

    labels: tuple[str, ...]
    days: Floats
    events: Floats
    watched: Floats
    followed: Floats

    def log_rank(self, group: int) -> LogRank:
        """Test one group against the rest."""
        n, d = self.watched.sum(axis=0), self.events.sum(axis=0)
        part = np.divide(self.watched[group], n, out=np.zeros(len(n)), where=n > 0)
        spread = np.divide(n - d, n - 1, out=np.zeros(len(n)), where=n > 1)
        variance = float((d * part * (1 - part) * spread).sum())
        observed, expected = float(self.events[group].sum()), float((d * part).sum())
        statistic = (observed - expected) ** 2 / variance if variance > 0 else 0.0
        return LogRank(observed, expected, statistic)

    def restricted_mean(self, rows: Sequence[int], horizon: float) -> tuple[float, float]:
        """Return the mean days stayed within a horizon of some groups, and its variance."""
        d, n = self.events[rows].sum(axis=0), self.watched[rows].sum(axis=0)
        told = (self.days < horizon) & (n > 0)
        t, d, n = self.days[told], d[told], n[told]
        share = np.concatenate([[1.0], np.cumprod(1 - d / n)])
        area = share * np.diff(np.concatenate([[0.0], t, [horizon]]))
        ahead = area.sum() - np.cumsum(area[:-1])
        alone = n - d
        terms = np.divide(ahead**2 * d, n * alone, out=np.zeros(len(n)), where=alone > 0)
        return float(area.sum()), float(terms.sum())

    def share_at(self, rows: Sequence[int], day: float) -> float:
        """Return the Kaplan-Meier share of some groups on a day."""
        d, n = self.events[rows].sum(axis=0), self.watched[rows].sum(axis=0)
        told = (self.days <= day + 1e-6) & (n > 0)
        return float(np.prod(1 - d[told] / n[told]))


def lives(
    days: npt.ArrayLike,
    seen: npt.ArrayLike,
    codes: npt.ArrayLike,
    labels: Sequence[str],
    entry_days: npt.ArrayLike | None = None,
) -> Lives:
    """Count events and customers watched.

    Parameters
    ----------
    days, seen
        Days to the event or to the end of observation, and whether it was the event; shape
        `(customers,)`.
    codes
        Which of the labels each customer belongs to, shape `(customers,)`; -1 for none.
    labels
        The groups, at least two.
    entry_days
        Age at which observation begins; 0 by default.
    """
    group = np.asarray(codes, dtype=np.int64)
    kept = group >= 0
    group, end = group[kept], np.asarray(days, dtype=np.float64)[kept]
    event = np.asarray(seen, dtype=np.float64)[kept]
    if len(labels) < 2 or not len(group):
        raise DataError("A comparison needs customers in at least two groups.")
    times, at = np.unique(end, return_inverse=True)
    shape = (len(labels), len(times))
    place = group * len(times) + at.ravel()

    def laid(weight: Floats | None = None) -> Floats:
        counted = np.bincount(place, weights=weight, minlength=shape[0] * shape[1])
        return counted.reshape(shape).astype(np.float64)

    watched = laid()[:, ::-1].cumsum(axis=1)[:, ::-1]
    if entry_days is not None:
        entry = np.asarray(entry_days, dtype=np.float64)[kept]
        # Who comes under observation on the very day of an event was not watched for it.
        first = np.where(entry > 0, np.searchsorted(times, entry, side="right"), 0)
        late = np.bincount(group * (len(times) + 1) + first, minlength=shape[0] * (shape[1] + 1))
        begun = late.reshape(shape[0], shape[1] + 1).cumsum(axis=1)[:, :-1]
        watched = watched - (begun[:, -1:] + late.reshape(shape[0], -1)[:, -1:] - begun)
    events = laid(event)
    any_event = events.sum(axis=0) > 0
    followed = np.stack([_followed(times, watched), _followed(times, _others(watched))], axis=1)
    return Lives(
        tuple(labels), times[any_event], events[:, any_event], watched[:, any_event], followed
    )


def compare_times(found: Lives, *, month: float = YEAR) -> tuple[Difference, ...]:
    """Put every group against everybody else, by the time until something seen happens.

    Parameters
    ----------
    found
        From `lives`.
    month
        Where shares are read, unless somebody was followed less.
    """
    groups = range(len(found.labels))
    ranks = holm([found.log_rank(k).chance for k in groups])
    answers: list[tuple[float, float, float, float]] = []
    raw = []
    for k in groups:
        others = [j for j in groups if j != k]
        horizon = min(LONGEST * DAYS_PER_MONTH, float(found.followed[k].min()))
        (mean, spread), (rest, more) = (
            found.restricted_mean(rows, horizon) for rows in ([k], others)
        )
        raw.append(_two_sided(mean - rest, math.sqrt(spread + more)))
        at = min(month, horizon / DAYS_PER_MONTH)
        answers.append((at, horizon, mean, rest))
    means = holm(raw)
    return tuple(
        Difference(
            found.labels[k],
            at,
            found.share_at([k], at * DAYS_PER_MONTH),
            found.share_at([j for j in groups if j != k], at * DAYS_PER_MONTH),
            mean / DAYS_PER_MONTH,
            rest / DAYS_PER_MONTH,
            horizon / DAYS_PER_MONTH,
            max(ranks[k], means[k]),
        )
        for k, (at, horizon, mean, rest) in enumerate(answers)
    )


def compare_shares(curves: Sequence[Curve], *, month: float = YEAR) -> tuple[Difference, ...]:
    """Put every group's curve against the others' at one month, from the bands.

    For quantities that are no time to an event, such as *still buying*, or that nobody observed,
    such as *still a customer* in a shop. The groups have to be different customers.

    Parameters
    ----------
    curves
        One per group; everyone's is left out.
    month
        Where shares are read; earlier for groups followed less.
    """
    groups = [c for c in curves if c.label != EVERYONE]
    if len(groups) < 2:
        return ()
    told, raw = [], []
    for one in groups:
        at = min(month, one.ends, max(c.ends for c in groups if c is not one))
        others = [c for c in groups if c is not one and c.ends >= at - 1e-6]
        weight = np.array([c.followed_at(at) for c in others], dtype=np.float64)
        weight = weight / weight.sum() if weight.sum() else np.full(len(others), 1 / len(others))
        rest = float(weight @ [c.at(at) for c in others])
        errors = np.array([_error(c, at) for c in others])
        spread = math.hypot(_error(one, at), float(np.sqrt((weight**2) @ errors**2)))
        raw.append(_two_sided(one.at(at) - rest, spread))
        told.append((one.label, at, one.at(at), rest))
    chances = holm(raw)
    nan = math.nan
    return tuple(
        Difference(label, at, share, rest, nan, nan, nan, chance)
        for (label, at, share, rest), chance in zip(told, chances, strict=True)
    )


def holm(chances: Sequence[float], tests: int | None = None) -> list[float]:
    """Return p-values corrected for the number of tests behind them.

    Unless told otherwise each is a test; two are taken for two groups against each other, which is
    one.
    """
    p = np.asarray(chances, dtype=np.float64)
    if tests is None:
        tests = 1 if len(p) == 2 else len(p)
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    factors = np.maximum(tests - np.arange(len(p)), 1)
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return [float(one) for one in corrected]


def _others(watched: Floats) -> Floats:
    return np.asarray(watched.sum(axis=0) - watched)


def _followed(times: Floats, watched: Floats) -> Floats:
    """Return the last time to which at least ten of each row were watched."""
    enough = watched >= np.minimum(FEWEST, np.maximum(watched.max(axis=1, keepdims=True), 1))
    last = watched.shape[1] - 1 - np.argmax(enough[:, ::-1], axis=1)
    return np.where(enough.any(axis=1), times[last], 0.0)


def _error(curve: Curve, month: float) -> float:
    """Return a share's standard error, from the width of its band."""
    low, high = curve.band_at(month)
    return (high - low) / (2 * NormalDist().inv_cdf((1 + curve.level) / 2))


def _two_sided(gap: float, error: float) -> float:
    """Return how often a gap of this size would be seen by chance."""
    return float(2 * ndtr(-abs(gap) / error)) if error > 0 else 1.0
