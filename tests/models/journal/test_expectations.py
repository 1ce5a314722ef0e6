"""What a decision promises, and what a later file of the same company tells of it."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.analysis import analyse
from models.contracts import analyse_subscriptions
from models.contracts.rolling import ContractRolling
from models.decisions.scenario import Scenario
from models.errors import EvidenceError, SettingError
from models.journal import actual, begins_later, expect, hashed, longest, measures, sample
from models.periods import date_of
from models.samples import shop
from models.surprise import ASSUMED
from models.transactions.log import read_transactions
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine" / "subscriptions.csv"
SETTINGS = Scenario(margin=0.5, acquisition_cost=40.0)


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """A simulated shop, and the same half a year earlier."""
    made = shop(customers=1_500, weeks=104, seed=5)
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    made.log.to_csv(path, index=False)
    log = read_transactions(path, end=date_of(made.last_day))
    return analyse(log.until(log.last_day - 182)), analyse(log)


@cache
def magazine(until=None):
    return analyse_subscriptions(
        read_subscriptions(MAGAZINE, until=until, end=dt.date(2025, 12, 31))
    )


@pytest.fixture(params=["shop", "subscription"])
def then_and_now(request, shops):
    if request.param == "shop":
        return shops
    return magazine(dt.date(2024, 12, 31)), magazine()


def until(then, days=120):
    return date_of(then.log.last_day) + dt.timedelta(days=days)


def test_what_came_lies_in_the_range_when_nothing_is_done(then_and_now):
    then, now = then_and_now
    for measure in measures(then):
        promised = expect(then, SETTINGS, "nothing", until(then), measure)
        assert promised.low < promised.expected < promised.high
        assert promised.expected == promised.without
        assert promised.holds(actual(now, promised))
        assert promised.customers == (
            then.customers_today if measure == "leavers" else then.customer_count
        )


def test_a_range_can_be_missed(then_and_now):
    then, now = then_and_now
    promised = expect(then, SETTINGS, "nothing", until(then), measures(then)[0])
    off = replace(
        promised, expected=2 * promised.expected, low=1.9 * promised.expected,
        high=2.1 * promised.expected,
    )  # fmt: skip
    assert not off.holds(actual(now, promised))


def test_an_offer_keeps_customers_and_costs_revenue(then_and_now):
    then, _ = then_and_now
    strong = replace(SETTINGS, save_rate=0.5, depth=0.1, duration_months=12)
    kept = {m: expect(then, strong, "keep", until(then), m) for m in measures(then)}
    if "leavers" in kept:
        change = 1 - kept["leavers"].expected / kept["leavers"].without
        assert change == pytest.approx(0.5, abs=0.01)  # at the first renewal half are saved
    else:
        assert kept["purchases"].expected > kept["purchases"].without
        assert kept["revenue"].expected < kept["revenue"].without
        given = 1 - kept["revenue"].expected / kept["revenue"].without
        assert 0 < given < 0.1


def test_an_offer_without_effect_or_depth_changes_nothing(then_and_now):
    then, _ = then_and_now
    none = replace(SETTINGS, save_rate=0.0, save_rate_low=0.0, save_rate_high=0.0, depth=0.0)
    for measure in measures(then):
        promised = expect(then, none, "keep", until(then), measure)
        assert promised.expected == pytest.approx(promised.without)


def test_a_list_changes_less_than_everybody(then_and_now):
    then, _ = then_and_now
    for measure in measures(then):
        changes = [
            abs(promised.expected - promised.without)
            for channel in ("list", "everybody")
            for promised in [
                expect(then, replace(SETTINGS, channel=channel), "keep", until(then), measure)
            ]
        ]
        assert 0 < changes[0] < changes[1]


def test_the_cancel_button_saves_no_more_than_it_promises():
    then = magazine(dt.date(2024, 12, 31))
    button = replace(SETTINGS, channel="at_cancel", save_rate=0.3, asks_only_for_discount=0.2)
    promised = expect(then, button, "keep", until(then), "leavers")
    assert promised.expected == pytest.approx(0.7 * promised.without, rel=0.01)


def test_those_who_have_cancelled_are_counted_once_and_cannot_be_saved():
    # Read at the end of 2024 with the notices of 2025 in it, as a file with notices has them.
    read = read_subscriptions(MAGAZINE, until=dt.date(2024, 12, 31), end=dt.date(2024, 12, 31))
    then = analyse_subscriptions(read)
    cancelled = int(then.people.running["leaving"].sum())
    assert cancelled > 500
    day = dt.date(2025, 12, 20)
    promised = expect(then, SETTINGS, "nothing", day, "leavers")
    assert promised.low >= cancelled * 0.9
    assert promised.holds(actual(magazine(), promised))
    strong = replace(SETTINGS, save_rate=0.9, save_rate_high=0.9, save_rate_low=0.9)
    assert expect(then, strong, "keep", day, "leavers").expected >= 0.9 * cancelled


def test_service_saves_those_who_get_it():
    then = magazine(dt.date(2024, 12, 31))
    serving = replace(SETTINGS, service_save_rate=0.4, service_cost=1.0, service_share=0.5)
    promised = expect(then, serving, "service", until(then), "leavers")
    assert promised.expected == pytest.approx(0.8 * promised.without, rel=0.01)
    assert expect(then, SETTINGS, "replace", until(then), "leavers").expected == promised.without


def test_the_range_grows_with_time(then_and_now):
    then, _ = then_and_now
    widths = [
        promised.high - promised.low
        for days in (30, 120)
        for promised in [expect(then, SETTINGS, "nothing", until(then, days), measures(then)[0])]
    ]
    assert widths[0] < widths[1]


def test_the_company_s_own_tests_say_how_far_off_leaving_may_be():
    tested = magazine()
    assert tested.surprise.over(4) < ASSUMED.over(4)
    untested = replace(tested, rolling=ContractRolling())
    own, stated = (
        expect(one, SETTINGS, "nothing", until(tested), "leavers") for one in (tested, untested)
    )
    assert own.expected == stated.expected
    assert own.high - own.low < stated.high - stated.low


def test_a_check_date_has_to_be_answerable(then_and_now):
    then, _ = then_and_now
    assert longest(then) <= date_of(then.log.last_day) + dt.timedelta(days=366)
    for day in (until(then, 3), longest(then) + dt.timedelta(days=1)):
        with pytest.raises(SettingError, match="choose one from"):
            expect(then, SETTINGS, "nothing", day, measures(then)[0])
    with pytest.raises(SettingError, match="cannot be measured"):
        expect(then, SETTINGS, "nothing", until(then), "smiles")


def test_a_file_that_does_not_reach_the_day_says_so(then_and_now):
    then, now = then_and_now
    promised = expect(then, SETTINGS, "nothing", until(then), measures(then)[0])
    with pytest.raises(EvidenceError, match="what came can be told once it reaches"):
        actual(then, promised)
    with pytest.raises(EvidenceError, match="bring a file that reaches back"):
        actual(now, replace(promised, since=date_of(now.log.first_day - 30)))
    assert not begins_later(now, date_of(now.log.first_day))
    assert begins_later(now, date_of(now.log.first_day - 1))


def test_the_same_company_is_known_by_its_customers(then_and_now, shops):
    then, now = then_and_now
    kept = sample(then, "key", "file")
    assert kept.seen_in(hashed(now, "key")) == (len(kept.customers), len(kept.customers))
    assert kept.alike(hashed(now, "key"))
    assert not kept.alike(hashed(now, "another key"))
    other = magazine() if now is shops[1] else shops[1]
    assert not kept.alike(hashed(other, "key"))
    assert kept.relation == now.relation


def test_no_name_is_kept(shops):
    _, now = shops
    kept = str(sample(now, "key", "file").to_content())
    assert not any(f"'{name}'" in kept for name in now.customers.frame["customer"])
    assert all(len(one) == 8 for one in sample(now, "key", "file").customers)


def test_a_snapshot_cannot_be_checked_later(tmp_path):
    rng = np.random.default_rng(1)
    rows = [
        f"c{i},{rng.integers(1, 40)},{'Yes' if rng.random() < 0.3 else 'No'},50" for i in range(400)
    ]
    path = tmp_path / "snapshot.csv"
    path.write_text("customerID,tenure,Churn,MonthlyCharges\n" + "\n".join(rows))
    company = analyse_subscriptions(read_subscriptions(path, leaving_means="Yes", leavers="all"))
    assert measures(company) == ()
    assert hashed(company, "key") == {}
    with pytest.raises(EvidenceError, match="has no dates"):
        expect(company, SETTINGS, "nothing", dt.date(2030, 1, 1), "leavers")
