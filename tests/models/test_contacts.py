"""A log of contacts is read, matched to customers, and every row is accounted for."""

from pathlib import Path

import pandas as pd
import pytest

from models.contacts import read_contacts
from models.errors import ColumnError, DataError
from models.periods import day_number

MAGAZINE = Path(__file__).resolve().parents[2] / "data" / "magazine"
KNOWN = pd.Series(["A1", "A2", "A3"])
LAST = 20_000  # 2024-10-04


def log(tmp_path, text, **roles):
    path = tmp_path / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    return read_contacts(path, KNOWN, LAST, **roles)


def test_the_magazines_log_is_read(people):
    found = read_contacts(MAGAZINE / "contacts.csv", people, 20_453)
    assert dict(found.columns) == {
        "customer": "subscriber_id",
        "date": "date",
        "reason": "reason",
        "channel": "channel",
        "hours": "hours_to_answer",
        "rating": "rating",
    }
    assert len(found.frame) + sum(line.rows for line in found.left_out) == found.rows_in
    assert found.frame["reason"].value_counts().index[0] == "question"
    assert found.frame["day"].is_monotonic_increasing is False  # by customer, then day


@pytest.fixture(scope="module")
def people():
    table = pd.read_csv(MAGAZINE / "subscriptions.csv", usecols=["subscriber_id"], dtype=str)
    return table["subscriber_id"]


def test_every_row_is_used_or_left_out_with_its_reason(tmp_path):
    found = log(
        tmp_path,
        "Kundennr;Datum;Anliegen;Kanal;Bewertung\n"
        "A1;03.05.2023;Lieferung;Telefon;1\nA1;03.05.2023;Lieferung;Telefon;1\n"
        "A2;17.06.2023;Frage;E-Mail;\nB9;18.06.2023;Frage;E-Mail;4\n;19.06.2023;Frage;Chat;4\n"
        "A3;irgendwann;Frage;Chat;4\nA3;20.12.2024;Frage;Chat;5\n",
    )
    assert [(line.rule, line.rows) for line in found.left_out] == [
        ("nobody", 1), ("unreadable_date", 1), ("repeated", 1), ("unknown_customer", 1),
        ("later", 1),
    ]  # fmt: skip
    assert [line.examples for line in found.left_out][1:4] == [("irgendwann",), ("A1",), ("B9",)]
    assert found.frame["customer"].tolist() == ["A1", "A2"]
    assert found.frame["rating"].tolist()[0] == 1.0
    assert found.has("reason")
    assert not found.has("hours")
    assert found.first_day == day_number(pd.Timestamp("2023-05-03").date())


def test_a_column_can_be_named(tmp_path):
    text = "who,when,what,quick\nA1,2023-05-03,late,3.5\nA2,2023-05-04,question,\n"
    found = log(tmp_path, text, customer="who", date="when", reason="what", hours=4)
    assert found.frame["reason"].tolist() == ["late", "question"]
    assert found.frame["hours"].tolist()[0] == 3.5
    with pytest.raises(ColumnError, match="no column 'mood' for the rating"):
        log(tmp_path, text, customer="who", date="when", rating="mood")


def test_only_what_was_known_by_a_day_is_kept(tmp_path):
    text = "customer,date,reason\nA1,2023-05-03,late\nA2,2023-06-04,question\n"
    found = log(tmp_path, text)
    cut = found.before(day_number(pd.Timestamp("2023-05-31").date()))
    assert cut.frame["customer"].tolist() == ["A1"]
    assert cut.fingerprint != found.fingerprint
    with pytest.raises(DataError, match="no contact as early"):
        found.before(0)


def test_a_log_with_only_a_channel_takes_it_for_the_kind(tmp_path):
    found = log(tmp_path, "customer,date,channel\nA1,2023-05-03,phone\nA2,2023-05-04,\n")
    assert found.frame["reason"].tolist()[0] == "phone"
    assert found.frame["reason"].isna().tolist() == [False, True]
    assert found.has("channel")
    assert not found.has("reason")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["0", "1", "2", "3", "9"], ["3 at most"] * 4 + ["over 3"]),
        (["on time", "late", "", "late", "on time"], ["on time", "late", None, "late", "on time"]),
    ],
)
def test_delays_are_told_by_their_words_or_as_the_longest_fifth(tmp_path, cells, told):
    rows = "".join(f"A1,2023-05-0{k + 1},{cell}\n" for k, cell in enumerate(cells))
    found = log(tmp_path, f"customer,date,Days late\n{rows}")
    assert [None if pd.isna(said) else said for said in found.frame["delay"]] == told


def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(DataError, match="both files name customers alike"):
        log(tmp_path, "customer,date,reason\nX1,2023-05-03,late\nX2,2023-05-04,late\n")
    with pytest.raises(ColumnError, match="none says what a contact was about"):
        log(tmp_path, "customer,date\nA1,2023-05-03\nA2,2023-05-04\n")
