"""The engine against people who live through random offers one by one."""

import numpy as np
import pytest

from models.decisions import Scenario
from models.decisions.case import build_case
from models.decisions.subscription import Subscribers, build_subscription_state
from tests.models.decisions.lives import lived

PEOPLE = 100_000


def offered(rng, years, **more):
    """Return a random scenario whose discount lasts some years."""
    depth = rng.uniform(0.02, 0.5)
    return Scenario(
        margin=rng.uniform(0.2, 0.9), annual_rate=rng.uniform(0, 0.2), horizon_months=60,
        depth=depth, reference_depth=depth, duration_months=12 * years, offer_ends="after",
        save_rate=rng.uniform(0.05, 0.6), contact_cost=rng.uniform(0, 5), bounce=rng.uniform(0, 2),
        redemption_cost=rng.uniform(0, 5), stayers_taking=rng.random(), later_spend=-0.2,
        controllable=rng.uniform(0.4, 1), cost_to_serve=rng.uniform(0, 2),
        asks_only_for_discount=rng.uniform(0, 0.5), cancel_window_months=36, **more,
    )  # fmt: skip


@pytest.mark.parametrize("years", [1, 2, 3])
@pytest.mark.parametrize("channel", ["at_cancel", "everybody"])
@pytest.mark.parametrize("counterfactual", ["not_replaced", "refilled"])
def test_an_offer_of_any_length_is_worth_what_people_make_of_it(years, channel, counterfactual):
    rng = np.random.default_rng([years, len(channel), len(counterfactual)])
    law, renewed = (rng.uniform(0.5, 3), rng.uniform(0.8, 6)), float(rng.integers(0, 6))
    scenario = offered(
        rng, years, channel=channel, counterfactual=counterfactual,
        acquisition_cost=rng.uniform(20, 150), acquisition_growth=0,
        replacement_ratio=rng.uniform(0.3, 3), lead_time_months=12.0 * (years % 2),
        new_ramp=rng.uniform(0.6, 1.2),
    )  # fmt: skip
    base = Subscribers(np.array([renewed]), np.ones(1), np.array([100.0]), 12, 100.0, due=1.0)
    case = build_case(build_subscription_state(base, [law]), scenario).central()
    value = lived(rng, scenario, law, renewed, PEOPLE)
    error = value.std() / PEOPLE**0.5
    assert float(case.keep()[0]) == pytest.approx(value.mean(), abs=4 * error)
