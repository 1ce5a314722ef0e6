import pytest

from models.decisions.shop import build_state
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
