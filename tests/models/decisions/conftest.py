import numpy as np
import pandas as pd
import pytest

from models.decisions.shop import build_state, shop_roster
from models.decisions.subscription import (
    Subscribers,
    build_subscription_state,
    subscription_roster,
)
from models.draws import joint_draws
from models.samples import ParetoNBDTruth
from tests.models.decisions.people import company


@pytest.fixture(scope="session")
def shop_company():
    """A shop with one parameter set far from every ridge, and its joint draws."""
    people, model, spend = company(1_500, seed=4, truth=ParetoNBDTruth(0.9, 7, 1.5, 40))
    return people, model, spend, joint_draws(people, model, spend, draws=40, past_misses=0.05)


@pytest.fixture(scope="session")
def shop_state(shop_company):
    people, model, spend, draws = shop_company
    return build_state(people, model, spend, draws=draws)


@pytest.fixture(scope="session")
def readers():
    """Subscribers of two plans, one by one, with the state of the same people."""
    rng = np.random.default_rng(6)
    held = pd.DataFrame(
        {
            "customer": [f"R{i}" for i in range(2_000)],
            "kind": rng.integers(0, 2, 2_000),
            "renewals": rng.integers(0, 5, 2_000),
            "price": rng.choice([60.0, 90.0, 400.0], 2_000, p=[0.6, 0.38, 0.02]),
            "plan": rng.choice(["paper", "digital"], 2_000),
        }
    )
    groups = held.groupby(["kind", "renewals"], as_index=False).agg(
        people=("customer", "count"), price=("price", "mean")
    )
    chances = np.array([[[0.7, 1.2]], [[0.7, 3.8]]]) * np.exp(
        0.06 * rng.standard_normal((2, 31, 2))
    )
    chances[:, 0] = [[0.7, 1.2], [0.7, 3.8]]
    subscribers = Subscribers(
        renewed=groups["renewals"].to_numpy(float),
        customers=groups["people"].to_numpy(float),
        price=groups["price"].to_numpy(float),
        months=12,
        price_new=80.0,
        new_per_month=30,
        kind=groups["kind"].to_numpy(),
    )
    state = build_subscription_state(subscribers, chances)
    return state, subscription_roster(held, subscribers, chances, traits=("plan",))


@pytest.fixture(params=["shop", "subscription"])
def known(request, shop_company, shop_state, readers):
    """State and roster of either kind of company."""
    if request.param == "subscription":
        return readers
    return shop_state, shop_roster(*shop_company[:3], shop_state)
