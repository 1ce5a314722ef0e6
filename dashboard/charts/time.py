"""Orders over time: forecast against fact."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    Theme,
    above,
    axis,
    figure,
    key,
    note,
    palette,
    see_through,
    spread,
)


def tracking(
    weeks: npt.NDArray[np.float64],
    actual: npt.NDArray[np.float64],
    predicted: npt.NDArray[np.float64],
    theme: Theme,
    *,
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    baseline: npt.NDArray[np.float64] | None = None,
    what: str = "Purchases after the cut, in total",
    height: int = 320,
) -> go.Figure:
    """Draw what was forecast before a cut against what happened after it.

    Parameters
    ----------
    weeks
        Weeks since the cut, increasing.
    actual, predicted
        Cumulative purchases.
    theme
        `light` or `dark`.
    low, high
        The forecast's 8-in-10 range.
    baseline
        A simple rule's forecast, dotted.
    what
        What is counted, for the axis.
    height
        Pixels.
    """
    colours = palette(theme)
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    drawn = [
        ("happened", actual, colours.text, "solid"),
        ("forecast", predicted, colours.series[0], "dash"),
    ]
    if baseline is not None:
        drawn.append(("simple rule", baseline, colours.muted, "dot"))
    traces = [
        go.Scatter(x=weeks, y=low, **hidden),
        go.Scatter(
            x=weeks,
            y=high,
            fill="tonexty",
            fillcolor=see_through(colours.series[0]),
            **hidden,
        ),
        *[
            go.Scatter(
                x=weeks,
                y=values,
                mode="lines",
                name=name,
                line={"color": colour, "width": 2.2, "dash": dash},
                hovertemplate="%{y:,.0f}",
            )
            for name, values, colour, dash in drawn
        ],
    ]
    top = max(float(np.nanmax(values)) for values in (actual, predicted, high))
    places = spread(
        [float(values[-1]) for _, values, _, _ in drawn], top * 17 / max(height - 92, 60)
    )
    return figure(
        theme,
        traces,
        height=height,
        alt=_tracking_alt(weeks, actual, predicted, low, high),
        x=axis(theme, "Weeks after the cut", range=[0, float(weeks[-1])], showgrid=False),
        y=axis(theme, tickformat=",~s", rangemode="tozero"),
        annotations=[
            above(what, theme),
            *[
                note(key(colour) + name, theme, x=1, xref="paper", y=place, xshift=6)
                for (name, _, colour, _), place in zip(drawn, places, strict=True)
            ],
        ],
        margin={"t": 34, "r": 104},
        hovermode="x unified",
    )


def _tracking_alt(
    weeks: npt.NDArray[np.float64],
    actual: npt.NDArray[np.float64],
    predicted: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
) -> str:
    """Say how the forecast ended against the facts."""
    inside = "inside" if low[-1] <= actual[-1] <= high[-1] else "outside"
    return (
        f"After {wording.count(float(weeks[-1]), 'week')}: {wording.count(float(actual[-1]))} "
        f"happened, {wording.count(float(predicted[-1]))} were forecast, "
        f"{wording.between(float(low[-1]), float(high[-1]), wording.count)}; "
        f"the outcome lies {inside} the range."
    )
