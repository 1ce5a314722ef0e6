"""What customers have earned: checked against a plain loop over purchases."""

import math

import numpy as np
import pandas as pd
import pytest

from models.customers import customers
from models.earned import Concentration, Earned, concentration, earned
from models.errors import ColumnError, EvidenceError
from models.survival import EVERYONE
from models.transactions.log import read_transactions

MONTH = 487 / 16


def shop(people, seed=1, days=900):
    """Purchases of a simulated shop: new customers all the time, one spends in Norway or Spain."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        day = int(draw.integers(0, days - 60))
        country = "Norway" if person % 3 else "Spain"
        for _ in range(int(draw.integers(1, 9))):
            rows.append((f"c{person:04d}", day, round(float(draw.gamma(2, 20)), 2) + 1, country))
            day += int(draw.integers(1, 90))
    frame = pd.DataFrame(rows, columns=["customer", "day", "amount", "country"])
    frame = frame.loc[frame["day"] < days]
    frame["date"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame[["customer", "date", "amount", "country"]]


def read(frame, tmp_path):
    path = tmp_path / "shop.csv"
    frame.to_csv(path, index=False)
    return read_transactions(path)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    frame = shop(600)
    log = read(frame, tmp_path_factory.mktemp("shop"))
    return log, customers(log)


def by_hand(log, people, months):
    """The mean cumulative money, one customer and one month at a time."""
    days = log.days().collect("pyarrow").to_native().to_pandas()
    known = people.frame.loc[~people.frame["older_than_file"]].set_index("customer_id")
    days = days.loc[days["customer_id"].isin(known.index)]
    age = days["day"].to_numpy() - known["first"].loc[days["customer_id"]].to_numpy()
    month = np.ceil(age / MONTH - 1e-9)
    watched = (log.last_day - known["first"].to_numpy()) / MONTH
    whole = np.floor((log.last_day - known["first"].loc[days["customer_id"]].to_numpy()) / MONTH)
    total, means = 0.0, []
    for k in range(months + 1):
        counted = (month == k) & (month <= whole)
        total += float(days["amount"].astype(float)[counted].sum()) / int((watched >= k).sum())
        means.append(total)
    return np.array(means)


def test_money_by_age_is_what_a_plain_loop_finds(opened):
    log, people = opened
    (everyone,) = earned(log, people, months=18)
    assert everyone.label == EVERYONE
    assert everyone.amount == pytest.approx(by_hand(log, people, 18))
    assert everyone.followed[0] == everyone.customers
    assert (np.diff(everyone.followed) <= 0).all()
    assert (np.diff(everyone.amount) >= 0).all()


def test_groups_together_are_everyone(opened):
    log, people = opened
    attribute = next(name for name in people.attributes if "country" in name)
    groups = earned(log, people, by=attribute, months=6)
    assert [group.label for group in groups] == ["Norway", "Spain"]
    (everyone,) = earned(log, people, months=6)
    assert sum(group.customers for group in groups) == everyone.customers
    assert sum(g.amount[0] * g.followed[0] for g in groups) == pytest.approx(
        everyone.amount[0] * everyone.followed[0]
    )


def test_the_band_is_that_of_a_mean_of_whole_customers(opened):
    """Left out by fiftieths, customers give the textbook error of their mean first purchase."""
    log, people = opened
    (everyone,) = earned(log, people, months=6)
    days = log.days().collect("pyarrow").to_native().to_pandas()
    known = people.frame.loc[~people.frame["older_than_file"]].set_index("customer_id")
    firsts = days.loc[days["customer_id"].isin(known.index)]
    firsts = firsts.loc[
        firsts["day"].to_numpy() == known["first"].loc[firsts["customer_id"]].to_numpy()
    ]
    amounts = firsts["amount"].astype(float)
    reach = 1.2816 * amounts.std() / math.sqrt(len(amounts))
    assert everyone.high[0] - everyone.amount[0] == pytest.approx(reach, rel=0.3)
    assert (np.diff(everyone.high - everyone.low) > 0).all()


def test_an_unknown_attribute_is_named(opened):
    log, people = opened
    with pytest.raises(ColumnError, match="no 'shoe_size' to compare by"):
        earned(log, people, by="shoe_size")


def test_a_handful_of_customers_is_no_evidence(tmp_path):
    log = read(shop(12), tmp_path)
    with pytest.raises(EvidenceError, match="Fewer than 30 customers"):
        earned(log, customers(log))


def line(amount, reach=5.0):
    amount = np.asarray(amount, dtype=float)
    return Earned(
        label=EVERYONE,
        customers=100,
        months=np.arange(len(amount)),
        amount=amount,
        low=np.maximum(amount - reach, 0),
        high=amount + reach,
        followed=np.full(len(amount), 100),
        replicates=np.tile(amount, (50, 1)),
    )


@pytest.mark.parametrize(
    ("margin", "cost", "month"),
    [
        (1.0, 0.0, (0, 0, 0)),
        (1.0, 20.0, (1, 1, 2)),
        (0.5, 20.0, (3, 3, 4)),
        (1.0, 49.0, (4, 4, math.inf)),
        (1.0, 51.0, None),
        (0.0, 1.0, None),
    ],
)
def test_payback_is_the_first_month_that_covers_the_cost(margin, cost, month):
    assert line([10, 20, 30, 40, 50]).payback(margin, cost) == month


@pytest.mark.parametrize(("share", "held"), [(0.0, 0.0), (0.01, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_concentration_reads_from_the_largest_on(share, held):
    shares = np.interp(np.arange(1, 101) / 100, [0, 0.01, 0.5, 1], [0, 0.5, 0.75, 1])
    assert Concentration(shares).top(share) == pytest.approx(held)


def test_concentration_counts_everybodys_money(opened):
    _, people = opened
    held = concentration(people.frame["amount"]).held
    assert held[-1] == pytest.approx(1)
    assert held[0] == pytest.approx(people.frame["amount"].max() / people.frame["amount"].sum())
    assert (np.diff(np.diff(np.r_[0.0, held])) <= 1e-12).all()


def test_without_money_nobody_holds_it(tmp_path):
    frame = shop(60)[["customer", "date"]]
    with pytest.raises(EvidenceError, match="no money"):
        concentration(customers(read(frame, tmp_path)).frame["amount"])
