"""What no parameter explains: measured on companies whose shocks and misses are known."""

from dataclasses import replace

import numpy as np
import pytest

from models.periods import period_starts
from models.surprise import (
    ASSUMED,
    FEWEST_CUTS,
    FEWEST_MONTHS,
    NO_MONTHS,
    PRIOR_MISS,
    PRIOR_MONTH,
    Miss,
    Months,
    Surprise,
    surprise,
)

FIRST = 18_628  # 1 January 2021
OVER_POISSON = 1.3  # variance people allow, over the mean: rates differ and customers leave
MONTHLY = 2_000.0
COMPANIES = 400


def months(came, forecast=MONTHLY, after: int = 0) -> Months:
    """Months from `after` months behind the start of the file, money ten times the purchases."""
    came = np.asarray(came, float)
    expected = np.broadcast_to(np.asarray(forecast, float), came.shape)
    starts = np.array(period_starts(FIRST, FIRST + 31 * (after + len(came)), "month"))
    starts = starts[after : after + len(came) + 1]
    both = np.array([1.0, 10.0])
    return Months(
        starts[:-1],
        starts[1:] - 1,
        expected[:, None] * both,
        OVER_POISSON * expected[:, None] * both**2,
        came[:, None] * both,
    )


def company(rng, shock: float, miss: float, *, ahead: int, past: int = 24):
    """One company: its months, its earlier misses, the totals its model draws, and what comes.

    A forecast of half a year was made every half year; the last one, `ahead` months long, is out.
    """
    spread = np.sqrt(OVER_POISSON * MONTHLY)
    total = past + ahead
    factor = np.exp(shock * rng.standard_normal(total) - shock**2 / 2)
    factor *= np.repeat(np.exp(miss * rng.standard_normal(-(-total // 6))), 6)[:total]
    came = factor * MONTHLY + spread * rng.standard_normal(total)
    half = np.sqrt(6) * spread / (6 * MONTHLY)
    misses = [
        Miss(float(np.log(came[i : i + 6].sum() / (6 * MONTHLY))), half, 6.0)
        for i in range(0, past, 6)
    ]
    drawn = ahead * MONTHLY + np.sqrt(ahead) * spread * rng.standard_normal(200)
    return months(came[:past]), misses, drawn, came[past:].sum()


def coverage(
    shock: float, miss: float, *, kind: int = 0, ahead: int = 3, without: str = ""
) -> float:
    """Share of companies whose total came inside its 80 % range."""
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(COMPANIES):
        seen, misses, drawn, came = company(rng, shock, miss, ahead=ahead)
        found = surprise(misses, seen, kind, FIRST)
        scale = seen.came[0, kind] / seen.came[0, 0]
        if without == "shock":
            found = replace(found, month=0.0)
        elif without == "miss":
            found = replace(found, miss=0.0)
        low, high = found.widened(scale * drawn, ahead)
        inside += low <= scale * came <= high
    return inside / COMPANIES


# Binomial noise of 400 companies is 2 points, so the bounds leave 1.5 of them beyond 75 and 85.
@pytest.mark.parametrize("kind", [0, 1], ids=["purchases", "money"])
@pytest.mark.parametrize(
    ("shock", "miss", "ahead"),
    [
        (0.0, 0.0, 3),
        (0.15, 0.0, 3),
        (0.25, 0.0, 1),
        (0.25, 0.0, 6),
        (0.0, 0.15, 6),
        (0.15, 0.15, 6),
    ],
)
def test_eight_in_ten_totals_come_inside_their_range(kind, shock, miss, ahead):
    assert 0.72 <= coverage(shock, miss, kind=kind, ahead=ahead) <= 0.88


@pytest.mark.parametrize("ahead", [1, 3])
def test_without_the_shock_of_a_month_shocked_companies_are_not_covered(ahead):
    assert coverage(0.25, 0.0, ahead=ahead, without="shock") < 0.68


def test_without_past_misses_companies_that_drift_are_not_covered():
    assert coverage(0.0, 0.2, ahead=6, without="miss") < 0.6


def measured(shock: float, seed: int = 3) -> Surprise:
    rng = np.random.default_rng(seed)
    came = MONTHLY * np.exp(shock * rng.standard_normal(200))
    return surprise([], months(came + 50 * rng.standard_normal(200)), 0, FIRST)


def test_months_that_follow_the_model_have_hardly_a_shock():
    calm = measured(0.0)
    assert calm.phi == pytest.approx(1, abs=0.3)
    assert calm.month < 0.02


@pytest.mark.parametrize("shock", [0.1, 0.3])
def test_the_shock_of_a_month_is_found(shock):
    found = measured(shock)
    assert found.month == pytest.approx(shock, rel=0.15)
    assert found.phi > 10


def test_a_bigger_company_has_a_bigger_phi_and_the_same_shock():
    rng = np.random.default_rng(5)
    factor = np.exp(0.2 * rng.standard_normal(40))
    small, big = (surprise([], months(n * factor, n), 0, FIRST) for n in (1e3, 1e5))
    assert big.phi > 50 * small.phi
    assert big.month == pytest.approx(small.month, rel=0.05)


def test_a_lasting_difference_is_no_shock():
    level = surprise([], months(np.full(24, 1.4 * MONTHLY)), 0, FIRST)
    assert level.phi == 1
    assert level.month == 0


def test_what_months_explain_is_not_counted_again_as_a_miss():
    rng = np.random.default_rng(2)
    found = [
        surprise(misses, seen, 0, FIRST).miss
        for seen, misses, _, _ in (company(rng, 0.2, 0.0, ahead=3) for _ in range(100))
    ]
    # half a year of independent months of 0.2 is off by 0.08: nearly all of it is explained
    assert np.median(found) < 0.03


@pytest.mark.parametrize("cuts", range(FEWEST_CUTS))
def test_too_few_earlier_forecasts_are_replaced_by_the_stated_spread(cuts):
    found = surprise([Miss(0.9, 0.01, 6.0)] * cuts, NO_MONTHS, 0, FIRST)
    assert (found.miss, found.month) == (PRIOR_MISS, PRIOR_MONTH)
    assert found.miss_assumed
    assert found.month_assumed


def test_forecasts_of_nothing_teach_nothing():
    nothing = Miss(float("nan"), 0.01, 6.0)
    assert surprise([nothing] * 5, NO_MONTHS, 0, FIRST).miss_assumed


def test_enough_evidence_replaces_what_is_assumed():
    found = surprise(
        [Miss(0.3, 0.0, 6.0)] * FEWEST_CUTS, months([MONTHLY] * FEWEST_MONTHS), 0, FIRST
    )
    assert not found.miss_assumed
    assert not found.month_assumed
    assert found.miss == pytest.approx(0.3)


def test_shocks_average_out_and_misses_stay():
    known = Surprise(5.0, 0.3, 0.1, 40, 10)
    assert known.over(1) > known.over(12) > known.over(600) > 0.1
    assert known.over(600) == pytest.approx(0.1 * 1.3722 / 1.2816, rel=0.02)


def test_a_range_learnt_from_few_cases_is_wider():
    few, many = (Surprise(1.0, 0.0, 0.1, 40, cuts) for cuts in (3, 300))
    assert few.over(6) > 1.2 * many.over(6)
    assert many.over(6) == pytest.approx(0.1, rel=0.01)


SEASON = np.array([-0.3, -0.2, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.4, 0.1])


def test_below_two_years_no_month_of_the_year_is_told_apart():
    found = surprise([], months(MONTHLY * np.exp(np.tile(SEASON, 2)[:23])), 0, FIRST)
    assert found.season == ()
    assert "24 whole months" in found.season_why
    assert "so far there are 23" in found.season_why
    assert found.in_season(FIRST, FIRST + 30) == 1


def test_a_season_is_found_shrunk_and_no_shock():
    years = 5
    came = MONTHLY * np.exp(np.tile(SEASON, years))
    found = surprise([], months(came), 0, FIRST)
    shrunk = (SEASON - SEASON.mean()) * years / (years + 1)
    assert found.season == pytest.approx(tuple(shrunk), abs=0.01)
    assert found.in_season(FIRST, FIRST + 30) == pytest.approx(np.exp(shrunk[0]), rel=0.01)
    # the first year's season could not be known; what is left of the others is
    unexplained = surprise([], months(came[:20]), 0, FIRST)
    assert found.month < 0.75 * unexplained.month


def test_nothing_is_known_before_anything_is_forecast():
    assert surprise([], NO_MONTHS, 0, FIRST).over(6) == ASSUMED.over(6)


def test_months_are_kept_in_order_and_cut_by_their_end():
    early, late = months([1, 2, 3]), months([4, 5], after=3)
    both = early + late
    assert both.came[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert len(both.until(int(late.start[0]))) == 3
    assert len(both.until(int(late.end[0]))) == 4


def test_purchases_after_a_long_pause_do_not_become_the_shock_of_every_month():
    rng = np.random.default_rng(3)
    lively, asleep = np.full(30, MONTHLY), np.full(30, 1e-6)
    came = np.concatenate([MONTHLY * np.exp(0.1 * rng.standard_normal(30)), np.full(30, 3.0)])
    seen = surprise((), months(came, np.concatenate([lively, asleep])), 0, FIRST)
    assert 0.03 < seen.month < 0.2
    assert seen.months == 30


def test_where_nothing_ever_came_the_usual_shock_is_assumed():
    seen = surprise((), months(np.zeros(30)), 0, FIRST)
    assert seen.month == PRIOR_MONTH
    assert seen.month_assumed
