"""Newer cohorts better or worse: the triangle, as a picture and as a table for small screens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
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

if TYPE_CHECKING:
    import pandas as pd

    from models.cohorts import Triangle

OLDER = "†"
UNFINISHED = "…"
_CELL = 27

MOST_OVER_NAMES = 110  # pixels


def triangle(
    grid: Triangle,
    theme: Theme,
    *,
    currency: str | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> go.Figure:
    """Draw a triangle with one colour scale for all cells, counts at its left, average below.

    The first period, which is 100 % by definition in most readings, does not set the scale.

    Parameters
    ----------
    grid
        Cohorts by age.
    theme
        `light` or `dark`.
    currency
        Code, for a triangle of money.
    columns
        Further columns at the left, name to one text per cohort.
    """
    rows, ages = grid.values.shape
    lows = [-1.25 - 1.2 * k for k in range(len(columns or {}) + 1)]
    places = np.arange(rows, 0, -1, dtype=float)
    body = np.vstack([grid.values, grid.average])
    heights = np.append(places, -0.25)
    traces = [
        _cells(grid, body, heights, theme),
        *_figures(grid, body, heights, theme, currency),
    ]
    names = [plain(_row_name(grid, row)) for row in range(rows)]
    heads = ["n", *(columns or {})]
    return figure(
        theme,
        traces,
        height=_CELL * (rows + 2) + 122,
        alt=_alt(grid, currency),
        x=axis(
            theme,
            f"{wording.capital(grid.period)}s since {grid.since}",
            side="bottom",
            tickvals=[*lows, *range(ages)],
            ticktext=[*map(plain, heads), *map(str, range(ages))],
            tickangle=0,
            range=[min(lows) - 0.6, ages - 0.45],
            showgrid=False,
        ),
        y=axis(
            theme,
            tickvals=[*places, -0.25],
            ticktext=[*names, f"<b>{_average_name(grid)}</b>"],
            range=[-0.85, rows + 0.6],
            showgrid=False,
        ),
        annotations=[
            above(_cells_are(grid, currency), theme) | {"xshift": -_over_names(grid)},
            *_left_columns(
                [[*map(wording.count, grid.customers)], *(columns or {}).values()],
                lows,
                places,
                theme,
            ),
        ],
        margin={"t": 34},
        hoverdistance=_CELL * 2,
        clickmode="event+select",
    )


def clicked_age(points: Sequence[Mapping[str, object]]) -> int | None:
    """Return the age of the cell that was clicked, None when none was."""
    ages = [point.get("x") for point in points]
    return int(ages[0]) if ages and isinstance(ages[0], int | float) else None


def triangle_table(
    grid: Triangle,
    *,
    currency: str | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return a triangle as a table of text, one row per cohort and the average last."""
    import pandas as pd  # slow to load, and what surrounds every page loads the charts

    rows, ages = grid.values.shape
    table: dict[str, list[str]] = {
        "Cohort": [*(_row_name(grid, row) for row in range(rows)), _average_name(grid)],
        "Customers": [*map(wording.count, grid.customers), wording.count(_averaged(grid))],
    }
    for name, texts in (columns or {}).items():
        table[name] = [*texts, ""]
    for age in range(ages):
        cells = [
            say(grid, grid.values[row, age], currency)
            + (UNFINISHED if _partial(grid, row, age) else "")
            for row in range(rows)
        ]
        table[f"{grid.period} {age}"] = [*cells, say(grid, grid.average[age], currency)]
    return pd.DataFrame(table)


def triangle_notes(grid: Triangle) -> tuple[str, ...]:
    """Return what the marks of this triangle mean; only for marks that occur."""
    notes = []
    if grid.older.any():
        left_out = "" if grid.older.all() else "; left out of the average and of comparisons"
        notes.append(
            f"{OLDER} may contain older customers, who bought before the file begins{left_out}."
        )
    if bool(np.any(grid.unfinished & np.isfinite(grid.values))):
        notes.append(f"{UNFINISHED} unfinished: this {grid.period} had not ended with the data.")
    if grid.keeps_changing:
        notes.append("Read this way, even finished cells still rise as customers come back.")
    return tuple(notes)


def say(grid: Triangle, value: float, currency: str | None) -> str:
    """Write a cell's value as it stands in the table; nothing where nothing was lived."""
    if math.isnan(value):
        return ""
    if grid.is_share:
        return wording.percent(value)
    return wording.number(value) if grid.is_count else wording.money(value, currency)


def say_fully(grid: Triangle, value: float, currency: str | None) -> str:
    """Write a value with all its digits, for hover."""
    if grid.is_share:
        return f"{value:.1%}"
    if grid.is_count:
        return f"{value:.2f}"
    return wording.money_exactly(value, currency)


def _row_name(grid: Triangle, row: int) -> str:
    """Write a cohort's name, marked when it may contain older customers."""
    return f"{grid.cohorts[row]} {OLDER}" if grid.older[row] else grid.cohorts[row]


def _over_names(grid: Triangle) -> int:
    """Return the pixels that the names of rows take: a phone needs them for the words above."""
    longest = max(len(name) for name in (*grid.cohorts, _average_name(grid)))
    return min(MOST_OVER_NAMES, 10 + 7 * longest)


