"""One large account against several small ones: the money either has brought, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, axis, figure, note, palette, plain

if TYPE_CHECKING:
    from models.decisions.exchange import Exchange


def exchange(found: Exchange, theme: Theme, *, currency: str | None) -> go.Figure:
    """Draw the margin so far of the account, and of the newcomers after what they cost."""
    colours = palette(theme)
    many = wording.count(found.number, "newcomer")
    lines = [("the large account", found.keep, colours.series[0])]
    if found.swap is not None:
        lines.append((many, found.swap, colours.series[1]))
    ends = [float(money[-1]) for _, money, _ in lines]
    traces = [
        go.Scatter(
            x=found.months,
            y=money,
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"{plain(name)}, month %{{x:.0f}}: %{{y:,.0f}}<extra></extra>",
        )
        for name, money, colour in lines
    ]
    higher = max(ends)
    labels = [
        note(
            plain(name),
            theme,
            x=found.months[-1],
            y=money[-1],
            xanchor="right",
            yanchor="bottom" if money[-1] == higher else "top",
            yshift=4 if money[-1] == higher else -16,
            font={"color": colour, "size": 13},
        )
        for name, money, colour in lines
    ]
    said = "; ".join(
        f"{name}: {wording.money(end, currency)} at the end"
        for (name, _, _), end in zip(lines, ends, strict=True)
    )
    return figure(
        theme,
        traces,
        height=300,
        alt=f"Margin so far by month, after the cost of winning them. {said}.",
        x=axis(theme, "months from today"),
        y=axis(
            theme, f"{currency}, margin so far" if currency else "Margin so far", tickformat="~s"
        ),
        annotations=labels,
    )
