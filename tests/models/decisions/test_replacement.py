import numpy as np
import pytest

from models.decisions import contract, replacement
from models.decisions.case import build_case
from models.decisions.engine import decide
from models.decisions.scenario import Scenario
from models.decisions.subscription import Subscribers, build_subscription_state

HIGH_END, REGULAR = (0.668, 3.806), (0.704, 1.182)


@pytest.mark.parametrize(
    ("parameters", "renewed", "saved", "refilled"),
    [(HIGH_END, 3, 267, 68), (REGULAR, 0, 117, 48), (REGULAR, 3, 210, 85)],
)
def test_a_slot_that_would_be_refilled(parameters, renewed, saved, refilled):
    # a save is worth the replacement it puts off, not the customer's whole worth
    subscribers = Subscribers(
        np.array([float(renewed)]), np.ones(1), np.array([100.0]), 12, 100.0, due=0.0
    )
    state = build_subscription_state(subscribers, [parameters])
    terms = {"margin": 0.6, "annual_rate": 0.1, "lead_time_months": 0, "replacement_ratio": 1.0}
    scenario = Scenario(acquisition_cost=90, counterfactual="refilled", **terms)
    axis, person = state.axis, state.group().persons[:1]
    case = build_case(state, scenario)
    horizon = 400
    slots = replacement.slot_worth(axis, case.newcomers, case.terms, np.array([90.0]), horizon)
    t = np.arange(1, horizon + 1)
    empty = np.exp(case.offer.log_v * (t - 1)) * slots[:, horizon - t]
    chance = contract.leaving(*parameters, renewed)
    change = replacement.refilled(axis, np.ones((1, 1)), 0.0, 1, empty)
    v = np.exp(case.offer.log_v)
    worth = 60 * contract.worth_saved(*parameters, renewed, v)
    assert worth == pytest.approx(saved, abs=0.5)
    assert worth + float((person * change).sum()) / chance == pytest.approx(refilled, abs=0.5)


def test_a_refill_is_worth_a_newcomer_and_its_refills():
    subscribers = Subscribers(np.zeros(1), np.ones(1), np.array([50.0]), 1, 50.0)
    state = build_subscription_state(subscribers, [(1.0, 4.0)])
    case = build_case(state, Scenario(lead_time_months=0))
    cost, horizon = np.array([30.0]), 12
    slots = replacement.slot_worth(state.axis, case.newcomers, case.terms, cost, horizon)[0]
    rng = np.random.default_rng(5)
    people = 40_000
    v = np.exp(case.terms.log_v)
    money = np.zeros(people)
    theta = rng.beta(1.0, 4.0, people)
    for month in range(horizon + 1):
        if month:
            left = rng.random(people) < theta
            theta = np.where(left, rng.beta(1.0, 4.0, people), theta)
        else:
            left = np.ones(people, bool)
        money += v**month * (25.0 - 30.0 * left)
    assert slots[horizon] == pytest.approx(money.mean(), abs=4 * money.std() / people**0.5)
    assert slots[0] == pytest.approx(25 - 30)


def test_the_cost_of_winning_more():
    assert replacement.dearer(50, 100, 0) == 1
    assert replacement.dearer(0, 100, 0.3) == pytest.approx(1.3)
    assert replacement.dearer(100, 100, 0.3) == pytest.approx(2**1.3 - 1)
    assert replacement.dearer(50, 0, 0.3) == 1
    for growth in (0.0, 0.3):
        won = replacement.affordable(1000, 20, 3, 40, growth)
        each = replacement.dearer(won / 3, 40, growth)
        assert won * 20 * each == pytest.approx(1000)


def test_the_base_is_not_refilled_when_nobody_leaves():
    subscribers = Subscribers(np.zeros(1), np.ones(1), np.array([50.0]), 1, 50.0)
    state = build_subscription_state(subscribers, [(0.01, 5000.0)])
    decision = decide(state, Scenario(acquisition_cost=10))
    assert decision.leavers < 1e-4
