"""Spending by channel: the last year's, per newcomer; what cannot be read is named by its row."""

import pandas as pd
import pytest

from models.acquisition import ChannelCost, read_spending
from models.errors import ColumnError, DataError, FileError
from models.samples.truth import CHANNELS
from tests.models.contracts.conftest import MAGAZINE


def test_the_magazine_spent_what_its_settings_say():
    spending = read_spending(MAGAZINE / "acquisition_spend.csv")
    raw = pd.read_csv(MAGAZINE / "acquisition_spend.csv")
    raw = raw[raw["month"].str.startswith("2025")]
    assert (spending.first, spending.last, spending.currency) == ("2025-01", "2025-12", "EUR")
    for channel in CHANNELS:
        mine = raw[raw["channel"] == channel.name]
        cost = spending.channels[channel.name]
        assert cost.each == pytest.approx(mine["spend"].sum() / mine["new_subscribers"].sum())
        assert cost.each == pytest.approx(channel.cost, rel=0.25)
    assert next(iter(spending.channels)) == "direct mail"


def table(tmp_path, text):
    path = tmp_path / "spend.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_only_the_last_months_count(tmp_path):
    text = "month,channel,new_customers,spend\n2024-01,a,1,999\n2024-02,a,10,50\n2024-03,b,5,100\n"
    spending = read_spending(table(tmp_path, text), months=2)
    assert (spending.first, spending.last, spending.currency) == ("2024-02", "2024-03", None)
    assert {name: cost.each for name, cost in spending.channels.items()} == {"b": 20.0, "a": 5.0}


def test_two_currencies_are_not_added_up(tmp_path):
    text = "month,channel,newcomers,spend,currency\n2024-01,a,1,9,EUR\n2024-01,b,1,9,GBP\n"
    with pytest.raises(DataError, match="spending in EUR, GBP: bring it in one currency"):
        read_spending(table(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("month,channel,spend\n2024-01,a,3\n", ColumnError, "no column 'newcomers'"),
        ("month,channel,newcomers,spend\n", DataError, "no rows"),
        ("month,channel,newcomers,spend\nJan 24,a,1,3\n", DataError, "Row 2 .*'Jan 24' is no"),
        ("month,channel,newcomers,spend\n2024-01,a,1,3 EUR\n", DataError, "'3 EUR' under spend"),
        ("month,channel,newcomers,spend\n2024-01,a,-1,3\n", DataError, "'-1' under newcomers"),
        ("month,channel,newcomers,spend\n2024-01,a,nan,3\n", DataError, "'nan' under newcomers"),
        ("month,channel,newcomers,spend\n2024-01,a,0,3\n", DataError, "at least one"),
        ("", FileError, "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path, text, error, why):
    with pytest.raises(error, match=why):
        read_spending(table(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        read_spending(tmp_path / "none.csv")


def test_a_cost_of_nobody_cannot_be_born():
    with pytest.raises(DataError, match="at least one"):
        ChannelCost("a", 5.0, 0)
