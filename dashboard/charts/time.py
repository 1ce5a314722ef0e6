"""Money and orders over time: when a customer's cost is earned back, and forecast against fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard import wording
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
    from models.earned import Earned


def payback(
    lines: Sequence[Earned],
    theme: Theme,
    *,
    margin: float,
    cost: float | None,
    currency: str | None,
    height: int = 360,
) -> go.Figure:
    """Draw what a new customer has earned by each month against what one costs.

    Parameters
    ----------
    lines
        At most five groups.
    theme
        `light` or `dark`.
    margin
        Fraction of the money that is earned.
    cost
        Acquisition cost per customer, drawn as a level line; None when not known.
    currency
        Code, written on the axis.
    height
        Pixels.

    Raises
    ------
    ValueError
        With more than five groups, which nobody can tell apart, or with none.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"A chart holds 1 to {MOST_LINES} lines, not {len(lines)}.")
    colours = palette(theme)
    traces: list[go.Scatter] = []
    styles = looks([line.label for line in lines], theme)
    for line, (colour, dash) in zip(lines, styles, strict=True):
        traces += _banded(line, (colour, dash), margin, currency)
    if cost is not None:
        for line, (colour, _) in zip(lines, styles, strict=True):
            traces += _dot(line, (colour, colours.page), margin, cost, currency)
    horizon = max(float(line.months[-1]) for line in lines)
    top = max([margin * float(line.high.max()) for line in lines] + [cost or 0.0]) or 1.0
    shapes = []
    ends = [
        (wording.shorten(line.label, 14), margin * float(line.amount[-1]), colour)
        for line, (colour, _) in zip(lines, styles, strict=True)
    ]
    if cost is not None:
        level = {"color": colours.text, "width": 1.4, "dash": "dot"}
        place = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": cost, "y1": cost}
        shapes.append(place | {"line": level})
        ends.append((f"costs {wording.money(cost, currency)}", cost, colours.text))
    places = spread([end for _, end, _ in ends], top * 17 / max(height - 92, 60))
    return figure(
        theme,
        traces,
        height=height,
        alt=_payback_alt(lines, margin, cost, currency),
        x=axis(theme, "Months since first purchase", range=[0, horizon], dtick=6, showgrid=False),
        y=axis(
            theme,
            tickformat="~s",
            range=[0, top * 1.08],
        ),
        shapes=shapes,
        annotations=[
            above(_unit(currency, "earned per new customer, in total"), theme),
            *[
                note(key(colour) + plain(name), theme, x=1, xref="paper", y=place, xshift=6)
                for (name, _, colour), place in zip(ends, places, strict=True)
            ],
        ],
        margin={"t": 34, "r": 32 + round(6.4 * max(len(name) for name, _, _ in ends))},
        hovermode="x unified",
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


def _unit(currency: str | None, what: str) -> str:
    """Write an axis label with its currency."""
    return f"{currency} {what}" if currency else wording.capital(what)


def _banded(
    line: Earned, look: tuple[str, str], margin: float, currency: str | None
) -> list[go.Scatter]:
    """Draw one group's line with its band."""
    colour, dash = look
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    code = f"{currency} " if currency else ""
    low, high = margin * line.low, margin * line.high
    return [
        go.Scatter(x=line.months, y=low, **hidden),
        go.Scatter(x=line.months, y=high, fill="tonexty", fillcolor=see_through(colour), **hidden),
        go.Scatter(
            x=line.months,
            y=margin * line.amount,
            mode="lines",
            name=plain(wording.shorten(line.label, 30)),
            line={"color": colour, "width": 2.4, "dash": dash},
            customdata=np.column_stack([low, high, line.followed]),
            hovertemplate=f"{code}%{{y:,.2f}}, 8 in 10 between %{{customdata[0]:,.2f}} and "
            "%{customdata[1]:,.2f}, %{customdata[2]:,.0f} followed",
        ),
    ]


def _dot(
    line: Earned, colours: tuple[str, str], margin: float, cost: float, currency: str | None
) -> list[go.Scatter]:
    """Mark the month in which a group has paid back its cost, with its range; nothing if never."""
    back = line.payback(margin, cost)
    if back is None:
        return []
    month, early, late = back
    end = min(late, float(line.months[-1]))
    return [
        go.Scatter(
            x=[month],
            y=[cost],
            mode="markers",
            cliponaxis=False,
            name=plain(wording.shorten(line.label, 30)),
            marker={"color": colours[0], "size": 12, "line": {"width": 2, "color": colours[1]}},
            error_x={
                "type": "data",
                "array": [end - month],
                "arrayminus": [month - early],
                "color": colours[0],
                "thickness": 3,
                "width": 0,
            },
            hovertemplate=f"paid back {wording.money(cost, currency)} after "
            f"{wording.months(month)}<extra></extra>",
        )
    ]


def _payback_alt(
    lines: Sequence[Earned], margin: float, cost: float | None, currency: str | None
) -> str:
    """Say when each group pays back its cost, or what it has earned by the end."""
    parts = []
    for line in lines:
        earned = wording.money(margin * float(line.amount[-1]), currency)
        end = f"{earned} earned after {wording.months(float(line.months[-1]))}"
        back = None if cost is None else line.payback(margin, cost)
        if cost is None:
            parts.append(f"{line.label}: {end}")
        elif back is None:
            parts.append(f"{line.label}: not paid back, {end}")
        else:
            parts.append(f"{line.label}: paid back after {wording.months(back[0])}")
    against = "" if cost is None else f" against a cost of {wording.money(cost, currency)}"
    return f"Margin per new customer by month{against}. {'; '.join(parts)}."


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
