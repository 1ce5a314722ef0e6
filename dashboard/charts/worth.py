"""What customers are worth: how it spreads over small and large ones, and who holds the money."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
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

if TYPE_CHECKING:
    from models.earned import Concentration
    from models.worth import Band


def value_bands(
    bands: Sequence[Band], theme: Theme, *, currency: str | None, one: str = "customer"
) -> go.Figure:
    """Draw what customers of each band of worth will bring together, with its range and count.

    Parameters
    ----------
    bands
        From the lowest to the highest; the last may have no upper end (infinity).
    theme
        `light` or `dark`.
    currency
        Code, written on the axis.
    one
        What one of them is called.
    """
    names = [_band_name(band) for band in bands]
    most = max((band.total_high for band in bands), default=1.0) or 1.0
    richest = max((band.total for band in bands), default=1.0) or 1.0
    places = list(range(len(bands)))[::-1]
    trace = go.Bar(
        x=[band.total for band in bands],
        y=places,
        orientation="h",
        width=0.66,
        marker={
            "color": [shade(theme, 0.3 + 0.5 * max(band.total, 0.0) / richest) for band in bands],
            "cornerradius": 4,
        },
        error_x={
            "type": "data",
            "array": [max(band.total_high - band.total, 0.0) for band in bands],
            "arrayminus": [max(band.total - band.total_low, 0.0) for band in bands],
            "color": palette(theme).text,
            "thickness": 1.4,
            "width": 4,
        },
        text=[
            _band_hover(band, name, currency, one) for band, name in zip(bands, names, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    labels = [
        note(
            _band_label(band, currency),
            theme,
            x=max(band.total_high, 0.0),
            y=place,
            xshift=6,
        )
        for place, band in zip(places, bands, strict=True)
    ]
    title = f"Worth to come per {one}" + (f", {currency}" if currency else "")
    widest = max((len(_band_label(band, currency)) for band in bands), default=0)
    return figure(
        theme,
        [trace],
        height=80 + 34 * len(bands),
        alt=_bands_alt(bands, names, currency, one),
        x=axis(
            theme,
            f"{currency or 'Orders'} together · {one}s",
            range=[min(0.0, *(band.total_low for band in bands), 0.0), most * 1.05],
            tickformat="~s",
            nticks=3,
            tickangle=0,
        ),
        y=axis(theme, tickvals=places, ticktext=names, showgrid=False),
        annotations=[above(title, theme), *labels],
        margin={"t": 34, "r": round(6.6 * widest)},
    )


def concentration(
    who: Concentration,
    theme: Theme,
    *,
    marks: Sequence[float] = (0.01, 0.10),
    what: str = "money",
    one: str = "customer",
    height: int = 330,
) -> go.Figure:
    """Draw what share of the money the largest customers hold, from the largest on.

    Parameters
    ----------
    who
        Share of the money held by the largest customers.
    theme
        `light` or `dark`.
    marks
        Shares of customers to label, such as the top 1 % and 10 %.
    what
        What is shared out, for the axis.
    one
        What one of them is called.
    height
        Pixels.
    """
    colours = palette(theme)
    points = [(mark, who.top(mark)) for mark in marks]
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
        _held_curve(who, points, theme, what, one),
        height=height,
        alt=f"Share of the {what} held by the largest {one}s: {said}.",
        x=axis(
            theme,
            f"{wording.capital(one)}s, largest first",
            tickformat=".0%",
            range=[-0.005, 1],
            showgrid=False,
        ),
        y=axis(theme, tickformat=".0%", range=[0, 1.03]),
        annotations=[above(f"Share of the {what}", theme), *labels],
        margin={"t": 34, "r": 20},
    )


def _held_curve(
    who: Concentration, points: Sequence[tuple[float, float]], theme: Theme, what: str, one: str
) -> list[go.Scatter]:
    """Draw the curve with its marks, and where it would lie if all customers were alike."""
    colours = palette(theme)
    held = np.concatenate([[0.0], who.held])
    people = np.linspace(0, 1, len(held))
    thin = np.unique(
        np.concatenate([np.linspace(0, len(held) - 1, 240), np.arange(60)]).astype(int)
    )
    thin = thin[thin < len(held)]
    return [
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
            hovertemplate=f"largest %{{x:.1%}} of {one}s<br>%{{y:.1%}} of the {what}"
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


def _band_name(band: Band) -> str:
    """Write a band's ends in as few letters as an axis has."""
    if math.isinf(band.high):
        return f"{wording.number(band.low)}+"
    if band.low <= 0:
        return f"under {wording.number(band.high)}"
    return f"{wording.number(band.low)}–{wording.number(band.high)}"


def _band_label(band: Band, currency: str | None) -> str:
    """Write beside a bar what its band holds, and how many they are."""
    return f"<b>{wording.money(band.total, currency)}</b> · {wording.count(band.customers)}"


def _band_hover(band: Band, name: str, currency: str | None, one: str) -> str:
    """Write all a band holds."""
    lines = [
        f"<b>{plain(name)}</b>",
        wording.count(band.customers, one),
        f"together {wording.money_exactly(band.total, currency)}",
    ]
    if math.isfinite(band.total_low) and math.isfinite(band.total_high):
        lines.append(wording.money_between(band.total_low, band.total_high, currency))
    return "<br>".join(lines)


def _bands_alt(bands: Sequence[Band], names: Sequence[str], currency: str | None, one: str) -> str:
    """Say how many customers each band has and what they hold."""
    parts = [
        f"{name}: {wording.count(band.customers, one)}, "
        f"{wording.money(band.total, currency)} together"
        for band, name in zip(bands, names, strict=True)
    ]
    return f"{wording.capital(one)}s by value to come. {'; '.join(parts)}."
