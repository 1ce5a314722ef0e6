"""Dangerous months: ages at which customers leave more than just before and just after.

A curve always falls faster somewhere. A month is called dangerous only when nearly every redrawn
company agrees that it costs half as much again as its neighbours; on simulated shops without such a
month about one in fifteen shows one, and a quarter leaving in month four is found among 3,000
customers of an ordinary shop every time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    """

    month: int
    leaving: float
    low: float
    high: float
    usual: float


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
    found = []
    for k in range(1, len(here) - 1):
        around = (drawn[:, k - 1] + drawn[:, k + 1]) / 2
        if np.mean(drawn[:, k] > _TIMES * around + _MARGIN) >= _AGREE:
            low, high = np.quantile(drawn[:, k], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            usual = (here[k - 1] + here[k + 1]) / 2
            found.append(
                DangerousMonth(k + 1, float(here[k]), float(low), float(high), float(usual))
            )
    return tuple(found)


def dangerous_when_seen(
    curve: Curve, *, draws: int = 400, seed: int = 1
) -> tuple[DangerousMonth, ...]:
    """Return the dangerous months of a Kaplan-Meier curve, where every leaving was seen.

    Parameters
    ----------
    curve
        From `survival.kaplan_meier`.
    draws, seed
        Redrawn companies: each month's leaving from its beta posterior, `followed` at its start.

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
    n = np.array([curve.followed_at(month) for month in months[:-1]], dtype=np.float64)
    rng = np.random.default_rng(seed)
    drawn = rng.beta(n * left + 0.5, n * (1 - left) + 0.5, size=(draws, len(left)))
    redrawn = np.ones((draws, len(months)))
    np.cumprod(1 - drawn, axis=1, out=redrawn[:, 1:])
    return dangerous_in(redrawn, survival)


def _leaving(survival: Floats) -> Floats:
    """Return the share of those still there who leave in each month; 0 where nobody is left."""
    before, after = survival[:, :-1], survival[:, 1:]
    lost = np.zeros_like(before)
    np.divide(before - after, before, out=lost, where=before > 1e-9)
    return np.clip(lost, 0.0, 1.0)
