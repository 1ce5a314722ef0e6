"""Domain values in, Plotly figures out; the only place that knows Plotly, and it knows no page.

Every builder takes a `theme` (`light` or `dark`) and returns a figure with an explicit height, no
title and no legend; `alt_text` reads out what it shows.
"""

from dashboard.charts.bridge import waterfall
from dashboard.charts.changes import change, one_age
from dashboard.charts.choices import Bar, options
from dashboard.charts.danger import risk, silence
from dashboard.charts.exchanges import exchange
from dashboard.charts.following import stylesheet
from dashboard.charts.improving import bought_again
from dashboard.charts.kinds import quadrant
from dashboard.charts.layers import layer_cake
from dashboard.charts.matters import Pull, matters, money_goes
from dashboard.charts.payback import paid_back, payback
from dashboard.charts.plan import cash, people, price_of_certainty
from dashboard.charts.relationship import years
from dashboard.charts.rulers import Ruler, rulers
from dashboard.charts.spans import Span, spans
from dashboard.charts.staying import survival
from dashboard.charts.story import story
from dashboard.charts.theme import Figure, Theme, alt_text
from dashboard.charts.time import tracking
from dashboard.charts.triangle import clicked_age, triangle, triangle_notes, triangle_table
from dashboard.charts.worth import concentration, value_bands

__all__ = [
    "Bar",
    "Figure",
    "Pull",
    "Ruler",
    "Span",
    "Theme",
    "alt_text",
    "bought_again",
    "cash",
    "change",
    "clicked_age",
    "concentration",
    "exchange",
    "layer_cake",
    "matters",
    "money_goes",
    "one_age",
    "options",
    "paid_back",
    "payback",
    "people",
    "price_of_certainty",
    "quadrant",
    "risk",
    "rulers",
    "silence",
    "spans",
    "story",
    "stylesheet",
    "survival",
    "tracking",
    "triangle",
    "triangle_notes",
    "triangle_table",
    "value_bands",
    "waterfall",
    "years",
]
