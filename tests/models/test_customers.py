"""One row per customer and the collapsed counts, on small tables, the demo and CDNOW."""

from __future__ import annotations

import datetime as dt
import importlib.util
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.customers import customers
from models.errors import DataError
from models.periods import month_label, quarter_label
from models.transactions.cleaning import USED, Rules
from models.transactions.log import read_transactions
from models.transactions.rows import charged_rows
from tests.models.transactions.tables import raw_table

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "online_retail_II" / "online_retail_II.parquet"


@cache
def demo():
    return read_transactions(DEMO)


def small(**options):
    rows = [
        ["ann", "2024-01-01", "10.00"], ["ann", "2024-01-08", "20.00"],
        ["ann", "2024-01-22", "40.00"], ["bob", "2024-01-15", "5.00"],
        ["cid", "2024-01-15", "0.00"], ["cid", "2024-01-29", "0.00"],
    ]  # fmt: skip
    return read_transactions(raw_table(["customer", "date", "amount"], rows), **options)


def test_recency_age_and_spend():
    frame = customers(small()).frame.set_index("customer")
    assert frame.loc["ann", ["x", "t_x", "T", "amount"]].tolist() == [2, 3.0, 4.0, 70.0]
    assert frame.loc["bob", ["x", "t_x", "T", "orders"]].tolist() == [0, 0.0, 2.0, 1]
    assert frame.loc["ann", ["spend_days", "mean_spend"]].tolist() == [2, 30.0]
    assert frame.loc["cid", ["x", "spend_days"]].tolist() == [1, 0]
    assert np.isnan(frame.loc["cid", "mean_spend"])


def test_the_age_runs_to_the_end_that_was_given():
    frame = customers(small(end=dt.date(2024, 2, 26))).frame
    assert frame["T"].tolist() == [8.0, 6.0, 6.0]


def test_a_cut_keeps_the_numbers_of_the_customers():
    log = small()
    cut = customers(log.until(dt.date(2024, 1, 10)))
    assert cut.frame[["customer_id", "customer"]].to_numpy().tolist() == [[0, "ann"]]
    assert cut.frame["x"].tolist() == [1]


def test_after_a_cut_everybody_keeps_their_own_name():
    log = read_transactions(
        raw_table(
            ["customer", "date", "amount"],
            [
                ["zoe", "2024-01-01", "10.00"],
                ["ann", "2024-03-01", "5.00"],
                ["bob", "2024-01-15", "7.00"],
            ],
        )
    )
    frame = customers(log.until(dt.date(2024, 2, 1))).frame.set_index("customer")
    assert frame["amount"].to_dict() == {"bob": 7.0, "zoe": 10.0}


def test_the_counts_hold_every_customer_once():
    everyone = customers(small())
    counts, cell = everyone.counts(), everyone.cell
    assert counts.customers == len(everyone)
    np.testing.assert_array_equal(counts.x[cell], everyone.frame["x"])
    np.testing.assert_allclose(counts.T[cell], everyone.frame["T"])


def test_nobody_is_refused():
    rows = [["ann", "2024-01-01", "-10.00"], ["bob", "2024-01-08", "-20.00"]]
    log = read_transactions(raw_table(["customer", "date", "amount"], rows))
    with pytest.raises(DataError, match="No customer with a purchase is left"):
        customers(log)


def test_the_demo_adds_up():
    ledger = demo().ledger
    assert ledger.rows_in == 1_044_847
    assert round(ledger.amount_in, 2) == Decimal("18909744.12")
    assert ledger.guest_rows == 235_287
    assert round(ledger.guest_revenue / ledger.amount_in, 3) == Decimal("0.136")
    assert float(ledger.amount_of_customers) == pytest.approx(customers(demo()).frame.amount.sum())


