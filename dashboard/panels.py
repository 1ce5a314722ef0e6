"""How a figure, a list of reasons and a refusal stand on a page, written once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import charts, session, settings, wording
from dashboard.cards import Card
from models.decisions.knobs import KNOBS
from models.errors import TenureError


def figure(
    chart: charts.Figure, key: str, height: Literal["content", "stretch"] = "content"
) -> None:
    """Draw a figure in its own colours, without a toolbar, with what it says as its alt text.

    `stretch` lets it grow to the end of a card that ends with its neighbour.
    """
    st.plotly_chart(
        chart,
        key=key,
        height=height,
        theme=None,
        config={"displayModeBar": False},
        alt=charts.alt_text(chart),
    )


def clickable(chart: charts.Figure, key: str) -> list[Mapping[str, object]]:
    """Draw a figure likewise, and return the points of it that were clicked."""
    state = st.plotly_chart(
        chart,
        key=key,
        theme=None,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
        alt=charts.alt_text(chart),
    )
    points: list[Mapping[str, object]] = state["selection"]["points"]
    return points


def said(sentence: object) -> str:
    """Return a sentence that may quote the file, as Markdown that shows it as written."""
    return wording.unbroken(wording.escape(sentence, longest=600))


def unit(currency: str | None) -> str:
    """Return the currency code as the end of a label."""
    return f", {currency}" if currency else ""


def verdict(sentence: str) -> None:
    """Write the page's answer as its heading."""
    st.title(said(sentence))


def because(reasons: Iterable[str]) -> None:
    """List reasons; they may quote the file, so they are shown as written."""
    for reason in reasons:
        st.markdown(f"- {said(reason)}")


def setting(place: DeltaGenerator, name: str, label: str) -> None:
    """Draw a setting of the scenario as a number; shares are asked in percent."""
    knob = KNOBS[name]
    value = getattr(session.scenario(), name)
    scale = 100.0 if knob.unit == "share" else 1.0
    place.number_input(
        f"{label} {settings.mark(name)}",
        min_value=scale * knob.low,
        max_value=scale * knob.high if math.isfinite(knob.high) else None,
        value=None if value is None else scale * value,
        step=scale * knob.step,
        format="%.4g",
        placeholder="not known",
        key=session.control_key(name),
        on_change=session.take,
        args=(name, lambda typed: None if typed is None else round(typed / scale, 6)),
        help=settings.why(name),
    )


def tile(card: Card, colour: Literal["normal", "gray"] = "normal") -> None:
    """Draw a number with its change, and what stands behind it; `gray` is neither good nor bad."""
    quiet = colour == "gray" or not card.sure
    st.metric(
        card.label,
        card.value,
        card.change or None,
        delta_description=card.before or None,
        delta_color="off" if quiet else "normal",
        delta_arrow="off" if quiet else "auto",
    )
    st.caption(wording.unbroken(card.note))


def row(label: str, value: str) -> None:
    """Draw a number at the right end of its line, its label at the left."""
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(f":small[:gray[{said(label)}]]", width="content")
        st.markdown(f":small[{said(value)}]", width="content")


def refusal(reason: Exception) -> None:
    """Say why something cannot be shown, in its place."""
    st.info(said(reason), icon=":material/hourglass_empty:")


@contextmanager
def or_refused() -> Iterator[None]:
    """Draw what stands inside, or say why the data cannot answer it."""
    try:
        yield
    except TenureError as reason:
        refusal(reason)
