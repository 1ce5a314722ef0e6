"""Averages over a dropout chance p ~ Beta(a, B), stable for every a and B.

In z = logit p the beta law times anything smooth falls off exponentially on both sides, where the
trapezoid rule converges faster than any power of its step. The straight line through the values at
p = 0 and p = 1 is averaged exactly and only the rest is summed, so that laws piled up at 0 or 1
lose nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaln, expit, gammaln, log_expit

from models.lifetimes.hazards import log_steps
from models.lifetimes.optimise import Floats

_NODES = 160
_DEPTH = 40.0
_BLOCK = 2048


class BetaNodes(NamedTuple):
    """Nodes and weights for averages over Beta(a, B)."""

    p: Floats  # (len(B), 160)
    weight: Floats  # density x width, (len(B), 160)
    certain: Floats  # mass so close to p = 1 that it lies beyond the nodes, (len(B),)


def beta_nodes(a: float, B: Floats) -> BetaNodes:
    """Lay 160 nodes evenly in logit p over all of the law that is not as good as p = 0 or 1."""
    spread = 9 * np.sqrt(1 / (a + 1) + 1 / (B + 1))
    middle = np.log((a + 1) / (B + 1))
    low = middle - _DEPTH / (a + 1) - spread
    high = middle + _DEPTH / (B + 1) + spread
    step = (high - low) / (_NODES - 1)
    z = low[:, None] + step[:, None] * np.arange(_NODES)
    wide = B[:, None]
    log_density = a * log_expit(z) + wide * log_expit(-z) - betaln(a, wide)
    weight = np.exp(log_density) * step[:, None]
    weight[:, [0, -1]] /= 2
    return BetaNodes(expit(z), weight, betainc(B, a, expit(-high)))


def mean_purchases(a: float, B: Floats, K: Floats, reach: Floats) -> Floats:
    """E[(1 - (1 + p reach)^-K) / p]: purchases to come of somebody who is still a customer.

    lambda ~ Gamma(K), p ~ Beta(a, B), `reach` = weeks ahead over alpha + T. Shape: all of
    `B`, `K`, `reach` are `(m,)`.
    """
    distinct, row = np.unique(B, return_inverse=True)
    nodes = beta_nodes(a, distinct)
    at_0, at_1 = K * reach, -np.expm1(-K * np.log1p(reach))
    mean = (at_0 * B + at_1 * a) / (a + B)
    for i in range(0, len(B), _BLOCK):
        at = slice(i, i + _BLOCK)
        p, weight = nodes.p[row[at]], nodes.weight[row[at]]
        value = -np.expm1(-K[at, None] * np.log1p(p * reach[at, None])) / p
        rest = value - at_0[at, None] * (1 - p) - at_1[at, None] * p
        mean[at] += (weight * rest).sum(axis=1)
    return np.asarray(mean)


def mean_survival(a: float, B: float, K: float, reach: Floats) -> Floats:
    """E[(1 + p reach)^-K], the share that outlives `reach` x alpha weeks; shape of `reach`."""
    p, weight, _ = (v[0] for v in beta_nodes(a, np.array([B])))
    far = reach[..., None]
    at_1 = np.exp(-K * np.log1p(reach))
    rest = np.exp(-K * np.log1p(p * far)) - (1 - p) - at_1[..., None] * p
    return np.asarray((B + at_1 * a) / (a + B) + (weight * rest).sum(axis=-1))


def product_masses(grid: Floats, a: float, B: float, shape: Floats, rate: Floats) -> Floats:
    """Masses of the hazard lambda x p on a grid, lambda ~ Gamma(shape, rate), p ~ Beta(a, B).

    Parameters
    ----------
    grid
        Hazards per week, zero first, shape `(nodes,)`.
    a, B
        Of the beta law of p.
    shape, rate
        Of the gamma law of lambda, the rate in weeks; shape `(m,)`.

    Returns
    -------
    Floats
        Shape `(m, nodes)`; rows sum to 1, what lies below the grid stands at zero.
    """
    widths = log_steps(grid)
    p, weight, certain = (v[0] for v in beta_nodes(a, np.array([B])))
    p, weight = np.append(p, 1.0), np.append(weight, certain)
    seen = weight > 1e-16
    p, weight = p[seen], weight[seen]
    log_x = np.log(grid[1:])[:, None] - np.log(p)
    x = np.exp(log_x)
    masses = np.zeros((len(shape), len(grid)))
    for i, (k, scale) in enumerate(zip(shape, rate, strict=True)):
        log_density = k * (log_x + np.log(scale)) - scale * x - gammaln(k)
        masses[i, 1:] = (np.exp(log_density) * weight).sum(axis=1) * widths
    inside = masses.sum(axis=1)
    below = np.maximum(0.0, 1 - inside)
    masses[:, 1:] *= (1 / np.maximum(inside, 1.0))[:, None]
    masses[:, 0] = below
    return masses
