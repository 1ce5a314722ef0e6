"""What customers bring in each year of the relationship, and how many are left by then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, above, axis, figure, note, palette, shade

if TYPE_CHECKING:
    from models.relationship import YearEarned

FEWEST: Final = 3  # years the axis has room for, so that one bar does not fill it


def years(
    found: Sequence[YearEarned],
    theme: Theme,
    *,
    margin: float,
    currency: str | None,
    left: str,
    one: str = "customer",
    height: int = 330,
) -> go.Figure:
    """Draw the margin of each year per customer ever won, and per customer still there.

    Parameters
    ----------
    found
        Years in order, at least one.
    theme
        `light` or `dark`.
    margin
        Fraction of the money that is earned.
    currency
        Code, written on the axis.
    left
        What the share still there does, such as `still pay`.
    one
        What one of them is called.
    height
        Pixels.
    """
    colours = palette(theme)
    places = [year.year for year in found]
    top = max(margin * max(year.high, year.each) for year in found) or 1.0
    ticks = [f"<b>{year.year}</b><br>{wording.percent(year.left)}" for year in found]
    return figure(
        theme,
        [
            _bars(found, theme, margin, currency, one),
            _dots(found, theme, margin, currency, left=left, one=one),
        ],
        height=height,
        alt=_alt(found, margin, currency, left, one),
        x=axis(
            theme,
            f"Year of the relationship, and how many<br>of those who came {left} in it",
            tickvals=places,
            ticktext=ticks,
            range=[0.4, max(places[-1], FEWEST) + 0.6],
            showgrid=False,
        ),
        y=axis(theme, tickformat="~s", range=[0, top * 1.16], nticks=5),
        annotations=[
            above(f"{currency} margin in that year" if currency else "Margin in that year", theme),
            note(
                f"○ per {one} still there",
                theme,
                x=places[0] + 0.32,
                y=margin * found[0].each,
                font={"size": 12, "color": colours.text},
            ),
        ],
        margin={"t": 34},
    )


def _bars(
    found: Sequence[YearEarned], theme: Theme, margin: float, currency: str | None, one: str
) -> go.Bar:
    """Draw the margin per customer ever won, with its range."""
    return go.Bar(
        x=[year.year for year in found],
        y=[margin * year.amount for year in found],
        width=0.6,
        marker={"color": [shade(theme, 0.35 + 0.45 * year.left) for year in found],
                "cornerradius": 4},
        error_y={
            "type": "data",
            "array": [margin * (year.high - year.amount) for year in found],
            "arrayminus": [margin * (year.amount - year.low) for year in found],
            "color": palette(theme).text,
            "thickness": 1.6,
            "width": 5,
        },
        text=[
            f"<b>Year {year.year}</b><br>{wording.money_exactly(margin * year.amount, currency)} "
            f"per {one} ever won<br>{_between(year, margin, currency)}<br>"
            f"{wording.count(year.followed, one)} followed"
            for year in found
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _dots(
    found: Sequence[YearEarned],
    theme: Theme,
    margin: float,
    currency: str | None,
    *,
    left: str,
    one: str,
) -> go.Scatter:
    """Draw the margin per customer still there."""
    colours = palette(theme)
    there = [year for year in found if year.active]
    return go.Scatter(
        x=[year.year for year in there],
        y=[margin * year.each for year in there],
        mode="markers",
        cliponaxis=False,
        marker={"size": 11, "color": colours.page, "line": {"width": 2.4, "color": colours.text}},
        text=[
            f"{wording.money_exactly(margin * year.each, currency)} per {one} still there<br>"
            f"{wording.count(year.active)} of {wording.count(year.followed)} {left}"
            for year in there
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _between(year: YearEarned, margin: float, currency: str | None) -> str:
    """Say the range of a year's margin."""
    return wording.money_between(margin * year.low, margin * year.high, currency)


def _alt(
    found: Sequence[YearEarned], margin: float, currency: str | None, left: str, one: str
) -> str:
    """Say each year with its range and how many are left."""
    said = [
        f"year {year.year}: {wording.money(margin * year.amount, currency)}, "
        f"{_between(year, margin, currency)}; {wording.percent(year.left)} of "
        f"{wording.count(year.followed)} {left}, "
        f"{wording.money(margin * year.each, currency)} each"
        for year in found
    ]
    return f"Margin per {one} in each year of the relationship. {'. '.join(said)}."
