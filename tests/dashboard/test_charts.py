"""Figures: what they draw, what they refuse, and that every one of them can be read out."""

import re
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard import charts, wording
from dashboard.charts import theme as look
from models.bridges import bridge
from models.cohorts import Repeat, Silences
from models.danger import Risk
from models.earned import Concentration, Earned, Payback
from models.mix import decompose
from models.relationship import YearEarned
from models.stories import Story
from models.worth import Band, Box, Quadrant
from tests.dashboard.examples import cake, curve, grid, words

THEMES = ("light", "dark")


def earned_line(label="Germany"):
    months = np.arange(0, 25)
    amount = 20.0 * months
    return Earned(
        label=label,
        customers=95,
        months=months,
        amount=amount,
        low=15.0 * months,
        high=26.0 * months,
        followed=95 - months,
        replicates=np.tile(amount, (50, 1)),
    )


def kinds():
    names = ("Small, perhaps gone", "Small and staying", "Big, slipping away", "Big and staying")
    boxes = tuple(Box(name, 10, 100.0) for name in names)
    return Quadrant(np.linspace(0, 1, 50), np.geomspace(1, 1e4, 50), 0.5, 100.0, boxes)


def told():
    days, amounts = np.array([14600, 14700]), np.array([40.0, 60.0])
    return Story("c1", days, amounts, 0.7, 300.0, 100.0, 500.0, 50.0, 2.0)


def build_all(theme):
    weeks = np.arange(1, 53, dtype=float)
    return {
        "survival": charts.survival([curve(), curve("Germany")], theme, fitted=curve("model")),
        "triangle": charts.triangle(grid(), theme),
        "layer cake": charts.layer_cake(cake(), theme, currency="GBP"),
        "value bands": charts.value_bands(
            [Band(0, 100, 50, 2000.0, 1500.0, 2600.0), Band(100, np.inf, 5, 9e3, 7e3, 1e4)],
            theme,
            currency="GBP",
        ),
        "concentration": charts.concentration(
            Concentration(np.linspace(0.01, 1, 100) ** 0.3), theme
        ),
        "quadrant": charts.quadrant(kinds(), theme, currency="GBP"),
        "payback": charts.payback(
            [Payback(earned_line(), 140.0)], theme, margin=0.5, currency="GBP"
        ),
        "paid back": charts.paid_back(
            [Payback(earned_line(), 140.0), Payback(earned_line(), 9e9)],
            theme,
            margin=0.5,
            currency="GBP",
        ),
        "years": charts.years(
            [YearEarned(1, 60.0, 50.0, 70.0, 95, 95), YearEarned(2, 30.0, 20.0, 40.0, 50, 20)],
            theme,
            margin=0.5,
            currency="GBP",
            left="bought",
        ),
        "waterfall": charts.waterfall(
            bridge("formula", 90.0, {"margin": 40.0, "pace": 55.0}, {}),
            theme,
            names=["Formula", "Margin", "Pace", "Worth"],
            currency="GBP",
        ),
        "story": charts.story(told(), theme, last_day=15000, currency="GBP"),
        "bought again": charts.bought_again(
            [Repeat("2010-Q4", 779, 0.42, 0.4, 0.44, False, True)], theme, title="Bought again"
        ),
        "tracking": charts.tracking(
            weeks, weeks * 10, weeks * 11, theme, low=weeks * 9, high=weeks * 12
        ),
        "options": charts.options(
            [charts.Bar("Do nothing", 0, 0, 0), charts.Bar("Replace", 900, 200, 1800)],
            theme,
            currency="GBP",
        ),
        "rulers": charts.rulers(
            [charts.Ruler("Discount", 0, 0.3, 0.1, 0.008, "below", wording.percent)], theme
        ),
        "risk": charts.risk(
            Risk("month", np.arange(1, 9), *np.full((4, 8), 0.05), np.full(8, 90)),
            theme,
            title="Share leaving",
            under="Months since the first purchase",
        ),
        "silence": charts.silence(
            Silences(np.arange(1, 90), np.arange(89, 0, -1), np.full(89, 2), 300), theme
        ),
        "one age": charts.one_age(grid(), 1, theme, currency=None),
        "change": charts.change(
            decompose("ab", [80, 20], [60, 6], [40, 60], [34, 21]), theme, title="Renewals made"
        ),
    }


