"""Curves of staying, with their evidence. The only door to lifelines.

A `Curve` knows how far it was followed and refuses to speak beyond that. Kaplan-Meier is for what
is *observed*: a subscriber's end, a second purchase. Leaving that nobody sees is in `leaving.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from models.errors import DataError, EvidenceError
from models.periods import DAYS_PER_MONTH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVEL = 0.80
"""Share of cases in which a band is meant to hold the truth: "8 in 10"."""

EVERYONE = "Everyone"
"""Label of the curve of all customers together."""

_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Curve:
    """A share that is followed as time goes by, with its band and its evidence.

    Attributes
    ----------
    label
        Whose curve it is: `Everyone`, `2010-Q1`, `Germany`.
    quantity
        What the share is a share of, in words: "still a customer", "second purchase", ...
    months
        Months since the start, increasing, shape `(m,)`.
    share, low, high
        The share as a fraction and its band, shape `(m,)`.
    followed
        How many customers were followed this long, shape `(m,)`.
    level
        How often the band is meant to hold the truth.
    smooth
        Whether the share moves evenly between two months (read off a straight line), or stays until
        the next one (a step, as in Kaplan-Meier).

    Raises
    ------
    DataError
        When the arrays do not form a curve.
    """

    label: str
    quantity: str
    months: Floats
    share: Floats
    low: Floats
    high: Floats
    followed: Ints
    level: float = LEVEL
    smooth: bool = False

    def __post_init__(self) -> None:
        shapes = {a.shape for a in (self.months, self.share, self.low, self.high, self.followed)}
        faults = (
            (len(shapes) != 1 or self.months.ndim != 1 or not len(self.months), "is ragged"),
            (not 0 < self.level < 1, "has a band level outside 0 to 1"),
        )
        for fault, words in faults:
            if fault:
                raise DataError(f"The curve '{self.label}' ({self.quantity}) {words}.")
        ordered = (self.months[0] >= 0) and (np.diff(self.months) > 0).all()
        inside = (
            (self.low >= -_SLACK)
            & (self.low <= self.share + _SLACK)
            & (self.share <= self.high + _SLACK)
            & (self.high <= 1 + _SLACK)
        ).all()
        if not (ordered and inside and (self.followed >= 0).all()):
            raise DataError(
                f"The curve '{self.label}' ({self.quantity}) needs increasing months and "
                "0 <= low <= share <= high <= 1 everywhere."
            )

    @property
    def ends(self) -> float:
        """The last month the data has seen."""
        return float(self.months[-1])

    def at(self, month: float) -> float:
        """Return the share at one month, or refuse beyond the evidence.

        Raises
        ------
        EvidenceError
            When the month lies before the curve's start or after the last one followed.
        """
        self._refuse_unseen(month)
        return float(self.share_at([month])[0])

    def band_at(self, month: float) -> tuple[float, float]:
        """Return low and high at one month, or refuse beyond the evidence."""
        self._refuse_unseen(month)
        return self._read(self.low, [month])[0].item(), self._read(self.high, [month])[0].item()

    def followed_at(self, month: float) -> int:
        """Return how many customers were followed at least this long, 0 beyond the evidence."""
        index = int(np.searchsorted(self.months, month - _SLACK))
        return int(self.followed[index]) if index < len(self.months) else 0

    def share_at(self, months: npt.ArrayLike) -> Floats:
        """Return the share at many months, NaN where the data has not seen."""
        return self._read(self.share, months)

    @property
    def median(self) -> float | None:
        """The month by which half have left; None when the evidence ends before that."""
        below = np.flatnonzero(self.share <= 0.5)
        if not len(below):
            return None
        k = int(below[0])
        if not self.smooth or k == 0:
            return float(self.months[k])
        part = (self.share[k - 1] - 0.5) / (self.share[k - 1] - self.share[k])
        return float(self.months[k - 1] + part * (self.months[k] - self.months[k - 1]))

    def mean(self, horizon: float) -> float:
        """Return the mean number of months without the event within a horizon (restricted mean).

        Raises
        ------
        EvidenceError
            When the horizon lies beyond the evidence.
        """
        self._refuse_unseen(horizon)
        within = self.months < horizon - _SLACK
        months = np.append(self.months[within], horizon)
        share = np.append(self.share[within], self.at(horizon))
        if self.smooth:
            return float(months[0] + np.trapezoid(share, months))
        return float(months[0] + share[:-1] @ np.diff(months))

    def as_far_as(self, fewest: int) -> Curve:
        """Return the curve as far as `fewest` customers were followed, or everybody of fewer."""
        told = np.flatnonzero(self.followed >= min(fewest, int(self.followed[0])))
        part = slice(0, int(told[-1]) + 1)
        return replace(
            self,
            months=self.months[part],
            share=self.share[part],
            low=self.low[part],
            high=self.high[part],
            followed=self.followed[part],
        )

    def _read(self, values: Floats, months: npt.ArrayLike) -> Floats:
        asked = np.asarray(months, dtype=np.float64)
        if self.smooth:
            found = np.interp(asked, self.months, values)
        else:
            step = np.searchsorted(self.months, asked + _SLACK, side="right") - 1
            found = values[np.maximum(step, 0)]
        return np.where(self._seen(asked), found, np.nan)

    def _seen(self, months: Floats) -> npt.NDArray[np.bool_]:
        return np.asarray((months >= self.months[0] - _SLACK) & (months <= self.ends + _SLACK))

    def _refuse_unseen(self, month: float) -> None:
        if not self._seen(np.asarray(month)).all():
            raise EvidenceError(
                f"The curve '{self.label}' ({self.quantity}) has seen months {self.months[0]:g} to "
                f"{self.ends:.1f}; month {month:g} lies outside: ask within that, or read the "
                "model's continuation, which is a forecast."
            )


def kaplan_meier(
    durations_days: npt.ArrayLike,
    observed: npt.ArrayLike,
    *,
    label: str = EVERYONE,
    quantity: str = "still a customer",
    weights: npt.ArrayLike | None = None,
    entry_days: npt.ArrayLike | None = None,
    level: float = LEVEL,
) -> Curve:
    """Estimate the share without the event, of customers whose event is seen when it happens.

    Parameters
    ----------
    durations_days
        Days until the event, or until the end of observation, shape `(customers,)`.
    observed
        Whether the event was seen, shape `(customers,)`.
    label, quantity
        See `Curve`.
    weights
        How many customers each entry stands for, whole numbers; 1 by default.
    entry_days
        Age in days at which each customer came under observation (delayed entry); 0 by default.
    level
        Level of the log-log band (exponential Greenwood).

    Raises
    ------
    DataError
        For no customers, negative or missing durations, weights that do not count customers, or
        somebody whose observation ends before it began.
    EvidenceError
        When observation begins late and everybody watched early left.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53. Bands: Kalbfleisch and Prentice (1980).
    """
    days, seen, size, entry = _observations(durations_days, observed, weights, entry_days)
    # lifelines takes more than a second to import: only whoever asks for a curve pays for it.
    from lifelines import KaplanMeierFitter
    from lifelines.exceptions import StatError

    fitter = KaplanMeierFitter(alpha=1 - level)
    # A band is undefined at a share of exactly 1 or 0; lifelines divides by log(1) on the way.
    with np.errstate(divide="ignore", invalid="ignore"):
        try:
            fitter.fit(days, seen, weights=size, entry=entry)
        except StatError as reason:
            raise EvidenceError(
                f"Too few of '{label}' were watched from an early age on, and all of those left, "
                "so no curve can be followed from there: take a larger group."
            ) from reason
    share = fitter.survival_function_.iloc[:, 0].to_numpy(dtype=np.float64)
    low, high = fitter.confidence_interval_.to_numpy(dtype=np.float64).T
    months = fitter.survival_function_.index.to_numpy(dtype=np.float64) / DAYS_PER_MONTH
    table = fitter.event_table.loc[fitter.survival_function_.index]
    # Who comes under observation at the very moment of an event was not at risk of it.
    at_risk = table["at_risk"] - (table["entrance"] * (table.index > 0))
    followed = np.rint(at_risk.to_numpy(dtype=np.float64)).astype(np.int64)
    low, high = _closed(share, low, high)
    return Curve(label, quantity, months, np.clip(share, 0, 1), low, high, followed, level)


def _observations(
    durations_days: npt.ArrayLike,
    observed: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    entry_days: npt.ArrayLike | None,
) -> tuple[Floats, Ints, Ints, Floats | None]:
    """Check the observations and collapse equal ones, so that a curve costs what its days cost."""
    days = np.asarray(durations_days, dtype=np.float64)
    seen = np.asarray(observed, dtype=np.float64)
    size = np.ones(days.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    entry = np.zeros(days.shape) if entry_days is None else np.asarray(entry_days, np.float64)
    if not len(days):
        raise DataError("A curve of staying needs at least one customer; none was given.")
    if not days.shape == seen.shape == size.shape == entry.shape:
        raise DataError(
            f"Durations, events, weights and entries have shapes {days.shape}, {seen.shape}, "
            f"{size.shape} and {entry.shape}: give one of each per customer."
        )
    rules = (
        (np.isfinite(days) & (days >= 0), "does not have a duration of 0 days or more"),
        ((seen == 0) | (seen == 1), "is neither seen leaving (1) nor not seen leaving (0)"),
        ((size >= 1) & (size == np.floor(size)), "does not stand for a whole number of customers"),
        ((entry >= 0) & (entry <= days), "leaves before coming under observation"),
    )
    for holds, fault in rules:
        if not holds.all():
            row = int(np.flatnonzero(~holds)[0])
            raise DataError(
                f"Customer {row} (duration {days[row]:g} days, event {seen[row]:g}, "
                f"weight {size[row]:g}) {fault}: check the start and end dates of that row."
            )
    rows, cell = np.unique(np.stack([days, seen, entry], 1), axis=0, return_inverse=True)
    total = np.rint(np.bincount(cell.ravel(), weights=size)).astype(np.int64)
    late = rows[:, 2] if entry_days is not None else None
    return rows[:, 0], rows[:, 1].astype(np.int64), total, late


def _closed(share: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Give the band the ends it lacks: no width before anybody left, the last one after all did."""
    low, high = (np.where(share >= 1, 1.0, np.nan_to_num(band)) for band in (low, high))
    for k in np.flatnonzero(share <= 0):
        high[k] = high[k - 1] if k else 1.0
    return np.clip(np.minimum(low, share), 0, 1), np.clip(np.maximum(high, share), 0, 1)


