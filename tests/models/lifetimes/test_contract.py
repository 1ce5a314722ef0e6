import numpy as np
import pytest

from models.errors import DataError
from models.lifetimes import BetaDiscreteWeibull, Renewals, fit_bdw, fit_contract, fit_sbg


def test_cohorts_of_different_length_are_customers_counted_one_by_one():
    cohorts = Renewals.from_cohorts([[10, 7, 6], [5, 3]])
    made = [0] * 3 + [1] + [2] * 6 + [0] * 2 + [1] * 3
    left = [True] * 4 + [False] * 6 + [True] * 2 + [False] * 3
    one_by_one = Renewals.from_customers(made, left)
    assert cohorts.left.tolist() == one_by_one.left.tolist() == [5, 1]
    assert cohorts.stayed.tolist() == one_by_one.stayed.tolist() == [0, 3, 6]
    assert cohorts.customers == 15


@pytest.mark.parametrize(
    ("cohorts", "words"),
    [
        ([[10, 11]], "Cohort 0 grows"),
        ([[10]], "at least one"),
        ([], "at least one"),
        ([[0, 0]], "nothing is known"),
    ],
)
def test_cohorts_that_cannot_be_are_refused(cohorts, words):
    with pytest.raises(DataError, match=words):
        Renewals.from_cohorts(cohorts)


@pytest.mark.parametrize("c", [1.0, 1.7, 0.6])
def test_survival_falls_and_retention_of_sbg_rises(c):
    model = BetaDiscreteWeibull(0.7, 1.2, c)
    survival = model.survival(np.arange(40))
    assert survival[0] == 1
    assert (np.diff(survival) < 0).all()
    product = np.cumprod(model.retention(np.arange(39)))
    assert survival[1:] == pytest.approx(product)
    assert model.survival(3, 5) == pytest.approx(survival[8] / survival[5])
    if c == 1:
        assert model.retention(4) == pytest.approx((1.2 + 4) / (0.7 + 1.2 + 4))


def test_the_endless_sum_of_payments_is_the_papers_closed_form():
    model = BetaDiscreteWeibull(0.7041, 1.1820)
    assert model.payments(0.9) == pytest.approx(model.payments(0.9, 2000), rel=1e-9)
    assert model.payments(0.9, renewals=4) > model.payments(0.9)
    with pytest.raises(DataError, match="number of periods"):
        BetaDiscreteWeibull(0.7, 1.2, 1.5).payments(0.9)
    with pytest.raises(DataError, match="number of periods"):
        model.payments(1.0)


@pytest.mark.parametrize("truth", [(0.7, 1.2, 1.0), (0.5, 2.0, 1.6), (3.0, 20.0, 0.8)])
def test_parameters_are_recovered_with_the_right_model(truth):
    shares = BetaDiscreteWeibull(*truth).survival(np.arange(13))
    fitted = fit_contract(Renewals.from_cohorts([np.round(2e6 * shares).tolist()]))
    assert (fitted.a, fitted.b, fitted.c) == pytest.approx(truth, rel=0.03)


@pytest.mark.parametrize("seed", range(25))
def test_small_cohorts_settle_and_bdw_is_never_below_sbg(seed):
    rng = np.random.default_rng(seed)
    cohorts = []
    for _ in range(rng.integers(1, 5)):
        alive = [int(rng.integers(3, 60))]
        for _ in range(rng.integers(1, 9)):
            alive.append(int(rng.binomial(alive[-1], rng.uniform(0.1, 1))))
        cohorts.append(alive)
    renewals = Renewals.from_cohorts(cohorts)
    simple, wide = fit_sbg(renewals), fit_bdw(renewals)
    assert simple.report.converged
    assert wide.report.converged
    assert wide.log_likelihood >= simple.log_likelihood - 1e-7
    assert np.isfinite(wide.survival(np.arange(100))).all()


@pytest.mark.parametrize("cohort", [[50, 50, 50], [50, 0], [50, 25, 0, 0]])
def test_nobody_leaves_or_everybody_does(cohort):
    model = fit_contract(Renewals.from_cohorts([cohort]))
    shares = np.array(cohort) / 50
    assert model.survival(np.arange(len(cohort))) == pytest.approx(shares, abs=0.05)
    assert np.isfinite(model.log_likelihood)


def test_draws_surround_the_fit():
    fitted = fit_sbg(Renewals.from_cohorts([[1000, 631, 468, 382, 326, 289, 262, 241]]))
    ahead = [float(d.survival(7)) for d in fitted.draws(200, 1)]
    assert np.mean(ahead) == pytest.approx(0.24, abs=0.01)
    assert 0.005 < np.std(ahead) < 0.03
    assert {d.name for d in fitted.draws(3, 1)} == {"sBG"}
