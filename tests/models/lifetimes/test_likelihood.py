"""Derivatives against finite differences, and likelihoods against other ways to compute them."""

import itertools
import warnings

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, gammaln, hyp2f1
from scipy.stats import t as student

from models.counts import collapse
from models.lifetimes import ParetoNBD, bgnbd, nbd, paretonbd
from models.lifetimes.bg_likelihood import Kind, branches, shares
from models.lifetimes.contract import Renewals
from models.lifetimes.contract import _objective as contract_objective
from models.lifetimes.pareto_likelihood import log_likelihood, log_odds_alive
from models.lifetimes.spend_likelihood import likelihood as spend_likelihood
from models.lifetimes.spend_likelihood import table
from models.lifetimes.tails import Tails
from tests.models.lifetimes.people import company

COUNTS = collapse(*company(101)[:3])[0]
SPENDERS = np.random.default_rng(1).gamma(2, 20, 200), np.arange(200) % 7 + 1.0


def _nbd(theta):
    return nbd._likelihood(theta, nbd._ages(COUNTS), Tails(COUNTS))


OBJECTIVES = {
    "NBD": (_nbd, [0.5, 8.0]),
    "Pareto/NBD": (paretonbd._objective(COUNTS), [0.5, 8.0, 0.7, 30.0]),
    "Pareto/NBD, alpha above beta": (paretonbd._objective(COUNTS), [0.5, 80.0, 200.0, 7.0]),
    "BG/NBD": (bgnbd._objective(COUNTS, Kind(1, False)), [0.5, 8.0, 0.7, 0.9]),
    "MBG/NBD": (bgnbd._objective(COUNTS, Kind(1, True)), [0.5, 8.0, 0.7, 3.0]),
    "BG/CNBD-2": (bgnbd._objective(COUNTS, Kind(2, False)), [0.5, 8.0, 0.7, 3.0]),
    "MBG/CNBD-4": (bgnbd._objective(COUNTS, Kind(4, True)), [0.5, 2.0, 0.7, 3.0]),
    "sBG": (contract_objective(Renewals.from_cohorts([[90, 60, 50], [40, 30]]), 2), [0.7, 2.0]),
    "BdW": (contract_objective(Renewals.from_cohorts([[90, 60, 50, 49]]), 3), [0.7, 2.0, 1.4]),
    "Gamma-Gamma": (
        lambda theta: spend_likelihood(theta, table(SPENDERS[1], SPENDERS[0])),
        [6.0, 3.0, 15.0],
    ),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_derivatives(name):
    objective, at = OBJECTIVES[name]
    theta, step = np.log(at), 1e-5
    value, gradient, hessian = objective(theta)
    for i, direction in enumerate(np.eye(len(theta))):
        above, below = objective(theta + step * direction), objective(theta - step * direction)
        slope = (above[0] - below[0]) / (2 * step)
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-6 * abs(value))
        bend = (above[1] - below[1]) / (2 * step)
        assert hessian[i] == pytest.approx(bend, rel=1e-5, abs=1e-6 * abs(value))
    assert hessian == pytest.approx(hessian.T)


def one(x, t_x, T):
    return collapse([x], [t_x], [T])[0]


@pytest.mark.parametrize("p", [(0.55, 10.6, 0.61, 11.7), (1.2, 5.0, 2.0, 30.0), (3, 40, 0.5, 4)])
@pytest.mark.parametrize("history", [(0, 0, 30.0), (2, 12.0, 30.0), (26, 30.857, 31.0)])
def test_pareto_nbd_is_the_papers_gaussian_hypergeometric(p, history):
    """Fader & Hardie (2005), equations 17 to 21, where 2F1 is stable."""
    (r, alpha, s, beta), (x, t_x, T) = p, history
    swap = alpha < beta
    big, small = max(alpha, beta), min(alpha, beta)
    second = s + 1 if not swap else r + x

    def term(y):
        z = (big - small) / (big + y)
        return hyp2f1(r + s + x, second, r + s + x + 1, z) / (big + y) ** (r + s + x)

    bracket = (alpha + T) ** -(r + x) * (beta + T) ** -s
    bracket += s / (r + s + x) * (term(t_x) - term(T))
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(bracket)
    counts = one(x, t_x, T)
    assert log_likelihood(p, counts, Tails(counts)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "p",
    [(0.55, 10.6, 0.61, 11.7), (0.05, 0.3, 4.0, 900.0), (8, 700, 0.1, 0.4), (2, 5, 140, 9e3)],
)
@pytest.mark.parametrize(
    "history",
    [(0, 0.0, 200.0), (1, 0.143, 150.0), (221, 50.0, 103.43), (2500, 300.0, 400.0)],
)
def test_the_integral_over_the_time_of_leaving(p, history):
    (r, alpha, s, beta), (x, t_x, T) = p, history

    def log_branch(y, extra):
        return -(r + x) * np.log1p(y / alpha) - (s + extra) * np.log1p(y / beta)

    top = log_branch(t_x, 1)
    scale = 1 / ((r + x) / (alpha + t_x) + (s + 1) / (beta + t_x))
    cuts = np.unique(np.clip(t_x + scale * np.geomspace(0.01, 1e7, 40), t_x, T))
    edges = [t_x, *cuts]
    integral = sum(
        quad(lambda y: np.exp(log_branch(y, 1) - top), a, b, epsabs=0, epsrel=1e-12)[0]
        for a, b in itertools.pairwise(edges)
        if b > a
    )
    odds = log_branch(T, 0) - (top + np.log(s / beta) + np.log(integral))
    got = log_odds_alive(p, *(np.array([v], float) for v in history))[0]
    assert got == pytest.approx(odds, abs=1e-9)


