"""The Gamma-Gamma likelihood with exact derivatives, on a table that need not grow with customers.

Fader & Hardie (2013), note 025, equation 2: a customer with x purchase days averaging z has

    f(z | x) = 1 / (z B(p x, q)) (gamma / (gamma + x z))^q (x z / (gamma + x z))^(p x)

Only ln(1 + x z / gamma) ties a customer's money to the parameters. For an x that many share, it is
summed over 256 bins of ln z by its value at the bin's mean plus half its curvature times the bin's
variance; the error is below 1e-6 of the estimates and a million customers cost as much as a few
thousand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi, zeta

from models.lifetimes.optimise import Floats, total

BINS = 256
_SHARED_BY = 4 * BINS


class SpendTable(NamedTuple):
    """What the likelihood needs of the customers. Rows are customers, or bins of them."""

    x: Floats  # distinct numbers of purchase days, (k,)
    n: Floats  # customers with each, (k,)
    constant: float  # total of the part without parameters
    log_total: float  # sum of x ln(x z)
    row: npt.NDArray[np.int64]  # which x a row belongs to, (rows,)
    weight: Floats  # customers in a row, (rows,)
    level: Floats  # ln(x z) of a row, (rows,)
    variance: Floats  # of ln(x z) within a row, (rows,)


def table(x: Floats, mean: Floats) -> SpendTable:
    """Collapse customers by x, and by binned ln z where more than 1,024 share an x."""
    distinct, which, n = np.unique(x, return_inverse=True, return_counts=True)
    level = np.log(x) + np.log(mean)
    constant = -float(np.log(mean).sum())
    log_total = total(x, level)
    crowded = n[which] > _SHARED_BY
    low = np.full(len(distinct), np.inf)
    high = np.full(len(distinct), -np.inf)
    np.minimum.at(low, which[crowded], level[crowded])
    np.maximum.at(high, which[crowded], level[crowded])
    at, seen = which[crowded], level[crowded]
    width = np.maximum(high - low, 1e-12)[at] / BINS
    place = at * BINS + np.minimum(((seen - low[at]) / width).astype(np.int64), BINS - 1)
    cells = len(distinct) * BINS
    size = np.bincount(place, minlength=cells)
    filled = np.flatnonzero(size)
    centre = np.bincount(place, weights=seen, minlength=cells)[filled] / size[filled]
    whole = np.zeros(cells)
    whole[filled] = centre
    square = np.bincount(place, weights=(seen - whole[place]) ** 2, minlength=cells)[filled]
    alone = ~crowded
    return SpendTable(
        distinct,
        n.astype(np.float64),
        constant,
        log_total,
        np.concatenate([which[alone], filled // BINS]).astype(np.int64),
        np.concatenate([np.ones(int(alone.sum())), size[filled].astype(np.float64)]),
        np.concatenate([level[alone], centre]),
        np.concatenate([np.zeros(int(alone.sum())), square / size[filled]]),
    )


def likelihood(theta: Floats, data: SpendTable) -> tuple[float, Floats, Floats]:
    """Log-likelihood, gradient `(3,)` and Hessian `(3, 3)` by (ln p, ln(q - 1), ln gamma).

    With u = ln(x z) - ln gamma a customer adds ln Gamma(p x + q) - ln Gamma(p x) - ln Gamma(q)
    - ln z + p x u - (p x + q) ln(1 + e^u).
    """
    p, excess, _ = np.exp(theta)
    q, log_gamma = 1 + excess, float(theta[2])
    x, n = data.x, data.n
    soft, slope, bend = _softplus(data, log_gamma)
    a = p * x
    value = (
        data.constant
        + float(n @ (gammaln(a + q) - gammaln(a) - gammaln(q)))
        + p * (data.log_total - log_gamma * float(n @ x))
        - float((a + q) @ soft)
    )
    d_aq, d_a, d_q = psi(a + q), psi(a), psi(q)
    t_aq, t_a, t_q = zeta(2.0, a + q), zeta(2.0, a), zeta(2.0, q)  # trigamma
    by_p = (
        float((n * x) @ (d_aq - d_a)) + data.log_total - log_gamma * float(n @ x) - float(x @ soft)
    )
    by_q = float(n @ (d_aq - d_q)) - float(soft.sum())
    by_g = -p * float(n @ x) + float((a + q) @ slope)
    jacobian = np.array([p, excess, 1.0])
    raw = np.array([by_p, by_q, by_g])
    pp = float((n * x**2) @ (t_aq - t_a))
    pq = float((n * x) @ t_aq)
    pg = -float(n @ x) + float(x @ slope)
    qq = float(n @ (t_aq - t_q))
    qg = float(slope.sum())
    gg = -float((a + q) @ bend)
    hessian = np.array([[pp, pq, pg], [pq, qq, qg], [pg, qg, gg]])
    chain = np.diag([p * by_p, excess * by_q, 0.0])
    return value, jacobian * raw, hessian * np.outer(jacobian, jacobian) + chain


def _softplus(data: SpendTable, log_gamma: float) -> tuple[Floats, Floats, Floats]:
    """Per x, the sums of ln(1 + e^u), and of minus its first and its second derivative by ln gamma.

    Shape `(k,)` each. Bins add half their variance times the second derivative of each.
    """
    u = data.level - log_gamma
    soft = np.logaddexp(0.0, u)
    share = np.exp(u - soft)
    rest = np.exp(-soft)
    first = share * rest
    half = 0.5 * data.variance
    tilt = rest - share
    curve = first * (tilt**2 - 2 * first)
    k = len(data.x)

    def per_x(rows: Floats) -> Floats:
        summed = np.bincount(data.row, weights=data.weight * rows, minlength=k)
        return summed.astype(np.float64, copy=False)

    return (
        per_x(soft + half * first),
        per_x(share + half * first * tilt),
        per_x(first + half * curve),
    )
