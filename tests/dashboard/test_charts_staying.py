"""Survival curves, the triangle and the layer cake."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard import charts
from dashboard.charts import theme as look
from tests.dashboard.examples import cake, curve, grid, words

# ---- who stays -------------------------------------------------------------------------------


def lines(chart):
    return [t for t in chart.data if t.mode == "lines" and t.line.width]


def test_observed_curves_fall_in_steps_and_smooth_ones_do_not():
    assert lines(charts.survival([curve()], "light"))[0].line.shape == "hv"
    assert lines(charts.survival([curve(smooth=True)], "light"))[0].line.shape == "linear"


@pytest.mark.parametrize("number", [0, 6])
def test_more_lines_than_can_be_told_apart_are_refused(number):
    with pytest.raises(ValueError, match=f"1 to 5 curves, not {number}"):
        charts.survival([curve(str(i)) for i in range(number)], "light")


def test_five_lines_differ_in_colour_and_dash_and_everyone_is_grey():
    chart = charts.survival([curve(name) for name in ("a", "b", "c", "d", "Everyone")], "light")
    drawn = lines(chart)
    assert len({(t.line.color, t.line.dash) for t in drawn}) == 5
    assert drawn[-1].line.color == look.palette("light").muted
    assert drawn[-1].name == "Everyone"


def test_bands_are_fourteen_percent():
    chart = charts.survival([curve()], "dark")
    fills = [t.fillcolor for t in chart.data if t.fill]
    assert fills
    assert all(fill.endswith("0.14)") for fill in fills)


def test_counts_stand_under_the_axis_only_as_far_as_customers_were_followed():
    chart = charts.survival([curve(customers=840), curve("short", customers=50, months=7)], "light")
    under = [
        n for n in chart.layout.annotations if n.yshift and n.yshift < -28 and n.xref != "paper"
    ]
    assert [n.x for n in under if n.yshift == -45] == [0, 6, 12, 18, 24]
    assert [n.x for n in under if n.yshift == -62] == [0, 6]
    assert under[0].text == "840"


@pytest.mark.parametrize(
    ("customers", "written"),
    [(0, "0"), (999, "999"), (1000, "1k"), (5942, "5.9k"), (12_345, "12k"), (2_500_000, "2.5m")],
)
def test_counts_are_short(customers, written):
    chart = charts.survival([curve(customers=customers)], "light")
    assert written in words(chart)


def test_a_single_curve_tells_its_year_share_and_median():
    said = " ".join(words(charts.survival([curve(rate=0.08)], "light")))
    assert "38 % after 12 months" in said
    assert "half after 9 months" in said


def test_a_curve_shorter_than_a_year_claims_nothing_for_it():
    chart = charts.survival([curve(months=7, rate=0.01)], "light")
    assert "12 months" not in " ".join(words(chart)) + charts.alt_text(chart)
    assert "93 % after 7 months" in charts.alt_text(chart)


@pytest.mark.parametrize(("months", "last"), [(10, 10), (9, 8), (7, 6), (24, 24)])
def test_the_axis_is_labelled_as_far_as_the_line_is_drawn(months, last):
    # Months fall on whole days, so that month 10 stands at 9.99.
    drawn = curve(months=months)
    chart = charts.survival([replace(drawn, months=drawn.months * 0.9988)], "light")
    assert chart.layout.xaxis.tickvals[-1] == last
    assert chart.layout.xaxis.range[1] >= max(last, months * 0.9988)


def test_a_curve_that_ends_before_the_year_is_labelled_where_it_ends():
    drawn = curve(months=7, rate=0.01)
    half = replace(drawn, share=drawn.share / 2, low=drawn.low / 2, high=drawn.high / 2)
    chart = charts.survival([half], "light", since="first purchase")
    assert "47 % after 7 months" in words(chart)
    assert "50 % right after the first purchase" in words(chart)
    marks = next(t for t in chart.data if t.mode == "markers")
    assert list(marks.x) == [7, 0]
    assert not any("Everyone" in text for text in words(chart))


def test_the_drop_after_the_first_order_is_drawn_from_everybody():
    full = curve()
    quarter = replace(full, share=full.share / 4, low=full.low / 4, high=full.high / 4)
    chart = charts.survival([quarter], "light", first="25 % buy again within <half> a year")
    drop = next(t for t in chart.data if t.line.dash == "dot")
    assert (list(drop.x), list(drop.y)) == ([0, 0], [1, 0.25])
    assert chart.layout.yaxis.range[1] > 1
    said = [n.text for n in chart.layout.annotations]
    assert "<b>25 %</b> buy again within &lt;half&gt; a year" in said
    assert "<b>100 %</b> made a first purchase" in said
    assert charts.survival([quarter], "light").layout.yaxis.range[1] < 1


def test_the_model_is_dashed_and_may_run_on():
    chart = charts.survival([curve(months=12)], "light", fitted=curve("fitted model", months=36))
    fitted = lines(chart)[-1]
    assert fitted.line.dash not in {None, "solid"}
    assert max(fitted.x) == pytest.approx(36, rel=0.03)
    assert chart.layout.xaxis.range[1] == max(fitted.x)


def test_markup_in_a_label_is_shown_not_obeyed():
    chart = charts.survival([curve('<a href="http://evil.test">x</a>'), curve()], "light")
    written = [*(t.name or "" for t in chart.data), *(n.text for n in chart.layout.annotations)]
    assert not any("<a" in text for text in written)
    assert any("&lt;a" in text for text in written)


# ---- triangle and layers ---------------------------------------------------------------------


def test_cells_not_lived_yet_stay_blank_and_are_never_zero():
    heat = charts.triangle(grid(), "light").data[0]
    assert np.isnan(heat.z[1][2])
    assert heat.hoverongaps is False
    written = cells(charts.triangle(grid(), "light"))
    assert len(written) == int(np.isfinite(np.array(heat.z, dtype=float)).sum())


def cells(chart):
    """Return what stands in each cell, by age and height."""
    return {
        (x, y): text
        for trace in chart.data[1:]
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }


def test_every_cell_can_be_clicked_and_hovered_and_keeps_its_ink():
    heat, *texts = charts.triangle(grid(), "dark").data
    assert heat.hoverinfo == "skip"
    for trace in texts:
        assert trace.unselected.textfont.color == trace.selected.textfont.color
        assert trace.textfont.color == trace.unselected.textfont.color
    assert any("quarter 1<br>40.0%" in text for trace in texts for text in trace.hovertext)
    # The average is over all customers of its cohorts.
    assert any("Average" in text and "1,403" in text for t in texts for text in t.hovertext)


@pytest.mark.parametrize(
    ("points", "age"), [([], None), ([{"x": 3, "y": 2.0}], 3), ([{"y": 2.0}], None)]
)
def test_a_click_on_a_cell_is_its_age(points, age):
    assert charts.clicked_age(points) == age


def test_one_scale_for_the_whole_grid_from_zero_to_the_largest_later_cell():
    heat = charts.triangle(grid(), "light").data[0]
    assert heat.zmin == 0
    assert heat.zmax == 0.5


def test_marks_and_notes_tell_older_cohorts_and_unfinished_periods():
    chart = charts.triangle(grid(), "light")
    assert chart.layout.yaxis.ticktext[0] == "2010-Q1 †"
    assert "30…" in cells(chart).values()
    assert len(charts.triangle_notes(grid())) == 2
    clean = grid(older=np.zeros(3, dtype=bool), unfinished=np.zeros((3, 3), dtype=bool))
    assert charts.triangle_notes(clean) == ()


def test_the_table_says_what_the_picture_says():
    table = charts.triangle_table(grid())
    assert list(table.columns) == ["Cohort", "Customers", "quarter 0", "quarter 1", "quarter 2"]
    assert list(table["quarter 2"]) == ["30 %…", "", "", ""]
    assert list(table["Customers"]) == ["1,184", "816", "587", "1,403"]
    assert table["Cohort"].iloc[-1] == "Average without †"


def test_further_left_columns_are_shown_in_both():
    cost = {"cost": ["GBP 5", "GBP 6", "GBP 7"]}
    assert "GBP 6" in words(charts.triangle(grid(), "light", columns=cost))
    assert list(charts.triangle_table(grid(), columns=cost)["cost"]) == [
        "GBP 5",
        "GBP 6",
        "GBP 7",
        "",
    ]


def test_a_triangle_of_one_cohort_and_one_age_is_drawn():
    tiny = grid(
        cohorts=("2010-Q1",),
        customers=np.array([1]),
        values=np.array([[1.0]]),
        average=np.array([1.0]),
        unfinished=np.array([[False]]),
        older=np.array([False]),
    )
    assert "no quarter after the first yet" in charts.alt_text(charts.triangle(tiny, "light"))


def test_layers_add_up_and_are_hatched_where_unfinished():
    chart = charts.layer_cake(cake((False, True), (True, False)), "light", currency="GBP")
    assert sum(float(np.sum(bar.y)) for bar in chart.data) == 200
    assert chart.layout.barmode == "stack"
    assert chart.data[0].marker.pattern.shape == ("", "/")
    assert chart.data[0].name == "2010-Q1 †"
    assert "In 2010-Q1, 0 % of GBP 100 came from customers won before 2010-Q1" in charts.alt_text(
        chart
    )
