"""Newton's method in log parameters, inside a box, for log-likelihoods with exact derivatives.

Every model of the room supplies value, gradient and Hessian; five to seven passes over the data
then replace the twenty or more of a quasi-Newton search. Directions that curve the wrong way are
turned round (absolute eigenvalues), steps are cut until the likelihood rises, and a parameter that
pushes against the box is held there and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats, Floats]]

GRADIENT_PER_CUSTOMER = 1e-8
"""A fit counts as converged when no log parameter's slope per customer exceeds this."""

NOTHING_LEFT = 1e-5
"""Rise of a log-likelihood too small to matter, where a flat ridge ends a search on rounding."""

_AIM = 1e-9
_LONGEST_STEP = 2.5
_FLATTEST = 1e-9
_HALVINGS = 40
_TIE = 1e-9
_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a search ended.

    Attributes
    ----------
    theta, value, gradient, hessian
        Log parameters `(k,)`, the objective there, its gradient `(k,)` and Hessian `(k, k)`.
    held
        Which log parameters stand at the edge of the box, pushing outward, shape `(k,)`.
    iterations
        Newton steps taken.
    slope
        Largest gradient per customer among the parameters that are free to move.
    left
        Rise of the objective that one more Newton step promised when the search ended.
    """

    theta: Floats
    value: float
    gradient: Floats
    hessian: Floats
    held: npt.NDArray[np.bool_]
    iterations: int
    slope: float
    left: float = 0.0

    @property
    def converged(self) -> bool:
        """Whether the slope is as good as zero, or rounding hides what little is left to climb."""
        return self.slope <= GRADIENT_PER_CUSTOMER or self.left <= NOTHING_LEFT


def maximise(
    objective: Objective,
    start: Floats,
    lower: Floats,
    upper: Floats,
    *,
    customers: float,
    steps: int = 100,
) -> Optimum:
    """Climb from `start` to a local maximum of `objective` in the box [lower, upper].

    Parameters
    ----------
    objective
        Maps log parameters, shape `(k,)`, to (value, gradient, Hessian).
    start, lower, upper
        Log parameters, shape `(k,)`.
    customers
        Divides the gradient when convergence is judged.
    steps
        Most Newton steps to take.
    """
    theta = np.clip(start, lower, upper)
    value, gradient, hessian = objective(theta)
    taken, left = 0, np.inf
    while True:
        held = ((theta <= lower) & (gradient < 0)) | ((theta >= upper) & (gradient > 0))
        slope = float(np.abs(np.where(held, 0.0, gradient)).max()) / customers
        if slope <= _AIM or taken >= steps:
            break
        step = _uphill(theta, gradient, hessian, ~held, (lower, upper))
        left = float(gradient @ step)
        found = _backtrack(objective, theta, step, (value, gradient, ~held), (lower, upper))
        if found is None:
            break
        theta, (value, gradient, hessian) = found
        taken += 1
    return Optimum(theta, value, gradient, hessian, held, taken, slope, left)


def best_of(
    objective: Objective,
    starts: Iterable[Floats],
    lower: Floats,
    upper: Floats,
    *,
    customers: float,
    first: Optimum | None = None,
) -> Optimum:
    """Return the highest of the maxima reached; of equally high ones the first that settled.

    `first` is a maximum reached before, if any.
    """
    best = first
    for start in starts:
        found = maximise(objective, start, lower, upper, customers=customers)
        if best is None:
            best = found
            continue
        lead = (found.value - best.value) / (1 + abs(best.value))
        if lead > _TIE or (lead > -_TIE and found.converged and not best.converged):
            best = found
    if best is None:
        raise ValueError("best_of needs at least one start.")
    return best


def total(weight: Floats | npt.NDArray[np.int64], value: Floats) -> float:
    """Return the sum of weight x value, without BLAS: its threads only slow a fit down."""
    return float(np.einsum("i,i->", weight, value))


def curvature(hessian: Floats, free: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return eigenvalues and eigenvectors of minus the Hessian of the free parameters."""
    values, vectors = np.linalg.eigh(-hessian[np.ix_(free, free)])
    return values, vectors


def _uphill(
    theta: Floats,
    gradient: Floats,
    hessian: Floats,
    free: npt.NDArray[np.bool_],
    box: tuple[Floats, Floats],
) -> Floats:
    """Return the Newton step with every curvature made positive, cut at the cap and at the box.

    A parameter that stands on an edge and would be carried over it by the others is held as well;
    the step still climbs, because each parameter's own slope points inward.
    """
    lower, upper = box
    free = free.copy()
    while True:
        values, vectors = curvature(hessian, free)
        bend = np.maximum(np.abs(values), _FLATTEST * max(float(np.abs(values).max()), 1e-300))
        step = np.zeros_like(gradient)
        step[free] = vectors @ ((vectors.T @ gradient[free]) / bend)
        over = ((theta <= lower) & (step < 0)) | ((theta >= upper) & (step > 0))
        if not over.any():
            break
        free &= ~over
    room = np.where(step > 0, upper - theta, theta - lower)
    size = np.abs(step)
    moving = size > 0
    share = float(np.min(room[moving] / size[moving], initial=1.0))
    return step * min(share, _LONGEST_STEP / max(float(size.max()), _LONGEST_STEP))


def _backtrack(
    objective: Objective,
    theta: Floats,
    step: Floats,
    here: tuple[float, Floats, npt.NDArray[np.bool_]],
    box: tuple[Floats, Floats],
) -> tuple[Floats, tuple[float, Floats, Floats]] | None:
    """Halve the step until the objective rises; None when rounding allows no further rise."""
    value, gradient, free = here
    rounding = _ROUNDING * (1 + abs(value))
    steepness, climb = float(np.abs(gradient[free]).max()), float(gradient @ step)
    size = 1.0
    for _ in range(_HALVINGS):
        trial = np.clip(theta + size * step, *box)
        if np.array_equal(trial, theta):
            return None
        there = objective(trial)
        flatter = float(np.abs(there[1][free]).max()) < 0.9 * steepness
        rise = there[0] - value
        if rise >= max(1e-4 * size * climb, rounding) or (rise >= -rounding and flatter):
            return trial, there
        if size * climb < rounding:
            return None
        size *= 0.5
    return None
