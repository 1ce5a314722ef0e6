"""Worth, payback, and the charts of keep or replace."""

import numpy as np
import pytest

from dashboard import charts, wording
from dashboard.charts import theme as look
from models.bridges import bridge
from models.cohorts import Repeat
from models.earned import Concentration, Earned, Payback
from models.relationship import YearEarned
from models.stories import Story
from models.worth import Band, Box, Quadrant
from tests.dashboard.examples import words


def earned_line(per_month=20.0):
    months = np.arange(0, 25)
    amount = per_month * months
    return Earned(
        label="Germany",
        customers=95,
        months=months,
        amount=amount,
        low=0.75 * amount,
        high=1.3 * amount,
        followed=95 - months,
        replicates=np.tile(amount, (50, 1)),
    )


def kinds(worth, chance=0.5):
    boxes = tuple(Box(name, 5000, 1e6) for name in ("a", "b", "c", "d"))
    worth = np.asarray(worth, dtype=float)
    return Quadrant(np.full(len(worth), chance), worth, 0.5, 100.0, boxes)


# ---- worth -----------------------------------------------------------------------------------


def test_concentration_reads_off_the_marks():
    held = np.cumsum(np.r_[np.full(10, 50.0), np.full(990, 500 / 990)]) / 1000
    said = charts.alt_text(charts.concentration(Concentration(held), "light"))
    assert "the top 1 % hold 50 %" in said
    assert "the top 10 % hold 55 %" in said


def test_a_quadrant_draws_a_sample_but_counts_all():
    worth = np.r_[np.geomspace(1, 1e5, 4999), np.nan]
    chart = charts.quadrant(kinds(worth), "light", currency="GBP", most_points=300)
    assert len(chart.data[0].x) == 300
    assert max(chart.data[0].y) == pytest.approx(1e5)
    assert any("5,000 customers" in text for text in words(chart))


def test_a_giant_does_not_stretch_the_axis_and_is_counted():
    chart = charts.quadrant(kinds(np.r_[np.geomspace(1, 100, 999), 1e9]), "light", currency="GBP")
    assert max(chart.data[0].y) <= 100
    assert chart.layout.yaxis.range[1] < 4
    assert any("1 above 200 not drawn" in text for text in words(chart))


@pytest.mark.parametrize("worth", [[], [-3.0, 0.0]])
def test_a_quadrant_of_nobody_is_empty_not_broken(worth):
    assert len(charts.quadrant(kinds(worth), "dark", currency=None).data[0].x) == 0


def paying(per_month=20.0, cost=140.0):
    return Payback(earned_line(per_month), cost)


@pytest.mark.parametrize(
    ("per_month", "said", "dots"),
    [(20, "paid back after 14 months", 1), (0.5, "not paid back, GBP 6 earned after 2 years", 0)],
)
def test_payback_dots_only_what_is_paid_back(per_month, said, dots):
    chart = charts.payback([paying(per_month)], "light", margin=0.5, currency="GBP")
    assert said in charts.alt_text(chart)
    assert len([t for t in chart.data if t.mode == "markers"]) == dots


def test_payback_marks_the_range_of_its_month():
    chart = charts.payback([paying(cost=130)], "light", margin=0.5, currency="GBP")
    dot = next(t for t in chart.data if t.mode == "markers")
    assert (dot.x[0], dot.y[0]) == (13, 0)
    assert (dot.error_x.arrayminus[0], dot.error_x.array[0]) == (3, 5)


def test_a_curve_begins_below_nothing_by_what_winning_a_customer_cost():
    chart = charts.payback([paying(cost=130)], "light", margin=0.5, currency="GBP")
    line = next(t for t in chart.data if t.name == "Germany" and t.mode == "lines")
    assert (line.y[0], line.y[24]) == (-130, 0.5 * 20 * 24 - 130)
    assert any("less what winning one cost" in text for text in words(chart))


def test_payback_without_a_cost_draws_no_level():
    chart = charts.payback([paying(cost=None)], "light", margin=0.5, currency="GBP")
    assert not chart.layout.shapes
    assert not [t for t in chart.data if t.mode == "markers"]


