"""What customers are worth: against people simulated one by one, and by laws."""

from dataclasses import replace

import numpy as np
import pytest

from models.draws import joint_draws, scores
from models.errors import SettingError
from models.lifetimes import ParetoNBD, ShrunkenMeans
from models.newcomers import recent_newcomers
from models.periods import WEEKS_PER_MONTH, AnnualRate
from models.samples import ParetoNBDTruth
from models.values import Business, values
from tests.models.decisions.people import company

RATE = AnnualRate(0.10)


@pytest.fixture(scope="module")
def shop():
    people, model, spend = company(1_200, seed=9, truth=ParetoNBDTruth(0.9, 7, 1.5, 40))
    return people, model, spend, joint_draws(people, model, spend, draws=60)


def worth(shop, business=None, **options):
    people, model, spend, draws = shop
    return values(people, model, spend, business or Business(), draws=draws, **options)


@pytest.fixture(scope="module")
def futures(shop):
    """Discounted margin and orders of every customer in 300 simulated futures, `(300, n)`."""
    people, model, spend, _ = shop
    frame, n, months = people.frame, len(people), 36
    rng = np.random.default_rng(1)
    x, t_x, T = (frame[name].to_numpy(float) for name in ("x", "t_x", "T"))
    days, mean = (frame[name].to_numpy(float) for name in ("spend_days", "mean_spend"))
    money, year = np.zeros((300, n)), np.zeros((300, n), bool)
    for k in range(300):
        alive = rng.random(n) < model.p_alive(x, t_x, T)
        rate = rng.gamma(model.r + x) / (model.alpha + T)
        life = rng.exponential(size=n) / (rng.gamma(model.s, size=n) / (model.beta + T)) * alive
        scale = rng.gamma(spend.p * days + spend.q) / (spend.gamma + days * np.nan_to_num(mean))
        for month in range(months):
            lived = np.clip(life / WEEKS_PER_MONTH - month, 0, 1) * WEEKS_PER_MONTH
            orders = rng.poisson(rate * lived)
            spent = np.where(orders > 0, rng.gamma(np.maximum(orders, 1) * spend.p) / scale, 0.0)
            money[k] += 0.5 * RATE.factor(months=month + 0.5) * spent
            if month < 12:
                year[k] |= orders > 0
    return money, year


def test_the_total_is_what_simulated_futures_bring(shop, futures):
    totals = futures[0].sum(axis=1)
    assert worth(shop).total == pytest.approx(totals.mean(), abs=4 * totals.std() / 300**0.5)


def test_every_customer_lies_in_the_range_eight_times_in_ten(shop, futures):
    frame = worth(shop).frame
    low, high = frame["value_low"].to_numpy(), frame["value_high"].to_numpy()
    likely, sure = high > frame["value"].to_numpy(), low > 0
    assert np.mean(futures[0][:, likely] > high[likely]) == pytest.approx(0.10, abs=0.02)
    assert np.mean(futures[0][:, sure] < low[sure]) == pytest.approx(0.10, abs=0.05)
    # The others most likely bring nothing at all: their range is widened to hold their mean.
    assert np.mean(futures[0][:, ~likely] > high[~likely]) < 0.10
    assert (low <= high).all()


def test_the_range_of_the_total_is_wider_than_chance_alone(shop, futures):
    found = worth(shop)
    low, high = np.quantile(futures[0].sum(axis=1), [0.1, 0.9])
    assert found.low < low < high < found.high
    assert found.low < found.total < found.high


def test_buyers_of_the_next_year(shop, futures):
    found = worth(shop)
    buyers = futures[1].sum(axis=1)
    assert found.expected_buyers_12m == pytest.approx(
        buyers.mean(), abs=4 * buyers.std() / 300**0.5
    )
    assert found.buyers_low < found.expected_buyers_12m < found.buyers_high
    assert found.expected_buyers_12m < found.alive


def test_history_stands_beside_and_not_inside(shop):
    people = shop[0]
    found = worth(shop)
    assert found.earned == pytest.approx(0.5 * people.frame["amount"].sum())
    assert found.frame["earned"].sum() == pytest.approx(found.earned)
    gone = people.frame["T"].to_numpy() - people.frame["t_x"].to_numpy() > 80
    frequent = people.frame["x"].to_numpy() > 5
    assert (found.frame["value"][gone & frequent] < 0.01 * found.total / len(people)).all()


