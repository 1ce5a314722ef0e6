"""Dangerous months: ages at which customers leave more than just before and just after.

A curve always falls faster somewhere. A month is called dangerous only when nearly every redrawn
company agrees that it costs half as much again as its neighbours, and when the excess would be rare
in any month looked at (Bonferroni). Among 40 invented shops of 3,000 without such a month, one
is still named in 1 calm shop, 2 seasonal ones, 3 of those also won half in a burst, and 5 of those
won in two bursts: there age and calendar fall together, and nothing tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from models.comparing import DOUBT
from models.errors import EvidenceError
from models.survival import LEVEL, Curve

Floats = npt.NDArray[np.float64]

_TIMES = 1.5
_MARGIN = 0.002
_AGREE = 0.98


@dataclass(frozen=True)
class DangerousMonth:
    """A month of the relationship that loses more customers than those around it.

    Attributes
    ----------
    month
        4 is the fourth month, from age 3 months to age 4.
    leaving, low, high
        Share leaving in it of those who were still there at its start, with the 80 % band.
    usual
        The same share in the months before and after, averaged.
    extra, extra_low, extra_high
        What it loses beyond that, as a share of all who ever came, with the 80 % band.
    """

    month: int
    leaving: float
    low: float
    high: float
    usual: float
    extra: float = 0.0
    extra_low: float = 0.0
    extra_high: float = 0.0

    def yearly_cost(
        self, newcomers_a_year: float, worth: float, worth_low: float, worth_high: float
    ) -> tuple[float, float, float]:
        """Return what the leavers beyond the usual cost a year, with its range.

        Parameters
        ----------
        newcomers_a_year
            How many come in a year, each of whom meets this month once.
        worth, worth_low, worth_high
            What somebody who stays is worth from then on, with its range.
        """
        each = (worth, self.extra), (worth_low, self.extra_low), (worth_high, self.extra_high)
        cost, low, high = (newcomers_a_year * max(a * b, 0.0) for a, b in each)
        return cost, min(low, cost), max(high, cost)


@dataclass(frozen=True, eq=False)
class Risk:
    """How many of those still there leave, by age: smoothed, with its band.

    Attributes
    ----------
    unit
        `month` or `renewal`.
    ages
        1 is the first month, or the first renewal; shape `(m,)`.
    leaving
        Share leaving, as found, shape `(m,)`.
    smooth, low, high
        The same smoothed over neighbours, and its 80 % band, shape `(m,)`.
    followed
        Customers followed to the end of each, shape `(m,)`.
    dangerous
        Those that lose more than the ones around them.
    """

    unit: str
    ages: npt.NDArray[np.int64]
    leaving: Floats
    smooth: Floats
    low: Floats
    high: Floats
    followed: npt.NDArray[np.int64]
    dangerous: tuple[DangerousMonth, ...] = ()


def risk_of_leaving(
    redrawn: Floats,
    survival: Floats,
    followed: npt.NDArray[np.int64],
    *,
    unit: str = "month",
    apart: int = 0,
) -> Risk:
    """Return the risk of leaving by age from redrawn curves.

    Parameters
    ----------
    redrawn, survival
        As in `dangerous_in`.
    followed
        Customers followed to each age, shape `(m,)`.
    unit
        What lies between two of them.
    apart
        So many first steps are left as they are: their losses are of another kind and would be
        smeared over those that follow.
    """
    drawn, here = _leaving(redrawn), _leaving(survival[None, :])
    smooth = _smoothed(here, apart)[0]
    low, high = np.quantile(_smoothed(drawn, apart), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Risk(
        unit,
        np.arange(1, len(smooth) + 1),
        here[0],
        smooth,
        np.minimum(low, smooth),
        np.maximum(high, smooth),
        followed[1:],
        dangerous_in(redrawn, survival),
    )


def dangerous_in(redrawn: Floats, survival: Floats) -> tuple[DangerousMonth, ...]:
    """Return the dangerous months of a curve from redrawn curves.

    Parameters
    ----------
    redrawn
        Share still there at whole months 0, 1, 2, ... of each redrawn company, shape `(draws, m)`.
    survival
        The estimate itself, shape `(m,)`.

    Returns
    -------
    tuple of DangerousMonth
        Never the first month, which has no month before it, nor the last.
    """
    drawn, here = _leaving(redrawn), _leaving(survival[None, :])[0]
    if len(here) < 3:
        return ()
    surely = NormalDist().inv_cdf(1 - DOUBT / (len(here) - 2))
    found = []
    for k in range(1, len(here) - 1):
        around = (drawn[:, k - 1] + drawn[:, k + 1]) / 2
        usual = float(here[k - 1] + here[k + 1]) / 2
        beyond = drawn[:, k] - _TIMES * around - _MARGIN
        excess = here[k] - _TIMES * usual - _MARGIN
        if np.mean(beyond > 0) >= _AGREE and excess > surely * beyond.std():
            low, high = np.quantile(drawn[:, k], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            more = redrawn[:, k] * (drawn[:, k] - around)
            extra = float(survival[k] * (here[k] - usual))
            few, many = np.quantile(more, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            found.append(
                DangerousMonth(
                    k + 1, float(here[k]), float(low), float(high), usual,
                    extra, min(float(few), extra), max(float(many), extra),
                )
            )  # fmt: skip
    return tuple(found)


def risk_when_seen(
    curve: Curve, *, unit: str = "month", apart: int = 0, draws: int = 400, seed: int = 1
) -> Risk:
    """Return the risk of leaving from a Kaplan-Meier curve, where every leaving was seen.

    Parameters
    ----------
    curve
        From `survival.kaplan_meier`, by months, or by renewals: nobody can leave in between.
    unit
        `month` or `renewal`.
    apart
        See `risk_of_leaving`.
    draws, seed
        Redrawn companies: each step's leaving from its beta posterior.

    Raises
    ------
    EvidenceError
        For a curve whose goodbyes nobody saw; `leaving.find_leaving` tells those.
    """
    if curve.smooth:
        raise EvidenceError(
            f"Nobody saw the goodbyes behind the curve '{curve.label}' ({curve.quantity}), so its "
            "months cannot be counted: use the dangerous months found together with it."
        )
    months = np.arange(int(curve.ends) + 1, dtype=np.float64)
    survival = curve.share_at(months)
    left = _leaving(survival[None, :])[0]
    followed = np.array([curve.followed_at(month) for month in months], dtype=np.int64)
    # Whose next renewal has not come due has not been asked; a month is lived from its first day.
    n = followed[1:] if unit == "renewal" else followed[:-1]
    rng = np.random.default_rng(seed)
    drawn = rng.beta(n * left + 0.5, n * (1 - left) + 0.5, size=(draws, len(left)))
    redrawn = np.ones((draws, len(months)))
    np.cumprod(1 - drawn, axis=1, out=redrawn[:, 1:])
    return risk_of_leaving(redrawn, survival, followed, unit=unit, apart=apart)


def _smoothed(leaving: Floats, apart: int) -> Floats:
    """Average each step with its neighbours, weighted 1 4 6 4 1; the first ones stay apart."""
    rest = leaving[:, apart:]
    weights = np.array([1.0, 4, 6, 4, 1])
    total = np.zeros_like(rest)
    counted = np.zeros(rest.shape[1])
    for offset, weight in zip(range(-2, 3), weights, strict=True):
        inside = np.arange(max(0, -offset), min(rest.shape[1], rest.shape[1] - offset))
        total[:, inside] += weight * rest[:, inside + offset]
        counted[inside] += weight
    return np.hstack([leaving[:, :apart], total / np.maximum(counted, 1)])


def _leaving(survival: Floats) -> Floats:
    """Return the share of those still there who leave in each month; 0 where nobody is left."""
    before, after = survival[:, :-1], survival[:, 1:]
    lost = np.zeros_like(before)
    np.divide(before - after, before, out=lost, where=before > 1e-9)
    return np.clip(lost, 0.0, 1.0)
