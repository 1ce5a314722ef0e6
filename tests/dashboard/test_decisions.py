"""Decisions as a visitor meets them: a list, a promise, and what came of it in a later file."""

import datetime as dt
from dataclasses import replace

import pytest

from dashboard import companies, compared, decided, listing, opening, whom, wording
from dashboard.decided import Kept
from dashboard.links import Reading
from models.decisions.scenario import Scenario
from models.errors import SettingError
from models.journal import Decided, Expectation, Outcome
from models.journal.identity import Sample
from models.journal.store import Match

PAGE = "app_pages/decisions.py"
PROMISED = Expectation(
    "revenue", dt.date(2011, 6, 30), dt.date(2011, 9, 30), 5012, 1.6e6, 1.2e6, 2.4e6, 1.8e6
)
MADE = Decided(
    "Ten off", "Ann", "keep", "nothing", "neither", "No.", {"margin": 0.4}, PROMISED, "GBP"
)


def kept(came, **changes):
    outcome = None if came is None else Outcome(came, PROMISED.holds(came), dt.date(2011, 12, 9))
    return Kept("id", MADE, outcome, **changes)


@pytest.fixture(scope="module")
def magazine():
    source = companies.magazine()
    return opening.analysed(source, Reading()), Scenario.from_settings(source.examples)


# ---- as values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "result"), [(1.9e6, "inside"), (2.5e6, "outside"), (None, "waits")]
)
def test_a_decision_came_out_inside_or_outside_or_waits(came, result):
    table = decided.log_table([kept(came)])
    assert table["Result"].tolist() == [result]
    assert table["Expected, 8 in 10"].tolist() == ["GBP 1.2 million to GBP 2.4 million"]
    spans = decided.spans_of([kept(came)])
    assert len(spans) == (came is not None)
    if spans:
        assert (spans[0].low, spans[0].high) == (75.0, 150.0)
        assert spans[0].mark == pytest.approx(100 * came / 1.6e6)


def test_a_number_that_cannot_be_told_says_so():
    assert decided.result(kept(None, caveat="The data begins later.")) == "cannot be told"
    assert decided.result(kept(1.9e6, caveat=decided.UNDERSTATED)) == "inside, see note"


def test_a_promise_names_days_number_range_and_doing_nothing():
    said = decided.promise(PROMISED, "GBP")
    for words in ("1 July 2011 to 30 September 2011", "GBP 1.6 million",
                  "between GBP 1.2 million and GBP 2.4 million, 8 in 10",
                  "Doing nothing: GBP 1.8 million"):  # fmt: skip
        assert words in said
    same = replace(PROMISED, expected=1.8e6)
    assert "Doing nothing" not in decided.promise(same, "GBP")


def test_the_headline_counts_past_decisions(magazine):
    analysis, scenario = magazine
    found = whom.listed(analysis, scenario, None, "keep")
    outcomes = [kept(came).outcome for came in (1.9e6, 2.5e6)]
    assert "1 of 2 past decisions came out inside" in listing.headline(
        found, "nothing", "EUR", outcomes
    )
    assert "past" not in listing.headline(found, "nothing", "EUR", [])


def test_the_answer_does_not_contradict_the_option_that_brings_most(magazine):
    analysis, scenario = magazine
    found = whom.listed(analysis, scenario, None, "keep")
    assert found.taken == 0
    said = listing.headline(found, "replace", "EUR", [], "subscriber")
    assert "no single subscriber. Pay for new ones instead. Still talk to those" in said
    assert "new ones" not in listing.headline(found, "nothing", "EUR", [])


