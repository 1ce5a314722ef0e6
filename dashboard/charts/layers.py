"""Acquire or retain: revenue stacked by when its customers came, the layer cake."""

from __future__ import annotations

from collections.abc import Sequence

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
    plain,
    see_through,
    shade,
    spread,
)


def layer_cake(
    periods: Sequence[str],
    cohorts: Sequence[str],
    revenue: npt.NDArray[np.float64],
    theme: Theme,
    *,
    currency: str | None,
    period: str = "quarter",
    unfinished: Sequence[bool] = (),
    older: Sequence[bool] = (),
    height: int = 340,
) -> go.Figure:
    """Draw revenue per period as bars stacked by acquisition cohort, the oldest at the bottom.

    Parameters
    ----------
    periods, cohorts
        Names of the calendar periods and of the cohorts, oldest first.
    revenue
        Cohorts x periods, money; NaN or 0 before a cohort exists.
    theme
        `light` or `dark`.
    currency
        Code, written on the axis.
    period
        What one period is.
    unfinished
        True for periods that had not ended with the file; drawn paler and said.
    older
        True for cohorts that may contain customers from before the file.
    height
        Pixels.
    """
    money = np.nan_to_num(np.asarray(revenue, dtype=float))
    late = list(unfinished) or [False] * len(periods)
    marks = list(older) or [False] * len(cohorts)
    names = [f"{c} †" if mark else c for c, mark in zip(cohorts, marks, strict=True)]
    fills = [shade(theme, _level(i, len(cohorts))) for i in range(len(cohorts))]
    totals = money.sum(axis=0)
    shown = [f"{p}…" if part else p for p, part in zip(periods, late, strict=True)]
    traces = [
        go.Bar(
            x=list(range(len(periods))),
            y=money[row],
            name=plain(names[row]),
            marker={
                "color": [see_through(fills[row], 0.45) if part else fills[row] for part in late],
                "line": {"color": palette(theme).page, "width": 1},
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
        for row in range(len(cohorts))
    ]
    title = f"{currency} per {period}" if currency else f"Revenue per {period}"
    return figure(
        theme,
        traces,
        height=height,
        alt=_alt(periods, cohorts, money, currency=currency, period=period, late=late),
        x=axis(
            theme,
            tickvals=list(range(len(periods))),
            ticktext=[plain(name) for name in shown],
            showgrid=False,
        ),
        y=axis(theme, tickformat="~s", rangemode="tozero"),
        annotations=[
            above(f"{title}, by first purchase", theme),
            *_layer_names(names, fills, money, theme, height),
        ],
        barmode="stack",
        margin={"t": 34, "r": 92},
    )


def _level(row: int, rows: int) -> float:
    """Return how deep a layer is drawn: the oldest deepest, none so pale that it vanishes."""
    return 1.0 if rows < 2 else 1.0 - 0.78 * row / (rows - 1)


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


def _alt(
    periods: Sequence[str],
    cohorts: Sequence[str],
    money: npt.NDArray[np.float64],
    *,
    currency: str | None,
    period: str,
    late: Sequence[bool],
) -> str:
    """Say how much of the last whole period came from customers of earlier periods."""
    whole = [i for i, part in enumerate(late) if not part]
    if not whole or not money.size:
        return f"Revenue per {period} by when the customers first bought; no whole {period} yet."
    last = whole[-1]
    total = float(money[:, last].sum())
    fresh = sum(
        float(m) for c, m in zip(cohorts, money[:, last], strict=True) if c == periods[last]
    )
    kept = (total - fresh) / total if total > 0 else float("nan")
    return (
        f"Revenue per {period} by when the customers first bought. In {periods[last]}, "
        f"{wording.percent(kept)} of {wording.money(total, currency)} came from customers won "
        "before."
    )
