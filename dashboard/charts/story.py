"""One customer's purchases, from the first day to the end of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, above, axis, figure, note, palette
from models.periods import date_of

if TYPE_CHECKING:
    from models.stories import Story


def story(
    told: Story, theme: Theme, *, last_day: int, currency: str | None, height: int = 260
) -> go.Figure:
    """Draw each purchase as a stem at its date, and where the data ends. No name is written.

    Parameters
    ----------
    told
        The customer.
    theme
        `light` or `dark`.
    last_day
        Day number at which the data ends.
    currency
        Code, written on the axis.
    height
        Pixels.
    """
    colours = palette(theme)
    dates = [date_of(int(day)) for day in told.days]
    end = date_of(last_day)
    top = float(told.amounts.max(initial=0.0)) or 1.0
    trace = go.Bar(
        x=dates,
        y=told.amounts,
        width=86_400_000 * max((last_day - int(told.days[0])) / 160, 1),
        marker={"color": colours.series[0]},
        text=[
            f"{wording.date(day)}<br>{wording.money_exactly(amount, currency)}"
            for day, amount in zip(dates, told.amounts, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    line = {"color": colours.muted, "width": 1.2, "dash": "dot"}
    ends = {"type": "line", "x0": end, "x1": end, "yref": "paper", "y0": 0, "y1": 1, "line": line}
    return figure(
        theme,
        [trace],
        height=height,
        alt=(
            f"{wording.count(len(told.days), 'purchase')} from {wording.date(dates[0])} to "
            f"{wording.date(dates[-1])}, together "
            f"{wording.money(float(told.amounts.sum()), currency)}."
        ),
        x=axis(theme, tickformat="%b %Y", nticks=6, showgrid=False),
        y=axis(theme, tickformat="~s", range=[0, top * 1.15], nticks=5),
        shapes=[ends],
        annotations=[
            above(f"{currency} per purchase" if currency else "Money per purchase", theme),
            note(
                "data ends",
                theme,
                x=end.isoformat(),
                y=1,
                yref="paper",
                xanchor="right",
                xshift=-4,
                font={"size": 11, "color": colours.muted},
            ),
        ],
        margin={"t": 34},
    )
