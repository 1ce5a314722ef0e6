"""Files with hardly anything in them: answered within reason, or refused with a sentence."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from models import samples
from models.analysis import analyse
from models.decisions.scenario import Scenario
from models.errors import EvidenceError
from models.report import report
from models.transactions.log import read_transactions
from tests.models.transactions.tables import raw_table

HEADERS = ("customer", "date", "amount")
START = dt.date(2022, 1, 3)


def company(rows):
    return analyse(read_transactions(raw_table(HEADERS, rows)))


def one_time_buyers(amount="{}.00"):
    return [
        (f"A{i}", str(START + dt.timedelta(days=5 * i)), amount.format(10 + i % 3))
        for i in range(60)
    ]


@pytest.fixture(scope="module")
def six_weeks():
    log = samples.shop(150, seed=3).log
    rows = log[log["date"] < log["date"].min() + np.timedelta64(42, "D")]
    return company([(str(c), f"{d:%Y-%m-%d}", f"{a:.2f}") for c, d, a in rows.to_numpy()])


def test_six_weeks_are_not_asked_about_three_years(six_weeks):
    content = report(six_weeks, Scenario(horizon_months=36))
    assert content["value"]["horizon_months"] == 12
    assert content["decision"]["settings"]["horizon_months"] == 12
    (said,) = (one for one in content["assumptions"] if one["what"] == "horizon in months")
    assert "12 months and not for the 36" in said["why"]
    assert (
        content["value"]["total"]
        == report(six_weeks, Scenario(horizon_months=12))["value"]["total"]
    )


def test_what_is_to_come_is_never_less_than_nothing(six_weeks):
    worth = six_weeks.values(Scenario())
    assert 0 <= worth.low <= worth.total <= worth.high
    assert 0 <= worth.buyers_low <= worth.buyers_12m


def test_when_everybody_bought_once_a_newcomer_is_worth_the_first_order():
    found = company(one_time_buyers())
    worth = found.values(Scenario(margin=0.5))
    assert worth.new_customer == pytest.approx(0.5 * 11, rel=0.01)
    assert found.spend.population_mean == pytest.approx(11)
    assert worth.total < 1


def test_a_shop_that_earned_nothing_is_worth_nothing():
    rows = [*one_time_buyers("0"), ("A1", "2022-09-01", "0"), ("A2", "2022-09-02", "0")]
    worth = company(rows).values(Scenario())
    assert (worth.total, worth.low, worth.high, worth.new_customer) == (0, 0, 0, 0)


def test_a_single_day_is_refused_with_a_sentence():
    with pytest.raises(EvidenceError, match="less than a week and a day"):
        company([(f"A{i}", str(START), "5.00") for i in range(20)])


def test_a_range_holds_the_value_even_of_those_who_are_probably_gone():
    log = samples.shop(400, seed=5).log
    found = company([(str(c), f"{d:%Y-%m-%d}", f"{a:.2f}") for c, d, a in log.to_numpy()])
    frame = found.values(Scenario()).frame
    assert (frame["p_alive"] < 0.05).any()
    assert (frame["value_low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["value_high"]).all()