@pytest.mark.parametrize("number", [0, 6])
def test_payback_refuses_more_lines_than_can_be_told_apart(number):
    with pytest.raises(ValueError, match=f"1 to 5 lines, not {number}"):
        charts.payback([paying()] * number, "light", margin=0.5, currency=None)


def test_every_group_has_its_row_with_its_cost():
    chart = charts.paid_back(
        [paying(cost=130), paying(cost=9e9)], "light", margin=0.5, currency="GBP"
    )
    assert len(chart.data) == 1
    assert "Germany  costs GBP 130, back after 13 months" in words(chart)
    assert "Germany  costs GBP 9 billion, not within 2 years" in words(chart)
    assert "between 10 months and 18 months, 8 in 10" in charts.alt_text(chart)


def test_years_show_who_is_left_and_what_they_bring():
    found = [YearEarned(1, 60.0, 50.0, 70.0, 95, 95), YearEarned(2, 30.0, 20.0, 40.0, 50, 20)]
    chart = charts.years(found, "light", margin=0.5, currency="GBP", left="still paid")
    bars, dots = chart.data
    assert list(bars.y) == [30, 15]
    assert list(dots.y) == pytest.approx([30, 37.5])
    assert list(chart.layout.xaxis.ticktext) == ["<b>1</b><br>100 %", "<b>2</b><br>40 %"]
    assert "40 % of 50 still paid, GBP 38 each" in charts.alt_text(chart)


def test_a_waterfall_ends_where_the_steps_lead():
    over = bridge("formula", 90.0, {"margin": 40.0, "pace": 55.0}, {})
    chart = charts.waterfall(
        over, "light", names=["Formula", "Margin", "Pace", "Worth"], currency="GBP"
    )
    (bars,) = chart.data
    assert list(bars.base) == [0, 40, 40, 0]
    assert list(bars.x) == pytest.approx([90, 50, 15, 55])
    assert "Margin  GBP −50" in words(chart)
    assert "Pace  GBP +15" in words(chart)


def test_a_story_draws_the_chance_below_the_purchases():
    told = Story(
        "Ann", np.array([14600, 14700]), np.array([40.0, 60.0]), 0.7, 3, 1, 5, 50, 2,
        looked=np.array([14700, 14800]), chances=np.array([0.9, 0.6]),
    )  # fmt: skip
    chart = charts.story(told, "light", last_day=14800, currency="GBP")
    assert list(chart.data[1].y) == [0.9, 0.6]
    assert chart.data[1].yaxis == "y2"
    assert "90 % on 1 April 2010, lowest 60 %, 60 % at the end" in charts.alt_text(chart)


def test_bands_draw_their_ranges_and_name_their_ends():
    bands = [Band(0, 250, 1521, 230e3, 170e3, 320e3), Band(250, np.inf, 75, 2.5e6, 1.9e6, 3.4e6)]
    chart = charts.value_bands(bands, "light", currency="GBP")
    assert list(chart.data[0].error_x.array) == pytest.approx([90e3, 0.9e6])
    assert list(chart.layout.yaxis.ticktext) == ["under 250", "250+"]
    assert "GBP 2.5 million · 75" in words(chart)


def test_cohorts_that_cannot_be_compared_are_hollow_and_marked():
    cohorts = [
        Repeat("2010-Q3", 587, 0.55, 0.52, 0.58, True, True),
        Repeat("2010-Q4", 779, 0.42, 0.40, 0.44, False, True),
        Repeat("2011-Q1", 377, 0.51, 0.48, 0.55, False, False),
    ]
    chart = charts.bought_again(cohorts, "light", title="Bought again within 6 months")
    colours = chart.data[0].marker.color
    assert colours[0] == colours[2] == look.palette("light").page
    assert colours[1] == look.palette("light").series[0]
    assert list(chart.layout.xaxis.ticktext) == ["2010<br>Q3 †", "2010<br>Q4", "2011<br>Q1…"]


def test_a_story_draws_every_purchase_and_no_name():
    told = Story("Ann Smith", np.array([14600, 14700]), np.array([40.0, 60.0]), 0.7, 3, 1, 5, 50, 2)
    chart = charts.story(told, "light", last_day=15000, currency="GBP")
    assert len(chart.data[0].x) == 2
    assert "Ann" not in chart.to_json()
    assert "2 purchases from 22 December 2009 to 1 April 2010" in charts.alt_text(chart)


