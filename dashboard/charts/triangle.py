"""Newer cohorts better or worse: the triangle, as a picture and as a table for small screens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    Theme,
    above,
    axis,
    colour_scale,
    figure,
    ink_on,
    note,
    palette,
    plain,
    shade,
)

OLDER = "†"
UNFINISHED = "…"
_CELL = 27


@dataclass(frozen=True)
class Grid:
    """A triangle ready to draw: one row per cohort, one column per age.

    Attributes
    ----------
    cohorts
        Row names, oldest first.
    customers
        Customers per cohort.
    values
        Cohorts x ages; NaN where nothing was lived yet.
    average
        The weighted average per age; NaN where no cohort counts.
    unfinished
        Cohorts x ages, True where the period had not ended with the file.
    older
        True for cohorts that may contain customers from before the file began.
    period
        What one age is: `month` or `quarter`.
    measure
        What a cell says, for hover and the alternative text.
    share
        Whether cells are shares (percent) or money.
    currency
        Code, for money.
    columns
        Further left columns, name to one text per cohort.
    """

    cohorts: Sequence[str]
    customers: Sequence[int]
    values: npt.NDArray[np.float64]
    average: npt.NDArray[np.float64]
    unfinished: npt.NDArray[np.bool_]
    older: Sequence[bool]
    period: str = "quarter"
    measure: str = "bought in that quarter"
    share: bool = True
    currency: str | None = None
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def say(self, value: float) -> str:
        """Write a cell's value as it stands in the table."""
        if math.isnan(value):
            return ""
        return wording.percent(value) if self.share else wording.money(value, self.currency)

    def row_name(self, row: int) -> str:
        """Write a cohort's name, marked when it may contain older customers."""
        return f"{self.cohorts[row]}{' ' + OLDER if self.older[row] else ''}"

    @property
    def average_name(self) -> str:
        """What the average row is of."""
        return f"Average without {OLDER}" if any(self.older) else "Average"


def triangle(grid: Grid, theme: Theme) -> go.Figure:
    """Draw a triangle with one colour scale for all cells, counts at its left, average below.

    The first period, which is 100 % by definition in most readings, does not set the scale.
    """
    rows, ages = grid.values.shape
    lows = [-1.25 - 1.2 * k for k in range(len(grid.columns) + 1)]
    deepest = _deepest(grid)
    places = np.arange(rows, 0, -1, dtype=float)
    body = np.vstack([grid.values, grid.average])
    heights = np.append(places, -0.25)
    traces = [
        _cells(grid, body, heights, deepest, theme),
        _figures(grid, body, heights, deepest, theme),
    ]
    names = [plain(grid.row_name(row)) for row in range(rows)]
    heads = ["customers", *grid.columns]
    return figure(
        theme,
        traces,
        height=_CELL * (rows + 2) + 122,
        alt=_alt(grid),
        x=axis(
            theme,
            f"{wording.capital(grid.period)}s since first purchase",
            side="bottom",
            tickvals=[*lows, *range(ages)],
            ticktext=[*map(plain, heads), *map(str, range(ages))],
            range=[min(lows) - 0.6, ages - 0.45],
            showgrid=False,
        ),
        y=axis(
            theme,
            tickvals=[*places, -0.25],
            ticktext=[*names, f"<b>{grid.average_name}</b>"],
            range=[-0.85, rows + 0.6],
            showgrid=False,
        ),
        annotations=[
            above(_cells_are(grid), theme),
            *_left_columns(grid, lows, places, theme),
        ],
        margin={"t": 34},
    )


def triangle_table(grid: Grid) -> pd.DataFrame:
    """Return a triangle as a table of text, one row per cohort and the average last."""
    rows, ages = grid.values.shape
    table: dict[str, list[str]] = {
        "Cohort": [grid.row_name(row) for row in range(rows)] + [grid.average_name],
        "Customers": [wording.count(n) for n in grid.customers]
        + [wording.count(sum(n for n, o in zip(grid.customers, grid.older, strict=True) if not o))],
    }
    for name, texts in grid.columns.items():
        table[name] = [*texts, ""]
    for age in range(ages):
        cells = [
            grid.say(grid.values[row, age]) + (UNFINISHED if grid.unfinished[row, age] else "")
            for row in range(rows)
        ]
        table[f"{grid.period} {age}"] = [*cells, grid.say(grid.average[age])]
    return pd.DataFrame(table)


def triangle_notes(grid: Grid) -> tuple[str, ...]:
    """Return what the marks of this triangle mean; only for marks that occur."""
    notes = []
    if any(grid.older):
        notes.append(
            f"{OLDER} may contain older customers, who bought before the file begins; "
            "left out of the average and of every comparison."
        )
    if bool(np.any(grid.unfinished & np.isfinite(grid.values))):
        notes.append(f"{UNFINISHED} unfinished: this {grid.period} had not ended with the data.")
    return tuple(notes)


