"""Danger, silence, one age across cohorts, and what moved a share: the charts say their data."""

import numpy as np
import pytest

from dashboard import charts
from dashboard.charts import theme as look
from models.cohorts.silences import Silences
from models.danger import DangerousMonth, Risk
from models.mix import decompose
from tests.dashboard.examples import grid, words


def risk(unit="month", marked=(), steps=10):
    share = np.linspace(0.10, 0.02, steps)
    ages, followed = np.arange(1, steps + 1), np.full(steps, 500)
    return Risk(unit, ages, share, share, share * 0.8, share * 1.2, followed, marked)


def test_a_dangerous_month_is_marked_and_said():
    four = DangerousMonth(4, 0.15, 0.12, 0.18, 0.06)
    chart = charts.risk(risk(marked=(four,)), "light", title="Share leaving", under="Months")
    assert "month 4" in words(chart)
    assert list(chart.data[-1].x) == [4]
    assert "month 4 (15 % against 6 % around it)" in charts.alt_text(chart)
    quiet = charts.risk(risk(), "light", title="Share leaving", under="Months")
    assert "None stands out" in charts.alt_text(quiet)


def test_months_are_a_line_and_renewals_are_points():
    months = charts.risk(risk(), "light", title="t", under="Months")
    renewals = charts.risk(risk("renewal", steps=6), "dark", title="t", under="Renewal")
    assert {trace.mode for trace in months.data[:3]} == {"lines"}
    assert renewals.data[0].mode == "markers"
    assert "10 %" in words(renewals)
    np.testing.assert_allclose(renewals.data[0].error_y.array, renewals.data[0].y * 0.2)


def silences(span=400):
    days = np.arange(1, 200)
    ended = np.maximum(200 - 2 * days, 1)
    return Silences(days, ended, np.full(len(days), 2), span)


def test_a_silence_tells_the_usual_pause_and_when_it_means_goodbye():
    found = silences()
    chart = charts.silence(found, "light")
    assert f"usual pause: {found.usual()} days" in words(chart)
    np.testing.assert_allclose(chart.data[0].y, found.coming_back(chart.data[0].x))
    assert "came back" in charts.alt_text(chart)


def test_one_age_is_followed_across_the_cohorts_that_lived_it():
    chart = charts.one_age(grid(), 1, "light", currency=None)
    assert list(chart.data[0].y) == [0.40, 0.50]
    assert list(chart.layout.xaxis.ticktext) == ["2010<br>Q1 †", "2010<br>Q2"]
    assert chart.data[0].marker.color[0] == look.palette("light").page
    assert (np.array(chart.data[0].error_y.array) > 0).all()
    assert "2010-Q2: 50 %" in charts.alt_text(chart)


def test_money_has_no_range_of_a_share():
    chart = charts.one_age(grid(measure="revenue"), 1, "light", currency="GBP")
    assert not np.array(chart.data[0].error_y.array).any()
    assert "GBP" in charts.alt_text(chart)


def test_a_change_is_drawn_as_what_moved_it():
    found = decompose(["a", "b"], [800, 200], [640, 60], [400, 600], [332, 210])
    chart = charts.change(found, "light", title="Renewals made")
    (bars,) = chart.data
    moved = (found.behaviour.change, found.mix.change, found.now - found.was)
    assert list(bars.x) == pytest.approx([100 * part for part in moved])
    # Bars begin at zero, which is drawn: none looks larger than it is.
    assert bars.base is None
    low, high = chart.layout.xaxis.range
    assert low == -high
    ranges = np.array(bars.x) + np.array(bars.error_x.array)
    assert (ranges < high).all()
    assert any("70 % before, 54 % now" in text for text in words(chart))
    assert "-" not in "".join(words(chart)).replace("−", "")
