"""Groups with chances of their own in the decision's state."""

import numpy as np
import pytest

from models.decisions.engine import decide
from models.decisions.scenario import Scenario
from models.decisions.subscription import MOST_BANDS, Subscribers, build_subscription_state

LAWS = ((0.7041, 1.1820), (0.6681, 3.8061))


def group(kind=None, people=(100.0, 50.0), price=(60.0, 100.0), renewed=(1.0, 3.0), **more):
    return Subscribers(
        np.array(renewed), np.array(people), np.array(price), 12, 80.0,
        kind=None if kind is None else np.array(kind), **more,
    )  # fmt: skip


def test_two_kinds_are_worth_the_sum_of_both_alone():
    scenario = Scenario(channel="at_cancel", depth=0.2, save_rate=0.3)
    both = build_subscription_state(group((0, 1)), [[LAWS[0]], [LAWS[1]]])
    alone = [
        build_subscription_state(
            group(people=(people,), price=(price,), renewed=(renewed,)), [LAWS[kind]]
        )
        for kind, (people, price, renewed) in enumerate(((100.0, 60.0, 1.0), (50.0, 100.0, 3.0)))
    ]
    kept = [decide(state, scenario).option("keep").value for state in (both, *alone)]
    assert kept[0] == pytest.approx(kept[1] + kept[2], rel=1e-5)


def test_newcomers_are_a_mixture_with_prices_of_their_own():
    shares, prices = np.array([0.6, 0.4]), np.array([60.0, 100.0])
    mixed = build_subscription_state(
        group((0, 1), new_shares=shares, new_prices=prices, first_new=70.0), [[LAWS[0]], [LAWS[1]]]
    )
    v = 1 / 1.1
    later = sum(
        share * price * sum(np.prod([(b + n) / (a + b + n) for n in range(t)]) * v**t
                            for t in (1, 2, 3))
        for share, price, (a, b) in zip(shares, prices, LAWS, strict=True)
    )  # fmt: skip
    scenario = Scenario(lead_time_months=0)
    assert decide(mixed, scenario).v_new == pytest.approx(0.5 * (70 + later), rel=1e-6)


def test_many_groups_become_few_bands_without_losing_anybody():
    n = 90
    many = group(
        np.arange(n) % 2, people=np.linspace(1, 5, n), price=np.linspace(9, 30, n),
        renewed=np.arange(n) // 2,
    )  # fmt: skip
    state = build_subscription_state(many, [[LAWS[0]], [LAWS[1]]])
    assert len(state.people) <= MOST_BANDS
    assert state.people[-1] == pytest.approx(many.customers.sum())
    assert state.customers_alive == pytest.approx(many.customers.sum())
    assert (np.diff(state.people) > 0).all()