def _cells_are(grid: Grid) -> str:
    """Write what a cell says, with its unit."""
    if grid.share:
        return f"% of the cohort who {grid.measure}"
    return f"{grid.currency} {grid.measure}" if grid.currency else wording.capital(grid.measure)


def _deepest(grid: Grid) -> float:
    """Return the value drawn in the deepest blue: the largest after the first period."""
    later = grid.values[:, 1:][~grid.unfinished[:, 1:]] if grid.values.shape[1] > 1 else grid.values
    known = later[np.isfinite(later)]
    top = float(known.max()) if known.size else 0.0
    return top if top > 0 else 1.0


def _cells(
    grid: Grid,
    body: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
    deepest: float,
    theme: Theme,
) -> go.Heatmap:
    """Draw the coloured cells; hover tells cohort, age, value and how many customers."""
    counted = sum(n for n, old in zip(grid.customers, grid.older, strict=True) if not old)
    names = [*(grid.row_name(row) for row in range(len(grid.cohorts))), grid.average_name]
    sizes = [*grid.customers, counted]
    hover = []
    for row in range(body.shape[0]):
        line = []
        for age in range(body.shape[1]):
            partial = row < len(grid.cohorts) and bool(grid.unfinished[row, age])
            late = f"<br>unfinished {grid.period}" if partial else ""
            line.append(
                f"<b>{plain(names[row])}</b>, {grid.period} {age}<br>"
                f"{_full(grid, body[row, age])} {grid.measure}<br>"
                f"of {wording.count(sizes[row], 'customer')}{late}"
            )
        hover.append(line)
    return go.Heatmap(
        z=body,
        x=list(range(body.shape[1])),
        y=heights,
        zmin=0,
        zmax=deepest,
        colorscale=colour_scale(theme),
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        text=hover,
        hovertemplate="%{text}<extra></extra>",
    )


def _full(grid: Grid, value: float) -> str:
    """Write a value with all its digits, for hover."""
    return f"{value:.1%}" if grid.share else wording.money_exactly(value, grid.currency)


def _figures(
    grid: Grid,
    body: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
    deepest: float,
    theme: Theme,
) -> go.Scatter:
    """Write each cell's number in an ink that reads on its colour."""
    ages, places, texts, inks = [], [], [], []
    for row, height in enumerate(heights):
        for age in range(body.shape[1]):
            value = float(body[row, age])
            if math.isnan(value):
                continue
            partial = row < len(grid.cohorts) and bool(grid.unfinished[row, age])
            ages.append(age)
            places.append(height)
            texts.append(_brief(grid, value) + (UNFINISHED if partial else ""))
            inks.append(ink_on(shade(theme, value / deepest)))
    return go.Scatter(
        x=ages,
        y=places,
        mode="text",
        text=texts,
        textfont={"size": 11, "color": inks},
        hoverinfo="skip",
    )


def _brief(grid: Grid, value: float) -> str:
    """Write a value in as little room as a cell has."""
    if grid.share:
        return f"{value * 100:.0f}"
    for scale, letter in ((1e6, "m"), (1e3, "k")):
        if abs(value) >= scale:
            return f"{value / scale:.2g}{letter}"
    return f"{value:.0f}"


def _left_columns(
    grid: Grid, lows: Sequence[float], places: npt.NDArray[np.float64], theme: Theme
) -> list[dict[str, Any]]:
    """Write the number of customers, and further facts, left of each row."""
    texts = [[wording.count(n) for n in grid.customers], *grid.columns.values()]
    font = {"size": 11, "color": palette(theme).text}
    return [
        note(plain(text), theme, x=low, y=float(place), xanchor="center", font=font)
        for low, column in zip(lows, texts, strict=True)
        for text, place in zip(column, places, strict=True)
    ]


def _alt(grid: Grid) -> str:
    """Say how large the triangle is and what its average does."""
    known = np.flatnonzero(np.isfinite(grid.average[1:])) + 1
    said = f"{wording.count(len(grid.cohorts), 'cohort')} by {grid.period}s since first purchase"
    if not len(known):
        return f"{wording.capital(grid.measure)}: {said}; no {grid.period} after the first yet."
    first, last = int(known[0]), int(known[-1])
    return (
        f"{wording.capital(grid.measure)}: {said}. On average {grid.say(grid.average[first])} in "
        f"{grid.period} {first} and {grid.say(grid.average[last])} in {grid.period} {last}."
    )
