"""Differences, changes, silences and the cost of months, as sentences."""

import math

import numpy as np
import pytest

from dashboard.staying import Cost, Danger, Said
from dashboard.wording import comparing
from models.cohorts.silences import Silences
from models.comparing import Difference
from models.danger import Risk
from models.mix import decompose

STAY = Said("were still there", "stay longer", "leave sooner")


def difference(label="kiosk", share=0.61, rest=0.68, chance=0.001, mean=math.nan):
    return Difference(label, 12.0, share, rest, mean, 9.5, 24.0, chance)


def test_a_real_difference_says_so_and_which_way():
    assert comparing.differs(difference(), STAY) == (
        "Kiosk: 61 % were still there after 12 months, against 68 % of everybody else. They leave "
        "sooner; this is not noise."
    )
    said = comparing.differs(difference(share=0.75, mean=10.5), STAY)
    assert "They stay longer; this is not noise." in said
    assert said.endswith("Of the first 24 months they stayed 10 on average, everybody else 9.5.")


def test_a_difference_that_may_be_noise_says_that_and_nothing_more():
    said = comparing.differs(difference(chance=0.2), STAY)
    assert said.endswith("of everybody else. This could be noise.")
    assert "sooner" not in said


def test_the_clearest_groups_are_named_and_the_others_counted():
    found = [difference("a"), difference("b", 0.9), difference("c", 0.5), difference("d", chance=1)]
    said = comparing.differences(found, STAY)
    assert [sentence[0] for sentence in said[:2]] == ["B", "C"]
    assert said[2] == "3 of 4 groups differ from everybody else by more than noise."
    quiet = comparing.differences([difference(name, chance=0.5) for name in "abc"], STAY)
    assert quiet[0] == "None of 3 groups differs from the others by more than noise."
    assert len(quiet) == 2


def test_two_groups_are_one_sentence_and_none_are_said():
    (said,) = comparing.differences([difference("a"), difference("b", 0.68, 0.61)], STAY)
    assert said == (
        "A against b: 61 % against 68 % were still there after 12 months. They leave sooner; this "
        "is not noise."
    )
    assert comparing.differences([], STAY) == ("No two groups are large enough to be compared.",)


def test_a_month_has_a_price_with_its_range():
    one = Cost("month", 4, 0.12, 0.05, 60.0, 38_000.0, 21_000.0, 55_000.0)
    assert comparing.cost(one, "GBP") == (
        "Month 4 costs GBP 38,000 a year (between GBP 21,000 and GBP 55,000, 8 in 10). 12 % of "
        "those still there leave in it, against 5 % around it: 60 more customers a year."
    )
    bare = Cost("month", 4, 0.12, 0.05, 60.0, math.nan, math.nan, math.nan)
    assert comparing.cost(bare, None).startswith("Month 4 stands out: 12 % of those")


@pytest.mark.parametrize(
    ("unit", "shares", "said"),
    [
        ("month", [0.02, 0.05, 0.03], "The risk is highest in month 2: 5 % ("),
        ("renewal", [0.27, 0.17, 0.13], "No renewal after the first loses clearly more"),
        ("renewal", [0.1, 0.17, 0.13], "The risk is highest in renewal 2: 17 % ("),
    ],
)
def test_where_nothing_stands_out_the_highest_risk_is_named(unit, shares, said):
    level = np.array(shares)
    risk = Risk(unit, np.arange(1, 4), level, level, level, level, np.full(3, 90), ())
    assert said in comparing.no_danger(Danger("t", "a", risk, 1.0, ()))


def change(before, yes_before, after, yes_after):
    return decompose(["loyal", "trying"], before, yes_before, after, yes_after)


def test_a_reversal_is_warned_of():
    said = " ".join(
        comparing._parts(change([3200, 800], [2560, 240], [1600, 2400], [1328, 840]), "customers")
    )
    assert "Careful: kind by kind, customers stay more often than before" in said
    plain = " ".join(
        comparing._parts(change([500, 500], [400, 200], [500, 500], [350, 150]), "customers")
    )
    assert "Careful" not in plain


@pytest.mark.parametrize(
    ("share", "said"), [(0.0141, "+1.4"), (-0.002, "−0.2"), (0.0003, "0.0"), (-0.0003, "0.0")]
)
def test_points_have_one_decimal_and_no_sign_without_a_size(share, said):
    assert comparing.points(share) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [(4000, "there silence starts to mean goodbye"), (300, "more than a quarter of the 300 days")],
)
def test_a_silence_means_goodbye_only_where_it_is_short_enough_to_act_on(span, said):
    days = np.arange(1, 200)
    found = Silences(days, np.maximum(200 - 2 * days, 1), np.full(len(days), 20), span)
    assert said in " ".join(comparing.silence(found, 60, 60))
