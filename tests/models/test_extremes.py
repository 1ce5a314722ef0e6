"""Which of many curves are shown."""

import numpy as np
import pytest

from models.cohorts.extremes import best_and_worst
from models.survival import EVERYONE, Curve


def curve(label, share, ends=14):
    months = np.arange(ends + 1, dtype=float)
    level = np.full(len(months), share)
    return Curve(label, "still buying", months, level, level, level, np.full(len(months), 9))


def labels(curves):
    return [c.label for c in curves]


@pytest.mark.parametrize("groups", [0, 1, 4])
def test_few_curves_are_all_shown_everyone_last(groups):
    found = [curve(EVERYONE, 0.5), *(curve(f"g{i}", 0.1 * i) for i in range(groups))]
    assert labels(best_and_worst(found)) == [*(f"g{i}" for i in range(groups)), EVERYONE]


def test_of_many_the_two_best_and_two_worst_are_shown_in_their_order():
    shares = {"a": 0.3, "b": 0.9, "c": 0.5, "d": 0.1, "e": 0.8, "f": 0.2}
    found = [curve(EVERYONE, 0.5), *(curve(name, share) for name, share in shares.items())]
    assert labels(best_and_worst(found)) == ["b", "d", "e", "f", EVERYONE]


def test_curves_are_ranked_where_all_of_them_still_speak():
    found = [curve(f"g{i}", 0.1 * i, ends=3 + i) for i in range(7)]
    assert labels(best_and_worst(found)) == ["g0", "g1", "g4", "g5", "g6"]
