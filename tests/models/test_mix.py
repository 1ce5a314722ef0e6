"""A change is split into behaviour and mix without a remainder, and reversals are noticed."""

import numpy as np
import pytest

from models.errors import EvidenceError
from models.mix import decompose


def test_the_parts_add_up_to_the_change():
    rng = np.random.default_rng(1)
    for _ in range(50):
        n0, n1 = rng.integers(0, 200, (2, 6)) + 1
        y0, y1 = rng.binomial(n0, 0.4), rng.binomial(n1, 0.5)
        found = decompose(list("abcdef"), n0, y0, n1, y1)
        assert found.behaviour.change + found.mix.change == pytest.approx(found.total.change)
        assert found.now - found.was == pytest.approx(found.total.change)
        assert found.total.change == pytest.approx(y1.sum() / n1.sum() - y0.sum() / n0.sum())


def test_a_planted_reversal_raises_the_warning():
    # Both kinds stay more often than before, but many more of those who stay less were won.
    found = decompose(["loyal", "trying"], [3200, 800], [2560, 240], [1600, 2400], [1328, 840])
    assert (found.share_after > found.share_before).all()
    assert found.total.change < 0 < found.behaviour.change
    assert found.opposed
    assert found.reverses


def test_planted_reversals_are_warned_of_and_nothing_else_is():
    rng = np.random.default_rng(2)

    def drawn(n, share):
        return rng.binomial(n, share)

    planted, quiet, mixed = [], [], []
    for _ in range(200):
        n0, n1 = np.array([700, 300]), np.array([400, 600])
        planted.append(
            decompose("ab", n0, drawn(n0, [0.8, 0.4]), n1, drawn(n1, [0.86, 0.46])).reverses
        )
        same = np.array([500, 500])
        quiet.append(
            decompose("ab", same, drawn(same, [0.8, 0.4]), same, drawn(same, [0.74, 0.34])).reverses
        )
        mixed.append(decompose("ab", n0, drawn(n0, [0.8, 0.4]), n1, drawn(n1, [0.8, 0.4])).reverses)
    assert np.mean(planted) >= 0.7
    assert np.mean(quiet) <= 0.02
    # The mix moves the total, and the same kinds behave as they did.
    assert np.mean(mixed) <= 0.05


def test_where_nothing_moves_a_change_is_called_clear_in_at_most_one_company_in_twenty():
    rng = np.random.default_rng(5)
    n = np.array([900, 600])

    def drawn():
        return rng.binomial(n, [0.75, 0.55])

    found = [decompose("ab", n, drawn(), n, drawn()) for _ in range(400)]
    assert np.mean([one.total.clear for one in found]) <= 0.05
    assert np.mean([one.behaviour.clear for one in found]) <= 0.05


def test_a_change_of_eight_points_is_called_clear():
    rng = np.random.default_rng(6)
    n = np.array([600])
    found = [
        decompose("a", n, rng.binomial(n, 0.68), n, rng.binomial(n, 0.60)).total.clear
        for _ in range(200)
    ]
    assert np.mean(found) >= 0.7


def test_bands_hold_the_truth_eight_times_in_ten():
    rng = np.random.default_rng(4)
    n = np.array([300, 500])
    held = []
    for _ in range(400):
        found = decompose("ab", n, rng.binomial(n, [0.7, 0.5]), n, rng.binomial(n, [0.75, 0.55]))
        held.append(found.behaviour.low <= 0.05 <= found.behaviour.high)
    assert 0.74 <= np.mean(held) <= 0.86


def test_kinds_that_are_new_or_gone_are_all_mix():
    found = decompose(
        ["gone", "kept", "new"], [100, 100, 0], [20, 50, 0], [0, 100, 100], [0, 50, 90]
    )
    assert found.behaviour.change == pytest.approx(0)
    assert found.mix.change == pytest.approx(found.total.change)
    assert np.isnan(found.share_before[2])


def test_an_empty_period_is_refused():
    with pytest.raises(EvidenceError, match="Nobody was there"):
        decompose(["a"], [0], [0], [3], [1])
