"""Dates and numbers: the format is decided once per column, and says what decided it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.errors import ColumnError
from models.periods import date_of
from models.transactions.columns import recognise
from models.transactions.log import read_transactions
from tests.models.transactions.tables import raw_table

FILLER = ("2024-03-04", "2024-05-06", "2024-07-08")


def dates_read(cells, **options):
    """Return the dates read from a column of cells, one customer each, in the order given."""
    rows = [[f"k{i:03d}", cell, "5.00"] for i, cell in enumerate(cells)]
    log = read_transactions(raw_table(["customer", "date", "amount"], rows), **options)
    days = log.days().sort("customer_id").collect("pyarrow")
    return [date_of(day) for day in days["day"].to_list()], log


@pytest.mark.parametrize(
    ("cell", "others", "expected"),
    [
        ("2011-12-09", FILLER, dt.date(2011, 12, 9)),
        ("2011-12-09 10:26:00", FILLER, dt.date(2011, 12, 9)),
        ("2011-12-09T23:59:59Z", FILLER, dt.date(2011, 12, 9)),
        ("2025-10-07 23:50:26 +0200", FILLER, dt.date(2025, 10, 7)),
        ("2025-10-07T00:10:00-11:00", FILLER, dt.date(2025, 10, 7)),
        ("2011/1/2", FILLER, dt.date(2011, 1, 2)),
        ("03/04/2011", ("25/04/2011",), dt.date(2011, 4, 3)),
        ("03/04/2011", ("04/25/2011",), dt.date(2011, 3, 4)),
        ("3.4.11", ("25.4.11",), dt.date(2011, 4, 3)),
        ("3-4-2011 8:26", ("25-4-2011 9:00",), dt.date(2011, 4, 3)),
        ("4/3/2011 8:26:00 PM", ("4/25/2011 9:00:00 AM",), dt.date(2011, 4, 3)),
        ("20110403", ("20110425", "20110501"), dt.date(2011, 4, 3)),
        ("3 Apr 2011", ("25 Dec 2011",), dt.date(2011, 4, 3)),
        ("Apr 03, 2011, 8:26:00", ("Dec 25, 2011, 9:00:00",), dt.date(2011, 4, 3)),
        ("Sunday, April 3, 2011", ("Monday, April 4, 2011",), dt.date(2011, 4, 3)),
        ("3. März 2011", ("24. Dezember 2011",), dt.date(2011, 3, 3)),
        ("3-Mai-11", ("24-Okt-11",), dt.date(2011, 5, 3)),
        ("40636", ("40637", "40700.5"), dt.date(2011, 4, 3)),
        ("1301788800", ("1301875200", "1302000000"), dt.date(2011, 4, 3)),
        ("1301788800000", ("1301875200000", "1302000000000"), dt.date(2011, 4, 3)),
    ],
)
def test_a_cell_is_read_in_the_style_of_its_column(cell, others, expected):
    days, _ = dates_read([cell, *others])
    assert days[0] == expected


def test_two_styles_in_one_column_are_both_read():
    days, log = dates_read(["2011-04-03", "25/04/2011", "3 May 2011"])
    assert days == [dt.date(2011, 4, 3), dt.date(2011, 4, 25), dt.date(2011, 5, 3)]
    assert log.ledger.rows_unreadable == 0


def test_the_evidence_for_the_order_is_a_sentence():
    _, log = dates_read(["03/04/2011", "25/04/2011", "26/04/2011"])
    assert log.mapping.dates.evidence == (
        "2 of 3 cells looked at in 'date' can only be day-month: '25/04/2011'."
    )


def test_an_undecidable_order_is_a_question_and_an_assumption():
    days, log = dates_read(["03/04/2011", "05/06/2011"])
    assert days[0] == dt.date(2011, 4, 3)
    assert any("day and month could be swapped" in question for question in log.mapping.questions)
    assert any(
        a.what == "date order" and a.value == "dmy" and "swapped" in a.why for a in log.assumptions
    )


def test_the_order_can_be_given():
    days, _ = dates_read(["03/04/2011", "05/06/2011"], date_order="mdy")
    assert days[0] == dt.date(2011, 3, 4)


def test_a_decisive_cell_outside_the_sample_is_found():
    rows = [[f"k{i % 900}", "03/04/2011", "5"] for i in range(20_000)]
    rows[2_000][1] = "04/25/2011"
    mapping = recognise(raw_table(["customer", "date", "amount"], rows))
    assert mapping.date_order == "mdy"
    assert "1 of 20,000 cells" in mapping.dates.evidence


def test_a_column_of_both_orders_is_refused():
    cells = ["25/04/2011", "26/04/2011", "04/27/2011"]
    with pytest.raises(ColumnError, match="mixes two date orders: 2 cells can only be day-month"):
        dates_read(cells)


@pytest.mark.parametrize("junk", ["1/0/00", "2011-13-45", "yesterday", "00/00/0000"])
def test_an_unreadable_date_is_counted_with_an_example(junk):
    _, log = dates_read(["2011-04-03", junk, "2011-04-05", "2011-04-06"])
    (line,) = log.ledger.excluded
    assert (line.rule, line.rows, line.amount) == ("unreadable_date", 1, Decimal(5))
    assert line.examples == (junk,)


def amounts_read(cells):
    rows = [[f"k{i:03d}", f"2024-01-{i + 1:02d}", cell] for i, cell in enumerate(cells)]
    return read_transactions(raw_table(["customer", "date", "amount"], rows))


@pytest.mark.parametrize(
    ("cell", "others", "expected"),
    [
        ("1234.50", ("7.25",), "1234.50"),
        ("1,234.50", ("7.25",), "1234.50"),
        ("1.234,50", ("7,25",), "1234.50"),
        ("1 234,50", ("7,25",), "1234.50"),
        ("1'234.50", ("7.25",), "1234.50"),
        ("1,234", ("7.25",), "1234"),
        ("1.234", ("7,25",), "1234"),
        ("1,234", ("2,345",), "1234"),
        ("$1,234.50", ("$7.25",), "1234.50"),
        ("1.234,50 €", ("7,25 €",), "1234.50"),
        ("£.50", ("£7.25",), "0.50"),
        ("EUR 12.00", ("EUR 7.25",), "12.00"),
        ("12.00 EUR", ("7.25 EUR",), "12.00"),
        ("0,25", ("7,25",), "0.25"),
        ("1.5E2", ("7.25",), "150"),
    ],
)
def test_a_number_is_read_with_the_marks_of_its_column(cell, others, expected):
    log = amounts_read([cell, *others])
    first = log.days().sort("customer_id").collect("pyarrow")["amount"].to_list()[0]
    assert first == Decimal(expected)


@pytest.mark.parametrize("cell", ["(12.00)", "12.00-", "-12.00", "($12.00)", "-$12.00", "−12.00"])
def test_accounting_negatives_are_returns(cell):
    log = amounts_read(["20.00", cell, "7.25"])
    assert log.ledger.returns_amount == Decimal(-12)
    assert log.ledger.returns_rows == 1


@pytest.mark.parametrize("cell", ["N/A", "-", "", "abc", "12 apples", "1.2.3"])
def test_a_cell_without_a_number_is_counted_not_guessed(cell):
    log = amounts_read(["20.00", cell, "7.25", "8.50", "9.00"])
    assert [(line.rule, line.rows) for line in log.ledger.excluded] == [("unreadable_amount", 1)]
    assert log.ledger.rows_unreadable == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [(["£1.00", "£2.50"], "GBP"), (["1,00 €", "2,50 €"], "EUR"), (["1.00", "2.50"], None)],
)
def test_the_currency_is_taken_from_the_cells(cells, code):
    assert amounts_read(cells).currency == code


def test_labels_stay_labels():
    rows = [["00042", "2024-01-01", "1.50"], ["042", "2024-01-02", "2.50"]]
    log = read_transactions(raw_table(["customer", "date", "amount"], rows))
    assert list(log.labels()["customer"]) == ["00042", "042"]


def test_whole_numbers_with_a_point_lose_it_only_when_the_whole_column_has_it():
    rows = [["17850.0", "2024-01-01", "1.50"], ["13047.0", "2024-01-02", "2.50"]]
    headers = ["customer", "date", "amount"]
    log = read_transactions(raw_table(headers, rows))
    assert list(log.labels()["customer"]) == ["13047", "17850"]
    rows.append(["v1.0", "2024-01-03", "3.50"])
    log = read_transactions(raw_table(headers, rows))
    assert list(log.labels()["customer"]) == ["13047.0", "17850.0", "v1.0"]
