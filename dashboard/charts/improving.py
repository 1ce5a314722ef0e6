"""Is it getting better: one question asked of every cohort, and money by year of relationship."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.theme import (
    Theme,
    above,
    axis,
    figure,
    note,
    on_two_lines,
    palette,
    plain,
    see_through,
)

if TYPE_CHECKING:
    from models.cohorts import Repeat

MOST_NAMED = 10


def bought_again(
    cohorts: Sequence[Repeat],
    theme: Theme,
    *,
    title: str,
    since: str = "first purchase",
    height: int = 320,
) -> go.Figure:
    """Draw the share of each cohort that bought again, with its range.

    Parameters
    ----------
    cohorts
        Oldest first. Those that may contain older customers, or were not all watched long enough,
        are hollow and marked.
    theme
        `light` or `dark`.
    title
        What the share is of, such as `Bought again within 6 months`.
    since
        What they came with.
    height
        Pixels.
    """
    places = list(range(len(cohorts)))
    highest = max((cohort.high for cohort in cohorts), default=1.0)
    step = math.ceil(len(cohorts) / MOST_NAMED) or 1
    return figure(
        theme,
        [_dots(cohorts, theme)],
        height=height,
        alt=f"{title}. "
        + "; ".join(
            f"{_cohort(cohort)}: {wording.percent(cohort.share)} of "
            f"{wording.count(cohort.customers, 'customer')}"
            for cohort in cohorts
        )
        + ".",
        x=axis(
            theme,
            f"When they came ({since})",
            tickvals=places[::step],
            ticktext=[on_two_lines(_cohort(cohort)) for cohort in cohorts[::step]],
            tickangle=0,
            showgrid=False,
            range=[-0.5, len(cohorts) - 0.5],
        ),
        y=axis(theme, tickformat=".0%", range=[0, min(1.02, highest * 1.25)]),
        annotations=[
            above(title, theme),
            *[
                note(
                    wording.percent(cohort.share),
                    theme,
                    x=place,
                    y=cohort.high,
                    xanchor="center",
                    yshift=12,
                )
                for place, cohort in zip(places[::step], cohorts[::step], strict=True)
            ],
        ],
        margin={"t": 34},
    )


def _dots(cohorts: Sequence[Repeat], theme: Theme) -> go.Scatter:
    """Draw a dot with its range per cohort, hollow where it takes no part in comparisons."""
    colours = palette(theme)
    sure = [cohort.finished and not cohort.older for cohort in cohorts]
    return go.Scatter(
        x=list(range(len(cohorts))),
        y=[cohort.share for cohort in cohorts],
        mode="markers",
        marker={
            "size": 12,
            "color": [colours.series[0] if solid else colours.page for solid in sure],
            "line": {"width": 2, "color": colours.series[0]},
        },
        error_y={
            "type": "data",
            "array": [cohort.high - cohort.share for cohort in cohorts],
            "arrayminus": [cohort.share - cohort.low for cohort in cohorts],
            "color": see_through(colours.series[0], 0.55),
            "thickness": 5,
            "width": 0,
        },
        text=[
            f"<b>{plain(_cohort(cohort))}</b><br>{cohort.share:.1%} of "
            f"{wording.count(cohort.customers, 'customer')}<br>"
            f"{wording.between(cohort.low, cohort.high, wording.percent)}"
            for cohort in cohorts
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _cohort(cohort: Repeat) -> str:
    """Write a cohort's name with its marks."""
    return cohort.cohort + (" †" if cohort.older else "") + ("" if cohort.finished else "…")
