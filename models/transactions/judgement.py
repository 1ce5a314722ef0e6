"""What is said about a column: how well it fits a role, and whether it determines another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.transactions.profiles import Codes


@dataclass(frozen=True)
class Judgement:
    """How well a column's content fits a role: confidence 0..1 and the reason in words."""

    role: str
    position: int
    confidence: float
    why: str


def determines(key: Codes, value: Codes) -> float:
    """Return the share of rows, among keys seen at least twice, that carry their key's first value.

    NaN when no key repeats. One means that the key has one value, as an order has one day.
    """
    known = (key >= 0) & (value >= 0)
    key, value = key[known], value[known]
    if not len(key):
        return float("nan")
    _, first, back, counts = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    repeated = counts[back] > 1
    if not repeated.any():
        return float("nan")
    later = repeated & (np.arange(len(key)) != first[back])
    return float((value == value[first[back]])[later].mean())
