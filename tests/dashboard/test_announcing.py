"""Simulated companies from the file to the sentence: noise is called noise, eight points are not.

A short slice; `python -m tests.bench.bench_evidence` counts over hundreds of companies.
"""

import pytest

from dashboard.shop import staying as shops
from tests.bench.planted import EIGHT_POINTS, NOT_NOISE, ORDINARY, list_said, shop_of, shop_said

SEEDS = range(4)
SOONER = {shops.BUYING: "buy on more often", shops.SECOND: "come back sooner"}


def test_where_nothing_differs_the_sentences_speak_of_noise(tmp_path):
    said = [
        shop_said(made, quantity, "first_country")
        for made in (shop_of(tmp_path, [ORDINARY] * 2, 400, 100 + seed) for seed in SEEDS)
        for quantity in shops.QUANTITIES
    ] + [list_said(tmp_path, [0.68] * 4, 200, seed) for seed in SEEDS]
    assert all("noise" in one for one in said)
    # One in twenty is promised: of these 16, four or more would come up in one run of a hundred.
    assert sum(NOT_NOISE in one for one in said) <= 3


@pytest.mark.parametrize("quantity", SOONER)
def test_eight_points_between_six_hundred_each_are_announced(tmp_path, quantity):
    truths = [ORDINARY, EIGHT_POINTS[quantity]]
    said = [
        shop_said(shop_of(tmp_path, truths, 600, seed), quantity, "first_country") for seed in SEEDS
    ]
    assert sum(f"They {SOONER[quantity]}; {NOT_NOISE}" in one for one in said) >= 2


def test_subscribers_who_leave_sooner_are_announced(tmp_path):
    said = [list_said(tmp_path, [0.68, 0.60], 600, seed) for seed in SEEDS]
    assert sum(f"They stay longer; {NOT_NOISE}" in one for one in said) >= 2
