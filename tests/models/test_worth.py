"""Bands, kinds and examples of customers: nobody is lost, and ends are round."""

import math

import numpy as np
import pandas as pd
import pytest

from models.values import Business, Values
from models.worth import bands, examples, quadrant


def values_of(worth, chance=None, earned=None):
    worth = np.asarray(worth, dtype=float)
    ones = np.ones(len(worth))
    total = float(worth.sum())
    frame = pd.DataFrame(
        {
            "customer": [f"c{i}" for i in range(len(worth))],
            "p_alive": ones if chance is None else np.asarray(chance, dtype=float),
            "expected_orders": ones,
            "spend": ones,
            "value": worth,
            "value_low": worth * 0.5,
            "value_high": worth * 2,
            "earned": ones if earned is None else np.asarray(earned, dtype=float),
        }
    )
    return Values(
        frame=frame,
        business=Business(),
        total=total,
        low=0.8 * total,
        high=1.3 * total,
        earned=float(frame["earned"].sum()),
        buyers_12m=1.0,
        buyers_low=1.0,
        buyers_high=1.0,
        alive=1.0,
        new_customer=1.0,
        new_low=1.0,
        new_high=1.0,
        has_money=True,
    )


@pytest.mark.parametrize(
    "worth",
    [
        np.random.default_rng(1).lognormal(6, 1.6, 4000),
        np.random.default_rng(2).gamma(0.3, 5, 200),
        [0.0, 0.0, 0.0],
        [-4.0, 0.0, 12.0],
        [37.0],
        np.full(50, 250.0),
    ],
)
def test_every_customer_is_in_exactly_one_band(worth):
    found = bands(values_of(worth))
    assert sum(band.customers for band in found) == len(worth)
    assert sum(band.total for band in found) == pytest.approx(np.sum(worth))
    assert 1 <= len(found) <= 8
    assert found[-1].high == math.inf


def test_ends_are_round_and_ranges_are_the_companys():
    found = bands(values_of(np.random.default_rng(1).lognormal(6, 1.6, 4000)))
    inner = [band.high for band in found[:-1]]
    assert all(edge / 10 ** math.floor(math.log10(edge)) in {1.0, 2.5, 5.0} for edge in inner)
    assert all(band.total_low == pytest.approx(0.8 * band.total) for band in found)
    assert all(band.total_high == pytest.approx(1.3 * band.total) for band in found)


def test_four_kinds_hold_everybody_and_all_worth():
    draw = np.random.default_rng(3)
    chance = draw.uniform(0, 1, 1000)
    values = values_of(chance * draw.lognormal(5, 1, 1000), chance)
    kinds = quadrant(values)
    assert sum(box.customers for box in kinds.boxes) == 1000
    assert sum(box.total for box in kinds.boxes) == pytest.approx(values.total)
    assert kinds.boxes[2].customers + kinds.boxes[3].customers == 200
    assert kinds.boxes[0].customers + kinds.boxes[2].customers == int((chance < 0.5).sum())


def test_somebody_surely_gone_is_worth_nothing_and_breaks_nothing():
    kinds = quadrant(values_of([0.0, 5.0], [0.0, 1.0]))
    assert list(kinds.worth) == [0.0, 5.0]


def test_examples_are_what_they_say():
    values = values_of([1.0, 9.0, 5.0], chance=[1.0, 0.9, 0.5], earned=[100.0, 2.0, 60.0])
    assert examples(values) == {
        "Most to come": 1,
        "Most earned": 0,
        "Slipping away": 2,
        "In the middle": 2,
    }


def test_the_least_sure_of_the_large_is_large_and_least_sure():
    earned = np.r_[np.full(8, 1.0), 90.0, 100.0, 500.0]
    renews = np.r_[np.full(8, 0.4), 0.9, 0.8, 0.0]
    found = examples(values_of(np.ones(11), earned=earned), renews)
    assert found["Least sure among the large"] == 9
    assert "Slipping away" not in found


@pytest.mark.parametrize("chance", [[0.9, 0.8], [0.9, 0.2], [0.4, 0.3]])
def test_the_list_opens_on_a_box_with_somebody_in_it(chance):
    assert quadrant(values_of([5.0, 4.0], chance)).doubtful.customers


def test_who_has_left_is_in_no_band():
    found = bands(values_of([0.0, 0.0, 5.0, 7.0], chance=[0.0, 1.0, 1.0, 1.0]))
    assert sum(band.customers for band in found) == 3


def test_boxes_know_their_customers():
    draw = np.random.default_rng(3)
    chance = draw.uniform(0, 1, 200)
    values = values_of(chance * draw.lognormal(5, 1, 200), chance)
    rows = [box.rows for box in quadrant(values).boxes]
    assert sorted(np.concatenate(rows)) == list(range(200))
    assert values.frame["value"].to_numpy()[rows[3]].sum() == pytest.approx(
        quadrant(values).boxes[3].total
    )


def test_subscribers_are_split_at_their_average_chance():
    renews = np.array([0.0, 0.6, 0.8, 0.9, 0.9])
    values = values_of([0.0, 60.0, 80.0, 90.0, 900.0], chance=[0.0, 1.0, 1.0, 1.0, 1.0])
    kinds = quadrant(values, renews)
    assert kinds.split_chance == pytest.approx(0.8)
    assert list(kinds.worth) == pytest.approx([100, 100, 100, 1000])
    assert sum(box.customers for box in kinds.boxes) == 4
    assert list(kinds.boxes[3].rows) == [4]
    assert 1 in kinds.boxes[0].rows
    assert kinds.chance * kinds.worth == pytest.approx(values.frame["value"].to_numpy()[1:])


def test_a_subscriber_who_has_left_is_an_example():
    values = values_of([0.0, 0.0, 9.0], chance=[0.0, 0.0, 1.0], earned=[5.0, 50.0, 1.0])
    assert examples(values, np.array([0.0, 0.0, 0.7]))["Has left"] == 1
    assert "Has left" not in examples(values)
