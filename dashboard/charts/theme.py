"""How every figure looks: two palettes, one frame, and the few marks that all charts share.

A figure carries its own colours instead of Streamlit's, so that a picture saved from the page, or
made without it, looks the same. Backgrounds are transparent: the card underneath shows through.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import plotly.graph_objects as go

from models.survival import EVERYONE

Theme = Literal["light", "dark"]
Figure = go.Figure

BAND_OPACITY: Final = 0.14
DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash")
FONT: Final = '"Inter", "Source Sans Pro", system-ui, sans-serif'
MOST_LINES: Final = 5
MOST_TICKS: Final = 6


@dataclass(frozen=True)
class Palette:
    """The colours of one mode.

    `series` are told apart by every kind of colour vision and stand 3:1 against the page; `text`
    and `muted` stand at least 4.5:1. `worse` is the red of losses and costs. `ramp` runs from the
    page's own colour to the deepest blue, so that a larger number always stands out more.
    """

    series: tuple[str, ...]
    worse: str
    text: str
    muted: str
    grid: str
    page: str
    ramp: tuple[str, ...]


PALETTES: Final[Mapping[str, Palette]] = {
    "light": Palette(
        series=("#0b5cad", "#ba495e", "#6f1a06", "#a9930d", "#8d89ed"),
        worse="#ba495e",
        text="#0f172a",
        muted="#5b6472",
        grid="#e4e7eb",
        page="#ffffff",
        ramp=("#eff6ff", "#d3e4f7", "#aecdee", "#7fafe0", "#4a8acb", "#0b5cad", "#083b70"),
    ),
    "dark": Palette(
        series=("#6cb6ff", "#367315", "#fde45d", "#8551b9", "#fa7a8f"),
        worse="#fa7a8f",
        text="#f1f5f9",
        muted="#a8b0bb",
        grid="#2b323b",
        page="#101418",
        ramp=("#13263b", "#17385a", "#1d4f80", "#2a6bab", "#4c8fd6", "#86b9ef", "#cfe4fb"),
    ),
}


def palette(theme: Theme) -> Palette:
    """Return the colours of a mode, `light` or `dark`."""
    return PALETTES[theme]


def see_through(colour: str, opacity: float = BAND_OPACITY) -> str:
    """Return a `#rrggbb` colour as an `rgba(...)` of the given opacity (0 to 1)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def shade(theme: Theme, level: float) -> str:
    """Return the colour of the blue ramp at a level between 0 (faint) and 1 (deep)."""
    stops = palette(theme).ramp
    position = min(max(level, 0.0), 1.0) * (len(stops) - 1)
    lower = min(int(position), len(stops) - 2)
    part = position - lower
    ends = ([int(stops[lower + k][i : i + 2], 16) for i in (1, 3, 5)] for k in (0, 1))
    mixed = [round(a + (b - a) * part) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def colour_scale(theme: Theme) -> list[tuple[float, str]]:
    """Return the blue ramp as a Plotly colour scale."""
    stops = palette(theme).ramp
    return [(i / (len(stops) - 1), colour) for i, colour in enumerate(stops)]


def ink_on(colour: str) -> str:
    """Return the text colour, near black or white, that reads better on a `#rrggbb` colour."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#0f172a" if luminance > 0.19 else "#ffffff"


def plain(text: object) -> str:
    """Return a label that Plotly shows as written: its small HTML would otherwise be obeyed."""
    return html.escape(str(text), quote=False)


def on_two_lines(period: str) -> str:
    """Return `2018-Q1` as a year above its quarter, so narrow that a phone need not turn it."""
    return plain(period).replace("-", "<br>", 1)


def axis(
    theme: Theme, title: str | None = None, *, standoff: int = 10, **changes: object
) -> dict[str, Any]:
    """Return an axis with its unit as the title, quiet ticks and a faint grid."""
    colours = palette(theme)
    settings: dict[str, Any] = {
        "title": {
            "text": title,
            "font": {"size": 13, "color": colours.muted},
            "standoff": standoff,
        },
        "tickfont": {"size": 12, "color": colours.muted},
        "gridcolor": colours.grid,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
        "automargin": True,
        "ticks": "",
        "ticklabelstandoff": 5,
    }
    return settings | changes


def figure(
    theme: Theme,
    traces: Sequence[Any],
    *,
    height: int,
    alt: str,
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    margin: Mapping[str, int] | None = None,
    **layout: object,
) -> go.Figure:
    """Return a finished figure: no title, no legend, tight margins, an alternative text.

    Parameters
    ----------
    theme
        `light` or `dark`.
    traces
        Plotly traces, drawn in this order.
    height
        Pixels. The width is the container's.
    alt
        What the chart says, in a sentence with its numbers; read with `alt_text`.
    x, y
        Axes, from `axis`.
    margin
        Pixels `l`, `r`, `t`, `b` that differ from the tight default.
    layout
        Further Plotly layout, such as `annotations` and `shapes`.
    """
    colours = palette(theme)
    settings: dict[str, Any] = {
        "template": "none",
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "showlegend": False,
        "margin": {"l": 8, "r": 8, "t": 10, "b": 8} | dict(margin or {}),
        "hoverlabel": {
            "bgcolor": colours.page,
            "bordercolor": colours.grid,
            "font": {"family": FONT, "size": 13, "color": colours.text},
            "align": "left",
            "namelength": -1,
        },
        "dragmode": False,
        "meta": {"alt": alt},
        "xaxis": dict(x),
        "yaxis": dict(y),
    }
    return go.Figure(data=list(traces), layout=settings | layout)


def alt_text(chart: go.Figure) -> str:
    """Return what a figure says, for those who cannot see it."""
    return str(chart.layout.meta["alt"])


def note(
    text: str, theme: Theme, *, x: float | str, y: float | str, **changes: object
) -> dict[str, Any]:
    """Return a label without an arrow at a place of the chart (left-aligned unless told)."""
    settings: dict[str, Any] = {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "font": {"size": 12, "color": palette(theme).text},
    }
    settings |= changes
    # Anchored where it begins, a label stays in place however wide its font turns out to be.
    return {"align": settings["xanchor"]} | settings


def above(text: str, theme: Theme) -> dict[str, Any]:
    """Write what the vertical axis measures above it, where a phone has room and necks rest."""
    quiet = {"size": 13, "color": palette(theme).muted}
    place: dict[str, Any] = {"x": 0, "xref": "paper", "y": 1, "yref": "paper"}
    return note(text, theme, **place, yanchor="bottom", yshift=8, font=quiet)


def key(colour: str) -> str:
    """Return a short coloured stroke that ties a label to its line."""
    return f'<span style="color:{colour}"><b>━</b></span> '


def looks(labels: Sequence[str], theme: Theme) -> list[tuple[str, str]]:
    """Give each line its colour and dash; everyone, beside groups, is grey and dotted."""
    colours = palette(theme)
    series = iter(zip(colours.series, DASHES, strict=True))
    several = len(labels) > 1
    return [
        (colours.muted, "dot") if several and label == EVERYONE else next(series)
        for label in labels
    ]


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move label heights apart until neighbours stand at least `gap` from each other.

    Labels keep their order, and each cluster stays centred on where its labels wanted to be.
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    clusters: list[list[int]] = []

    def middle(cluster: list[int]) -> float:
        return sum(heights[i] for i in cluster) / len(cluster)

    for i in order:
        clusters.append([i])
        while len(clusters) > 1:
            below, above = clusters[-2], clusters[-1]
            room = (len(below) + len(above)) / 2 * gap
            if middle(above) - middle(below) >= room:
                break
            clusters[-2:] = [below + above]
    placed = [0.0] * len(heights)
    for cluster in clusters:
        start = middle(cluster) - (len(cluster) - 1) / 2 * gap
        for step, i in enumerate(cluster):
            placed[i] = start + step * gap
    return placed
