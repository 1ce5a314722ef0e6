"""Worth and size of a test: published numbers, and sizes that follow the break-even."""

from dataclasses import replace

import pytest

from models.decisions import Scenario, contract
from models.decisions.experiment import (
    classical,
    plan_experiment,
)

REGULAR = (0.70408, 1.18204)
OFFER = Scenario(
    margin=0.6, save_rate=0.3, depth=0.05, reference_depth=0.05, bounce=0, contact_cost=0.1,
    stayers_taking=0.2, acquisition_cost=None,
)  # fmt: skip


def test_the_size_that_tells_a_break_even_from_nothing():
    # Regular customers at their first renewal, 10 % off: the break-even save rate is 18 %
    plain, saved = contract.leaving(*REGULAR), 60 * contract.worth_saved(*REGULAR, 0, 1 / 1.1)
    turn = ((1 - plain) * 10 + 1) / (plain * (saved - 10))
    assert classical(plain, plain * (1 - turn)) == pytest.approx(765, abs=1)  # rounded up
    assert classical(0.3, 0.3) is None


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
