"""Files of tenures and a flag: the meaning of "all who left" decides the curve."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.contracts import analyse_subscriptions
from models.contracts.curves import staying
from models.contracts.subscribers import subscribers
from models.decisions.scenario import Scenario
from models.errors import DataError
from models.lifetimes.contract import Renewals, fit_sbg
from models.survival import kaplan_meier
from models.transactions.subscriptions import read_subscriptions

# Month-to-month customers of the IBM Telco churn sample (Apache-2.0) by months of tenure 1 to 12,
# all and those of them who left within the last month; later tenures together as 13.
TELCO = (
    (604, 380), (230, 121), (191, 94), (165, 82), (128, 63), (95, 40), (113, 50), (101, 41),
    (105, 45), (96, 45), (80, 30), (86, 33), (1881, 631),
)  # fmt: skip


@pytest.fixture(scope="module")
def telco(tmp_path_factory):
    rows = [
        (f"{tenure}-{i}", tenure, "Month-to-month", "70.5", "Yes" if i < left else "No")
        for tenure, (all_, left) in enumerate(TELCO, start=1)
        for i in range(all_)
    ]
    headers = ["customerID", "tenure", "Contract", "MonthlyCharges", "Churn"]
    path = tmp_path_factory.mktemp("telco") / "telco.csv"
    pd.DataFrame(rows, columns=headers).to_csv(path, index=False)
    return path


def curve(path, leavers):
    read = read_subscriptions(path, leaving_column="Churn", leaving_means="Yes", leavers=leavers)
    (everyone,) = staying(subscribers(read))
    return everyone


def test_the_trap_of_the_snapshot(telco):
    naive, delayed = curve(telco, "all"), curve(telco, "last-period")
    assert 1 - naive.at(1) == pytest.approx(380 / 3875)  # 9.8 % a month: far too loyal
    assert 1 - delayed.at(1) == pytest.approx(380 / 604)  # 62.9 %
    assert delayed.at(2) == pytest.approx((1 - 380 / 604) * (1 - 121 / 230))
    assert delayed.followed_at(1) == 604
    assert naive.followed_at(1) == 3875


def test_who_enters_at_the_moment_of_an_event_was_not_at_risk_of_it():
    late = kaplan_meier([30, 60, 60], [1, 1, 0], entry_days=[0, 30, 30])
    assert late.followed[1:].tolist() == [1, 2]
    assert late.share[1:].tolist() == [0.0, 0.0]


def test_a_snapshot_can_be_decided_on_and_says_what_it_lacks(telco):
    read = read_subscriptions(telco, leaving_means="Yes", leavers="last-period")
    analysis = analyse_subscriptions(read)
    assert analysis.holdout is None
    assert "start and end dates" in analysis.holdout_why
    worth = analysis.values(Scenario())
    assert 0 < worth.low <= worth.total <= worth.high
    assert analysis.decide(Scenario(channel="at_cancel")).option("keep").value is not None
    loyal = analyse_subscriptions(read_subscriptions(telco, leaving_means="Yes", leavers="all"))
    assert loyal.values(Scenario()).new_customer > 3 * worth.new_customer


def test_delayed_entry_recovers_what_leaving_it_out_does_not():
    rng = np.random.default_rng(11)
    theta = rng.beta(0.8, 3.0, 60_000)
    tenure = rng.integers(0, 8, len(theta))
    here = rng.random(len(theta)) < (1 - theta) ** tenure  # only survivors can be watched
    made, theta = tenure[here], theta[here]
    left = rng.random(len(theta)) < theta
    seen = made + ~left
    entered = Renewals.from_customers(seen, left, entered=made)
    fitted = fit_sbg(entered)
    assert (fitted.a, fitted.b) == pytest.approx((0.8, 3.0), rel=0.15)
    naive = fit_sbg(Renewals.from_customers(seen, left))
    assert abs(naive.retention(0) - 3 / 3.8) > 5 * abs(fitted.retention(0) - 3 / 3.8)
    with pytest.raises(DataError, match="came under observation"):
        Renewals(np.ones(2), np.ones(3), np.ones(2))


def ten_years(tmp_path, name, since):
    """Subscribers of ten years; those who left before a day are not in the file."""
    rng = np.random.default_rng(5)
    start = rng.integers(0, 3_600, 3_000)
    years = rng.geometric(rng.beta(1.2, 3.0, 3_000))
    ended = start + np.round(years * 365.25).astype(int)
    kept = ended >= since
    first = np.datetime64("2010-01-01")
    table = pd.DataFrame({"subscriber": np.arange(3_000), "start_date": first + start})
    table["end_date"] = [str(first + day) if day <= 3_650 else "" for day in ended]
    table["renewal_months"] = 12
    path = tmp_path / name
    table[kept].to_csv(path, index=False)
    return subscribers(read_subscriptions(path))


def test_true_starts_before_the_file_are_delayed_entries(tmp_path):
    whole = ten_years(tmp_path, "whole.csv", since=0)
    cut = ten_years(tmp_path, "cut.csv", since=2_200)
    assert not whole.delayed
    assert cut.delayed
    months = np.array([12, 24, 36, 48])
    truth = staying(whole)[0].share_at(months)
    np.testing.assert_allclose(staying(cut)[0].share_at(months), truth, atol=0.03)
    # Without it those who left early are missing, and the curve is far too high.
    naive = cut.frame.assign(entry_days=0.0)
    wrong = staying(replace(cut, frame=naive, delayed=False))[0].share_at(months)
    assert (wrong - truth).min() > 0.05
