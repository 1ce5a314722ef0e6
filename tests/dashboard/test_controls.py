"""Sliders: every sum between nothing and a lot can be set."""

from itertools import pairwise

import pytest

from dashboard.controls import ladder


@pytest.mark.parametrize(("most", "end"), [(3500, 3500), (3501, 4000), (4410, 4500), (9.5, 10)])
def test_a_ladder_ends_at_the_next_plain_number(most, end):
    stops = ladder(most, 0)
    assert (stops[0], stops[-1]) == (0, end)
    assert stops == sorted(set(stops))


@pytest.mark.parametrize("most", [1.0, 47.0, 3500.0, 2e6])
def test_small_sums_are_as_easy_to_set_as_large_ones(most):
    stops = ladder(most, 0)
    assert len(stops) < 70
    assert stops[1] <= most / 100
    assert all(after / before < 1.21 for before, after in pairwise(stops[1:]))


@pytest.mark.parametrize("shown", [85.6, 0.01, 99_999.0])
def test_where_it_stands_is_always_a_stop(shown):
    assert shown in ladder(3500, shown)


def test_moving_the_cost_on_the_page_is_kept(app):
    test = app().switch_page("app_pages/keep_or_replace.py").run()
    cost = test.select_slider[0]
    assert cost.value == 60
    cost.set_value(1500.0).run()
    assert test.query_params["acquisition_cost"] == "1500"
    assert test.select_slider[0].value == 1500
