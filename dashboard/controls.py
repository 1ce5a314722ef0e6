"""Sliders for the knobs: range, step, unit and help come from the knob's own metadata."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import panels, session, settings, wording
from models.decisions.knobs import KNOBS, Knob

FEWEST_CHOICES = 2
SERVICE = (
    "service_cost", "service_save_rate", "service_share", "service_save_rate_low",
    "service_save_rate_high", "service_margin",
)  # fmt: skip
DECADES = 2  # a money slider reaches from a hundredth of its size to its end
STEPS = (1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9)


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
    shown = start if value is None else value
    said = f"{label or knob.label} {settings.mark(name)}"
    key = session.control_key(name)
    if not math.isfinite(knob.high):
        place.select_slider(
            said,
            ladder(most or 1.0, shown or 0.0),
            value=shown or 0.0,
            format_func=partial(wording.number, digits=4),
            key=key,
            on_change=session.take,
            args=(name,),
            help=settings.why(name),
        )
        return
    scale, word = _unit(knob)
    place.slider(
        said,
        min_value=scale * knob.low,
        max_value=scale * knob.high,
        value=scale * min(max(knob.low if shown is None else shown, knob.low), knob.high),
        step=scale * knob.step,
        format=word,
        key=key,
        on_change=session.take,
        args=(name, _back(scale)),
        help=settings.why(name),
    )


def ladder(most: float, shown: float) -> list[float]:
    """Return the stops of a slider for money: 0, then ever wider steps.

    Small sums are as easy to set as large ones: a cost of 60 on a line that ends at 4,500.

    Parameters
    ----------
    most
        The last stop, rounded up to the next of the ladder.
    shown
        Where the slider stands: always one of the stops, beyond `most` if need be.
    """
    size = math.floor(math.log10(most))
    stops = [
        float(f"{step}e{power}") for power in range(size - DECADES, size + 1) for step in STEPS
    ]
    last = next((stop for stop in stops if stop >= most), 10.0 ** (size + 1))
    return sorted({0.0, *(stop for stop in stops if stop < last), last, float(shown)})


def choice(
    place: DeltaGenerator,
    name: str,
    without: Iterable[str] = (),
    *,
    label: str | None = None,
    marked: bool = True,
) -> None:
    """Draw a knob with words as a list; words this company cannot have are left out.

    `label` stands instead of the knob's own; a question of the plan, which nobody can know or
    measure, is not `marked` with where it comes from.
    """
    knob = KNOBS[name]
    said = label or knob.label
    words = {word: said for word, said in knob.choices if word not in set(without)}
    if len(words) < FEWEST_CHOICES:
        return
    value = getattr(session.scenario(), name)
    place.selectbox(
        f"{said} {settings.mark(name)}" if marked else said,
        list(words),
        index=list(words).index(value) if value in words else 0,
        format_func=words.__getitem__,
        key=session.control_key(name),
        on_change=session.take,
        args=(name,),
        help=settings.why(name),
    )


def more(
    groups: Iterable[tuple[str | None, Iterable[str]]],
    currency: str | None,
    without: Iterable[str] = (),
) -> None:
    """Draw knobs by group as numbers and lists, three to a row.

    `without` are knobs and words that this company has no use for.
    """
    absent = set(without)
    for title, names in groups:
        if title:
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


def _back(scale: float) -> Callable[[float], float]:
    def convert(shown: float) -> float:
        return round(shown / scale, 6)

    return convert
