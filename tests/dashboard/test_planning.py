"""The plan on a page: what is said and drawn follows from the plan, and every control counts."""

import re

import numpy as np
import pandas as pd
import pytest

from dashboard import charts, planning
from dashboard.wording import plan as words
from models.decisions import Scenario, decide
from models.plan import make_plan
from models.plan.growth import growth_steps
from tests.models.plan import companies

SCENARIO = Scenario(margin=0.6, acquisition_cost=40, acquisition_growth=0.3)


@pytest.fixture(scope="module")
def state():
    return companies.subscription_state()


@pytest.fixture(scope="module")
def known(state):
    return companies.outlook(state)


@pytest.fixture(scope="module")
def plan(state, known):
    return make_plan(state, SCENARIO, known)


def test_the_answer_names_how_many_and_the_day_to_start(plan):
    said = words.headline(plan, "EUR")
    assert said.startswith("To hold revenue of EUR 7,900 a month, win ")
    assert said.endswith("in 12 months: start the first campaign by 1 March 2024.")


def test_the_answer_follows_the_aim(state, known):
    grown = SCENARIO.with_knob("growth", 0.1).with_knob("plan_for", "customers")
    assert "grow 1,000 customers by 10 % a year" in words.headline(
        make_plan(state, grown, known), "EUR"
    )
    shrunk = make_plan(state, SCENARIO.with_knob("growth", -0.2), known)
    assert "shrink revenue" in words.headline(shrunk, "EUR")


@pytest.mark.parametrize(
    ("certainty", "said"), [(0.5, "5 of 10"), (0.8, "8 of 10"), (0.85, "85 of 100")]
)
def test_a_certainty_is_said_in_futures(certainty, said):
    assert words.futures(certainty) == f"{said} futures"


def test_money_is_at_most_and_revenue_at_least(plan):
    said = words.money_line(plan, "EUR")
    assert re.match(r"In 8 of 10 futures you need at most EUR [\d,]+ in cash, most in ", said)
    assert "revenue over 12 months is at least EUR" in said


def test_financing_says_what_pays_and_when(state, known, plan):
    assert "pays for all of the EUR" in words.financing_line(plan, "EUR")
    dear = make_plan(state, SCENARIO.with_knob("acquisition_cost", 3_000), known)
    said = words.financing_line(dear, "EUR")
    assert "% of the EUR" in said
    assert "are missing in" in said
    assert "has not paid itself back within 3 years" in said


def test_the_gap_is_said_unless_there_is_none(state, known, plan):
    assert any("brings anybody before April 2024" in one for one in words.because(plan, "EUR"))
    soon = make_plan(state, SCENARIO.with_knob("lead_time_months", 0), known)
    assert not any("brings anybody" in one for one in words.because(soon, "EUR"))


def test_tables_hold_the_plan_s_own_numbers(plan):
    calendar = planning.calendar_table(plan, "EUR")
    assert calendar["Must come"].sum() == pytest.approx(plan.months["arrivals"].sum(), abs=18)
    assert calendar["Start campaign by"].iloc[1] == "1 Mar 2024"
    sums = planning.sums_table(plan, "EUR").set_index("12 months, EUR")
    assert sums.loc["Net cash", "Expected"] == words.count(plan.sums["net_cash"].best)
    assert not sums.apply(lambda column: column.str.contains("-")).any(axis=None), "minus signs"
    budget = planning.budget_table(plan, "EUR")
    assert list(budget["Net cash"]) == list(plan.months["net_cash"].head(12).round().astype(int))
    assert "Service" not in budget
    price = planning.price_table(plan, "EUR")
    assert price.iloc[1:, 2].sum() == pytest.approx(plan.price[-1][1] - plan.price[0][1], abs=4)


def test_the_last_year_stands_beside_the_plan(plan):
    before = pd.DataFrame(
        {"revenue": [100.0] * 11 + [np.nan], "newcomers": [5.0] * 11 + [np.nan],
         "customers": np.nan}
    )  # fmt: skip
    assert "against EUR 1,100" in words.beside_last_year(plan, before, "EUR")
    assert "newcomers against 55" in words.beside_last_year(plan, before, "EUR")
    table = planning.last_year_table(plan, before, "EUR")
    assert "Customers a year before" not in table
    assert table["New a year before"].isna().sum() == 1
    assert "no dates" in words.beside_last_year(plan, None, "EUR")


def test_growth_says_what_it_may_cost_today_s_customers(state, known):
    cheap = SCENARIO.with_knob("acquisition_cost", 5)
    plans = growth_steps(state, cheap, known)
    said = words.growth_lines(plans, decide(state, cheap), 0.0, "EUR")
    assert said[0].startswith("Growing by 10 % a year pays as long as it drives away fewer than")
    assert "holding today's customers, or doing nothing, is better only from" in said[1]
    dear = SCENARIO.with_knob("acquisition_cost", 900)
    said = words.growth_lines(growth_steps(state, dear, known), decide(state, dear), 0.2, "EUR")
    assert said[0] == "Growing by 20 % a year adds no money within 3 years."
    assert said[1].endswith("keep them first.")


def test_without_dates_months_have_numbers(state):
    plan = make_plan(state, SCENARIO, companies.outlook(state, start=None))
    assert words.headline(plan, None).endswith("start the first campaign now.")
    assert planning.calendar_table(plan, None)["Start campaign by"].iloc[1] == "month 1"
    assert charts.alt_text(charts.people(plan, "light"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_read_out_what_they_show(plan, theme):
    assert "must come" in charts.alt_text(charts.people(plan, theme))
    assert "in the middle future" in charts.alt_text(charts.cash(plan, theme, currency="EUR"))
    for drawn in (charts.people(plan, theme), charts.cash(plan, theme, currency="EUR")):
        ticks = drawn.layout.xaxis.tickvals
        assert len(ticks) <= 3, "month names stand side by side on a phone"
        assert {(tick - 1) % 4 for tick in ticks} == {0}, "and name the same months every year"
    price = charts.price_of_certainty(plan, theme, currency="EUR")
    assert list(price.data[0].x) == ["50 %", "60 %", "70 %", "80 %", "90 %", "95 %"]
    assert price.data[0].y[3] == pytest.approx(plan.needed)


# ---- on the page ------------------------------------------------------------------------------


def said_on(test, sentences):
    return "\n".join(sentences(test)).replace("\u00a0", " ")


def control(kind, label):
    return next(one for one in kind if one.label.startswith(label))


@pytest.mark.parametrize(
    ("kind", "label", "value"),
    [
        ("selectbox", "Plan for", "customers"),
        ("slider", "Growth in a year", 20.0),
        ("slider", "Lead time", 4.0),
        ("select_slider", "New customer", 100.0),
        ("slider", "Certainty", 95.0),
        ("number_input", "New customers already on their way", 60.0),
        ("number_input", "Months over which the gap", 6.0),
        ("number_input", "How fast that cost rises", 0.5),
        ("selectbox", "What today's customers get", "discount"),
    ],
)
def test_every_control_changes_a_number(app, sentences, kind, label, value):
    test = app().switch_page("app_pages/plan.py").run()
    before = said_on(test, sentences)
    control(getattr(test, kind), label).set_value(value).run()
    assert not test.exception
    assert said_on(test, sentences) != before
