import datetime as dt
import hashlib

import pytest

from dashboard import companies
from models.decisions.scenario import Scenario
from models.errors import FileError


def test_the_fingerprint_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * (companies.CHUNK + 7))
    assert companies.fingerprint_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_examples_of_the_demo_are_settings():
    source = companies.wholesaler()
    scenario = Scenario.from_settings(source.examples)
    assert scenario.margin == source.examples["margin"]
    assert source.kind == "real"
    assert set(source.examples) == {"margin", "acquisition_cost", "contact_cost"}


def test_the_magazine_says_that_it_is_invented_and_when_it_was_made():
    source = companies.magazine()
    assert source.kind == "invented"
    assert source.last_day == dt.date(2025, 12, 31)
    assert Scenario.from_settings(source.examples).margin == source.examples["margin"]


def test_both_companies_ship_and_a_file_of_the_server_comes_first(tmp_path, monkeypatch):
    monkeypatch.delenv(companies.SERVER_FILE, raising=False)
    assert [source.kind for source in companies.shipped()] == ["real", "invented"]
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    monkeypatch.setenv(companies.SERVER_FILE, str(path))
    assert [source.kind for source in companies.shipped()] == ["yours", "real", "invented"]


def test_the_server_can_be_started_with_a_file(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    monkeypatch.setenv(companies.SERVER_FILE, str(path))
    source = companies.server_file()
    assert source is not None
    assert (source.name, source.kind, source.path) == ("orders.csv", "yours", path)
    assert source.examples == {}


def test_without_a_file_the_demo_opens(monkeypatch):
    monkeypatch.delenv(companies.SERVER_FILE, raising=False)
    assert companies.server_file() is None


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv(companies.SERVER_FILE, str(tmp_path / "gone.csv"))
    with pytest.raises(FileError, match=r"gone\.csv, which is not a file on this machine"):
        companies.server_file()