@pytest.mark.parametrize(("outcome", "where"), [(10.0, "inside"), (20.0, "outside")])
def test_tracking_says_whether_the_range_held(outcome, where):
    weeks = np.arange(1, 27, dtype=float)
    chart = charts.tracking(
        weeks, weeks * outcome, weeks * 11, "light", low=weeks * 9, high=weeks * 12
    )
    assert f"lies {where} the range" in charts.alt_text(chart)


# ---- keep or replace -------------------------------------------------------------------------


def test_options_start_at_zero_and_show_their_ranges():
    bars = [charts.Bar("Keep", -50, -90, -10), charts.Bar("Replace", 100, 40, 180)]
    chart = charts.options(bars, "light", currency="GBP", best="Replace")
    low, high = chart.layout.xaxis.range
    assert low < -90
    assert high > 180
    assert list(chart.data[0].error_x.array) == [40, 80]
    assert list(chart.data[0].error_x.arrayminus) == [40, 60]
    assert chart.data[0].marker.color[1] == look.palette("light").series[0]
    assert chart.data[0].marker.color[0] != chart.data[0].marker.color[1]


@pytest.mark.parametrize("bars", [[], [charts.Bar("Nothing", 0, 0, 0)]])
def test_options_worth_nothing_are_drawn(bars):
    low, high = charts.options(bars, "light", currency=None).layout.xaxis.range
    assert low < 0 < high


def test_an_unknown_range_draws_no_whisker():
    chart = charts.options([charts.Bar("Keep", 5, np.nan, np.nan)], "light", currency="GBP")
    assert list(chart.data[0].error_x.array) == [0]
    assert not any("8 in 10" in text for text in words(chart))


def test_a_ruler_without_a_break_even_gives_its_reason():
    ruler = charts.Ruler(
        "Leavers saved", 0, 1, 0.25, None, "above", wording.of_hundred, "no share makes it pay"
    )
    chart = charts.rulers([ruler], "light")
    assert "no share makes it pay" in charts.alt_text(chart)
    assert len(chart.data[0].x) == 0
    assert len(chart.data[1].x) == 1


def test_a_long_reason_takes_its_own_room_on_a_ruler():
    long = "even free of charge the offer saves too little to pay for itself " * 2
    lines = [
        charts.Ruler(name, 0, 1, 0.1, None, "above", wording.percent, reason)
        for name, reason in (("A", long), ("B", "short"), ("C", long))
    ]
    chart = charts.rulers(lines, "light")
    assert list(chart.layout.yaxis.range) == [0, chart.layout.height]
    names = {note.text[3]: note for note in chart.layout.annotations if note.text[:3] == "<b>"}
    top, middle, low = (names[letter].y for letter in "ABC")
    rows = {letter: 13 + 16 + 16 * note.text.count("<br>") for letter, note in names.items()}
    for upper, lower, letter in ((top, middle, "B"), (middle, low, "C")):
        assert lower + rows[letter] < upper - 30, "words reach into the ruler above"
    assert "you\u00a0are\u00a0at\u00a010\u00a0%" in names["A"].text


@pytest.mark.parametrize(
    ("value", "place"), [(-5, 0.0), (0, 0.0), (0.15, 0.5), (0.3, 1.0), (7, 1.0)]
)
def test_a_ruler_holds_its_marks_on_the_line(value, place):
    ruler = charts.Ruler("Discount", 0, 0.3, value, None, "below", wording.percent)
    assert ruler.position(value) == pytest.approx(place)


@pytest.mark.parametrize(
    ("pays", "said"), [("above", "pays from 10 %"), ("below", "pays up to 10 %")]
)
def test_a_ruler_says_which_side_pays(pays, said):
    ruler = charts.Ruler("Discount", 0, 0.3, None, 0.1, pays, wording.percent)
    assert any(
        said in text.replace("\u00a0", " ") for text in words(charts.rulers([ruler], "light"))
    )
