"""Who stays, as sentences: last year's buyers, new customers, subscribers, the trend."""

import math

import numpy as np
import pytest

from dashboard.wording import comparing, ordinal, renewing, staying
from models.cohorts import PlainFact, Repeat, RetentionChange
from models.contracts.renewed import StillHere
from models.danger import DangerousMonth, Risk
from models.leaving import Leaving
from models.mix import Change, Part
from models.survival import Curve

NAN = math.nan


def fact(**changes):
    settings = {
        "days": 365,
        "begins": 14588,
        "customers": 4219,
        "came_back": 2676,
        "share": 2676 / 4219,
        "low": 0.62,
        "high": 0.64,
        "money_again": 6.52e6,
        "money_now": 8.01e6,
        "once": 1492,
        "once_came_back": 584,
    }
    return PlainFact(**settings | changes)


def test_last_years_buyers():
    assert staying.came_back(fact()) == "63 of 100 customers bought again the year after."
    assert staying.all_customers(fact()) == (
        "Of all 4,219 customers, new and old, who bought from 10 Dec 2009 to 9 Dec 2010, 63 of 100 "
        "bought again by 9 Dec 2011. They brought 81 % of that second year's money. Of 100 "
        "others, 59 had ordered only once."
    )
    everyone = fact(came_back=4219, share=1.0, once=584)
    assert "of the others" not in staying.all_customers(everyone)


def buying(first, last, ends):
    months = np.arange(ends + 1, dtype=float)
    share = np.linspace(first, last, ends + 1)
    return Curve("Everyone", "q", months, share, share, share, np.full(len(months), 174))


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (
            buying(0.49, 0.39, 10),
            "49 of 100 new customers buy again within half a year; after 10 months 39 still do: "
            "most of the drop comes right after the first order.",
        ),
        (buying(0.9, 0.4, 14), "; after a year 47 still do: most of the drop comes later, little"),
        (buying(0.8, 0.62, 12), "still do: the drop comes in part right after the first order, in"),
        (buying(0.4, 0.5, 12), "after a year 50 still do: most of the drop comes right after the"),
        (buying(0.4, 0.4, 0), "40 of 100 new customers buy again within half a year."),
    ],
)
def test_new_customers_and_when_they_are_lost(curve, said):
    assert said in staying.new_buyers(curve, "half a year")
    first = f"{100 * curve.share[0]:.0f} % buy again within half a year"
    assert staying.at_first(curve, "half a year") == first


@pytest.mark.parametrize(
    ("low", "change", "high", "word"),
    [
        (-0.025, -0.02, -0.015, "worse"),
        (0.015, 0.02, 0.025, "better"),
        (-0.01, 0.02, 0.05, "neither"),
    ],
)
def test_whether_it_is_getting_better_is_said_only_beyond_chance(low, change, high, word):
    part = Part(change, low, high)
    was = np.array([0.70])
    moved = Change(("all",), np.ones(1), np.ones(1), was, was + change, part, part, part)
    said = comparing.whether_better(moved, "come back")
    assert word in said
    assert ("2 of 100" in said and "come back" in said) == (word != "neither")
    told = comparing.half_years(RetentionChange(182, 14588, 14952, True, moved))
    assert "Of all who bought within 182 days, " in told
    assert "; a year before, 70 %" in told
    assert told.endswith("could be chance." if word == "neither" else "is more than chance.")


@pytest.mark.parametrize(("change", "said"), [(0.004, "0.4 of 100 more"), (-0.121, "12 of 100 f")])
def test_a_small_change_keeps_its_digits(change, said):
    part = Part(change, change - 1e-6, change + 1e-6)
    was = np.array([0.5])
    moved = Change(("all",), np.ones(1), np.ones(1), was, was + change, part, part, part)
    assert said in comparing.whether_better(moved, "renew")


def test_last_years_buyers_of_a_file_without_money_or_a_second_year():
    bare = fact(
        days=120,
        money_again=NAN,
        money_now=NAN,
        customers=1,
        came_back=1,
        once=1,
        once_came_back=1,
    )
    assert staying.came_back(bare) == "63 of 100 customers bought again in the next 120 days."
    assert staying.all_customers(bare) == (
        "Of all 1 customer, new and old, who bought from 10 Dec 2009 to 8 Apr 2010, 63 of 100 "
        "bought again by 6 Aug 2010."
    )


def repeat(cohort, share, *, older=False, finished=True):
    return Repeat(cohort, 500, share, share - 0.03, share + 0.03, older, finished)


@pytest.mark.parametrize(
    ("shares", "verdict_said"),
    [
        ((0.42, 0.55), "newer customers came back more often"),
        ((0.55, 0.42), "newer customers came back less often"),
        ((0.42, 0.45), "this could be noise"),
        # Ranges that do not touch are no proof: of two such cohorts one in fifteen differs so much.
        ((0.42, 0.481), "this could be noise"),
    ],
)
def test_a_trend_is_told_only_beyond_noise(shares, verdict_said):
    said = staying.trend([repeat("2010-Q4", shares[0]), repeat("2011-Q4", shares[1])], "6 months")
    assert said.endswith(f"{verdict_said}.")
    assert "bought again within 6 months" in said


def test_a_cohort_of_three_who_all_came_back_proves_nothing():
    tiny = Repeat("2010-Q4", 3, 1.0, 0.6, 1.0, older=False, finished=True)
    assert "this could be noise" in staying.trend([tiny, repeat("2011-Q4", 0.9)], "6 months")


