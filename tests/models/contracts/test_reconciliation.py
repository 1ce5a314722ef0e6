"""From other tools' numbers to ours, for subscribers: exact sums, and numbers of the raw file."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.contracts.reconciliation import reconcile_subscribers, yearly_churn
from models.contracts.worth import contract_values
from models.errors import EvidenceError
from tests.models.contracts.conftest import MAGAZINE


@pytest.fixture(scope="module")
def raw():
    return pd.read_csv(MAGAZINE / "subscriptions.csv", parse_dates=["start_date", "end_date"])


def asked(analysis, scenario, people=None):
    business = analysis.answerable(scenario).business
    found = reconcile_subscribers(people or analysis.people, analysis.fitted, business)
    return {one.start: one for one in found}


@pytest.mark.parametrize(
    "knobs", [{}, {"horizon_months": 13.0, "annual_rate": 0.0}, {"cost_to_serve": 0.8}]
)
def test_steps_add_up_exactly_to_what_subscribers_are_worth(analysis, scenario, knobs):
    for name, value in knobs.items():
        scenario = scenario.with_knob(name, value)
    worth = analysis.values(scenario).total
    found = asked(analysis, scenario)
    assert set(found) == {"formula", "last_year", "so_far"}
    for one in found.values():
        assert one.ends == pytest.approx(worth, rel=1e-12)
        assert math.fsum((one.begins, *one.changes)) == pytest.approx(worth, rel=1e-12)


def test_the_numbers_of_other_tools_are_theirs(analysis, scenario, raw):
    running = raw[raw["status"] == "running"]
    due = raw[raw["start_date"].dt.year < 2025]
    left = (due["end_date"].dt.year == 2025).sum()
    churn = left / (left + (due["status"] == "running").sum())
    assert yearly_churn(analysis.people) == pytest.approx(churn)
    found = asked(analysis, scenario)
    arpa = analysis.people.running["price"].mean()
    assert found["formula"].begins == pytest.approx(len(running) * arpa / churn)
    assert found["last_year"].begins == pytest.approx(running["price_paid"].sum())
    assert found["so_far"].begins == pytest.approx(raw["paid_to_date"].sum())


def test_the_formula_is_cut_and_discounted_payment_by_payment(analysis, scenario):
    found = asked(analysis, scenario)["formula"]
    steps, kept = {step.key: step.after for step in found.steps}, 1 - found.facts["churn"]
    paid = 0.65 * analysis.people.running["price"].sum()
    assert steps["horizon"] == pytest.approx(paid * sum(kept**t for t in range(6)))
    assert steps["discounting"] == pytest.approx(paid * sum((kept / 1.1) ** t for t in range(6)))
    waits = analysis.people.running["due_days"].to_numpy() / (365.25 / 12)
    mean = analysis.people.running["price"].mean()
    one_by_one = sum(
        kept ** (j + 1) * 1.1 ** -((wait + 12 * j) / 12)
        for wait in waits
        for j in range(6)
        if wait + 12 * j <= 60
    )
    assert steps["due"] == pytest.approx(0.65 * mean * one_by_one)


def test_who_has_cancelled_is_taken_off_in_a_step_of_its_own(analysis, scenario):
    frame = analysis.people.frame.copy()
    some = np.flatnonzero(frame["running"])[:500]
    frame.iloc[some, frame.columns.get_loc("leaving")] = True
    people = replace(analysis.people, frame=frame)
    business = analysis.answerable(scenario).business
    worth = contract_values(people, analysis.fitted, analysis.new, analysis.draws(36), business)
    found = asked(analysis, scenario, people)
    assert found["formula"].facts["cancelled"] == 500
    steps = [step.key for step in found["formula"].steps]
    assert steps.index("cancelled") == steps.index("due") + 1
    assert found["last_year"].steps[1].key == "stopped"
    for one in found.values():
        assert one.ends == pytest.approx(worth.total, rel=1e-12)


def test_a_snapshot_has_the_formula_only(analysis, scenario):
    people = replace(analysis.people, last_day=None)
    frame = people.frame
    renewed, left = frame["renewals"].sum(), frame["left"].sum()
    assert yearly_churn(people) == pytest.approx(left / (left + renewed))
    assert set(asked(analysis, scenario, people)) == {"formula"}


def test_without_money_there_is_nothing_to_lead_over(analysis, scenario):
    with pytest.raises(EvidenceError, match="no money"):
        asked(analysis, scenario, replace(analysis.people, has_money=False))
