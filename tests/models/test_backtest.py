"""The hold-out: what is cut, what is counted, and that nothing later is used."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from lifetimes.datasets import load_dataset

from models import samples
from models.backtest import (
    Forecast,
    HoldOut,
    Rolling,
    default_weeks,
    hold_out,
    quarter_ends,
    rolling,
)
from models.errors import EvidenceError
from models.periods import date_of, day_number
from models.transactions.log import read_transactions

TO_CALIBRATE = dt.date(1997, 9, 30)


def as_file(log: pd.DataFrame, folder, name="log.csv"):
    path = folder / name
    log.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    """The published 1/10 sample, as distributed: no header, blanks between the columns."""
    path = tmp_path_factory.mktemp("cdnow") / "CDNOW_sample.txt"
    table = load_dataset("CDNOW_sample.txt", header=None, sep=r"\s+")
    lines = table.apply(
        lambda row: f"{int(row[1]):04d} {int(row[2])} {int(row[3])} {row[4]:.2f}", axis=1
    )
    path.write_text("\n".join(lines) + "\n")
    return read_transactions(path, customer=1, date=2, amount=4)


@pytest.fixture(scope="module")
def cdnow_tested(cdnow) -> HoldOut:
    return hold_out(cdnow, 39)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A simulated shop whose customers behave as the model says."""
    log = samples.shop(1_000, seed=5).log
    return read_transactions(as_file(log, tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def shop_tested(shop) -> HoldOut:
    return hold_out(shop)


@pytest.fixture(scope="module")
def shop_rolled(shop) -> Rolling:
    return rolling(shop)


def test_cdnow_calibration_and_holdout_are_the_published_ones(cdnow_tested):
    assert cdnow_tested.until == TO_CALIBRATE
    assert cdnow_tested.customers == 2357
    assert cdnow_tested.purchases.actual == 1882
    assert cdnow_tested.money.actual == pytest.approx(70_976.39, abs=0.005)


@pytest.mark.parametrize(
    ("name", "total"), [("Pareto/NBD", 1665.5), ("BG/NBD", 1653.4), ("MBG/NBD", 1576.7)]
)
def test_cdnow_predictions_are_the_published_ones(cdnow_tested, name, total):
    assert cdnow_tested.candidates[name] == pytest.approx(total, abs=0.15)


def test_the_prediction_is_the_engines(cdnow_tested):
    assert cdnow_tested.purchases.predicted == pytest.approx(cdnow_tested.candidates["Pareto/NBD"])


def test_nobody_leaving_is_the_worse_baseline(cdnow_tested):
    assert cdnow_tested.nobody_leaves > 1.5 * cdnow_tested.purchases.predicted
    assert cdnow_tested.error("NBD") > abs(cdnow_tested.error("Pareto/NBD"))


def test_last_period_is_counted_on_the_same_customers(cdnow, cdnow_tested):
    days = cdnow.until(TO_CALIBRATE).days().collect().to_native().to_pandas()
    start = day_number(TO_CALIBRATE) - 39 * 7
    assert math.isnan(cdnow_tested.last_period) == (start < cdnow.first_day)
    shorter = hold_out(cdnow, 20)
    window = (shorter.cut - 140, shorter.cut)
    days = cdnow.days().collect().to_native().to_pandas()
    assert shorter.last_period == days["day"].between(window[0] + 1, window[1]).sum()


def test_only_customers_known_at_the_cut_are_counted(shop, shop_tested):
    tested = shop_tested
    days = shop.days().collect().to_native().to_pandas()
    first = days.groupby("customer_id")["day"].transform("min")
    later = days[(first <= tested.cut) & (days["day"] > tested.cut)]
    assert tested.purchases.actual == len(later)
    assert tested.money.actual == pytest.approx(float(later["amount"].sum()), rel=1e-9)
    assert tested.customers == days.loc[first <= tested.cut, "customer_id"].nunique()


def test_what_comes_after_the_cut_changes_no_prediction(shop_tested, tmp_path):
    tested = shop_tested
    log = samples.shop(1_000, seed=5).log
    later = log["date"] > pd.Timestamp(tested.until)
    changed = log.assign(amount=np.where(later, 10 * log["amount"], log["amount"]))
    # the last day stays, so that the file covers the same period
    dropped = changed[~later | (log.index % 2 == 0) | (log["date"] == log["date"].max())]
    other = hold_out(read_transactions(as_file(dropped, tmp_path)), 26)
    assert other.purchases.actual != tested.purchases.actual
    assert other.purchases.predicted == tested.purchases.predicted
    assert other.money.predicted == tested.money.predicted
    assert (other.purchases.low, other.purchases.high) == (
        tested.purchases.low,
        tested.purchases.high,
    )


def test_a_shop_that_follows_the_model_comes_out_near_the_forecast(shop_tested):
    tested = shop_tested
    assert tested.weeks == 26
    assert abs(tested.purchases.error) < 0.15
    assert tested.purchases.low < tested.purchases.predicted < tested.purchases.high
    assert tested.money.low < tested.money.predicted < tested.money.high


def test_a_file_without_money_is_tested_on_purchases(tmp_path):
    log = samples.shop(300, seed=8).log[["customer", "date"]]
    tested = hold_out(read_transactions(as_file(log, tmp_path)))
    assert tested.money is None
    assert tested.purchases.predicted > 0


def test_a_test_longer_than_what_it_learns_from_is_refused(shop):
    with pytest.raises(EvidenceError, match="last 60 weeks needs at least as many weeks before"):
        hold_out(shop, 60)


def test_nobody_who_came_back_is_nothing_to_learn_from(tmp_path):
    days = pd.date_range("2021-01-01", periods=200)
    log = pd.DataFrame({"customer": [f"c{i}" for i in range(200)], "date": days, "amount": 5.0})
    transactions = read_transactions(as_file(log, tmp_path))
    with pytest.raises(EvidenceError, match="nobody had bought a second time"):
        hold_out(transactions)


@pytest.mark.parametrize(("weeks", "default"), [(12, 4), (104, 26), (400, 52)])
def test_a_quarter_of_the_file_is_held_out_by_default(weeks, default, tmp_path):
    log = samples.shop(60, seed=1, weeks=weeks, acquisition_weeks=weeks).log
    ends = pd.DataFrame({"customer": ["a", "a"], "amount": [1.0, 1.0]}).assign(
        date=[log["date"].min(), log["date"].min() + pd.Timedelta(days=7 * weeks - 1)]
    )
    path = as_file(pd.concat([log, ends]), tmp_path)
    assert default_weeks(read_transactions(path)) == default


def test_quarter_ends_are_the_calendars():
    found = quarter_ends(day_number(dt.date(2009, 12, 1)), day_number(dt.date(2011, 12, 31)))
    assert [date_of(day).isoformat() for day in found] == [
        "2009-12-31", "2010-03-31", "2010-06-30", "2010-09-30", "2010-12-31",
        "2011-03-31", "2011-06-30", "2011-09-30", "2011-12-31",
    ]  # fmt: skip
    assert quarter_ends(day_number(dt.date(2010, 1, 2)), day_number(dt.date(2010, 3, 30))) == ()


def test_rolling_cuts_leave_weeks_on_both_sides(shop_rolled):
    result = shop_rolled
    # the file ends on 29 December 2022, a day short of 13 weeks after the third quarter
    assert [cut.until.isoformat() for cut in result.cuts] == [
        "2021-09-30", "2021-12-31", "2022-03-31", "2022-06-30",
    ]  # fmt: skip
    assert [cut.weeks for cut in result.cuts] == [26, 26, 26, 26]
    assert all(abs(cut.purchases.error) < 0.35 for cut in result.cuts)
    assert 0 < result.spread < 0.3


def test_months_are_forecast_from_the_first_cut_on(shop_rolled):
    months = shop_rolled.months
    assert date_of(months.start[0]) == dt.date(2021, 10, 1)
    assert date_of(months.end[-1]) == dt.date(2022, 11, 30)
    assert len(months) == 14
    assert [found.cuts for found in shop_rolled.beyond] == [4, 4]
    assert months.came.sum(axis=0) == pytest.approx(months.forecast.sum(axis=0), rel=0.2)


def test_a_month_counts_what_those_known_before_it_bought(shop, shop_rolled):
    days = shop.days().collect().to_native().to_pandas()
    first = days.groupby("customer_id")["day"].transform("min")
    start, end = shop_rolled.months.start[3], shop_rolled.months.end[3]
    came = days[(first < start) & days["day"].between(start, end)]
    assert shop_rolled.months.came[3, 0] == len(came)
    assert shop_rolled.months.came[3, 1] == pytest.approx(float(came["amount"].sum()))


def test_a_shop_that_follows_the_model_has_hardly_a_shock(shop_rolled):
    orders, money = shop_rolled.beyond
    assert not orders.month_assumed
    assert orders.month < 0.08
    assert money.month < 0.1


def test_a_range_uses_only_misses_whose_weeks_had_passed(shop_rolled, shop_tested):
    known = [[c.end <= cut.cut for c in shop_rolled.cuts].count(True) for cut in shop_rolled.cuts]
    assert [cut.beyond[0].cuts for cut in shop_rolled.cuts] == known == [0, 0, 1, 1]
    assert shop_tested.beyond[0].cuts == 1
    assert shop_tested.beyond[0].miss_assumed
    assert shop_tested.beyond[0].months == 9  # October to June


def test_a_hold_out_is_the_same_with_the_quarters_at_hand(shop, shop_rolled, shop_tested):
    assert hold_out(shop, past=shop_rolled).purchases == shop_tested.purchases


def test_the_range_is_wider_than_people_and_parameters(shop_tested):
    for made in (shop_tested.purchases, shop_tested.money):
        assert np.log(made.high / made.low) / 2.56 > 1.5 * made.within


def test_the_same_weeks_a_year_before_are_a_baseline(shop, shop_tested):
    days = shop.days().collect().to_native().to_pandas()["day"]
    cut = shop_tested.cut
    assert shop_tested.last_year == days.between(cut - 363, cut - 364 + 182).sum()
    assert math.isnan(hold_out(shop, 52).last_year)


def test_a_rolling_window_ends_where_it_says(shop, shop_rolled):
    cut = shop_rolled.cuts[0]
    days = shop.days().collect().to_native().to_pandas()
    first = days.groupby("customer_id")["day"].transform("min")
    window = days["day"].between(cut.cut + 1, cut.cut + 7 * cut.weeks)
    assert cut.purchases.actual == (window & (first <= cut.cut)).sum()


def test_a_large_company_is_learnt_from_an_even_sample(shop, shop_rolled, monkeypatch):
    monkeypatch.setattr("models.backtest.ENOUGH", 150)
    thinned = rolling(shop).cuts[-1].purchases
    assert thinned.actual == shop_rolled.cuts[-1].purchases.actual
    assert thinned.predicted != shop_rolled.cuts[-1].purchases.predicted
    assert thinned.predicted == pytest.approx(shop_rolled.cuts[-1].purchases.predicted, rel=0.15)


def forecast(predicted: float, actual: float) -> HoldOut:
    purchases = Forecast(predicted, 0.9 * predicted, 1.1 * predicted, actual)
    return HoldOut(0, 26, 10, purchases, None, {"NBD": 2 * predicted}, math.nan)


def test_the_spread_is_the_root_mean_square_of_log_misses():
    result = Rolling((forecast(100, 110), forecast(100, 80), forecast(100, 0)))
    assert result.spread == pytest.approx(math.sqrt((math.log(1.1) ** 2 + math.log(0.8) ** 2) / 2))
    assert result.inside == 1


@pytest.mark.parametrize("cuts", [(), (forecast(100, 110),)])
def test_one_cut_says_nothing_about_the_spread(cuts):
    assert math.isnan(Rolling(cuts).spread)


def test_an_error_needs_something_that_came():
    assert forecast(110, 100).purchases.error == pytest.approx(0.1)
    assert math.isnan(forecast(110, 0).purchases.error)
    assert math.isnan(forecast(110, 0).error("NBD"))
    assert math.isnan(forecast(110, 100).error("a model nobody fitted"))
