"""The likelihood of the beta-geometric family with exact derivatives.

Rate of phases lambda ~ Gamma(r, rate alpha) per week, a purchase every k phases (k = 1: at random),
dropout chance p ~ Beta(a, b) after each purchase. With m = x for BG (nobody leaves after the first
purchase) and m = x + 1 for MBG, and K = r + k x, a customer's likelihood is

    Gamma(K)/Gamma(r) alpha^(-k x)  B(a, b+m)/B(a, b)
        [ sum_{j<k} (K)_j / j! ((T-t_x)/alpha)^j (1+T/alpha)^-(K+j)
          +  a/(b+m-1) (1+t_x/alpha)^-K ]

times the k-dependent constant prod gap^(k-1)/Gamma(k). Still a customer with j phases gone since
the last purchase, or gone right after it; for BG the second term is absent at x = 0.

References: Fader,
Hardie, Lee (2005), Marketing Science 24, 275-284; Batislam, Denizel, Filiztekin (2007), IJRM 24,
201-209; Platzer, Reutterer (2016), Marketing Science 35, 779-799.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.counts import Counts
from models.lifetimes.optimise import Floats, total
from models.lifetimes.tails import Tails

Parameters = tuple[float, float, float, float]

_BLOCK = 4096
"""Rows worked on at a time, so that they stay in the processor's cache."""


class Kind(NamedTuple):
    """Which member of the family."""

    k: int  # phases per purchase
    at_once: bool  # MBG: may leave right after the first purchase


class _Branches(NamedTuple):
    """Logs of the k branches of those still there and of the one of those gone."""

    here: list[Floats]
    gone: Floats


def branches(p: Parameters, kind: Kind, x: Floats, t_x: Floats, T: Floats) -> _Branches:
    """Return the logs of the bracket's terms, shape `(m,)` each; -inf where a term is absent."""
    r, alpha, a, b = p
    K = r + kind.k * x
    here = [-K * np.log1p(T / alpha)]
    with np.errstate(divide="ignore"):
        phase = np.log((T - t_x) / (alpha + T))
        for j in range(1, kind.k):
            here.append(here[-1] + np.log((K + j - 1) / j) + phase)
        chance = np.log(a / _losses(b, kind, x))
    gone = chance - K * np.log1p(t_x / alpha)
    return _Branches(here, gone if kind.at_once else np.where(x > 0, gone, -np.inf))


def shares(terms: _Branches) -> tuple[list[Floats], Floats, Floats]:
    """Return each branch's share of the bracket, the share of those gone, and the bracket's log."""
    top = terms.gone
    for term in terms.here:
        top = np.maximum(top, term)
    sizes = [np.exp(term - top) for term in (*terms.here, terms.gone)]
    total = sizes[0] + sizes[-1]
    for size in sizes[1:-1]:
        total = total + size
    *here, gone = (size / total for size in sizes)
    return here, gone, top + np.log(total)


class BGTails(NamedTuple):
    """How many customers reach each number of phases, and each number of chances to leave."""

    phases: Tails
    chances: Tails

    @classmethod
    def of(cls, counts: Counts, kind: Kind) -> BGTails:
        """Count them."""
        return cls(Tails(counts, kind.k), Tails(counts, extra=int(kind.at_once)))


def likelihood(
    p: Parameters, kind: Kind, counts: Counts, tails: BGTails
) -> tuple[float, Floats, Floats]:
    """Return the value with derivatives by (ln r, ln alpha, ln a, ln b), less the gaps' constant.

    Gradient `(4,)` and Hessian `(4, 4)`.
    """
    value, rise1, rise2 = tails.phases.rising(p[0], p[1])
    stay, stay1, stay2 = tails.chances.surviving(p[2], p[3])
    value += stay
    gradient = np.array([rise1, -tails.phases.events, *stay1])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = rise2
    hessian[2:, 2:] = np.triu(stay2)
    for start in range(0, len(counts), _BLOCK):
        at = slice(start, start + _BLOCK)
        histories = (counts.x[at].astype(np.float64), counts.t_x[at], counts.T[at])
        part, slope, bend = _bracket(p, kind, histories, counts.n[at].astype(np.float64))
        value, gradient, hessian = value + part, gradient + slope, hessian + bend
    return value, gradient, hessian + np.triu(hessian, 1).T


def _bracket(
    p: Parameters, kind: Kind, histories: tuple[Floats, Floats, Floats], n: Floats
) -> tuple[float, Floats, Floats]:
    """Value and derivatives of sum n ln[bracket]; Hessian upper half only.

    The log of a mixture of e^phi_j has gradient E[phi'] and Hessian E[phi''] + Cov[phi'] under the
    mixture's own shares.
    """
    (r, alpha, _, b), (x, t_x, T) = p, histories
    here, gone, level = shares(branches(p, kind, x, t_x, T))
    K = r + kind.k * x
    rho_T, rho_t = T / (alpha + T), t_x / (alpha + t_x)
    # E[phi'] and E[phi'' + phi' phi'] by R = ln r, A = ln alpha, starting with those gone
    end_r, end_a = -r * np.log1p(t_x / alpha), K * rho_t
    mean_r, mean_a = gone * end_r, gone * end_a
    rr, ra = gone * (end_r + end_r**2), gone * (r * rho_t + end_r * end_a)
    aa = gone * end_a * (end_a - 1 + rho_t)
    by_r, by_a = -r * np.log1p(T / alpha), K * rho_T
    bent = by_r
    for j, share in enumerate(here):
        if j:
            # one phase more: (K+j-1) (T-t_x) / (alpha+T)
            more = r / (K + j - 1)
            by_r, bent, by_a = by_r + more, bent + more - more**2, by_a - (1 - rho_T)
        mean_r, mean_a = mean_r + share * by_r, mean_a + share * by_a
        rr = rr + share * (bent + by_r**2)
        ra = ra + share * (r * rho_T + by_r * by_a)
        aa = aa + share * (by_a**2 - (K + j) * rho_T * (1 - rho_T))
    leaving = (gone, gone * (end_r - mean_r), gone * (end_a - mean_a))
    gradient, hessian = _leaving(n, leaving, b / _losses(b, kind, x))
    gradient[:2] = total(n, mean_r), total(n, mean_a)
    hessian[0, 0] = total(n, rr - mean_r**2)
    hessian[0, 1] = total(n, ra - mean_r * mean_a)
    hessian[1, 1] = total(n, aa - mean_a**2)
    return total(n, level), gradient, hessian


def _leaving(
    n: Floats, leaving: tuple[Floats, Floats, Floats], fall: Floats
) -> tuple[Floats, Floats]:
    """Return what ln a - ln(b+m-1) adds, with `fall` = b/(b+m-1); Hessian upper half only."""
    gone, with_r, with_a = leaving
    stay = gone * (1 - gone)
    gradient = np.array([0.0, 0.0, total(n, gone), -total(n, gone * fall)])
    hessian = np.zeros((4, 4))
    hessian[0, 2], hessian[0, 3] = total(n, with_r), -total(n, with_r * fall)
    hessian[1, 2], hessian[1, 3] = total(n, with_a), -total(n, with_a * fall)
    hessian[2, 2] = total(n, stay)
    hessian[2, 3] = -total(n, stay * fall)
    hessian[3, 3] = total(n, stay * fall**2 - gone * fall * (1 - fall))
    return gradient, hessian


def _losses(b: float, kind: Kind, x: Floats) -> Floats:
    """Return b + m - 1, or b where that term is absent."""
    return b + x if kind.at_once else np.where(x > 0, b + x - 1, b)
