"""The three settings that are asked for first, each an example until somebody sets it."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import session
from dashboard.visit import DATA, LOGGED, TESTED, YOURS
from models.decisions.knobs import KNOBS

CARDS: Final = {
    YOURS: ":green-badge[yours]",
    **{source: f":blue-badge[{source}]" for source in (DATA, TESTED, LOGGED)},
}
EXAMPLE_CARD: Final = ":orange-badge[example]"


def mark(name: str) -> str:
    """Return the badge of a setting, in Markdown: yours, from a file, or an example until set.

    What is asked for, and not assumed, has none.
    """
    if KNOBS[name].source == "chosen":
        return ""
    return CARDS.get(session.badge(name), EXAMPLE_CARD)


def why(name: str) -> str:
    """Return why a setting stands where it does, as a sentence."""
    return session.visit().why(name) or KNOBS[name].why


def three(currency: str) -> None:
    """Draw margin, cost of a new customer and discount, with where each comes from."""
    scenario = session.scenario()
    st.markdown("Every page moves with them. They are kept in the address of the page.")
    first, second, third = st.columns(3, gap="medium")
    _percent(first, "margin", "Margin, % of the price", scenario.margin)
    second.number_input(
        f"Cost of a new customer{f', {currency}' if currency else ''} {mark('acquisition_cost')}",
        min_value=0.0,
        value=scenario.acquisition_cost,
        step=1.0,
        placeholder="not known",
        key=session.control_key("acquisition_cost"),
        on_change=session.take,
        args=("acquisition_cost",),
        help="Everything spent to win one. Left empty, pages show the most it may be.",
    )
    _percent(third, "depth", "Discount given or thought of, %", scenario.depth)


def _percent(place: DeltaGenerator, name: str, label: str, share: float) -> None:
    knob = KNOBS[name]
    place.number_input(
        f"{label} {mark(name)}",
        min_value=100 * knob.low,
        max_value=100 * knob.high,
        value=100 * share,
        step=1.0,
        format="%.3g",
        key=session.control_key(name),
        on_change=session.take,
        args=(name, _as_share),
        help=why(name),
    )


def _as_share(percent: float) -> float:
    return round(percent / 100, 6)
