"""Weeks and tenths add up to the test they take apart."""

from dataclasses import replace

import numpy as np
import pytest

from models import samples
from models.backtest import hold_out
from models.errors import EvidenceError
from models.tracking import tenths, track
from models.transactions.log import read_transactions


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    samples.shop(600, seed=4).log.to_csv(path, index=False)
    log = read_transactions(path)
    return log, hold_out(log)


def test_weeks_add_up_to_the_test(tested):
    log, cut = tested
    seen = track(log, cut)
    assert len(seen.weeks) == cut.weeks
    assert seen.came.sum() == cut.purchases.actual
    assert seen.forecast.sum() == pytest.approx(cut.purchases.predicted)
    assert (seen.low[-1], seen.high[-1]) == (cut.purchases.low, cut.purchases.high)
    assert np.all(np.diff(seen.low) > 0)
    assert np.all(seen.low < seen.forecast.cumsum())
    assert np.all(seen.high > seen.forecast.cumsum())


def test_a_week_is_counted_from_the_day_after_the_cut(tested):
    log, cut = tested
    days = log.days().collect("pyarrow").to_native().to_pandas()
    first = days.groupby("customer_id")["day"].transform("min")
    week = days[(first <= cut.cut) & days["day"].between(cut.cut + 8, cut.cut + 14)]
    assert track(log, cut).came[1] == len(week)


def test_a_forecast_of_fewer_purchases_falls_week_by_week(tested):
    assert np.all(np.diff(track(*tested).forecast) < 0)


def test_tenths_hold_everybody_and_all_they_bought(tested):
    log, cut = tested
    found = tenths(log, cut)
    assert found["customers"].sum() == cut.customers
    assert (found["customers"] * found["came"]).sum() == pytest.approx(cut.purchases.actual)
    assert (found["customers"] * found["expected"]).sum() == pytest.approx(cut.purchases.predicted)
    assert found["expected"].is_monotonic_increasing
    assert found["came"].iloc[-1] > 3 * found["came"].iloc[:5].mean()


def test_a_cut_without_its_model_is_refused(tested):
    log, cut = tested
    with pytest.raises(EvidenceError, match="did not keep its model"):
        track(log, replace(cut, model=None))
