"""Charts that follow when the browser turns light or dark.

A figure carries the colours of the mode it was built in, and a browser that changes its mode tells
the server nothing. So words, lines and grids whose colour is one of a palette's own take, by a
style sheet, that colour of the mode that is on: `light-dark()` asks the page. Filled marks keep the
colours they have until they are drawn again, and with them the numbers that stand on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.charts.theme import PALETTES

CHART: Final = ".js-plotly-plot"
BESIDE_MARKS: Final = (".infolayer", ".xaxislayer-above", ".yaxislayer-above")


def stylesheet() -> str:
    """Return the style sheet, as an element of the page."""
    return f"<style>{''.join(_rules())}</style>"


def _rules() -> Iterator[str]:
    light, dark = PALETTES["light"], PALETTES["dark"]
    for pair in ((light.text, dark.text), (light.muted, dark.muted)):
        yield from _follow(pair, "fill", [f"{CHART} {layer} " for layer in BESIDE_MARKS])
    page = light.page, dark.page
    for pair in ((light.text, dark.text), (light.muted, dark.muted), (light.grid, dark.grid), page):
        yield from _follow(pair, "stroke", [f"{CHART} "])
    yield from _follow(page, "fill", [f"{CHART} .annotation rect"])


def _follow(pair: tuple[str, str], paints: str, places: list[str]) -> Iterator[str]:
    """Let what is painted in either colour of a pair be painted in the one of the mode."""
    for colour in pair:
        rgb = ", ".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        where = ",".join(f'{place}[style*="{paints}: rgb({rgb})"]' for place in places)
        yield f"{where}{{{paints}:light-dark({pair[0]},{pair[1]})!important}}"
