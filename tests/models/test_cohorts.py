import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest

from models.cohorts import (
    buying_again_within,
    first_silence,
    layer_cake,
    plain_fact,
    second_purchase,
    still_buying,
    triangle,
)
from models.customers import customers
from models.errors import ColumnError, EvidenceError, SettingError
from models.periods import DAYS_PER_MONTH, date_of, period_label, period_starts
from models.samples import ParetoNBDTruth, shop
from models.survival import EVERYONE
from models.transactions.log import read_transactions

WINDOW = 26 * 7


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read rows of (customer, date, amount, country) as a file would be."""

    def reader(rows, **settings):
        path = tmp_path_factory.mktemp("shop") / "orders.csv"
        pd.DataFrame(rows).to_csv(path, index=False)
        return read_transactions(path, **settings)

    return reader


@cache
def sample():
    return shop(
        1_500, seed=11, weeks=130, acquisition_weeks=120, truth=ParetoNBDTruth(0.8, 8, 0.5, 40)
    )


@pytest.fixture(scope="module")
def log(read):
    rows = sample().log.copy()
    rows["date"] = rows["date"].dt.strftime("%Y-%m-%d")
    rows["amount"] = rows["amount"].map("{:.2f}".format)
    number = rows["customer"].str[1:].astype(int)
    rows["country"] = np.where(number % 3 == 0, "Norway", "Chile")
    return read(rows, end=date_of(sample().last_day))


def by_hand(transactions):
    """The purchase days as plain rows with everyone's first day: the slow way to every count."""
    rows = transactions.days().collect("pyarrow").to_native().to_pandas()
    rows["amount"] = rows["amount"].astype(float)
    rows["first"] = rows.groupby("customer_id")["day"].transform("min")
    rows["age"] = rows["day"] - rows["first"]
    return rows


def test_still_buying_is_the_plain_proportion(log):
    who = customers(log)
    curve = still_buying(log, who)[0]
    rows = by_hand(log)
    young = rows[rows["first"] >= log.older_before]
    watched = log.last_day - young.groupby("customer_id")["first"].first()
    assert curve.label == EVERYONE
    assert curve.quantity == "still buying"
    assert len(curve.months) > 6
    for k, month in enumerate(np.rint(curve.months * DAYS_PER_MONTH) / DAYS_PER_MONTH):
        age = round(month * DAYS_PER_MONTH)
        followed = watched.index[watched >= age + WINDOW]
        within = young[young["age"].between(age + 1, age + WINDOW)]["customer_id"].unique()
        assert curve.followed[k] == len(followed)
        assert curve.share[k] == pytest.approx(np.isin(followed, within).mean())


def test_cohort_points_never_change_with_the_day_of_viewing(log):
    earlier = log.until(log.last_day - 200)
    before = {c.label: c for c in still_buying(earlier, customers(earlier), by="cohort")}
    after = {c.label: c for c in still_buying(log, customers(log), by="cohort")}
    shared = [label for label in before if label in after and label != EVERYONE]
    assert len(shared) >= 2
    for label in shared:
        known = len(before[label].months)
        assert known < len(after[label].months)
        np.testing.assert_array_equal(before[label].share, after[label].share[:known])
        np.testing.assert_array_equal(before[label].followed, after[label].followed[:known])


def test_still_buying_splits_by_an_attribute(log):
    who = customers(log)
    everyone, chile, norway = still_buying(log, who, by="country")
    assert (chile.label, norway.label) == ("Chile", "Norway")
    np.testing.assert_array_equal(everyone.followed[:5], chile.followed[:5] + norway.followed[:5])
    with pytest.raises(ColumnError, match=r"no attribute 'colour'.*cohort, first_country"):
        still_buying(log, who, by="colour")


def test_a_window_never_takes_more_than_a_third_of_the_file(log):
    short = log.until(log.first_day + 299)
    half_year, hundred = (
        still_buying(short, customers(short), window_weeks=w, include_older=True)[0]
        for w in (26, 100 / 7)
    )
    np.testing.assert_array_equal(half_year.share, hundred.share)


def test_a_file_too_short_to_watch_anybody_is_refused(read):
    rows = [{"customer": f"c{k}", "date": "2021-01-01", "amount": k + 1} for k in range(5)]
    rows += [{"customer": "c9", "date": "2021-01-02", "amount": 1}]
    log = read(rows)
    with pytest.raises(EvidenceError, match="Too few customers of"):
        still_buying(log.until(log.first_day), customers(log.until(log.first_day)))


