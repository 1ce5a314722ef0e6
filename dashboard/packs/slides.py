"""The decision as slides whose charts can be edited in the program they are opened with.

Five slides: the verdict, the options with their ranges, where it turns, the plan's cash by month,
and every setting with where it comes from. Each says whose numbers it shows and until when.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from dashboard import wording
from dashboard.deciding import would_leave
from dashboard.packs.contents import Pack
from dashboard.wording.relations import WORDS

if TYPE_CHECKING:
    from pptx.chart.chart import Chart
    from pptx.presentation import Presentation as Deck
    from pptx.slide import Slide

BLUE, RED, GREY, INK, AMBER = (
    RGBColor.from_string(code) for code in ("0B5CAD", "BA495E", "64748B", "0F172A", "B45309")
)
WIDE, HIGH = Inches(13.333), Inches(7.5)
EDGE: Final = Inches(0.6)
TITLE_ONLY: Final = 5
YEAR: Final = 12
LARGE, SMALLER = 28, 22  # points of a title: what its two lines at the larger size cannot hold
TWO_LINES: Final = 110  # characters
FIRST_LOOK: Final = ("margin", "acquisition_cost", "depth", "duration_months", "save_rate",
                     "channel", "stayers_taking", "annual_rate", "horizon_months",
                     "counterfactual", "lead_time_months", "plan_for", "growth",
                     "certainty")  # fmt: skip


def decision_pptx(pack: Pack) -> bytes:
    """Return the decision as slides."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title = f"Keep or replace, {pack.company}"
    deck.core_properties.author = "Tenure"
    _verdict(deck, pack)
    _options(deck, pack)
    _turns(deck, pack)
    _cash(deck, pack)
    _settings(deck, pack)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _slide(deck: Deck, pack: Pack, title: str) -> Slide:
    """Add a slide with its title and the line that says whose numbers these are."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    heading = slide.shapes.title
    assert heading is not None
    heading.left, heading.top = EDGE, Inches(0.4)
    heading.width, heading.height = Emu(WIDE - 2 * EDGE), Inches(1.2)
    frame = heading.text_frame
    frame.word_wrap = True
    frame.text = title
    for paragraph in frame.paragraphs:
        paragraph.alignment = 1
        paragraph.font.size = Pt(LARGE if len(title) <= TWO_LINES else SMALLER)
        paragraph.font.bold = True
        paragraph.font.color.rgb = INK
    colour = AMBER if pack.source.kind == "invented" else GREY
    _text(slide, [pack.whose], (EDGE, Inches(6.95)), size=12, colour=colour)
    return slide


def _text(
    slide: Slide,
    lines: Sequence[str],
    place: tuple[int, int],
    *,
    size: int = 18,
    colour: RGBColor = INK,
    width: int = WIDE - 2 * EDGE,
) -> None:
    """Add lines of text at a place."""
    box = slide.shapes.add_textbox(place[0], place[1], width, Inches(0.4))
    box.text_frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraphs = box.text_frame
        paragraph = paragraphs.paragraphs[0] if number == 0 else paragraphs.add_paragraph()
        paragraph.text = line
        paragraph.font.size = Pt(size)
        paragraph.font.color.rgb = colour
        paragraph.space_after = Pt(size // 2)


def _verdict(deck: Deck, pack: Pack) -> None:
    answer, _, rest = pack.verdict.partition(". ")
    slide = _slide(deck, pack, f"{answer.removesuffix('.')}.")
    decision, currency = pack.decision, pack.currency
    one = WORDS[pack.analysis.relation].customer
    newcomer = wording.money_between(decision.v_new_low, decision.v_new_high, currency)
    lines = [
        *([rest] if rest else []),
        would_leave(decision, pack.settings, pack.analysis.state.axis.clock, one),
        f"A new {one} is worth {wording.money(decision.v_new, currency, 3)}, {newcomer}, over "
        f"{wording.months(pack.settings.horizon_months)}.",
        pack.sure,
    ]
    _text(slide, lines, (EDGE, Inches(1.8)), size=20)
    _text(slide, [pack.sources], (EDGE, Inches(5.9)), size=14, colour=GREY)


def _options(deck: Deck, pack: Pack) -> None:
    slide = _slide(deck, pack, "What each option brings, more than doing nothing")
    options = pack.options()
    money = f", {pack.currency}" if pack.currency else ""
    data = CategoryChartData(number_format="#,##0")
    data.categories = [name for name, *_ in options]
    data.add_series(f"More than doing nothing{money}", [one[1] for one in options])
    chart = _chart(slide, data, XL_CHART_TYPE.BAR_CLUSTERED, Inches(1.7), Inches(3.0))
    _coloured(chart, [one[1] for one in options])
    _ranges(chart, [(value - low, high - value) for _, value, low, high, _ in options])
    low, high = min(one[2] for one in options), max(one[3] for one in options)
    step = _step(high - low)
    chart.value_axis.major_unit = step
    chart.value_axis.minimum_scale = step * math.floor(min(low, 0.0) / step)
    chart.value_axis.maximum_scale = step * math.ceil(max(high, step) / step)
    note = "Bars are the best estimate; the lines across them hold 8 in 10 futures."
    _text(slide, [note], (EDGE, Inches(6.4)), size=14, colour=GREY)
    rows = [("Option", f"Best estimate{money}", "8 in 10", "Cash tied up")]
    for name, value, low, high, cost in options:
        known = low != high
        ends = f"{wording.number(low)} to {wording.number(high)}" if known else "–"
        rows.append((name, wording.number(value), ends, wording.number(cost)))
    _table(slide, rows, Inches(4.9))


def _turns(deck: Deck, pack: Pack) -> None:
    slide = _slide(deck, pack, "Where it turns")
    _table(slide, [("What", "Break-even", "You are here"), *pack.turns()], Inches(1.8))


def _cash(deck: Deck, pack: Pack) -> None:
    plan = pack.plan
    year = plan.months.head(YEAR)
    net = plan.sums["net_cash"]
    said = wording.money_between(net.low, net.high, pack.currency)
    title = (
        f"The next {len(year)} months bring {wording.money(net.best, pack.currency)} net, {said}"
    )
    slide = _slide(deck, pack, title)
    months = [
        str(number) if day is None else f"{day:%b %Y}"
        for number, day in zip(year["month"], year["first_day"], strict=True)
    ]
    data = CategoryChartData(number_format="#,##0")
    data.categories = months
    money = f", {pack.currency}" if pack.currency else ""
    spent = year["discount"] + year["contact"] + year["care"] + year["acquisition"]
    data.add_series(f"Margin{money}", (year["margin_today"] + year["margin_new"]).tolist())
    data.add_series(f"Spent on offers and newcomers{money}", (-spent).tolist())
    chart = _chart(slide, data, XL_CHART_TYPE.COLUMN_STACKED, Inches(1.7), Inches(3.9))
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    for series, colour in zip(chart.plots[0].series, (BLUE, RED), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
    certain = wording.chance(plan.certainty)
    lines = [
        f"In {certain} futures at most {wording.money(plan.needed, pack.currency)} of cash is tied "
        f"up by the plan. Revenue of the year is at least "
        f"{wording.money(plan.revenue_least, pack.currency)} in as many.",
    ]
    _text(slide, lines, (EDGE, Inches(5.8)), size=16)


def _settings(deck: Deck, pack: Pack) -> None:
    slide = _slide(deck, pack, "What this rests on")
    known = {one.name: one for one in pack.assumptions()}
    rows = [("Setting", "Value", "Where it comes from")] + [
        (one.label, one.said, one.source) for one in (known[n] for n in FIRST_LOOK if n in known)
    ]
    _table(slide, rows, Inches(1.5), size=12)


def _chart(
    slide: Slide, data: CategoryChartData, kind: XL_CHART_TYPE, top: int, height: int
) -> Chart:
    """Add a native chart over the whole width, without ornament."""
    place = (EDGE, top, Emu(WIDE - 2 * EDGE), height)
    chart: Chart = slide.shapes.add_chart(kind, *place, data).chart
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(14)
    chart.font.color.rgb = INK
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("D9DEE5")
    chart.value_axis.tick_labels.number_format = "#,##0"
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = GREY
    chart.plots[0].gap_width = 60
    if kind == XL_CHART_TYPE.BAR_CLUSTERED:
        chart.category_axis.reverse_order = True
        chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    else:
        chart.plots[0].overlap = 100
    return chart


def _step(width: float) -> float:
    """Return a round distance between the marks of an axis, for four to eight of them."""
    size = 10.0 ** math.floor(math.log10(max(width, 1.0) / 4))
    return next(size * step for step in (1, 2, 5, 10) if width / (size * step) <= 8)


def _coloured(chart: Chart, values: Sequence[float]) -> None:
    """Colour gains and losses apart."""
    for place, value in enumerate(values):
        fill = chart.plots[0].series[0].points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = BLUE if value >= 0 else RED


def _ranges(chart: Chart, ends: Sequence[tuple[float, float]]) -> None:
    """Give every bar its range as error bars, which python-pptx has no words for.

    The format wants them between what a bar looks like and its categories.
    """
    series = chart.plots[0].series[0]._element
    bars = etree.SubElement(series, qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name, place in (("plus", 1), ("minus", 0)):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(ends)))
        for index, end in enumerate(ends):
            point = etree.SubElement(numbers, qn("c:pt"))
            point.set("idx", str(index))
            etree.SubElement(point, qn("c:v")).text = repr(float(end[place]))
    series.find(qn("c:cat")).addprevious(bars)


def _table(slide: Slide, rows: Sequence[Sequence[str]], top: int, *, size: int = 14) -> None:
    """Add a native table, the first row as its head."""
    width = Emu(WIDE - 2 * EDGE)
    height = Inches(0.34) * len(rows)
    table = slide.shapes.add_table(len(rows), len(rows[0]), EDGE, top, width, height).table
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            cell = table.cell(row, column)
            cell.text = text
            cell.margin_top = cell.margin_bottom = Pt(2)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(size)
                paragraph.font.bold = row == 0
