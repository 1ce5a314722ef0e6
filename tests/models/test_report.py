"""The two files: the same bytes for the same file, and every digit where it belongs."""

import csv
import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from models import samples
from models.analysis import analyse
from models.decisions.scenario import Scenario
from models.errors import EvidenceError
from models.periods import date_of
from models.report import _plain, facts, report, write_report
from models.report.worth import worth_facts
from models.surprise import ASSUMED, PRIOR_MISS
from models.transactions.database import Database
from models.transactions.log import read_transactions
from models.transactions.reading import open_table

SCENARIO = Scenario(margin=0.4, acquisition_cost=20)


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """A small shop with lines that have to be added up: several a day, returns and a guest."""
    log = samples.shop(250, seed=11).log
    rng = np.random.default_rng(11)
    lines = log.loc[log.index.repeat(rng.integers(1, 5, len(log)))].reset_index(drop=True)
    lines["amount"] = np.round(lines["amount"] / 3 + rng.random(len(lines)), 2)
    lines.loc[lines.index % 41 == 40, "amount"] *= -1
    lines.loc[lines.index % 97 == 96, "customer"] = ""
    lines["country"] = np.where(lines.index % 3 == 0, "France", "Spain")
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    lines.to_csv(path, index=False)
    return path


def written(path: Path, folder: Path, threads: int) -> tuple[bytes, bytes]:
    folder.mkdir()
    raw = open_table(path, database=Database.open(threads=threads))
    both = write_report(folder, analyse(read_transactions(raw)), SCENARIO)
    assert sorted(folder.iterdir()) == sorted(both)
    return both[0].read_bytes(), both[1].read_bytes()


@pytest.fixture(scope="module")
def one_thread(shop, tmp_path_factory) -> tuple[bytes, bytes]:
    return written(shop, tmp_path_factory.mktemp("one") / "out", 1)


@pytest.mark.parametrize("threads", [2, 4])
def test_the_same_file_gives_the_same_bytes_on_any_number_of_threads(
    threads, shop, tmp_path, one_thread
):
    assert written(shop, tmp_path / "out", threads) == one_thread


def test_customers_are_ordered_by_label(one_thread):
    content = json.loads(one_thread[0])
    table = list(csv.DictReader(one_thread[1].decode().splitlines()))
    assert len(table) == content["data"]["customers"]
    assert [row["customer"] for row in table] == sorted(row["customer"] for row in table)


def test_the_readme_names_every_key(one_thread):
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| key of `analysis.json`") :].split("\n\n")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    named = {key for cell in first_cells for key in re.findall(r"`(\w+)`", cell)}
    assert named == set(json.loads(one_thread[0]))


def test_the_ledger_adds_up_to_the_cent(one_thread):
    ledger = json.loads(one_thread[0], parse_float=Decimal)["ledger"]
    assert ledger["amount_in"] == ledger["amount_used"] + sum(
        line["amount"] for line in ledger["excluded"]
    )
    assert ledger["rows_in"] == ledger["rows_used"] + sum(
        line["rows"] for line in ledger["excluded"]
    )
    assert ledger["guests"]["rows"] > 0
    assert ledger["returns"]["amount"] < 0


def test_curves_are_named_by_cohort_and_fall(one_thread):
    content = json.loads(one_thread[0])
    for key in ("survival", "survival_model", "still_buying", "second_purchase"):
        assert "all" in content[key], key
        for label, curve in content[key].items():
            assert label == "all" or label[4:6] == "-Q"
            assert len(curve["months"]) == len(curve["share"]) == len(curve["low"])
            low, share, high = (np.array(curve[name]) for name in ("low", "share", "high"))
            assert np.all((low <= share) & (share <= high))
    still = content["survival"]["all"]["share"]
    assert still[0] == 1
    assert np.all(np.diff(still) <= 0)


def test_a_decision_says_what_it_was_computed_for(one_thread):
    decision = json.loads(one_thread[0])["decision"]
    assert decision["settings"]["acquisition_cost"] == 20
    assert {"nothing", "keep", "replace"} <= {option["name"] for option in decision["options"]}
    assert decision["verdict"] in {"keep", "replace", "neither", "too close"}
    wanted = {"save_rate", "discount", "acquisition_cost", "replacement_ratio", "margin"}
    assert wanted <= set(decision["break_evens"])
    assert decision["trial"] is None


def test_guesses_and_placeholders_are_listed_as_assumptions(one_thread):
    guesses = {a["what"]: a for a in json.loads(one_thread[0])["assumptions"]}
    assert guesses["setting annual_rate"]["value"] == 0.1
    assert "setting margin" not in guesses
    assert "setting acquisition_cost" not in guesses
    assert guesses["column of the customer"]["value"] == "customer"
    assert all(a["why"].endswith((".", "?")) for a in guesses.values())


def test_the_steps_from_other_tools_numbers_add_up_to_the_total(one_thread):
    value = json.loads(one_thread[0])["value"]
    ways = value["reconciliation"]
    assert {"last_year", "so_far"} <= {way["start"] for way in ways}
    for way in ways:
        walked = way["begins"] + sum(step["amount"] for step in way["steps"])
        assert walked == pytest.approx(way["ends"])
        assert way["ends"] == pytest.approx(value["total"], rel=1e-6)
        assert all(step["why"].endswith(".") for step in way["steps"])


