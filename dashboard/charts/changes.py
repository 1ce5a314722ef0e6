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

_ROW = 58


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


def change(found: Change, theme: Theme, *, title: str) -> go.Figure:
    """Draw what moved a share, in points from zero, each with its range, and the sum.

    Parameters
    ----------
    found
        The change and its parts.
    theme
        `light` or `dark`.
    title
        What the share is.
    """
    colours = palette(theme)
    parts = (found.behaviour, found.mix, found.total)
    names = ("same kinds, behaving differently", "other kinds of customers", "in all")
    inks = [colours.series[0] if part.change >= 0 else colours.worse for part in parts[:2]]
    said = [f"{points(part.change)} points" for part in parts]
    rows = list(range(len(parts)))[::-1]
    reach = 100 * max(max(abs(part.low), abs(part.high), abs(part.change)) for part in parts)
    return figure(
        theme,
        [
            go.Bar(
                x=[100 * part.change for part in parts],
                y=rows,
                orientation="h",
                width=0.34,
                marker={"color": [*inks, colours.muted], "cornerradius": 3},
                error_x={
                    "type": "data",
                    "array": [100 * (part.high - part.change) for part in parts],
                    "arrayminus": [100 * (part.change - part.low) for part in parts],
                    "color": colours.text,
                    "thickness": 1.4,
                    "width": 4,
                },
                text=[
                    f"<b>{name}</b><br>{text}, 8 in 10 between {points(part.low)} and "
                    f"{points(part.high)}"
                    for name, text, part in zip(names, said, parts, strict=True)
                ],
                textposition="none",
                hovertemplate="%{text}<extra></extra>",
            )
        ],
        height=80 + _ROW * len(parts),
        alt=f"{title}: {wording.percent(found.was)} before, {said[0]} from behaviour, {said[1]} "
        f"from the mix, {wording.percent(found.now)} now.",
        x=axis(
            theme,
            "Points of 100",
            range=[-1.08 * reach, 1.08 * reach],
            zeroline=True,
            zerolinecolor=colours.muted,
            nticks=7,
        ),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.5, len(parts) - 0.3]),
        annotations=[
            above(
                # On two lines: one is wider than a phone.
                f"{title}:<br>{wording.percent(found.was)} before, "
                f"{wording.percent(found.now)} now",
                theme,
            ),
            *[
                note(f"<b>{text}</b>  {name}", theme, x=0, xref="paper", y=row + 0.38)
                for name, text, row in zip(names, said, rows, strict=True)
            ],
        ],
        margin={"t": 52},
    )
