"""A subscription file on the command line: the same two files, byte for byte."""

import json

import pandas as pd
import pytest

from models.__main__ import main
from models.contracts import analyse_subscriptions
from models.decisions.horizon import filled
from models.decisions.scenario import Scenario
from models.report.company import write_company
from models.transactions.database import Database
from models.transactions.reading import open_table
from models.transactions.subscriptions import read_subscriptions

from .conftest import MAGAZINE

KEYS = {
    "assumptions", "file", "ledger", "data", "model", "spend", "holdout", "survival",
    "survival_model", "still_buying", "second_purchase", "value", "decision", "plan", "profiles",
    "drivers", "care", "not_computed", "notes",
}  # fmt: skip
SETTINGS = json.loads((MAGAZINE / "settings.json").read_text("utf-8"))
COLUMNS = [
    "customer", "first", "last", "orders", "amount", "alive", "expected_orders", "value",
    "value_low", "value_high",
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    settings = ("--settings", str(MAGAZINE / "settings.json"))
    assert main([str(MAGAZINE / "subscriptions.csv"), *settings, "--out", str(out)]) == 0
    report = json.loads((out / "analysis.json").read_text("utf-8"))
    return report, pd.read_csv(out / "customers.csv"), out


def test_every_key_of_a_shop_is_there(written):
    report, customers, _ = written
    assert set(report) >= KEYS
    assert list(customers.columns) == COLUMNS
    assert report["data"]["relation"] == "contract"
    assert report["data"]["relation_why"].endswith(".")
    assert {"all", "Digital", "Print + digital"} == set(report["survival"])
    assert {"months", "share", "low", "high"} <= set(report["survival"]["all"])


def test_the_two_files_say_the_same(written):
    report, customers, _ = written
    assert report["data"]["customers"] == len(customers)
    assert report["data"]["running"] == customers["alive"].sum()
    assert set(customers["alive"]) == {0, 1}
    assert report["data"]["orders"] == customers["orders"].sum()
    assert report["data"]["revenue"] == pytest.approx(customers["amount"].sum())
    assert report["value"]["total"] == pytest.approx(customers["value"].sum(), rel=1e-6)
    gone = customers[customers["alive"] == 0]
    assert (gone[["expected_orders", "value", "value_high"]] == 0).all(axis=None)
    here = customers[customers["alive"] == 1]
    assert here["expected_orders"].between(0, 5).all()
    assert (here["value_low"] <= here["value"]).all()
    assert (here["value"] <= here["value_high"]).all()


def test_the_company_s_own_test_of_an_offer_is_in_the_decision(written):
    trial = written[0]["decision"]["trial"]
    assert (trial["column"], trial["refused"]) == ("renewal_test", "")
    assert trial["saved"]["low"] < 0.36 < trial["saved"]["high"]
    assert trial["first_due"] == "2022-09-01"


def test_the_steps_from_other_tools_numbers_add_up_to_the_total(written):
    value = written[0]["value"]
    assert [way["start"] for way in value["reconciliation"]] == ["formula", "last_year", "so_far"]
    for way in value["reconciliation"]:
        walked = way["begins"] + sum(step["amount"] for step in way["steps"])
        assert walked == pytest.approx(value["total"], rel=1e-6)
        assert all(step["why"].endswith(".") for step in way["steps"])


def test_a_dearer_plan_is_paid_back_sooner_and_later_years_bring_less(written):
    value, data = written[0]["value"], written[0]["data"]
    month = {one["group"]: one["month"] for one in value["payback"] if one["by"] == "plan"}
    assert month["Print + digital"] == 12 < month["Digital"]
    first, second = value["years"][:2]
    assert first["followed"] == data["customers"]
    assert second["margin"] < first["margin"]


def test_candidates_and_groups_stand_beside_the_model(written):
    model = written[0]["model"]
    by_name = {one["name"]: one for one in model["candidates"]}
    assert {"sBG", "BdW", model["name"]} == set(by_name)
    assert all(abs(one["holdout_error"]) < 0.05 for one in by_name.values())
    assert by_name["BdW"]["log_likelihood"] >= by_name["sBG"]["log_likelihood"]
    assert {"plan", "channel", "cohort"} == set(model["groups"])
    assert model["groups"]["plan"]["Digital"]["sbg"]["a"] == pytest.approx(0.7, abs=0.1)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_file_gives_the_same_bytes(written, tmp_path, threads):
    database = Database.open(threads=threads)
    raw = open_table(MAGAZINE / "subscriptions.csv", database=database)
    analysis = analyse_subscriptions(read_subscriptions(raw))
    scenario = Scenario.from_settings(filled(SETTINGS, analysis.found))
    for path in write_company(tmp_path, analysis, scenario):
        assert path.read_bytes() == (written[2] / path.name).read_bytes(), path.name


def test_nothing_after_until_is_used(tmp_path):
    whole = pd.read_csv(MAGAZINE / "subscriptions.csv", dtype=str).iloc[::4]
    cut = "2023-12-31"
    known = whole[whole["start_date"] <= cut].copy()
    late = known["end_date"] > cut
    known.loc[late, ["end_date", "cancellation_reason"]] = None
    found = []
    for name, frame in (("whole", whole), ("known", known)):
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        words = (str(path), "--until", cut, "--end", "2025-12-31", "--out", str(tmp_path / name))
        assert main(words) == 0
        found.append(json.loads((tmp_path / name / "analysis.json").read_text("utf-8")))
    for key in ("data", "model", "holdout", "survival", "value", "decision"):
        assert found[0][key] == found[1][key], key


FLAG = "customer,tenure,plan,price,Churn\n" + "".join(
    f"c{i},{i % 9},A,10,{'Yes' if i % 4 == 0 else 'No'}\n" for i in range(90)
)
DATES = "customer,start date,end date,price\n" + "".join(
    f"c{i},2022-0{1 + i % 6}-05,{'2022-07-05' if i % 2 else ''},10\n" for i in range(60)
)
MISSING = {True: {"years"}, False: {"reconciliation", "payback", "years"}}  # with money, without
REFUSALS = {
    "what the flag means": (FLAG, [], "--leaving-means VALUE"),
    "a flag's unknown value": (FLAG, ["--leaving-means", "gone"], "'gone'"),
    "whose leaving": (FLAG, ["--leaving-means", "Yes"], "--leavers all or --leavers last-period"),
    "another word for it": (FLAG, ["--leavers", "few"], "few"),
    "no such column": (DATES, ["--start-column", "begun"], "no column 'begun' for the start"),
    "half a month": (DATES, ["--period-months", "0.5"], "whole number of months"),
    "a test that is too long": (DATES, ["--holdout", "90"], "90 weeks"),
    "nobody left": (
        DATES.replace(",,10", ",2022-07-05,10"), [], "no subscriber left to decide about",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(REFUSALS))
def test_a_refusal_is_one_sentence_and_status_2(case, tmp_path, capsys):
    content, words, said = REFUSALS[case]
    path = tmp_path / "file.csv"
    path.write_text(content)
    assert main([str(path), *words, "--out", str(tmp_path / "out")]) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert heard.err.rstrip().endswith(".")
    assert "does not know how to handle" not in heard.err
    assert not (tmp_path / "out" / "analysis.json").exists()


@pytest.mark.parametrize("content", [FLAG.replace("price", "colour"), DATES], ids=["flag", "dates"])
def test_a_small_file_is_analysed(content, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(content)
    words = ["--leaving-means", "Yes", "--leavers", "all"] if "Churn" in content else []
    assert main([str(path), *words, "--out", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "analysis.json").read_text("utf-8"))
    assert report["value"]["unit"] == ("money" if "price" in content else "orders")
    assert report["value"]["total"] > 0
    missing = {key for key in ("reconciliation", "payback", "years") if not report["value"][key]}
    assert missing == MISSING["price" in content]
    assert all(report["not_computed"][key].endswith(".") for key in missing)
