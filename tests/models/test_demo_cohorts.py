"""The shipped wholesaler: who came back, and what may not be said of its first cohorts."""

from pathlib import Path

import pytest

from dashboard.wording import staying as words
from models.cohorts import buying_again_within, plain_fact, silences
from models.customers import customers
from models.transactions.log import read_transactions

FILE = (
    Path(__file__).resolve().parents[2] / "data" / "online_retail_II" / "online_retail_II.parquet"
)


@pytest.fixture(scope="module")
def log():
    return read_transactions(FILE)


def test_second_purchases_within_a_year_by_quarter_of_2010(log):
    found = {one.cohort: one for one in buying_again_within(log, customers(log), 365)}
    quarters = [found[f"2010-Q{k}"] for k in (1, 2, 3, 4)]
    assert [one.customers for one in quarters[:3]] == pytest.approx([1184, 816, 587], abs=3)
    assert [one.share for one in quarters] == pytest.approx([0.80, 0.70, 0.66, 0.56], abs=0.01)
    # Its first "new" customers are partly old ones; its last quarter was not watched for a year.
    assert [one.older for one in quarters] == [True, True, True, False]
    assert found["2009-Q4"].older
    assert not quarters[3].finished


@pytest.mark.parametrize("days", [365, 182])
def test_its_cohorts_are_never_called_worse(log, days):
    said = words.trend(buying_again_within(log, customers(log), days), "a while")
    assert "less often" not in said
    assert "cannot be said yet" in said or "of different seasons" in said


def test_of_the_first_years_buyers_63_of_100_bought_again(log):
    fact = plain_fact(log)
    assert fact.customers == pytest.approx(4_223, abs=10)
    assert fact.share == pytest.approx(0.63, abs=0.01)
    assert fact.money_share == pytest.approx(0.81, abs=0.01)


def test_no_silence_that_one_could_act_on_means_goodbye_there(log):
    found = silences(log)
    assert found.goodbye is None
    assert found.four_in_five > found.span / 2
    assert found.usual() == pytest.approx(30, abs=2)
