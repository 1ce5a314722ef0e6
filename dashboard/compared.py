"""Two scenarios side by side; no streamlit, tested as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dashboard import wording
from dashboard.deciding import NAMES
from dashboard.wording.verdicts import LEAST_DEPTH, TURNS
from models.decisions.engine import Decision
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.errors import SettingError

NOW: Final = "As set now"
BEGAN: Final = "As it began"


def readable(settings: Mapping[str, Any]) -> Scenario:
    """Return kept settings as a scenario; names this version does not know are passed over.

    Raises
    ------
    SettingError
        When a value is outside its range by now.
    """
    return Scenario.from_settings({name: settings[name] for name in settings if name in KNOBS})


def setting_said(name: str, value: float | str | None, currency: str | None) -> str:
    """Return a setting as it is said."""
    knob = KNOBS[name]
    if value is None:
        return "not set"
    if isinstance(value, str):
        return dict(knob.choices).get(value, value)
    if knob.unit == "share":
        return wording.percent(value)
    if knob.unit == "money":
        return wording.money(value, currency)
    return wording.months(value) if knob.unit == "months" else wording.number(value)


def differing(
    first: Scenario, second: Scenario, names: Sequence[str], currency: str | None
) -> pd.DataFrame:
    """Return the settings in which two scenarios differ."""
    one, other = first.to_settings(), second.to_settings()
    apart = [name for name in KNOBS if one[name] != other[name]]
    return pd.DataFrame(
        {
            "Setting": [KNOBS[name].label for name in apart],
            names[0]: [setting_said(name, one[name], currency) for name in apart],
            names[1]: [setting_said(name, other[name], currency) for name in apart],
        }
    )


def options_compared(
    first: Decision, second: Decision, names: Sequence[str], currency: str | None
) -> pd.DataFrame:
    """Return every option's money with its range, under both scenarios."""
    both = [one.name for one in first.options]
    return pd.DataFrame(
        {
            "More than doing nothing (8 in 10)": [NAMES[name] for name in both],
            **{
                head: [_ranged(decision, name, currency) for name in both]
                for head, decision in zip(names, (first, second), strict=True)
            },
        }
    )


def turn_label(name: str) -> str:
    """Return what turns, by the name of its break-even: of the discount there are two."""
    return TURNS.get(name) or KNOBS[name].label


def turn_said(decision: Decision, name: str, currency: str | None) -> str:
    """Return where a decision turns, as the verdict says it."""
    turn = decision.break_evens[name]
    if turn.value is None:
        return turn.sentence
    if name == "acquisition_cost":
        low, high = decision.v_new_low, decision.v_new_high
        return wording.money_inside(turn.value, low, high, currency)
    if name in TURNS and turn.value < LEAST_DEPTH:
        return f"Under {wording.percent(LEAST_DEPTH)}, which is no offer."
    return setting_said("depth" if name in TURNS else name, turn.value, currency)


def turns_compared(
    first: Decision, second: Decision, names: Sequence[str], currency: str | None
) -> pd.DataFrame:
    """Return where both scenarios turn."""
    return pd.DataFrame(
        {
            "Turns at": [turn_label(name) for name in first.break_evens],
            **{
                head: [turn_said(decision, name, currency) for name in first.break_evens]
                for head, decision in zip(names, (first, second), strict=True)
            },
        }
    )  # fmt: skip


def _ranged(decision: Decision, name: str, currency: str | None) -> str:
    known = next((one for one in decision.options if one.name == name), None)
    if known is None or known.value is None:
        return "not known"
    if known.low is None or known.high is None or known.low == known.high:
        return wording.money(known.value, currency)
    ends = f"{wording.number(known.low)} to {wording.number(known.high)}"
    return f"{wording.money(known.value, currency)} ({ends})"


def unreadable(settings: Mapping[str, Any]) -> str:
    """Return why kept settings cannot be used any more; empty when they can."""
    try:
        readable(settings)
    except SettingError as error:
        return str(error)
    return ""
