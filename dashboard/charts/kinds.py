"""Four kinds of customers: the chance of still being one against the worth of those who are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, above, axis, figure, note, palette, plain, see_through

if TYPE_CHECKING:
    from models.worth import Floats, Quadrant

MOST: Final = 0.995
GIANT: Final = 2.0
NARROW: Final = 0.3  # powers of ten that the axis of worth has at least
LABEL: Final = 66  # pixels of a box's label
FRAME: Final = 90  # pixels of the axes around the picture


def quadrant(
    kinds: Quadrant,
    theme: Theme,
    *,
    currency: str | None,
    axis_of: str = "Chance still a customer",
    one: str = "customer",
    given: str = "if they stay",
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
    one
        What one of them is called.
    given
        What worth to come supposes.
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
    ends, top = _worths(worth[worth > 0], height)
    above_top = int((worth > top).sum())
    drawn = drawn[worth[drawn] <= top]
    dots = go.Scatter(
        x=chance[drawn],
        y=worth[drawn],
        mode="markers",
        marker={"color": see_through(colours.series[0], 0.4), "size": 5},
        hovertemplate=f"chance %{{x:.0%}}<br>{currency or ''} %{{y:,.2f}}<extra></extra>",
    )
    what = f"Worth to come {given}" + (f", {currency}" if currency else "")
    if above_top:
        # On a line of its own: a phone has no room beside what the axis measures.
        what += f"<br>{wording.count(above_top)} above {wording.money(top, None)} not drawn"
    return figure(
        theme,
        [dots],
        height=height,
        alt=_boxes_alt(kinds, currency, one),
        x=axis(
            theme,
            axis_of,
            tickformat=".0%",
            range=_reach(kinds),
            showgrid=False,
        ),
        y=axis(
            theme, type="log", range=ends, tickvals=_ticks(ends), tickformat="~s", showgrid=False
        ),
        shapes=_cross(kinds, theme),
        annotations=[above(what, theme), *_box_labels(kinds, theme, currency, one)],
        margin={"t": 52 if above_top else 34},
    )


def _worths(worth: Floats, height: int) -> tuple[list[float], float]:
    """Return the ends of the axis of worth, as powers of ten, and the most that is drawn.

    A few giants would press all others together, so it ends at twice what 99.5 % do not exceed.
    Above and below the dots there is room for the boxes' labels.
    """
    if not len(worth):
        return [0.0, 1.0], 10.0
    top = min(float(worth.max()), GIANT * float(np.quantile(worth, MOST)))
    low = math.log10(float(worth.min()))
    span = max(math.log10(float(worth[worth <= top].max())) - low, NARROW)
    room = span * LABEL / max(height - FRAME - 2 * LABEL, LABEL)
    return [low - room, low + span + room], top


def _ticks(ends: list[float]) -> list[float]:
    """Return powers of ten between the ends; where they are few, twice and five times them too."""
    powers = range(math.floor(ends[0]), math.ceil(ends[1]) + 1)
    steps = (1.0,) if ends[1] - ends[0] > 3 else (1.0, 2.0, 5.0)
    ladder = [step * 10.0**power for power in powers for step in steps]
    return [tick for tick in ladder if ends[0] <= math.log10(tick) <= ends[1]]


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


def _box_labels(
    kinds: Quadrant, theme: Theme, currency: str | None, one: str
) -> list[dict[str, Any]]:
    """Write each box's name, count and money in its corner, on a card of its own."""
    colours = palette(theme)
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    return [
        note(
            f"<b>{plain(box.name)}</b><br>{wording.count(box.customers, one)}<br>"
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


def _boxes_alt(kinds: Quadrant, currency: str | None, one: str) -> str:
    """Say what each box holds."""
    parts = [
        f"{box.name}: {wording.count(box.customers, one)}, {wording.money(box.total, currency)}"
        for box in kinds.boxes
    ]
    return f"{wording.capital(one)}s by chance and worth. {'; '.join(parts)}."
