"""Four kinds of customers: the chance of still being one against the worth of those who are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, above, axis, figure, note, palette, plain, see_through

if TYPE_CHECKING:
    from models.worth import Quadrant


def quadrant(
    kinds: Quadrant,
    theme: Theme,
    *,
    currency: str | None,
    axis_of: str = "Chance still a customer",
    most_points: int = 1500,
    height: int = 420,
) -> go.Figure:
    """Draw customers by the chance of still being one and what they are worth if they are.

    Parameters
    ----------
    kinds
        Everybody, and what the four kinds hold; who is worth nothing is counted, not drawn.
    theme
        `light` or `dark`.
    currency
        Code, written on the axis and in the boxes.
    axis_of
        What the chance is; the axis begins where the first customers are.
    most_points
        Dots drawn; of more customers an even sample by worth is drawn, boxes count all.
    height
        Pixels.
    """
    colours = palette(theme)
    chance, worth = kinds.chance, kinds.worth
    drawn = np.flatnonzero((worth > 0) & np.isfinite(worth) & np.isfinite(chance))
    drawn = drawn[np.argsort(worth[drawn])]
    if len(drawn) > most_points:
        drawn = drawn[np.linspace(0, len(drawn) - 1, most_points).astype(int)]
    floor, top = (float(worth[drawn[0]]), float(worth[drawn[-1]])) if len(drawn) else (1.0, 10.0)
    ends = (math.log10(floor) - 0.35, math.log10(max(top, floor * 10)) + 0.35)
    dots = go.Scatter(
        x=chance[drawn],
        y=worth[drawn],
        mode="markers",
        marker={"color": see_through(colours.series[0], 0.4), "size": 5},
        hovertemplate=f"chance %{{x:.0%}}<br>{currency or ''} %{{y:,.2f}}<extra></extra>",
    )
    what = f"Worth to come if they stay, {currency}" if currency else "Worth to come if they stay"
    return figure(
        theme,
        [dots],
        height=height,
        alt=_boxes_alt(kinds, currency),
        x=axis(
            theme,
            axis_of,
            tickformat=".0%",
            range=_reach(kinds),
            showgrid=False,
        ),
        y=axis(theme, type="log", range=list(ends), dtick=1, tickformat="~s", showgrid=False),
        shapes=_cross(kinds, theme),
        annotations=[above(what, theme), *_box_labels(kinds, theme, currency)],
        margin={"t": 34},
    )


def _reach(kinds: Quadrant) -> list[float]:
    """Return the ends of the axis of chances: all of them, or from where there is anybody."""
    low = float(np.min(kinds.chance, initial=1.0))
    start = low - 0.1 * (1 - low) if low > kinds.split_chance / 2 else 0.0
    return [start - 0.02 * (1 - start), 1 + 0.02 * (1 - start)]


def _cross(kinds: Quadrant, theme: Theme) -> list[dict[str, Any]]:
    """Draw where the four boxes meet."""
    line = {"color": palette(theme).muted, "width": 1.2, "dash": "dot"}
    chance, worth = kinds.split_chance, kinds.split_worth
    upright = {"type": "line", "x0": chance, "x1": chance, "yref": "paper", "y0": 0, "y1": 1}
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": worth, "y1": worth}
    return [upright | {"line": line}, level | {"line": line}]


def _box_labels(kinds: Quadrant, theme: Theme, currency: str | None) -> list[dict[str, Any]]:
    """Write each box's name, count and money in its corner, on a card of its own."""
    colours = palette(theme)
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    return [
        note(
            f"<b>{plain(box.name)}</b><br>{wording.count(box.customers, 'customer')}<br>"
            f"{plain(wording.money(box.total, currency))}",
            theme,
            x=side,
            y=level,
            xref="paper",
            yref="paper",
            xanchor="right" if side else "left",
            yanchor="top" if level else "bottom",
            xshift=-6 if side else 6,
            yshift=-4 if level else 4,
            bgcolor=see_through(colours.page, 0.86),
            borderpad=4,
            font={"size": 12, "color": colours.text},
        )
        for box, (side, level) in zip(kinds.boxes, corners, strict=True)
    ]


def _boxes_alt(kinds: Quadrant, currency: str | None) -> str:
    """Say what each box holds."""
    parts = [
        f"{box.name}: {wording.count(box.customers, 'customer')}, "
        f"{wording.money(box.total, currency)}"
        for box in kinds.boxes
    ]
    return f"Customers by chance and worth. {'; '.join(parts)}."
