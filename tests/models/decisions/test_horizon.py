"""The horizon while nobody has said: three years, five renewals, twice the file, never below 12."""

import pytest

from models.decisions.horizon import Finding, Horizon, filled
from models.decisions.scenario import Scenario


@pytest.mark.parametrize(
    ("history", "period", "months", "source", "why"),
    [
        (24, 0, 36, "assumed", "Three years"),
        (10, 0, 20, "data", "Twice the 10 months"),
        (1.3, 0, 12, "data", "covers 1.3 months"),
        (96, 12, 60, "data", "5 renewals of 12 months."),
        (96, 1, 36, "assumed", "Three years"),
        (96, 9, 45, "data", "5 renewals of 9 months."),
        (20, 12, 40, "data", "Twice the 20 months"),
        (96, 24, 60, "data", "5 renewals of 24 months; 60 months is the most"),
    ],
)
def test_a_file_decides_the_horizon_until_somebody_sets_one(history, period, months, source, why):
    horizon = Horizon(history, period)
    assert horizon.answerable(Scenario()).horizon_months == months
    assert (horizon.found.value, horizon.found.source) == (months, source)
    assert why in horizon.found.why
    set_by_hand = min(24, max(12, 2 * history))
    assert horizon.answerable(Scenario(horizon_months=24)).horizon_months == int(set_by_hand)


def test_three_years_are_counted_where_no_file_has_said():
    assert Scenario().horizon_months is None
    assert Scenario().horizon == Scenario().business.horizon_months == 36


def test_what_was_set_stands_before_what_was_found():
    found = {
        name: Finding(value, "tested", "A test.")
        for name, value in (("save_rate", 0.3), ("save_rate_low", 0.2), ("horizon_months", 60.0))
    }
    assert filled({}, found) == {"save_rate": 0.3, "save_rate_low": 0.2, "horizon_months": 60.0}
    assert filled({"save_rate": 0.1}, found) == {"save_rate": 0.1, "horizon_months": 60.0}
    assert filled({"horizon_months": 24}, found)["horizon_months"] == 24
