"""What subscribers have paid: against the file itself, read row by row with pandas."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.contracts.payments import last_year, paid_by_age, paid_by_year, payments
from models.errors import ColumnError, EvidenceError
from models.samples.truth import PLANS
from models.survival import EVERYONE
from tests.models.contracts.conftest import MAGAZINE


@pytest.fixture(scope="module")
def raw():
    frame = pd.read_csv(MAGAZINE / "subscriptions.csv", parse_dates=["start_date", "end_date"])
    # The last day ends a year, so every anniversary of this one has come.
    frame["watched"] = 2025 - frame["start_date"].dt.year
    stay = (frame["end_date"].dt.year - frame["start_date"].dt.year).fillna(frame["watched"] + 1)
    frame["paid_years"] = stay.astype(int)
    return frame


def test_payments_add_up_to_what_the_file_says_was_paid(analysis, raw):
    rows = payments(analysis.people).rows()
    assert len(rows) == raw["paid_years"].sum()
    each = rows.groupby("who")["amount"].sum().to_numpy()
    assert each == pytest.approx(raw.sort_values("subscriber_id")["paid_to_date"].to_numpy())


def test_margin_by_age_is_what_a_plain_loop_finds(analysis, raw):
    """The last payment is the price of the latest year, the rest of the total lies before it."""
    (everyone,) = paid_by_age(analysis.people)
    assert everyone.label == EVERYONE
    total = 0.0
    before = (raw["paid_to_date"] - raw["price_paid"]) / (raw["paid_years"] - 1).clip(lower=1)
    for year in range(6):
        seen = raw["watched"] >= year
        paid = np.where(raw["paid_years"] - 1 == year, raw["price_paid"], before)
        total += np.where(raw["paid_years"] > year, paid, 0.0)[seen].sum() / seen.sum()
        assert everyone.amount[12 * year] == pytest.approx(total)
        assert everyone.followed[12 * year] == seen.sum()
        if year:
            assert everyone.amount[12 * year - 1] == everyone.amount[12 * (year - 1)]


def test_a_channel_has_its_own_curve_and_an_unknown_one_is_named(analysis):
    found = paid_by_age(analysis.people, by="channel", groups=5)
    assert {line.label for line in found} == {
        "website", "recommendation", "kiosk voucher", "social ads", "direct mail",
    }  # fmt: skip
    assert all(line.in_advance for line in found)
    assert all(line.payback(0.65, 85.6)[0] == 12 for line in found)
    with pytest.raises(ColumnError, match="no 'shoe_size'"):
        paid_by_age(analysis.people, by="shoe_size")


def test_the_share_still_paying_is_the_planted_one(analysis, raw):
    """Year k + 1 is paid by those who made k renewals: a share known from the recipe."""
    found = paid_by_year(analysis.people, "magazine")
    assert found[0].left == 1.0
    for one in found[1:]:
        seen = raw["watched"] >= one.year - 1
        assert one.followed == seen.sum()
        assert one.active == (raw["paid_years"] > one.year - 1)[seen].sum()
        truth = sum(plan.weight * plan.survival(one.year - 1) for plan in PLANS)
        error = np.sqrt(truth * (1 - truth) / one.followed)
        assert abs(one.left - truth) < 4 * error + 0.01  # the tested offer kept half a point more


def test_the_last_twelve_months_are_one_payment_of_everybody_who_stays(analysis, raw):
    everybody, staying = last_year(analysis.people)
    running = raw["status"] == "running"
    assert everybody == staying == pytest.approx(raw.loc[running, "price_paid"].sum())


def test_who_comes_back_goes_on_at_their_own_age(analysis):
    people = analysis.people
    twice = people.frame.iloc[[0, 1]].copy()
    twice["customer"] = "S00001"
    twice["start"] = [17532, 17532 + 1461]
    again = payments(replace(people, frame=twice))
    assert list(again.who) == [0, 0]
    assert list(again.before) == [0, 48]
    assert again.watched[0] == again.watched[1] == 95


@pytest.mark.parametrize(
    ("lacks", "why"), [({"last_day": None}, "not since when"), ({"has_money": False}, "no money")]
)
def test_without_dates_or_money_it_says_what_to_bring(analysis, lacks, why):
    with pytest.raises(EvidenceError, match=why):
        payments(replace(analysis.people, **lacks))