def test_second_purchases_are_censored_at_the_end_of_the_file(log):
    who = customers(log)
    curves = second_purchase(log, who, by="cohort", include_older=True)
    rows = by_hand(log)
    second = rows[rows["age"] > 0].groupby("customer_id")["age"].min()
    whole = curves[0]
    assert whole.followed_at(0) == len(who)
    # Of those watched for 300 days the plain share must lie close to Kaplan-Meier's.
    old = rows.groupby("customer_id")["first"].first() <= log.last_day - 300
    plain = 1 - (second.reindex(old.index[old]) <= 300).mean()
    assert whole.at(300 / DAYS_PER_MONTH) == pytest.approx(plain, abs=0.02)
    starts = period_starts(log.first_day, log.last_day, "quarter")[:-1]
    assert [c.label for c in curves[1:]] == [period_label(s, "quarter") for s in starts]


def test_repeats_within_a_year_count_only_who_was_watched_for_one(log):
    answers = buying_again_within(log, customers(log))
    rows = by_hand(log)
    second = rows[rows["age"] > 0].groupby("customer_id")["age"].min()
    first = rows.groupby("customer_id")["first"].first()
    for answer in answers:
        member = first.map(lambda d: period_label(d, "quarter")) == answer.cohort
        watched = first.index[member & (first <= log.last_day - 365)]
        assert answer.customers == len(watched)
        assert answer.share == pytest.approx((second.reindex(watched) <= 365).mean())
        assert answer.low <= answer.share <= answer.high
        assert answer.finished == (first[member].size == len(watched))
    assert answers[0].older
    assert not answers[-1].older


def test_the_first_silence_is_dated_at_its_start(read):
    days = {"pauses": (0, 30, 400), "stays": range(0, 700, 90), "once": (0,), "late": (650, 660)}
    start = dt.date(2021, 1, 1)
    rows = [
        {"customer": name, "date": (start + dt.timedelta(days=d)).isoformat(), "amount": 5}
        for name, bought in days.items()
        for d in bought
    ]
    log = read(rows, end=start + dt.timedelta(days=700))
    curve = first_silence(log, customers(log))
    # "late" was never watched for 26 weeks; of the others one falls silent at 0, one at day 30.
    assert curve.followed_at(0) == 3
    assert curve.at(0) == pytest.approx(2 / 3)
    assert curve.at(31 / DAYS_PER_MONTH) == pytest.approx(1 / 3)
    assert curve.ends == pytest.approx((700 - WINDOW) / DAYS_PER_MONTH)


def test_the_plain_fact_counts_last_years_buyers(read):
    def buys(name, *days):
        return [(name, d, amount) for d, amount in days]

    end = dt.date(2022, 12, 31)
    rows = [
        *buys("kept", (-700, 10), (-400, 30), (-10, 50)),
        *buys("lost", (-365, 60)),
        *buys("new", (-364, 25), (0, 25)),
        *buys("old", (-800, 99), (-1, 20)),
    ]
    log = read(
        [
            {"customer": c, "date": (end + dt.timedelta(days=d)).isoformat(), "amount": a}
            for c, d, a in rows
        ]
    )
    fact = plain_fact(log)
    assert (fact.customers, fact.came_back, fact.share) == (2, 1, 0.5)
    assert fact.days == 365
    assert date_of(fact.begins) == end - dt.timedelta(days=729)
    assert (fact.money_again, fact.money_now) == (50, 120)
    assert fact.money_share == pytest.approx(50 / 120)
    assert (fact.stayed_away, fact.once, fact.once_stayed_away) == (1, 1, 1)
    assert plain_fact(log.until(log.first_day + 99)).days == 50


@pytest.fixture(scope="module")
def grid(log):
    return {
        d: triangle(log, definition=d, period="month") for d in ("in", "in_or_after", "ever_again")
    }


