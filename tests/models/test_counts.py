import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.counts import Counts, coarser, collapse
from models.errors import DataError

rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=60
)


def columns(customers, unit):
    x = np.array([c[0] for c in customers])
    t_x = np.where(x > 0, [c[1] for c in customers], 0) * unit
    return x, t_x, t_x + np.array([c[2] for c in customers]) * unit


@pytest.mark.parametrize("unit", [1 / 7, 0.1234567], ids=["days", "any time"])
@settings(max_examples=40, deadline=None, derandomize=True)
@given(customers=rows)
def test_everyone_is_found_again_at_their_cell(unit, customers):
    x, t_x, T = columns(customers, unit)
    counts, cell = collapse(x, t_x, T)
    assert counts.x[cell].tolist() == x.tolist()
    assert counts.t_x[cell] == pytest.approx(t_x)
    assert counts.T[cell] == pytest.approx(T)
    assert counts.customers == len(x)
    assert len(counts) == len(
        {(a, round(b, 9), round(c, 9)) for a, b, c in zip(x, t_x, T, strict=True)}
    )
    if unit == 1 / 7:
        keys = list(zip(counts.x, counts.T.round(9), counts.t_x.round(9), strict=True))
        assert keys == sorted(keys)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(customers=rows)
def test_collapsing_again_with_numbers_changes_nothing(customers):
    once, _ = collapse(*columns(customers, 1 / 7))
    again, cell = collapse(once.x, once.t_x, once.T, once.n)
    assert again.n.tolist() == once.n.tolist()
    assert cell.tolist() == list(range(len(once)))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(customers=rows)
def test_wider_bins_keep_customers_purchases_and_time(customers):
    counts, _ = collapse(*columns(customers, 1 / 7), log_gaps=1.5)
    wide = coarser(counts, 28)
    assert len(wide) <= len(counts)
    assert wide.customers == counts.customers
    assert wide.n @ wide.x == counts.n @ counts.x
    assert wide.n @ wide.T == pytest.approx(counts.n @ counts.T)
    assert wide.log_gaps == 1.5


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((-1, 0, 1), "whole number"),
        ((1.5, 1, 2), "whole number"),
        ((1, 3, 2), "outside its time"),
        ((0, 1, 2), "bought once"),
        ((2, 0, 2), "all on one day"),
        ((1, 1, np.inf), "not finite"),
        ((1, np.nan, 2), "not finite"),
    ],
)
def test_histories_nobody_can_have_are_refused_by_row(row, words):
    x, t_x, T = ([0, v] for v in row)
    with pytest.raises(DataError, match=f"history 1 .*{words}"):
        collapse(x, [0, t_x[1]], [1.0, T[1]])


def test_columns_of_different_length_are_refused():
    with pytest.raises(DataError, match="one value of each"):
        Counts(np.zeros(2, np.int64), np.zeros(3), np.zeros(2), np.ones(2, np.int64))


def test_nobody_stands_for_no_customer():
    with pytest.raises(DataError, match="fewer than one"):
        collapse([0], [0], [1.0], [0])