def test_margin_is_a_factor_and_time_costs(shop):
    base = worth(shop)
    half = worth(shop, Business(margin=0.25))
    assert half.total == pytest.approx(base.total / 2)
    assert half.new_customer == pytest.approx(base.new_customer / 2)
    longer, dearer = worth(shop, Business(horizon_months=60)), Business(rate=AnnualRate(0.2))
    assert longer.total > base.total > worth(shop, dearer).total
    served = worth(shop, Business(cost_to_serve=0.2))
    assert served.total < base.total
    assert served.new_customer < base.new_customer


def test_a_newcomer_brings_the_first_order_now(shop):
    people, model, _, draws = shop
    found = worth(shop)
    first = draws.newcomers.first_orders.mean()
    assert found.new_customer > 0.5 * first
    now = worth(shop, Business(rate=AnnualRate(1.0), horizon_months=1))
    month = model.expected_purchases_new(WEEKS_PER_MONTH)
    later = 0.5 * float(month) * draws.young_spend[0] * 2 ** (-1 / 24)
    assert now.new_customer == pytest.approx(0.5 * first + later)
    assert found.new_low <= found.new_customer <= found.new_high
    assert first == pytest.approx(
        people.frame["amount"].sum() / people.frame["orders"].sum(), rel=0.1
    )


def test_newcomers_cannot_be_older_than_the_file(shop):
    people, model, *_ = shop
    early = people.frame["T"] > people.frame["T"].quantile(0.7)
    marked = replace(people, frame=people.frame.assign(older_than_file=early))
    recent = recent_newcomers(marked, model)
    assert recent.customers == int((~early).sum())
    assert recent.lifetimes != model
    few = replace(people, frame=people.frame.assign(older_than_file=np.arange(len(people)) > 20))
    borrowed = recent_newcomers(few, model)
    assert borrowed.lifetimes is model
    assert borrowed.note.startswith("Only 21 customers are known to be new")


def test_without_money_worth_is_counted_in_orders(shop):
    people, model, *_ = shop
    found = values(people, model, None, Business(), draws=joint_draws(people, model, None, draws=5))
    assert not found.has_money
    assert found.earned == people.frame["orders"].sum()
    assert found.total < found.frame["expected_orders"].sum()
    assert found.total == pytest.approx(found.frame["expected_orders"].sum(), rel=0.15)


def test_shrunken_means_have_ranges_too(shop):
    people, model, spend, _ = shop
    flat = ShrunkenMeans(20.0, 3.0, 0.5, 0.4, spend.report)
    found = values(people, model, flat, Business(), draws=joint_draws(people, model, flat, draws=5))
    assert np.isfinite(found.frame[["value_low", "value_high"]]).all(axis=None)
    assert (found.frame["value_low"] <= found.frame["value_high"]).all()


def test_a_horizon_of_no_interest_is_the_sum_of_orders(shop):
    people, model, *_ = shop
    plain = Business(margin=1.0, rate=AnnualRate(0.0))
    found = values(people, model, None, plain, draws=joint_draws(people, model, None, draws=5))
    assert found.total == pytest.approx(found.frame["expected_orders"].sum())


def test_past_misses_widen_the_total(shop):
    people, model, spend, _ = shop
    wide, narrow = (
        values(
            people, model, spend, Business(),
            draws=joint_draws(people, model, spend, draws=400, past_misses=missed),
        )
        for missed in (0.3, 0.0)
    )  # fmt: skip
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert wide.total == pytest.approx(narrow.total)


def test_refusals():
    with pytest.raises(SettingError, match=r"write 40 % as 0\.4"):
        Business(margin=40)
    with pytest.raises(SettingError, match="at least 1 month"):
        Business(horizon_months=0)


def test_extreme_histories_stay_finite(shop):
    people, _, spend, _ = shop
    model = ParetoNBD(0.5, 10.0, 0.02, 5.0)
    frame = people.frame.head(3).assign(
        x=[0, 4000, 221], t_x=[0.0, 103.0, 103.43], T=[0.0, 103.43, 103.43],
        spend_days=[0, 4000, 221], mean_spend=[np.nan, 1e6, 0.01],
    )  # fmt: skip
    small = replace(people, frame=frame)
    found = values(small, model, spend, Business(), draws=joint_draws(small, model, spend, draws=5))
    numbers = found.frame.drop(columns="customer").to_numpy(float)
    assert np.isfinite(numbers).all()


def test_scores_are_even_and_start_at_zero():
    table = scores(100, 1, 2)
    assert (table[0] == 0).all()
    assert table[1:].mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert np.mean(table[1:] < -1.2815515655446004, axis=0) == pytest.approx([0.1, 0.1])
