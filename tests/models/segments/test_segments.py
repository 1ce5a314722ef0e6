"""Segments by hand: the usual names, the same limits on both days, and sums that add up."""

import numpy as np
import pandas as pd
import pytest

from models.contracts.stages import STAGES, subscription_segments
from models.contracts.subscribers import subscribers
from models.errors import DataError, EvidenceError
from models.samples import shop
from models.segments import Segments, by_recency, shop_segments
from models.segments.movement import NOT_YET, tiers
from models.segments.shop import RFM
from models.transactions.log import read_transactions
from models.transactions.subscriptions import read_subscriptions
from tests.models.contracts.conftest import MAGAZINE


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    shop(800, seed=4).log.to_csv(path, index=False)
    return read_transactions(path)


def people(rows):
    return pd.DataFrame(
        rows,
        columns=["last_then", "last_now", "orders_then", "orders_now", "money_then", "money_now"],
    ).astype(float)


def test_the_best_and_the_worst_have_their_usual_names():
    rows = [(100 - i, 465 - 3 * i, 1, 100 - i, 10, 1000 - 9 * i) for i in range(100)]
    rows += [(90, 90, 5, 0, 500, 0), (np.nan, 460, 0, 1, 0, 5)]
    now = by_recency(people(rows), (100, 465)).now
    assert RFM[now[0]] == "Champions"
    assert RFM[now[99]] == "Hibernating"
    assert RFM[now[100]] == "Lost"
    assert RFM[now[101]] == "New and promising"


def test_who_was_no_customer_yet_is_in_no_segment():
    rows = [(100 - i, 465 - i, 1, 2, 10, 20) for i in range(30)] + [(np.nan, 460, 0, 1, 0, 5)]
    assert by_recency(people(rows), (100, 465)).then[-1] == NOT_YET


def test_nobody_moves_because_others_did(log):
    """A customer's earlier segment hangs on limits set by the later period only."""
    rows = people([(100 - i, 465 - i, 3, 2 + i % 5, 10, 20 + i) for i in range(60)])
    before = by_recency(rows, (100, 465)).then
    rows.loc[30:, "orders_then"] = 50
    assert (by_recency(rows, (100, 465)).then[:30] == before[:30]).all()


def test_movement_adds_up(log):
    for found in shop_segments(log).values():
        count, change = found.moved()
        sizes, money = found.sizes()
        assert (count.sum(axis=0) == sizes).all()
        assert sizes.sum() == len(found.now)
        assert change.sum() == pytest.approx(found.money_now.sum() - found.money_then.sum())
        assert money.sum() == pytest.approx(found.money_now.sum())
        assert sum(people for people, _ in found.direction()) == count[:-1].sum()


def test_money_of_the_period_is_that_of_the_log(log):
    found = shop_segments(log)["RFM"]
    days = log.days().collect("pyarrow").to_native().to_pandas()
    late = days[days["day"] > found.from_day]["amount"].astype(float).sum()
    assert found.money_now.sum() == pytest.approx(late)


def test_equal_customers_share_a_tier():
    money = np.array([5.0] * 50 + [10.0] * 49 + [100.0])
    found = tiers(money, np.ones(100, bool))
    assert list(np.bincount(found)) == [1, 0, 49, 50]


def test_stages_follow_renewals():
    read = read_subscriptions(MAGAZINE / "subscriptions.csv")
    found = subscription_segments(read, subscribers(read))["Stages"]
    count, _ = found.moved()
    once, first = STAGES.index("Renewed once"), STAGES.index("In the first period")
    left, loyal = STAGES.index("Left"), 0
    assert count[first, [once, left]].sum() == count[first].sum()
    assert count[loyal, [loyal, left]].sum() == count[loyal].sum()
    assert count[left, left] == count[left].sum()
    assert count[-1, first] == (read.lives()["start"] > found.from_day).sum()


def test_a_segment_without_a_name_cannot_be_born():
    with pytest.raises(DataError, match="nobody named"):
        Segments(("a",), np.array([0]), np.array([1]), np.ones(1), np.ones(1), 0, 1, "")


def test_too_few_buyers_are_refused(tmp_path):
    path = tmp_path / "shop.csv"
    shop(12, seed=1).log.to_csv(path, index=False)
    with pytest.raises(EvidenceError, match="too few to tell segments apart"):
        shop_segments(read_transactions(path))
