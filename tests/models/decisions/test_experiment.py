"""Worth and size of a test: published numbers, and sizes that follow the break-even."""

import math
from dataclasses import replace

import numpy as np
import pytest

from models.decisions import Scenario, contract
from models.decisions.experiment import (
    classical,
    normal_information,
    plan_experiment,
    roll_out_size,
    wrong_pick,
)

REGULAR = (0.70408, 1.18204)
NOISE = math.sqrt(0.68 * 0.32)
OFFER = Scenario(
    margin=0.6, save_rate=0.3, depth=0.05, reference_depth=0.05, bounce=0, contact_cost=0.1,
    stayers_taking=0.2, acquisition_cost=None,
)  # fmt: skip


def test_the_website_of_feit_and_berman():
    size = roll_out_size(100_000, NOISE, 0.03)
    assert round(size) == 2_284
    assert wrong_pick(size, size, NOISE, 0.03) == pytest.approx(0.100, abs=5e-4)


def test_the_size_that_tells_a_break_even_from_nothing():
    # Regular customers at their first renewal, 10 % off: the break-even save rate is 18 %
    plain, saved = contract.leaving(*REGULAR), 60 * contract.worth_saved(*REGULAR, 0, 1 / 1.1)
    turn = ((1 - plain) * 10 + 1) / (plain * (saved - 10))
    assert classical(plain, plain * (1 - turn)) == pytest.approx(765, abs=1)  # rounded up
    assert classical(0.3, 0.3) is None


def test_knowing_a_normal_advantage():
    rng = np.random.default_rng(1)
    draws = 40 + 100 * rng.standard_normal(400_000)
    brute = np.maximum(draws, 0).mean() - draws.mean()
    assert normal_information(40, 100) == pytest.approx(brute, rel=0.01)
    assert normal_information(40, 0) == 0


def test_the_size_follows_the_break_even(known):
    tests = [
        plan_experiment(*known, replace(OFFER, stayers_taking=takers)) for takers in (0.1, 0.3)
    ]
    assert tests[0].break_even < tests[1].break_even
    # the further from nothing, the fewer are needed to see it
    assert tests[0].per_group > tests[1].per_group


def test_a_test_is_worth_less_than_knowing_and_nothing_when_nothing_can_change(known):
    turn = plan_experiment(*known, OFFER).break_even
    at = plan_experiment(*known, replace(OFFER, save_rate=turn))
    assert 0 < at.worth <= at.effect
    assert at.effect == pytest.approx(at.certainty, rel=0.35)
    far = plan_experiment(*known, replace(OFFER, save_rate_low=-0.6, save_rate=-0.3,
                                          save_rate_high=-0.28))  # fmt: skip
    assert far.worth <= 1e-6 * max(1.0, abs(at.effect))


def test_an_offer_no_save_rate_pays_for_has_no_size(known):
    hopeless = plan_experiment(*known, replace(OFFER, depth=0.6, duration_months=36,
                                               stayers_taking=1.0))  # fmt: skip
    assert hopeless.per_group is None
    assert hopeless.reason == "No save rate can pay for this offer."
    assert not hopeless.possible