def test_cohorts_that_may_be_older_or_are_unfinished_say_nothing():
    cohorts = [
        repeat("2009-Q4", 0.9, older=True),
        repeat("2010-Q4", 0.42),
        repeat("2011-Q2", 0.2, finished=False),
    ]
    assert "cannot be said yet" in staying.trend(cohorts, "6 months")
    assert "2009" not in staying.trend([*cohorts, repeat("2011-Q1", 0.5)], "6 months")
    assert staying.left_out(cohorts).startswith("2009-Q4 may contain customers from before")
    assert staying.left_out(cohorts[1:]) == ""


def test_a_trend_across_seasons_says_so():
    said = staying.trend([repeat("2010-Q4", 0.42), repeat("2011-Q1", 0.55)], "6 months")
    assert said.endswith("of different seasons, which may be all of it.")


def curve(ends=14, rate=0.05):
    months = np.arange(ends + 1, dtype=float)
    share = np.exp(-rate * months)
    return Curve("Everyone", "q", months, share, share * 0.9, share, np.full(len(months), 174))


def test_curves_in_a_sentence_never_speak_beyond_what_was_followed():
    told = "Of 100 new customers, 55 bought in the 26 weeks after a year (between 49 % and 55 %, "
    assert staying.still_buying(curve(), "26 weeks", None) == f"{told}8 in 10)."
    # Whoever pauses is a customer still, which is said where that makes a difference.
    assert staying.still_buying(curve(), "26 weeks", curve(14, 0.01)) == (
        f"{told}8 in 10). Many of the others only pause, so the line can rise: see “Still a "
        "customer”."
    )
    assert staying.still_buying(curve(), "26 weeks", curve(14, 0.045)) == f"{told}8 in 10)."
    assert "70 bought in the 61 days after month 7 (" in staying.still_buying(
        curve(7), "61 days", None
    )
    assert "after the first purchase (" in staying.still_buying(curve(0), "9 days", curve(0))
    assert staying.still_there(curve(1)).startswith("1 month after the first purchase, 95 of 100")


def test_second_purchases_in_a_sentence():
    assert staying.second_purchase(curve()) == (
        "Half of the customers have bought a second time within 14 months."
    )
    assert staying.second_purchase(curve(7)) == (
        "30 of 100 customers buy a second time within 7 months, as far as anybody was followed."
    )


@pytest.mark.parametrize(
    ("dangerous", "said"),
    [
        ((), ""),
        (
            (DangerousMonth(4, 0.25, 0.2, 0.3, 0.05), DangerousMonth(9, 0.1, 0.08, 0.12, 0.04)),
            "Month 4 is the dangerous one: 25 % of those still there leave in it, against 5 % in "
            "the months around it.",
        ),
    ],
)
def test_a_dangerous_month_is_named_and_no_other(dangerous, said):
    level = np.full(2, 0.05)
    risk = Risk("month", np.arange(1, 3), level, level, level, level, np.full(2, 9), dangerous)
    assert staying.dangerous(Leaving(curve(), risk)) == said


def renewals(leaving, followed=None):
    ages, shares = np.arange(1, len(leaving) + 1), np.array(leaving)
    came = np.array(followed or [500] * len(leaving))
    return Risk("renewal", ages, shares, shares, shares, shares, came, ())


@pytest.mark.parametrize(
    ("risk", "said"),
    [
        (None, "55 of 100 new subscribers are still there after a year."),
        (renewals([0.27, 0.17, 0.13]), "after a year; the first renewal loses most."),
        (renewals([0.05, 0.08, 0.2, 0.1]), "after a year; the third renewal loses most."),
        # Three of the last four left: too few to be the worst.
        (renewals([0.2, 0.1, 0.75], [500, 90, 4]), "after a year; the first renewal loses most."),
        (renewals([0.2, 0.5], [9, 9]), "after a year; the second renewal loses most."),
    ],
)
def test_new_subscribers_after_a_year_and_the_renewal_that_loses_most(risk, said):
    assert renewing.new_subscribers(curve(), risk).endswith(said)


def test_new_subscribers_of_a_young_file():
    assert renewing.new_subscribers(curve(7), None) == (
        "70 of 100 new subscribers are still there after month 7."
    )


@pytest.mark.parametrize(
    ("stayed", "leaving", "why"),
    [(850, [0.27, 0.17], True), (400, [0.27, 0.17], False), (850, [0.1, 0.3], False)],
)
def test_all_subscribers_stay_more_often_than_new_ones_for_a_reason_only_where_it_holds(
    stayed, leaving, why
):
    then = StillHere(20088, 1000, stayed, 6.3e5, 5.5e5)
    said = renewing.a_year_later(then, curve(), renewals(leaving))
    assert said.startswith("All subscribers, new and old: of 1,000 on 31 Dec 2024, ")
    assert "paying 87 % of the money" in said
    assert ("more than of new ones" in said) == why
    bare = renewing.a_year_later(StillHere(20088, 10, 5, NAN, NAN), curve(), None)
    assert bare == (
        "All subscribers, new and old: of 10 on 31 Dec 2024, 50 of 100 were still there a year "
        "later."
    )


def test_the_first_renewals_in_a_sentence():
    assert renewing.first_renewals(renewals([0.27, 0.17, 0.13, 0.1])) == (
        "27 of 100 leave at the first renewal; of those who stay, 17 of 100 at the second and 13 "
        "of 100 at the third."
    )
    assert renewing.first_renewals(renewals([0.27])) == "27 of 100 leave at the first renewal."


@pytest.mark.parametrize(
    ("month", "said"),
    [(12, "a year"), (0.986, "month 1"), (0.3, "month 0.3"), (0, "the first purchase")],
)
def test_an_age_is_said_in_whole_months(month, said):
    assert staying.after_month(month) == said


@pytest.mark.parametrize(
    ("place", "said"), [(1, "first"), (3, "third"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(place, said):
    assert ordinal(place) == said
