"""What customers are worth: how value is spread, who holds it, and who may be slipping away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    Theme,
    above,
    axis,
    figure,
    note,
    palette,
    plain,
    see_through,
    shade,
)


@dataclass(frozen=True)
class Band:
    """Customers whose value lies between two amounts: how many, and what they hold together."""

    low: float
    high: float
    customers: int
    total: float
    total_low: float = math.nan
    total_high: float = math.nan


def value_bands(bands: Sequence[Band], theme: Theme, *, currency: str | None) -> go.Figure:
    """Draw how many customers lie in each band of value, with each band's money and range.

    Parameters
    ----------
    bands
        From the lowest to the highest; the last may have no upper end (infinity).
    theme
        `light` or `dark`.
    currency
        Code, written on the axis.
    """
    names = [_band_name(band) for band in bands]
    richest = max((band.total for band in bands), default=1.0) or 1.0
    places = list(range(len(bands)))[::-1]
    trace = go.Bar(
        x=[band.customers for band in bands],
        y=places,
        orientation="h",
        width=0.72,
        marker={
            "color": [shade(theme, 0.3 + 0.6 * max(band.total, 0.0) / richest) for band in bands],
            "cornerradius": 4,
        },
        text=[_band_hover(band, name, currency) for band, name in zip(bands, names, strict=True)],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    labels = [
        note(
            f"{wording.count(band.customers)} · <b>{wording.money(band.total, currency)}</b>",
            theme,
            x=band.customers,
            y=place,
            xshift=4,
        )
        for place, band in zip(places, bands, strict=True)
    ]
    most = max((band.customers for band in bands), default=1) or 1
    title = f"Value to come per customer, {currency}" if currency else "Value to come"
    return figure(
        theme,
        [trace],
        height=80 + 34 * len(bands),
        alt=_bands_alt(bands, names, currency),
        x=axis(theme, "Customers", range=[0, most * 1.9], tickformat=",~s", nticks=5),
        y=axis(theme, tickvals=places, ticktext=names, showgrid=False),
        annotations=[above(title, theme), *labels],
        margin={"t": 34},
    )


def concentration(
    shares: npt.NDArray[np.float64],
    theme: Theme,
    *,
    marks: Sequence[float] = (0.01, 0.10),
    what: str = "money",
    height: int = 330,
) -> go.Figure:
    """Draw what share of the money the largest customers hold, from the largest on.

    Parameters
    ----------
    shares
        Share of the money held by the largest 1/n, 2/n, ... n/n customers; increasing to 1.
    theme
        `light` or `dark`.
    marks
        Shares of customers to label, such as the top 1 % and 10 %.
    what
        What is shared out, for the axis.
    height
        Pixels.
    """
    held = np.concatenate([[0.0], np.asarray(shares, dtype=float)])
    people = np.linspace(0, 1, len(held))
    thin = np.unique(
        np.concatenate([np.linspace(0, len(held) - 1, 240), np.arange(60)]).astype(int)
    )
    thin = thin[thin < len(held)]
    colours = palette(theme)
    points = [(mark, float(np.interp(mark, people, held))) for mark in marks]
    traces = [
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": colours.muted, "width": 1.2, "dash": "dot"},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=people[thin],
            y=held[thin],
            mode="lines",
            line={"color": colours.series[0], "width": 2.4},
            fill="tozeroy",
            fillcolor=see_through(colours.series[0]),
            hovertemplate=f"largest %{{x:.1%}} of customers<br>%{{y:.1%}} of the {what}"
            "<extra></extra>",
        ),
        go.Scatter(
            x=[mark for mark, _ in points],
            y=[share for _, share in points],
            mode="markers",
            marker={"color": colours.series[0], "size": 9},
            hoverinfo="skip",
        ),
    ]
    labels = [
        note(
            f"<b>{wording.percent(share)}</b> held by the top {wording.percent(mark)}",
            theme,
            x=mark,
            y=share,
            xshift=10,
            yshift=-10,
            font={"size": 12, "color": colours.text},
        )
        for mark, share in points
    ]
    labels.append(
        note(
            "if all were alike",
            theme,
            x=0.72,
            y=0.66,
            font={"size": 11, "color": colours.muted},
        )
    )
    said = "; ".join(
        f"the top {wording.percent(mark)} hold {wording.percent(share)}" for mark, share in points
    )
    return figure(
        theme,
        traces,
        height=height,
        alt=f"Share of the {what} held by the largest customers: {said}.",
        x=axis(
            theme,
            "Customers, largest first",
            tickformat=".0%",
            range=[-0.005, 1],
            showgrid=False,
        ),
        y=axis(theme, tickformat=".0%", range=[0, 1.03]),
        annotations=[above(f"Share of the {what}", theme), *labels],
        margin={"t": 34, "r": 20},
    )


@dataclass(frozen=True)
class Box:
    """One of the four boxes: what it is called, how many customers, and their value to come."""

    name: str
    customers: int
    total: float


def quadrant(
    chance: npt.NDArray[np.float64],
    value: npt.NDArray[np.float64],
    boxes: Sequence[Box],
    theme: Theme,
    *,
    split_chance: float,
    split_value: float,
    currency: str | None,
    most_points: int = 1500,
    height: int = 420,
) -> go.Figure:
    """Draw customers by the chance of buying again and what their orders are worth.

    Parameters
    ----------
    chance
        Chance of still being a customer, 0 to 1, per customer.
    value
        Money per customer, positive ones are drawn (the axis is by powers of ten).
    boxes
        Low-low, high-low, low-high, high-high (chance first), with counts and money.
    theme
        `light` or `dark`.
    split_chance, split_value
        Where the boxes meet.
    currency
        Code, written on the axis and in the boxes.
    most_points
        Dots drawn; of more customers an even sample by value is drawn, boxes count all.
    height
        Pixels.
    """
    colours = palette(theme)
    drawn = np.flatnonzero((value > 0) & np.isfinite(value) & np.isfinite(chance))
    drawn = drawn[np.argsort(value[drawn])]
    if len(drawn) > most_points:
        drawn = drawn[np.linspace(0, len(drawn) - 1, most_points).astype(int)]
    floor = float(value[drawn].min()) if len(drawn) else 1.0
    top = float(value[drawn].max()) if len(drawn) else 10.0
    ends = (math.log10(floor) - 0.35, math.log10(max(top, floor * 10)) + 0.35)
    dots = go.Scatter(
        x=chance[drawn],
        y=value[drawn],
        mode="markers",
        marker={"color": see_through(colours.series[0], 0.4), "size": 5},
        hovertemplate=f"chance %{{x:.0%}}<br>{currency or ''} %{{y:,.2f}}<extra></extra>",
    )
    return figure(
        theme,
        [dots],
        height=height,
        alt=_boxes_alt(boxes, currency),
        x=axis(
            theme,
            "Chance still a customer",
            tickformat=".0%",
            range=[-0.02, 1.02],
            showgrid=False,
        ),
        y=axis(theme, type="log", range=list(ends), dtick=1, tickformat="~s", showgrid=False),
        shapes=_cross(split_chance, split_value, theme),
        annotations=[
            above(f"Value to come per customer, {currency}" if currency else "Value", theme),
            *_box_labels(boxes, theme, currency),
        ],
        margin={"t": 34},
    )


def _band_name(band: Band) -> str:
    """Write a band's ends in as few letters as an axis has."""
    if math.isinf(band.high):
        return f"{wording.number(band.low)}+"
    if band.low <= 0:
        return f"under {wording.number(band.high)}"
    return f"{wording.number(band.low)}–{wording.number(band.high)}"


