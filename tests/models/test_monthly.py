"""Forecasts by month, in files of any century."""

import warnings

import numpy as np
import pandas as pd
import pytest

from models.customers import customers
from models.lifetimes import fit_paretonbd
from models.monthly import month_by_month
from models.samples import shop
from models.transactions.log import read_transactions


@pytest.fixture(scope="module")
def purchases():
    return shop(200, seed=3, weeks=80).log[["customer", "date", "amount"]]


def forecasts(purchases, years, folder):
    """Return the forecasts of the last months of the same shop, so many years earlier."""
    moved = pd.to_datetime(purchases["date"]) - pd.Timedelta(days=146_097 * years // 400)
    path = folder / f"{years}.csv"
    purchases.assign(date=moved.dt.strftime("%Y-%m-%d")).to_csv(path, index=False)
    log = read_transactions(path)
    people = customers(log)
    return month_by_month(
        log, len(people), fit_paretonbd(people.counts()), None, log.last_day - 200
    ).forecast


def test_a_shop_of_another_century_is_forecast_alike(purchases, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        now, then = (forecasts(purchases, years, tmp_path) for years in (0, 100))
    assert now.shape == then.shape
    np.testing.assert_allclose(then[:, 0], now[:, 0], rtol=0.1)
