"""When money moves, how surely, and what the year before a plan was like."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from models.analysis import analyse
from models.contracts import analyse_subscriptions
from models.contracts.rolling import ContractRolling
from models.decisions import Scenario
from models.periods import day_number
from models.plan import make_plan, outlook_of
from models.plan.history import last_year
from models.plan.outlook import monthly_shock, starts_after
from models.samples import ParetoNBDTruth, shop
from models.surprise import ASSUMED, Surprise
from models.transactions.log import read_transactions
from models.transactions.subscriptions import read_subscriptions
from tests.models.plan import companies
from tests.models.transactions.tables import raw_table


@pytest.fixture(scope="module")
def small_shop():
    sample = shop(
        150, seed=5, weeks=77, acquisition_weeks=70, truth=ParetoNBDTruth(0.9, 7, 1.5, 40)
    )
    rows = [
        (f"C{one.customer}", one.date.date().isoformat(), f"{one.amount:.2f}")
        for one in sample.log.itertuples()
    ]
    return analyse(read_transactions(raw_table(("customer", "date", "amount"), rows)))


@pytest.fixture(scope="module")
def small_list(tmp_path_factory):
    """Monthly subscribers who come at two a month; every third leaves within seven."""
    path = tmp_path_factory.mktemp("list") / "subscriptions.csv"
    lines = ["subscriber_id,start,end,price,plan"]
    for place in range(72):
        start = dt.date(2022 + place // 24, place // 2 % 12 + 1, 5 + place % 2)
        end = ""
        if place % 3 == 0:
            months = start.month + place % 7
            end = dt.date(start.year + months // 12, months % 12 + 1, start.day).isoformat()
        end = "" if end >= "2024-12-31" else end
        lines.append(f"S{place:03d},{start},{end},10.00,basic")
    path.write_text("\n".join(lines) + "\n")
    return analyse_subscriptions(
        read_subscriptions(path, end=dt.date(2024, 12, 31), period_months=1)
    )


@pytest.mark.parametrize(
    ("last", "start", "days"),
    [
        ("2011-12-09", "2012-01-01", 22),
        ("2025-12-31", "2026-01-01", 0),
        ("2024-02-01", "2024-03-01", 28),
    ],
)
def test_a_plan_starts_with_the_next_whole_month(last, start, days):
    found, wait = starts_after(day_number(dt.date.fromisoformat(last)))
    assert found == dt.date.fromisoformat(start)
    assert wait == pytest.approx(days * 12 / 365.25)


@pytest.mark.parametrize("months", [1, 3, 12, 36])
def test_months_together_are_as_unsure_as_any_total_of_that_length(months):
    known = Surprise(4.0, 0.2, 0.15, 17, 5)
    each = monthly_shock(known)
    beyond_level = each**2 * (1 / months - 1 / 36)
    assert beyond_level + known.over(36) ** 2 == pytest.approx(known.over(months) ** 2)


def test_shocks_leave_the_level_of_three_years_alone():
    state = companies.subscription_state()
    scores = companies.outlook(state).chance[0]
    assert scores[0] == pytest.approx(np.zeros(scores.shape[1]))
    assert scores[:, :36].mean(axis=1) == pytest.approx(np.zeros(len(scores)), abs=1e-12)


def test_a_short_file_has_no_season_and_says_so(small_shop):
    known = outlook_of(small_shop)
    assert known.season == ()
    assert known.index(14) == pytest.approx(np.ones(14))
    scenario = small_shop.answerable(Scenario(acquisition_cost=20))
    plan = make_plan(small_shop.state, scenario, known)
    assert any("Every month is an average one" in note for note in plan.notes)


def test_the_year_before_is_counted_from_the_rows(small_shop):
    table = last_year(small_shop)
    log, frame = small_shop.transactions, small_shop.customers.frame
    assert len(table) == 12
    whole = table.dropna(subset="revenue")
    assert 0 < len(whole) < 12  # the month the file ends in is not whole
    first, last = whole["first_day"].iloc[0], table["first_day"].iloc[len(whole)]
    inside = frame["first"].between(day_number(first), day_number(last) - 1)
    assert whole["newcomers"].sum() == inside.sum()
    assert 0 < whole["revenue"].sum() < frame["amount"].sum()
    assert whole["customers"].isna().all()
    assert log.last_day < day_number(table["first_day"].iloc[-1]) + 31


def test_a_list_of_subscriptions_counts_customers_too(small_list):
    table = last_year(small_list)
    assert table["newcomers"].to_numpy() == pytest.approx(np.full(12, 2))
    running = len(small_list.people.running)
    assert table["customers"].iloc[-1] == running
    assert table["revenue"].iloc[-1] == pytest.approx(10 * running)
    known = outlook_of(small_list)
    assert known.due.sum() == pytest.approx(1)
    assert known.start == dt.date(2025, 1, 1)


def test_a_month_of_subscribers_is_as_unsure_as_its_own_tests_say(small_list):
    tested = small_list.surprise
    assert not tested.month_assumed
    known = outlook_of(small_list)
    assert (known.shock, known.assumed) == (monthly_shock(tested), False)
    untested = outlook_of(replace(small_list, rolling=ContractRolling()))
    assert (untested.shock, untested.assumed) == (monthly_shock(ASSUMED), True)
