"""Worth, payback, and the charts of keep or replace."""

import re

import numpy as np
import pytest

from dashboard import charts, wording
from dashboard.charts import theme as look


def payback_line(label="Germany", month=7.0):
    months = np.arange(0, 25, dtype=float)
    return charts.Payback(label, months, 20 * months, 15 * months, 26 * months, month, 95)


def words(chart):
    """Everything a figure writes, without its markup."""
    texts = [note.text for note in chart.layout.annotations]
    return [re.sub(r"<[^>]+>", "", text) for text in texts]


# ---- worth -----------------------------------------------------------------------------------


def test_concentration_reads_off_the_marks():
    held = np.cumsum(np.r_[np.full(10, 50.0), np.full(990, 500 / 990)]) / 1000
    said = charts.alt_text(charts.concentration(held, "light"))
    assert "the top 1 % hold 50 %" in said
    assert "the top 10 % hold 55 %" in said


def test_a_quadrant_draws_a_sample_but_counts_all():
    chart = charts.quadrant(
        np.full(5000, 0.5),
        np.r_[np.geomspace(1, 1e5, 4999), np.nan],
        [charts.Box("Big and staying", 5000, 1e6)],
        "light",
        split_chance=0.5,
        split_value=100,
        currency="GBP",
        most_points=300,
    )
    assert len(chart.data[0].x) == 300
    assert max(chart.data[0].y) == pytest.approx(1e5)
    assert any("5,000 customers" in text for text in words(chart))


@pytest.mark.parametrize("value", [np.array([]), np.array([-3.0, 0.0])])
def test_a_quadrant_of_nobody_is_empty_not_broken(value):
    chart = charts.quadrant(
        np.full(len(value), 0.5), value, [], "dark", split_chance=0.5, split_value=1, currency=None
    )
    assert len(chart.data[0].x) == 0


@pytest.mark.parametrize(
    ("month", "said"), [(7.0, "paid back after 7 months"), (None, "not paid back, GBP 480 earned")]
)
def test_payback_dots_only_what_is_paid_back(month, said):
    chart = charts.payback([payback_line(month=month)], "light", cost=140, currency="GBP")
    assert said in charts.alt_text(chart)
    assert any(t.mode == "markers" for t in chart.data) is (month is not None)


def test_payback_without_a_cost_draws_no_level():
    chart = charts.payback([payback_line()], "light", cost=None, currency="GBP")
    assert not chart.layout.shapes
    assert not [t for t in chart.data if t.mode == "markers"]


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
    assert any(said in text for text in words(charts.rulers([ruler], "light")))
