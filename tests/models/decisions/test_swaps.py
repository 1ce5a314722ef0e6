from dataclasses import replace

import pytest

from models.decisions import Scenario
from models.decisions.swaps import biggest
from models.values import Business, values


@pytest.fixture
def swap(shop_company, shop_state):
    people, model, spend, draws = shop_company

    def find(scenario, company=shop_state):
        business = Business(scenario.margin, scenario.rate, 36, scenario.cost_to_serve)
        worth = values(people, model, spend, business, draws=draws)
        return biggest(worth, company, scenario)

    return find


def test_the_biggest_come_first_and_add_up(swap, shop_state):
    found = swap(Scenario())
    assert [one.profit for one in found] == sorted((one.profit for one in found), reverse=True)
    first, new = found[0], shop_state.newcomers
    assert first.by_revenue == pytest.approx(first.revenue / new.revenue_year)
    assert first.by_profit == pytest.approx(first.by_revenue)  # nothing to serve: the same
    assert first.earns_nothing == pytest.approx(0.5)
    assert first.worth_giving == first.earns_nothing  # nobody said what a newcomer costs


def test_several_small_accounts_are_dearer_to_serve(swap):
    first = swap(Scenario(cost_to_serve=0.2))[0]
    assert first.by_profit > first.by_revenue
    assert first.earns_nothing < 0.5


def test_the_discount_worth_giving_rises_with_the_cost_of_newcomers(swap):
    gives = [swap(Scenario(acquisition_cost=cost))[0].worth_giving for cost in (0, 10, 20, 1000)]
    assert gives == sorted(gives)
    assert gives[0] < gives[-1] <= 0.5


def test_an_intake_that_is_too_small_says_no(swap, shop_state):
    slow = replace(shop_state, newcomers=replace(shop_state.newcomers, per_month=0.1))
    assert swap(Scenario(), slow)[0].ease == "no"
    none = replace(shop_state, newcomers=replace(shop_state.newcomers, per_month=0.0))
    assert swap(Scenario(), none)[0].weeks is None
    quick = replace(shop_state, newcomers=replace(shop_state.newcomers, per_month=1e4))
    assert swap(Scenario(), quick)[0].ease == "yes"
