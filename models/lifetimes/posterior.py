"""Draws from a posterior whose shape is only roughly known, by adaptive importance sampling.

The normal approximation around a fit is too narrow along a ridge. Proposals with heavy tails are
drawn around it in rounds; each round moves the next proposal to where the weight was found, and all
points are weighed against the mixture of every proposal so far, so that none is thrown away
(Cornuet, Marin, Mira & Robert 2012, "Adaptive multiple importance sampling", Scandinavian Journal
of Statistics 39, 798-812). Sampling ends as soon as the points are worth enough independent ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.special import logsumexp

from models.lifetimes.optimise import Floats

ROUND: Final = 100
ROUNDS: Final = 10
ENOUGH: Final = 150.0
"""Effective sample size at which sampling ends: as good as that many independent draws."""

THIN: Final = 40.0
"""Effective sample size below which weights are tempered before the next proposal follows them."""

TAIL: Final = 5.0
WIDER: Final = 1.5  # a proposal may reach too far, never too short
EDGE: Final = 1e-9


def sample(
    log_target: Callable[[Floats], float],
    centre: Floats,
    spread: Floats,
    box: tuple[Floats, Floats],
    *,
    n: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw from a density known up to a constant, restricted to a box.

    Parameters
    ----------
    log_target
        Log density of one point `(k,)`.
    centre, spread
        First guess: a mode `(k,)` and a root of its covariance `(k, k)`. Directions without spread
        stay where they are.
    box
        Lower and upper limits, each `(k,)`; nothing is drawn outside.
    n
        How many draws.
    rng
        Where chance comes from.

    Returns
    -------
    Equally likely draws in random order, shape `(n, k)`.
    """
    spread = spread[:, np.linalg.norm(spread, axis=0) > EDGE]
    k = spread.shape[1]
    if not k:
        return np.tile(centre, (n, 1))
    steps, target = np.empty((0, k)), np.empty(0)
    guesses = [(np.zeros(k), WIDER * np.eye(k))]
    for _ in range(ROUNDS):
        fresh = _propose(*guesses[-1], rng)
        steps = np.concatenate([steps, fresh])
        target = np.concatenate(
            [target, [_inside(log_target, t, box) for t in centre + fresh @ spread.T]]
        )
        log_weight = target - logsumexp([_log_density(steps, *guess) for guess in guesses], axis=0)
        weight = np.exp(log_weight - log_weight.max())
        if weight.sum() ** 2 / np.sum(weight**2) >= ENOUGH:
            break
        guesses.append(_followed(steps, weight))
    places = (rng.uniform() + np.arange(n)) / n * weight.sum()
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), places), len(weight) - 1)
    return np.clip(centre + steps[rng.permutation(chosen)] @ spread.T, *box)


def _inside(
    log_target: Callable[[Floats], float], theta: Floats, box: tuple[Floats, Floats]
) -> float:
    """Return the log density, none outside the box."""
    if (theta < box[0] - EDGE).any() or (theta > box[1] + EDGE).any():
        return -np.inf
    return log_target(theta)


def _propose(middle: Floats, root: Floats, rng: np.random.Generator) -> Floats:
    """Draw a round of multivariate t points, shape `(ROUND, k)`."""
    heavy = rng.chisquare(TAIL, ROUND) / TAIL
    normal = rng.standard_normal((ROUND, len(middle)))
    return middle + (normal / np.sqrt(heavy)[:, None]) @ root.T


def _log_density(steps: Floats, middle: Floats, root: Floats) -> Floats:
    """Return the log density of multivariate t points, up to a constant they all share."""
    away = np.linalg.solve(root, (steps - middle).T)
    k = len(middle)
    bend = -(TAIL + k) / 2 * np.log1p((away**2).sum(axis=0) / TAIL)
    return np.asarray(bend - np.linalg.slogdet(root)[1])


def _followed(steps: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return middle and root of the next proposal: where the weight lies, a little wider."""
    size = weight.sum() ** 2 / np.sum(weight**2)
    share = weight ** min(1.0, np.sqrt(size / THIN))
    share = share / share.sum()
    middle = share @ steps
    away = steps - middle
    covariance = (share[:, None] * away).T @ away
    return middle, WIDER * np.linalg.cholesky(covariance + 1e-3 * np.eye(len(middle)))