@pytest.mark.parametrize(
    ("off", "days", "only_returns"),
    # With every line of an identified customer there are 38,502 customer days; the rule that leaves
    # out postage, fees and manual entries removes days on which nothing else happened.
    [(frozenset({"not_a_product"}), 38_502, 5_390), (frozenset(), 37_993, 5_113)],
)
def test_customer_days_of_the_demo(off, days, only_returns):
    log = read_transactions(DEMO, rules=Rules(off)) if off else demo()
    rows = charged_rows(log.mapping.raw, log.mapping, log.rules, log.reading)
    grouped = log.database.run(
        "SELECT count(*) AS days, count(*) FILTER (NOT sold) AS only_returns FROM "
        f"(SELECT bool_or(sale) AS sold FROM ({rows}) WHERE rule = {USED} GROUP BY customer, day)"
    ).to_pylist()
    assert grouped == [{"days": days, "only_returns": only_returns}]


def test_second_purchases_of_the_demo():
    # Counted on purchase days net of the same day's returns. Counting every day with a sale
    # gives 1,184, 816, 587 and 777 newcomers in 2010, and 955 in December 2009 with fees; a
    # newcomer who bought and cancelled on one day is not one here.
    days = demo().days().collect("pyarrow").to_native().to_pandas()
    days = days.sort_values(["customer_id", "day"])
    place = days.groupby("customer_id").cumcount()
    first = days[place == 0].set_index("customer_id")["day"]
    gap = days[place == 1].set_index("customer_id")["day"].reindex(first.index) - first
    quarter = first.map(quarter_label)
    found = {
        label: (
            int((quarter == label).sum()),
            round(float((gap[quarter == label] <= 365).mean()), 2),
        )
        for label in ("2010-Q1", "2010-Q2", "2010-Q3", "2010-Q4")
    }
    assert found == {
        "2010-Q1": (1185, 0.80), "2010-Q2": (814, 0.71), "2010-Q3": (587, 0.65),
        "2010-Q4": (779, 0.56),
    }  # fmt: skip
    assert int((first.map(month_label) == "2009-12").sum()) == 945


def test_the_demo_marks_old_customers_and_its_unfinished_month():
    log = demo()
    frame = customers(log).frame
    assert log.unfinished_month == "2011-12"
    assert frame.loc[frame["first"].map(month_label) == "2009-12", "older_than_file"].all()
    assert not frame.loc[frame["first"].map(quarter_label) == "2010-Q4", "older_than_file"].any()


def test_cdnow_sample():
    # CDNOW has no clear licence and is not shipped: the archived peer's wheel carries it.
    spec = importlib.util.find_spec("lifetimes")
    log = read_transactions(Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt")
    assert len(customers(log)) == 2_357
    calibration = customers(log.until(dt.date(1997, 9, 30)))
    assert len(calibration) == 2_357
    assert int((calibration.frame["x"] > 0).sum()) == 946
    assert int(calibration.frame["x"].sum()) == 2_457
    assert calibration.counts().customers == 2_357


def test_the_first_rows_of_cdnow_without_a_header():
    # Fader, Hardie & Lee (2005), CDNOW 1/10 sample: the first purchases of its first customers.
    rows = [
        ["00004", "0001", "19970101", "2", "29.33"], ["00004", "0001", "19970118", "2", "29.73"],
        ["00004", "0001", "19970802", "1", "14.96"], ["00004", "0001", "19971212", "2", "26.48"],
        ["00018", "0021", "19970104", "1", "14.96"], ["00021", "0050", "19970101", "1", "63.34"],
    ]  # fmt: skip
    headers = [f"Column {i}" for i in range(1, 6)]
    log = read_transactions(raw_table(headers, rows), customer=1, date=3, amount=5)
    frame = customers(log).frame
    assert frame["customer"].tolist() == ["00004", "00018", "00021"]
    assert frame["x"].tolist() == [3, 0, 0]
    assert frame["t_x"].tolist() == [pytest.approx(345 / 7), 0, 0]
