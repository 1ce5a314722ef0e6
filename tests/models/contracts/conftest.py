"""The invented magazine as it ships, read and analysed once."""

import json
from pathlib import Path

import pytest

from models.contracts import analyse_subscriptions
from models.decisions.scenario import Scenario
from models.samples.magazine import magazine
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine"


@pytest.fixture(scope="session")
def analysis():
    return analyse_subscriptions(read_subscriptions(MAGAZINE / "subscriptions.csv"))


@pytest.fixture(scope="session")
def scenario():
    return Scenario.from_settings(json.loads((MAGAZINE / "settings.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def worth(analysis, scenario):
    return analysis.values(scenario)


@pytest.fixture(scope="session")
def chance():
    """Each subscriber's own chance of not renewing, which no company can see."""
    return magazine().hidden.set_index("subscriber_id")["chance"]
