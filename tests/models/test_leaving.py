from functools import cache

import numpy as np
import pandas as pd
import pytest

from models.counts import collapse
from models.errors import EvidenceError
from models.leaving import (
    censored_at_last_purchase,
    find_leaving,
    model_curve,
    silence_rule,
    still_a_customer,
)
from models.lifetimes import NBD, ParetoNBD
from models.periods import DAYS_PER_WEEK, EPOCH, WEEKS_PER_MONTH
from models.samples import ParetoNBDTruth, exponential_lifetimes, shop
from models.unseen import accelerated_em, find_goodbyes, likelihood

CDNOW_LIKE = ParetoNBDTruth(0.55, 10.6, 0.61, 11.7)
SHOP_LIKE = ParetoNBDTruth(0.8, 8, 0.5, 40)
GROCERY_LIKE = ParetoNBDTruth(3, 4, 0.8, 60)
MONTHS = np.arange(1, 19)


def histories(sample, last_day=None):
    """The collapsed histories of a simulated shop, seen until a day."""
    end = sample.last_day if last_day is None else last_day
    day = (sample.log["date"] - pd.Timestamp(EPOCH)).dt.days
    seen = sample.log.assign(day=day)[day <= end].groupby("customer")["day"]
    first, last, n = (f.to_numpy() for f in (seen.min(), seen.max(), seen.size()))
    week = DAYS_PER_WEEK
    return collapse(n - 1, (last - first) / week, (end - first) / week)[0]


def believed(truth):
    """A fitted model that is a little off, as fitted models are."""
    return ParetoNBD(truth.r * 1.1, truth.alpha * 1.1, truth.s, truth.beta)


def survival(truth, months):
    return (truth.beta / (truth.beta + months * WEEKS_PER_MONTH)) ** truth.s


@cache
def company(truth, customers=40_000, seed=1):
    return shop(customers, seed=seed, truth=truth)


@cache
def estimate(truth, customers=40_000):
    return still_a_customer(histories(company(truth, customers)), believed(truth))


def found_again(counts):
    return still_a_customer(counts, believed(CDNOW_LIKE), resamples=2)


@pytest.mark.parametrize(
    ("truth", "customers"),
    [(CDNOW_LIKE, 40_000), (SHOP_LIKE, 40_000), (GROCERY_LIKE, 10_000)],
    ids=["cdnow", "shop", "grocery"],
)
def test_the_truth_is_recovered_within_two_points_to_eighteen_months(truth, customers):
    curve = estimate(truth, customers)
    assert curve.ends >= 18
    np.testing.assert_allclose(curve.share_at(MONTHS), survival(truth, MONTHS), atol=0.02)


@pytest.mark.parametrize("truth", [CDNOW_LIKE, SHOP_LIKE], ids=["cdnow", "shop"])
@pytest.mark.parametrize("wrong", [censored_at_last_purchase, silence_rule])
def test_popular_rules_miss_by_more_than_twenty_points(truth, wrong):
    curve = wrong(histories(company(truth)))
    assert curve.label == "named wrong method"
    missed = np.abs(curve.share_at([1, 6, 12]) - survival(truth, np.array([1, 6, 12])))
    assert missed.max() > 0.2


def test_the_popular_rules_are_the_ones_everybody_draws():
    counts = histories(company(CDNOW_LIKE))
    weeks = np.array([4, 26, 52]) / WEEKS_PER_MONTH
    np.testing.assert_allclose(
        censored_at_last_purchase(counts).share_at(weeks), [0.379, 0.254, 0.190], atol=0.015
    )
    np.testing.assert_allclose(
        silence_rule(counts).share_at(weeks), [0.378, 0.238, 0.157], atol=0.015
    )


def test_a_quarter_leaving_in_month_four_is_found_there():
    rng = np.random.default_rng(7)
    lifetimes = exponential_lifetimes(rng, 40_000, CDNOW_LIKE)
    month = 3 * WEEKS_PER_MONTH
    caught = (lifetimes > month) & (rng.uniform(size=len(lifetimes)) < 0.25)
    lifetimes[caught] = rng.uniform(month, month + WEEKS_PER_MONTH, caught.sum())
    sample = shop(40_000, seed=3, truth=CDNOW_LIKE, lifetimes=lifetimes)
    found = find_leaving(histories(sample), believed(CDNOW_LIKE))
    curve = found.curve
    true = [(lifetimes > month * WEEKS_PER_MONTH).mean() for month in MONTHS]
    np.testing.assert_allclose(curve.share_at(MONTHS), true, atol=0.05)
    lost = -np.diff(curve.share_at([2, 3, 4, 5]))
    assert lost[1] > 3 * max(lost[0], lost[2])
    (danger,) = found.dangerous
    assert danger.month == 4
    assert danger.low <= danger.leaving <= danger.high
    assert danger.leaving > 3 * danger.usual


@pytest.mark.parametrize("truth", [CDNOW_LIKE, SHOP_LIKE], ids=["cdnow", "shop"])
def test_eight_in_ten_bands_hold_the_truth_about_eight_times_in_ten(truth):
    held, alarms = [], 0
    for seed in range(14):
        found = find_leaving(histories(company(truth, 2_500, seed)), believed(truth))
        curve, alarms = found.curve, alarms + len(found.dangerous)
        low, high = np.array([curve.band_at(m) for m in MONTHS]).T
        true = survival(truth, MONTHS)
        held.append((low <= true) & (true <= high))
    assert 0.70 <= np.mean(held) <= 0.92
    # No month of these companies is more dangerous than its neighbours.
    assert alarms <= 2


