"""Random numbers that stay the same: one stream per topic, and nothing but uniform numbers.

A uniform stream is the only one NumPy promises not to change, so everything is drawn from one by
inverting distributions; a topic of its own means that a new column moves no old one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A topic's place is its stream: append, never reorder.
_TOPICS: Final = (
    "month", "day", "plan", "rank", "channel", "region", "first offer", "complaint", "renewal",
    "arm", "saved", "control", "reason", "reason given", "survey", "rating", "complaint contact",
    "question", "praise", "change of address", "spending",
)  # fmt: skip


def uniform(seed: int, topic: str, *shape: int) -> Floats:
    """Return uniform numbers of a topic's own stream, of the given shape."""
    rng = np.random.Generator(np.random.PCG64([seed, _TOPICS.index(topic)]))
    return rng.random(shape)


def normal(seed: int, topic: str, *shape: int) -> Floats:
    """Return standard normal numbers of a topic's own stream."""
    return np.asarray(ndtri(uniform(seed, topic, *shape)), np.float64)


def pick(u: Floats, weights: npt.ArrayLike) -> Ints:
    """Return which choice each uniform number falls on.

    Parameters
    ----------
    u
        Uniform numbers, shape `(n,)`.
    weights
        Relative weights, shape `(choices,)`, or `(n, choices)` when they differ by row.
    """
    edges = np.cumsum(np.atleast_2d(np.asarray(weights, np.float64)), axis=1)
    return np.asarray((u[:, None] * edges[:, -1:] >= edges[:, :-1]).sum(axis=1), np.int64)
