"""Verdicts and reasons, as the sentences that stand on the pages."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.wording import (
    Stakes,
    bridges,
    how_sure,
    stakes_of,
    verdict,
    worth,
)
from models.acquisition import ChannelCost, Spending
from models.bridges import bridge
from models.earned import Concentration, Earned, Payback
from models.stories import Story

NAN = math.nan


def stakes(**changes):
    settings = {
        "choice": "neither",
        "depth": 0.10,
        "depth_limit": 0.0083,
        "saved": 0.10,
        "saved_limit": 0.6,
        "cost_limit": 412.0,
        "worth": 412.0,
        "currency": "GBP",
    }
    return Stakes(**settings | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            "No discount to everybody pays here: even if it still saved as many, it would have to "
            "stay under 0.83 %. "
            "A new customer may cost up to GBP 410.",
        ),
        (
            {"depth_limit": None, "offer": "at_cancel", "cost": 150.0},
            "No discount at the cancel button pays here, however small. "
            "A new customer may cost up to GBP 410; you assume GBP 150.",
        ),
        (
            {"depth_limit": 0.0005},
            "No discount to everybody pays here, however small. "
            "A new customer may cost up to GBP 410.",
        ),
        (
            {"depth_limit": 0.07, "depth_turn": 0.061},
            "10 % off to everybody does not pay: it would have to stay "
            "under 6.1 %. A new customer may cost up to GBP 410.",
        ),
        (
            {"depth_limit": 0.05, "depth_turn": 0.3},
            "10 % off to everybody pays only if at least 60 of 100 "
            "leavers are saved; you assume 10. A new customer may cost up to GBP 410.",
        ),
        (
            {"depth_limit": 0.0, "worth": 0.0},
            "No discount to everybody pays here, however small. "
            "A new customer does not earn back any cost.",
        ),
        (
            {"depth_limit": NAN, "worth": NAN},
            "No discount to everybody pays here, however small. "
            "What a new customer may cost is not known.",
        ),
        (
            {"choice": "keep", "saved": 0.25, "saved_limit": 0.21, "worth": None},
            "10 % off to everybody pays only if at least 21 of 100 leavers "
            "are saved; you assume 25. What a new customer may cost is not known.",
        ),
        (
            {"choice": "keep", "saved_limit": None},
            "10 % off to everybody pays. A new customer may cost up to GBP 410.",
        ),
        (
            {"choice": "keep", "saved_limit": -0.1},
            "10 % off to everybody pays even if nobody is saved by it. "
            "A new customer may cost up to GBP 410.",
        ),
        (
            {"choice": "keep", "service": True, "saved_limit": 0.004},
            "Better service to everybody pays only if at least 0.4 of 100 leavers are saved; you "
            "assume 10. A new customer may cost up to GBP 410.",
        ),
        (
            {"choice": "replace", "cost": 150.0, "cost_limit": 1.6e6, "currency": None},
            "Replacing beats keeping up to 1.6 million per new customer; "
            "you assume 150. No discount to everybody pays here: even if it still saved as many, "
            "it would have to stay under 0.83 %.",
        ),
        (
            {"choice": "replace", "cost_limit": -5.0, "depth_limit": None},
            "Replacing beats keeping. No discount to everybody pays here, however small.",
        ),
        (
            {"choice": "replace", "depth_limit": 0.3},
            "Replacing beats keeping up to GBP 410 per new customer. "
            "10 % off to everybody pays from 60 of 100 leavers saved; you assume 10.",
        ),
        (
            {"choice": "too close", "saved_limit": 1.4, "depth": NAN, "saved": NAN},
            "Too close to call with what is known. A discount to everybody does not pay at any "
            "share of leavers saved. A new customer may cost up to GBP 410.",
        ),
        (
            {"choice": "neither", "depth_limit": 0.2, "offer": "to customers in Germany"},
            "10 % off to customers in Germany pays only if at least "
            "60 of 100 leavers are saved; you assume 10. A new customer may cost up to GBP 410.",
        ),
    ],
)
def test_a_verdict_gives_its_break_even_first(changes, said):
    assert verdict(stakes(**changes)) == said


def decision(best="nothing", **settings):
    known = {
        "channel": "list",
        "depth": 0.1,
        "save_rate": 0.25,
        "service_save_rate": None,
        "acquisition_cost": 60.0,
    }
    turns = {"discount": 0.02, "depth": None, "save_rate": None, "service_save_rate": 0.3}
    return SimpleNamespace(
        settings=known | settings,
        break_evens={name: SimpleNamespace(value=value) for name, value in turns.items()},
        verdict="keep" if best in {"keep", "service"} else "neither",
        best=best,
        cac_star=390.0,
        v_new=410.0,
        v_new_low=380.0,
        v_new_high=450.0,
    )


def test_a_decision_becomes_its_verdict():
    known = stakes_of(decision(), "GBP")
    assert (known.depth_limit, known.saved_limit, known.saved) == (0.02, None, 0.25)
    assert verdict(known) == (
        "No discount to a list of those with most money at stake pays here: even if it still saved "
        "as many, it would have to stay under 2 %. A new customer may cost up to GBP 410; you "
        "assume GBP 60."
    )


@pytest.mark.parametrize("choice", ["keep", "replace"])
def test_the_most_a_new_customer_may_cost_stands_inside_its_range(choice):
    said = verdict(
        stakes(
            choice=choice,
            cost_limit=152.7,
            worth=152.7,
            worth_low=151.8,
            worth_high=153.8,
            currency="EUR",
        )
    )
    assert "EUR 153" in said


def test_a_decision_for_service_reads_the_services_rates():
    known = stakes_of(decision("service"), "")
    assert known.service
    assert known.saved_limit == 0.3
    assert math.isnan(known.saved)
    assert known.currency is None


@pytest.mark.parametrize(
    ("p_best", "tested", "choice", "said"),
    [
        (0.92, True, "keep", "In 9 of 10 futures this is the better choice."),
        (
            0.92,
            False,
            "keep",
            "How sure this is depends on assumptions that nobody has tested yet.",
        ),
        (0.55, True, "too close", "In 6 of 10 futures one of the two is better."),
        (NAN, True, "keep", "How sure this is: not known."),
    ],
)
def test_a_chance_is_told_only_of_what_was_tested(p_best, tested, choice, said):
    assert how_sure(p_best, tested, choice) == said


def values(**changes):
    settings = {
        "new_customer": 1200.0,
        "new_low": 940.0,
        "new_high": 1600.0,
        "total": 8.6e6,
        "low": 6.5e6,
        "high": 12e6,
        "earned": 6.6e6,
        "has_money": True,
        "business": SimpleNamespace(horizon_months=36),
    }
    return SimpleNamespace(**settings | changes)


def decided(v_new=1193.0):
    return SimpleNamespace(v_new=v_new, v_new_low=940.0, v_new_high=1560.0)


def test_what_a_new_customer_may_cost():
    assert worth.afford(decided(), values(), "GBP") == (
        "You can afford up to GBP 1,200 per new customer (between GBP 940 and GBP 1,600, 8 in 10), "
        "counting 3 years of margin."
    )
    counted = worth.afford(decided(), values(has_money=False), "GBP")
    assert "orders' worth per new customer" in counted
    assert "GBP" not in counted
    assert worth.afford(decided(-3.0), values(), "GBP").startswith("A new customer does not earn")


def test_the_average_customer():
    assert worth.headline(decided(), values(), 5850, "GBP", "customer") == (
        "The average customer will still bring GBP 1,500. A new one may cost up to GBP 1,200."
    )
    assert worth.headline(decided(), values(), 0, "GBP", "customer").startswith(
        "The average customer will still bring not"
    )


def test_everybody_and_the_largest():
    assert "have earned GBP 6.6 million of margin and will likely bring GBP 8.6 million more" in (
        worth.everybody(values(), "GBP")
    )
    assert worth.everybody(values(has_money=False, earned=220.0), "GBP").startswith(
        "All customers together have made 220 purchases and will likely make 8.6 million more"
    )
    held = Concentration(np.linspace(0.001, 1, 40) ** 0.3)
    assert worth.held(held, 5850, "customer").startswith("The largest 58 customers (top 1 %) ")
    assert worth.held(held, 40, "customer").startswith(
        "The largest 4 customers (top 10 %) brought "
    )
    assert worth.held(held, 12, "customer") == ""


def line(label, per_month):
    months = np.arange(0, 13)
    amount = per_month * months + 0.0
    return Earned(label, 60, months, amount, amount, amount, 60 - months, np.tile(amount, (50, 1)))


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (None, "Nobody has said what a new customer costs: set it to see when it is paid back."),
        (
            0.0,
            "A cost of GBP 0 is paid back with the first purchase by Spain and everyone.",
        ),
        (
            50.0,
            "A cost of GBP 50 is paid back after 5 months by Spain; not by everyone as far as "
            "anybody was followed.",
        ),
        (
            1e6,
            "A cost of GBP 1 million is not paid back by Spain and everyone as far as anybody "
            "was followed.",
        ),
    ],
)
def test_payback_in_a_sentence(cost, said):
    groups = [Payback(line("Spain", 20.0), cost), Payback(line("Everyone", 1.0), cost)]
    assert worth.paid_back(groups, 0.5, "GBP", "purchase") == said


def test_groups_with_costs_of_their_own_say_them():
    groups = [Payback(line("Spain", 20.0), 50.0), Payback(line("Everyone", 20.0), 60.0)]
    assert worth.paid_back(groups, 0.5, "GBP", "payment") == (
        "What each costs is paid back after 5 months by Spain (GBP 50); after 6 months by everyone "
        "(GBP 60)."
    )
    assert "one for everybody" in worth.cost_source(None, "example")
    spent = Spending("s.csv", "2025-01", "2025-12", {"Spain": ChannelCost("Spain", 50, 1)}, None)
    assert "newcomers in s.csv, 2025-01 to 2025-12" in worth.cost_source(spent, "yours")


def test_a_newcomer_who_is_paid_for_today_comes_later():
    decision = SimpleNamespace(v_new=1161.0, settings={"lead_time_months": 1.0})
    assert worth.arriving(decision, values(new_customer=1193.0), "GBP") == (
        "One who orders today is worth GBP 1,190; a campaign paid today brings the first order "
        "1 month later, which leaves GBP 1,160."
    )
    decision.settings = {"lead_time_months": 0.0}
    assert not worth.arriving(decision, values(new_customer=1193.0), "GBP")


def test_a_subscriber_who_left_is_said_to_have():
    told = Story(
        "Ann", np.array([14600, 14965]), np.ones(2), 0.0, 0.0, 0.0, 0.0, 130.0, 0.0,
        ended=15330, by_payment=True,
    )  # fmt: skip
    assert worth.story(told, values(), "GBP") == (
        "Paid 2 times from 22 December 2009 to 22 December 2010, which earned GBP 130 of margin. "
        "Left on 22 December 2011; nothing more is expected."
    )


@pytest.mark.parametrize("relation", ["shop", "subscription"])
def test_every_step_to_ours_has_a_name_and_a_reason(relation):
    facts = dict.fromkeys(
        ("margin", "horizon_months", "annual_rate", "days", "churn", "customers", "everybody",
         "cancelled"), 0.5,
    )  # fmt: skip
    shop = ["margin", "past", "horizon", "ahead", "discounting", "leaving", "pace", "gone",
            "silent", "service"]  # fmt: skip
    subscription = ["margin", "past", "stopped", "horizon", "ahead", "discounting", "leaving",
                    "due", "cancelled", "renewing", "price", "service"]  # fmt: skip
    keys = shop if relation == "shop" else subscription
    for start in ("formula", "last_year", "so_far"):
        over = bridge(start, 100.0, {key: float(n) for n, key in enumerate(keys)}, facts)
        if start == "formula" and relation == "subscription":
            over = bridge(start, 100.0, {k: 1.0 for k in keys if k != "leaving"}, facts)
        assert len(bridges.names(over, relation)) == len(over.steps) + 2
        assert all(why.endswith(".") for why in bridges.whys(over, relation))
        assert "says GBP 100" in bridges.told(over, relation, "GBP")


@pytest.mark.parametrize(
    ("days", "orders", "parts"),
    [
        ([14600], 0.004, ("Bought once, on 22 December 2009", "hardly any purchase is expected")),
        (
            [14600, 14700],
            1.0,
            ("Bought 2 times from 22 December 2009 to 1 April 2010", "about 1 more purchase "),
        ),
        (
            [14600, 14700],
            9.1,
            ("The chance of still being a customer is 7 in 10; about 9.1 more purchases",),
        ),
    ],
)
def test_one_customers_story_has_no_name(days, orders, parts):
    told = Story("Ann", np.array(days), np.ones(len(days)), 0.7, 90.0, 10.0, 200.0, 45.0, orders)
    said = worth.story(told, values(), "GBP")
    assert all(part in said for part in parts)
    assert "Ann" not in said
    assert "GBP" not in worth.story(told, values(has_money=False), "GBP")


def test_a_customer_who_most_likely_brings_nothing_is_not_given_a_range_of_zeros():
    told = Story("Ann", np.array([14600]), np.ones(1), 0.1, 7.9, 0.0, 0.0, 26.0, 0.44)
    said = worth.story(told, values(), "GBP")
    assert said.endswith("expected in 3 years, worth GBP 7.9 (most likely nothing).")
