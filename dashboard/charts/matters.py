"""What matters most: how far each uncertain setting moves the decision, and the money's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, axis, figure, note, palette, plain

ROW = 58
TALL_ROW = 74  # two lines above each bar: a phone has no room for one long line
LABEL = 12


@dataclass(frozen=True)
class Pull:
    """One setting moved alone: by how much the money changes at either end, and the ends in words.

    `low` and `high` are changes against everything as it is set now.
    """

    label: str
    low: float
    high: float
    low_at: str
    high_at: str


def matters(
    pulls: Sequence[Pull], theme: Theme, *, currency: str | None, turns: float | None = None
) -> go.Figure:
    """Draw for each setting what moving it changes; zero is everything as it is set now.

    Parameters
    ----------
    pulls
        In the order shown, top first.
    theme
        `light` or `dark`.
    currency
        Code, written on the axis.
    turns
        The change at which the decision turns; marked where a setting reaches it.
    """
    colours = palette(theme)
    places = list(range(len(pulls)))[::-1]
    trace = go.Bar(
        base=[min(pull.low, pull.high) for pull in pulls],
        x=[abs(pull.high - pull.low) for pull in pulls],
        y=places,
        orientation="h",
        width=0.34,
        marker={"color": colours.series[0], "cornerradius": 3},
        customdata=[
            [
                plain(pull.label),
                f"{plain(pull.low_at)}: {wording.money_exactly(pull.low, currency)}",
                f"{plain(pull.high_at)}: {wording.money_exactly(pull.high, currency)}",
            ]
            for pull in pulls
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
        "<extra></extra>",
    )
    said = [f"{pull.label}: {_ends(pull)}" for pull in pulls]
    marks = [(0.0, "as set now")]
    if turns is not None and any(min(p.low, p.high) <= turns <= max(p.low, p.high) for p in pulls):
        marks.append((turns, "the decision turns"))
    return figure(
        theme,
        [trace],
        height=90 + TALL_ROW * len(pulls),
        alt="Change in what keeping brings against the best other option. " + "; ".join(said) + ".",
        x=axis(
            theme,
            _unit(currency, "change for keeping with the discount"),
            tickformat="+~s",
            nticks=6,
        ),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.5, len(pulls) - 0.2]),
        shapes=[_upright(place, colours.text) for place, _ in marks],
        annotations=[
            *(
                note(
                    f"<b>{plain(pull.label)}</b><br>{plain(_ends(pull))}",
                    theme,
                    x=0,
                    xref="paper",
                    y=place + 0.2,
                    yanchor="bottom",
                    font={"size": LABEL},
                    bgcolor=colours.page,
                )
                for pull, place in zip(pulls, places, strict=True)
            ),
            *(
                note(words, theme, x=place, y=1, yref="paper", yanchor="bottom", xanchor="center",
                     font={"size": 11, "color": colours.muted})
                for place, words in marks
            ),
        ],
        margin={"t": 28},
    )  # fmt: skip


def _upright(place: float, colour: str) -> dict[str, Any]:
    """Draw a line through all bars."""
    ends = {"x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", "line": {"color": colour, "width": 1.2}, "layer": "below"} | ends


def money_goes(
    lines: Sequence[tuple[str, float]], theme: Theme, *, currency: str | None
) -> go.Figure:
    """Draw where an offer's money comes from and goes: gains to the right, costs to the left."""
    colours = palette(theme)
    cost = colours.worse
    places = list(range(len(lines)))[::-1]
    trace = go.Bar(
        x=[amount for _, amount in lines],
        y=places,
        orientation="h",
        width=0.34,
        marker={
            "color": [colours.series[0] if amount > 0 else cost for _, amount in lines],
            "cornerradius": 3,
        },
        customdata=[
            [plain(label), wording.money_exactly(amount, currency)] for label, amount in lines
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    said = [f"{label}: {wording.money(amount, currency)}" for label, amount in lines]
    return figure(
        theme,
        [trace],
        height=70 + ROW * len(lines),
        alt=f"Where the discount's money comes from and goes. {'; '.join(said)}.",
        x=axis(theme, _unit(currency, "gained or paid"), tickformat="~s", nticks=5),
        y=axis(theme, showticklabels=False, showgrid=False, range=[-0.5, len(lines) - 0.2]),
        annotations=[
            note(
                f"<b>{plain(label)}</b>  {plain(wording.money(amount, currency))}",
                theme,
                x=0,
                xref="paper",
                y=place + 0.2,
                yanchor="bottom",
                font={"size": LABEL},
            )
            for (label, amount), place in zip(lines, places, strict=True)
        ],
    )


def _unit(currency: str | None, what: str) -> str:
    return f"{currency}, {what}" if currency else wording.capital(what)


def _ends(pull: Pull) -> str:
    """Say both ends of a setting and what each changes."""
    return (
        f"at {pull.low_at}: {wording.change(pull.low)} · "
        f"at {pull.high_at}: {wording.change(pull.high)}"
    )
