"""One customer's purchases or payments, and how sure it was at each time that they would go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, above, axis, figure, note, palette, see_through
from models.periods import date_of

if TYPE_CHECKING:
    from models.stories import Story

UPPER = (0.56, 1.0)
LOWER = (0.0, 0.34)


def story(
    told: Story,
    theme: Theme,
    *,
    last_day: int,
    currency: str | None,
    each: str = "purchase",
    chance: str = "Chance still a customer",
    height: int = 400,
) -> go.Figure:
    """Draw each purchase at its date above, and the chance of going on below. No name is written.

    Parameters
    ----------
    told
        The customer; without looks back only the purchases are drawn.
    theme
        `light` or `dark`.
    last_day
        Day number at which the data ends.
    currency
        Code, written on the axis.
    each
        What stands at a date: `purchase` or `payment`.
    chance
        What the chance below is.
    height
        Pixels.
    """
    looked = len(told.looked) > 1
    top = float(told.amounts.max(initial=0.0)) or 1.0
    share = UPPER if looked else (0.0, 1.0)
    money: dict[str, Any] = {"tickformat": "~s", "range": [0, top * 1.15], "nticks": 4}
    title = f"{currency} per {each}" if currency else f"Money per {each}"
    lower: dict[str, Any] = {}
    notes = [above(title, theme), _end_note(theme, last_day)]
    if looked:
        lower = {
            "yaxis2": axis(
                theme, domain=list(LOWER), range=[0, 1.05], tickformat=".0%", tickvals=[0, 0.5, 1]
            )
        }
        notes.append(above(chance, theme) | {"y": LOWER[1]})
    return figure(
        theme,
        [_stems(told, theme, last_day, currency), *([_chances(told, theme)] if looked else [])],
        height=height if looked else round(0.65 * height),
        alt=_alt(told, currency, each, chance),
        x=axis(theme, tickformat="%b %Y", nticks=6, showgrid=False, anchor="free", position=0),
        y=axis(theme, domain=list(share), **money),
        shapes=[_end(theme, last_day)],
        annotations=notes,
        margin={"t": 34},
        **lower,
    )


def _stems(told: Story, theme: Theme, last_day: int, currency: str | None) -> go.Bar:
    """Draw each purchase as a stem at its date."""
    dates = [date_of(int(day)) for day in told.days]
    return go.Bar(
        x=dates,
        y=told.amounts,
        width=86_400_000 * max((last_day - int(told.days[0])) / 160, 1),
        marker={"color": palette(theme).series[0]},
        text=[
            f"{wording.date(day)}<br>{wording.money_exactly(amount, currency)}"
            for day, amount in zip(dates, told.amounts, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _chances(told: Story, theme: Theme) -> go.Scatter:
    """Draw the chance at each time somebody could have looked."""
    colour = palette(theme).series[1]
    dates = [date_of(int(day)) for day in told.looked]
    return go.Scatter(
        x=dates,
        y=told.chances,
        yaxis="y2",
        mode="lines",
        line={"color": colour, "width": 2.4, "shape": "hv" if told.by_payment else "linear"},
        fill="tozeroy",
        fillcolor=see_through(colour),
        text=[
            f"{wording.date(day)}<br>{wording.percent(float(chance))}"
            for day, chance in zip(dates, told.chances, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _end(theme: Theme, last_day: int) -> dict[str, Any]:
    """Draw where the data ends."""
    end = date_of(last_day)
    line = {"color": palette(theme).muted, "width": 1.2, "dash": "dot"}
    return {"type": "line", "x0": end, "x1": end, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _end_note(theme: Theme, last_day: int) -> dict[str, Any]:
    """Say where the data ends."""
    return note(
        "data ends",
        theme,
        x=date_of(last_day).isoformat(),
        y=1,
        yref="paper",
        xanchor="right",
        xshift=-4,
        font={"size": 11, "color": palette(theme).muted},
    )


def _alt(told: Story, currency: str | None, each: str, chance: str) -> str:
    """Say how often, from when to when, and between what the chance moved."""
    first, last = (date_of(int(day)) for day in (told.days[0], told.days[-1]))
    said = (
        f"{wording.count(len(told.days), each)} from {wording.date(first)} to "
        f"{wording.date(last)}, together {wording.money(float(told.amounts.sum()), currency)}."
    )
    if len(told.looked) < 2:
        return said
    begin = date_of(int(told.looked[0]))
    return (
        f"{said} {chance}: {wording.percent(float(told.chances[0]))} on {wording.date(begin)}, "
        f"lowest {wording.percent(float(told.chances.min()))}, "
        f"{wording.percent(float(told.chances[-1]))} at the end."
    )
