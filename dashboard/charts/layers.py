"""Acquire or retain: revenue stacked by when its customers came, the layer cake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    MOST_TICKS,
    Theme,
    above,
    axis,
    figure,
    key,
    note,
    on_two_lines,
    palette,
    plain,
    shade,
    spread,
)

if TYPE_CHECKING:
    from models.cohorts import LayerCake


def layer_cake(
    cake: LayerCake, theme: Theme, *, currency: str | None, height: int = 340
) -> go.Figure:
    """Draw revenue per period as bars stacked by acquisition period, the oldest at the bottom.

    Parameters
    ----------
    cake
        Money by layer and calendar period.
    theme
        `light` or `dark`.
    currency
        Code, written on the axis.
    height
        Pixels.
    """
    money = np.nan_to_num(np.asarray(cake.revenue, dtype=float))
    names = [f"{c} †" if old else c for c, old in zip(cake.layers, cake.older, strict=True)]
    fills = [shade(theme, _level(row, len(names))) for row in range(len(names))]
    totals = money.sum(axis=0)
    shown = [f"{p}…" if part else p for p, part in zip(cake.periods, cake.unfinished, strict=True)]
    places = list(range(len(shown)))
    step = math.ceil(len(shown) / MOST_TICKS)
    traces = [
        go.Bar(
            x=places,
            y=money[row],
            name=plain(names[row]),
            marker={
                "color": fills[row],
                "line": {"color": palette(theme).page, "width": 1},
                "pattern": {
                    "shape": ["/" if part else "" for part in cake.unfinished],
                    "fgcolor": palette(theme).page,
                    "fillmode": "overlay",
                    "size": 7,
                    "solidity": 0.2,
                },
            },
            width=0.82,
            text=[
                f"<b>{plain(p)}</b><br>came in {plain(names[row])}: "
                f"{wording.money_exactly(value, currency)}<br>"
                f"{wording.percent(value / total) if total > 0 else wording.UNKNOWN} of "
                f"{wording.money_exactly(total, currency)}"
                for p, value, total in zip(shown, money[row], totals, strict=True)
            ],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
        for row in range(len(names))
    ]
    unit = "month" if _monthly(cake) else "quarter"
    title = f"{currency} per {unit}" if currency else f"Revenue per {unit}"
    return figure(
        theme,
        traces,
        height=height,
        alt=_alt(cake, money, currency, unit),
        x=axis(
            theme,
            tickvals=places[::step],
            ticktext=[on_two_lines(name) for name in shown[::step]],
            tickangle=0,
            showgrid=False,
        ),
        y=axis(theme, tickformat="~s", rangemode="tozero"),
        annotations=[
            above(f"{title}, by {cake.since}", theme),
            *_layer_names(names, fills, money, theme, height),
        ],
        barmode="stack",
        margin={"t": 34, "r": 92},
    )


def _level(row: int, rows: int) -> float:
    """Return how deep a layer is drawn: the oldest deepest, none so pale that it vanishes."""
    return 1.0 if rows < 2 else 1.0 - 0.66 * row / (rows - 1)


def _layer_names(
    names: Sequence[str],
    fills: Sequence[str],
    money: npt.NDArray[np.float64],
    theme: Theme,
    height: int,
) -> list[dict[str, object]]:
    """Name the layers beside the last bar; of many, every second or third."""
    if not money.size:
        return []
    top = float(money.sum(axis=0).max()) or 1.0
    ends = np.cumsum(money[:, -1]) - money[:, -1] / 2
    step = 1 + (len(names) - 1) // 10
    rows = list(range(0, len(names), step))
    places = spread([float(ends[row]) for row in rows], top * 17 / max(height - 90, 60))
    lift = min(min(places, default=0.0), 0.0)
    return [
        note(
            key(fills[row]) + plain(names[row]),
            theme,
            x=1,
            xref="paper",
            y=place - lift,
            xshift=4,
            font={"size": 11, "color": palette(theme).muted},
        )
        for row, place in zip(rows, places, strict=True)
    ]


def _monthly(cake: LayerCake) -> bool:
    """Return whether the periods are months: `2010-03` rather than `2010-Q1`."""
    return "Q" not in cake.periods[0]


def _alt(cake: LayerCake, money: npt.NDArray[np.float64], currency: str | None, unit: str) -> str:
    """Say how much of the last whole period came from customers of earlier layers."""
    said = f"Revenue per {unit} by {cake.since}"
    whole = np.flatnonzero(~cake.unfinished)
    if not len(whole):
        return f"{said}; no {unit} out of {len(cake.unfinished)} had ended with the data."
    last = int(whole[-1])
    begun = np.flatnonzero(np.isfinite(cake.revenue[:, last]))
    total = float(money[:, last].sum())
    kept = float(money[begun[:-1], last].sum()) / total if total > 0 else math.nan
    return (
        f"{said}. In {cake.periods[last]}, {wording.percent(kept)} of "
        f"{wording.money(total, currency)} came from customers won before "
        f"{cake.layers[begun[-1]]}."
    )
