"""Totals of ln Gamma ratios over customers, from how many reach each number of events.

With whole events, ln Gamma(r+x)/Gamma(r) = sum_{i<x} ln(r+i). Summed over customers this needs only
the number who have more than i events, is exact where differences of gammaln lose all digits (r in
the ten thousands), and costs as much as the largest x.
"""

from __future__ import annotations

import numpy as np

from models.counts import Counts
from models.lifetimes.optimise import Floats, total


class Tails:
    """How many customers have more than 0, 1, 2, ... events.

    Parameters
    ----------
    counts
        Collapsed customers.
    regularity
        Events (phases) per purchase.
    extra
        Events everybody has besides those of their purchases.
    """

    def __init__(self, counts: Counts, regularity: int = 1, extra: int = 0) -> None:
        events = regularity * counts.x + extra
        size = np.bincount(events, weights=counts.n, minlength=1)
        self.more: Floats = size[::-1].cumsum()[::-1][1:]
        self.i: Floats = np.arange(len(self.more), dtype=np.float64)
        self.events = float(self.more.sum())

    def rising(self, r: float, alpha: float) -> tuple[float, float, float]:
        """Return the total of ln Gamma(r+x)/Gamma(r) alpha^-x and its derivatives by ln r."""
        at = r + self.i
        value = total(self.more, np.log(at / alpha))
        return value, total(self.more, r / at), total(self.more, r * self.i / at**2)

    def surviving(self, a: float, b: float) -> tuple[float, Floats, Floats]:
        """Return the total of ln B(a, b+x)/B(a, b) with derivatives by (ln a, ln b)."""
        h = b + self.i
        s = a + h
        both = a * b / (h * s)
        slope = np.array([-total(self.more, a / s), total(self.more, both)])
        cross = total(self.more, a * b / s**2)
        bend = np.array(
            [
                [-total(self.more, a * h / s**2), cross],
                [cross, total(self.more, both * (1 - b * (h + s) / (h * s)))],
            ]
        )
        return -total(self.more, np.log1p(a / h)), slope, bend
