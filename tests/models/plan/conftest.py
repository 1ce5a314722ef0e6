import pytest

from tests.models.plan import companies


@pytest.fixture(scope="session")
def shop():
    return companies.shop_state()


@pytest.fixture(scope="session")
def subscription():
    return companies.subscription_state()


@pytest.fixture(params=["shop", "subscription"])
def state(request, shop, subscription):
    return shop if request.param == "shop" else subscription
