"""A planted product is found, nothing is where nothing is planted, and returns are told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.customers import customers
from models.errors import EvidenceError
from models.losses.shop import ANYTHING, FIRST, RETURNED, lost_after_purchases
from models.transactions.log import read_transactions

DEMO = Path(__file__).resolve().parents[3] / "data" / "online_retail_II"


def shop(path, seed, worse=0.0, returns=0.0, n=900):
    """Customers with a chance to stop after each order; `worse` more after product P0.

    `returns` more after sending something back, which happens to one order in six.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n):
        day, stop = float(rng.integers(0, 500)), rng.beta(2, 4)
        while day < 1000:
            basket = rng.choice(12, size=3, replace=False)
            back = rng.random() < 1 / 6
            date = pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(day))
            rows += [(customer, date, f"P{k}", 1, 10.0) for k in basket]
            if back:
                at = date + pd.Timedelta(days=int(rng.integers(1, 20)))
                rows.append((customer, at, f"P{basket[0]}", -1, 10.0))
            if rng.random() < stop + worse * (0 in basket) + returns * back:
                break
            day += 21 + rng.exponential(40)
    table = pd.DataFrame(rows, columns=["customer", "date", "product", "quantity", "price"])
    table["amount"] = table["quantity"] * table["price"]
    table.drop(columns=["quantity", "price"]).to_csv(path, index=False)
    log = read_transactions(path, customer="customer", date="date", amount="amount",
                            product="product")  # fmt: skip
    return lost_after_purchases(log, customers(log))


def test_a_product_that_loses_customers_is_found(tmp_path):
    found = shop(tmp_path / "a.csv", 1, worse=0.3)
    told = [loss for loss in found.losses if loss.announced]
    assert {loss.name for loss in told} == {"P0"}
    assert all(loss.times.low > 1.1 and loss.at_stake.low > 0 for loss in told)


def test_what_is_sent_back_is_found(tmp_path):
    found = shop(tmp_path / "b.csv", 2, returns=0.3)
    told = {(loss.kind, loss.name) for loss in found.losses if loss.announced}
    assert (RETURNED, ANYTHING) in told
    assert {kind for kind, _ in told} == {RETURNED}


def test_nothing_is_announced_where_nothing_is_planted(tmp_path):
    told = [
        any(loss.announced for loss in shop(tmp_path / f"{seed}.csv", seed, n=400).losses)
        for seed in range(10, 16)
    ]
    assert sum(told) <= 1


def rated(path, seed, late=0.0, unhappy=0.0, n=900):
    """Customers without products; `late` more stop after a week's delivery, `unhappy` after 1-2.

    One order in three says nothing of its rating. Lead scores know nothing of any purchase.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n):
        day, stop, judged = float(rng.integers(0, 500)), rng.beta(2, 4), rng.integers(1, 100)
        while day < 1000:
            took, stars = (
                int(rng.choice([1, 2, 3, 9], p=[0.3, 0.3, 0.25, 0.15])),
                int(rng.integers(1, 6)),
            )
            told = None if rng.random() < 1 / 3 else stars
            date = pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(day))
            rows.append((customer, date, 20.0, took, told, judged))
            if rng.random() < stop + late * (took > 3) + unhappy * (stars <= 2):
                break
            day += 21 + rng.exponential(40)
    headers = ["customer", "date", "amount", "Delivery days", "Review score", "Lead score"]
    table = pd.DataFrame(rows, columns=headers)
    table["Review score"] = table["Review score"].astype("Int64")
    table.to_csv(path, index=False)
    log = read_transactions(path, customer="customer", date="date", amount="amount")
    return lost_after_purchases(log, customers(log))


@pytest.mark.parametrize(
    ("planted", "name"),
    [({"late": 0.3}, "Delivery days over 3"), ({"unhappy": 0.3}, "Review score 2 or less")],
)
def test_bad_experiences_that_lose_customers_are_found(tmp_path, planted, name):
    found = rated(tmp_path / "c.csv", 3, **planted)
    assert {loss.name for loss in found.losses} == {
        "Delivery days over 3", "Review score 2 or less",
    }  # fmt: skip
    told = [loss for loss in found.losses if loss.announced]
    assert [loss.name for loss in told] == [name]
    assert told[0].times.low > 1.1
    assert told[0].at_stake.low > 0


def test_experiences_that_change_nothing_are_hardly_ever_announced(tmp_path):
    told = [
        any(loss.announced for loss in rated(tmp_path / f"{seed}.csv", seed, n=250).losses)
        for seed in range(20, 28)
    ]
    assert sum(told) <= 1


def test_a_file_without_products_says_what_to_bring(tmp_path):
    path = tmp_path / "plain.csv"
    days = pd.date_range("2020-01-01", periods=80, freq="5D")
    pd.DataFrame({"customer": np.arange(80) % 9, "date": days, "amount": 5.0}).to_csv(path)
    log = read_transactions(path, customer="customer", date="date", amount="amount")
    with pytest.raises(EvidenceError, match="does not say what was bought"):
        lost_after_purchases(log, customers(log))


def test_the_wholesalers_returns_by_product_have_a_loss_rate_with_a_range():
    log = read_transactions(DEMO / "online_retail_II.parquet")
    found = lost_after_purchases(log, customers(log))
    back = [loss for loss in found.losses if loss.kind == RETURNED and loss.name != ANYTHING]
    assert found.days == 182
    assert len(back) > 10
    for loss in found.losses:
        assert loss.customers >= 30
        assert loss.share.low <= loss.share.best <= loss.share.high
        assert loss.times.low < loss.times.best < loss.times.high
    first = [loss for loss in found.losses if loss.kind == FIRST]
    assert max(loss.customers for loss in first) > 100
    assert any(loss.name == "REGENCY CAKESTAND 3 TIER" for loss in back)
