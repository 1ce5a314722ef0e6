"""The Brief's cards, as values."""

from types import SimpleNamespace

import pytest

from dashboard import briefing
from dashboard.wording.relations import WORDS


@pytest.mark.parametrize(
    ("year_ago", "change", "sure"),
    [
        (930.0, "\N{MINUS SIGN}7.1 %", False),  # inside today's own range
        (800.0, "+8 %", False),
        (600.0, "+44 %", True),
        (1500.0, "-42 %", True),
    ],
)
def test_a_change_that_the_range_holds_is_not_called_one(year_ago, change, sure):
    now = SimpleNamespace(total=864.0, low=650.0, high=1200.0)
    card = briefing._together(WORDS["shop"], now, year_ago, "GBP")
    assert (card.change, card.sure) == (change, sure)
    assert card.note.endswith("the change may be chance") != sure


@pytest.mark.parametrize("year_ago", [float("nan"), 0.0])
def test_a_year_that_is_not_in_the_file_is_not_compared(year_ago):
    now = SimpleNamespace(total=864.0, low=650.0, high=1200.0)
    card = briefing._together(WORDS["shop"], now, year_ago, "GBP")
    assert (card.change, card.before) == ("", "")
