"""Keep or replace: the options with their ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, axis, figure, note, palette, plain, see_through

ROW = 62  # pixels of an option: its name, its range, its bar
BAR = 0.34  # of a row


@dataclass(frozen=True)
class Bar:
    """One option: its name, its value and the 8-in-10 range of it, in money.

    `unknown` stands in place of a value that nobody can tell yet.
    """

    name: str
    value: float
    low: float
    high: float
    detail: str = ""
    unknown: str = ""


def options(
    bars: Sequence[Bar],
    theme: Theme,
    *,
    currency: str | None,
    unit: str = "more than doing nothing",
    best: str | None = None,
    zero: str = "pays its way",
) -> go.Figure:
    """Draw options as bars from zero with their ranges; zero is the break-even.

    Parameters
    ----------
    bars
        In the order shown, top first.
    theme
        `light` or `dark`.
    currency
        Code, written on the axis and at each bar.
    unit
        What the money is, for the axis: `GBP, {unit}`.
    best
        Name of the option in full colour; the others stand back.
    zero
        Words at the break-even mark.
    """
    colours = palette(theme)
    places = list(range(len(bars)))[::-1]
    low, high = _reach(bars)
    at_the_edge = high < (high - low) / 4  # no room for the words on the right of zero
    return figure(
        theme,
        [_bars(bars, places, theme, currency=currency, best=best)],
        height=76 + ROW * len(bars),
        alt=_options_alt(bars, currency, unit),
        x=axis(
            theme,
            wording.capital(f"{currency}, {unit}" if currency else unit),
            range=[low, high],
            tickformat="~s",
            nticks=5,
        ),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.4, len(bars) - 0.3]),
        shapes=[_zero_mark(place, colours.text) for place in places],
        annotations=[
            *[
                _headline(bar, place, low, theme, currency)
                for bar, place in zip(bars, places, strict=True)
            ],
            note(
                f"{zero} →",
                theme,
                x=0,
                y=1,
                yref="paper",
                xshift=-6 if at_the_edge else 6,
                xanchor="right" if at_the_edge else "left",
                yanchor="bottom",
                font={"size": 11, "color": colours.muted},
            ),
        ],
        margin={"t": 26},
    )


def _bars(
    bars: Sequence[Bar],
    places: Sequence[int],
    theme: Theme,
    *,
    currency: str | None,
    best: str | None,
) -> go.Bar:
    """Draw the bars with their ranges; hover tells everything."""
    colours = palette(theme)
    fills = [
        colours.series[0] if best is None or bar.name == best else see_through(colours.muted, 0.45)
        for bar in bars
    ]
    whiskers = {
        "type": "data",
        "array": [_gap(bar.high - bar.value) for bar in bars],
        "arrayminus": [_gap(bar.value - bar.low) for bar in bars],
        "color": colours.text,
        "thickness": 1.6,
        "width": 6,
    }
    return go.Bar(
        x=[bar.value for bar in bars],
        y=places,
        orientation="h",
        width=BAR,
        marker={"color": fills, "line": {"width": 0}, "cornerradius": 4},
        error_x=whiskers,
        customdata=[
            [
                plain(bar.name),
                wording.money_exactly(bar.value, currency),
                wording.money_between(bar.low, bar.high, currency),
                plain(bar.detail),
            ]
            for bar in bars
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
        "<br>%{customdata[3]}<extra></extra>",
    )


def _gap(distance: float) -> float:
    """Return a whisker's length, none when the range is not known."""
    return distance if math.isfinite(distance) and distance > 0 else 0.0


def _reach(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return an axis that holds zero, every bar, its range and room for a label."""
    ends = [end for bar in bars for end in (bar.low, bar.high, bar.value) if math.isfinite(end)]
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    width = (high - low) or 1.0
    return low - 0.04 * width, high + 0.06 * width


def _headline(
    bar: Bar, place: int, left: float, theme: Theme, currency: str | None
) -> dict[str, Any]:
    """Write above a bar what it is and what it is worth; room that a phone has too."""
    if bar.unknown:
        muted = palette(theme).muted
        text = (
            f"<b>{plain(bar.name)}</b>  not known"
            f'<br><span style="font-size:12px;color:{muted}">{plain(bar.unknown)}</span>'
        )
        return note(
            text, theme, x=left, y=place + BAR / 2 + 0.02, yanchor="bottom", font={"size": 13}
        )
    text = f"<b>{plain(bar.name)}</b>  {plain(wording.money(bar.value, currency))}"
    if math.isfinite(bar.low) and math.isfinite(bar.high) and bar.low < bar.high:
        muted = palette(theme).muted
        span = plain(wording.money_between(bar.low, bar.high, currency))
        text += f'<br><span style="font-size:12px;color:{muted}">{span}</span>'
    return note(text, theme, x=left, y=place + BAR / 2 + 0.02, yanchor="bottom", font={"size": 13})


def _zero_mark(place: int, colour: str) -> dict[str, Any]:
    """Draw the break-even at one bar, leaving the words above the bar free."""
    return {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "y0": place - BAR / 2 - 0.05,
        "y1": place + BAR / 2 + 0.05,
        "line": {"color": colour, "width": 1.6},
    }


def _options_alt(bars: Sequence[Bar], currency: str | None, unit: str) -> str:
    """Say what each option is worth."""
    parts = [
        f"{bar.name}: not known, {bar.unknown}"
        if bar.unknown
        else f"{bar.name}: {wording.money(bar.value, currency)}, "
        f"{wording.money_between(bar.low, bar.high, currency)}"
        for bar in bars
    ]
    return f"Options in money {unit}. {'; '.join(parts)}."
