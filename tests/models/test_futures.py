"""Totals that could come: right on average, and as wide as people and parameters make them."""

import numpy as np
import pandas as pd
import pytest

from models.futures import Histories, expected, futures
from models.lifetimes import GammaGamma, ParetoNBD, ShrunkenMeans
from models.lifetimes.base import GIVEN

MODEL = ParetoNBD(0.55, 10.6, 0.61, 11.7)
SPEND = GammaGamma(6.25, 3.74, 15.44)
WEEKS = 26.0


def people(customers: int, seed: int = 1) -> Histories:
    rng = np.random.default_rng(seed)
    T = rng.uniform(10, 80, customers)
    x = rng.poisson(rng.gamma(0.55, 1 / 10.6, customers) * T).astype(float)
    t_x = np.where(x > 0, T * rng.uniform(0.1, 1, customers), 0.0)
    mean = np.where(x > 0, rng.gamma(6, 6, customers), np.nan)
    return Histories(x, t_x, T, x, mean)


def spread(histories: Histories) -> tuple[float, float]:
    """Standard deviation of the two totals at known parameters, from closed-form moments."""
    ages = np.linspace(0, WEEKS, 2_001)
    b = MODEL.beta + histories.T
    still = (b / (b + ages[:, None])) ** MODEL.s
    alive = MODEL.p_alive(histories.x, histories.t_x, histories.T)
    lived = np.trapezoid(still, ages, axis=0)
    lived_squared = np.trapezoid(2 * ages[:, None] * still, ages, axis=0)
    shape, rate = MODEL.r + histories.x, MODEL.alpha + histories.T
    first = alive * shape / rate * lived
    second = first + alive * shape * (shape + 1) / rate**2 * lived_squared
    orders = np.sqrt(np.sum(second - first**2))
    q = SPEND.q + SPEND.p * histories.x
    total = SPEND.gamma + np.where(
        histories.x > 0, histories.x * np.nan_to_num(histories.mean_spend), 0
    )
    mean = SPEND.p * total / (q - 1)
    mean_squared = SPEND.p**2 * total**2 / ((q - 1) * (q - 2))
    money = np.sqrt(
        np.sum(second * mean_squared + first * mean_squared / SPEND.p - (first * mean) ** 2)
    )
    return float(orders), float(money)


@pytest.mark.parametrize("customers", [300, 20_000], ids=["one by one", "sampled"])
def test_totals_have_the_mean_and_the_spread_of_the_model(customers):
    histories = people(customers)
    mean = expected(MODEL, SPEND, histories, WEEKS)
    totals = futures(MODEL, SPEND, histories, WEEKS, draws=400)
    for total, middle, sd in zip(totals, mean, spread(histories), strict=True):
        assert np.mean(total) == pytest.approx(middle, abs=4 * sd / 20)
        assert np.std(total) == pytest.approx(sd, rel=0.15)


def test_uncertain_parameters_widen_the_range():
    histories = people(3_000)
    theta = np.diag(np.full(4, 0.04))
    unsure = ParetoNBD(0.55, 10.6, 0.61, 11.7, fit=type(GIVEN)(0.0, GIVEN.report, theta, 3_000))
    sure = np.std(futures(MODEL, None, histories, WEEKS)[0])
    assert np.std(futures(unsure, None, histories, WEEKS)[0]) > 1.5 * sure


def test_a_seed_gives_the_same_totals():
    histories = people(200)
    first, second = (futures(MODEL, SPEND, histories, WEEKS, draws=20) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_without_money_only_purchases_are_forecast():
    orders, money = futures(MODEL, None, people(50), WEEKS, draws=5)
    assert np.all(orders > 0)
    assert np.all(np.isnan(money))
    assert np.isnan(expected(MODEL, None, people(50), WEEKS)[1])


def test_shrunken_means_spend_what_they_expect():
    spend = ShrunkenMeans(20.0, float("inf"), 0.0, 0.5, GIVEN.report)
    orders, money = futures(MODEL, spend, people(100), WEEKS, draws=10)
    np.testing.assert_allclose(money, 20 * orders)


def test_histories_come_from_the_frame_by_name():
    columns = {"mean_spend": [5.0], "T": [3], "x": [1], "spend_days": [1], "t_x": [2], "more": [0]}
    histories = Histories.of(pd.DataFrame(columns))
    assert (histories.x[0], histories.t_x[0], histories.T[0]) == (1, 2, 3)
    assert (histories.spend_days[0], histories.mean_spend[0]) == (1, 5)
