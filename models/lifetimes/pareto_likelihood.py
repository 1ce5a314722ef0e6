"""The Pareto/NBD likelihood with exact derivatives, as a mixture over the time of leaving.

With lambda and mu integrated out, a customer's likelihood is

    Gamma(r+x)/Gamma(r) alpha^-x [ (1+T/alpha)^-(r+x) (1+T/beta)^-s
        + integral_{t_x}^{T} s/beta (1+y/alpha)^-(r+x) (1+y/beta)^-(s+1) dy ]

(Fader & Hardie 2005, "A note on deriving the Pareto/NBD model", before the Gaussian hypergeometric
function is brought in): still a customer at T, or gone at some y. The integral is taken on 16
Gauss-Legendre nodes in w = ((c+y)/(c+t_x))^-q, c = min(alpha, beta), where q is an eighth of the
integrand's decay per unit of ln(c+y): in that variable it is nearly a polynomial. The error stays
below 1e-10 for shapes from 1/30 to 30 and scales of a week to years, x in the thousands, and below
1e-6 at four hundred times either way. Derivatives are moments over the same nodes. Ages are counted
in units of alpha and beta, which keeps all digits when these run into the millions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit

from models.counts import Counts
from models.lifetimes.optimise import Floats, total
from models.lifetimes.tails import Tails

Parameters = tuple[float, float, float, float]

_NODES, _WEIGHTS = (v / 2 for v in np.polynomial.legendre.leggauss(16))
_NODES = (_NODES + 0.5)[:, None]
_WEIGHTS = _WEIGHTS[:, None]
_DEGREE = 8.0
_BLOCK = 4096


class _Nodes(NamedTuple):
    """Times of leaving on the quadrature nodes, and the weight of each."""

    log_a: Floats  # ln((alpha+y)/(alpha+t_x)), shape (16, m)
    log_b: Floats  # ln((beta+y)/(beta+t_x)), shape (16, m)
    weight: Floats  # integrand over its value at t_x, times the node's width, shape (16, m)
    log_total: Floats  # ln of the integral, shape (m,)


def log_odds_alive(p: Parameters, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return ln of P(alive at T) / P(gone by T) given the history, shape `(m,)`; inf at t_x = T."""
    odds = np.empty(len(x))
    for at in _blocks(len(x)):
        odds[at] = _log_alive(p, x[at], T[at]) - _nodes(p, x[at], t_x[at], T[at]).log_total
    return odds


def log_likelihood(p: Parameters, counts: Counts, tails: Tails) -> float:
    """Return the total unscaled log-likelihood."""
    value = tails.rising(p[0], p[1])[0]
    for at in _blocks(len(counts)):
        x, T = counts.x[at].astype(np.float64), counts.T[at]
        alive = _log_alive(p, x, T)
        gone = _nodes(p, x, counts.t_x[at], T).log_total
        value += total(counts.n[at], alive - log_expit(alive - gone))
    return value


def likelihood(p: Parameters, counts: Counts, tails: Tails) -> tuple[float, Floats, Floats]:
    """Return the total log-likelihood with derivatives by (ln r, ln alpha, ln s, ln beta).

    Gradient `(4,)` and Hessian `(4, 4)`.
    """
    value, rise1, rise2 = tails.rising(p[0], p[1])
    gradient, hessian = np.array([rise1, -tails.events, 0.0, 0.0]), np.zeros((4, 4))
    hessian[0, 0] = rise2
    for at in _blocks(len(counts)):
        histories = (counts.x[at].astype(np.float64), counts.t_x[at], counts.T[at])
        part, slope, bend = _mixture(p, *histories, counts.n[at].astype(np.float64))
        value, gradient, hessian = value + part, gradient + slope, hessian + bend
    return value, gradient, hessian


