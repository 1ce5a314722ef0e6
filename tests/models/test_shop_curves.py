"""What a shop's page asks beyond single curves: groups, own truth, then and now."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from models.cohorts import (
    BASKET,
    after_second,
    retention_change,
    second_purchase_differences,
    silences,
    still_buying,
)
from models.cohorts.groups import comparable, cut, groups, told_beside
from models.counts import collapse
from models.customers import customers
from models.errors import ColumnError, EvidenceError
from models.leaving import find_leaving
from models.lifetimes import ParetoNBD
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK, WEEKS_PER_MONTH, date_of
from models.samples import ParetoNBDTruth, shop
from models.survival import EVERYONE
from models.transactions.log import read_transactions

TRUTH = ParetoNBDTruth(0.8, 8, 0.5, 40)
WINDOW = 26


@cache
def sample(customers=1_500, seed=11, acquisition=100):
    return shop(customers, seed=seed, weeks=130, acquisition_weeks=acquisition, truth=TRUTH)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read a simulated shop as a file; customers are in groups by their number."""

    def reader(made, of=3):
        rows = made.log.copy()
        rows["date"] = rows["date"].dt.strftime("%Y-%m-%d")
        rows["amount"] = rows["amount"].map("{:.2f}".format)
        number = rows["customer"].str[1:].astype(int)
        rows["country"] = np.array(["Chile", "Norway", "Peru", "Togo"])[number % of]
        path = tmp_path_factory.mktemp("shop") / "orders.csv"
        rows.to_csv(path, index=False)
        return read_transactions(path, end=date_of(made.last_day))

    return reader


@pytest.fixture(scope="module")
def log(read):
    return read(sample())


def test_still_buying_recovers_its_own_truth_and_its_band_covers(read):
    held, errors = [], []
    for seed in range(6):
        made = sample(1_200, 40 + seed)
        seen = read(made)
        who = customers(seen)
        curve = still_buying(seen, who, window_weeks=WINDOW, include_older=True)[0]
        truth = made.truth.set_index("customer").loc[who.frame["customer"]]
        born = who.frame["first"].to_numpy()
        for month, share, low, high in zip(
            curve.months, curve.share, curve.low, curve.high, strict=True
        ):
            weeks = month * WEEKS_PER_MONTH
            watched = born + (weeks + WINDOW) * DAYS_PER_WEEK <= made.last_day + 1
            life = truth["lifetime"].to_numpy()[watched]
            alive = np.clip(np.minimum(life, weeks + WINDOW) - weeks, 0, None)
            true = (1 - np.exp(-truth["rate"].to_numpy()[watched] * alive)).mean()
            held.append(low <= true <= high)
            errors.append(share - true)
    assert abs(np.mean(errors)) < 0.01
    # The customers' own rates are given, so the band has less to hold than eight in ten.
    assert np.mean(held) >= 0.78


def test_still_buying_does_not_move_when_the_file_ends_later(log):
    earlier = log.until(log.last_day - 180)
    before, after = (
        still_buying(one, customers(one), by="quarter", include_older=True)
        for one in (earlier, log)
    )
    later = {curve.label: curve for curve in after}
    for curve in before[1:]:
        same = later[curve.label].share[: len(curve.share)]
        np.testing.assert_array_equal(curve.share, same)


def test_cuts_cover_everybody_once(log):
    who = customers(log)
    for by in (*comparable(log, who), ("country", "year"), (BASKET, "country")):
        parts = cut(log, who, by)
        assert len(parts.codes) == len(who)
        assert parts.codes.min() >= 0
        assert parts.codes.max() < len(parts.labels)
    crossed = cut(log, who, ("country", "year"))
    single = cut(log, who, "country")
    for code, label in enumerate(crossed.labels):
        members = crossed.codes == code
        assert {single.labels[k] for k in single.codes[members]} == {label.split(", ")[0]}


def test_a_customer_file_adds_its_columns_to_what_customers_are_cut_by(log):
    who = customers(log)
    labels = who.frame["customer"].astype(str)
    known = labels.to_numpy()[::2]
    beside = pd.DataFrame({"size": "small", "country": "Atlantis", "x": "y"}, index=known)
    told = told_beside(who, beside)
    more = set(comparable(log, told)) - set(comparable(log, who))
    assert more == {"size", "country (customer file)", "x (customer file)"}
    parts = cut(log, told, "size")
    assert parts.labels == ("small", "unknown")
    assert np.bincount(parts.codes).tolist() == [len(known), len(who) - len(known)]
    np.testing.assert_array_equal(told.frame["x"], who.frame["x"])
    assert cut(log, told, "country").labels == cut(log, who, "country").labels


