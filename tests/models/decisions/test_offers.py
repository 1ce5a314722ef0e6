"""Offers against closed forms and against people simulated one by one."""

from dataclasses import replace

import numpy as np
import pytest

from models.decisions import offers
from models.decisions.case import build_case
from models.decisions.engine import decide
from models.decisions.scenario import Scenario
from models.decisions.subscription import Subscribers, beta_masses, build_subscription_state
from models.errors import SettingError

HIGH_END = (0.668, 3.806)
PLAIN = {
    "margin": 0.6, "annual_rate": 0.1, "horizon_months": 60, "depth": 0.2, "reference_depth": 0.2,
    "duration_months": 12, "save_rate": 0.25, "contact_cost": 1, "bounce": 0,
    "lead_time_months": 0,
}  # fmt: skip


def subscribers(due):
    return Subscribers(np.array([3.0]), np.ones(1), np.array([100.0]), 12, 100.0, due=due)


def endless(case):
    return replace(case, offer=replace(case.offer, horizon=20_000))


@pytest.mark.parametrize("x", [0.0, 0.3, 1 - 1e-9, 1.0, 1.02])
def test_geometric_sums(x):
    with np.errstate(divide="ignore"):
        log_x = np.log(np.array([x]))
    for terms in (0, 1, 7):
        assert offers.geometric(log_x, terms)[0] == pytest.approx(sum(x**j for j in range(terms)))


@pytest.mark.parametrize("parameters", [(0.668, 3.806), (100.0, 900.0), (2.0, 0.5), (0.05, 1.0)])
def test_the_grid_keeps_every_moment(parameters):
    a, b = parameters
    state = build_subscription_state(
        Subscribers(np.zeros(1), np.ones(1), np.ones(1), 12, 1.0), [parameters]
    )
    weights, theta = state.group().persons[0], state.axis.hazard
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert weights @ theta == pytest.approx(a / (a + b), rel=3e-5)
    for t in (5, 36):
        exact = np.prod([(b + j) / (a + b + j) for j in range(t)])
        assert weights @ (1 - theta) ** t == pytest.approx(exact, rel=3e-5, abs=3e-6)
    assert len(beta_masses(np.linspace(-5, 5, 11), a, b)) == 13


def test_one_renewal_to_everybody():
    state = build_subscription_state(subscribers(0.0), [HIGH_END])
    case = endless(build_case(state, Scenario(**PLAIN)).central())
    assert case.discount().net[0] == pytest.approx(-13.69, abs=0.005)
    turn = decide(state, Scenario(**PLAIN, stayers_taking=1)).break_evens["save_rate"]
    assert turn.value is None or turn.value > 0.87  # at a finite horizon it is worse still


def test_the_same_offer_at_the_cancel_button():
    state = build_subscription_state(subscribers(1.0), [HIGH_END])
    scenario = Scenario(**PLAIN, channel="at_cancel", asks_only_for_discount=0)
    case = endless(build_case(state, scenario).central())
    assert replace(case, stands=1).discount().net[0] == pytest.approx(4.942, abs=0.0005)


@pytest.mark.parametrize("effect", [0.3, -0.3])
def test_proactive_offer_against_simulated_subscribers(effect):
    scenario = Scenario(
        **{**PLAIN, "duration_months": 24, "bounce": 0.5, "save_rate": effect, "later_spend": -0.1},
        stayers_taking=0.4,
    )
    state = build_subscription_state(subscribers(1.0), [HIGH_END])
    case = build_case(state, scenario).central()
    rng = np.random.default_rng(11)
    people = 400_000
    theta, luck = rng.beta(0.668, 6.806, people), rng.random((5, people))
    taker = rng.random(people) < 0.4
    plain, held = np.ones(people, bool), np.ones(people, bool)
    value = np.full(people, -1.0)
    for t in range(1, 6):
        times = (1 - effect) if t <= 2 else 1.5 if t == 3 else 1.0
        plain &= luck[t - 1] >= theta
        held &= luck[t - 1] >= np.clip(theta * times, 0, 1)
        takes = held & (taker | ~plain)
        pays = 60.0 * held - 60.0 * plain - (20.0 if t <= 2 else 6.0) * takes
        value += 1.1**-t * pays
    assert case.discount().net[0] == pytest.approx(value.mean(), abs=4 * value.std() / people**0.5)


def test_offer_at_cancel_against_simulated_subscribers():
    scenario = Scenario(
        **PLAIN, channel="at_cancel", asks_only_for_discount=0.2, cancel_window_months=36,
        redemption_cost=2,
    )  # fmt: skip
    state = build_subscription_state(subscribers(1.0), [HIGH_END])
    case = build_case(state, scenario).central()
    rng = np.random.default_rng(12)
    people, horizon = 400_000, 5
    theta = rng.beta(0.668, 6.806, people)
    value, active, asked, saved = (
        np.zeros(people), np.ones(people, bool), np.zeros(people, bool), np.zeros(people, bool)
    )  # fmt: skip
    for t in range(1, horizon + 1):
        leaves = active & (rng.random(people) < theta)
        offered = leaves & ~asked & (t <= 3)
        kept = offered & (rng.random(people) < 0.25)
        bluffs = active & ~leaves & ~asked & (t <= 3) & (rng.random(people) < 0.2)
        active &= ~(leaves & ~kept)
        saved |= kept
        asked |= offered | bluffs
        v = 1.1**-t
        value += v * (60.0 * (saved & active) - 22.0 * (kept | bluffs) - 1.0 * (offered | bluffs))
    assert case.discount().net[0] == pytest.approx(value.mean(), abs=4 * value.std() / people**0.5)


def test_a_shop_has_no_cancel_button(shop_state):
    with pytest.raises(SettingError, match="choose everybody or list"):
        decide(shop_state, Scenario(channel="at_cancel"))
