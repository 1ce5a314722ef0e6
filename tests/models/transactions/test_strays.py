"""One absurd date must not move the first or the last day of the file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from models.periods import date_of, day_number
from models.transactions.cleaning import Rules
from models.transactions.log import read_transactions
from models.transactions.strays import find_strays
from tests.models.transactions.tables import raw_table

HEADERS = ("customer", "date", "amount")
START = dt.date(2022, 1, 3)
ROWS = [
    (f"C{i % 40}", str(START + dt.timedelta(days=3 * i)), f"{10 + i % 7}.50") for i in range(200)
]
LAST = START + dt.timedelta(days=3 * 199)


def read(*strays, **options):
    rows = [*ROWS, *((f"C{i}", day, "5.00") for i, day in enumerate(strays))]
    return read_transactions(raw_table(HEADERS, rows), **options)


@pytest.mark.parametrize(
    "strays", [("2099-12-31",), ("1900-01-01",), ("2099-12-31", "1900-01-01"), ("2025-06-30",)]
)
def test_an_absurd_date_is_left_out_counted_and_said(strays):
    log, clean = read(*strays), read()
    assert (date_of(log.first_day), date_of(log.last_day)) == (START, LAST)
    assert (log.first_day, log.last_day) == (clean.first_day, clean.last_day)
    (line,) = log.ledger.excluded
    assert (line.rule, line.rows, line.amount) == ("stray_date", len(strays), 5 * len(strays))
    assert set(line.examples) == set(strays)
    (said,) = (one for one in log.assumptions if one.what == "dates far from all others")
    for stray in strays:
        assert str(dt.date.fromisoformat(stray).year) in said.why
    assert log.ledger.amount_used == clean.ledger.amount_used


def test_a_placeholder_in_one_row_of_twenty_is_a_stray_too():
    log = read(*["1900-01-01"] * 10)
    assert date_of(log.first_day) == START
    assert log.ledger.excluded[0].amount == Decimal(50)


def test_the_rule_can_be_switched_off():
    log = read("2099-12-31", rules=Rules(frozenset({"stray_date"})))
    assert date_of(log.last_day) == dt.date(2099, 12, 31)


def test_days_after_the_cut_decide_nothing():
    log = read("2099-12-31", until=LAST)
    assert [line.rule for line in log.ledger.excluded] == ["outside_period"]


def test_a_shop_that_pauses_keeps_its_days():
    before, after = np.arange(0, 100), np.arange(600, 700)
    days = np.concatenate([before, after]) + day_number(START)
    assert find_strays(days, np.ones(200, np.int64)) is None
    assert find_strays(days[:110], np.ones(110, np.int64)) is None  # ten rows after a pause
    assert find_strays(days[:101], np.ones(101, np.int64)) is not None  # one


def test_no_export_reaches_the_year_9999_however_few_rows_it_has():
    rows = [("A", "2022-01-05", "5"), ("B", "2022-03-05", "5"), ("A", "9999-12-31", "5")]
    log = read_transactions(raw_table(HEADERS, rows))
    assert date_of(log.last_day) == dt.date(2022, 3, 5)
    assert log.ledger.excluded[0].rule == "stray_date"


def test_an_end_before_the_last_row_is_a_cut_and_the_ledger_says_so():
    end = START + dt.timedelta(days=300)
    ended, cut = read(end=end), read(until=end)
    assert ended.ledger == cut.ledger
    assert ended.ledger.excluded[0].rule == "outside_period"
    assert ended.last_day == cut.last_day == day_number(end)
