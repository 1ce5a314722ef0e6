"""Sliders for the knobs: range, step, unit and help come from the knob's own metadata."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import panels, session, settings
from models.decisions.knobs import KNOBS, Knob

FEWEST_CHOICES = 2


def slider(
    place: DeltaGenerator,
    name: str,
    *,
    label: str | None = None,
    most: float | None = None,
    start: float | None = None,
) -> None:
    """Draw a knob as a slider; shares are moved in percent.

    Parameters
    ----------
    place
        Where to draw it.
    name
        The knob.
    label
        Instead of the knob's own.
    most
        Upper end where the knob itself has none.
    start
        Where it stands while nobody knows its value.
    """
    knob = KNOBS[name]
    value = getattr(session.scenario(), name)
    scale, word = _unit(knob)
    shown = start if value is None else value
    high = knob.high if math.isfinite(knob.high) else _round_up(max(most or 1.0, shown or 0.0))
    step = _step(knob, high)
    place.slider(
        f"{label or knob.label} {settings.mark(name)}",
        min_value=scale * knob.low,
        max_value=scale * high,
        value=min(max(scale * (shown or knob.low), scale * knob.low), scale * high),
        step=scale * step,
        format=word,
        key=session.control_key(name),
        on_change=session.take,
        args=(name, _back(scale)),
        help=knob.why,
    )


def choice(place: DeltaGenerator, name: str, without: Iterable[str] = ()) -> None:
    """Draw a knob with words as a list; words this company cannot have are left out."""
    knob = KNOBS[name]
    words = {word: said for word, said in knob.choices if word not in set(without)}
    if len(words) < FEWEST_CHOICES:
        return
    value = getattr(session.scenario(), name)
    place.selectbox(
        f"{knob.label} {settings.mark(name)}",
        list(words),
        index=list(words).index(value) if value in words else 0,
        format_func=words.__getitem__,
        key=session.control_key(name),
        on_change=session.take,
        args=(name,),
        help=knob.why,
    )


def more(
    groups: Iterable[tuple[str, Iterable[str]]], currency: str | None, without: Iterable[str] = ()
) -> None:
    """Draw knobs by group as numbers and lists, three to a row.

    `without` are knobs and words that this company has no use for.
    """
    absent = set(without)
    for title, names in groups:
        st.markdown(f"**{title}**")
        with st.grid(3, gap="medium", min_column_width=240):
            for name in (name for name in names if name not in absent):
                knob = KNOBS[name]
                if knob.unit == "choice":
                    choice(st.container(), name, absent)
                else:
                    panels.setting(st.container(), name, _labelled(knob, currency))


def _labelled(knob: Knob, currency: str | None) -> str:
    """Return a label with the unit that is typed."""
    if knob.unit == "share":
        return f"{knob.label}, %"
    if knob.unit == "months":
        return f"{knob.label}, months"
    return f"{knob.label}{panels.unit(currency)}" if knob.unit == "money" else knob.label


def _unit(knob: Knob) -> tuple[float, str]:
    """Return what a value is multiplied by on the screen, and how the slider writes it."""
    if knob.unit == "share":
        return 100.0, "%.0f %%"
    return 1.0, "%.0f"


def _step(knob: Knob, high: float) -> float:
    """Return the knob's step, or a hundredth of a range only the data could say."""
    return knob.step if math.isfinite(knob.high) else 10 ** math.floor(math.log10(high / 50))


def _round_up(value: float) -> float:
    """Return the next number with two digits, so that a slider ends on a plain one."""
    size = 10 ** (math.floor(math.log10(value)) - 1) if value > 0 else 1.0
    return math.ceil(value / size) * size


def _back(scale: float) -> Callable[[float], float]:
    def convert(shown: float) -> float:
        return round(shown / scale, 6)

    return convert