def test_the_triangle_counts_by_the_definition_it_names(log, grid):
    rows = by_hand(log)
    edges = np.array(period_starts(log.first_day, log.last_day, "month"))
    rows["cohort"] = np.searchsorted(edges, rows["first"], side="right") - 1
    rows["place"] = np.searchsorted(edges, rows["day"], side="right") - 1
    for cohort, age in ((0, 0), (3, 0), (3, 4), (10, 7), (20, 1)):
        mine = rows[rows["cohort"] == cohort]
        n = mine["customer_id"].nunique()
        now = mine[mine["place"] == cohort + age]["customer_id"].nunique()
        later = mine[mine["place"] >= cohort + age]["customer_id"].nunique()
        again = mine[(mine["age"] > 0) & (mine["place"] <= cohort + age)]["customer_id"].nunique()
        for definition, count in (("in", now), ("in_or_after", later), ("ever_again", again)):
            assert grid[definition].values[cohort, age] == pytest.approx(count / n)
        assert grid["in"].customers[cohort] == n
    assert (grid["in"].values[:, 0][grid["in"].customers > 0] == 1).all()


def test_nothing_is_zero_that_was_not_lived(grid):
    values = grid["in"].values
    rows = len(values)
    lived = np.add.outer(np.arange(rows), np.arange(rows)) < rows
    somebody = (grid["in"].customers > 0)[:, None]
    assert somebody.sum() > 20
    np.testing.assert_array_equal(~np.isnan(values), lived & somebody)


@pytest.mark.parametrize("measure", ["customers", "revenue", "value", "orders"])
def test_finished_cells_never_change_with_the_day_of_viewing(log, measure):
    cut = log.until(log.last_day - 100)
    before, after = (triangle(t, measure=measure) for t in (cut, log))
    rows, ages = before.values.shape
    final = ~before.unfinished & ~np.isnan(before.values)
    assert final.sum() > 20
    # The last cohort is still being acquired; its finished cells do not exist yet.
    np.testing.assert_allclose(before.values[final], after.values[:rows, :ages][final], rtol=1e-12)
    assert before.unfinished.sum() == rows
    assert (np.diff(np.flatnonzero(before.unfinished[::-1].any(axis=1))) == 1).all()


def test_the_average_is_weighted_and_leaves_out_what_is_unfinished_or_older(log):
    grid = triangle(log, period="quarter")
    assert grid.older.any()
    assert not grid.older.all()
    for age in (0, 1, 2):
        counts = ~np.isnan(grid.values[:, age]) & ~grid.unfinished[:, age] & ~grid.older
        n = grid.customers[counts]
        expected = (grid.values[counts, age] * n).sum() / n.sum()
        assert grid.average[age] == pytest.approx(expected)
    assert np.isnan(grid.average[-1])


def test_a_finished_last_period_is_not_marked(log):
    edge = period_starts(log.first_day, log.last_day, "quarter")[-2]
    assert not triangle(log.until(edge - 1)).unfinished.any()
    assert triangle(log.until(edge)).unfinished.any()


def test_one_age_is_followed_across_cohorts(log):
    grid = triangle(log)
    names, shares = grid.age(2)
    assert len(names) == len(grid.cohorts) - 2 - int(grid.unfinished.any())
    assert shares[0] == grid.values[0, 2]


def test_words_and_faults_of_the_triangle(log, grid):
    assert grid["in_or_after"].words == "bought in that month or later"
    assert grid["in_or_after"].keeps_changing
    assert not grid["ever_again"].keeps_changing
    for faulty in ({"measure": "joy"}, {"definition": "once"}, {"period": "week"}):
        with pytest.raises(SettingError, match="choose one of"):
            triangle(log, **faulty)
    with pytest.raises(SettingError, match="way of counting customers"):
        triangle(log, measure="revenue", definition="ever_again")


def test_the_layer_cake_is_all_the_revenue(log):
    cake = layer_cake(log, period="month", layer="year")
    rows = by_hand(log)
    assert np.nansum(cake.revenue) == pytest.approx(rows["amount"].sum())
    assert cake.layers == ("2021", "2022", "2023")
    assert np.isnan(cake.revenue[1, :12]).all()
    assert not np.isnan(cake.revenue[1, 12:]).any()
    dates = rows["day"].map(date_of)
    june = rows[(dates >= dt.date(2022, 6, 1)) & (dates < dt.date(2022, 7, 1))]
    new = june[june["first"].map(date_of) >= dt.date(2022, 1, 1)]["amount"].sum()
    assert cake.revenue[1, cake.periods.index("2022-06")] == pytest.approx(new)