def test_the_curve_does_not_move_with_the_day_of_viewing_and_the_popular_rule_does():
    months = np.arange(1, 13)
    moved = {"found": [], "wrong": []}
    for seed in range(20, 23):
        sample = company(CDNOW_LIKE, 12_000, seed)
        before, after = (histories(sample, sample.last_day - days) for days in (26 * 7, 0))
        for name, draw in (("found", found_again), ("wrong", censored_at_last_purchase)):
            moved[name].append(draw(after).share_at(months) - draw(before).share_at(months))
    assert abs(np.mean(moved["found"])) < 0.015
    assert np.mean(moved["wrong"]) < -0.1


def test_nothing_is_said_beyond_the_longest_history():
    counts = histories(company(CDNOW_LIKE, 6_000, 0))
    curve = still_a_customer(counts, believed(CDNOW_LIKE), resamples=2)
    assert curve.ends < counts.T.max() / WEEKS_PER_MONTH
    with pytest.raises(EvidenceError):
        curve.at(curve.ends + 1)


@pytest.mark.parametrize("customers", [40, 200])
def test_small_companies_get_wide_bands_not_a_wall(customers):
    counts = histories(company(SHOP_LIKE, customers, 5))
    curve = still_a_customer(counts, believed(SHOP_LIKE))
    assert (curve.high - curve.low)[6] > 0.05
    assert (np.diff(curve.share) <= 1e-12).all()


def test_the_same_seed_gives_the_same_band():
    counts = histories(company(SHOP_LIKE, 400, 5))
    one, other = (still_a_customer(counts, believed(SHOP_LIKE)) for _ in range(2))
    np.testing.assert_array_equal(one.low, other.low)


def test_the_fitted_model_may_run_on_with_nobody_followed():
    counts = histories(company(CDNOW_LIKE, 6_000, 0))
    model = ParetoNBD(0.55, 10.6, 0.61, 11.7)
    curve = model_curve(model, counts, months=36)
    np.testing.assert_allclose(curve.share_at(MONTHS), survival(CDNOW_LIKE, MONTHS))
    assert curve.followed_at(36) == 0
    assert curve.followed_at(0) == counts.customers


def test_histories_that_tell_nothing_are_refused():
    once = collapse([0, 0, 0] * 20, [0.0, 0, 0] * 20, [40.0, 50, 60] * 20)[0]
    with pytest.raises(EvidenceError, match="Nobody of 'Everyone' bought on two days"):
        still_a_customer(once, believed(CDNOW_LIKE))
    short = collapse([1] * 30, [1.0] * 30, np.linspace(2, 6, 30))[0]
    with pytest.raises(EvidenceError, match="watched for 6 weeks at most"):
        still_a_customer(short, believed(CDNOW_LIKE))


def test_the_likelihood_is_the_mean_of_the_formula_over_each_bin():
    counts = collapse([0, 2, 5], [0.0, 6, 20], [30.0, 26, 21])[0]
    r, alpha, edges = 0.6, 7.0, np.array([0.0, 4, 8, 12, 16, 20])
    L, scale = likelihood(counts, r, alpha, edges)
    for i in range(3):
        x, T = counts.x[i], counts.T[i]
        last = max(counts.t_x[i] - 0.5 / 7, 0)
        for j in range(5):
            d = np.linspace(edges[j], edges[j + 1], 200_001)
            chance = ((alpha + T) / (alpha + np.minimum(d, T))) ** (r + x) * (d >= last)
            assert L[i, j] * np.exp(scale[i]) == pytest.approx(chance.mean(), rel=1e-3, abs=1e-12)
    np.testing.assert_allclose(L[:, -1] * np.exp(scale), 1)


def test_frequent_buyers_stay_within_floating_point():
    counts = collapse([221, 5000, 0], [103.43, 150, 0], [103.43, 160, 160.0])[0]
    L, scale = likelihood(counts, 0.3, 0.01, np.arange(0, 150, 4.0))
    assert np.isfinite(L).all()
    assert np.isfinite(scale).all()
    assert (L.max(axis=1) > 0).all()


def test_newton_ends_where_the_em_does_but_exactly():
    counts = histories(company(SHOP_LIKE, 2_500, 0))
    edges = np.arange(0, 24) * WEEKS_PER_MONTH
    found = find_goodbyes(counts, 0.8, 8.0, edges, joint=False)
    L, _ = likelihood(counts, 0.8, 8.0, edges)
    slow = accelerated_em(L, counts.n.astype(float), tolerance=1e-8)
    assert found.converged
    assert found.leaving.sum() == pytest.approx(1)
    height = [counts.n @ np.log(L @ f) for f in (found.leaving, slow)]
    assert height[0] >= height[1] - 1e-6
    np.testing.assert_allclose(np.cumsum(found.leaving), np.cumsum(slow), atol=2e-3)


def test_wrong_purchase_rates_are_corrected_with_the_curve():
    counts = histories(company(SHOP_LIKE))
    edges = np.arange(0, 24) * WEEKS_PER_MONTH
    found = find_goodbyes(counts, 0.91, 8.73, edges)
    assert found.converged
    assert (found.r, found.alpha) == pytest.approx((0.8, 8.0), rel=0.04)


def test_a_model_without_purchase_rates_is_refused():
    counts = histories(company(SHOP_LIKE, 400, 5))
    assert still_a_customer(counts, NBD(0.8, 8.0), resamples=2).ends > 0

    class Rateless:
        name, parameters = "rateless", {"s": 1.0}

    with pytest.raises(EvidenceError, match="The rateless model has no gamma purchase rate"):
        still_a_customer(counts, Rateless())