def _mixture(
    p: Parameters, x: Floats, t_x: Floats, T: Floats, n: Floats
) -> tuple[float, Floats, Floats]:
    """Value and derivatives of sum n ln[still here + gone], the bracket above.

    The log of a mixture of e^phi_j has gradient E[phi'] and Hessian E[phi''] + Cov[phi'] under the
    mixture's own weights, here P(alive) on T and 1 - P(alive) spread over the nodes.
    """
    r, alpha, s, beta = p
    nodes = _nodes(p, x, t_x, T)
    alive, gone = _log_alive(p, x, T), nodes.log_total
    here = expit(alive - gone)
    value = total(n, alive - log_expit(alive - gone))
    share = nodes.weight * (expit(gone - alive) / nodes.weight.sum(axis=0))
    K = r + x
    age_a, age_b = nodes.log_a + np.log1p(t_x / alpha), nodes.log_b + np.log1p(t_x / beta)
    sigma, sigma_T = -np.expm1(-age_b), T / (beta + T)
    leave = (-r * age_a, K * -np.expm1(-age_a), 1 - s * age_b, (s + 1) * sigma - 1)
    stay = (-r * np.log1p(T / alpha), K * T / (alpha + T), -s * np.log1p(T / beta), s * sigma_T)
    weighted = [share * d for d in leave]
    mean = [w.sum(axis=0) + here * d for w, d in zip(weighted, stay, strict=True)]
    second, covariance = np.empty((4, 4)), np.empty((4, 4))
    for i in range(4):
        weighted[i] *= n
        for j in range(i, 4):
            both = float(np.einsum("ij,ij->", weighted[i], leave[j]))
            second[i, j] = both + total(n * here, stay[i] * stay[j])
            covariance[i, j] = second[i, j] - total(n, mean[i] * mean[j])
            covariance[j, i] = covariance[i, j]
    # E[phi''], written with phi' where it can be: phi_RR = phi_R, phi_RA = r rho, ...
    own = np.zeros((4, 4))
    gradient = np.array([total(n, m) for m in mean])
    own[0, 0] = gradient[0]
    own[0, 1] = own[1, 0] = r * total(n, mean[1] / K)
    bent = (weighted[1] * leave[1]).sum(axis=0) + n * here * stay[1] ** 2
    own[1, 1] = float((bent / K).sum()) - gradient[1]
    own[2, 2] = gradient[2] - total(n, 1 - here)
    share *= n * sigma
    seen, squared = float(share.sum()), float(np.einsum("ij,ij->", share, sigma))
    own[2, 3] = own[3, 2] = s * (seen + total(n * here, sigma_T))
    own[3, 3] = (s + 1) * (squared - seen) - s * total(n * here, sigma_T * (1 - sigma_T))
    return value, gradient, covariance + own


def _nodes(p: Parameters, x: Floats, t_x: Floats, T: Floats) -> _Nodes:
    """Lay the 16 nodes between t_x and T and weigh them."""
    r, alpha, s, beta = p
    c = min(alpha, beta)
    k, since = r + x, c + t_x
    decay = since * (k / (alpha + t_x) + (s + 1) / (beta + t_x))
    q = decay / _DEGREE
    reach = -np.expm1(-q * np.log1p((T - t_x) / since))
    w_log = np.log1p(-reach * _NODES)
    log_c = w_log / -q
    other = np.log1p(np.expm1(log_c) * (since / (max(alpha, beta) + t_x)))
    log_a, log_b = (log_c, other) if alpha <= beta else (other, log_c)
    # dy = (c + y) du and du = dw / (q w), with u = ln((c+y)/(c+t_x))
    weight = _WEIGHTS * np.exp(log_c - w_log - k * log_a - (s + 1) * log_b)
    with np.errstate(divide="ignore"):
        width = np.log(reach * since / q * (s / beta))
    scale = -k * np.log1p(t_x / alpha) - (s + 1) * np.log1p(t_x / beta)
    return _Nodes(log_a, log_b, weight, scale + width + np.log(weight.sum(axis=0)))


def _log_alive(p: Parameters, x: Floats, T: Floats) -> Floats:
    """Return ln of the branch of those still there: (1+T/alpha)^-(r+x) (1+T/beta)^-s."""
    r, alpha, s, beta = p
    return -(r + x) * np.log1p(T / alpha) - s * np.log1p(T / beta)


def _blocks(rows: int) -> list[slice]:
    """Cut the rows so that a block's nodes stay in the processor's cache."""
    return [slice(i, i + _BLOCK) for i in range(0, rows, _BLOCK)]
