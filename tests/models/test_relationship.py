"""Years of the relationship: checked against a plain loop over customers and their purchases."""

import numpy as np
import pytest

from models.customers import customers
from models.errors import EvidenceError
from models.relationship import settled, years
from tests.models.test_earned import MONTH, read, shop


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    log = read(shop(400, days=1200), tmp_path_factory.mktemp("shop"))
    return log, customers(log)


def by_hand(log, people):
    """Money, its spread and who brought any, one customer and one year at a time."""
    days = log.days().collect("pyarrow").to_native().to_pandas()
    days["amount"] = days["amount"].astype(float)
    known = people.frame.loc[~people.frame["older_than_file"]]
    found = {}
    for row in known.itertuples():
        mine = days.loc[days["customer_id"] == row.customer_id]
        age = np.ceil((mine["day"] - row.first) / MONTH - 1e-9)
        year = np.maximum(np.ceil(age / 12), 1)
        for k in range(1, int((log.last_day - row.first) / MONTH // 12) + 1):
            found.setdefault(k, []).append(mine["amount"][year == k].sum())
    return {k: np.array(v) for k, v in found.items()}


def test_a_year_is_the_mean_of_those_watched_through_it(opened):
    log, people = opened
    expected = by_hand(log, people)
    found = years(log, people)
    assert [one.year for one in found] == [k for k, v in expected.items() if len(v) >= 30]
    for one in found:
        hand = expected[one.year]
        assert one.followed == len(hand)
        assert one.active == (hand > 0).sum()
        assert one.amount == pytest.approx(hand.mean())
        assert one.each == pytest.approx(hand[hand > 0].mean())
        reach = 1.2816 * hand.std(ddof=1) / np.sqrt(len(hand))
        assert one.high - one.amount == pytest.approx(reach, rel=1e-3)
        assert one.left * one.each == pytest.approx(one.amount)


def test_a_short_file_has_no_first_year(tmp_path):
    log = read(shop(200, days=300), tmp_path)
    with pytest.raises(EvidenceError, match="watched through a whole year"):
        years(log, customers(log))


def test_years_nobody_bought_in_bring_nothing():
    table = np.array([[40.0, 400.0, 5000.0], [0.0, 0.0, 0.0], [1.0, 5.0, 25.0]])
    first, second = settled(np.array([40, 35, 10]), table, "a file")
    assert (first.amount, first.left) == (10.0, 1.0)
    assert (second.amount, second.each, second.left) == (0.0, 0.0, 0.0)
