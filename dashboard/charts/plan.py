"""The plan: who leaves and who must come, the cash it takes, and what certainty costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
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
    spread,
)

if TYPE_CHECKING:
    import pandas as pd

    from models.plan import Plan

SHOWN = 24  # months of arrivals on a screen
LEAST = 12
TICKS = 3  # month names that stand side by side on a phone
STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)  # months between two names


def people(plan: Plan, theme: Theme, *, height: int = 262) -> go.Figure:
    """Draw today's customers who leave, with their range, and the newcomers who must come.

    Parameters
    ----------
    plan
        The plan; its first two years are drawn.
    theme
        `light` or `dark`.
    height
        Pixels.
    """
    colours, table = palette(theme), plan.months.head(SHOWN)
    leave = table["departures"] + table["departures_new"]
    top = max(
        float(table["arrivals"].max()),
        float((table["departures_high"] + table["departures_new"]).max()),
        1.0,
    )
    ends = [
        ("leave", float(leave.iloc[-1]), colours.text),
        ("must come", float(table["arrivals"].iloc[-1]), colours.series[0]),
    ]
    heights = spread([end for _, end, _ in ends], top * 17 / max(height - 80, 60))
    return figure(
        theme,
        _people_traces(plan, table, theme),
        height=height,
        alt=_people_alt(plan, table),
        x=_months(plan, table, theme),
        y=axis(theme, tickformat="~s", range=[0, top * 1.06]),
        annotations=[
            above("Customers a month, 8 in 10 shaded", theme),
            *[
                note(key(colour) + name, theme, x=1, xref="paper", y=place, xshift=4)
                for (name, _, colour), place in zip(ends, heights, strict=True)
            ],
        ],
        margin={"t": 34, "r": 96},
        bargap=0.25,
    )


def _people_traces(plan: Plan, table: pd.DataFrame, theme: Theme) -> list[Any]:
    """Draw a bar of newcomers a month, and over them the line of leavers with its range."""
    colours = palette(theme)
    names = [_short(plan, m) for m in table["month"]]
    places = table["month"]
    blue, dark = colours.series[0], colours.text
    leave = table["departures"] + table["departures_new"]
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        go.Bar(
            x=places,
            y=table["arrivals"],
            marker={"color": see_through(blue, 0.75), "line": {"width": 0}},
            customdata=[_bar_says(row) for _, row in table.iterrows()],
            text=names,
            textposition="none",
            hovertemplate="<b>%{text}</b><br>%{customdata}<extra></extra>",
        ),
        go.Scatter(x=places, y=table["departures_low"] + table["departures_new"], **hidden),
        go.Scatter(
            x=places,
            y=table["departures_high"] + table["departures_new"],
            fill="tonexty",
            fillcolor=see_through(dark, 0.16),
            **hidden,
        ),
        go.Scatter(
            x=places,
            y=leave,
            mode="lines",
            line={"color": dark, "width": 2.2},
            customdata=np.column_stack(
                [table["departures"], table["departures_low"], table["departures_high"],
                 table["departures_new"]]
            ),
            text=names,
            hovertemplate="<b>%{text}</b><br>%{customdata[0]:,.0f} of today's customers leave, "
            "8 in 10 between %{customdata[1]:,.0f} and %{customdata[2]:,.0f}"
            "<br>%{customdata[3]:,.0f} newcomers leave again<extra></extra>",
        ),
    ]  # fmt: skip


def cash(plan: Plan, theme: Theme, *, currency: str | None, height: int = 262) -> go.Figure:
    """Draw the plan's own cash, added up, until it has paid itself back.

    Parameters
    ----------
    plan
        The plan.
    theme
        `light` or `dark`.
    currency
        Code, written above the axis.
    height
        Pixels.
    """
    colours = palette(theme)
    back = plan.financing.payback_month
    shown = len(plan.months) if back is None else min(max(LEAST, back + 3), len(plan.months))
    table = plan.months.head(shown)
    names = [_short(plan, m) for m in table["month"]]
    code = f"{currency} " if currency else ""
    sure = wording.percent(plan.certainty)
    lines = [
        ("middle future", -table["tied_up_p50"], colours.series[0], "solid"),
        (f"{sure} sure", -table["tied_up"], colours.text, "dot"),
    ]
    traces = [
        go.Scatter(
            x=table["month"],
            y=values,
            mode="lines",
            name=name,
            line={"color": colour, "width": 2.4, "dash": dash},
            text=names,
            hovertemplate=f"<b>%{{text}}</b><br>{plain(name)}: {code}%{{y:,.0f}}<extra></extra>",
        )
        for name, values, colour, dash in lines
    ]
    low = min(0.0, *(float(values.min()) for _, values, _, _ in lines))
    high = max(0.0, *(float(values.max()) for _, values, _, _ in lines))
    pad = 0.08 * (high - low or 1.0)
    heights = spread(
        [float(values.iloc[-1]) for _, values, _, _ in lines],
        (high - low + 2 * pad) * 17 / max(height - 80, 60),
    )
    zero = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0}
    unit = f"{currency} taken (−) or brought so far" if currency else "Taken (−) or brought so far"
    return figure(
        theme,
        traces,
        height=height,
        alt=_cash_alt(plan, table, currency),
        x=_months(plan, table, theme),
        y=axis(theme, tickformat="~s", range=[low - pad, high + pad]),
        shapes=[zero | {"line": {"color": colours.text, "width": 1.2, "dash": "dot"}}],
        annotations=[
            above(unit, theme),
            *[
                note(key(colour) + name, theme, x=1, xref="paper", y=place, xshift=4)
                for (name, _, colour, _), place in zip(lines, heights, strict=True)
            ],
        ],
        margin={"t": 34, "r": 112},
    )


def price_of_certainty(
    plan: Plan, theme: Theme, *, currency: str | None, height: int = 280
) -> go.Figure:
    """Draw the cash to set aside at every certainty; the one asked for stands out."""
    colours = palette(theme)
    steps = sorted({*plan.price, (plan.certainty, plan.needed)})
    names = [wording.percent(level) for level, _ in steps]
    bars = go.Bar(
        x=names,
        y=[amount for _, amount in steps],
        marker={
            "color": [
                colours.series[0]
                if level == plan.certainty
                else see_through(colours.series[0], 0.4)
                for level, _ in steps
            ],
            "line": {"width": 0},
        },
        text=[wording.number(amount, 3) for _, amount in steps],
        textposition="outside",
        cliponaxis=False,
        textfont={"size": 12, "color": colours.text},
        hovertemplate="%{x} sure: %{y:,.0f}<extra></extra>",
    )
    top = max((amount for _, amount in steps), default=1.0) or 1.0
    return figure(
        theme,
        [bars],
        height=height,
        alt="Cash to set aside: "
        + "; ".join(
            f"{wording.percent(level)} sure, {wording.money(amount, currency)}"
            for level, amount in steps
        )
        + ".",
        x=axis(theme, "Share of futures in which the money lasts", showgrid=False, type="category"),
        y=axis(theme, showticklabels=False, showgrid=False, range=[0, top * 1.18]),
        annotations=[above(f"{currency}, at most" if currency else "At most", theme)],
        margin={"t": 34},
        bargap=0.35,
    )


def _short(plan: Plan, month: int) -> str:
    """Return a month as `Mar 2012`, or its number when the file has no dates."""
    first = plan.months["first_day"].iloc[int(month) - 1]
    return f"month {month}" if first is None else f"{first:%b %Y}"


def _months(plan: Plan, table: pd.DataFrame, theme: Theme) -> dict[str, Any]:
    step = next(step for step in STEPS if step * TICKS >= len(table))
    shown = list(range(1, len(table) + 1, step))
    return axis(
        theme,
        tickvals=shown,
        ticktext=[_short(plan, m) for m in shown],
        tickangle=0,
        showgrid=False,
        range=[0.4, len(table) + 0.6],
    )


def _bar_says(row: pd.Series[Any]) -> str:
    start = row["campaign_start"]
    begin = "" if start is None else f", campaign starts by {wording.short_date(start)}"
    return (
        f"{row['arrivals']:,.0f} must come (8 in 10: {row['arrivals_low']:,.0f} to "
        f"{row['arrivals_high']:,.0f}){begin}"
    )


def _people_alt(plan: Plan, table: pd.DataFrame) -> str:
    gone = float((table["departures"] + table["departures_new"]).sum())
    most = table.loc[table["arrivals"].idxmax()]
    return (
        f"Customers who leave and newcomers who must come, by month. In {len(table)} months "
        f"{wording.count(gone)} leave and {wording.count(float(table['arrivals'].sum()))} must "
        f"come, most in {_short(plan, int(most['month']))} "
        f"({wording.count(float(most['arrivals']))})."
    )


def _cash_alt(plan: Plan, table: pd.DataFrame, currency: str | None) -> str:
    last = table.iloc[-1]
    return (
        f"The plan's cash added up over {len(table)} months: at most "
        f"{wording.money(plan.needed, currency)} is ever missing in "
        f"{wording.chance(plan.certainty)} futures; at the end "
        f"{wording.money(-float(last['tied_up_p50']), currency)} in the middle future."
    )
