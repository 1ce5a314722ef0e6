"""What is taken away from a page: links come back as they were, and no cell runs."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest

from dashboard import exports

HEAD = "customer,value,currency,data_until\n"


def test_a_link_comes_back_as_the_settings_it_was_made_from():
    address = {"data": "0a" * 8, "file": "Umsätze & mehr.csv", "margin": "0.4"}
    parts = urlsplit(exports.link("http://localhost:8501/worth", address))
    assert parts.path == "/worth"
    assert dict(parse_qsl(parts.query)) == address


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_name_is_run_by_a_spreadsheet(name):
    assert exports.cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["Müller & Co", "17850", "", "a=b"])
def test_other_names_stay_as_they_are(name):
    assert exports.cell(name) == name


@pytest.fixture
def table(monkeypatch):
    rows = pd.DataFrame({"customer": ["=cmd()", "Zoë"], "value": [-1.5, 2.0]})
    monkeypatch.setattr("models.report.company.company_table", lambda company, worth: rows.copy())
    log = SimpleNamespace(currency="EUR", last_day=15_000)
    return SimpleNamespace(values=lambda scenario: None, log=log)


def test_customers_are_written_under_their_labels(table):
    made = exports.customers_csv(table, None, lambda name: f"Customer {len(name)}", "yours")
    assert (
        made.decode("utf-8-sig")
        == HEAD + "Customer 6,-1.5,EUR,2011-01-26\nCustomer 3,2,EUR,2011-01-26\n"
    )


def test_names_as_in_the_file_are_safe_to_open(table):
    made = exports.customers_csv(table, None, str, "real")
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.decode("utf-8-sig") == HEAD + "'=cmd(),-1.5,EUR,2011-01-26\nZoë,2,EUR,2011-01-26\n"


def test_every_row_of_an_invented_company_says_so(table):
    made = exports.customers_csv(table, None, str, "invented").decode("utf-8-sig")
    assert made.splitlines()[0] == "customer,value,currency,data_until,company"
    assert [row.split(",")[-1] for row in made.splitlines()[1:]] == ["invented", "invented"]
    assert exports.file_name("customers.csv", "invented") == "invented-customers.csv"
    assert exports.file_name("customers.csv", "real") == "customers.csv"


@pytest.mark.parametrize(("kind", "invented"), [("invented", True), ("real", False)])
def test_everything_computed_is_json_and_says_whether_it_is_invented(monkeypatch, kind, invented):
    monkeypatch.setattr(
        "models.report.company.company_report",
        lambda analysis, scenario: {"name": "Zoë", "n": 3, "data": {}},
    )
    made = json.loads(exports.analysis_json(None, None, kind))
    assert made == {"name": "Zoë", "n": 3, "data": {"invented": invented}}


@pytest.mark.parametrize(
    ("box", "name"),
    [("Big, slipping away", "big_slipping_away"), ("Small, less sure", "small_less_sure")],
)
def test_each_list_has_a_file_of_its_own_name(box, name):
    assert exports.slug(box) == name
