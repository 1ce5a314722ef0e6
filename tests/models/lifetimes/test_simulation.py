"""Formulas against people simulated one by one, and parameters recovered from invented shops."""

import numpy as np
import pytest

from models.counts import collapse
from models.lifetimes import (
    NBD,
    BetaGeometric,
    ParetoNBD,
    fit_bgnbd,
    fit_cnbd,
    fit_mbgnbd,
    fit_paretonbd,
)
from models.samples import ParetoNBDTruth, shop
from tests.models.lifetimes.people import simulate

MODELS = {
    "NBD": NBD(1.2, 9.0),
    "Pareto/NBD": ParetoNBD(1.2, 9.0, 0.8, 15.0),
    "BG/NBD": BetaGeometric(1.2, 9.0, 0.8, 2.5),
    "MBG/NBD": BetaGeometric(1.2, 9.0, 0.8, 2.5, at_once=True),
    "BG/CNBD-2": BetaGeometric(1.2, 4.0, 0.8, 2.5, regularity=2),
    "MBG/CNBD-3": BetaGeometric(1.2, 3.0, 0.8, 2.5, regularity=3, at_once=True),
}
PEOPLE, WEEKS, AHEAD = 30_000, 30.0, 39.0
REGULAR_PEOPLE = 10_000  # their expectations are sums over phases
FITS = {"BG/NBD": fit_bgnbd, "MBG/NBD": fit_mbgnbd}


@pytest.fixture(scope="module")
def lived():
    people = {name: REGULAR_PEOPLE if "CNBD" in name else PEOPLE for name in MODELS}
    return {name: simulate(m, people[name], WEEKS, AHEAD, seed=5) for name, m in MODELS.items()}


def agrees(truth, expected):
    """Whether the mean truth lies within four standard errors of the mean expectation."""
    error = np.std(truth - expected) / np.sqrt(len(truth)) + 1e-12
    return abs(np.mean(truth - expected)) < 4 * error


@pytest.mark.parametrize("name", MODELS)
def test_conditional_expectations_and_chances(lived, name):
    x, t_x, alive, future = lived[name]
    model = MODELS[name]
    chance = model.p_alive(x, t_x, WEEKS)
    expected = model.expected_purchases(AHEAD, x, t_x, WEEKS)
    silence = WEEKS - t_x
    for group in (x == 0, x == 1, (x > 1) & (silence < 5), (x > 1) & (silence >= 5), x > 8):
        assert group.sum() > 50
        assert agrees(alive[group].astype(float), chance[group])
        assert agrees(future[group], expected[group])


@pytest.mark.parametrize("name", MODELS)
def test_newcomers(lived, name):
    x, _, alive, _ = lived[name]
    model = MODELS[name]
    assert agrees(alive.astype(float), np.full(len(x), float(model.survival(WEEKS))))
    assert agrees(x, np.full(len(x), float(model.expected_purchases_new(WEEKS))))


@pytest.mark.parametrize("name", FITS)
def test_beta_geometric_parameters_are_recovered(lived, name):
    x, t_x, _, _ = lived[name]
    fitted, truth = FITS[name](collapse(x, t_x, np.full(len(x), WEEKS))[0]), MODELS[name]
    error = np.sqrt(np.diag(fitted.fit.covariance))
    assert (np.abs(fitted.log_parameters() - truth.log_parameters()) < 4 * error).all()


def test_regularity_is_recovered():
    truth = BetaGeometric(1.2, 3.0, 0.8, 2.5, regularity=3, at_once=True)
    x, t_x, log_gaps = regular_shop(truth, 4000)
    fitted = fit_cnbd(collapse(x, t_x, np.full(len(x), WEEKS), log_gaps=log_gaps)[0])
    assert fitted.regularity == 3
    error = np.sqrt(np.diag(fitted.fit.covariance))
    assert (np.abs(fitted.log_parameters() - truth.log_parameters()) < 4 * error).all()


def regular_shop(truth, customers):
    """Simulate purchases with their gaps, which the triples do not keep."""
    rng = np.random.default_rng(8)
    x, t_x, log_gaps = np.zeros(customers), np.zeros(customers), 0.0
    for i in range(customers):
        rate, p = rng.gamma(truth.r, 1 / truth.alpha), rng.beta(truth.a, truth.b)
        now = 0.0
        while rng.uniform() >= p:
            gap = rng.gamma(truth.regularity, 1 / rate)
            now += gap
            if now > WEEKS:
                break
            x[i], t_x[i], log_gaps = x[i] + 1, now, log_gaps + np.log(gap)
    return x, t_x, log_gaps


def test_a_shops_parameters_are_recovered_from_its_log():
    truth = ParetoNBDTruth(r=0.8, alpha=12.0, s=0.6, beta=10.0)
    company = shop(6000, seed=3, truth=truth)
    days = (company.log["date"].astype("int64") // 86_400_000_000_000).groupby(
        company.log["customer"]
    )
    if company.log["date"].dt.unit != "ns":
        dates = company.log["date"].astype("datetime64[ns]").astype("int64") // 86_400_000_000_000
        days = dates.groupby(company.log["customer"])
    first = days.min()
    counts, _ = collapse(days.size() - 1, (days.max() - first) / 7, (company.last_day - first) / 7)
    fitted = fit_paretonbd(counts)
    # several purchases on one day count once, so a little less than the drawn rate is seen
    assert fitted.r == pytest.approx(0.8, rel=0.15)
    assert fitted.r / fitted.alpha == pytest.approx(0.8 / 12, rel=0.1)
    half_year = (truth.beta / (truth.beta + 26)) ** truth.s
    assert float(fitted.survival(26)) == pytest.approx(half_year, abs=0.03)
    assert fitted.report.converged
