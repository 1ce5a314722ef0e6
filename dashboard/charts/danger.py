"""When customers leave: the risk by age with its dangerous months, and what a silence means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.staying import month_ticks
from dashboard.charts.theme import Theme, above, axis, figure, note, palette, see_through
from models.periods import DAYS_PER_MONTH

if TYPE_CHECKING:
    from models.cohorts import Silences
    from models.danger import Risk

RIGHT_HALF = 0.5
STEPS = 60  # months drawn at most; later ones are told by too few customers


def risk(found: Risk, theme: Theme, *, title: str, under: str, height: int = 320) -> go.Figure:
    """Draw the share leaving by age, smoothed with its range, dangerous steps marked.

    Parameters
    ----------
    found
        The share leaving, step by step.
    theme
        `light` or `dark`.
    title, under
        What the share is of, and what the steps are.
    height
        Pixels.
    """
    colours = palette(theme)
    ages, high = found.ages[:STEPS], found.high[:STEPS]
    marked = [one for one in found.dangerous if one.month <= ages[-1]]
    traces = [_steps(found, theme)] if found.unit == "renewal" else _line(found, theme)
    traces.append(
        go.Scatter(
            x=[one.month for one in marked],
            y=[one.leaving for one in marked],
            mode="markers",
            marker={"size": 13, "color": colours.worse, "symbol": "diamond"},
            hovertemplate="%{y:.1%} leave in it<extra></extra>",
        )
    )
    highest = max([float(high.max()), *(one.leaving for one in marked)])
    ticks = [tick for tick in month_ticks(float(ages[-1])) if tick] if len(ages) > 8 else [*ages]
    return figure(
        theme,
        traces,
        height=height,
        alt=_risk_alt(found, title),
        x=axis(theme, under, tickvals=ticks, showgrid=False, range=[0.5, float(ages[-1]) + 0.5]),
        y=axis(theme, tickformat=".1~%", range=[0, highest * 1.18]),
        annotations=[
            above(title, theme),
            *[
                note(
                    f"<b>{found.unit} {one.month}</b>",
                    theme,
                    x=one.month,
                    y=one.leaving,
                    yshift=16,
                    xanchor="center",
                )
                for one in marked
            ],
            *(_labels(found, theme) if found.unit == "renewal" else []),
        ],
        margin={"t": 34},
    )


def silence(found: Silences, theme: Theme, *, height: int = 320) -> go.Figure:
    """Draw the share of silent customers who came back, by days since their last purchase.

    Parameters
    ----------
    found
        The silences of a company.
    theme
        `light` or `dark`.
    height
        Pixels.
    """
    colours = palette(theme)
    most = min(int(found.curve.ends * DAYS_PER_MONTH), found.span * 2 // 3)
    days = np.arange(0, max(most, 2))
    back = found.coming_back(days)
    usual, goodbye = found.usual(), found.goodbye or found.four_in_five
    marks = [(usual, f"usual pause: {wording.count(usual, 'day')}")]
    if goodbye is not None and goodbye < days[-1]:
        marks.append((goodbye, f"four in five stay away: {wording.count(goodbye, 'day')}"))
    title = "Silent for so long, and came back"
    at = [float(back[min(day, len(back) - 1)]) for day, _ in marks]
    return figure(
        theme,
        [
            go.Scatter(
                x=days,
                y=back,
                mode="lines",
                line={"color": colours.series[0], "width": 2.4},
                hovertemplate="%{x} days silent: %{y:.0%} came back<extra></extra>",
            ),
            go.Scatter(
                x=[day for day, _ in marks],
                y=at,
                mode="markers",
                marker={"size": 9, "color": colours.series[0]},
                hoverinfo="skip",
            ),
        ],
        height=height,
        alt=f"{title}. "
        + "; ".join(f"{text}, {wording.percent(y)}" for (_, text), y in zip(marks, at, strict=True))
        + ".",
        x=axis(theme, "Days since the last purchase", showgrid=False, range=[0, float(days[-1])]),
        y=axis(theme, tickformat=".0%", range=[0, 1.02]),
        annotations=[
            above(title, theme),
            *[
                note(text, theme, x=day, y=y, **_side(day / float(days[-1])))
                for (day, text), y in zip(marks, at, strict=True)
            ],
        ],
        margin={"t": 34},
    )


def _side(place: float) -> dict[str, object]:
    """Write above a falling line in the left half of the chart, else below it and to the left."""
    if place < RIGHT_HALF:
        return {"xanchor": "left", "xshift": 8, "yshift": 14}
    return {"xanchor": "right", "xshift": 8, "yshift": -16}


def _line(found: Risk, theme: Theme) -> list[go.Scatter]:
    """Draw the smoothed risk as a line with its range."""
    colour, part = palette(theme).series[0], slice(0, STEPS)
    edge = {"x": found.ages[part], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    known = np.column_stack([found.low, found.high, found.followed])[part]
    return [
        go.Scatter(y=found.low[part], **edge),
        go.Scatter(y=found.high[part], fill="tonexty", fillcolor=see_through(colour), **edge),
        go.Scatter(
            x=found.ages[part],
            y=found.smooth[part],
            mode="lines",
            line={"color": colour, "width": 2.4},
            customdata=known,
            hovertemplate="month %{x}: %{y:.1%}, 8 in 10 between %{customdata[0]:.1%} and "
            "%{customdata[1]:.1%}, %{customdata[2]:,.0f} followed<extra></extra>",
        ),
    ]


def _steps(found: Risk, theme: Theme) -> go.Scatter:
    """Draw each renewal's own share with its range: nothing lies between two renewals."""
    colours = palette(theme)
    return go.Scatter(
        x=found.ages[:STEPS],
        y=found.smooth[:STEPS],
        mode="markers",
        marker={"size": 12, "color": colours.series[0]},
        error_y={
            "type": "data",
            "array": (found.high - found.smooth)[:STEPS],
            "arrayminus": (found.smooth - found.low)[:STEPS],
            "color": see_through(colours.series[0], 0.55),
            "thickness": 5,
            "width": 0,
        },
        customdata=np.column_stack([found.low, found.high, found.followed])[:STEPS],
        hovertemplate="renewal %{x}: %{y:.1%}, 8 in 10 between %{customdata[0]:.1%} and "
        "%{customdata[1]:.1%}, %{customdata[2]:,.0f} came due<extra></extra>",
    )


def _labels(found: Risk, theme: Theme) -> list[dict[str, object]]:
    """Write each renewal's share beside it, where there is room."""
    if len(found.ages) > 12:
        return []
    return [
        note(
            wording.percent(float(share)), theme, x=int(age), y=float(high), yshift=12,
            xanchor="center",
        )
        for age, share, high in zip(found.ages, found.smooth, found.high, strict=True)
    ]  # fmt: skip


def _risk_alt(found: Risk, title: str) -> str:
    """Say where the risk is highest, and which steps stand out."""
    worst = int(found.smooth.argmax())
    said = (
        f"{title}: highest in {found.unit} {int(found.ages[worst])}, "
        f"{wording.percent(float(found.smooth[worst]))}"
    )
    stand_out = [
        f"{found.unit} {one.month} ({wording.percent(one.leaving)} against "
        f"{wording.percent(one.usual)} around it)"
        for one in found.dangerous
    ]
    return f"{said}. {'; '.join(stand_out) or 'None stands out'}."