def test_frequent_buyers_overflow_nothing():
    model = ParetoNBD(0.55, 10.6, 0.61, 11.7)
    alive = model.p_alive([221, 5000, 5000], [103.43, 600, 100], [103.43, 600, 600])
    assert alive == pytest.approx([1.0, 1.0, 0.0], abs=1e-12)


@pytest.mark.parametrize("at_once", [False, True])
def test_beta_geometric_likelihood_is_the_papers_formula(at_once):
    r, alpha, a, b = 0.6, 5.0, 0.9, 1.7
    x, t_x, T = 4, 12.0, 30.0
    m = x + at_once
    lead = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    here = betaln(a, b + m) - betaln(a, b) - (r + x) * np.log(alpha + T)
    gone = betaln(a + 1, b + m - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    value = bgnbd._objective(one(x, t_x, T), Kind(1, at_once))(np.log([r, alpha, a, b]))[0]
    assert value == pytest.approx(lead + np.logaddexp(here, gone), abs=1e-10)


def test_regular_branches_sum_over_the_phases_since_the_last_purchase():
    """Given lambda and p a CNBD-2 customer is still there with odds (1-p) e^-lw (1 + l w) to p."""
    r, alpha, a, b, w = 1.3, 4.0, 0.8, 2.5, 6.0
    x, t_x = 3, 9.0
    K = r + 2 * x

    def here(rate):
        waited = np.exp(-rate * w) * (1 + rate * w)
        return waited * rate ** (K - 1) * np.exp(-rate * (alpha + t_x))

    stay = quad(here, 0, 60, epsabs=0, epsrel=1e-11)[0] * np.exp(betaln(a, b + x + 1))
    full = quad(lambda q: q ** (K - 1) * np.exp(-q * (alpha + t_x)), 0, 60, epsrel=1e-11)[0]
    leave = full * np.exp(betaln(a + 1, b + x))
    histories = (np.array([float(x)]), np.array([t_x]), np.array([t_x + w]))
    phases, _, _ = shares(branches((r, alpha, a, b), Kind(2, True), *histories))
    assert sum(phases)[0] == pytest.approx(stay / (stay + leave), rel=1e-8)


PEERS = {
    "BG/NBD": ("BetaGeoFitter", bgnbd.fit_bgnbd, lambda c: bgnbd._objective(c, Kind(1, False))),
    "MBG/NBD": (
        "ModifiedBetaGeoFitter",
        bgnbd.fit_mbgnbd,
        lambda c: bgnbd._objective(c, Kind(1, True)),
    ),
    "Pareto/NBD": ("ParetoNBDFitter", paretonbd.fit_paretonbd, paretonbd._objective),
}


@pytest.mark.parametrize("name", PEERS)
def test_the_peer_never_finds_a_likelier_fit(peer, cdnow, name):
    """Their estimates, under the likelihood that is pinned to the published values."""
    fitter, fit, objective = PEERS[name]
    companies = [(cdnow.x, cdnow.t_x, cdnow.T)]
    if name != "Pareto/NBD":  # a minute in the peer
        companies += [company(seed, most=60)[:3] for seed in range(6)]
    compared = 0
    for histories in companies:
        counts, _ = collapse(*histories)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = getattr(peer, fitter)().fit(*histories)
        except peer.utils.ConvergenceError:
            continue
        value = objective(counts)(np.log(theirs.params_.to_numpy()))[0]
        assert fit(counts).log_likelihood >= value - 1e-6 * abs(value)
        compared += 1
    assert compared


def test_draws_of_a_small_company_are_wider_than_the_normal_approximation():
    x, t_x, T, _ = company(101)
    model = paretonbd.fit_paretonbd(collapse(x, t_x, T)[0])
    resampled = np.log([[d.s, d.beta] for d in model.draws(400, 1)])
    assert np.isfinite(resampled).all()
    laplace = np.sqrt(np.diag(model.fit.covariance))[2:]
    assert (resampled.std(axis=0) < student(7).std() * 3 * np.maximum(laplace, 1)).all()
