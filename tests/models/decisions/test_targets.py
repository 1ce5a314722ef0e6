"""The target list: best return first, within the money, and what the next unit would bring."""

from dataclasses import replace

import numpy as np
import pytest

from models.decisions import Scenario
from models.decisions.targets import target_list

OFFER = Scenario(
    margin=0.6, save_rate=0.5, depth=0.05, reference_depth=0.05, bounce=0, contact_cost=0.2,
    stayers_taking=0.3, acquisition_cost=30,
)  # fmt: skip


def test_the_best_return_comes_first_and_everybody_on_it_gains(known):
    found = target_list(*known, OFFER)
    assert 0 < len(found) <= len(known[1])
    assert found.taken == len(found)
    assert (found.net > 0).all()
    back = found.net / found.cost
    assert (np.diff(back) <= 1e-9).all()
    assert found.marginal == 0
    assert found.value == pytest.approx(found.net.sum())


def test_a_budget_takes_the_best_and_says_what_the_next_unit_brings(known):
    everybody = target_list(*known, OFFER)
    half = target_list(*known, OFFER, budget=everybody.spend / 2)
    assert half.spend <= everybody.spend / 2
    assert half.value > everybody.value / 2
    more = target_list(*known, OFFER, budget=everybody.spend / 2 + 2 * half.cost.max())
    gained = (more.value - half.value) / (more.spend - half.spend)
    assert gained == pytest.approx(half.marginal, rel=0.05)
    table = half.table(known[1])
    assert len(table) == half.taken
    assert table["customer"].is_unique


def test_no_money_buys_nobody_and_a_service_needs_a_save_rate(known):
    assert target_list(*known, OFFER, budget=0).taken == 0
    assert len(target_list(*known, OFFER, option="service")) == 0
    served = replace(OFFER, service_cost=0.01, service_save_rate=0.5)
    assert len(target_list(*known, served, option="service")) > 0


def test_dearer_contacts_shorten_the_list(known):
    lengths = [len(target_list(*known, replace(OFFER, contact_cost=cost))) for cost in (0, 1, 50)]
    assert lengths[0] >= lengths[1] >= lengths[2]


def test_spend_stays_under_its_high_mark_in_nine_of_ten_futures(readers):
    state, roster = readers
    sure = replace(
        OFFER, duration_months=12, stayers_taking=0.3, save_rate_low=0.5, save_rate_high=0.5
    )
    found = target_list(state, roster, sure)
    rng = np.random.default_rng(3)
    place = found.place
    laws = roster.masses / roster.masses.sum(axis=1, keepdims=True)
    theta = np.array(
        [rng.choice(state.axis.hazard, 400, p=laws[group]) for group in roster.group[place]]
    )
    luck = rng.random(theta.shape)
    stays = luck < 1 - theta
    saved = ~stays & (rng.random(theta.shape) < 0.5)
    takes = (stays & (rng.random(theta.shape) < 0.3)) | saved
    v = sure.rate.factor(months=12) ** state.axis.clock.due
    price = roster.money[place][:, None]
    spend = (0.05 * price * v * takes + 0.2).sum(axis=0)
    assert spend.mean() == pytest.approx(found.spend, rel=0.02)
    assert 0.8 < (spend <= found.spend_p90).mean() <= 1.0