def test_payback_is_of_everyone_and_of_each_group_at_the_cost_that_is_set(one_thread):
    back = json.loads(one_thread[0])["value"]["payback"]
    assert (back[0]["by"], back[0]["group"]) == (None, "all")
    groups = {one["group"] for one in back if one["by"] == "first_country"}
    assert groups == {"France", "Spain"}
    assert {one["cost"] for one in back} == {20}
    for one in back:
        assert one["month"] is None or one["low"] <= one["month"] <= one["watched_months"]


def test_years_are_followed_by_fewer_and_fewer(one_thread):
    found = json.loads(one_thread[0])["value"]["years"]
    assert [one["year"] for one in found] == list(range(1, len(found) + 1))
    assert [one["followed"] for one in found] == sorted(
        (one["followed"] for one in found), reverse=True
    )
    assert all(one["low"] <= one["margin"] <= one["high"] for one in found)


def test_what_a_new_customer_costs_moves_payback_and_nothing_else_behind_the_worth(shop):
    analysis = analyse(read_transactions(shop))
    found = []
    for scenario in (Scenario(margin=0.4), SCENARIO, Scenario(margin=0.4, acquisition_cost=1e9)):
        found.append(worth_facts(analysis, scenario, analysis.values(scenario)))
    (free, why), (dear, none), (never, _) = found
    assert (none, set(why)) == ({}, {"payback"})
    assert "--cac" in why["payback"]
    assert {one["month"] for one in free["payback"]} == {None}
    assert {one["month"] for one in never["payback"]} == {None}
    assert dear["payback"][0]["month"] is not None
    assert free["years"] == dear["years"] == never["years"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1 / 3, 0.3333333333),
        (123456789012.5, 123456789000.0),
        (float("nan"), None),
        (np.float64("inf"), None),
        (np.int64(3), 3),
        (np.array([1.0, np.nan]), [1.0, None]),
        ((dt.date(2011, 12, 9), True), ["2011-12-09", True]),
        ({"a": {1: np.bool_(False)}}, {"a": {"1": False}}),
        (Decimal("123456789012.3400"), 123456789012.34),
        ("text", "text"),
        (None, None),
    ],
)
def test_values_become_plain(value, plain):
    assert _plain(value) == plain


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """Six weeks of a busy shop without money: too short to spare weeks for every test."""
    log = samples.shop(
        120, seed=2, weeks=7, acquisition_weeks=3, truth=samples.ParetoNBDTruth(2, 3, 0.6, 12)
    ).log
    path = tmp_path_factory.mktemp("short") / "short.csv"
    log[["customer", "date"]].to_csv(path, index=False)
    return analyse(read_transactions(path))


def test_a_short_file_without_money_is_answered_as_far_as_it_goes(short):
    assert short.holdout is None
    assert "needs at least as many weeks before" in short.holdout_why
    assert short.rolling.cuts == ()
    # nothing was tested, so a total's range carries the stated spread and says so
    assert short.past_misses(36) == ASSUMED.over(36) > PRIOR_MISS
    content = report(short, Scenario())
    assert content["holdout"]["predicted"] is None
    assert content["holdout"]["why"] == short.holdout_why
    beyond = content["holdout"]["beyond_parameters"]
    assert beyond.keys() == {"purchases"}
    assert beyond["purchases"]["past_misses_source"] == "assumed"
    assert beyond["purchases"]["season"] is None
    assert "so far there are 0" in beyond["purchases"]["season_why"]
    assert content["spend"]["name"] is None
    assert content["data"]["revenue"] is None
    assert content["value"]["unit"] == "orders"
    for key in ("reconciliation", "payback", "years"):
        assert content["value"][key] is None
        assert "no money" in content["not_computed"][key]
    json.dumps(content, allow_nan=False)


def test_a_test_that_was_asked_for_is_not_left_out(short):
    with pytest.raises(EvidenceError, match="last 6 weeks"):
        analyse(short.transactions, holdout_weeks=6)


def test_progress_is_told_in_order(short):
    told: list[tuple[str, float]] = []
    analyse(short.transactions, progress=lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert all(what for what, _ in told)


def test_settings_cost_no_refit(short):
    before = (short.lifetimes, short.parameters, short.state_for(Scenario()))
    low, high = (short.values(Scenario(margin=margin)).total for margin in (0.2, 0.4))
    assert low <= high
    short.decide(Scenario(depth=0.2))
    assert short.lifetimes is before[0]
    assert short.parameters is before[1]
    assert short.state_for(Scenario()) is before[2]


def test_facts_name_days_as_dates(short):
    assert facts.data(short)["first"] == date_of(short.transactions.first_day)


def test_the_range_of_a_total_belongs_to_its_horizon(short):
    year, usual = short.draws(12).level, short.draws(36).level
    assert np.log(year).std() > np.log(usual).std()
    assert short.answerable(Scenario()).horizon_months == 12
    state = short.state_for(Scenario())
    assert state.money[-1].sum(axis=1) == pytest.approx(
        short.state.money[-1].sum(axis=1) * year / usual
    )
    assert state.newcomers.money.sum(axis=1) == pytest.approx(
        short.state.newcomers.money.sum(axis=1) * year / usual
    )
