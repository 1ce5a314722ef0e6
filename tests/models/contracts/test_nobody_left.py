"""A young list of subscriptions: what can be said while nobody has left."""

import numpy as np
import pytest

from models.contracts import analyse_subscriptions
from models.contracts.rolling import ContractRolling
from models.decisions.scenario import Scenario
from models.lifetimes.nobody_left import NobodyLeft, most_leaving
from models.transactions.columns import recognise
from models.transactions.reading import open_table
from models.transactions.subscriptions import read_subscriptions


@pytest.fixture(scope="module")
def young(tmp_path_factory):
    path = tmp_path_factory.mktemp("young") / "young.csv"
    rows = [
        f"S{i:03d},2025-{1 + i % 9:02d}-{1 + i % 28:02d},,{('Basic', 'Pro')[i % 2]},9.5,month"
        for i in range(90)
    ]
    path.write_text("\n".join(["subscriber_id,started,ended,plan,price,interval", *rows]))
    return path


def test_an_empty_column_of_ends_is_one(young):
    mapping = recognise(open_table(young))
    assert mapping.kind == "subscriptions"
    assert mapping.guess("end").header == "ended"
    assert "nobody has an end yet" in mapping.guess("end").why


def test_nobody_is_taken_to_stay_for_ever(young):
    analysis = analyse_subscriptions(read_subscriptions(young))
    chosen = analysis.fitted.everyone.chosen
    renewals = analysis.people.frame["renewals"].sum()
    assert (chosen.name, chosen.asked) == ("nobody left", renewals)
    assert 1 - chosen.retention(0) == pytest.approx(1 / (renewals + 2))
    assert "Nobody left at" in chosen.report.sentence
    assert analysis.rolling == ContractRolling() or not analysis.rolling.cuts
    worth = analysis.values(Scenario())
    assert 0 < worth.low < worth.total < worth.high
    assert analysis.decide(Scenario()).verdict


@pytest.mark.parametrize("asked", [10, 300])
def test_the_most_that_may_leave_is_near_the_rule_of_three(asked):
    """At 95 % it would be 3 / n; at 90 %, in which nine in ten draws stay, it is 2.3 / n."""
    assert most_leaving(asked) == pytest.approx(2.303 / asked, rel=0.2)
    drawn = [1 - float(one.retention(0)) for one in NobodyLeft.after(asked).draws(4000, 1)]
    assert np.mean(np.array(drawn) < most_leaving(asked)) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(
    "header",
    [
        "id,customer_id,status,created_at,started_at,canceled_at,product_name,unit_price",
        "Name,Account: Account Number,Subscription: Status,Subscription: Term Start Date,"
        "Subscription: Subscription Start Date,Subscription: Cancelled Date,Rate Plan: Name,"
        "Rate Plan Charge: MRR",
    ],
)
def test_a_row_that_starts_and_may_be_cancelled_is_no_order(tmp_path, header):
    path = tmp_path / "list.csv"
    rows = []
    for i in range(60):
        day = f"2024-{1 + i % 9:02d}-{1 + i % 28:02d}"
        end = f"2025-{1 + i % 9:02d}-{1 + i % 28:02d}" if i % 3 else ""
        rows.append(f"sub{i:04d},cus{i:05d},{'x' if end else 'active'},{day},{day},{end},Pro,9.5")
    path.write_text("\n".join([header, *rows]))
    mapping = recognise(open_table(path))
    assert mapping.kind == "subscriptions"
    assert mapping.guess("end").header.lower().endswith(("canceled_at", "cancelled date"))
