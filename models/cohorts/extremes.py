"""Which few of many curves to show: the best, the worst, and everyone."""

from __future__ import annotations

from collections.abc import Sequence

from models.survival import EVERYONE, Curve

A_YEAR = 12.0


def best_and_worst(curves: Sequence[Curve], most: int = 5) -> tuple[Curve, ...]:
    """Return at most `most` curves: everyone, and as many of the best as of the worst.

    They are ranked where they can be compared: at twelve months, or at the last month that all of
    them reach. Everyone comes last; the others keep the order they came in.
    """
    everyone = [curve for curve in curves if curve.label == EVERYONE][:1]
    groups = [curve for curve in curves if curve.label != EVERYONE]
    room = most - len(everyone)
    if len(groups) > room:
        month = min(A_YEAR, *(curve.ends for curve in groups))
        ranked = sorted(groups, key=lambda curve: (-curve.at(month), curve.label))
        best = room // 2 + room % 2
        kept = {curve.label for curve in [*ranked[:best], *ranked[len(ranked) - room + best :]]}
        groups = [curve for curve in groups if curve.label in kept]
    return (*groups, *everyone)
