"""Then and now: one age followed across cohorts, and what moved a share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    MOST_TICKS,
    Theme,
    above,
    axis,
    figure,
    note,
    on_two_lines,
    palette,
    plain,
    see_through,
)
from dashboard.charts.triangle import say, say_fully
from dashboard.wording.comparing import points

if TYPE_CHECKING:
    from models.cohorts import Triangle
    from models.mix import Change

FINE = 0.04  # below it, whole percents are too coarse for the axis


def one_age(
    grid: Triangle, age: int, theme: Theme, *, currency: str | None, height: int = 280
) -> go.Figure:
    """Draw one column of a triangle across the cohorts that lived through it.

    Parameters
    ----------
    grid
        Cohorts by age.
    age
        The column.
    theme
        `light` or `dark`.
    currency
        Code, for a triangle of money.
    height
        Pixels.
    """
    colours = palette(theme)
    names, values = grid.age(age)
    rows = [grid.cohorts.index(name) for name in names]
    older = [bool(grid.older[row]) for row in rows]
    low, high = grid.band(age)
    title = f"{wording.capital(grid.period)} {age}: {grid.words}"
    shown = [f"{name} †" if old else name for name, old in zip(names, older, strict=True)]
    step = max(1, math.ceil(len(shown) / MOST_TICKS))
    places = list(range(len(shown)))
    known = np.isfinite(low)
    return figure(
        theme,
        [
            go.Scatter(
                x=places,
                y=values,
                mode="markers+lines",
                line={"color": see_through(colours.series[0], 0.35), "width": 1.5},
                marker={
                    "size": 10,
                    "color": [colours.page if old else colours.series[0] for old in older],
                    "line": {"width": 2, "color": colours.series[0]},
                },
                error_y={
                    "type": "data",
                    "array": np.where(known, high - values, 0),
                    "arrayminus": np.where(known, values - low, 0),
                    "color": see_through(colours.series[0], 0.45),
                    "thickness": 4,
                    "width": 0,
                },
                text=[
                    f"<b>{plain(name)}</b><br>{say_fully(grid, float(value), currency)} of "
                    f"{wording.count(int(grid.customers[row]), 'customer')}"
                    for name, value, row in zip(shown, values, rows, strict=True)
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        ],
        height=height,
        alt=f"{title}. "
        + "; ".join(
            f"{name}: {say(grid, float(value), currency)}"
            for name, value in zip(shown, values, strict=True)
        )
        + ".",
        x=axis(
            theme,
            f"{wording.capital(grid.period)} of {grid.since}",
            tickvals=places[::step],
            ticktext=[on_two_lines(name) for name in shown[::step]],
            tickangle=0,
            showgrid=False,
            range=[-0.5, max(len(shown), 1) - 0.5],
        ),
        y=axis(theme, rangemode="tozero", tickformat=".0%" if grid.is_share else "~s"),
        annotations=[above(title, theme)],
        margin={"t": 34},
    )


def change(found: Change, theme: Theme, *, title: str, height: int = 280) -> go.Figure:
    """Draw a share before and after, and between them what moved it.

    Parameters
    ----------
    found
        The change and its parts.
    theme
        `light` or `dark`.
    title
        What the share is.
    height
        Pixels.
    """
    colours = palette(theme)
    behaved = found.was + found.behaviour.change
    moved = ("same kinds,<br>behaving<br>differently", "other kinds<br>of<br>customers")
    names = ["before", *moved, "now"]
    levels = [found.was, behaved, found.now]
    steps = [found.behaviour.change, found.mix.change]
    inks = [colours.series[0] if step >= 0 else colours.worse for step in steps]
    tops = [found.was, max(found.was, behaved), max(behaved, found.now), found.now]
    said = [
        wording.percent(found.was),
        *(f"{points(step)} points" for step in steps),
        wording.percent(found.now),
    ]
    # Totals are marks, not bars: a bar that does not begin at zero would exaggerate the change.
    reach = max(max(levels) - min(levels), 0.01)
    return figure(
        theme,
        [
            go.Bar(
                x=names[1:3],
                y=[abs(step) for step in steps],
                base=[min(found.was, behaved), min(behaved, found.now)],
                width=0.55,
                marker={"color": inks},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[names[0], names[3]],
                y=[found.was, found.now],
                mode="markers",
                marker={
                    "symbol": "line-ew",
                    "size": 44,
                    "line": {"width": 5, "color": colours.muted},
                },
                hovertemplate="%{y:.1%}<extra></extra>",
            ),
        ],
        height=height,
        alt=f"{title}: {said[0]} before, {said[1]} from behaviour, {said[2]} from the mix, "
        f"{said[3]} now.",
        x=axis(theme, showgrid=False, categoryorder="array", categoryarray=names, tickangle=0),
        y=axis(
            theme,
            tickformat=".0%" if reach > FINE else ".1%",
            range=[max(0.0, min(levels) - reach), min(1.0, max(levels)) + reach],
            nticks=6,
        ),
        annotations=[
            above(title, theme),
            *[
                note(f"<b>{text}</b>", theme, x=k, y=top, xanchor="center", yshift=14)
                for k, (text, top) in enumerate(zip(said, tops, strict=True))
            ],
        ],
        margin={"t": 34},
    )