def _band_hover(band: Band, name: str, currency: str | None) -> str:
    """Write all a band holds."""
    lines = [
        f"<b>{plain(name)}</b>",
        wording.count(band.customers, "customer"),
        f"together {wording.money_exactly(band.total, currency)}",
    ]
    if math.isfinite(band.total_low) and math.isfinite(band.total_high):
        lines.append(wording.money_between(band.total_low, band.total_high, currency))
    return "<br>".join(lines)


def _bands_alt(bands: Sequence[Band], names: Sequence[str], currency: str | None) -> str:
    """Say how many customers each band has and what they hold."""
    parts = [
        f"{name}: {wording.count(band.customers, 'customer')}, "
        f"{wording.money(band.total, currency)} together"
        for band, name in zip(bands, names, strict=True)
    ]
    return f"Customers by value to come. {'; '.join(parts)}."


def _cross(chance: float, value: float, theme: Theme) -> list[dict[str, Any]]:
    """Draw where the four boxes meet."""
    line = {"color": palette(theme).muted, "width": 1.2, "dash": "dot"}
    upright = {"type": "line", "x0": chance, "x1": chance, "yref": "paper", "y0": 0, "y1": 1}
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value}
    return [upright | {"line": line}, level | {"line": line}]


def _box_labels(boxes: Sequence[Box], theme: Theme, currency: str | None) -> list[dict[str, Any]]:
    """Write each box's name, count and money in its corner, on a card of its own."""
    colours = palette(theme)
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    return [
        note(
            f"<b>{plain(box.name)}</b><br>{wording.count(box.customers, 'customer')}<br>"
            f"{plain(wording.money(box.total, currency))}",
            theme,
            x=side,
            y=level,
            xref="paper",
            yref="paper",
            xanchor="right" if side else "left",
            yanchor="top" if level else "bottom",
            xshift=-6 if side else 6,
            yshift=-4 if level else 4,
            bgcolor=see_through(colours.page, 0.86),
            borderpad=4,
            font={"size": 12, "color": colours.text},
        )
        for box, (side, level) in zip(boxes, corners, strict=False)
    ]


def _boxes_alt(boxes: Sequence[Box], currency: str | None) -> str:
    """Say what each box holds."""
    parts = [
        f"{box.name}: {wording.count(box.customers, 'customer')}, "
        f"{wording.money(box.total, currency)}"
        for box in boxes
    ]
    return f"Customers by chance and value. {'; '.join(parts)}."
