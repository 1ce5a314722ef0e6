"""The plan against companies lived person by person."""

import numpy as np
import pytest

from models.decisions import Scenario
from models.plan import make_plan
from tests.models.plan.companies import outlook

MONTHS = 24
SCENARIO = Scenario(
    margin=0.5, acquisition_cost=10, plan_for="customers", lead_time_months=1, horizon_months=MONTHS
)
COPIES = 600  # lives of every customer, so that chance averages out


def draw(rng, weights, number):
    return rng.choice(len(weights), size=number, p=weights / weights.sum())


def test_a_shop(shop):
    plan = make_plan(shop, SCENARIO, outlook(shop, wait=0.5)).months
    rng = np.random.default_rng(1)
    group, hazard = shop.group(), shop.axis.hazard
    number = round(COPIES * group.persons[0].sum())
    who = draw(rng, group.persons[0], number)
    rate = np.divide(group.money[0], group.persons[0], where=group.persons[0] > 0,
                     out=np.zeros_like(hazard))[who]  # fmt: skip
    gone = rng.exponential(size=number) / np.maximum(hazard[who], 1e-12) - 0.5
    came = np.full(number, -0.5)
    new = shop.newcomers
    ratio = np.divide(new.money[0], new.persons[0], where=new.persons[0] > 0,
                      out=np.zeros_like(hazard))  # fmt: skip
    first = {}
    for month, arrivals in enumerate(plan["arrivals"]):
        many = round(COPIES * arrivals)
        kind = draw(rng, new.persons[0], many)
        arrived = np.full(many, month + 0.5)
        lives = rng.exponential(size=many) / np.maximum(hazard[kind], 1e-12)
        came, gone = np.concatenate([came, arrived]), np.concatenate([gone, arrived + lives])
        rate, first[month] = np.concatenate([rate, ratio[kind]]), many * new.first[0]
    for month in (0, 1, 5, MONTHS - 1):
        lived = np.clip(np.minimum(gone, month + 1) - np.maximum(came, month), 0, None)
        today = np.arange(len(came)) < number
        there = (came < month + 1) & (gone > month + 1)
        row = plan.iloc[month]
        assert (there & today).sum() / COPIES == pytest.approx(row["customers_today"], rel=0.01)
        assert there.sum() / COPIES == pytest.approx(
            row["customers_today"] + row["customers_new"], rel=0.01
        )
        spent = rate * lived
        assert spent[today].sum() / COPIES == pytest.approx(row["revenue_today"], rel=0.03)
        brought = (spent[~today].sum() + first[month]) / COPIES
        assert brought == pytest.approx(row["revenue_new"], rel=0.04)


def test_a_yearly_subscription(subscription):
    plan = make_plan(subscription, SCENARIO, outlook(subscription)).months
    rng = np.random.default_rng(2)
    group, chance = subscription.group(), subscription.axis.hazard
    number = round(COPIES * group.persons[0].sum())
    who = draw(rng, group.persons[0], number)
    price = np.divide(group.money[0], group.persons[0], where=group.persons[0] > 0,
                      out=np.zeros_like(chance))[who]  # fmt: skip
    due, theta, here = rng.integers(0, 12, number), chance[who], np.ones(number, bool)
    today = np.ones(number, bool)
    new = subscription.newcomers
    for month in range(MONTHS):
        asked = here & (due == month % 12)
        here &= ~(asked & (rng.random(len(theta)) < theta))
        paid = np.where(asked & here, price, 0.0)
        many = round(COPIES * plan["arrivals"].iloc[month])
        fresh = chance[draw(rng, new.persons[0], many)]
        row = plan.iloc[month]
        assert paid[today].sum() / COPIES == pytest.approx(row["revenue_today"], rel=0.06)
        brought = paid[~today].sum() + many * new.first[0]
        assert brought / COPIES == pytest.approx(row["revenue_new"], rel=0.06, abs=1)
        theta, here = np.concatenate([theta, fresh]), np.concatenate([here, np.ones(many, bool)])
        due, price = (
            np.concatenate([due, np.full(many, month % 12)]),
            np.concatenate([price, np.full(many, 80.0)]),
        )
        today = np.concatenate([today, np.zeros(many, bool)])
        assert here.sum() / COPIES == pytest.approx(
            row["customers_today"] + row["customers_new"], rel=0.01
        )
