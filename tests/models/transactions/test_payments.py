"""A log of payments read as subscriptions: what is counted, what is guessed, what is refused."""

import numpy as np
import pandas as pd
import pytest

from models.contracts import analyse_subscriptions
from models.errors import DataError
from models.transactions.log import read_transactions
from models.transactions.payments import subscriptions_of

START, END = pd.Timestamp("2021-01-01"), pd.Timestamp("2024-01-01")
CHANCE = (1.0, 8.0)  # of leaving before each payment: Beta across subscribers


def written(folder, rows):
    path = folder / "payments.csv"
    pd.DataFrame(rows, columns=["customer", "date", "amount", "product"]).to_csv(path, index=False)
    return read_transactions(path)


def paid(customers, months=1, seed=1):
    """Return payments that are up to two days late, and how many each subscriber made."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(customers):
        first = START + pd.Timedelta(days=int(rng.integers(0, 900)))
        chance, made = rng.beta(*CHANCE), 0
        while True:
            due = first + pd.DateOffset(months=months * made)
            day = due + pd.Timedelta(days=int(rng.integers(0, 3)))
            if day > END:
                break
            plan = ("basic", "plus")[i % 2]
            rows.append((f"c{i:04d}", day.date().isoformat(), (9.9, 19.9)[i % 2], plan))
            made += 1
            if rng.random() < chance:
                break
    return rows


@pytest.fixture(scope="module")
def monthly(tmp_path_factory):
    return paid(1_500), written(tmp_path_factory.mktemp("monthly"), paid(1_500))


def test_every_payment_is_a_period_of_its_subscriber(monthly):
    rows, log = monthly
    listed = subscriptions_of(log)
    lives = listed.lives()
    made = pd.DataFrame(rows).groupby(0).size()
    read = lives.groupby("customer")["payments"].sum()
    assert listed.period_months == 1
    assert (made.sort_index() == read).mean() > 0.98
    assert lives["paid"].sum() == pytest.approx(sum(row[2] for row in rows))
    assert set(lives["plan"]) == {"basic", "plus"}
    assert lives.loc[lives["plan"] == "plus", "price"].unique().tolist() == [19.9]


def test_the_planted_chances_come_out(monthly):
    analysis = analyse_subscriptions(subscriptions_of(monthly[1]))
    assert not analysis.fitted.by_plan  # plans leave alike
    simple = analysis.fitted.everyone.simple
    errors = np.sqrt(np.diag(simple.fit.covariance))
    assert np.log([simple.a, simple.b]) == pytest.approx(np.log(CHANCE), abs=3 * errors.max())
    assert analysis.holdout.renewals.inside


def test_whoever_stays_away_for_two_periods_begins_anew(tmp_path):
    rows = [("a", f"2021-{month:02d}-05", 10, "x") for month in (1, 2, 3, 7, 8, 9, 10, 11, 12)]
    rows += [("b", f"2021-{month:02d}-05", 10, "x") for month in range(1, 13)]
    lives = subscriptions_of(written(tmp_path, rows)).lives()
    a = lives[lives["customer"] == "a"]
    assert a["payments"].tolist() == [3, 6]
    assert a["observed"].tolist() == [True, False]
    assert lives.loc[lives["customer"] == "b", "observed"].tolist() == [False]


def test_yearly_payments_are_told_from_monthly_ones(tmp_path):
    listed = subscriptions_of(written(tmp_path, paid(200, months=12)))
    assert listed.period_months == 12
    said = {one.what: one for one in listed.assumptions}
    assert "of gaps fit" in said["months in a paid period"].why
    assert said["who has left"].value == "more than 37 days late"


def test_a_shop_is_no_subscription(tmp_path):
    rng = np.random.default_rng(3)
    days = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 700, 2_000), unit="D")
    rows = [(f"c{i % 300}", day.date().isoformat(), 5, "x") for i, day in enumerate(days)]
    with pytest.raises(DataError, match="does not look like payments every"):
        subscriptions_of(written(tmp_path, rows))


def test_who_pays_once_shows_no_subscription(tmp_path):
    rows = [(f"c{i}", f"2021-0{1 + i % 9}-03", 5, "x") for i in range(40)]
    with pytest.raises(DataError, match="pays twice"):
        subscriptions_of(written(tmp_path, rows))