def test_baskets_are_thirds_of_the_first_orders(log):
    who = customers(log)
    parts = cut(log, who, BASKET)
    sizes = np.bincount(parts.codes)
    assert sizes.max() - sizes.min() < 0.03 * len(who)
    days = log.days().collect("pyarrow").to_native().to_pandas()
    first = days[days["day"] == days["first"]].sort_values("customer_id")["amount"].astype(float)
    assert first[parts.codes == 0].max() <= first[parts.codes == 2].min()


def test_crossed_cohorts_keep_the_days_of_their_calendar(log):
    found = list(groups(log, customers(log), ("country", "year"), include_older=False))
    assert found[0].label == EVERYONE
    assert all(group.whole_watched is not None for group in found[1:])
    assert all(group.members.sum() >= 30 for group in found[1:])


def test_an_unknown_cut_is_refused(log):
    with pytest.raises(ColumnError, match="no attribute 'colour'"):
        cut(log, customers(log), ("country", "colour"))


def test_groups_of_one_kind_do_not_differ(log):
    found = second_purchase_differences(log, customers(log), "country")
    assert [one.label for one in found] == ["Chile", "Norway", "Peru"]
    assert all(one.noise for one in found)
    assert second_purchase_differences(log, customers(log), None) == ()


def test_those_who_bought_twice_are_followed_from_there():
    made = sample(12_000, 3)
    frame = made.log.assign(day=made.log["date"].astype("int64") // 86_400_000_000_000)
    days = frame.sort_values(["customer", "day"]).groupby("customer")["day"]
    people = pd.DataFrame(
        {"first": days.min(), "last": days.max(), "orders": days.size()}
    ).reset_index()
    twice = people[people["orders"] > 1].copy()
    at = frame.sort_values(["customer", "day"]).groupby("customer").nth(1).set_index("customer")
    twice["second"] = at.loc[twice["customer"], "day"].to_numpy()
    week = DAYS_PER_WEEK
    counts, _ = collapse(
        twice["orders"] - 2,
        (twice["last"] - twice["second"]) / week,
        (made.last_day - twice["second"]) / week,
    )
    model = ParetoNBD(TRUTH.r, TRUTH.alpha, TRUTH.s, TRUTH.beta)
    curve = find_leaving(counts, model, resamples=2).curve
    truth = made.truth.set_index("customer").loc[twice["customer"]]
    lived = truth["lifetime"].to_numpy() - (twice["second"] - twice["first"]).to_numpy() / week
    months = np.arange(1, 13)
    true = [(lived > month * WEEKS_PER_MONTH).mean() for month in months]
    np.testing.assert_allclose(curve.share_at(months), true, atol=0.03)


def test_histories_after_the_second_purchase_are_one_purchase_shorter(log):
    who = customers(log)
    twice = after_second(log, who)
    frame = who.frame[who.frame["x"] > 0]
    assert twice.customers == len(frame)
    assert (twice.n @ twice.x) == (frame["x"] - 1).sum()


def test_silences_count_every_purchase_day(log):
    found = silences(log)
    rows = log.days().collect("pyarrow").to_native().to_pandas()
    assert (found.ended + found.running).sum() == len(rows)
    assert found.ended.sum() == rows["gap"].notna().sum()
    assert found.usual() == pytest.approx(rows["gap"].median(), abs=1)
    assert found.span == log.last_day - log.first_day + 1


def test_then_and_now_are_a_year_apart_and_counted_by_hand(log):
    found = retention_change(log, customers(log), "country")
    assert found.same_season
    assert found.after - found.before == 364
    rows = log.days().collect("pyarrow").to_native().to_pandas()
    for begins, n, share in (
        (found.before, found.change.before, found.change.share_before),
        (found.after, found.change.after, found.change.share_after),
    ):
        inside = rows[rows["day"].between(begins, begins + 181)]["customer_id"].unique()
        later = rows[rows["day"].between(begins + 182, begins + 363)]["customer_id"].unique()
        assert n.sum() == len(inside)
        assert np.nansum(n * share) == pytest.approx(np.isin(inside, later).sum())


def test_a_short_file_compares_other_seasons_and_says_so(log):
    short = log.until(log.first_day + 199)
    found = retention_change(short, customers(short), "country")
    assert not found.same_season
    assert found.days == 50
    tiny = log.until(log.first_day + 30)
    people = customers(tiny)
    with pytest.raises(EvidenceError, match="too few to compare"):
        retention_change(tiny, people, "country")


def test_ages_are_months(log):
    curve = still_buying(log, customers(log))[0]
    assert curve.months[1] == pytest.approx(30 / DAYS_PER_MONTH)
