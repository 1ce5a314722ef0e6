import dataclasses
import itertools
import math

import pytest

from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.errors import SettingError


def test_every_knob_is_an_attribute_with_its_own_default():
    scenario = Scenario()
    assert [field.name for field in dataclasses.fields(Scenario)] == list(scenario.to_settings())
    assert set(scenario.to_settings()) == set(KNOBS)
    assert {name: knob.default for name, knob in KNOBS.items()} == scenario.to_settings()


def test_settings_round_trip():
    scenario = Scenario(margin=0.4, acquisition_cost=90, channel="list")
    assert Scenario.from_settings(scenario.to_settings()) == scenario
    assert scenario.with_knob("depth", 0.3) == dataclasses.replace(scenario, depth=0.3)


@pytest.mark.parametrize("name", [n for n, k in KNOBS.items() if k.unit != "choice"])
def test_every_number_accepts_its_range_and_nothing_else(name):
    knob = KNOBS[name]
    Scenario.from_settings({name: knob.low})
    if math.isfinite(knob.high):
        Scenario.from_settings({name: knob.high})
        with pytest.raises(SettingError, match=name):
            Scenario.from_settings({name: knob.high * 1.01 + 0.01})
    for wrong in (knob.low - 0.01, float("nan"), "much", True):
        with pytest.raises(SettingError, match=name):
            Scenario.from_settings({name: wrong})


def test_refusals_say_what_to_do():
    with pytest.raises(SettingError, match=r"called 'margn': did you mean margin"):
        Scenario.from_settings({"margn": 0.4})
    with pytest.raises(SettingError, match=r"known: margin, annual_rate"):
        Scenario.from_settings({"zzzzzz": 1})
    with pytest.raises(SettingError, match=r"margin = 40 is outside.*write 10 % as 0.1"):
        Scenario(margin=40)
    with pytest.raises(SettingError, match="everybody, list or at_cancel"):
        Scenario(channel="nobody")


def test_every_knob_explains_itself():
    for knob in KNOBS.values():
        assert knob.label
        assert knob.why.endswith(".")
        assert knob.source in {"assumed", "data", "tested", "chosen"}


def test_the_effect_follows_the_discount():
    assert Scenario(depth=0).shape == 0
    assert Scenario(depth=0.2, reference_depth=0.2).shape == pytest.approx(1)
    assert Scenario(depth=0.05).shape == pytest.approx(0.574, abs=1e-3)
    shapes = [Scenario(depth=d / 100).shape for d in range(61)]
    gains = [b - a for a, b in itertools.pairwise(shapes)]
    assert all(gain > 0 for gain in gains)
    assert gains == sorted(gains, reverse=True)


def test_the_range_of_the_save_rate_holds_it():
    assert Scenario(save_rate=0.1).save_range == pytest.approx((-0.05, 0.25))
    assert Scenario(save_rate=0.4, save_rate_high=0.3).save_range == pytest.approx((0.25, 0.4))


@pytest.mark.parametrize(
    ("history", "asked", "used"),
    [(1.3, 36, 12), (6.9, 36, 13), (10, 36, 20), (18, 36, 36), (24, 48, 48), (24, 36, 36)],
)
def test_a_file_answers_for_twice_its_length_and_for_a_year_at_least(history, asked, used):
    asked_for = Scenario(horizon_months=asked, margin=0.4)
    within = asked_for.within(history)
    assert within.horizon_months == used
    assert within == dataclasses.replace(asked_for, horizon_months=used)
