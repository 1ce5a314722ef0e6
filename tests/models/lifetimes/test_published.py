"""Numbers printed in the papers, in R's BTYD and CLVTools, and in the workbooks behind them."""

import numpy as np
import pytest

from models.lifetimes import (
    Renewals,
    fit_all,
    fit_bdw,
    fit_bgnbd,
    fit_cnbd,
    fit_contract,
    fit_mbgnbd,
    fit_mean_spend,
    fit_nbd,
    fit_paretonbd,
    fit_sbg,
)

PUBLISHED = {
    "NBD": (fit_nbd, {"r": 0.384766, "alpha": 12.072014}, -9763.6576),
    "BG/NBD": (
        fit_bgnbd,
        {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881},
        -9582.4292,
    ),
    "MBG/NBD": (
        fit_mbgnbd,
        {"r": 0.524844, "alpha": 6.183093, "a": 0.891388, "b": 1.614048},
        -9582.1357,
    ),
    "Pareto/NBD": (
        fit_paretonbd,
        {"r": 0.55328, "alpha": 10.5777, "s": 0.60623, "beta": 11.6685},
        -9594.9762,
    ),
}
LOOSE = {"s": 2e-2, "beta": 2e-2}
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.fixture(scope="module")
def fitted(cdnow):
    return {name: fit(cdnow.counts) for name, (fit, _, _) in PUBLISHED.items()}


def test_cdnow_itself(cdnow):
    assert cdnow.counts.customers == 2357
    assert int((cdnow.x > 0).sum()) == 946
    assert int(cdnow.x.sum()) == 2457
    assert cdnow.holdout_days == 1882


@pytest.mark.parametrize("name", PUBLISHED)
def test_estimates_on_cdnow(fitted, name):
    _, parameters, log_likelihood = PUBLISHED[name]
    model = fitted[name]
    assert model.name == name
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    for symbol, value in parameters.items():
        assert model.parameters[symbol] == pytest.approx(value, rel=LOOSE.get(symbol, 1e-3))
    assert model.report.converged
    assert model.report.gradient < 1e-8
    assert not model.report.at_bound
    assert not model.report.ridge


def test_standard_errors_of_bg_nbd(fitted):
    model = fitted["BG/NBD"]
    errors = np.exp(model.log_parameters()) * np.sqrt(np.diag(model.fit.covariance))
    assert errors == pytest.approx([0.0125574, 0.3782239, 0.1857328, 0.7054068], rel=1e-3)


@pytest.mark.parametrize(
    ("name", "expected", "alive"),
    [("Pareto/NBD", 25.45647, 0.997874), ("BG/NBD", 25.75659, 0.9688523)],
)
def test_customer_1516_over_the_next_52_weeks(fitted, name, expected, alive):
    history = (26, 30.85714, 31)
    model = fitted[name]
    assert model.expected_purchases(52, *history)[0] == pytest.approx(expected, rel=1e-3)
    assert model.p_alive(*history)[0] == pytest.approx(alive, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Pareto/NBD", (1.473434, 1665.5, 1051.9)),
        ("BG/NBD", (1.444004, 1653.4, 1917.3)),
        ("MBG/NBD", (1.41889, 1576.7, 1057.6)),
    ],
)
def test_predictions_on_cdnow(fitted, cdnow, name, printed):
    (newcomer, thirty_nine_weeks, alive), model, c = printed, fitted[name], cdnow.counts
    assert model.expected_purchases_new(52) == pytest.approx(newcomer, rel=1e-4)
    expected = c.n @ model.expected_purchases(39, c.x, c.t_x, c.T)
    assert expected == pytest.approx(thirty_nine_weeks, abs=0.1)
    assert c.n @ model.p_alive(c.x, c.t_x, c.T) == pytest.approx(alive, abs=0.1)


def test_cdnow_buyers_are_random_so_k_is_1(cdnow):
    assert fit_cnbd(cdnow.counts).regularity == 1
    assert [m.name for m in fit_all(cdnow.counts)] == ["NBD", "Pareto/NBD", "BG/NBD", "MBG/NBD"]


def test_gamma_gamma_on_cdnow(cdnow):
    spend = fit_mean_spend(cdnow.spend_days, cdnow.mean_spend)
    assert spend.name == "Gamma-Gamma"
    assert spend.log_likelihood == pytest.approx(-4055.9177, abs=1e-3)
    assert spend.parameters["q"] == pytest.approx(3.744256, rel=1e-3)
    assert spend.parameters["p"] == pytest.approx(6.249349, rel=1e-2)
    assert spend.parameters["gamma"] == pytest.approx(15.444307, rel=1e-2)
    assert spend.population_mean == pytest.approx(35.1705, rel=1e-4)


@pytest.mark.parametrize(
    ("cohort", "a", "b", "log_likelihood"),
    [(REGULAR, 0.7041, 1.1820, -1680.2652), (HIGH_END, 0.6681, 3.8061, -1611.1581)],
    ids=["regular", "high end"],
)
def test_sbg(cohort, a, b, log_likelihood):
    model = fit_sbg(Renewals.from_cohorts([cohort]))
    assert (model.a, model.b) == pytest.approx((a, b), rel=1e-3)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)


def test_bdw_high_end():
    model = fit_bdw(Renewals.from_cohorts([HIGH_END]))
    assert (model.a, model.b, model.c) == pytest.approx((0.2143, 1.4266, 1.7236), rel=1e-3)
    assert model.log_likelihood == pytest.approx(-1605.3142, abs=1e-3)


def test_the_likelihood_ratio_keeps_sbg_for_regular_and_takes_bdw_for_high_end():
    assert fit_contract(Renewals.from_cohorts([REGULAR])).name == "sBG"
    assert fit_contract(Renewals.from_cohorts([HIGH_END])).name == "BdW"
