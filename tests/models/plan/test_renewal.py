"""The renewal equation: published calendars, and what every calendar has to obey."""

import numpy as np
import pytest

from models.decisions import contract
from models.plan.renewal import arrivals

HIGH_END = (0.668, 3.806)


def high_end(**options):
    """Ten thousand High-End subscribers who have renewed three times, over six renewals."""
    survivors = 10_000 * contract.survival(*HIGH_END, np.arange(1, 7), renewed=3)
    return arrivals(survivors, contract.survival(*HIGH_END, np.arange(7)), 10_000, **options)


def test_calendar_of_ten_thousand_high_end_customers():
    plan = high_end()
    assert np.round(plan.arriving[0]) == pytest.approx([894, 851, 811, 776, 744, 716])
    assert plan.gap == pytest.approx(np.zeros((1, 6)), abs=1e-9)


def test_a_lead_time_leaves_a_gap_that_is_caught_up_at_once():
    late = high_end(lead=2)
    assert np.round(late.arriving[0]) == pytest.approx([0, 0, 2203, 826, 777, 740])
    assert np.round(late.gap[0]) == pytest.approx([894, 1612, 0, 0, 0, 0])


def test_catching_up_can_be_spread():
    at_once, spread = high_end(lead=2), high_end(lead=2, spread=3)
    lag = at_once.gap[0, 1]
    assert spread.gap[0] == pytest.approx([*at_once.gap[0, :2], lag * 2 / 3, lag / 3, 0, 0])
    assert spread.arriving.max() < 0.6 * at_once.arriving.max()


def test_who_is_on_the_way_narrows_the_gap():
    bare, helped = high_end(lead=2), high_end(lead=2, pipeline=500)
    assert helped.arriving[0, :2] == pytest.approx([500, 500])
    assert np.all(helped.gap[0, :2] < bare.gap[0, :2])
    assert helped.gap[0, 2:] == pytest.approx(np.zeros(4), abs=1e-9)


def test_nobody_is_sent_away():
    plan = arrivals([120.0, 90.0, 80.0], [1.0, 1.0, 1.0], 100.0)
    assert plan.arriving[0] == pytest.approx([0, 10, 10])
    assert plan.held[0] == pytest.approx([120, 100, 100])


def test_a_first_order_counts_as_revenue_and_then_its_repeats():
    # each newcomer brings 40 at once and 10 in every later month
    plan = arrivals([80.0, 70.0, 60.0], [40.0, 10.0, 10.0], 100.0)
    assert plan.arriving[0] == pytest.approx([0.5, 25 / 40, (40 - 5 - 6.25) / 40])
    assert plan.gap == pytest.approx(np.zeros((1, 3)), abs=1e-9)


def test_it_beats_sizing_by_today_s_share_of_leavers():
    """Person by person: one rule holds the number of customers, the other buys far too many."""
    rng = np.random.default_rng(7)
    a, b, size, years = *HIGH_END, 10_000, 8
    base = rng.beta(a, b + 3, size)
    share = contract.leaving(a, b, 3)
    survivors = size * contract.survival(a, b, np.arange(1, years + 1), renewed=3)
    planned = arrivals(survivors, contract.survival(a, b, np.arange(years + 1)), size)
    held = {}
    for rule in ("renewal", "blended"):
        people = base.copy()
        for year in range(years):
            people = people[rng.random(len(people)) >= people]
            bought = planned.arriving[0, year] if rule == "renewal" else share * size
            people = np.concatenate([people, rng.beta(a, b, round(bought))])
        held[rule] = len(people)
    assert held["renewal"] == pytest.approx(size, abs=4 * np.sqrt(size * 0.25))
    assert held["blended"] > size + 600
