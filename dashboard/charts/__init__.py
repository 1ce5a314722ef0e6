"""Domain values in, Plotly figures out; the only place that knows Plotly, and it knows no page.

Every builder takes a `theme` (`light` or `dark`) and returns a figure with an explicit height, no
title and no legend; `alt_text` reads out what it shows.
"""

from dashboard.charts.choices import Bar, Ruler, options, rulers
from dashboard.charts.staying import survival
from dashboard.charts.theme import Theme, alt_text

__all__ = [
    "Bar",
    "Ruler",
    "Theme",
    "alt_text",
    "options",
    "rulers",
    "survival",
]
