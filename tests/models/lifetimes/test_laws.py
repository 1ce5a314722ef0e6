"""Laws that hold for every open model, whatever was fitted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.counts import Counts, collapse
from models.lifetimes import (
    FAMILY,
    NBD,
    BetaGeometric,
    Lifetimes,
    ParetoNBD,
    bayes_criterion,
    choose,
    fit_all,
)
from tests.models.lifetimes.people import company

GIVEN = {
    "NBD": NBD(0.5, 8.0),
    "Pareto/NBD": ParetoNBD(0.55, 10.6, 0.61, 11.7),
    "Pareto/NBD ridge": ParetoNBD(2.0, 5.0, 150.0, 9000.0),
    "BG/NBD": BetaGeometric(0.24, 4.4, 0.79, 2.43),
    "BG/NBD tiny a": BetaGeometric(0.24, 4.4, 1e-6, 0.3),
    "MBG/NBD": BetaGeometric(0.52, 6.2, 0.89, 1.61, at_once=True),
    "MBG/NBD alike": BetaGeometric(9e3, 1e5, 2e3, 8e3, at_once=True),
    "BG/CNBD-2": BetaGeometric(0.7, 3.0, 0.5, 2.0, regularity=2),
    "MBG/CNBD-3": BetaGeometric(0.9, 2.0, 0.4, 3.0, regularity=3, at_once=True),
}
HISTORIES = (
    [0, 0, 1, 3, 26, 221, 4000, 2],
    [0, 0, 1 / 7, 20.0, 30.85714, 103.43, 600.0, 1.0],
    [0, 500, 200.0, 20.0, 31.0, 103.43, 600.0, 500.0],
)
WEEKS = np.array([0.0, 1.0, 10.0, 52.0, 520.0])


@pytest.fixture(params=GIVEN, ids=str)
def model(request):
    return GIVEN[request.param]


def test_alive_is_a_chance(model):
    alive = model.p_alive(*HISTORIES)
    assert alive.shape == (8,)
    assert ((alive >= 0) & (alive <= 1)).all()


def test_longer_silence_means_less_alive(model):
    if model.name.endswith("NBD") and model.name[:3] != "NBD":
        alive = model.p_alive(3, 20.0, np.array([20.0, 25.0, 40.0, 80.0, 300.0]))
        assert (np.diff(alive) < 0).all()


def test_expected_purchases_start_at_zero_and_rise(model):
    expected = model.expected_purchases(WEEKS, *HISTORIES)
    assert expected.shape == (8, 5)
    assert np.isfinite(expected).all()
    assert (expected[:, 0] == 0).all()
    assert (np.diff(expected, axis=1) >= 0).all()
    assert expected[:, 3] == pytest.approx(model.expected_purchases(52, *HISTORIES))


def test_newcomers_survive_ever_less_and_buy_ever_more(model):
    survival, new = model.survival(WEEKS), model.expected_purchases_new(WEEKS)
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 0).all()
    assert new[0] == 0
    assert (np.diff(new) > 0).all()
    assert float(model.survival(52)) == pytest.approx(survival[3])
    assert float(model.expected_purchases_new(52)) == pytest.approx(new[3])


def test_a_newcomers_purchases_are_the_rate_times_the_weeks_lived(model):
    if isinstance(model, ParetoNBD):
        weeks = np.linspace(0, 52, 2001)
        lived = np.trapezoid(model.survival(weeks), weeks)
        assert model.expected_purchases_new(52) == pytest.approx(model.r / model.alpha * lived)


def test_hazard_weights_give_back_the_expected_purchases(model):
    counts, _ = collapse(*(np.asarray(v)[[0, 2, 3, 4, 7]] for v in HISTORIES))
    grid = model.hazard_grid(counts)
    weights = model.hazard_weights(grid, counts.x, counts.t_x, counts.T)
    history = (counts.x, counts.t_x, counts.T)
    assert grid[0] == 0
    assert (np.diff(grid) > 0).all()
    assert weights.alive.sum(axis=1) == pytest.approx(model.p_alive(*history), rel=1e-6)
    lived = np.where(grid > 0, -np.expm1(-grid * 52) / np.where(grid > 0, grid, 1), 52)
    orders = weights.rate @ lived
    exact = model.expected_purchases(52, *history)
    random = getattr(model, "regularity", 1) == 1
    tolerance = {"rel": 1e-5, "abs": 1e-9} if random else {"rel": 0.2, "abs": 1e-4}
    assert orders == pytest.approx(exact, **tolerance)


def test_rows_may_come_in_any_order_and_predictions_follow(model):
    shuffled = np.random.default_rng(1).permutation(8)
    mixed = [np.asarray(v)[shuffled] for v in HISTORIES]
    assert model.p_alive(*mixed) == pytest.approx(model.p_alive(*HISTORIES)[shuffled])


@pytest.mark.parametrize("name", FAMILY)
def test_a_fit_knows_no_row_order(name):
    x, t_x, T, log_gaps = company(11)
    order = np.random.default_rng(0).permutation(len(x))
    one = FAMILY[name](collapse(x, t_x, T, log_gaps=log_gaps)[0])
    two = FAMILY[name](collapse(x[order], t_x[order], T[order], log_gaps=log_gaps)[0])
    assert one.parameters == two.parameters
    assert one.log_likelihood == two.log_likelihood


@pytest.mark.parametrize("name", FAMILY)
def test_a_fit_knows_no_unit_of_time(name):
    x, t_x, T, log_gaps = company(7)
    scale = 7.0
    weeks = FAMILY[name](collapse(x, t_x, T, log_gaps=log_gaps)[0])
    longer = log_gaps + x.sum() * np.log(scale)
    days = FAMILY[name](collapse(x, t_x * scale, T * scale, log_gaps=longer)[0])
    shift = x.sum() * np.log(scale)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - shift, abs=1e-6)
    assert days.p_alive(x, t_x * scale, T * scale) == pytest.approx(
        weeks.p_alive(x, t_x, T), abs=1e-4
    )


@pytest.mark.parametrize("name", FAMILY)
def test_equal_customers_once_with_their_number_or_one_by_one(name):
    x, t_x, T, log_gaps = company(23)
    together, cell = collapse(x, t_x, T, log_gaps=log_gaps)
    ones = np.ones(len(x), np.int64)
    apart = Counts(x.astype(np.int64), t_x, T, ones, log_gaps=log_gaps)
    one, two = FAMILY[name](together), FAMILY[name](apart)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-7)
    assert together.x[cell].tolist() == x.tolist()


@pytest.mark.parametrize("seed", range(200))
def test_every_fit_of_a_random_company_settles_at_least_as_high_as_nbd(seed):
    x, t_x, T, log_gaps = company(seed, most=50)
    # The regularity of buying is searched for in some of them only: it takes most of the time.
    counts, _ = collapse(x, t_x, T, log_gaps=log_gaps if seed < 30 else None)
    fitted = fit_all(counts)
    naive = fitted[0].log_likelihood
    for candidate in fitted:
        assert candidate.report.converged, (candidate.name, candidate.report)
        assert candidate.log_likelihood >= naive - 1e-5
        assert np.isfinite(candidate.expected_purchases(52, counts.x, counts.t_x, counts.T)).all()


histories = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 900), st.integers(0, 900)),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("name", ["NBD", "Pareto/NBD", "BG/NBD", "MBG/NBD"])
@settings(max_examples=12, deadline=None, derandomize=True)
@given(rows=histories)
def test_nothing_a_file_can_hold_gives_nan(name, rows):
    x = np.array([r[0] for r in rows])
    t_x = np.where(x > 0, [r[1] for r in rows], 0) / 7
    T = t_x + np.array([r[2] for r in rows]) / 7
    counts, _ = collapse(x, t_x, T)
    model = FAMILY[name](counts)
    assert np.isfinite(model.log_likelihood)
    assert all(np.isfinite(v) and v > 0 for v in model.parameters.values())
    assert np.isfinite(model.p_alive(x, t_x, T)).all()
    assert np.isfinite(model.expected_purchases([1, 52], x, t_x, T)).all()


def test_a_company_where_nobody_came_back_is_fitted_and_says_so():
    counts, _ = collapse(np.zeros(40), np.zeros(40), np.arange(1, 41) / 1.0)
    for model in fit_all(counts):
        assert model.report.at_bound or model.report.ridge
        assert float(model.expected_purchases_new(52)) < 0.1


@pytest.mark.parametrize("seed", [3, 4])
def test_draws_are_models_around_the_fit_and_repeat_with_their_seed(seed):
    counts, _ = collapse(*company(101)[:3])
    for name in ("NBD", "Pareto/NBD", "BG/NBD", "MBG/NBD"):
        model = FAMILY[name](counts)
        draws = model.draws(40, seed)
        assert len(draws) == 40
        assert {type(d) for d in draws} == {type(model)}
        assert draws == model.draws(40, seed)
        assert len({d.r for d in draws}) > 10
        typical = np.median([float(d.expected_purchases_new(26)) for d in draws])
        assert typical == pytest.approx(float(model.expected_purchases_new(26)), rel=0.5)


def test_the_choice_never_falls_on_bg_nbd_which_cannot_count_active_customers():
    x, t_x, T, log_gaps = company(101)
    counts, _ = collapse(x, t_x, T, log_gaps=log_gaps)
    fitted = fit_all(counts)
    chosen = choose(fitted, counts.customers)
    assert isinstance(chosen, ParetoNBD | NBD) or chosen.at_once
    best = min(bayes_criterion(m, counts.customers) for m in fitted if m.name != "BG/NBD")
    assert bayes_criterion(chosen, counts.customers) == best


def test_the_protocol_is_met():
    members = [name for name in vars(Lifetimes) if not name.startswith("_")]
    for model in GIVEN.values():
        assert all(hasattr(model, name) for name in members)
