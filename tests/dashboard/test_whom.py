"""Who gets what and the test that would settle it, as tables, sentences and files."""

import csv
import io
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard import charts, experiments, swapping, whom
from models.decisions import Scenario
from models.decisions.exchange import exchange
from models.decisions.roster import Roster
from models.decisions.segments import REST, VALUE_AND_RISK, segments
from models.decisions.subscription import Subscribers, beta_masses, build_subscription_state
from models.decisions.trial import Arm, Trial

OFFER = Scenario(
    margin=0.6, save_rate=0.5, depth=0.05, reference_depth=0.05, bounce=0, contact_cost=0.2,
    stayers_taking=0.2, acquisition_cost=30,
)  # fmt: skip


@pytest.fixture(scope="module")
def company():
    groups = Subscribers(
        np.array([0.0, 3.0]), np.array([600.0, 400.0]), np.array([100.0, 100.0]), 12, 90.0,
        new_per_month=20,
    )  # fmt: skip
    chances = np.array([[0.7, 1.5], [0.72, 1.5], [0.68, 1.45], [0.7, 1.6]])
    state = build_subscription_state(groups, chances)
    logits = np.linspace(-12, 6, state.axis.hazard.size - 2)
    group = np.repeat([0, 1], [600, 400])
    names = np.array([f"={i}" if i == 0 else f"Reader {i}" for i in range(1000)], object)
    roster = Roster(
        customer=names,
        alive=np.ones(1000),
        money=np.full(1000, 100.0),
        orders=np.ones(1000),
        group=group,
        masses=np.stack([beta_masses(logits, 0.7, 1.5 + n) for n in (0, 3)]),
        band=group,
        leaves=np.array([0.7 / 2.2, 0.7 / 5.2]),
        traits={"plan": np.where(group == 0, "paper", "digital").astype(object)},
    )
    log = SimpleNamespace(currency="EUR", last_day=15_000)
    return SimpleNamespace(
        state=state,
        state_for=lambda scenario: state,
        roster=roster,
        relation="subscription",
        log=log,
    )


def test_the_mix_in_a_sentence_and_a_table(company):
    found = segments(company.roster, "plan")
    mix = whom.mixed(company, found, OFFER)
    said = whom.mix_sentence(mix, "EUR")
    assert said.startswith("Best mix: ")
    assert "EUR" in said
    assert "8 in 10" in said
    table = whom.segment_table(mix, "EUR")
    assert set(table["Segment"]) == {"Paper", "Digital"}
    assert "Keep with service, EUR" not in table  # nobody says what it saves
    budget = whom.mixed(company, found, replace(OFFER, counterfactual="fixed_budget", budget=500))
    assert "The next EUR would bring" in whom.mix_sentence(budget, "EUR")


def test_the_list_in_words_and_as_a_file_no_spreadsheet_runs(company):
    found = whom.listed(company, OFFER, None, "keep")
    said = whom.list_sentence(found, 1000, "EUR")
    assert "in 9 of 10 futures at most EUR" in said
    short = whom.listed(company, OFFER, found.spend / 2, "keep")
    assert "The next EUR spent would bring" in whom.list_sentence(short, 1000, "EUR")
    file = whom.list_csv(found, company, str, "invented").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["company"] for row in rows} == {"invented"}
    assert {(row["currency"], row["data_until"]) for row in rows} == {("EUR", "2011-01-26")}
    assert len(rows) == found.taken
    assert {row["customer"] for row in rows} >= {"'=0"}
    assert sum(float(row["net_value"]) for row in rows) == pytest.approx(found.value, rel=1e-4)
    nobody = whom.listed(company, replace(OFFER, depth=0.6, save_rate=0), None, "keep")
    assert "nobody is on the list" in whom.list_sentence(nobody, 1000, "EUR")
    table = whom.list_table(found, company, lambda _: "hidden", "EUR")
    assert set(table["Customer"]) == {"hidden"}


