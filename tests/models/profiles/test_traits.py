"""Traits are what was known on the day: nothing later moves them, and each can be said."""

import numpy as np
import pandas as pd
import pytest

from models.profiles.products import product_groups
from models.profiles.rules import Rule, conditions
from models.profiles.traits import (
    LATER,
    PROTECTED,
    amounts,
    attribute,
    nominal,
    season,
    weekday,
    why_not,
)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Age group", PROTECTED),
        ("gender", PROTECTED),
        ("Religion", PROTECTED),
        ("health_status", PROTECTED),
        ("ethnicity", PROTECTED),
        ("service_rating", LATER),
        ("renewal_test", LATER),
        ("country", ""),
        ("package", ""),
        ("device", ""),
        ("campaign", ""),
        ("Stage play", ""),
    ],
)
def test_columns_that_look_protected_or_late_are_left_out_with_the_reason(header, why):
    assert why_not(header) == why


def test_days_have_their_names():
    assert list(weekday(np.array([0, 20_000, 20_779]))) == ["Thursday", "Friday", "Sunday"]
    assert season(np.array([0]))[0] == "January to March"


def test_amounts_have_round_ends_and_can_be_said():
    values = np.repeat([15.0, 30.0, 70.0, 300.0], 100)
    trait = amounts("first_order", "First order", values, "first order {}", unit="GBP")
    assert trait.edges == (20.0, 50.0, 100.0, 200.0)
    said = [one.said for one in conditions((trait,))]
    assert "first order GBP 50 or more" in said
    assert "first order below GBP 20" in said


def test_one_customer_more_hardly_moves_an_end():
    rng = np.random.default_rng(3)
    values = rng.lognormal(5, 1, 900)
    whole = amounts("a", "A", values, "{}").edges
    assert all(amounts("a", "A", np.delete(values, i), "{}").edges == whole for i in range(900))


def test_rare_levels_are_no_levels_and_unknown_is_not_rare():
    values = pd.Series(["x"] * 100 + ["y"] * 80 + ["z"] * 10 + [None] * 5, dtype=object)
    trait = nominal("t", "T", values, "{}")
    assert trait.levels == ("x", "y")
    assert sorted(set(trait.codes)) == [-2, -1, 0, 1]


def test_a_column_that_says_one_thing_is_no_trait():
    assert nominal("t", "T", pd.Series(["x"] * 300), "{}") is None


def test_all_but_the_commonest_can_be_said():
    values = pd.Series(["Germany"] * 200 + ["France"] * 70 + ["Spain"] * 70 + [None] * 9)
    trait = attribute("country", values)
    other = next(one for one in conditions((trait,)) if one.outside)
    assert other.said == "first order from anything but Germany"
    assert other.holds(trait.codes).sum() == 140


def test_a_rule_is_a_sentence_and_knows_its_opposite():
    values = np.repeat([3.0, 7.0, 15.0, 30.0], 50)
    first, second = (amounts(name, name, values, name + " {}", edges=(5, 10, 20)) for name in "ab")
    said = {one.said: Rule((one,)) for one in conditions((first, second))}
    below, above, other = said["a below 5"], said["a 5 or more"], said["b 5 or more"]
    assert below.mirrors(above)
    assert above.mirrors(below)
    assert not below.mirrors(other)
    assert not below.mirrors(said["a 10 or more"])
    assert above.covers(said["a 10 or more"])
    assert not above.covers(below)
    both = Rule((*above.conditions, *other.conditions))
    assert both.sentence == "a 5 or more and b 5 or more"


NAMES = ["WHITE HANGING HEART T-LIGHT HOLDER", "RED HEARTS GARLAND", "JUMBO BAG RED RETROSPOT"]


def test_products_stand_with_those_that_share_their_most_frequent_word():
    many = (
        NAMES * 30 + [f"HEART MUG NO {i}" for i in range(60)] + [f"X{i} THING" for i in range(45)]
    )
    found = product_groups(pd.Series(many), named=True)
    assert found.group[0] == found.group[1] == "heart"
    assert "most frequent word" in found.how
    assert "red" not in set(found.group.dropna())


def test_codes_stand_for_themselves():
    codes = pd.Series([f"{i % 90:05d}" for i in range(900)])
    found = product_groups(codes, named=False)
    assert found.group.equals(codes.astype(object))
    assert "product codes stands for itself" in found.how


def test_levels_of_one_trait_are_no_opposites_unless_there_are_only_two():
    values = pd.Series(np.repeat(["x", "y", "z"], 100))
    three = [Rule((one,)) for one in conditions((nominal("t", "T", values, "{}"),))]
    assert not any(one.mirrors(other) for one in three for other in three)
    two = conditions((nominal("t", "T", values[:200], "{}"),))
    assert Rule((two[0],)).mirrors(Rule((two[1],)))
