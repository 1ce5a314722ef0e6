"""The invented magazine as it ships."""

from pathlib import Path

import pytest

from models.contracts.subscribers import subscribers
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine"


@pytest.fixture(scope="session")
def people():
    return subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
