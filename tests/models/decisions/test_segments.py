"""Segments, the best mix and the knapsack: the parts add up, and nothing beats the mix."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from models.decisions import Scenario, decide
from models.decisions.case import build_case
from models.decisions.knapsack import Candidate, fill
from models.decisions.segments import REST, best_mix, segments

PAYING = Scenario(
    margin=0.6, save_rate=0.4, depth=0.08, reference_depth=0.08, bounce=0, contact_cost=0.1,
    acquisition_cost=30, service_cost=0.2, service_save_rate=0.2,
)  # fmt: skip
CASES = ("not_replaced", "refilled", "fixed_budget")


def test_the_roster_is_the_state_one_by_one(known):
    state, roster = known
    case = build_case(state, PAYING).central()
    prices = case.prices(case.offer)
    lines = prices.of(case.people)
    assert roster.each(prices.net).sum() == pytest.approx(float(lines.net[0]))
    assert roster.each(prices.cost).sum() == pytest.approx(float(lines.cost[0]))
    banded = np.bincount(roster.band, roster.money)
    assert banded == pytest.approx([float(band.money[0].sum()) for band in state.bands])
    assert roster.alive.sum() == pytest.approx(state.customers_alive)


@pytest.mark.parametrize("case", CASES)
def test_segments_add_up_to_the_total(known, case):
    state, roster = known
    scenario = replace(PAYING, counterfactual=case, replacement_ratio=1.5)
    mix = best_mix(state, segments(roster), scenario)
    total = decide(state, replace(scenario, budget=1e12))
    for name in ("keep", "service", "replace"):
        if case == "fixed_budget" and name == "replace":
            continue
        parts = [row.option(name) for row in mix.rows]
        whole = total.option(name)
        assert sum(part.value for part in parts) == pytest.approx(whole.value)
        assert sum(part.cost for part in parts) == pytest.approx(whole.cost)
        spread = whole.high - whole.low  # segments share their luck: ranges are no narrower
        assert sum(part.high - part.low for part in parts) >= 0.95 * spread
    assert sum(row.customers for row in mix.rows) == len(roster)


@pytest.mark.parametrize("case", CASES)
def test_no_option_for_everybody_beats_the_mix(known, case):
    state, roster = known
    scenario = replace(PAYING, counterfactual=case)
    mix, single = best_mix(state, segments(roster), scenario), decide(state, scenario)
    best = max(option.value for option in single.options)
    assert mix.total.value >= best - 0.02 * abs(best)
    assert mix.total.low <= mix.total.value <= mix.total.high


def test_a_mix_that_nothing_pays_for_is_nothing(known):
    state, roster = known
    hopeless = Scenario(depth=0.5, save_rate=0.0, save_rate_low=0.0, save_rate_high=0.0)
    mix = best_mix(state, segments(roster), hopeless)
    assert mix.total.value == 0
    assert {name for name, _ in mix.chosen} == {"nothing"}


def test_small_groups_are_put_together_and_counted(readers):
    _, roster = readers
    by_plan = segments(roster, "plan")
    assert set(by_plan.names) == {"paper", "digital"}
    rare = replace(roster, traits={"plan": np.where(np.arange(len(roster)) < 20, "rare", "usual")})
    pooled = segments(rare, "plan")
    assert pooled.pooled == 1
    assert set(pooled.names) == {"usual", REST}
    assert sum(people.people for people in pooled.people) == len(roster)


@pytest.mark.parametrize("seed", range(12))
def test_the_knapsack_is_the_linear_optimum(seed):
    rng = np.random.default_rng(seed)
    places, names = 5, ("keep", "service")
    offers = [
        Candidate(place, name, float(rng.normal(3, 4)), float(rng.uniform(1, 6)))
        for place, name in itertools.product(range(places), names)
    ]
    budget = float(rng.uniform(2, 14))
    taken, marginal = fill(offers, budget)
    by = {(one.place, one.name): one for one in offers}
    value = sum(share * by[place, name].value for place, name, share in taken)
    cost = sum(share * by[place, name].cost for place, name, share in taken)
    one_each = [[float(offer.place == place) for offer in offers] for place in range(places)]
    best = linprog(
        [-offer.value for offer in offers],
        A_ub=[[offer.cost for offer in offers], *one_each],
        b_ub=[budget] + [1.0] * places,
        bounds=(0, 1),
    )
    assert cost <= budget * (1 + 1e-9)
    # A last step from a cheaper to a dearer option is not taken in part: less than one of them.
    assert value <= -best.fun + 1e-9
    assert -best.fun - value <= max(abs(offer.value) for offer in offers)
    assert marginal >= 0
    everything, _ = fill(offers, None)
    assert sum(by[place, name].value for place, name, _ in everything) >= value - 1e-9


def test_a_budget_limits_the_mix_only_where_the_money_is_shared(readers):
    state, roster = readers
    found = segments(roster)
    free, tight = (best_mix(state, found, replace(PAYING, budget=money)) for money in (None, 1.0))
    assert tight.total == free.total
    shared = best_mix(state, found, replace(PAYING, budget=1.0, counterfactual="fixed_budget"))
    assert shared.total.cost <= 1.0 + 1e-9
    assert shared.marginal > 0
