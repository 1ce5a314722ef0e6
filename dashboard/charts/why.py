"""Why and where customers leave: ratios in rows, and reasons over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.staying import month_ticks
from dashboard.charts.theme import (
    Theme,
    above,
    axis,
    figure,
    note,
    palette,
    plain,
    shade,
    spread,
)

if TYPE_CHECKING:
    from models.drivers import Reason, Reasons

Floats = npt.NDArray[np.float64]

ROW: Final = 46
WIDEST: Final = 42  # characters of a label that a phone has room for
FEWEST: Final = 30  # subscribers followed to the last month drawn
LEAST_SHARE: Final = 0.055  # of the height, between two labels
_TICKS: Final = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10)


@dataclass(frozen=True)
class Row:
    """One ratio: whose, its best estimate and range, what it says, and whether it is bad news.

    `bad` is None for what may be chance.
    """

    label: str
    best: float
    low: float
    high: float
    says: str
    bad: bool | None


def ratios(rows: Sequence[Row], theme: Theme, *, unit: str) -> go.Figure:
    """Draw ratios with their ranges, each under its own words, 1 in the middle of the scale.

    Parameters
    ----------
    rows
        In the order shown, top first.
    theme
        `light` or `dark`.
    unit
        What is compared, for the axis.
    """
    colours = palette(theme)
    worse = colours.worse
    ink = [{None: colours.muted, True: worse, False: colours.series[0]}[row.bad] for row in rows]
    places = list(range(len(rows)))[::-1]
    ranges = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", opacity=0.45, hoverinfo="skip",
            line={"color": colour, "width": 6},
        )
        for row, place, colour in zip(rows, places, ink, strict=True)
    ]  # fmt: skip
    dots = go.Scatter(
        x=[row.best for row in rows],
        y=places,
        mode="markers",
        marker={"color": ink, "size": 11},
        customdata=[[plain(row.says)] for row in rows],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    low = min([0.8, *(row.low for row in rows)]) / 1.06
    high = max([1.25, *(row.high for row in rows)]) * 1.06
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    if len(ticks) > 6:
        ticks = [tick for tick in ticks if tick in (0.1, 0.2, 0.5, 1, 2, 5, 10)]
    line = {"color": colours.text, "width": 1.2, "dash": "dot"}
    same = {"type": "line", "x0": 1, "x1": 1, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    return figure(
        theme,
        [*ranges, dots],
        height=62 + ROW * len(rows),
        alt=f"{unit}: " + "; ".join(row.says.rstrip(".") for row in rows) + ".",
        x=axis(
            theme, unit, type="log", range=[math.log10(low), math.log10(high)], tickvals=ticks,
            ticktext=[f"{tick:g}×" for tick in ticks],
        ),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.45, len(rows) - 0.2]),
        shapes=[same | {"line": line}],
        annotations=[
            note(
                plain(wording.shorten(row.label, WIDEST)), theme, x=0, xref="paper", y=place + 0.17,
                yanchor="bottom", font={"size": 12}, bgcolor=colours.page,
            )
            for row, place in zip(rows, places, strict=True)
        ],
    )  # fmt: skip


def reasons(found: Reasons, theme: Theme, *, height: int = 360) -> go.Figure:
    """Draw the share of all who have left for each reason by age, stacked.

    Parameters
    ----------
    found
        The reasons; those nobody can change, and those not told, are grey.
    theme
        `light` or `dark`.
    height
        Pixels.
    """
    longest = found.found[0].curve
    last = float(longest.months[np.flatnonzero(longest.followed >= FEWEST)[-1]])
    ages = np.unique(np.append(longest.months[longest.months <= last], last))
    stack, base, layers = [], np.zeros(len(ages)), []
    for place, reason in enumerate(found.found):
        top = base + reason.curve.share_at(ages)
        colour = _colour(reason, place, theme)
        stack += _layer(reason, ages, base, top, (colour, palette(theme).page))
        layers.append((reason, (base[-1] + top[-1]) / 2, top[-1] - base[-1]))
        base = top
    whole = float(base[-1])
    told = [(reason, middle) for reason, middle, size in layers]
    heights = spread([middle for _, middle in told], LEAST_SHARE * whole * 1.08)
    return figure(
        theme,
        stack,
        height=height,
        alt=_reasons_alt(found, last),
        x=axis(
            theme, "Months since the start", showgrid=False, tickvals=month_ticks(last),
            range=[0, last],
        ),
        y=axis(theme, tickformat=".0%", range=[0, whole * 1.08]),
        annotations=[
            above("Subscribers who have left, by reason told", theme),
            *(
                note(plain(wording.shorten(reason.name, 16)), theme, x=1, xref="paper", y=at,
                     xshift=6)
                for (reason, _), at in zip(told, heights, strict=True)
            ),
        ],
        margin={"t": 34, "r": 118},
    )  # fmt: skip


def _colour(reason: Reason, place: int, theme: Theme) -> str:
    if reason.changeable:
        return shade(theme, max(0.95 - 0.15 * place, 0.2))
    return palette(theme).grid if reason.changeable is None else palette(theme).muted


def _layer(
    reason: Reason, ages: Floats, base: Floats, top: Floats, colours: tuple[str, str]
) -> list[go.Scatter]:
    """Fill one reason, with a fine line of the page's own colour between it and its neighbours."""
    colour, edge_ink = colours
    edge = {"x": ages, "mode": "lines", "line": {"width": 1, "color": edge_ink, "shape": "hv"}}
    share = top - base
    said = [f"{plain(reason.name)}: {wording.percent(float(part))}" for part in share]
    return [
        go.Scatter(y=base, hoverinfo="skip", **edge),
        go.Scatter(
            y=top, fill="tonexty", fillcolor=colour, text=said,
            hovertemplate="%{text} have left by month %{x:.0f}<extra></extra>", **edge,
        ),
    ]  # fmt: skip


def _reasons_alt(found: Reasons, last: float) -> str:
    parts = [
        f"{reason.name} {wording.percent(float(reason.curve.share_at([last])[0]))}"
        for reason in found.found
    ]
    return f"Share of all subscribers who left by month {last:.0f}, by reason: {'; '.join(parts)}."
