"""Silences: how long customers pause, when a pause means goodbye, and how many come back."""

import numpy as np
import pytest

from models.cohorts.silences import Silences
from models.errors import EvidenceError

SPAN = 730


def waits(customers, leaving, rate, seed=1):
    """Silences of customers who leave after a purchase with a chance, and else buy at a rate."""
    rng = np.random.default_rng(seed)
    ended, running = np.zeros(SPAN + 1), np.zeros(SPAN + 1)
    for _ in range(customers):
        day = int(rng.integers(0, SPAN - 30))
        while True:
            gap = SPAN if rng.uniform() < leaving else 1 + int(rng.exponential(1 / rate))
            if day + gap > SPAN:
                running[SPAN - day] += 1
                break
            ended[gap] += 1
            day += gap
    told = np.flatnonzero(ended + running)
    return Silences(told, ended[told].astype(np.int64), running[told].astype(np.int64), SPAN)


@pytest.fixture(scope="module")
def found():
    return waits(2_000, leaving=0.3, rate=1 / 30)


def test_the_share_who_come_back_is_the_truth(found):
    # Of those silent for s days, 0.7 exp(-s / 30) of 0.3 + 0.7 exp(-s / 30) come back.
    for silent in (0, 30, 60, 90):
        alive = 0.7 * np.exp(-silent / 30)
        assert found.coming_back(silent) == pytest.approx(alive / (0.3 + alive), abs=0.03)


def test_a_silence_that_means_goodbye_is_found_where_it_does(found):
    # 0.7 e / (0.3 + 0.7 e) = 1/5 where e = exp(-s / 30) = 0.107: 67 days.
    assert found.goodbye == pytest.approx(67, abs=6)
    assert found.four_in_five == found.goodbye


def test_a_silence_too_long_to_act_on_is_named_and_not_used():
    slow = waits(1_500, leaving=0.05, rate=1 / 90)
    assert slow.goodbye is None
    assert slow.four_in_five is None or slow.four_in_five > SPAN / 4


def test_the_usual_pause_is_the_median_of_those_that_ended(found):
    ended = np.repeat(found.days, found.ended)
    assert found.usual() == pytest.approx(np.median(ended), abs=1)
    assert found.usual(0.9) == pytest.approx(np.quantile(ended, 0.9), abs=1)


def test_the_share_of_lapsed_customers_who_came_back(found):
    share, lapsed = found.returned(60, 60)
    here, later = (0.3 + 0.7 * np.exp(-day / 30) for day in (60, 120))
    assert share == pytest.approx(1 - later / here, abs=0.03)
    assert lapsed == (found.ended + found.running)[found.days > 60].sum()
    assert np.isnan(found.returned(700, 300)[0])


def test_nobody_who_bought_twice_has_no_usual_pause():
    once = Silences(np.array([10]), np.array([0]), np.array([20]), SPAN)
    with pytest.raises(EvidenceError, match="no usual pause"):
        once.usual()
