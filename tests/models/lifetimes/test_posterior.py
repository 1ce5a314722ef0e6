"""Adaptive importance sampling, against densities whose moments are known."""

import numpy as np
import pytest

from models.lifetimes.posterior import sample


def banana(theta):
    """A standard normal, and a second one whose middle bends with the first."""
    return -(theta[0] ** 2) / 2 - (theta[1] - theta[0] ** 2) ** 2 / 2


def drawn(log_target, centre, box, *, spread=None, seeds=12):
    """Draws of several runs together, so that a moment is known well."""
    spread = np.eye(2) if spread is None else spread
    runs = [
        sample(log_target, centre, spread, box, n=200, rng=np.random.default_rng(seed))
        for seed in range(seeds)
    ]
    return np.concatenate(runs)


def test_a_bent_density_keeps_its_moments_though_the_guess_is_straight():
    wide = (np.full(2, -50.0), np.full(2, 50.0))
    points = drawn(banana, np.zeros(2), wide)
    assert points.mean(axis=0) == pytest.approx([0, 1], abs=0.15)
    assert points.std(axis=0) == pytest.approx([1, 3**0.5], rel=0.12)


def test_a_flat_density_fills_its_box_and_never_leaves_it():
    box = (np.array([-3.0, -1.0]), np.array([9.0, 1.0]))
    points = drawn(lambda _theta: 0.0, np.zeros(2), box)
    assert (points >= box[0]).all()
    assert (points <= box[1]).all()
    assert points.mean(axis=0) == pytest.approx([3, 0], abs=0.35)
    assert points.std(axis=0) == pytest.approx([12 / 12**0.5, 2 / 12**0.5], rel=0.08)


def test_a_direction_without_spread_stays_where_it_is():
    box = (np.full(2, -9.0), np.array([9.0, 2.0]))
    points = drawn(banana, np.array([0.0, 2.0]), box, spread=np.diag([1.0, 0.0]), seeds=1)
    assert (points[:, 1] == 2.0).all()
    assert len(np.unique(points[:, 0])) > 50
    nothing = sample(banana, np.ones(2), np.zeros((2, 2)), box, n=3, rng=np.random.default_rng(1))
    assert nothing.tolist() == [[1, 1]] * 3


def test_work_ends_when_the_points_are_worth_enough():
    asked = []

    def normal(theta):
        asked.append(theta)
        return -float(theta @ theta) / 2

    wide = (np.full(3, -50.0), np.full(3, 50.0))
    easy = sample(normal, np.zeros(3), np.eye(3), wide, n=200, rng=np.random.default_rng(2))
    assert len(asked) <= 500
    assert len(np.unique(easy, axis=0)) > 100
