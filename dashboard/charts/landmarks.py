"""The points of one curve that a reader looks for: its beginning, its year, its half, its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import Theme, note, plain

if TYPE_CHECKING:
    from models.survival import Curve

YEAR = 12.0
NEARLY = 0.05  # ages fall on whole days, so that month 12 may stand at 11.99
_ALL = 0.99


def year_share(curve: Curve) -> float:
    """Return the share after twelve months; NaN where nobody was followed that long."""
    month = min(YEAR, curve.ends) if curve.ends > YEAR - NEARLY else YEAR
    return float(curve.share_at([month])[0])


def half_of(curve: Curve) -> float | None:
    """Return when half have left, of a curve on which everybody is there at the start."""
    return curve.median if curve.share[0] >= _ALL else None


def told_at_its_end(curves: Sequence[Curve]) -> bool:
    """Return whether a single curve ends before the year, so that its last share is labelled."""
    return len(curves) == 1 and curves[0].ends <= YEAR


def drop(curve: Curve, colour: str) -> go.Scatter:
    """Draw how far the first share lies below everybody, who all bought once."""
    return go.Scatter(
        x=[0.0, 0.0],
        y=[1.0, float(curve.share[0])],
        mode="lines+markers",
        line={"color": colour, "width": 1.6, "dash": "dot"},
        marker={"color": colour, "size": [9, 0]},
        hoverinfo="skip",
        cliponaxis=False,
    )


def mark(curve: Curve, colour: str, *, ends: bool) -> go.Scatter | None:
    """Mark the share after twelve months with a dot; where nobody was followed so long, the last.

    Parameters
    ----------
    curve, colour
        The curve and its colour.
    ends
        Whether the last share, and a first one below 100 %, are marked too.
    """
    share = year_share(curve)
    marked = [] if math.isnan(share) else [(YEAR, share)]
    if ends and told_at_its_end([curve]):
        marked = [(curve.ends, float(curve.share[-1]))]
    if ends and curve.share[0] < _ALL:
        marked.append((0.0, float(curve.share[0])))
    if not marked:
        return None
    return go.Scatter(
        x=[month for month, _ in marked],
        y=[share for _, share in marked],
        mode="markers",
        marker={"color": colour, "size": 9},
        hoverinfo="skip",
        cliponaxis=False,
    )


def landmarks(curve: Curve, since: str, first: str, theme: Theme) -> list[dict[str, Any]]:
    """Label the first, the twelve-month and the median share of a single curve, or its last."""
    labels = []
    if first:
        labels.append(note(f"<b>100 %</b> made a {since}", theme, x=0, y=1, xshift=10))
    share, half = year_share(curve), half_of(curve)
    if curve.share[0] < _ALL and len(curve.share) > 1:
        said = plain(first) or f"{wording.percent(float(curve.share[0]))} right after the {since}"
        number, _, rest = said.partition(" %")
        text = f"<b>{number} %</b>{rest}"
        labels.append(note(text, theme, x=0, y=float(curve.share[0]), xshift=8, yshift=14))
    if told_at_its_end([curve]):
        last = float(curve.share[-1])
        text = f"<b>{wording.percent(last)}</b> after {wording.months(curve.ends)}"
        labels.append(
            note(text, theme, x=curve.ends, y=last, xanchor="right", xshift=8, yshift=-18)
        )
    elif not math.isnan(share):
        text = f"<b>{wording.percent(share)}</b> after 12 months"
        labels.append(note(text, theme, x=YEAR, y=share, xshift=10, yshift=14))
    if half is not None and half > 0 and abs(half - YEAR) > 2:
        text = f"half after {wording.months(half)}"
        labels.append(note(text, theme, x=half, y=0.5, xshift=10, yshift=14))
    return labels
