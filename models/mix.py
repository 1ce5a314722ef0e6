"""Why a share changed: the same kinds of customers behave differently, or there are other kinds.

A share over everybody is an average over kinds of customers, so it moves when they behave
differently and when their mix does; the two can point in opposite directions (Simpson's paradox).
With w a kind's part of all customers and p its share, the change splits without a remainder:

    P1 - P0 = sum (w0 + w1)/2 (p1 - p0)  +  sum (p0 + p1)/2 (w1 - w0)
                   behaviour                        mix

References
----------
Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the American
Statistical Association 50. Simpson, E. H. (1951). The interpretation of interaction in contingency
tables. Journal of the Royal Statistical Society B 13.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from models.comparing import DOUBT
from models.errors import EvidenceError
from models.survival import LEVEL

Floats = npt.NDArray[np.float64]

_SHOWN = NormalDist().inv_cdf((1 + LEVEL) / 2)
_SURE = NormalDist().inv_cdf(1 - DOUBT / 2)


@dataclass(frozen=True)
class Part:
    """A part of a change, with its 80 % band, as a fraction."""

    change: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether chance would hardly move it as far: in at most `DOUBT` of companies.

        More than that the band leaves out zero, which it does in one of five where nothing moves.
        """
        return abs(self.change) * _SHOWN > _SURE * (self.high - self.low) / 2


@dataclass(frozen=True, eq=False)
class Change:
    """A share before and after, and what moved it.

    Attributes
    ----------
    labels
        Kinds of customers.
    before, after
        Customers of each kind, shape `(kinds,)`.
    share_before, share_after
        Their shares, shape `(kinds,)`; NaN without a customer.
    total
        The change over everybody.
    behaviour, mix
        Its two parts; they add up to it.
    """

    labels: tuple[str, ...]
    before: Floats
    after: Floats
    share_before: Floats
    share_after: Floats
    total: Part
    behaviour: Part
    mix: Part

    @property
    def was(self) -> float:
        """The share over everybody before."""
        return _overall(self.share_before, self.before)

    @property
    def now(self) -> float:
        """The share over everybody after."""
        return _overall(self.share_after, self.after)

    @property
    def opposed(self) -> bool:
        """Whether the same kinds of customers moved against the total."""
        return self.behaviour.change * self.total.change < 0

    @property
    def reverses(self) -> bool:
        """Whether that can be said: the behaviour moved clearly, and the mix too."""
        return self.opposed and self.behaviour.clear and self.mix.clear


def decompose(
    labels: Sequence[str],
    before: npt.ArrayLike,
    yes_before: npt.ArrayLike,
    after: npt.ArrayLike,
    yes_after: npt.ArrayLike,
) -> Change:
    """Split the change of a share into behaviour and mix.

    Parameters
    ----------
    labels
        Kinds of customers.
    before, after
        Customers of each kind in the two periods, shape `(kinds,)`.
    yes_before, yes_after
        How many of them said yes, shape `(kinds,)`.

    Raises
    ------
    EvidenceError
        When there was nobody in one of the periods.
    """
    n0, y0, n1, y1 = (
        np.asarray(v, dtype=np.float64) for v in (before, yes_before, after, yes_after)
    )
    if not n0.sum() or not n1.sum():
        raise EvidenceError("Nobody was there in one of the two periods: nothing can be compared.")
    nan0, nan1 = (
        np.divide(y, n, out=np.full(len(n), np.nan), where=n > 0) for y, n in ((y0, n0), (y1, n1))
    )
    # A kind that is new or gone cannot have behaved differently: all of it is mix.
    p0, p1 = np.where(n0 > 0, nan0, nan1), np.where(n1 > 0, nan1, nan0)
    p0, p1 = np.nan_to_num(p0), np.nan_to_num(p1)
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    weight, level = (w0 + w1) / 2, (p0 + p1) / 2
    noise = _noise(p0, n0) + _noise(p1, n1)
    spread = sum(
        (float(w @ level**2) - float(w @ level) ** 2) / n.sum() for w, n in ((w0, n0), (w1, n1))
    )
    P0, P1 = float(w0 @ p0), float(w1 @ p1)
    return Change(
        tuple(labels),
        n0,
        n1,
        nan0,
        nan1,
        _part(P1 - P0, P0 * (1 - P0) / n0.sum() + P1 * (1 - P1) / n1.sum()),
        _part(float(weight @ (p1 - p0)), float(weight**2 @ noise)),
        _part(float(level @ (w1 - w0)), spread),
    )


def _noise(share: Floats, n: Floats) -> Floats:
    """Return the variance of shares, none of which is taken for certain."""
    sure = (share * n + 0.5) / (n + 1)
    return np.divide(sure * (1 - sure), n, out=np.zeros(len(n)), where=n > 0)


def _part(change: float, variance: float) -> Part:
    half = _SHOWN * math.sqrt(max(variance, 0.0))
    return Part(change, change - half, change + half)


def _overall(share: Floats, n: Floats) -> float:
    return float(np.nansum(share * n) / n.sum())