KINDS = tuple(build_all("light"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_height_alt_text_and_no_title_or_legend(kind, theme):
    chart = build_all(theme)[kind]
    assert isinstance(chart, go.Figure)
    assert chart.layout.height
    assert chart.layout.title.text is None
    assert chart.layout.showlegend is False
    assert chart.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert re.search(r"\d", charts.alt_text(chart)), "an alternative text tells numbers"


@pytest.mark.parametrize("kind", KINDS)
def test_the_two_modes_draw_the_same_thing_in_other_colours(kind):
    light, dark = build_all("light")[kind], build_all("dark")[kind]
    assert charts.alt_text(light) == charts.alt_text(dark)
    assert light.layout.font.color != dark.layout.font.color
    # Numbers on the triangle are grouped by their ink, of which the two modes need different ones.
    assert {trace.type for trace in light.data} == {trace.type for trace in dark.data}


@pytest.mark.parametrize(
    "kind", ["value bands", "payback", "options", "layer cake", "quadrant", "years", "story"]
)
def test_money_is_drawn_with_its_currency_code(kind):
    chart = build_all("light")[kind]
    axes = [chart.layout.xaxis.title.text or "", chart.layout.yaxis.title.text or ""]
    assert any("GBP" in text for text in [*axes, *words(chart)])


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_reads_on_the_page_and_lines_stand_out(theme):
    colours = look.palette(theme)
    assert contrast(colours.text, colours.page) >= 7
    assert contrast(colours.muted, colours.page) >= 4.5
    assert all(contrast(colour, colours.page) >= 3 for colour in colours.series)


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_read_on_every_shade_of_the_ramp(theme):
    for level in np.linspace(0, 1, 41):
        colour = look.shade(theme, level)
        assert contrast(look.ink_on(colour), colour) >= 4.2


def test_the_ramp_is_held_at_its_ends():
    assert look.shade("light", -1) == look.palette("light").ramp[0]
    assert look.shade("light", 9) == look.palette("light").ramp[-1]


@pytest.mark.parametrize(
    "wanted",
    [[0.5, 0.5, 0.5], [0.1, 0.9], [0.30, 0.31, 0.90, 0.32], [], [0.2], [0.9, 0.5, 0.48, 0.46]],
)
def test_labels_are_spread_without_changing_their_order(wanted):
    placed = look.spread(wanted, 0.05)
    ordered = sorted(placed)
    assert all(b - a >= 0.05 - 1e-12 for a, b in pairwise(ordered))
    assert sorted(range(len(wanted)), key=lambda i: wanted[i]) == sorted(
        range(len(placed)), key=lambda i: placed[i]
    )
    assert sum(placed) == pytest.approx(sum(wanted))


def test_labels_far_apart_stay_where_they_want():
    assert look.spread([0.1, 0.9], 0.05) == [0.1, 0.9]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_lines_and_grids_follow_the_mode_without_being_drawn_again(theme):
    sheet, colours = charts.stylesheet(), look.PALETTES[theme]
    assert sheet.count("light-dark(") == sheet.count("!important}")
    for colour, paints in (
        (colours.text, "fill"), (colours.muted, "fill"), (colours.text, "stroke"),
        (colours.muted, "stroke"), (colours.grid, "stroke"), (colours.page, "stroke"),
    ):  # fmt: skip
        rgb = ", ".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        assert f'[style*="{paints}: rgb({rgb})"]' in sheet
