"""Expectations when a purchase takes k exponential phases (CNBD-k), summed over purchases.

With lambda ~ Gamma(K, rate alpha + T), the phases passed in the next t weeks are negative binomial:
P(at least n) = I_y(n, K), y = t / (alpha + T + t), the regularised incomplete beta function. A
customer j phases on makes the i-th further purchase when i k - j more have passed, if still there
after i - 1 of them, which has chance B(a, B + i - 1) / B(a, B).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from models.lifetimes.optimise import Floats

_ENOUGH = 1e-12
_MOST_PURCHASES = 20_000


def phase_purchases(a: float, B: Floats, K: Floats, reach: Floats, here: list[Floats]) -> Floats:
    """Return expected purchases within `reach` = weeks / (alpha + T) of people still customers.

    Parameters
    ----------
    a, B
        Posterior beta law of the dropout chance, `B` of shape `(m,)`.
    K
        Posterior gamma shape of lambda with no phase gone, shape `(m,)`.
    reach
        Shape `(m,)`.
    here
        Relative weight of j = 0..k-1 phases gone since the last purchase, each `(m,)`.
    """
    k = len(here)
    y = reach / (1 + reach)
    total = sum(here, np.zeros_like(y))
    phase = [share / np.maximum(total, 1e-300) for share in here]
    expected = np.zeros_like(y)
    open_ = np.flatnonzero(y > 0)
    stays = np.ones_like(y)
    for i in range(1, _MOST_PURCHASES):
        at_least = np.zeros(len(open_))
        for j, share in enumerate(phase):
            at_least += share[open_] * betainc(i * k - j, K[open_] + j, y[open_])
        added = stays[open_] * at_least
        expected[open_] += added
        stays[open_] *= (B[open_] + i - 1) / (a + B[open_] + i - 1)
        open_ = open_[added > _ENOUGH * expected[open_]]
        if not len(open_):
            break
    return expected


def phase_survival(a: float, B: float, K: float, k: int, reach: Floats) -> Floats:
    """Chance of not having left by `reach` = weeks / alpha, starting right after a purchase.

    Each further purchase, with its own chance to happen, takes the share who leave at it.
    """
    y = reach / (1 + reach)
    share = np.ones_like(y)
    stays = 1.0
    for i in range(1, _MOST_PURCHASES):
        lost = stays * a / (a + B + i - 1) * betainc(i * k, K, y)
        share = share - lost
        stays *= (B + i - 1) / (a + B + i - 1)
        if np.max(lost, initial=0.0) < _ENOUGH:
            break
    return np.asarray(share)
