"""Laying the law of a customer's hazard on a grid of hazards per week.

The decision engine sums over such a grid instead of over customers. Grids start with zero, which
carries whatever mass lies below the first positive node, and rise evenly in the log.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc, gammaln

from models.lifetimes.optimise import Floats


def log_steps(grid: Floats) -> Floats:
    """Trapezoid widths in ln hazard of the nodes after the zero one, shape `(nodes - 1,)`.

    Raises
    ------
    ValueError
        When the grid does not start at zero and rise.
    """
    if grid.ndim != 1 or grid.size < 3 or grid[0] != 0 or not (np.diff(grid) > 0).all():
        raise ValueError("A hazard grid starts with 0 and rises; take it from hazard_grid().")
    gaps = np.diff(np.log(grid[1:]))
    widths = np.zeros(grid.size - 1)
    widths[:-1] += gaps / 2
    widths[1:] += gaps / 2
    return widths


def gamma_masses(grid: Floats, shape: float, rate: Floats) -> Floats:
    """Mass of Gamma(shape, rate) hazards at each node of the grid.

    The density by ln mu times the trapezoid width, which converges faster than any power of the
    step; the mass below the first positive node is put at zero, and rows sum to 1.

    Parameters
    ----------
    grid
        Hazards per week, zero first, shape `(nodes,)`.
    shape, rate
        Of the gamma law; the rate in weeks, shape `(m,)`.

    Returns
    -------
    Floats
        Shape `(m, nodes)`.
    """
    widths = log_steps(grid)
    hazard, wide = grid[1:], rate[:, None]
    log_density = shape * np.log(hazard * wide) - hazard * wide - gammaln(shape)
    return with_zero_node(np.exp(log_density) * widths, gammainc(shape, hazard[0] * rate))


def with_zero_node(inside: Floats, below: Floats) -> Floats:
    """Put the mass below the grid on the node at zero and make each row sum to 1."""
    total = np.maximum(inside.sum(axis=1), 1e-300)
    scaled = inside * ((1 - below) / total)[:, None]
    return np.concatenate([below[:, None], scaled], axis=1)
