"""One large account against several small ones."""

from dataclasses import replace

import numpy as np
import pytest

from models.decisions import Scenario
from models.decisions.exchange import exchange, keeps_half, kept_spread


@pytest.mark.parametrize(
    ("number", "spread", "half"), [(1, 0.357, 0.85), (5, 0.160, 0.973), (20, 0.080, 1.0)]
)
def test_many_small_accounts_spread_the_risk(number, spread, half):
    assert kept_spread(0.85, number) == pytest.approx(spread, abs=5e-4)
    assert keeps_half(0.85, number) == pytest.approx(half, abs=5e-4)


def test_the_account_brings_what_the_engine_says_it_brings(known):
    state, roster = known
    place = int(np.argmax(roster.money))
    scenario = Scenario(margin=0.5, annual_rate=0, acquisition_cost=10, lead_time_months=0)
    found = exchange(state, roster, scenario, place, 12.3)
    assert found.number == 13
    assert found.share == pytest.approx(roster.money[place] / roster.money.sum())
    assert 0 < found.stays < 1
    assert found.spread > found.newcomers_spread
    assert (np.diff(found.keep) > 0).all()
    assert found.months[-1] <= scenario.horizon
    dearer = exchange(state, roster, replace(scenario, acquisition_cost=11), place, 12.3)
    assert found.swap - dearer.swap == pytest.approx(13.0)
    assert exchange(state, roster, Scenario(), place, 3).swap is None
