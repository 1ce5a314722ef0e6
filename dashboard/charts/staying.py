"""Who stays: survival curves with their bands, and how many were followed that long."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.landmarks import (
    NEARLY,
    drop,
    half_of,
    landmarks,
    mark,
    told_at_its_end,
    year_share,
)
from dashboard.charts.theme import (
    MOST_LINES,
    Theme,
    above,
    axis,
    figure,
    key,
    looks,
    note,
    palette,
    plain,
    see_through,
    spread,
)

if TYPE_CHECKING:
    from models.survival import Curve


_ROW = 17
_LEFT = 48  # pixels for the axis, over which the title begins: a phone needs them
_ON = 0.02  # of the axis


def survival(
    curves: Sequence[Curve],
    theme: Theme,
    *,
    fitted: Curve | None = None,
    since: str = "first purchase",
    title: str = "Customers still there",
    first: str = "",
    height: int = 360,
) -> go.Figure:
    """Draw shares of customers against months, with bands, 12-month shares and follow-up counts.

    Parameters
    ----------
    curves
        At most five; among several, the one labelled `Everyone` is drawn in grey.
    theme
        `light` or `dark`.
    fitted
        The model's curve, dashed in grey; may run beyond the last customer followed.
    since
        What month 0 is.
    title
        What the share is of, for the vertical axis.
    first
        What the first share of a single curve says, where that is not of everybody; the drop to it
        from 100 % is drawn too.
    height
        Pixels, without the rows of counts.

    Raises
    ------
    ValueError
        With more than five curves, which nobody can tell apart, or with none.
    """
    if not 1 <= len(curves) <= MOST_LINES:
        raise ValueError(f"A chart holds 1 to {MOST_LINES} curves, not {len(curves)}.")
    styles = looks([curve.label for curve in curves], theme)
    horizon = max(float(curve.months[-1]) for curve in [*curves, *([fitted] if fitted else [])])
    on = _ON if fitted is not None and not fitted.smooth else 0.0
    ticks = month_ticks(horizon)
    top = _top([1.0 if first else float(curve.high.max()) for curve in curves])
    labels = landmarks(curves[0], since, first, theme) if len(curves) == 1 else []
    named = [*([] if told_at_its_end(curves) and fitted is None else curves),
             *([fitted] if fitted else [])]  # fmt: skip
    rows = len(curves) + 1
    traces = [
        trace
        for curve, look in zip(curves, styles, strict=True)
        for trace in (*_band(curve, look[0]), _line(curve, look))
    ]
    if fitted is not None:
        traces.append(_fitted_line(fitted, theme))
    if first:
        traces.append(drop(curves[0], styles[0][0]))
    traces += [
        dot
        for curve, look in zip(curves, styles, strict=True)
        if (dot := mark(curve, look[0], ends=len(curves) == 1)) is not None
    ]
    return figure(
        theme,
        traces,
        height=height + _ROW * rows,
        alt=_alt(curves, title, since),
        x=axis(
            theme,
            f"Months since {since}",
            tickvals=ticks,
            range=[0, max(horizon * (1 + on), ticks[-1])],
            showgrid=False,
            automargin=False,
            standoff=16 + _ROW * rows,
        ),
        y=axis(theme, tickformat=".0%", range=[0, top], automargin=False),
        margin={
            "l": _LEFT,
            "t": 34,
            "r": 28 + round(6.3 * max((len(label) for label in _end_labels(named)), default=0)),
            "b": 58 + _ROW * rows,
        },
        annotations=[
            *_ends(named, styles, theme, top, height),
            *_counts(curves, styles, ticks, theme),
            above(title, theme) | {"xshift": -_LEFT},
            *labels,
        ],
        hovermode="x unified",
    )


def month_ticks(horizon: float) -> list[int]:
    """Return whole months to label up to the horizon: every 1, 3, 6, 12 or more, at most six."""
    for step in (1, 2, 3, 6, 12, 24, 36, 60, 120):
        if horizon / step <= 5:
            break
    return list(range(0, math.floor(horizon + NEARLY) + 1, step))


def _who(curve: Curve, longest: int) -> str:
    """Write whose curve it is."""
    return wording.shorten(curve.label, longest)


def _shape(curve: Curve) -> str:
    """Return how points are joined: by steps, unless the share moves evenly between them."""
    return "linear" if curve.smooth else "hv"


def _top(shares: Sequence[float]) -> float:
    """Return the upper end of the axis: 100 %, or the next full tenth for lower curves."""
    highest = max(shares)
    return 1.02 if highest > 0.7 else math.ceil(highest * 10 + 0.5) / 10


def _band(curve: Curve, colour: str) -> tuple[go.Scatter, go.Scatter]:
    """Draw the 8-in-10 band behind a curve."""
    shape = _shape(curve)
    common: dict[str, Any] = {
        "x": curve.months,
        "mode": "lines",
        "line": {"width": 0, "shape": shape},
        "hoverinfo": "skip",
    }
    return (
        go.Scatter(y=curve.low, **common),
        go.Scatter(y=curve.high, fill="tonexty", fillcolor=see_through(colour), **common),
    )


def _line(curve: Curve, look: tuple[str, str]) -> go.Scatter:
    """Draw a curve; its hover tells the share, the range and how many were followed."""
    colour, dash = look
    known = np.column_stack([curve.low, curve.high, curve.followed])
    return go.Scatter(
        x=curve.months,
        y=curve.share,
        mode="lines",
        name=plain(_who(curve, 30)),
        line={"color": colour, "width": 2.4, "dash": dash, "shape": _shape(curve)},
        customdata=known,
        hovertemplate=(
            "%{y:.1%}, 8 in 10 between %{customdata[0]:.1%} and %{customdata[1]:.1%}, "
            "%{customdata[2]:,.0f} followed"
        ),
    )


def _fitted_line(fitted: Curve, theme: Theme) -> go.Scatter:
    """Draw the fitted model's curve, dashed, so that it is never taken for what was seen.

    Its last share is drawn on a little, so that a last step is seen as long as it is labelled.
    """
    end = fitted.months[-1] * (1 if fitted.smooth else 1 + _ON)
    return go.Scatter(
        x=np.append(fitted.months, end),
        y=np.append(fitted.share, fitted.share[-1]),
        mode="lines",
        name=plain(fitted.label),
        line={
            "color": palette(theme).muted,
            "width": 1.8,
            "dash": "6px,5px",
            "shape": _shape(fitted),
        },
        hovertemplate="%{y:.1%}, by the model",
    )


def _end_labels(curves: Sequence[Curve]) -> list[str]:
    """Write the labels at the line ends: who, and the share they end at."""
    return [f"{_who(curve, 14)} {wording.percent(float(curve.share[-1]))}" for curve in curves]


def _ends(
    curves: Sequence[Curve],
    styles: Sequence[tuple[str, str]],
    theme: Theme,
    top: float,
    height: int,
) -> list[dict[str, Any]]:
    """Place the labels beside the right end of the lines, none on top of another."""
    places = spread([float(curve.share[-1]) for curve in curves], top * 17 / max(height - 92, 60))
    colours = [*(colour for colour, _ in styles), palette(theme).muted]
    return [
        note(key(colour) + plain(label), theme, x=1, xref="paper", y=place, xshift=7)
        for label, place, colour in zip(_end_labels(curves), places, colours, strict=False)
    ]


def _counts(
    curves: Sequence[Curve],
    styles: Sequence[tuple[str, str]],
    ticks: Sequence[int],
    theme: Theme,
) -> list[dict[str, Any]]:
    """Write under the axis how many customers were followed to each tick."""
    muted = palette(theme).muted
    below: dict[str, Any] = {"yref": "paper", "yanchor": "top"}
    below["font"] = {"size": 11, "color": muted}
    start: dict[str, Any] = {"x": 0, "xref": "paper", "y": 0}
    labels = [note("customers followed", theme, **start, xshift=-10, yshift=-28, **below)]
    for row, (curve, (colour, _)) in enumerate(zip(curves, styles, strict=True), start=1):
        shift = -28 - _ROW * row
        if len(curves) > 1:
            labels.append(note(key(colour), theme, **start, xshift=-40, yshift=shift, **below))
        for tick in ticks:
            if tick > curve.ends + NEARLY:
                continue
            seen = _short(curve.followed_at(tick - NEARLY))
            labels.append(note(seen, theme, x=tick, y=0, yshift=shift, xanchor="center", **below))
    return labels


def _short(customers: float) -> str:
    """Write a count where room is short: 840, 5.9k, 12k, 1.2m; the full number is on hover."""
    for scale, letter in ((1e6, "m"), (1e3, "k")):
        if customers >= scale:
            return (
                f"{customers / scale:.2g}{letter}"
                if customers < 10 * scale
                else (f"{customers / scale:,.0f}{letter}")
            )
    return f"{customers:,.0f}"


def _alt(curves: Sequence[Curve], title: str, since: str) -> str:
    """Say what the curves show, from the curves."""
    parts = []
    for curve in curves:
        share, half = year_share(curve), half_of(curve)
        said = (
            f"{wording.percent(float(curve.share[-1]))} after {wording.months(curve.ends)}"
            if math.isnan(share)
            else f"{wording.percent(share)} after 12 months"
        )
        left = "" if half is None else f", half after {wording.months(half)}"
        parts.append(f"{_who(curve, 60)}: {said}{left}")
    return f"{title}, by months since {since}. {'; '.join(parts)}."
