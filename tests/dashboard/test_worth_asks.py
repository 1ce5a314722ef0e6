"""Worth: whose acquisition cost counts, and when a picture has nothing to show."""

import numpy as np
import pytest

from dashboard.wording import worth as words
from dashboard.worth import asks
from models.acquisition import ChannelCost, Spending
from models.earned import Earned, Payback


def line(label):
    months = np.arange(13)
    amount = 20.0 * (months + 1)
    return Earned(label, 60, months, amount, amount, amount, 60 - months, np.tile(amount, (50, 1)))


def spending(currency="EUR"):
    channels = {"web": ChannelCost("web", 500.0, 10)}
    return Spending("s.csv", "2025-01", "2025-12", channels, currency)


@pytest.mark.parametrize(
    ("by", "cost"),
    [("acquisition_channel", 50.0), ("Channel", 50.0), ("country", 7.0), (None, 7.0)],
)
def test_only_a_channel_costs_what_the_channel_of_that_name_cost(by, cost):
    lines = (line("web"), line("all"))
    spent = asks.by_channel(spending(), by, lines)
    assert [group.cost for group in asks.paybacks(lines, spent, 7.0)] == [cost, 7.0]


def test_without_a_group_that_is_a_channel_the_spending_is_not_named():
    assert asks.by_channel(spending(), "channel", (line("all"),)) is None
    assert asks.by_channel(None, "channel", (line("web"),)) is None


def test_another_currency_is_refused_in_a_sentence():
    said = words.other_currency(spending(), "GBP")
    assert said.startswith("s.csv is in EUR, but the money of this company is in GBP")


@pytest.mark.parametrize(
    ("cost", "once"), [(5.0, True), (15.0, False), (1e9, False), (None, False)]
)
def test_all_groups_are_back_at_once_or_not(cost, once):
    assert asks.at_once([Payback(line("a"), 5.0), Payback(line("b"), cost)], 0.5) is once
