"""The likelihood of the beta-geometric family with exact derivatives.

Rate of phases lambda ~ Gamma(r, rate alpha) per week, a purchase every k phases (k = 1: at random),
dropout chance p ~ Beta(a, b) after each purchase. With m = x for BG (nobody leaves after the first
purchase) and m = x + 1 for MBG, and K = r + k x, a customer's likelihood is

    Gamma(K)/Gamma(r) alpha^r  B(a, b+m)/B(a, b)
        [ sum_{j<k} (K)_j (T-t_x)^j / j! (alpha+T)^-(K+j)  +  a/(b+m-1) (alpha+t_x)^-K ]

times the k-dependent constant prod gap^(k-1)/Gamma(k). Still a customer with j phases gone since
the last purchase, or gone right after it; for BG the second term is absent at x = 0.

References: Fader,
Hardie, Lee (2005), Marketing Science 24, 275-284; Batislam, Denizel, Filiztekin (2007), IJRM 24,
201-209; Platzer, Reutterer (2016), Marketing Science 35, 779-799.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, polygamma, psi

from models.counts import Counts
from models.lifetimes.nbd import XTables
from models.lifetimes.optimise import Floats

Parameters = tuple[float, float, float, float]


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
    log_T = np.log(alpha + T)
    here = [-K * log_T]
    with np.errstate(divide="ignore"):
        phase = np.log(T - t_x) - log_T
        for j in range(1, kind.k):
            here.append(here[-1] + np.log((K + j - 1) / j) + phase)
        chance = np.log(a / _losses(b, kind, x))
    gone = chance - K * np.log(alpha + t_x)
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


def likelihood(
    p: Parameters, kind: Kind, counts: Counts, tables: XTables
) -> tuple[float, Floats, Floats]:
    """Return value, gradient `(4,)` and Hessian `(4, 4)` by (r, alpha, a, b).

    Without the constant of the gaps. The log of a mixture of e^phi_j has gradient E[phi'] and
    Hessian E[phi''] + Cov[phi'] under the mixture's own shares.
    """
    r, alpha, _, b = p
    customers = float(counts.customers)
    value, gradient, hessian = _shared_part(p, kind, customers, tables)
    x, n = counts.x.astype(np.float64), counts.n.astype(np.float64)
    here, gone, level = shares(branches(p, kind, x, counts.t_x, counts.T))
    value += float(n @ level)
    K = r + kind.k * x
    per_T, per_t = 1 / (alpha + counts.T), 1 / (alpha + counts.t_x)
    # E[phi'] and E[phi''], E[phi' phi'] by (r, alpha); a and b occur only among those gone
    slope_r, slope_a = -np.log(alpha + counts.T), -K * per_T
    end_r, end_a = -np.log(alpha + counts.t_x), -K * per_t
    mean_r, mean_a = gone * end_r, gone * end_a
    rr, ra, aa = gone * end_r**2, gone * (end_r * end_a - per_t), gone * (end_a**2 - end_a * per_t)
    digamma, trigamma = np.zeros_like(x), np.zeros_like(x)
    for j, share in enumerate(here):
        if j:
            digamma, trigamma = digamma + 1 / (K + j - 1), trigamma + 1 / (K + j - 1) ** 2
        by_r, by_a = slope_r + digamma, slope_a - j * per_T
        mean_r, mean_a = mean_r + share * by_r, mean_a + share * by_a
        rr = rr + share * (by_r**2 - trigamma)
        ra = ra + share * (by_r * by_a - per_T)
        aa = aa + share * (by_a**2 - by_a * per_T)
    gradient[0] += float(n @ mean_r)
    gradient[1] += float(n @ mean_a)
    hessian[0, 0] += float(n @ (rr - mean_r**2))
    hessian[0, 1] += float(n @ (ra - mean_r * mean_a))
    hessian[1, 1] += float(n @ (aa - mean_a**2))
    leaving = (gone, gone * (end_r - mean_r), gone * (end_a - mean_a))
    slope, bend = _leaving(p, n, leaving, _losses(b, kind, x))
    hessian += bend
    return value, gradient + slope, hessian + np.triu(hessian, 1).T


def _leaving(
    p: Parameters, n: Floats, leaving: tuple[Floats, Floats, Floats], losses: Floats
) -> tuple[Floats, Floats]:
    """Return what a / (b+m-1) adds: phi_a = 1/a, phi_b = -1/(b+m-1); Hessian upper half only."""
    a = p[2]
    gone, with_r, with_a = leaving
    stay = gone * (1 - gone)
    gradient = np.array([0.0, 0.0, float(n @ gone) / a, -float(n @ (gone / losses))])
    hessian = np.zeros((4, 4))
    hessian[0, 2], hessian[0, 3] = float(n @ with_r) / a, -float(n @ (with_r / losses))
    hessian[1, 2], hessian[1, 3] = float(n @ with_a) / a, -float(n @ (with_a / losses))
    hessian[2, 2] = float(n @ (stay - gone)) / a**2
    hessian[2, 3] = -float(n @ (stay / losses)) / a
    hessian[3, 3] = float(n @ ((stay + gone) / losses**2))
    return gradient, hessian


def _shared_part(
    p: Parameters, kind: Kind, customers: float, tables: XTables
) -> tuple[float, Floats, Floats]:
    """Sum what depends on x alone, evaluated once per distinct x; Hessian upper half only."""
    r, alpha, a, b = p
    value, rise1, rise2 = tables.rising(r)
    m, n = tables.x + float(kind.at_once), tables.n
    value += customers * float(r * np.log(alpha))
    value += float(
        n @ (gammaln(b + m) - gammaln(a + b + m)) - customers * (gammaln(b) - gammaln(a + b))
    )
    both = float(n @ psi(a + b + m) - customers * psi(a + b))
    own = float(n @ psi(b + m) - customers * psi(b))
    both2 = float(n @ polygamma(1, a + b + m) - customers * polygamma(1, a + b))
    own2 = float(n @ polygamma(1, b + m) - customers * polygamma(1, b))
    gradient = np.array(
        [rise1 + customers * np.log(alpha), customers * r / alpha, -both, own - both]
    )
    hessian = np.zeros((4, 4))
    hessian[0, 0], hessian[0, 1] = rise2, customers / alpha
    hessian[1, 1] = -customers * r / alpha**2
    hessian[2, 2] = hessian[2, 3] = -both2
    hessian[3, 3] = own2 - both2
    return value, gradient, hessian


def _losses(b: float, kind: Kind, x: Floats) -> Floats:
    """Return b + m - 1, or 1 where that term is absent."""
    return b + x if kind.at_once else np.where(x > 0, b + x - 1, 1.0)
