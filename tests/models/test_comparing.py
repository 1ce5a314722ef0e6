"""Differences between groups: published numbers, false alarms, and what is noticed."""

import numpy as np
import pytest
from lifelines.datasets import load_lung, load_waltons
from lifelines.utils import restricted_mean_survival_time

from models.comparing import DOUBT, compare_shares, compare_times, holm, lives
from models.errors import DataError
from models.periods import DAYS_PER_MONTH
from models.survival import EVERYONE, Curve, kaplan_meier, proportion


def waltons():
    table = load_waltons()
    return lives(table["T"], table["E"], table["group"] == "miR-137", ("control", "miR-137"))


def test_log_rank_of_waltons_is_rs():
    # survdiff(Surv(T, E) ~ group, waltons): observed 122 and 34, Chisq = 122 on 1 degree.
    found = [waltons().log_rank(k) for k in (0, 1)]
    assert [one.observed for one in found] == [122, 34]
    assert [one.expected for one in found] == pytest.approx([148.92, 7.08], abs=0.01)
    assert [one.statistic for one in found] == pytest.approx([122.249] * 2, abs=1e-3)
    assert found[0].chance < 1e-20


@pytest.mark.parametrize(("group", "median"), [("control", 58), ("miR-137", 26)])
def test_medians_of_waltons_are_rs(group, median):
    table = load_waltons().query("group == @group")
    curve = kaplan_meier(table["T"], table["E"])
    assert curve.median * DAYS_PER_MONTH == pytest.approx(median)


def test_log_rank_and_medians_of_lung_are_rs():
    # survdiff(Surv(time, status) ~ sex, lung): 138 men, 112 deaths, 91.6 expected; 90 women, 53,
    # 73.4; Chisq = 10.3 on 1 degree of freedom, p = 0.001. survfit: medians 270 and 426 days.
    table = load_lung()
    found = lives(table["time"], table["status"], table["sex"] == 2, ("men", "women"))
    men, women = (found.log_rank(k) for k in (0, 1))
    assert (men.observed, women.observed) == (112, 53)
    assert (men.expected, women.expected) == pytest.approx((91.6, 73.4), abs=0.05)
    assert men.statistic == pytest.approx(10.3, abs=0.05)
    assert men.chance == pytest.approx(0.0013, abs=1e-4)
    for sex, median in ((1, 270), (2, 426)):
        rows = table[table["sex"] == sex]
        assert kaplan_meier(rows["time"], rows["status"]).median * DAYS_PER_MONTH == (
            pytest.approx(median)
        )


def test_restricted_means_are_lifelines():
    from lifelines import KaplanMeierFitter

    table = load_waltons().query("group == 'control'")
    found, horizon = waltons(), 40.0
    expected = restricted_mean_survival_time(
        KaplanMeierFitter().fit(table["T"], table["E"]), t=horizon
    )
    mean, variance = found.restricted_mean([0], horizon)
    assert mean == pytest.approx(expected)
    assert 0.25 < np.sqrt(variance) < 0.40
    curve = kaplan_meier(table["T"], table["E"])
    assert curve.mean(horizon / DAYS_PER_MONTH) * DAYS_PER_MONTH == pytest.approx(expected)


def test_whoever_comes_late_is_watched_from_then_on():
    found = lives([10, 12, 20, 5], [1, 1, 0, 1], [0, 0, 1, 1], ("a", "b"), [0, 5, 10, 3])
    assert found.days.tolist() == [5, 10, 12]
    assert found.watched.tolist() == [[1, 2, 1], [1, 0, 1]]
    assert found.events.tolist() == [[0, 1, 1], [1, 0, 0]]


def company(rng, groups, customers, rates):
    """Subscribers who leave evenly, watched for 12 to 30 months; return codes, days and events."""
    codes = np.repeat(np.arange(groups), customers)
    leaves = rng.exponential(1 / np.asarray(rates)[codes]) * DAYS_PER_MONTH
    watched = rng.uniform(12, 30, len(codes)) * DAYS_PER_MONTH
    return np.ceil(np.minimum(leaves, watched)), leaves <= watched, codes


def announced(rng, groups, customers, rates):
    days, seen, codes = company(rng, groups, customers, rates)
    found = compare_times(lives(days, seen, codes, [f"g{k}" for k in range(groups)]))
    return [one for one in found if not one.noise]


@pytest.mark.parametrize("groups", [2, 5, 12])
def test_where_nothing_differs_something_is_announced_in_at_most_one_company_in_twenty(groups):
    rng = np.random.default_rng(groups)
    alarms = [bool(announced(rng, groups, 120, np.full(groups, 0.03))) for _ in range(200)]
    assert sum(alarms) <= 10


@pytest.mark.parametrize("stays", [0.68, 0.5, 0.9])
def test_eight_points_between_six_hundred_customers_each_are_announced(stays):
    rng = np.random.default_rng(1)
    rates = [-np.log(stays) / 12, -np.log(stays - 0.08) / 12]
    found = [announced(rng, 2, 600, rates) for _ in range(100)]
    assert np.mean([len(one) == 2 for one in found]) >= 0.7
    better, worse = next(one for one in found if one)
    assert better.gap == pytest.approx(0.08, abs=0.06)
    assert worse.gap == pytest.approx(-better.gap)
    assert better.mean > better.mean_rest


def shown(label, share, customers):
    """A curve of plain proportions that stays where it is."""
    middle, low, high = (np.repeat(v, 14) for v in proportion([share * customers], [customers]))
    followed = np.full(14, customers)
    return Curve(label, "still buying", np.arange(14.0), middle, low, high, followed, smooth=True)


@pytest.mark.parametrize("groups", [2, 6])
def test_plain_shares_keep_the_same_two_promises(groups):
    rng = np.random.default_rng(3)

    def real(shares):
        curves = [
            shown(f"g{k}", rng.binomial(600, share) / 600, 600) for k, share in enumerate(shares)
        ]
        return [
            one for one in compare_shares([shown(EVERYONE, 0.5, 1200), *curves]) if not one.noise
        ]

    assert sum(bool(real([0.45] * groups)) for _ in range(200)) <= 10
    if groups == 2:
        assert np.mean([bool(real([0.45, 0.37])) for _ in range(100)]) >= 0.7


def test_shares_are_compared_no_later_than_a_group_was_followed():
    short = shown("short", 0.3, 600)
    short = Curve(
        "short", "q", *(v[:5] for v in (short.months, short.share, short.low, short.high)),
        short.followed[:5], smooth=True,
    )  # fmt: skip
    found = {one.label: one for one in compare_shares([short, shown("long", 0.5, 600)])}
    assert found["short"].month == found["long"].month == 4
    assert not found["short"].noise


def test_holm_steps_down_and_counts_two_groups_once():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.02, 0.02]) == [0.02, 0.02]
    assert holm([0.9, 0.9, 0.9]) == [1, 1, 1]
    assert holm([]) == []
    assert 0 < DOUBT <= 0.05


def test_one_group_cannot_be_compared():
    with pytest.raises(DataError, match="at least two groups"):
        lives([1, 2], [1, 1], [0, 0], ["a"])
    assert compare_shares([shown("alone", 0.5, 10)]) == ()


def test_a_group_nobody_left_differs_without_trouble():
    found = compare_times(lives([400] * 40, [0] * 20 + [1] * 20, [0] * 20 + [1] * 20, ["a", "b"]))
    assert found[0].share == 1
    assert np.isfinite(found[0].chance)