def test_the_list_is_of_those_it_pays_for_else_of_the_money_at_stake(magazine):
    analysis, scenario = magazine
    strong = replace(scenario, save_rate=0.9, save_rate_low=0.8, save_rate_high=1.0, depth=0.05,
                     reference_depth=0.05)  # fmt: skip
    for settings in (scenario, strong):
        found = whom.listed(analysis, settings, 500.0, "keep")
        table = listing.list_table(analysis, found, "5 % off", str, "EUR")
        assert len(table) > 0
        if settings is strong:
            assert found.spend <= 500.0
            assert len(table) == min(found.taken, listing.MOST_SHOWN)
            assert (table["Expected gain, EUR"] > 0).all()
            assert table["Expected cost, EUR"].sum() <= 500.0
            assert "at most EUR" in listing.list_sentence(found, "EUR")
        else:
            assert found.taken == 0
            assert table["Revenue at stake in a year, EUR"].is_monotonic_decreasing
            assert "ask these first" in listing.list_sentence(found, "EUR")


def test_an_offer_at_the_cancel_button_waits_and_is_sent_to_nobody(magazine):
    analysis, scenario = magazine
    waiting = replace(scenario, channel="at_cancel", depth=0.2, save_rate=0.5, save_rate_low=0.4,
                      save_rate_high=0.6, duration_months=12)  # fmt: skip
    found = whom.listed(analysis, waiting, None, "keep")
    assert found.taken > 0
    assert listing.waits(waiting, "keep")
    assert not listing.waits(waiting, "service")
    assert listing.offer_said(waiting, "keep").endswith("off for 12 months, if they ask to cancel")
    said = listing.headline(found, "replace", "EUR", [], "subscriber", waits=True)
    assert said.startswith("Wait for those who ask to cancel: offered to ")
    assert said.endswith("Winning new ones brings more.")
    assert "Nobody is written to" in listing.list_sentence(found, "EUR", waits=True)
    table = listing.list_table(analysis, found, "offer", str, "EUR", waits=True)
    assert table["Revenue at stake in a year, EUR"].is_monotonic_decreasing
    gains = dict(zip(analysis.roster.customer[found.place].astype(str), found.net, strict=True))
    assert table["Expected gain, EUR"].tolist() == pytest.approx(
        [gains[name] for name in table["Customer"]], abs=0.006
    )
    assert set(listing.shown_as("EUR")) <= set(table.columns)


def test_a_list_runs_nothing_in_a_spreadsheet(magazine):
    analysis, scenario = magazine
    found = whom.listed(analysis, scenario, None, "keep")
    file = listing.list_csv(analysis, found, "talk", lambda _: "=1+1", "invented").decode(
        "utf-8-sig"
    )
    rows = file.splitlines()
    assert rows[1].startswith("'=1+1,")
    assert rows[0].endswith(",Data until,Company")
    assert all(row.endswith(",2025-12-31,invented") for row in rows[1:])


def test_two_scenarios_show_what_differs_and_what_that_does(magazine):
    analysis, scenario = magazine
    other = replace(scenario, depth=0.1, acquisition_cost=200.0)
    both = analysis.decide(scenario), analysis.decide(other)
    names = ("now", "then")
    apart = compared.differing(scenario, other, names, "EUR")
    assert set(apart["Setting"]) == {"Discount", "Cost of a new customer"}
    assert apart.set_index("Setting").loc["Cost of a new customer"].tolist() == [
        "EUR 86",
        "EUR 200",
    ]
    options = compared.options_compared(*both, names, "EUR").set_index(
        "More than doing nothing (8 in 10)"
    )
    for name, decision in zip(names, both, strict=True):
        value = decision.option("replace").value
        assert wording.money(value, "EUR") in options.loc["Let go and replace", name]
    assert options.loc["Let go and replace", "now"] != options.loc["Let go and replace", "then"]
    assert not compared.turns_compared(*both, names, "EUR").empty


def test_settings_of_another_version_are_read_as_far_as_they_are_known():
    assert compared.readable({"margin": 0.3, "mood": "good"}).margin == 0.3
    with pytest.raises(SettingError):
        compared.readable({"margin": 3.0})
    assert "outside its range" in compared.unreadable({"margin": 3.0})


