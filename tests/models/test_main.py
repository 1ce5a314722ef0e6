"""The analysis without a screen: what it writes, and how it refuses."""

import datetime as dt
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from models import samples
from models.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "assumptions", "ledger", "data", "model", "spend", "holdout", "survival", "value",
    "decision", "plan", "profiles", "drivers", "care",
}  # fmt: skip
COLUMNS = [
    "customer", "first", "last", "orders", "amount", "alive", "expected_orders", "value",
    "value_low", "value_high",
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """A small simulated shop as a CSV file with plain headers."""
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    samples.shop(300, seed=3).log.to_csv(path, index=False)
    return path


def analysis(out: Path, *words: str) -> dict:
    assert main([*words, "--out", str(out)]) == 0
    return json.loads((out / "analysis.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def written(shop, tmp_path_factory) -> tuple[dict, pd.DataFrame]:
    out = tmp_path_factory.mktemp("out")
    return analysis(out, str(shop)), pd.read_csv(out / "customers.csv", dtype={"customer": str})


def numbers(value) -> list[float]:
    if isinstance(value, dict):
        return [n for inner in value.values() for n in numbers(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in numbers(inner)]
    return [value] if isinstance(value, float) else []


def test_every_key_is_there(written):
    report, customers = written
    assert set(report) >= KEYS
    assert list(customers.columns) == COLUMNS


def test_numbers_are_finite_and_short(written):
    found = numbers(written[0])
    assert all(math.isfinite(n) for n in found)
    assert all(n == float(f"{n:.10g}") for n in found)


def test_the_ledger_adds_up(written):
    ledger = written[0]["ledger"]
    excluded = ledger["excluded"]
    assert ledger["rows_in"] == ledger["rows_used"] + sum(line["rows"] for line in excluded)
    assert ledger["amount_in"] == pytest.approx(
        ledger["amount_used"] + sum(line["amount"] for line in excluded), abs=0.005
    )


def test_the_two_files_say_the_same(written):
    report, customers = written
    assert report["data"]["customers"] == len(customers)
    assert report["data"]["orders"] == customers["orders"].sum()
    assert report["data"]["revenue"] == pytest.approx(customers["amount"].sum(), rel=1e-8)
    assert report["value"]["total"] == pytest.approx(customers["value"].sum(), rel=1e-6)
    assert report["value"]["customers_alive"] == pytest.approx(customers["alive"].sum(), rel=1e-6)
    assert customers["alive"].between(0, 1).all()
    assert (customers["value_low"] <= customers["value_high"]).all()


def test_the_model_and_its_candidates_carry_their_errors(written):
    model = written[0]["model"]
    named = {candidate["name"]: candidate for candidate in model["candidates"]}
    assert {"NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD"} <= set(named)
    assert named[model["name"]]["log_likelihood"] == model["log_likelihood"]
    assert all(math.isfinite(candidate["holdout_error"]) for candidate in named.values())


def test_the_holdout_is_honest_about_its_range(written):
    holdout = written[0]["holdout"]
    assert holdout["predicted_low"] < holdout["predicted"] < holdout["predicted_high"]
    days = dt.date.fromisoformat(written[0]["data"]["last"]) - dt.date.fromisoformat(
        holdout["until"]
    )
    assert days.days == 7 * holdout["weeks"]
    assert holdout["baseline_predicted"] == holdout["baselines"]["nbd"] > holdout["predicted"]


def test_care_is_empty_without_a_contact_log_and_says_what_it_needs(written):
    assert written[0]["care"] is None
    assert "--contacts" in written[0]["not_computed"]["care"]


def test_a_contact_log_fills_care(shop, tmp_path):
    bought = pd.read_csv(shop, dtype=str)
    log = bought.iloc[::3, :2].set_axis(["customer", "date"], axis=1)
    log = log.assign(channel=["phone", "chat"] * (len(log) // 2) + ["chat"] * (len(log) % 2))
    log.assign(hours_to_answer="1", rating="4").to_csv(tmp_path / "log.csv", index=False)
    report = analysis(tmp_path, str(shop), "--contacts", str(tmp_path / "log.csv"))
    assert {one["name"] for one in report["care"]["channels"]} == {"phone", "chat"}
    assert report["care"]["lever"] is None
    assert "care" not in report["not_computed"]
    after = report["drivers"]["losses_after_contacts"]
    assert {"silent_days", "contacts", "compared", "found"} <= set(after) or "touch" in after["why"]


def test_a_position_means_the_column_a_header_means(shop, tmp_path, written):
    positions = ("--customer", "1", "--date", "2", "--amount", "3")
    by_position = analysis(tmp_path, str(shop), *positions)
    for key in KEYS - {"assumptions"}:
        assert by_position[key] == written[0][key], key
    assert "column of the amount" not in {a["what"] for a in by_position["assumptions"]}


def test_nothing_after_until_is_used(shop, tmp_path):
    cut = "2022-03-31"
    log = pd.read_csv(shop, dtype=str)
    (tmp_path / "truncated").mkdir()
    truncated = tmp_path / "truncated" / "shop.csv"
    log[log["date"] <= cut].to_csv(truncated, index=False)
    whole = analysis(tmp_path / "a", str(shop), "--until", cut)
    short = analysis(tmp_path / "b", str(truncated), "--until", cut)
    for key in KEYS - {"ledger", "assumptions"}:
        assert whole[key] == short[key], key
    a, b = (tmp_path / name / "customers.csv" for name in "ab")
    assert a.read_bytes() == b.read_bytes()


@pytest.fixture(scope="module")
def with_flags(shop, tmp_path_factory) -> tuple[dict, tuple[str, ...]]:
    """What comes of columns by name, a settings file, flags against it, and a currency."""
    folder = tmp_path_factory.mktemp("flags")
    (folder / "settings.json").write_text(json.dumps({"margin": 0.3, "depth": 0.2}))
    columns = ("--customer", "customer", "--date", "Date", "--amount", "amount")
    words = (str(shop), *columns, "--currency", "EUR")
    settings = ("--settings", str(folder / "settings.json"), "--margin", "0.4", "--cac", "12")
    flags = ("--horizon-months", "24", "--annual-rate", "0.08")
    return analysis(folder, *words, *settings, *flags), words


def test_settings_come_from_the_file_and_flags_win(with_flags):
    report = with_flags[0]
    used = report["decision"]["settings"]
    assert (used["margin"], used["depth"], used["acquisition_cost"]) == (0.4, 0.2, 12)
    assert report["value"]["margin"] == 0.4
    assert report["value"]["horizon_months"] == 24
    assert report["value"]["annual_rate"] == 0.08


def test_currency_can_be_named(with_flags):
    assert with_flags[0]["data"]["currency"] == "EUR"


def test_settings_of_a_report_can_be_fed_back(tmp_path, with_flags):
    report, words = with_flags
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(report["decision"]["settings"]))
    assert analysis(tmp_path / "out", *words, "--settings", str(settings)) == report


SHOP = "{shop}"
REFUSALS = {
    "no file": (["{tmp}/nowhere.csv"], "nowhere.csv"),
    "a folder": (["{tmp}"], "folder"),
    "an empty file": (["{empty}"], "empty"),
    "no such header": ([SHOP, "--customer", "Kunde"], "no column 'Kunde' for the customer"),
    "no such position": ([SHOP, "--amount", "9"], "no column '9' for the amount"),
    "a date column that is none": ([SHOP, "--date", "amount"], "amount"),
    "a date that is none": ([SHOP, "--until", "31.12.2021"], "not a date like 2011-12-31"),
    "until before the file": ([SHOP, "--until", "1999-01-01"], "outside the period"),
    "a margin beyond 1": ([SHOP, "--margin", "40"], "margin"),
    "a margin in words": ([SHOP, "--margin", "forty"], "'forty' is not a number"),
    "an infinite cost": ([SHOP, "--cac", "inf"], "not a finite number"),
    "half a week": ([SHOP, "--holdout", "0.5"], "whole number of weeks"),
    "a test as long as the file": ([SHOP, "--holdout", "90"], "90 weeks"),
    "an unknown flag": ([SHOP, "--discuont", "3"], "--discuont"),
    "an abbreviated flag": ([SHOP, "--marg", "0.4"], "--marg"),
    "no file named": ([], "FILE"),
    "a settings file that is not there": ([SHOP, "--settings", "{tmp}/none.json"], "none.json"),
    "settings that are not JSON": ([SHOP, "--settings", "{shop}"], "not JSON"),
    "settings that are a list": ([SHOP, "--settings", "{list}"], "knobs by name"),
    "settings nobody knows": ([SHOP, "--settings", "{unknown}"], "'margn'"),
    "a flag nobody has": ([SHOP, "--leaving-column", "Churn"], "no column 'Churn' for the flag"),
    "no subscriptions": ([SHOP, "--leaving-means", "Yes"], "the start and the end of each"),
    "a discount column that is none": (
        [SHOP, "--discount", "nothing"],
        "no column 'nothing' for the discount",
    ),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory, shop) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("places")
    (folder / "empty.csv").write_text("")
    (folder / "list.json").write_text("[1, 2]")
    (folder / "unknown.json").write_text('{"margn": 0.4}')
    return {
        "tmp": str(folder), "shop": str(shop), "empty": str(folder / "empty.csv"),
        "list": str(folder / "list.json"), "unknown": str(folder / "unknown.json"),
    }  # fmt: skip


@pytest.mark.parametrize("case", sorted(REFUSALS))
def test_a_refusal_is_one_sentence_and_status_2(case, places, tmp_path, capsys):
    words, said = REFUSALS[case]
    out = tmp_path / "out"
    assert main([word.format(**places) for word in words] + ["--out", str(out)]) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert heard.err.rstrip().endswith(".")
    assert "Traceback" not in heard.err
    assert "does not know how to handle" not in heard.err
    assert not (out / "analysis.json").exists()


def test_out_is_required(shop, capsys):
    assert main([str(shop)]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_refused_first(shop, capsys):
    assert main([str(shop), "--out", str(shop / "below")]) == 2
    assert "nothing can be written there" in capsys.readouterr().err


def test_a_mistake_of_ours_is_still_a_sentence(shop, tmp_path, capsys, monkeypatch):
    def stumble(*_, **__):
        raise ZeroDivisionError("float\ndivision by zero")

    monkeypatch.setattr("models.analysis.analyse", stumble)
    assert main([str(shop), "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "(ZeroDivisionError: float division by zero)" in said
    assert said.count("\n") == 1


def test_the_command_line_itself(tmp_path):
    words = [sys.executable, "-W", "error", "-m", "models", "nowhere.csv", "--out", str(tmp_path)]
    result = subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert result.returncode == 2
    assert "nowhere.csv" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_log_of_payments_is_read_as_subscriptions_when_told(tmp_path):
    days = pd.date_range("2022-01-05", "2023-12-05", freq="MS") + pd.Timedelta(days=4)
    rows = [
        {"customer": f"c{i}", "date": day.date(), "amount": 9.9}
        for i in range(60)
        for day in days[i % 12 : i % 12 + 3 + i % 9]
    ]
    path = tmp_path / "payments.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    for flags, relation in (([], "non-contract"), (["--payments"], "contract")):
        assert main([str(path), "--out", str(tmp_path / relation), *flags]) == 0
        report = json.loads((tmp_path / relation / "analysis.json").read_text())
        assert (report["data"]["relation"] == "contract") == (relation == "contract")
