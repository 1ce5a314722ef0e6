"""Ranges in rows: times the average, or what something is worth beside what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.theme import Theme, axis, figure, note, palette, plain

ROW = 64
PAD = 0.06


@dataclass(frozen=True)
class Span:
    """One row: a label, an estimate with its 8-in-10 range, what it says, a mark, and an aside."""

    label: str
    value: float
    low: float
    high: float
    says: str
    mark: float | None = None
    aside: str = ""


def spans(
    rows: Sequence[Span],
    theme: Theme,
    *,
    unit: str,
    centre: float | None = None,
    mark: str = "",
) -> go.Figure:
    """Draw rows of ranges, each under its own words.

    Parameters
    ----------
    rows
        In the order shown, top first.
    theme
        `light` or `dark`.
    unit
        What is measured, for the axis.
    centre
        Where an average lies; rows above it are blue, below it red. None draws none.
    mark
        What the rows' own marks are.
    """
    colours = palette(theme)
    places = list(range(len(rows)))[::-1]
    every = [edge for row in rows for edge in (row.low, row.high, row.mark) if edge is not None]
    every += [] if centre is None else [centre]
    low, high = min(every, default=0.0), max(every, default=1.0)
    room = PAD * (high - low or 1.0)
    shapes = []
    if centre is not None:
        line = {"color": colours.text, "width": 1.2, "dash": "dot"}
        ends = {"x0": centre, "x1": centre, "yref": "paper", "y0": 0, "y1": 1}
        shapes = [{"type": "line", "line": line, "layer": "below"} | ends]
    return figure(
        theme,
        [*_ranges(rows, places, theme, centre), _marks(rows, places, theme, mark)],
        height=70 + ROW * len(rows),
        alt=f"{unit}: " + "; ".join(row.says.rstrip(".") for row in rows) + ".",
        x=axis(theme, unit, range=[low - room, high + room], nticks=6),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.45, len(rows) - 0.2]),
        shapes=shapes,
        annotations=_labels(rows, places, theme),
    )


def _labels(rows: Sequence[Span], places: Sequence[int], theme: Theme) -> list[dict[str, Any]]:
    """Write each row's words above it, and its aside at the right end of them."""
    colours = palette(theme)
    above = {"xref": "paper", "yanchor": "bottom", "bgcolor": colours.page}
    quiet = {"size": 12, "color": colours.muted}
    asides = [
        note(plain(row.aside), theme, x=1, y=place + 0.22, xanchor="right", font=quiet, **above)
        for row, place in zip(rows, places, strict=True)
        if row.aside
    ]
    return asides + [
        note(plain(row.label), theme, x=0, y=place + 0.22, **above)
        for row, place in zip(rows, places, strict=True)
    ]


def _ranges(
    rows: Sequence[Span], places: Sequence[int], theme: Theme, centre: float | None
) -> list[go.Scatter]:
    """Draw each range as a line with its estimate as a dot."""
    colours = palette(theme)
    bad = colours.worse
    ink = [bad if centre is not None and row.value < centre else colours.series[0] for row in rows]
    lines = [
        go.Scatter(
            x=[row.low, row.high],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 6},
            opacity=0.45,
            hoverinfo="skip",
        )
        for row, place, colour in zip(rows, places, ink, strict=True)
    ]
    dots = go.Scatter(
        x=[row.value for row in rows],
        y=places,
        mode="markers",
        marker={"color": ink, "size": 12},
        customdata=[[plain(row.says)] for row in rows],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    return [*lines, dots]


def _marks(rows: Sequence[Span], places: Sequence[int], theme: Theme, mark: str) -> go.Scatter:
    """Draw the rows' own marks as upright strokes."""
    marked = [(row, place) for row, place in zip(rows, places, strict=True) if row.mark is not None]
    stroke = {"width": 2.5, "color": palette(theme).text}
    return go.Scatter(
        x=[row.mark for row, _ in marked],
        y=[place for _, place in marked],
        mode="markers",
        marker={"size": 16, "symbol": "line-ns", "color": stroke["color"], "line": stroke},
        hovertemplate=f"{plain(mark)} %{{x:,.2f}}<extra></extra>",
    )
