"""When a new customer has earned back what winning one cost: curves by age, and the day itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
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
from models.periods import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from models.earned import Floats, Payback

LONG: Final = 36  # months from which on the axis counts in years


def payback(
    groups: Sequence[Payback],
    theme: Theme,
    *,
    margin: float,
    currency: str | None,
    one: str = "customer",
    height: int = 360,
) -> go.Figure:
    """Draw what a new customer has earned by each month, less what winning one cost.

    Parameters
    ----------
    groups
        At most five, all with a cost or none.
    theme
        `light` or `dark`.
    margin
        Fraction of the money that is earned.
    currency
        Code, written on the axis.
    one
        What one of them is called.
    height
        Pixels.

    Raises
    ------
    ValueError
        With more than five groups, which nobody can tell apart, or with none.
    """
    if not 1 <= len(groups) <= MOST_LINES:
        raise ValueError(f"A chart holds 1 to {MOST_LINES} lines, not {len(groups)}.")
    colours, styles = palette(theme), looks([one.line.label for one in groups], theme)
    known = groups[0].cost is not None
    traces: list[go.Scatter] = []
    for group, look in zip(groups, styles, strict=True):
        traces += _banded(group, look, margin, currency)
    for group, (colour, _) in zip(groups, styles, strict=True):
        traces += _dot(group, (colour, colours.page), margin, currency)
    horizon = max(float(one.line.months[-1]) for one in groups)
    top = max(float(one.net(margin, one.line.high)[-1]) for one in groups)
    floor = min(float(one.net(margin, one.line.low)[0]) for one in groups)
    top, floor = max(top, 0.0), min(floor, 0.0)
    room = (top - floor) or 1.0
    names = [wording.shorten(one.line.label, 14) for one in groups]
    ends = [float(_level(group, group.line.amount, margin)[-1]) for group in groups]
    places = spread(ends, room * 17 / max(height - 92, 60))
    less = ",<br>less what winning one cost" if known else ", in total"
    return figure(
        theme,
        traces,
        height=height,
        alt=_payback_alt(groups, margin, currency, one),
        x=_ages(theme, horizon),
        y=axis(theme, tickformat="~s", range=[floor - 0.04 * room, top + 0.06 * room]),
        shapes=_zero(theme, horizon) if known else [],
        annotations=[
            above(_unit(currency, f"earned per new {one}{less}"), theme),
            *[
                note(key(colour) + plain(name), theme, x=1, xref="paper", y=place, xshift=6)
                for name, place, (colour, _) in zip(names, places, styles, strict=True)
            ],
        ],
        margin={"t": 52 if known else 34, "r": 32 + round(6.4 * max(len(name) for name in names))},
        hovermode="x unified",
    )


def paid_back(
    groups: Sequence[Payback], theme: Theme, *, margin: float, currency: str | None
) -> go.Figure:
    """Draw, for every group, after how many months its cost is earned back, with its range.

    Parameters
    ----------
    groups
        With a cost each.
    theme
        `light` or `dark`.
    margin
        Fraction of the money that is earned.
    currency
        Code of the costs.
    """
    colours, styles = palette(theme), looks([one.line.label for one in groups], theme)
    places = list(range(len(groups)))[::-1]
    found = [one.month(margin) for one in groups]
    seen = [float(one.line.months[-1]) for one in groups]
    ends = [(m[0], min(m[2], end)) for m, end in zip(found, seen, strict=True) if m]
    horizon = max([6.0, *(month for pair in ends for month in pair)])
    traces = [
        _month_dot((month, end), place, (colour, colours.page))
        for month, end, place, (colour, _) in zip(found, seen, places, styles, strict=True)
        if month is not None
    ]
    labels = [
        note(_row(one, month, currency), theme, x=0, y=place + 0.36)
        for one, month, place in zip(groups, found, places, strict=True)
    ]
    return figure(
        theme,
        traces,
        height=70 + 58 * len(groups),
        alt=_paid_back_alt(groups, margin, currency),
        x=axis(theme, "Months since they came", range=[-0.02 * horizon, horizon * 1.08],
               rangemode="tozero", nticks=6),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.4, len(groups) - 0.2]),
        annotations=labels,
    )  # fmt: skip


def _ages(theme: Theme, horizon: float) -> dict[str, Any]:
    """Return the axis of ages in months; beyond three years a tick is a year."""
    tick = 6 if horizon <= LONG else MONTHS_PER_YEAR
    return axis(theme, "Months since they came", range=[0, horizon], dtick=tick, showgrid=False)


def _zero(theme: Theme, horizon: float) -> list[dict[str, Any]]:
    """Draw the level at which the cost is earned back."""
    line = {"color": palette(theme).text, "width": 1.4, "dash": "dot"}
    return [{"type": "line", "x0": 0, "x1": horizon, "y0": 0, "y1": 0, "line": line}]


def _unit(currency: str | None, what: str) -> str:
    """Write an axis label with its currency."""
    return f"{currency} {what}" if currency else wording.capital(what)


def _level(one: Payback, money: Floats, margin: float) -> Floats:
    """Return the heights of a line; what is paid on its last day is for a time not drawn."""
    heights = one.net(margin, money)
    if one.line.in_advance and len(heights) > 1:
        heights[-1] = heights[-2]
    return heights


def _banded(
    one: Payback, look: tuple[str, str], margin: float, currency: str | None
) -> list[go.Scatter]:
    """Draw one group's line with its band; what is paid in advance stands until it is due again."""
    (colour, dash), line = look, one.line
    shape = "hv" if line.in_advance else "linear"
    hidden = {"mode": "lines", "line": {"width": 0, "shape": shape}, "hoverinfo": "skip"}
    code = f"{currency} " if currency else ""
    low, high = _level(one, line.low, margin), _level(one, line.high, margin)
    return [
        go.Scatter(x=line.months, y=low, **hidden),
        go.Scatter(x=line.months, y=high, fill="tonexty", fillcolor=see_through(colour), **hidden),
        go.Scatter(
            x=line.months,
            y=_level(one, line.amount, margin),
            mode="lines",
            name=plain(wording.shorten(line.label, 30)),
            line={"color": colour, "width": 2.4, "dash": dash, "shape": shape},
            customdata=np.column_stack([low, high, line.followed]),
            hovertemplate=f"{code}%{{y:,.2f}}, 8 in 10 between %{{customdata[0]:,.2f}} and "
            "%{customdata[1]:,.2f}, %{customdata[2]:,.0f} followed",
        ),
    ]