def proportion(
    yes: npt.ArrayLike, of: npt.ArrayLike, level: float = LEVEL
) -> tuple[Floats, Floats, Floats]:
    """Return shares with their Wilson bands.

    Parameters
    ----------
    yes, of
        How many said yes, of how many, at least one each; shape `(m,)`.
    level
        Level of the band.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22.
    """
    k, n = np.asarray(yes, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, wide = k / n, z**2 / n
    centre = (share + wide / 2) / (1 + wide)
    half = np.sqrt(wide * share * (1 - share) + wide**2 / 4) / (1 + wide)
    low, high = np.minimum(centre - half, share), np.maximum(centre + half, share)
    return share, np.maximum(low, 0.0), np.minimum(high, 1.0)


def pick(curves: Sequence[Curve], month: float = 12.0, fewest: int = 30) -> tuple[Curve, ...]:
    """Choose at most five curves to show: everyone, the two best and the two worst.

    Groups are ranked by their share at `month`, or, if that comes first, at the last month that
    half of the groups have seen. Groups that ended before it, or of whom fewer than `fewest` were
    followed to there, are not ranked, unless that leaves none. Curves keep their order.
    """
    whole = [c for c in curves if c.label == EVERYONE]
    rest = [c for c in curves if c.label != EVERYONE]
    at = min(month, float(np.median([c.ends for c in rest]))) if rest else month
    seen = [c for c in rest if c.ends >= at]
    solid = [c for c in seen if c.followed_at(at) >= fewest] or seen
    ranked = sorted(solid, key=lambda c: (c.at(at), c.label))
    chosen = {id(c) for c in (*whole, *ranked[:2], *ranked[-2:])}
    return tuple(c for c in curves if id(c) in chosen)
