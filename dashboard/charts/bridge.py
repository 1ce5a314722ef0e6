"""A number led over to another in steps: a waterfall, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, axis, figure, note, palette, plain

if TYPE_CHECKING:
    from models.bridges import Bridge

ROW: int = 54


def waterfall(
    over: Bridge, theme: Theme, *, names: Sequence[str], currency: str | None
) -> go.Figure:
    """Draw where a number begins, what each step adds or takes away, and where it ends.

    Parameters
    ----------
    over
        The numbers.
    theme
        `light` or `dark`.
    names
        What is called what: the beginning, each step, the end.
    currency
        Code, written on the axis.
    """
    levels = list(accumulate((over.begins, *over.changes)))
    lows = [0.0, *(min(pair) for pair in pairwise(levels)), 0.0]
    highs = [over.begins, *(max(pair) for pair in pairwise(levels)), over.ends]
    amounts = [over.begins, *over.changes, over.ends]
    said = [wording.money(over.begins, currency),
            *(_signed(change, currency) for change in over.changes),
            wording.money(over.ends, currency)]  # fmt: skip
    colours = palette(theme)
    rows = list(range(len(names)))[::-1]
    inks = [colours.muted, *(colours.series[0] if change >= 0 else colours.worse
                             for change in over.changes), colours.text]  # fmt: skip
    trace = go.Bar(
        base=lows,
        x=[high - low for low, high in zip(lows, highs, strict=True)],
        y=rows,
        orientation="h",
        width=0.36,
        marker={"color": inks, "cornerradius": 3},
        text=[
            f"<b>{plain(name)}</b><br>{wording.money_exactly(amount, currency)}"
            for name, amount in zip(names, amounts, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    steps = "; ".join(f"{name}: {text}" for name, text in zip(names, said, strict=True))
    return figure(
        theme,
        [trace],
        height=52 + ROW * len(names),
        alt=f"From one number to the other. {steps}.",
        x=axis(theme, currency or "Money", tickformat="~s", nticks=5,
               range=[min(0.0, *lows), max(highs) * 1.02]),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.5, len(names) - 0.3]),
        annotations=[
            note(f"<b>{plain(name)}</b>  {plain(text)}", theme, x=0, xref="paper", y=row + 0.43)
            for name, text, row in zip(names, said, rows, strict=True)
        ],
    )  # fmt: skip


def _signed(change: float, currency: str | None) -> str:
    """Write a change in money with its sign."""
    sign = "+" if change > 0 else ""
    return (
        f"{sign}{wording.money(change, None)}"
        if currency is None
        else (f"{wording.money(change, currency).replace(' ', f' {sign}', 1)}")
    )
