"""A planted complaint is found in a shop; time, foresight and noise alone are not."""

import numpy as np
import pandas as pd
import pytest

from models.contacts import Contacts
from models.customers import customers
from models.errors import EvidenceError
from models.losses.contacted import (
    CONTACTS,
    IN_A_WEEK,
    NOT_IN_A_WEEK,
    ORDERS,
    lost_after_contacting,
)
from models.losses.subscriptions import DELAY, LOW, RATING, REASON
from models.transactions.log import read_transactions

START = pd.Timestamp("2021-01-01")
DAYS = 730
DAY0 = (START - pd.Timestamp("1970-01-01")).days


def shop(folder, seed, n=300, leave=0.0, **told):
    """Customers who buy at their own pace until they leave, and now and then get in touch.

    `leave` is the chance that a complaint is the last the shop hears of a customer.
    """
    rng = np.random.default_rng(seed)
    bought, touched = [], []
    for customer in range(n):
        pace, first = rng.gamma(2.0, 22.0) + 6, rng.integers(0, 500)
        left = first + rng.exponential(500.0)
        calls = np.sort(rng.uniform(first, DAYS, rng.poisson((DAYS - first) / 150)))
        for call in calls[calls < left]:
            complaint = rng.random() < 0.5
            touched.append((f"C{customer}", call, "complaint" if complaint else "question"))
            if complaint and rng.random() < leave:
                left = call
        day = float(first)
        while day < min(left, DAYS) or day == first:
            bought.append((f"C{customer}", day))
            day += rng.exponential(pace)
    return analysed(folder, bought, touched, rng, **told)


def analysed(folder, bought, touched, rng, **told):
    """Return what is lost after these contacts; `told` makes more columns of their reasons."""
    orders = pd.DataFrame(bought, columns=["customer", "day"])
    orders["date"] = START + pd.to_timedelta(orders["day"].astype(int), "D")
    orders["amount"] = 20.0
    # One last guest order, so that the file covers all its days.
    last = pd.DataFrame({"customer": ["Z"], "date": [START + pd.Timedelta(days=DAYS)]})
    path = folder / "orders.csv"
    pd.concat([orders, last.assign(amount=20.0)])[["customer", "date", "amount"]].to_csv(
        path, index=False
    )
    log = read_transactions(path, customer="customer", date="date", amount="amount")
    frame = pd.DataFrame(touched, columns=["customer", "day", "reason"])
    frame["day"] = frame["day"].astype(int) + DAY0
    for role in ("channel", "hours", "rating", "delay"):
        frame[role] = told[role](frame["reason"], rng) if role in told else None
    frame = frame.astype({"hours": float, "rating": float})
    roles = ("customer", "date", "reason", *told)
    return lost_after_contacting(
        log, customers(log),
        Contacts("log.csv", "x", frame, tuple((role, role) for role in roles), len(frame), (),
                 int(frame["day"].min()), int(frame["day"].max())),
    )  # fmt: skip


def announced(found):
    return {(one.kind, one.name) for one in found.losses if one.announced}


def test_a_complaint_that_loses_customers_is_found_with_its_range_and_money(tmp_path):
    found = shop(tmp_path, 1, n=900, leave=0.4)
    assert announced(found) == {(REASON, "complaint")}
    one = next(x for x in found.losses if x.name == "complaint")
    assert one.times.low > 1.1
    assert {x.against for x in found.losses} <= {ORDERS, CONTACTS}
    assert one.at_stake.low > 0
    assert one.customers >= 30
    assert found.days == 182
    assert one.lost / one.cases == pytest.approx(one.share.best)


def test_nothing_is_announced_where_nothing_is_planted(tmp_path):
    assert sum(bool(announced(shop(tmp_path, seed))) for seed in range(100, 116)) <= 2


