"""From other tools' numbers to ours: the sum is exact, and each number is what its words say."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.analysis import analyse
from models.bridges import bridge
from models.business import Business
from models.errors import EvidenceError
from models.periods import AnnualRate
from models.reconciliation import reconcile
from models.transactions.log import read_transactions
from models.values import values
from tests.models.test_earned import shop

WEEK = 7
MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    frame = shop(500)
    frame.to_csv(path, index=False)
    return analyse(read_transactions(path)), frame


def asked(analysis, **changes):
    business = Business(margin=0.4) if not changes else Business(**({"margin": 0.4} | changes))
    found = reconcile(
        analysis.transactions, analysis.customers, analysis.lifetimes, analysis.spend, business
    )
    worth = values(analysis.customers, analysis.lifetimes, analysis.spend, business)
    return {one.start: one for one in found}, worth


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"margin": 1.0, "rate": AnnualRate(0.0), "horizon_months": 7},
        {"margin": 0.07, "rate": AnnualRate(0.3), "horizon_months": 60, "cost_to_serve": 2.5},
    ],
)
def test_steps_add_up_exactly_to_what_customers_are_worth(opened, changes):
    found, worth = asked(opened[0], **changes)
    assert set(found) == {"formula", "last_year", "so_far"}
    for one in found.values():
        assert one.ends == pytest.approx(worth.total, rel=1e-12)
        assert math.fsum((one.begins, *one.changes)) == pytest.approx(worth.total, rel=1e-12)
    assert ("service" in {step.key for step in found["formula"].steps}) == (
        "cost_to_serve" in changes
    )


def test_the_numbers_of_other_tools_are_theirs(opened):
    """Average order x orders a year / churn, last year's revenue, all revenue: by pandas."""
    analysis, raw = opened
    raw = raw.assign(day=pd.to_datetime(raw["date"]))
    last = raw["day"].max()
    year = raw[raw["day"] > last - pd.Timedelta(days=365)]
    before = raw[(raw["day"] > last - pd.Timedelta(days=730)) & ~raw.index.isin(year.index)]
    stayed = before["customer"].drop_duplicates().isin(year["customer"]).mean()
    buyers, orders = year["customer"].nunique(), len(year.groupby(["customer", "day"]))
    formula = (year["amount"].sum() / orders) * (orders / buyers) / (1 - stayed) * buyers
    found, _ = asked(analysis)
    assert found["formula"].begins == pytest.approx(formula)
    assert found["last_year"].begins == pytest.approx(year["amount"].sum())
    assert found["so_far"].begins == pytest.approx(raw["amount"].sum())
    assert found["formula"].facts["customers"] == buyers


def test_margin_horizon_and_interest_are_the_formula_year_by_year(opened):
    found, _ = asked(opened[0], horizon_months=30)
    steps = {step.key: step.after for step in found["formula"].steps}
    facts, revenue = found["formula"].facts, found["last_year"].begins
    assert steps["margin"] == pytest.approx(0.4 * found["formula"].begins)
    days = np.arange(round(30 * MONTH * 1000)) / 1000
    there = (1 - facts["churn"]) ** np.floor(days / facts["days"])
    assert steps["horizon"] == pytest.approx(
        0.4 * revenue / facts["days"] * there.sum() / 1000, 1e-4
    )
    worth = 1.1 ** -((np.floor(days / MONTH) + 0.5) / 12)
    assert steps["discounting"] == pytest.approx(
        0.4 * revenue / facts["days"] * (there * worth).sum() / 1000, 1e-4
    )


def test_who_is_still_a_customer_is_what_the_last_steps_are_about(opened):
    analysis, _ = opened
    found, worth = asked(analysis)
    steps = {step.key: step.after for step in found["last_year"].steps}
    lately = analysis.customers.frame["last"] > analysis.transactions.last_day - 365
    frame = worth.frame
    assert steps["pace"] == pytest.approx((frame["value"] / frame["p_alive"])[lately].sum())
    assert steps["gone"] == pytest.approx(frame["value"][lately].sum())
    assert steps["gone"] < steps["pace"]
    assert steps["silent"] > steps["gone"]


def test_changes_lead_from_one_number_to_the_next():
    over = bridge("formula", 10.0, {"margin": 4.0, "horizon": 3.0}, {})
    assert over.changes == (-6.0, -1.0)
    assert over.ends == 3.0


def test_without_money_there_is_nothing_to_lead_over(opened):
    analysis, _ = opened
    with pytest.raises(EvidenceError, match="no money"):
        reconcile(analysis.transactions, analysis.customers, analysis.lifetimes, None, Business())


def test_a_shop_that_went_silent_says_so(opened):
    analysis, _ = opened
    long_ago = replace(
        analysis.customers, frame=analysis.customers.frame.assign(last=analysis.customers.first_day)
    )
    with pytest.raises(EvidenceError, match="last 365 days"):
        reconcile(analysis.transactions, long_ago, analysis.lifetimes, analysis.spend, Business())