def _average_name(grid: Triangle) -> str:
    """Write what the average row is of."""
    return f"Average without {OLDER}" if grid.older.any() and not grid.older.all() else "Average"


def _averaged(grid: Triangle) -> int:
    """Return how many customers the average is over."""
    counted = grid.older.all() | ~grid.older
    return int(np.asarray(grid.customers)[counted].sum())


def _partial(grid: Triangle, row: int, age: int) -> bool:
    """Return whether a cell is of a period that the file ends in."""
    return bool(grid.unfinished[row, age]) and not math.isnan(grid.values[row, age])


def _cells_are(grid: Triangle, currency: str | None) -> str:
    """Write what a cell says, with its unit."""
    if grid.is_share:
        who = "who " if grid.measure == "customers" else ""
        return f"n: customers; cells: % {who}{grid.words}"
    if grid.is_count or not currency:
        return wording.capital(grid.words)
    return f"{currency}, {grid.words}"


def _deepest(grid: Triangle) -> float:
    """Return the value drawn in the deepest blue: the largest after the first period."""
    later = grid.values[:, 1:][~grid.unfinished[:, 1:]] if grid.values.shape[1] > 1 else grid.values
    known = later[np.isfinite(later)]
    top = float(known.max()) if known.size else 0.0
    return top if top > 0 else 1.0


def _cells(
    grid: Triangle,
    body: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
    theme: Theme,
) -> go.Heatmap:
    """Draw the coloured cells."""
    return go.Heatmap(
        z=body,
        x=list(range(body.shape[1])),
        y=heights,
        zmin=0,
        zmax=_deepest(grid),
        colorscale=colour_scale(theme),
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        hoverinfo="skip",
    )


def _figures(
    grid: Triangle,
    body: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
    theme: Theme,
    currency: str | None,
) -> list[go.Scatter]:
    """Write each cell's number in an ink that reads on its colour, one trace per ink.

    They stand on the heatmap and answer for it: Plotly selects no cell of a heatmap, so they are
    what is clicked; hover tells cohort, age, value and how many customers.
    """
    rows = len(grid.cohorts)
    names = [*(_row_name(grid, row) for row in range(rows)), _average_name(grid)]
    sizes = [*grid.customers, _averaged(grid)]
    deepest = _deepest(grid)
    written: dict[str, list[tuple[int, float, str, str]]] = {}
    for row, age in np.argwhere(np.isfinite(body)).tolist():
        value = float(body[row, age])
        partial = row < rows and _partial(grid, row, age)
        hover = (
            f"<b>{plain(names[row])}</b>, {grid.period} {age}<br>"
            f"{say_fully(grid, value, currency)} {grid.words}<br>"
            f"of {wording.count(sizes[row], 'customer')}"
            f"{f'<br>unfinished {grid.period}' if partial else ''}"
        )
        text = _brief(grid, value) + (UNFINISHED if partial else "")
        ink = ink_on(shade(theme, value / deepest))
        written.setdefault(ink, []).append((age, float(heights[row]), text, hover))
    return [_texts(cells, ink) for ink, cells in written.items()]


def _texts(cells: Sequence[tuple[int, float, str, str]], ink: str) -> go.Scatter:
    """Write texts of one ink, which they keep when one of them is selected."""
    ages, heights, texts, hovers = zip(*cells, strict=True)
    same = {"textfont": {"color": ink}}
    return go.Scatter(
        x=ages,
        y=heights,
        mode="text",
        text=texts,
        textfont={"size": 11, "color": ink},
        selected=same,
        unselected=same,
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _brief(grid: Triangle, value: float) -> str:
    """Write a value in as little room as a cell has."""
    if grid.is_share:
        return f"{value * 100:.0f}"
    if grid.is_count:
        return f"{value:.1f}"
    for scale, letter in ((1e6, "m"), (1e3, "k")):
        if abs(value) >= scale:
            return f"{value / scale:.2g}{letter}"
    return f"{value:.0f}"


def _left_columns(
    texts: Sequence[Sequence[str]],
    lows: Sequence[float],
    places: npt.NDArray[np.float64],
    theme: Theme,
) -> list[dict[str, Any]]:
    """Write the number of customers, and further facts, left of each row."""
    font = {"size": 11, "color": palette(theme).text}
    return [
        note(plain(text), theme, x=low, y=float(place), xanchor="center", font=font)
        for low, column in zip(lows, texts, strict=True)
        for text, place in zip(column, places, strict=True)
    ]


def _alt(grid: Triangle, currency: str | None) -> str:
    """Say how large the triangle is and what its average does."""
    known = np.flatnonzero(np.isfinite(grid.average[1:])) + 1
    said = f"{wording.count(len(grid.cohorts), 'cohort')} by {grid.period}s since {grid.since}"
    if not len(known):
        return f"{wording.capital(grid.words)}: {said}; no {grid.period} after the first yet."
    first, last = int(known[0]), int(known[-1])
    return (
        f"{wording.capital(grid.words)}: {said}. On average "
        f"{say(grid, grid.average[first], currency)} in "
        f"{grid.period} {first} and {say(grid, grid.average[last], currency)} in "
        f"{grid.period} {last}."
    )
