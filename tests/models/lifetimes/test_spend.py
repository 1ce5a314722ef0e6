import numpy as np
import pandas as pd
import pytest

from models.errors import DataError
from models.lifetimes import GammaGamma, ShrunkenMeans, fit_mean_spend, fit_spend, spend_likelihood


def spenders(customers, p=6.0, q=3.7, gamma=15.0, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.geometric(0.3, customers).astype(float)
    return x, rng.gamma(p * x, 1 / rng.gamma(q, 1 / gamma, customers)) / x


def test_parameters_are_recovered():
    fitted = fit_mean_spend(*spenders(20_000))
    estimates = np.log([fitted.p, fitted.q - 1, fitted.gamma])
    off = estimates - np.log([6.0, 2.7, 15.0])
    assert (np.abs(off) < 4 * np.sqrt(np.diag(fitted.fit.covariance))).all()
    assert fitted.population_mean == pytest.approx(6 * 15 / 2.7, rel=0.03)
    assert fitted.report.converged


def test_binning_a_large_company_changes_nothing_that_matters(monkeypatch):
    x, mean = spenders(30_000)
    binned = fit_mean_spend(x, mean)
    monkeypatch.setattr(spend_likelihood, "_SHARED_BY", 10**9)
    exact = fit_mean_spend(x, mean)
    assert list(binned.parameters.values()) == pytest.approx(
        list(exact.parameters.values()), rel=1e-5
    )
    assert binned.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-3)


def test_expectations_shrink_from_the_population_to_the_customer():
    model = GammaGamma(6.25, 3.744, 15.44)
    guesses = model.expected([0, 1, 5, 100_000], [np.nan, 100.0, 100.0, 100.0])
    assert guesses[0] == pytest.approx(model.population_mean)
    assert (np.diff(guesses) > 0).all()
    assert guesses[-1] == pytest.approx(100, rel=1e-3)


def test_money_in_cents_or_dollars():
    x, mean = spenders(500)
    dollars, cents = fit_mean_spend(x, mean), fit_mean_spend(x, mean * 100)
    assert cents.p == pytest.approx(dollars.p, rel=1e-6)
    assert cents.gamma == pytest.approx(dollars.gamma * 100, rel=1e-6)
    shift = len(x) * np.log(100)
    assert cents.log_likelihood == pytest.approx(dollars.log_likelihood - shift, abs=1e-6)


FALLBACKS = {
    "nobody": ([], [], "Only 0 customers"),
    "few": ([1, 2, 3], [10.0, 11, 12], "Only 3 customers"),
    "one-time buyers and free days": ([0, 0, 1], [np.nan, 5, 0.0], "Only 0 customers"),
    "all the same": (np.arange(1, 60), np.full(59, 3.0), "spends the same"),
    "frequency pays": (np.arange(1, 60), np.arange(1, 60) * 2.0, "correlation 1.00"),
}


@pytest.mark.parametrize("case", FALLBACKS)
def test_where_gamma_gamma_cannot_hold_means_are_shrunken_and_the_reason_said(case):
    x, mean, reason = FALLBACKS[case]
    spend = fit_mean_spend(x, mean)
    assert isinstance(spend, ShrunkenMeans)
    assert reason in spend.report.sentence
    assert np.isfinite(spend.population_mean)
    guesses = spend.expected([0, 1, 40], [np.nan, 7.0, 7.0])
    assert np.isfinite(guesses).all()
    assert guesses[0] == spend.population_mean
    assert all(np.isfinite(d.population_mean) for d in spend.draws(5, 1))


@pytest.mark.parametrize("seed", range(30))
def test_heavy_tails_never_give_a_negative_infinite_or_absurd_mean(seed):
    rng = np.random.default_rng(seed)
    x, mean = spenders(
        rng.integers(12, 80), p=rng.uniform(0.2, 50), q=rng.uniform(0.3, 3), seed=seed
    )
    spend = fit_mean_spend(x, mean)
    assert 0 < spend.population_mean <= 2 * mean.mean() + 1e-9
    assert np.isfinite(spend.expected(x, mean)).all()
    assert (spend.expected(x, mean) > 0).all()


def test_q_at_or_below_1_cannot_be_written_down():
    with pytest.raises(DataError, match="no finite mean spend"):
        GammaGamma(6.0, 1.0, 15.0)


def test_draws_repeat_with_their_seed_and_surround_the_fit():
    fitted = fit_mean_spend(*spenders(400))
    draws = fitted.draws(200, 7)
    assert draws == fitted.draws(200, 7)
    means = [d.population_mean for d in draws]
    assert np.mean(means) == pytest.approx(fitted.population_mean, rel=0.05)
    assert np.std(means) > 0


def test_customers_are_read_by_their_columns():
    x, mean = spenders(300)

    class Customers:
        frame = pd.DataFrame({"spend_days": x, "mean_spend": mean})

    assert fit_spend(Customers()) == fit_mean_spend(x, mean)


def test_the_peer_finds_the_same(peer, cdnow):
    known = cdnow.spend_days > 0
    x, mean = cdnow.spend_days[known], cdnow.mean_spend[known]
    theirs = peer.GammaGammaFitter().fit(x, mean)
    ours = fit_mean_spend(x, mean)
    peers = np.asarray(theirs.conditional_expected_average_profit(x, mean))
    assert ours.expected(x, mean) == pytest.approx(peers, rel=1e-3)
