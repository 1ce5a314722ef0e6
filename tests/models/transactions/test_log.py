"""The log: purchase days, returns, cuts in time, and a ledger that adds up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import ColumnError, DataError
from models.periods import date_of, day_number
from models.transactions.cleaning import RULE_INDEX, Rules
from models.transactions.log import read_transactions
from tests.models.transactions.tables import raw_table

HEADERS = ("customer", "date", "amount", "order")
DEMO = Path(__file__).parents[3] / "data" / "online_retail_II" / "online_retail_II.parquet"


def log_of(*rows, headers=HEADERS[:3], **options):
    return read_transactions(raw_table(headers, rows), **options)


def spent(log):
    """Return {(customer, date): money} of the purchase days."""
    labels = dict(log.labels()[["customer_id", "customer"]].to_numpy().tolist())
    rows = log.days().collect("pyarrow").rows(named=True)
    return {
        (labels[row["customer_id"]], f"{date_of(row['day'])}"): float(row["amount"])
        for row in rows
    }  # fmt: skip


def test_one_purchase_per_customer_and_day():
    log = log_of(
        ["ann", "2024-01-02", "5.00"], ["ann", "2024-01-02", "7.50"], ["bob", "2024-01-03", "1.00"]
    )
    assert spent(log) == {("ann", "2024-01-02"): 12.5, ("bob", "2024-01-03"): 1.0}


def test_a_return_lowers_the_latest_earlier_purchase_and_is_no_purchase():
    log = log_of(
        ["ann", "2024-01-02", "10.00"], ["ann", "2024-02-02", "20.00"],
        ["ann", "2024-03-02", "-5.00"], ["ann", "2024-04-02", "30.00"],
    )  # fmt: skip
    assert spent(log) == {
        ("ann", "2024-01-02"): 10.0, ("ann", "2024-02-02"): 15.0, ("ann", "2024-04-02"): 30.0,
    }  # fmt: skip
    assert log.ledger.amount_used == Decimal(55)
    assert log.ledger.returns_left_over == 0


def test_a_return_takes_no_more_than_there_is_and_the_rest_is_in_the_ledger():
    log = log_of(
        ["ann", "2024-01-01", "-4.00"], ["ann", "2024-01-02", "10.00"],
        ["ann", "2024-03-02", "-25.00"], ["bob", "2024-03-02", "1.00"],
    )  # fmt: skip
    assert spent(log) == {("ann", "2024-01-02"): 0.0, ("bob", "2024-03-02"): 1.0}
    assert log.ledger.returns_left_over == Decimal(-19)
    assert log.ledger.amount_of_customers == Decimal(1)


def test_a_day_bought_and_cancelled_is_no_purchase_but_a_free_order_is():
    log = log_of(
        ["ann", "2024-01-02", "9.00"], ["ann", "2024-01-02", "-9.00"],
        ["bob", "2024-01-02", "0.00"], ["cid", "2024-01-03", "3.00"],
    )  # fmt: skip
    assert spent(log) == {("bob", "2024-01-02"): 0.0, ("cid", "2024-01-03"): 3.0}


def test_nothing_after_the_cut_is_known():
    log = log_of(
        ["ann", "2024-01-02", "10.00"], ["ann", "2024-03-02", "-4.00"],
        ["bob", "2024-03-05", "8.00"], ["bob", "2024-02-05", "2.00"], ["new", "2024-03-06", "1.00"],
    )  # fmt: skip
    cut = log.until(dt.date(2024, 2, 10))
    assert spent(log)["ann", "2024-01-02"] == 6.0
    assert spent(cut) == {("ann", "2024-01-02"): 10.0, ("bob", "2024-02-05"): 2.0}
    assert cut.last_day == day_number(dt.date(2024, 2, 10))
    assert cut.fingerprint != log.fingerprint
    (line,) = cut.ledger.excluded
    assert (line.rule, line.rows, line.amount) == ("outside_period", 3, Decimal(5))


def test_reading_up_to_a_day_equals_cutting_there():
    rows = [["ann", "2024-01-02", "10.00"], ["ann", "2024-03-02", "-4.00"]]
    day = dt.date(2024, 2, 10)
    assert log_of(*rows, until=day).ledger == log_of(*rows).until(day).ledger


def test_a_cut_before_the_file_is_refused():
    log = log_of(["ann", "2024-01-02", "10.00"], ["ann", "2024-03-02", "4.00"])
    with pytest.raises(DataError, match="begins on 2 Jan 2024, so nothing is known by 1 Jan 2020"):
        log.until(dt.date(2020, 1, 1))


def test_guests_and_returns_count_for_the_last_day_and_the_end_can_be_given():
    rows = [["ann", "2024-01-02", "10.00"], ["", "2024-03-30", "4.00"]]
    log = log_of(*rows)
    assert date_of(log.last_day) == dt.date(2024, 3, 30)
    assert log.ledger.guest_revenue == Decimal(4)
    later = log_of(*rows, end=dt.date(2024, 6, 30))
    assert date_of(later.last_day) == dt.date(2024, 6, 30)
    assert later.unfinished_month is None
    assert log.unfinished_month == "2024-03"
    assert log.unfinished_quarter == "2024-Q1"


def test_a_file_without_money_counts_orders():
    log = read_transactions(
        raw_table(("customer", "date"), [["ann", "2024-01-02"], ["ann", "2024-02-02"]])
    )
    assert not log.has_money
    assert spent(log) == {("ann", "2024-01-02"): 0.0, ("ann", "2024-02-02"): 0.0}


def test_the_first_attribute_is_that_of_the_first_row_that_has_one():
    rows = [
        ["ann", "2024-01-02", "1.00", ""], ["ann", "2024-01-02", "1.00", "web"],
        ["ann", "2024-01-02", "1.00", "shop"], ["ann", "2024-02-02", "1.00", "app"],
    ]  # fmt: skip
    log = log_of(*rows, headers=(*HEADERS[:3], "channel"))
    assert list(log.labels()["first_channel"]) == ["web"]


def test_a_day_that_is_no_purchase_day_says_nothing_about_who_was_won():
    # bought and taken back on one day, and a placeholder date: neither is a first purchase
    rows = [
        ["ann", "2024-01-02", "9.00", "web"], ["ann", "2024-01-02", "-9.00", "web"],
        ["ann", "1900-01-01", "9.00", "fax"], ["ann", "2024-02-02", "1.00", "shop"],
        ["bob", "2024-01-03", "1.00", "app"], *[["cy", "2024-03-01", "1.00", "app"]] * 200,
    ]  # fmt: skip
    labels = log_of(*rows, headers=(*HEADERS[:3], "channel")).labels()
    assert list(labels["first_channel"]) == ["shop", "app", "app"]


def test_a_gap_counts_from_the_purchase_before_whatever_was_sent_back_since():
    log = log_of(
        ["ann", "2024-01-02", "10.00"], ["ann", "2024-01-05", "-1.00"],
        ["ann", "2024-01-12", "10.00"], ["ann", "2024-01-13", "10.00"],
    )  # fmt: skip
    days = log.days().sort("day").collect("pyarrow")
    assert days["gap"].to_list() == [None, 10, 1]


def test_overlapping_exports_are_counted_once_and_real_repeats_stay():
    export = [[f"k{i}", f"2024-01-{i + 1:02d}", "5.00", f"o{i}"] for i in range(20)]
    twice_bought = ["k1", "2024-01-02", "5.00", "o1"]
    rows = [*export[:2], twice_bought, *export[2:], *export[5:12]]
    log = log_of(*rows, headers=HEADERS)
    assert {line.rule: (line.rows, line.amount) for line in log.ledger.excluded} == {
        "repeated_export": (7, Decimal(35))
    }
    assert spent(log)["k1", "2024-01-02"] == 10.0
    kept = log_of(*rows, headers=HEADERS, rules=Rules(frozenset({"repeated_export"})))
    assert kept.ledger.excluded == ()


def test_equal_rows_without_an_order_number_are_real():
    rows = [["ann", "2024-01-02", "5.00"], ["bob", "2024-01-03", "1.00"]] * 10
    assert log_of(*rows).ledger.excluded == ()


@pytest.mark.parametrize(
    ("header", "value", "rule"),
    [
        ("status", "cancelled", "not_a_sale"),
        ("status", "Failed", "not_a_sale"),
        ("payment status", "pending", "not_a_sale"),
        ("status", "fehlgeschlagen", "not_a_sale"),
        ("currency", "USD", "other_currency"),
        ("product", "POST", "not_a_product"),
        ("product", "gift_0001_20", "not_a_product"),
    ],
)
def test_a_row_is_charged_to_its_rule(header, value, rule):
    usual = {"currency": "EUR", "product": "22041"}.get(header, "paid")
    rows = [[f"k{i % 5}", f"2024-01-{i + 1:02d}", "5.00", usual] for i in range(20)]
    rows.append(["k1", "2024-01-25", "7.00", value])
    log = log_of(*rows, headers=(*HEADERS[:3], header))
    (line,) = log.ledger.excluded
    assert (line.rule, line.rows, line.amount) == (rule, 1, Decimal(7))
    assert log_of(
        *rows, headers=(*HEADERS[:3], header), rules=Rules(frozenset({rule}))
    ).ledger.excluded == ()  # fmt: skip


def test_a_row_that_several_rules_want_goes_to_the_first():
    rows = [["ann", "2024-01-02", "5.00", "paid"]] * 3
    rows += [["", "2024-01-03", "7.00", "failed"], ["", "never", "9.00", "failed"]]
    log = log_of(*rows, headers=(*HEADERS[:3], "status"))
    assert [(line.rule, line.amount) for line in log.ledger.excluded] == [
        ("unreadable_date", Decimal(9)), ("not_a_sale", Decimal(7)),
    ]  # fmt: skip
    assert RULE_INDEX["unreadable_date"] < RULE_INDEX["not_a_sale"] < RULE_INDEX["missing_customer"]


def test_refunded_money_is_taken_off():
    rows = [["ann", "2024-01-02", "9.00", "2.50"], ["bob", "2024-01-03", "1.00", "0.00"]]
    log = log_of(*rows, headers=(*HEADERS[:3], "refunded amount"))
    assert spent(log)["ann", "2024-01-02"] == 6.5


def test_a_total_repeated_on_every_line_is_counted_once():
    rows = [
        [f"k{i % 9}", f"2024-01-{i % 28 + 1:02d}", f"{20 + i}.50", f"o{i}", f"p{j}"]
        for i in range(40) for j in range(3)
    ]  # fmt: skip
    log = log_of(*rows, headers=(*HEADERS, "product"))
    assert log.mapping.layout == "repeated"
    assert log.ledger.amount_in == sum(
        (Decimal(20 + i) + Decimal("0.5") for i in range(40)), Decimal(0)
    )


def test_the_fingerprint_follows_bytes_mapping_and_rules():
    rows = [["ann", "2024-01-02", "9.00", "2.00"], ["bob", "2024-01-03", "1.00", "3.00"]]
    headers = (*HEADERS[:3], "net")
    prints = {
        log_of(*rows, headers=headers).fingerprint,
        log_of(*rows, headers=headers, amount="net").fingerprint,
        log_of(*rows, headers=headers, rules=Rules(frozenset({"missing_customer"}))).fingerprint,
        log_of(rows[0], headers=headers).fingerprint,
    }
    assert len(prints) == 4
    assert log_of(*rows, headers=headers).fingerprint in prints


def test_what_is_missing_is_said():
    with pytest.raises(ColumnError, match=r"No column of 'test.csv' says who bought"):
        log_of(["2024-01-02", "9.00"], ["2024-01-03", "8.00"], headers=("date", "amount"))
    with pytest.raises(DataError, match=r"most \(2\) were left out because: no customer"):
        log_of(["guest", "2024-01-02", "9.00"], ["N/A", "2024-01-03", "8.00"])


CELLS = st.tuples(
    st.sampled_from(["ann", "bob", "cid", "", "guest"]),
    st.sampled_from(["2024-01-02", "2024-01-09", "2024-02-10", "2024-03-01", "never", ""]),
    st.one_of(
        st.decimals("-99.99", "99.99", places=2).map(str), st.sampled_from(["0.00", "x", ""])
    ),
    st.sampled_from(["paid", "failed", "pending"]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CELLS, min_size=1, max_size=25))
def test_every_row_and_every_cent_is_accounted_for(cells):
    sure = ("zed", "2024-01-01", "10.00", "paid")
    rows = [sure, *cells]
    log = log_of(*rows, headers=(*HEADERS[:3], "status"), customer=1, date=2, amount=3, status=4)
    ledger = log.ledger
    readable = [Decimal(row[2]) for row in rows if row[2] not in {"x", ""}]
    assert ledger.rows_in == len(rows)
    assert ledger.rows_in == ledger.rows_used + sum(line.rows for line in ledger.excluded)
    assert ledger.amount_in == sum(readable, Decimal(0))
    assert ledger.amount_in == ledger.amount_used + sum(line.amount for line in ledger.excluded)
    days = log.days().collect("pyarrow").to_native().to_pydict()
    assert sum(days["amount"], Decimal(0)) == ledger.amount_of_customers
    assert min(days["amount"]) >= 0
    cut = log.until(day_number(dt.date(2024, 1, 9)))
    assert (cut.ledger.rows_in, cut.ledger.amount_in) == (ledger.rows_in, ledger.amount_in)


@pytest.mark.parametrize(
    ("headers", "row", "used"),
    [
        (("customer", "date", "amount", "status"), ("refunded",), 10),
        (("customer", "date", "amount", "status"), ("Partially refunded",), 15),
        (("customer", "date", "amount", "status"), ("Suspected Fraud",), 10),
        (("customer", "date", "amount", "status"), ("closed",), 15),
        (("Bill-to Name", "Purchase Date", "Grand Total (Base)", "Status"), ("Closed",), 10),
        (("customer", "date", "amount", "status", "refunded amount"), ("refunded", "2.00"), 13),
    ],
)
def test_money_that_went_back_is_taken_off_once(headers, row, used):
    empty = [""] * (len(headers) - 4)
    rows = [["ann", "2024-01-02", "10.00", "complete", *empty], ["bo", "2024-03-02", "5.00", *row]]
    log = read_transactions(raw_table(headers, rows))
    assert log.ledger.amount_used == used


def test_a_refund_with_a_row_of_its_own_is_not_taken_off_twice():
    headers = ("customer", "date", "amount", "status")
    rows = [
        ["ann", "2024-01-02", "10.00", "complete"], ["bo", "2024-03-02", "5.00", "refunded"],
        ["bo", "2024-03-05", "-5.00", "complete"],
    ]  # fmt: skip
    assert read_transactions(raw_table(headers, rows)).ledger.amount_used == 10
