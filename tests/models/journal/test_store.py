"""What is saved is found again, by whoever comes later, from wherever it is written."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.errors import FileError, SettingError
from models.journal import Decided, Expectation, Journal, Outcome, Proposal, Sample, default_place

ROOT = Path(__file__).resolve().parents[3]
PROMISED = Expectation(
    "revenue", dt.date(2011, 6, 30), dt.date(2011, 9, 30), 5012, 1.8e6, 1.2e6, 2.5e6, 1.8e6
)


def decided(name="Test the 10 %", **changes):
    known = {
        "name": name,
        "owner": "Ann",
        "chosen": "keep",
        "best": "nothing",
        "verdict": "neither",
        "sentence": "No discount pays.",
        "settings": {"margin": 0.4, "channel": "list", "acquisition_cost": None},
        "expectation": PROMISED,
        "currency": "GBP",
        "badges": {"margin": "example"},
        "options": ({"name": "keep", "value": -1.0, "low": -2.0, "high": 0.5},),
        "data_first": dt.date(2009, 12, 1),
    }
    return Decided(**known | changes)


def sample(until=dt.date(2011, 6, 30), **customers):
    return Sample(customers or {"aa": 1, "bb": 2, "cc": 3}, "orders.csv", "shop", until)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "new" / "decisions.sqlite"


@pytest.fixture
def journal(place):
    return Journal(f"sqlite:///{place}")


@pytest.mark.parametrize(
    "record",
    [
        decided(),
        Proposal("Half the list", {"list_share": 0.1, "budget": None}, dt.date(2011, 12, 9)),
        Outcome(1_914_273.57, True, dt.date(2011, 12, 9)),
    ],
    ids=lambda record: type(record).__name__,
)
def test_what_is_saved_is_found_by_the_next_visitor(place, journal, record):
    saved = journal.save("company", record)
    again = Journal(f"sqlite:///{place}")
    assert again.kept("company", type(record)) == {saved: record}
    assert again.kept("another", type(record)) == {}


def test_looking_makes_no_file(place, journal):
    assert journal.kept("company", Decided) == {}
    assert journal.company_of("file") is None
    assert journal.like({"aa": 1}) is None
    assert not place.exists()


def test_records_come_in_the_order_they_were_made(journal):
    for name in ("b", "a", "c"):
        journal.save("company", decided(name))
    assert [one.name for one in journal.kept("company", Decided).values()] == ["b", "a", "c"]


def test_an_outcome_stands_beside_its_decision_and_goes_with_it(journal):
    saved = journal.save("company", decided())
    journal.save("company", Outcome(1.0, False, dt.date(2011, 10, 1)), saved)
    journal.save("company", Outcome(2.0, True, dt.date(2011, 11, 1)), saved)
    assert journal.kept("company", Outcome)[saved].came == 2.0
    journal.forget(saved)
    assert not journal.kept("company", Decided)
    assert not journal.kept("company", Outcome)


def test_what_other_versions_added_or_left_out_breaks_nothing(place, journal):
    saved = journal.save("company", decided())
    with sqlite3.connect(place) as database:
        database.execute("UPDATE records SET content = json_set(content, '$.mood', 'good')")
    assert journal.kept("company", Decided) == {saved: decided()}
    with sqlite3.connect(place) as database:
        database.execute("UPDATE records SET content = json_remove(content, '$.owner')")
    assert journal.kept("company", Decided) == {}
    journal.save("company", decided("next"))
    assert [one.name for one in journal.kept("company", Decided).values()] == ["next"]


def test_many_visitors_save_at_the_same_moment(place):
    journals = [Journal(f"sqlite:///{place}") for _ in range(4)]

    def visit(number):
        journal = journals[number % 4]
        company = journal.adopt("the same file", sample())
        journal.save(company, decided(f"decision {number}"))
        return journal.key, company

    with ThreadPoolExecutor(8) as visitors:
        seen = set(visitors.map(visit, range(24)))
    assert len(seen) == 1
    [(_, company)] = seen
    assert len(Journal(f"sqlite:///{place}").kept(company, Decided)) == 24


def test_two_servers_write_to_one_file(place):
    program = (
        "import sys; from models.journal import Journal, Proposal; import datetime as dt\n"
        "journal = Journal(sys.argv[1])\n"
        "for i in range(10): journal.save('company', Proposal(f'{sys.argv[2]}{i}', {}, "
        "dt.date(2024, 1, 1)))\n"
    )
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", program, f"sqlite:///{place}", name],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for name in "ab"
    ]
    assert [server.communicate()[1] for server in servers] == [b"", b""]
    assert len(Journal(f"sqlite:///{place}").kept("company", Proposal)) == 20


def test_a_newer_file_is_recognised_and_another_company_is_not(journal):
    company = journal.adopt("june", sample())
    assert journal.company_of("june") == company
    match = journal.like({"aa": 1, "bb": 2, "cc": 3, "dd": 9})
    assert (match.company, match.found, match.same) == (company, 3, 3)
    # The same numbers, given to customers who came on other days.
    assert journal.like({"aa": 7, "bb": 8, "cc": 9}) is None
    assert journal.like({"zz": 1}) is None
    newer = sample(dt.date(2011, 9, 30), aa=1, dd=9, ee=10)
    assert journal.adopt("september", newer, company) == company
    assert journal.company_of("september") == company
    assert journal.like({"dd": 9, "ee": 10, "aa": 1}).sample == newer


def test_an_older_file_does_not_take_the_place_of_a_newer_one(journal):
    company = journal.adopt("june", sample())
    journal.adopt("march", sample(dt.date(2011, 3, 31), xx=1, yy=2, zz=3), company)
    assert journal.like({"aa": 1, "bb": 2, "cc": 3}).company == company


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    journal = Journal(f"sqlite:///{tmp_path}/file/decisions.sqlite")
    with pytest.raises(FileError, match=r"file/decisions\.sqlite, which cannot be written to"):
        journal.save("company", decided())
    assert journal.kept("company", Decided) == {}


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "decisions.sqlite").write_text("a letter to my aunt, long enough to be no header")
    journal = Journal(f"sqlite:///{tmp_path}/decisions.sqlite")
    with pytest.raises(FileError, match="file is not a database"):
        journal.kept("company", Decided)


def test_another_database_is_named_without_its_password():
    journal = Journal("postgresql+nodriver://ann:secret@host/tenure")
    assert "secret" not in journal.place
    with pytest.raises(FileError, match="TENURE_DATABASE"):
        journal.save("company", decided())
    with pytest.raises(SettingError, match="not the address of a database"):
        Journal("my decisions")


def test_the_default_is_a_file_of_the_users_own(monkeypatch, tmp_path):
    assert default_place({"TENURE_DATABASE": " sqlite:///x.db "}, tmp_path) == "sqlite:///x.db"
    monkeypatch.setattr(sys, "platform", "linux")
    assert (
        default_place({}, tmp_path) == f"sqlite:///{tmp_path}/.local/share/tenure/decisions.sqlite"
    )
    assert (
        default_place({"XDG_DATA_HOME": "/d"}, tmp_path) == "sqlite:////d/tenure/decisions.sqlite"
    )
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Library/Application Support/tenure" in default_place({}, tmp_path)
    assert str(ROOT) not in default_place(dict(os.environ) | {"TENURE_DATABASE": ""})


@pytest.mark.parametrize("changes", [{"name": " "}, {"owner": ""}])
def test_a_decision_has_a_name_and_an_owner(changes):
    with pytest.raises(SettingError, match="is empty"):
        decided(**changes)


def test_a_check_date_lies_ahead():
    with pytest.raises(SettingError, match="not after the last day"):
        Expectation("leavers", dt.date(2025, 1, 1), dt.date(2025, 1, 1), 1, 1, 1, 1, 1)
