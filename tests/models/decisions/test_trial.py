"""A company's own test of an offer: published checks, refusals, and the magazine's planted one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.contracts.subscribers import subscribers
from models.decisions.knobs import KNOBS
from models.decisions.trial import Arm, newcombe, read_trial, sample_ratio
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine" / "subscriptions.csv"
TEST_DAY = 500
LAST = 1_200


@pytest.mark.parametrize(("groups", "chance"), [((600, 400), 2.54e-10), ((44_000, 45_000), 0.0008)])
def test_published_sample_ratios(groups, chance):
    assert sample_ratio(*groups, planned=0.5)[1] == pytest.approx(chance, rel=0.005, abs=5e-5)


def test_a_usual_plan_other_than_a_half_is_taken_for_the_plan():
    assert sample_ratio(9_020, 980)[0] == 0.9
    assert sample_ratio(600, 400)[0] == 0.5


def test_the_range_of_a_difference_as_published():
    # Newcombe 1998, table II, example (a): 56/70 and 48/80, method 10
    gap, low, high = newcombe(Arm(70, 56), Arm(80, 48))
    assert (gap, low, high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def lives(n, *, saves, leaves=0.2, seed=1, offered=0.5, tilt=0.0):
    """Return subscribers of one start day whose second renewal was tested."""
    rng = np.random.default_rng(seed)
    to_offer = rng.random(n) < offered
    due = TEST_DAY + rng.integers(0, 90, n)
    start = due - 731
    would = rng.random(n) < leaves
    left = would & ~(to_offer & (rng.random(n) < saves))
    later = ~left & (rng.random(n) < 0.3)
    ended = np.where(left, due, np.where(later, due + 365, np.nan))
    ended[ended > LAST] = np.nan
    return pd.DataFrame(
        {
            "arm": np.where(to_offer, "mail", "control"),
            "start": start,
            "ended": ended,
            "observed": ~np.isnan(ended),
            "price": 50.0 + rng.normal(0, 5, n) + tilt * to_offer,
            "plan": "only",
        }
    )


def read(frame):
    return read_trial(frame, "group", "control", period_months=12, last_day=LAST)


def test_a_test_recovers_what_was_planted_and_covers_it():
    inside, winners = 0, 0
    for seed in range(40):
        trial = read(lives(2_000, saves=0.4, seed=seed))
        inside += trial.saved_low <= 0.4 <= trial.saved_high
        winners += trial.winner
        assert trial.refused == ""
    assert 26 <= inside <= 38
    assert winners >= 38


def test_no_effect_announces_no_winner():
    winners = sum(read(lives(2_000, saves=0.0, seed=seed)).winner for seed in range(40))
    assert winners <= 4


def test_a_null_test_lowers_what_is_planned_with():
    settings = read(lives(4_000, saves=0.0, seed=5)).settings()
    assert settings["save_rate"] < KNOBS["save_rate"].default
    assert settings["save_rate_low"] < settings["save_rate"] < settings["save_rate_high"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (lives(2_000, saves=0.4, offered=0.4), "something else decided who was in which"),
        (lives(2_000, saves=0.4, tilt=2.5), "differed before the test in price by 0.5"),
        (lives(200, saves=0.4), "under 30 in a group, luck decides"),
    ],
)
def test_a_test_that_cannot_be_believed_says_why(frame, said):
    trial = read(frame)
    assert said in trial.refused
    assert not trial.winner
    assert trial.settings() == {}


def test_nobody_in_a_test_is_no_test():
    assert read(lives(200, saves=0.4).assign(arm=None)) is None
    assert read(lives(200, saves=0.4).assign(arm="mail")) is None


def test_the_magazines_test_is_found_and_recovered():
    read_file = read_subscriptions(MAGAZINE)
    assert read_file.columns.arm is not None
    _, header, control = read_file.columns.arm
    trial = read_trial(
        subscribers(read_file).frame, header, control, period_months=12,
        last_day=read_file.last_day, known=read_file.attributes,
    )  # fmt: skip
    assert (header, control) == ("renewal_test", "control")
    assert trial.winner
    assert trial.refused == ""
    assert trial.saved_low < 0.36 < trial.saved_high
    assert 0.1 < trial.settings()["save_rate"] < trial.saved
    day = np.datetime64("1970-01-01") + np.array([trial.first_day, trial.last_day])
    assert day[0] == np.datetime64("2022-09-01")
    assert np.datetime64("2022-12-01") < day[1] <= np.datetime64("2022-12-31")


def test_a_test_is_written_as_plain_values():
    found = read(lives(2_000, saves=0.4)).to_dict()
    assert (found["column"], found["refused"]) == ("group", "")
    assert found["offered"]["left"] < found["control"]["left"]
    assert found["saved"]["low"] < found["saved"]["value"] < found["saved"]["high"]
    assert found["first_due"] < found["last_due"]
    assert sum(found[arm]["people"] for arm in ("offered", "control")) == 2_000
