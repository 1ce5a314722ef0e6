"""Whether a trait still makes a difference among customers alike in the other traits.

First offers given mostly where patient customers come from go with patience and change nothing. So
the customers who meet a rule are compared with those who do not within every combination of the
other traits, and the differences are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.profiles.cells import Cells
from models.profiles.measure import Alike, Found, Measured, Ratio
from models.profiles.rules import Bools
from models.profiles.search import Z80
from models.profiles.traits import FEWEST, Floats, Ints

MOST_HELD: Final = 3
LEAST_COMPARED: Final = 0.5


def compared_alike(cells: Cells, amounts: Measured, found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the rules, those announced for one trait with what is left among customers alike.

    Parameters
    ----------
    cells, amounts
        The combinations of traits, and the capped outcome of the half that measures.
    found
        Every rule measured.

    Notes
    -----
    Up to three other traits are held: those of announced rules that make most difference.
    """
    told = sorted((one for one in found if one.announced), key=lambda one: -abs(one.money))
    labels = {c.trait: c.what for one in told for c in one.rule.conditions}
    answer = []
    for one in found:
        alike = None
        if one.announced and len(one.rule.conditions) == 1:
            mine = one.rule.conditions[0].trait
            held = tuple(name for name in labels if name != mine)[:MOST_HELD]
            ratio = _ratio(cells, amounts, cells.holds(one.rule), held) if held else None
            if ratio is not None:
                alike = Alike(ratio, tuple(labels[name] for name in held))
        answer.append(replace(one, alike=alike))
    return tuple(answer)


@dataclass(frozen=True, eq=False)
class _Side:
    """Customers of one side by stratum: how many, their total and squares, shape `(strata,)`."""

    n: Floats
    total: Floats
    squares: Floats

    @property
    def mean(self) -> Floats:
        return self.total / np.maximum(self.n, 1)


def _ratio(cells: Cells, amounts: Measured, holds: Bools, held: Sequence[str]) -> Ratio | None:
    """Return O / E: what the group brings over what as many others alike do, with its range.

    None where fewer than 30 customers, or fewer than half of the group, have others alike.
    Var (O - E) = sum_s v_s (n_s + n_s^2 / m_s), v_s the variance within stratum s, n_s and m_s how
    many of the group and of the others it has.
    """
    codes = np.stack([cells.codes[name] for name in held])
    stratum: Ints = np.unique(codes, axis=1, return_inverse=True)[1].ravel()
    mine, others = (_side(amounts, stratum, side) for side in (holds, ~holds))
    both = (mine.n > 0) & (others.n > 1)
    compared = float(mine.n[both].sum())
    if compared < max(FEWEST, LEAST_COMPARED * mine.n.sum()):
        return None
    expected = float((mine.n * others.mean)[both].sum())
    if expected <= 0:
        return None
    times = float(mine.total[both].sum()) / expected
    within = sum(
        np.maximum(side.squares - side.n * side.mean**2, 0.0) for side in (mine, others)
    )  # fmt: skip
    free = np.maximum(mine.n + others.n - 2, 1)
    size = mine.n + (times * mine.n) ** 2 / np.maximum(others.n, 1)
    error = float(np.sqrt((within / free * size)[both].sum())) / expected
    return Ratio(times, max(times - Z80 * error, 0.0), times + Z80 * error)


def _side(amounts: Measured, stratum: Ints, side: Bools) -> _Side:
    strata = int(stratum.max()) + 1
    return _Side(
        *(
            np.bincount(stratum[side], values[side], strata).astype(np.float64)
            for values in (amounts.n, amounts.total, amounts.squares)
        )
    )