def trial(left, control, **changed):
    return Trial(
        "arm", Arm(1000, left), Arm(1000, control), 1 - left / control, 0.2, 0.4,
        (control - left) / 1000, 0.01, 0.1, 0.9, 0.5, 0.05, "price", 19_000, 19_100, 0,
        **changed,
    )  # fmt: skip


def test_what_a_past_test_says():
    assert "saved 30 of 100 leavers" in experiments.past(trial(140, 200), "subscription")
    null = replace(trial(195, 200), difference_low=-0.03)
    assert "no winner" in experiments.past(null, "subscription")
    harm = replace(trial(240, 200), difference_low=-0.08, difference_high=-0.01)
    assert "drove customers away" in experiments.past(harm, "subscription")
    refused = trial(140, 200, refused="The groups differ.")
    assert "not used. The groups differ." in experiments.past(refused, "subscription")
    assert "is assumed" in experiments.past(None, "shop")
    assert len(experiments.checks(trial(140, 200))) == 3


def test_the_brief_names_size_question_and_what_is_decided(company):
    test, tried = experiments.planned(company, OFFER)
    assert tried == OFFER
    said = experiments.brief(test, OFFER, "A magazine", "EUR")
    assert f"{test.per_group:,} with the offer, {test.per_group:,} without" in said
    assert "A magazine" in said
    assert "Drawn by chance from all customers, before" in said
    dearer, _ = experiments.planned(company, replace(OFFER, stayers_taking=0.4))
    assert dearer.per_group != test.per_group
    assert "8 of 10 tests" in experiments.worth(test, "EUR", OFFER, OFFER)


@pytest.mark.parametrize(("cost", "does"), [(0.0, "pay for itself."), (2600.0, "lose EUR 2,600.")])
def test_the_brief_and_the_screen_expect_the_same_of_the_offer(company, cost, does):
    test = replace(experiments.planned(company, OFFER)[0], cost=cost, customers=math.inf)
    assert f"is expected to {does}" in experiments.brief(test, OFFER, "A magazine", "EUR")
    assert f"is expected to {does}" in experiments.worth(test, "EUR", OFFER, OFFER)


def test_where_nothing_pays_for_everybody_the_test_is_of_fewer(company):
    hopeless = replace(
        OFFER, depth=0.4, reference_depth=0.4, duration_months=12, stayers_taking=1.0
    )
    test, tried = experiments.planned(company, hopeless)
    assert tried.channel == "at_cancel"
    handed = experiments.brief(test, tried, "A magazine", "EUR")
    assert "Drawn by chance from the customers who ask to cancel, before" in handed
    said = experiments.worth(test, "EUR", tried, hopeless)
    assert said.startswith("To everybody no save rate can pay; at the cancel button it would")


def test_the_exchange_in_words_and_drawn(company):
    found = exchange(company.state, company.roster, OFFER, 700, 7.2)
    said = swapping.exchange_sentences(found, "Customer 1", "EUR")
    assert len(said) == 3
    assert "all of it or nothing" in said[0]
    for theme in ("light", "dark"):
        figure = charts.exchange(found, theme, currency="EUR")
        assert "8 newcomers" in charts.alt_text(figure)
    unknown = exchange(company.state, company.roster, Scenario(), 700, 7.2)
    assert len(swapping.exchange_sentences(unknown, "Customer 1", None)) == 2
    assert len(charts.exchange(unknown, "light", currency=None).data) == 1


def test_a_customer_file_brings_segments_but_none_that_laws_protect(company, monkeypatch):
    known = pd.DataFrame(
        {"region": "north", "Senior citizen": "yes", "plan": "other"}, index=["Reader 1"]
    )
    monkeypatch.setattr(
        whom.beside, "customer_file", lambda _analysis, _file: SimpleNamespace(frame=known)
    )
    assert whom.ways(company, object()) == [VALUE_AND_RISK, "region", "plan"]
    found = whom.sorted_by(company, "region", object())
    assert set(found.names) == {"not given", REST}  # one customer is too few to be judged alone
    by_plan = whom.sorted_by(company, "plan", object())  # the company's own column counts
    assert set(by_plan.names) == {"paper", "digital"}
