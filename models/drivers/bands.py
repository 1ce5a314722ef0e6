"""Numbers and days as a few groups with names, so that they can be compared like any other."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from models.periods import date_of

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.object_]

SEASONS: Final = ("January to March", "April to June", "July to September", "October to December")


def seasons(days: Floats) -> Labels:
    """Return the quarter of the year in which each day number lies, by name."""
    different, place = np.unique(days, return_inverse=True)
    names = [SEASONS[(date_of(int(day)).month - 1) // 3] for day in different]
    return np.array(names, dtype=object)[place]


def in_bands(values: Floats, unit: str | None, bands: int = 4) -> Labels:
    """Return for each amount a band that about as many share, named by its ends.

    Parameters
    ----------
    values
        Amounts, shape `(n,)`; NaN becomes None.
    unit
        Code of the currency, or None.
    bands
        How many bands; fewer where values repeat.
    """
    known = np.isfinite(values)
    answer = np.full(len(values), None, dtype=object)
    if not known.any():
        return answer
    inner = np.quantile(values[known], np.linspace(0, 1, bands + 1)[1:-1])
    edges = np.unique([float(f"{edge:.2g}") for edge in inner])
    edges = edges[(edges > values[known].min()) & (edges <= values[known].max())]
    if not len(edges):
        return answer
    money = f"{unit} " if unit else ""
    shown = [f"{edge:,.0f}" if edge >= 10 else f"{edge:g}" for edge in edges]
    names = [f"below {money}{shown[0]}"]
    names += [f"{money}{a} to {b}" for a, b in pairwise(shown)]
    names += [f"{money}{shown[-1]} or more"]
    place = np.searchsorted(edges, values[known], side="right")
    answer[known] = np.array(names, dtype=object)[place]
    return answer