def test_why_a_file_looks_like_a_known_company():
    sample = Sample({"aa": 1, "bb": 2}, "june.csv", "shop", dt.date(2011, 6, 30))
    said = decided.likeness(Match("id", sample, 2, 1))
    assert "june.csv (data until 30 June 2011): of 2 customers noted then, 2 are in" in said


# ---- on the page -----------------------------------------------------------------------------


def save(test, name):
    box = {one.label: one for one in test.text_input}
    box["Decision"].set_value(name)
    box["Who sees to it"].set_value("Ann")
    next(b for b in test.button if b.label == "Save the decision").click()
    return test.run()


@pytest.mark.parametrize(
    ("company", "cut", "measured"),
    [("wholesaler", "2011-06-30", "Revenue from today's customers"),
     ("magazine", "2025-06-30", "Today's subscribers who leave")],
)  # fmt: skip
def test_a_decision_is_saved_and_answered_by_a_newer_file(app, sentences, company, cut, measured):
    start = app()
    if company == "magazine":
        next(b for b in start.button if b.label == "See a subscription company").click()
        start.run()
    address = dict(start.query_params)
    then = app(**{**address, "cut": cut}).switch_page(PAGE).run()
    assert not then.exception
    assert not then.error
    assert any(measured in said for said in sentences(then))
    name = f"What of {company}?"
    then = save(then, name)
    assert not then.exception
    assert f"Saved: {name}" in then.success[0].value.replace("\\", "")

    again = app(**{**address, "cut": cut}).switch_page(PAGE).run()
    assert "waits" in _log(again, name)
    now = app(**address).switch_page(PAGE).run()
    assert not now.exception
    assert _log(now, name)[-1] in {"inside", "outside"}
    assert "1 past decision came out" in now.title[0].value


def _log(test, name):
    [table] = [one.value for one in test.dataframe if "Decision" in one.value.columns]
    return table[table["Decision"] == name].iloc[0].tolist()


def test_a_decision_without_a_name_is_not_saved(app):
    test = save(app().switch_page(PAGE).run(), " ")
    assert "The name is empty" in test.warning[0].value


def test_the_page_works_where_nothing_can_be_kept(app, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TENURE_DATABASE", f"sqlite:///{tmp_path}/file/decisions.sqlite")
    test = app().switch_page(PAGE).run()
    assert not test.exception
    assert not test.warning
    test = save(test, "Never mind")
    assert not test.exception
    assert "cannot be written to" in test.warning[0].value.replace("\\", "")
    monkeypatch.setenv("TENURE_DATABASE", "nonsense")
    test = app().switch_page(PAGE).run()
    assert not test.exception
    assert "not the address of a database" in test.warning[0].value
    assert test.title


def test_a_scenario_is_saved_under_its_name_and_compared(app, sentences):
    test = app().switch_page(PAGE).run()
    assert "Compare" not in {box.label for box in test.selectbox}  # nobody has asked yet
    test.session_state["decisions_tabs"] = "Two scenarios"
    test.run()
    next(b for b in test.text_input if b.label == "Name these settings").set_value("Half *price*")
    next(b for b in test.button if b.label == "Save the scenario").click()
    test.run()
    assert not test.exception
    again = app(margin="0.2", **_company(test)).switch_page(PAGE).run()
    again.session_state["decisions_tabs"] = "Two scenarios"
    again.run()
    other = next(box for box in again.selectbox if box.label == "with")
    assert "Half *price*" in other.options
    other.set_value("Half *price*").run()
    apart = next(t.value for t in again.table if "Setting" in t.value.columns)
    assert apart.set_index("Setting").loc["Margin"].tolist() == ["20 %", "40 %"]
    next(b for b in again.button if b.label == "Use these settings").click().run()
    assert again.query_params["margin"] == ["0.4"] or again.query_params["margin"] == "0.4"


def _company(test):
    return {key: value for key, value in test.query_params.items() if key != "margin"}
