"""Domain values in, Plotly figures out; the only place that knows Plotly, and it knows no page.

Every builder takes a `theme` (`light` or `dark`) and returns a figure with an explicit height, no
title and no legend; `alt_text` reads out what it shows.
"""

from dashboard.charts.choices import Bar, Ruler, options, rulers
from dashboard.charts.layers import layer_cake
from dashboard.charts.staying import survival
from dashboard.charts.theme import Theme, alt_text
from dashboard.charts.time import Payback, payback, tracking
from dashboard.charts.triangle import triangle, triangle_notes, triangle_table
from dashboard.charts.worth import Band, Box, concentration, quadrant, value_bands

__all__ = [
    "Band",
    "Bar",
    "Box",
    "Payback",
    "Ruler",
    "Theme",
    "alt_text",
    "concentration",
    "layer_cake",
    "options",
    "payback",
    "quadrant",
    "rulers",
    "survival",
    "tracking",
    "triangle",
    "triangle_notes",
    "triangle_table",
    "value_bands",
]
