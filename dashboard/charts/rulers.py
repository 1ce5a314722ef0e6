"""Where a decision turns: a line per knob with its break-even and `you are here`."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, axis, figure, note, palette, plain, see_through

WIDEST = 52  # characters in a line under a ruler's name
LINE = 16  # pixels from one line of words to the next
UNDER_RAIL = 34  # pixels from a rail down to what comes below it: its ends stand there
RAIL_ROOM = 74  # pixels of a ruler without its lines of words


@dataclass(frozen=True)
class Ruler:
    """One knob on a line: where it stands, where the decision turns, and which side pays.

    `pays` is the side of the break-even on which the option pays, `above` or `below`. A missing
    break-even carries the reason in its place; `say` writes a position in the knob's unit. `what`
    names the option that pays, where it is not the offer.
    """

    label: str
    low: float
    high: float
    here: float | None
    break_even: float | None
    pays: str
    say: Callable[[float], str]
    reason: str = ""
    claim: str = "pays"

    def position(self, value: float) -> float:
        """Return where a value lies on the line, 0 to 1 (held at the ends)."""
        width = self.high - self.low
        return min(max((value - self.low) / width, 0.0), 1.0) if width > 0 else 0.5


def rulers(lines: Sequence[Ruler], theme: Theme) -> go.Figure:
    """Draw one line per knob with its break-even, the side that pays, and `you are here`."""
    said = [_said(line) for line in lines]
    places, height = _rows([len(text) for text in said])
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for line, text, place in zip(lines, said, places, strict=True):
        shapes += _rail(line, place, theme)
        labels += _rail_labels(line, text, place, theme)
    return figure(
        theme,
        _marks(lines, places, theme),
        height=height,
        alt=_rulers_alt(lines),
        x=axis(theme, range=[-0.02, 1.02], showgrid=False, showticklabels=False),
        y=axis(theme, range=[0, height], showgrid=False, showticklabels=False),
        shapes=shapes,
        annotations=labels,
        margin={"t": 0, "b": 0},
    )


def _rows(lines_of_text: Sequence[int]) -> tuple[list[int], int]:
    """Return where each rail lies, in pixels from the bottom, and how high all are together.

    The axis counts pixels, so that a longer reason takes its own room and never a neighbour's.
    """
    heights = [RAIL_ROOM + LINE * count for count in lines_of_text]
    below = [sum(heights[row + 1 :]) for row in range(len(heights))]
    return [rest + UNDER_RAIL for rest in below], sum(heights)


def _said(line: Ruler) -> list[str]:
    """Return what stands under a ruler's name, in lines that a phone has room for."""
    if line.break_even is None:
        said = line.reason or "no break-even on this line"
    else:
        side = "from" if line.pays == "above" else "up to"
        said = f"{line.claim} {side} {wording.unbroken(line.say(line.break_even))}"
    if line.here is not None:
        here = f"you are at {wording.unbroken(line.say(line.here))}".replace(" ", "\u00a0")
        said += f" · {here}"
    return textwrap.wrap(said, WIDEST)


def _marks(lines: Sequence[Ruler], places: Sequence[int], theme: Theme) -> list[go.Scatter]:
    """Draw each break-even and each `you are here`."""
    colours = palette(theme)
    known = [(line, place) for line, place in zip(lines, places, strict=True)]
    here = [(line, place) for line, place in known if line.here is not None]
    turns = [(line, place) for line, place in known if line.break_even is not None]
    return [
        go.Scatter(
            x=[line.position(line.break_even or 0.0) for line, _ in turns],
            y=[place for _, place in turns],
            mode="markers",
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": colours.text}},
            text=[f"breaks even at {line.say(line.break_even or 0.0)}" for line, _ in turns],
            hovertemplate="%{text}<extra></extra>",
        ),
        go.Scatter(
            x=[line.position(line.here or 0.0) for line, _ in here],
            y=[place for _, place in here],
            mode="markers",
            marker={
                "size": 15,
                "color": colours.worse,
                "line": {"width": 2, "color": colours.page},
            },
            text=[f"you are here: {line.say(line.here or 0.0)}" for line, _ in here],
            hovertemplate="%{text}<extra></extra>",
        ),
    ]


def _rail(line: Ruler, place: int, theme: Theme) -> list[dict[str, Any]]:
    """Draw the line of a ruler and, thicker, the side that pays."""
    colours = palette(theme)

    def bar(start: float, end: float, colour: str) -> dict[str, Any]:
        return {
            "type": "rect",
            "x0": start,
            "x1": end,
            "y0": place - 5,
            "y1": place + 5,
            "fillcolor": colour,
            "line": {"width": 0},
            "layer": "below",
        }

    shapes = [bar(0, 1, colours.grid)]
    if line.break_even is not None:
        turn = line.position(line.break_even)
        ends = (turn, 1.0) if line.pays == "above" else (0.0, turn)
        shapes.append(bar(*ends, see_through(colours.series[0], 0.55)))
    return shapes


def _rail_labels(
    line: Ruler, said: Sequence[str], place: int, theme: Theme
) -> list[dict[str, Any]]:
    """Write a ruler's name, ends, break-even and present place."""
    quiet = {"size": 11, "color": palette(theme).muted}
    below = "<br>".join(plain(part) for part in said)
    text = f'<b>{plain(line.label)}</b><br><span style="font-size:12px">{below}</span>'
    return [
        note(line.say(line.low), theme, x=0, y=place - 19, font=quiet),
        note(line.say(line.high), theme, x=1, y=place - 19, xanchor="right", font=quiet),
        note(text, theme, x=0, y=place + 13, yanchor="bottom", font={"size": 13}),
    ]


def _rulers_alt(lines: Sequence[Ruler]) -> str:
    """Say where each knob's decision turns and where it stands."""
    parts = []
    for line in lines:
        if line.break_even is None:
            said = line.reason or "no break-even on this line"
        else:
            said = f"breaks even at {line.say(line.break_even)}"
        here = "" if line.here is None else f", you are at {line.say(line.here)}"
        parts.append(f"{line.label}: {said}{here}")
    return f"Break-evens. {'; '.join(parts)}."