def _dot(
    one: Payback, colours: tuple[str, str], margin: float, currency: str | None
) -> list[go.Scatter]:
    """Mark the month in which a group has paid back its cost, with its range; nothing if never."""
    back = one.month(margin)
    if back is None or one.cost is None:
        return []
    month, early, late = back
    end = min(late, float(one.line.months[-1]))
    return [
        go.Scatter(
            x=[month],
            y=[0],
            mode="markers",
            cliponaxis=False,
            name=plain(wording.shorten(one.line.label, 30)),
            marker={"color": colours[0], "size": 12, "line": {"width": 2, "color": colours[1]}},
            error_x={
                "type": "data",
                "array": [end - month],
                "arrayminus": [month - early],
                "color": colours[0],
                "thickness": 3,
                "width": 0,
            },
            hovertemplate=f"paid back {wording.money(one.cost, currency)} after "
            f"{wording.months(month)}<extra></extra>",
        )
    ]


def _month_dot(
    found: tuple[tuple[float, float, float], float], place: int, colours: tuple[str, str]
) -> go.Scatter:
    """Draw a group's month with its range, in its row."""
    (month, early, late), seen = found
    return go.Scatter(
        x=[month],
        y=[place],
        mode="markers",
        cliponaxis=False,
        marker={"color": colours[0], "size": 13, "line": {"width": 2, "color": colours[1]}},
        error_x={
            "type": "data",
            "array": [min(late, seen) - month],
            "arrayminus": [month - early],
            "color": colours[0],
            "thickness": 4,
            "width": 0,
        },
        hovertemplate=f"{wording.months(month)}, {_between(early, late)}<extra></extra>",
    )


def _between(early: float, late: float) -> str:
    """Say the range of a month of payback; its later end may lie beyond what was seen."""
    if late == float("inf"):
        return f"{wording.months(early)} at the earliest, the latest not seen, 8 in 10"
    return wording.between(early, late, wording.months)


def _row(one: Payback, month: tuple[float, float, float] | None, currency: str | None) -> str:
    """Write a group's name, what it cost and when that is earned back."""
    cost = wording.money(one.cost or 0.0, currency)
    name = f"<b>{plain(wording.shorten(one.line.label, 18))}</b>  costs {plain(cost)}, "
    if month is None:
        return f"{name}not within {wording.months(float(one.line.months[-1]))}"
    return f"{name}{_back(month[0])}"


def _back(month: float) -> str:
    """Say when a cost is earned back."""
    return "back at once" if month == 0 else f"back after {wording.months(month)}"


def _payback_alt(groups: Sequence[Payback], margin: float, currency: str | None, one: str) -> str:
    """Say when each group pays back its cost, or what it has earned by the end."""
    parts = []
    for group in groups:
        line, back = group.line, group.month(margin)
        earned = wording.money(margin * float(line.amount[-1]), currency)
        end = f"{earned} earned after {wording.months(float(line.months[-1]))}"
        if group.cost is None:
            parts.append(f"{line.label}: {end}")
            continue
        cost = wording.money(group.cost, currency)
        said = (
            f"not paid back, {end}"
            if back is None
            else f"paid back after {wording.months(back[0])}"
        )
        parts.append(f"{line.label}, costs {cost}: {said}")
    return f"Margin per new {one} by month. {'; '.join(parts)}."


def _paid_back_alt(groups: Sequence[Payback], margin: float, currency: str | None) -> str:
    """Say each row, with its range."""
    rows = []
    for one in groups:
        month = one.month(margin)
        reach = "" if month is None else f" ({_between(month[1], month[2])})"
        said = _row(one, month, currency).replace("<b>", "").replace("</b> ", "")
        rows.append(f"{said}{reach}")
    return f"When the cost of a new customer is earned back. {'; '.join(rows)}."
