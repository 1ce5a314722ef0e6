"""Keep or replace: what is said and drawn follows from the decision."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard import charts, deciding, swapping, wording
from dashboard.charts.matters import Pull
from dashboard.visit import TESTED
from models.decisions import Scenario, decide
from models.decisions.engine import Option
from models.decisions.knobs import KNOBS
from models.decisions.subscription import Subscribers, build_subscription_state
from models.decisions.swaps import Swap


@pytest.fixture(scope="module")
def state():
    subscribers = Subscribers(
        np.array([0.0, 3.0]), np.array([600.0, 400.0]), np.array([100.0, 100.0]), 12, 90.0,
        new_per_month=20,
    )  # fmt: skip
    chances = np.array([[0.7, 1.5], [0.72, 1.5], [0.68, 1.45], [0.7, 1.6]])
    return build_subscription_state(subscribers, chances)


@pytest.fixture
def scenario():
    return Scenario(acquisition_cost=50, service_cost=0.2, service_save_rate=0.1)


def test_every_option_with_a_value_has_a_bar(state, scenario):
    decision = decide(state, scenario)
    mix = Option("mix", 5.0, 1.0, 9.0, 2.0, 3.5, 0.0)
    bars = deciding.bars(decision, "EUR", mix)
    assert [bar.name for bar in bars] == list(deciding.NAMES.values())
    assert bars[0].detail == "costs nothing"
    assert bars[1].detail.startswith("ties up EUR ")
    unknown = decide(
        state, replace(scenario, acquisition_cost=None, service_save_rate=None, service_cost=None)
    )
    said = {bar.name: bar.unknown for bar in deciding.bars(unknown, None)}
    assert said["Let go and replace"] == "no cost is set yet"
    assert re.fullmatch(r"for the same money pays from .* of 100 leavers saved|no save rate .*",
                        said["Keep with service"])  # fmt: skip
    assert said["Keep with the discount"] == ""
    figure = charts.options(deciding.bars(unknown, None), "light", currency=None)
    assert "not known" in charts.alt_text(figure)


def test_the_three_answers_to_the_gap_are_said_side_by_side(state, scenario):
    shown = deciding.cases(decide(state, replace(scenario, counterfactual="refilled")), "EUR")
    assert [is_set for _, _, is_set in shown] == [False, True, False]
    assert all("EUR" in ahead and "ahead of" in ahead for _, ahead, _ in shown)


@pytest.mark.parametrize(
    ("badges", "sure"),
    [
        ({"save_rate": TESTED, "margin": "yours", "acquisition_cost": "yours"}, True),
        ({"save_rate": "assumed", "margin": "yours", "acquisition_cost": "yours"}, False),
        ({"save_rate": TESTED, "margin": "example", "acquisition_cost": "yours"}, False),
    ],
)
def test_a_chance_is_named_only_when_nothing_that_decides_is_assumed(state, scenario, badges, sure):
    said = deciding.rests_on(badges.__getitem__, decide(state, scenario))
    assert f"leavers saved ({badges['save_rate']})" in said
    assert ("futures" in said) == sure
    assert ("nobody has tested" in said) != sure


def test_the_table_ranks_by_money_or_by_return(state, scenario):
    decision = decide(state, scenario)
    by_money = deciding.ranked(decision, "value", "EUR")
    values = {deciding.NAMES[o.name]: o.value for o in decision.options}
    assert list(by_money["Option"]) == sorted(values, key=lambda name: -values[name])
    back = {deciding.NAMES[o.name]: o.return_per_1 or 0.0 for o in decision.options}
    by_return = list(deciding.ranked(decision, "return_per_1", None)["Option"])
    assert by_return == sorted(back, key=lambda name: -back[name])


def test_a_ruler_of_newcomers_per_leaver_says_what_wins(state, scenario):
    decision = decide(state, replace(scenario, save_rate=0.6, depth=0.05))
    [line] = deciding.rulers(decision, ("replacement_ratio",), 400.0, "EUR")
    assert line.claim == "keeping wins"
    assert line.high <= max(deciding.MOST_RATIO, line.here, line.break_even or 0.0)


def test_rulers_hold_where_we_are_and_where_it_turns(state, scenario):
    decision = decide(state, replace(scenario, acquisition_cost=900))
    names = (*deciding.HORIZONS, *deciding.FURTHER)
    for line in deciding.rulers(decision, names, 400.0, "EUR"):
        for place in (line.here, line.break_even):
            assert place is None or line.low <= place <= line.high
        assert (line.break_even is None) == bool(line.reason)
        assert line.say(line.low)


def test_the_money_adds_up_to_the_bar(state, scenario):
    decision = decide(state, scenario)
    lines = deciding.ledger(decision)
    assert sum(amount for _, amount in lines) == pytest.approx(decision.option("keep").value)
    assert [abs(amount) for _, amount in lines] == sorted(
        (abs(amount) for _, amount in lines), reverse=True
    )
    for theme in ("light", "dark"):
        figure = charts.money_goes(lines, theme, currency="EUR")
        assert "would have stayed anyway" in charts.alt_text(figure)


def test_what_matters_is_drawn_largest_first_as_a_change_against_now(state, scenario):
    now = deciding.lead(decide(state, scenario))
    pulls = deciding.matters(SimpleNamespace(state=state), scenario, now, "EUR")
    figure = charts.matters(pulls, "light", currency="EUR", turns=-now)
    lengths = list(figure.data[0].x)
    assert lengths == sorted(lengths, reverse=True)
    assert pulls[0].label in charts.alt_text(figure)
    higher = replace(scenario, margin=scenario.margin + 0.05)
    pull = next(pull for pull in pulls if pull.label == KNOBS["margin"].label)
    assert pull.high == pytest.approx(deciding.lead(decide(state, higher)) - now)
    assert pull.high_at == wording.percent(higher.margin)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (-100.0, "is EUR 100 behind the best other option. Moved alone, this can turn it: Margin."),
        (-900.0, "is EUR 900 behind the best other option. None of these settings alone turns"),
        (20.0, "is EUR 20 ahead of the best other option. Moved alone, this can turn it: Margin."),
    ],
)
def test_which_setting_turns_the_decision_is_said_and_marked(now, said):
    pulls = [Pull("Margin", -50.0, 200.0, "35 %", "45 %")]
    assert said in deciding.what_turns(pulls, now, "EUR")
    figure = charts.matters(pulls, "light", currency="EUR", turns=-now)
    words = [note.text for note in figure.layout.annotations]
    assert ("the decision turns" in words) == ("this can turn it" in said)
    assert any("at 35 %: −50 · at 45 %: +200" in text for text in words)


def test_reasons_carry_numbers(state, scenario):
    decision = decide(state, scenario)
    said = deciding.because(decision, scenario, state.axis.clock, "EUR")
    assert all(any(letter.isdigit() for letter in reason) for reason in said)
    assert "1,000" in said[0]
    assert "EUR" in deciding.headline(decision, "EUR")


def test_the_largest_customer_in_a_sentence():
    swap = Swap("A", 10_000.0, 4_000.0, 20.0, 25.0, 3.0, "yes", 0.12, 0.4)
    said = swapping.swap_sentence((swap,), "Customer 1", "EUR")
    assert "20 new customers bring the same revenue: 3 weeks" in said
    assert "up to 12 %" in said
    table = swapping.swap_table((swap,), ["Customer 1"], None)
    assert table.loc[0, "Realistic?"] == "Yes"
    assert "none can be exchanged" in swapping.swap_sentence(
        (replace(swap, by_revenue=None),), "Customer 1", None
    )


@pytest.mark.parametrize(
    ("changed", "length"),
    [
        ({"duration_months": 12}, "In the 12 months the offer runs, "),
        ({"duration_months": 3}, "In the 12 months the offer runs, "),  # who renews by the year
        ({"offer_ends": "never"}, "While the offer runs, "),
        ({"channel": "at_cancel", "cancel_window_months": 24}, "In the 2 years the offer runs, "),
    ],
)
def test_leavers_are_said_with_the_time_in_which_they_leave(state, scenario, changed, length):
    asked = replace(scenario, **changed)
    decision = decide(state, asked)
    said = deciding.because(decision, asked, state.axis.clock, "EUR", "subscriber")[0]
    assert said.startswith(length)
    assert f"{decision.leavers:,.0f} of {decision.contacted:,.0f} subscribers would leave" in said


def test_the_cost_of_a_new_customer_turns_where_replacing_stops_to_pay(state, scenario):
    dear = decide(state, replace(scenario, acquisition_cost=900))
    [line] = deciding.rulers(dear, ("acquisition_cost",), 400.0, "EUR")
    assert (line.pays, line.claim) == ("below", "replacing pays")
    said = [note.text for note in charts.rulers([line], "light").layout.annotations]
    assert "replacing pays up to EUR" in said[-1].replace("<br>", " ").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_loss_in_the_table_has_the_sign_of_the_sentences(state, scenario):
    table = deciding.ranked(decide(state, replace(scenario, save_rate=0.0)), "value", "EUR")
    assert table.set_index("Option").loc["Keep with the discount"].iloc[0][0] == wording.MINUS
