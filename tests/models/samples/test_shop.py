"""The simulated shop keeps the laws of its own truth."""

import numpy as np
import pandas as pd
import pytest

from models import samples
from models.samples import FIRST_DAY, ParetoNBDTruth, SpendTruth, exponential_lifetimes, shop

WEEKS = 104


@pytest.fixture(scope="module")
def company():
    return shop(20_000, seed=1, weeks=WEEKS)


def days(log):
    return (log["date"] - pd.Timestamp("1970-01-01")).dt.days


def test_the_names_of_the_room():
    assert callable(samples.shop)
    assert callable(samples.magazine)
    assert set(samples.__all__) <= set(dir(samples))


def test_the_same_seed_is_the_same_company():
    first, again, other = (shop(200, seed=seed).log for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_everybody_buys_first_when_they_come_and_never_after_leaving(company):
    log = company.log.assign(day=days(company.log))
    seen = log.groupby("customer")["day"].agg(["min", "max"]).reindex(company.truth["customer"])
    np.testing.assert_array_equal(seen["min"], company.truth["first"])
    lived = company.truth["lifetime"].to_numpy() * 7
    assert (seen["max"].to_numpy() - seen["min"].to_numpy() <= lived).all()
    assert not log.duplicated(["customer", "day"]).any()
    assert log["day"].between(FIRST_DAY, company.last_day).all()
    assert company.last_day - FIRST_DAY + 1 == WEEKS * 7
    assert (log["amount"] > 0).all()


@pytest.mark.parametrize("weeks", [4, 26, 52, 104])
def test_lifetimes_are_those_of_the_model(weeks):
    truth = ParetoNBDTruth()
    lived = exponential_lifetimes(np.random.default_rng(7), 40_000, truth)
    share = (truth.beta / (truth.beta + weeks)) ** truth.s
    error = np.sqrt(share * (1 - share) / len(lived))
    assert abs((lived > weeks).mean() - share) < 4 * error


def test_rates_and_spend_have_the_planted_means(company):
    truth, spend = ParetoNBDTruth(), SpendTruth()
    assert company.truth["rate"].mean() == pytest.approx(truth.r / truth.alpha, rel=0.04)
    first = company.log.drop_duplicates("customer")["amount"]
    # Gamma-Gamma means are heavy-tailed, so the mean is compared loosely.
    assert first.mean() == pytest.approx(spend.p * spend.gamma / (spend.q - 1), rel=0.05)


def test_regular_buyers_are_clockwork():
    lifetimes = np.full(3_000, np.inf)
    spread = {}
    for regularity in (1, 4):
        log = shop(3_000, seed=5, lifetimes=lifetimes, regularity=regularity).log
        log = log.assign(day=days(log))
        gap = log.groupby("customer")["day"].diff()
        by_customer = gap.groupby(log["customer"]).agg(["mean", "std", "size"])
        often = by_customer[by_customer["size"] >= 12]
        spread[regularity] = (often["std"] / often["mean"]).median()
    assert 0.8 < spread[1] < 1.1
    assert 0.4 < spread[4] < 0.65