def test_answers_ratings_and_deliveries_are_compared_as_the_log_has_them(tmp_path):
    def hours(reason, rng):
        return np.where(rng.random(len(reason)) < 0.7, rng.uniform(1, 300, len(reason)), np.nan)

    def rating(reason, _rng):
        return np.where(reason == "complaint", 1.0, 5.0)

    def delay(reason, _rng):
        return np.where(reason == "complaint", "late", "on time")

    found = shop(tmp_path, 2, n=900, leave=0.4, hours=hours, rating=rating, delay=delay)
    kinds = {one.kind for one in found.losses}
    assert kinds == {REASON, IN_A_WEEK, NOT_IN_A_WEEK, RATING, DELAY}
    assert {(RATING, LOW), (DELAY, "late"), (REASON, "complaint")} <= announced(found)
    assert all(one.name not in {"question", "on time"} for one in found.losses if one.announced)
    assert found.compared <= found.contacts


def test_being_there_long_enough_to_write_is_not_loyalty(tmp_path):
    """Every order may bring a contact: whoever stays longer has more, and none changes anything."""
    told = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        bought, touched = [], []
        for customer in range(500):
            day, left = float(rng.integers(0, 400)), rng.exponential(300.0)
            pace, left = rng.gamma(2.0, 20.0) + 5, left + day
            while day < min(left, DAYS) or not bought or bought[-1][0] != f"C{customer}":
                bought.append((f"C{customer}", day))
                if rng.random() < 0.3:
                    touched.append((f"C{customer}", day + rng.integers(0, 6), "where is it"))
                day += rng.exponential(pace)
        ever = {customer for customer, *_ in touched}
        last = pd.DataFrame(bought).groupby(0)[1].max()
        naive = [(last[last.index.isin(ever) == was] > DAYS - 182).mean() for was in (True, False)]
        assert naive[0] > 1.2 * naive[1]  # what comparing ever with never would say
        found = analysed(tmp_path, bought, touched, rng)
        told.append(next(one for one in found.losses if one.kind == REASON))
    assert not any(one.announced for one in told)
    lost, expected = sum(one.lost for one in told), sum(one.expected for one in told)
    assert lost / expected == pytest.approx(1.0, abs=0.05)


def test_what_is_dated_after_coming_back_explains_nothing(tmp_path):
    """Thanks written two days after an order that ended a silence: the order comes before them."""
    told = []
    for seed in range(4):
        rng = np.random.default_rng(50 + seed)
        bought, touched = [], []
        for customer in range(500):
            day = float(rng.integers(0, 300))
            left = day + rng.exponential(500.0)
            previous = day
            while day < min(left, DAYS) or day == previous:
                bought.append((f"C{customer}", day))
                if day - previous > 60:
                    touched.append((f"C{customer}", day + 2, "thanks"))
                previous, day = day, day + rng.exponential(50.0)
        found = analysed(tmp_path, bought, touched, rng)
        told += [one for one in found.losses if one.name == "thanks"]
    assert len(told) == 4
    assert sum(one.announced for one in told) <= 1


def test_what_protects_is_told_and_neutral_questions_are_not(tmp_path):
    """Praise goes with staying, whatever else somebody asks does not."""
    rng = np.random.default_rng(7)
    bought, touched = [], []
    for customer in range(1200):
        day, pace = float(rng.integers(0, 400)), rng.gamma(2.0, 20.0) + 5
        while day < DAYS:
            bought.append((f"C{customer}", day))
            draw = rng.random()
            if draw < 0.3:
                touched.append((f"C{customer}", day + 2, "praise" if draw < 0.15 else "question"))
            if rng.random() < (0.02 if draw < 0.15 else 0.12):
                break
            day += rng.exponential(pace)
    one = {x.name: x for x in analysed(tmp_path, bought, touched, rng).losses}
    assert one["praise"].against == one["question"].against == ORDERS
    assert one["praise"].announced
    assert one["praise"].times.high < 1
    assert not one["question"].announced


def test_too_few_to_say_anything_of_is_a_sentence(tmp_path):
    with pytest.raises(EvidenceError, match="are the fewest to say anything of"):
        shop(tmp_path, 3, n=25)
