"""Which of many options to pay for when the money is limited.

Each place (a segment, a customer) takes at most one option. From the best return on, money goes to
whatever step brings most for each unit of it: from nothing to an option, or from a cheaper option
to a dearer one that brings more. The last step may be taken in part, which makes this the optimum
of the continuous knapsack (Dantzig 1957); whole customers miss it by less than one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """One option at one place: what it brings and what it costs."""

    place: int
    name: str
    value: float
    cost: float


@dataclass(frozen=True)
class _Step:
    place: int
    name: str
    value: float
    cost: float
    slope: float


def fill(
    candidates: Iterable[Candidate], budget: float | None
) -> tuple[list[tuple[int, str, float]], float | None]:
    """Choose options for the most value within a budget.

    Parameters
    ----------
    candidates
        Any number for each place.
    budget
        None for no limit: every place takes what is worth most.

    Returns
    -------
    What is taken, as `(place, name, share)`, and what the next unit of money would bring; None
    without a budget, 0 when money is left over.
    """
    by_place: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_place.setdefault(candidate.place, []).append(candidate)
    if budget is None:
        best = [max(options, key=lambda one: one.value) for options in by_place.values()]
        return [(one.place, one.name, 1.0) for one in best if one.value > 0], None
    steps = sorted(
        (step for options in by_place.values() for step in _frontier(options)),
        key=lambda step: -step.slope,
    )
    taken: dict[int, tuple[str, float]] = {}
    left = budget
    for step in steps:
        if step.cost > left:
            if left > 0:
                _part(taken, step, left / step.cost)
            return _listed(taken), step.slope
        taken[step.place] = (step.name, 1.0)
        left -= step.cost
    return _listed(taken), 0.0


def _part(taken: dict[int, tuple[str, float]], step: _Step, share: float) -> None:
    """Take a part of the last step where nothing cheaper was taken before it."""
    if step.place not in taken:
        taken[step.place] = (step.name, share)


def _listed(taken: dict[int, tuple[str, float]]) -> list[tuple[int, str, float]]:
    return [(place, name, share) for place, (name, share) in taken.items()]


def _frontier(options: list[Candidate]) -> list[_Step]:
    """Return the steps of a place from nothing up, each bringing less per unit than the last."""
    steps: list[_Step] = []
    cost = value = 0.0
    rest = [one for one in options if one.value > 0]
    while rest:
        best = max(rest, key=lambda one: (_slope(one, value, cost), one.value))
        steps.append(
            _Step(best.place, best.name, best.value - value, max(best.cost - cost, 0.0),
                  _slope(best, value, cost))
        )  # fmt: skip
        value, cost = best.value, best.cost
        rest = [one for one in rest if one.value > value and one.cost > cost]
    return steps


def _slope(one: Candidate, value: float, cost: float) -> float:
    more = one.cost - cost
    return float("inf") if more <= 0 else (one.value - value) / more
