"""Dates come true as often as they say; products are named only where one follows another."""

import numpy as np
import pandas as pd
import pytest

from models.customers import customers
from models.errors import EvidenceError
from models.lifetimes import ParetoNBD
from models.needs import check_dates, next_products, next_purchases
from models.samples.shop import shop
from models.transactions.log import read_transactions


def read(tmp_path, log):
    path = tmp_path / "shop.csv"
    log.to_csv(path, index=False)
    return read_transactions(path)


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    return read(tmp_path_factory.mktemp("shop"), shop(3000, seed=5).log)


def test_eight_in_ten_dates_come_inside_among_those_who_buy(bought):
    found = check_dates(bought)
    assert found.bought > 300
    assert 0.75 < found.inside < 0.85
    assert found.bought == pytest.approx(found.expected, rel=0.15)


def test_dates_follow_the_model_exactly(bought):
    """Against a simulation of customers with one history."""
    model = ParetoNBD(r=0.8, alpha=6.0, s=0.9, beta=20.0)
    people = customers(bought)
    frame = people.frame.head(1).assign(x=6, t_x=30.0, T=34.0)
    found = next_purchases(type(people)(frame, people.first_day, people.last_day, None), model)
    draw = np.random.default_rng(2)
    rate = draw.gamma(6.8, 1 / 40.0, 400_000)
    leaving = draw.gamma(0.9, 1 / 54.0, 400_000)
    wait = draw.exponential(1 / rate)
    within = wait[(wait < draw.exponential(1 / leaving)) & (wait < 365 / 7)]
    row = found.frame.iloc[0]
    told = [(row[name] - people.last_day) / 7 for name in ("low", "day", "high")]
    assert told == pytest.approx(np.quantile(within, [0.1, 0.5, 0.9]), rel=0.02)
    alive = model.p_alive(6, 30.0, 34.0)
    assert row["chance"] == pytest.approx(alive * len(within) / 400_000, rel=0.01)


def test_overdue_is_against_ones_own_rhythm(bought):
    people = customers(bought)
    frame = next_purchases(people, ParetoNBD(r=1.0, alpha=8.0, s=1.0, beta=20.0)).frame
    few = (people.frame["x"] < 2).to_numpy()
    assert frame.loc[few, "overdue"].isna().all()
    since = people.last_day - people.frame["last"]
    late = frame["overdue"] > 0
    assert (since[late] > frame["gap"][late]).all()
    assert (since[~late & ~few] <= frame["gap"][~late & ~few]).all()


def test_a_short_file_is_not_tested(bought):
    with pytest.raises(EvidenceError, match="too short"):
        check_dates(bought.until(bought.first_day + 150))


def aisles(tmp_path, *, planted, seed=3, customers_=400, times=8):
    """A shop of ten aisles; planted, each basket comes from the aisle after the last one."""
    draw = np.random.default_rng(seed)
    rows = []
    popular = draw.dirichlet(np.full(10, 4.0))
    for who in range(customers_):
        aisle = draw.integers(10)
        for day in np.sort(draw.choice(400, times, replace=False)):
            rows.append((f"c{who}", day, f"aisle {'ABCDEFGHIJ'[aisle]}", 5.0))
            follows = planted and draw.random() < 0.6
            aisle = (aisle + 1) % 10 if follows else draw.choice(10, p=popular)
    log = pd.DataFrame(rows, columns=["customer", "date", "product", "amount"])
    log["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(log["date"], unit="D")
    return next_products(read(tmp_path, log))


def test_planted_transitions_are_found_and_beat_popularity(tmp_path):
    found = aisles(tmp_path, planted=True)
    assert found.beats
    assert found.hits * 3 > 0.6  # at most one of three can be in a basket of one
    assert found.hits > found.popular + 0.05
    assert found.better.low < found.hits - found.popular < found.better.high
    assert all(len(set(names.split(", "))) == 3 for names in found.likely)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_without_transitions_nothing_is_named(tmp_path, seed):
    assert not aisles(tmp_path, planted=False, seed=seed).beats


def test_a_file_without_products_is_refused(bought):
    with pytest.raises(EvidenceError, match="does not say what was bought"):
        next_products(bought)
