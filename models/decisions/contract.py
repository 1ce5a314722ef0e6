"""Subscribers with fixed, unequal chances of leaving: the shifted-beta-geometric in closed form.

Each person has a chance theta of not renewing, the same every time, and theta ~ Beta(a, b) across
people (Fader & Hardie 2007, "How to project customer retention"). Worth is in payments: multiply by
the margin of one. The discount factor of a period is `v`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import betaln, hyp2f1

Floats = npt.NDArray[np.float64]


def survival(a: float, b: float, periods: npt.ArrayLike, renewed: float = 0) -> Floats:
    """Return the share still there after more periods, of those who have renewed `renewed` times.

    Retention rises with `renewed` because the impatient have gone; nobody has changed.
    """
    start = b + renewed
    return np.asarray(np.exp(betaln(a, start + np.asarray(periods)) - betaln(a, start)))


def leaving(a: float, b: float, renewed: float = 0) -> float:
    """Return the share that does not make the next renewal."""
    return a / (a + b + renewed)


def worth_new(a: float, b: float, v: float) -> float:
    """Return the discounted payments of a new customer, the first one now (DEL)."""
    return float(hyp2f1(1, b, a + b, v))


def worth_before_renewal(a: float, b: float, renewed: float, v: float) -> float:
    """Return the discounted payments of a customer just before the next renewal (DERL)."""
    return (1 - leaving(a, b, renewed)) * worth_stayer(a, b, renewed, v)


def worth_stayer(a: float, b: float, renewed: float, v: float) -> float:
    """Return the discounted payments of somebody who renews now of their own accord."""
    return float(hyp2f1(1, b + renewed + 1, a + b + renewed + 1, v))


def worth_saved(a: float, b: float, renewed: float, v: float) -> float:
    """Return the discounted payments of somebody who was about to leave and is held, from now.

    Having wanted to leave, they are Beta(a + 1, b + renewed) and not Beta(a, b + renewed + 1): a
    saved customer leaves again sooner than one who stayed.
    """
    return float(hyp2f1(1, b + renewed, a + 1 + b + renewed, v))


def worth_to_horizon(a: float, b: float, v: float, horizon: int, renewed: float = 0) -> float:
    """Return the discounted payments now and at the next `horizon` renewals."""
    t = np.arange(horizon + 1)
    return float(np.sum(survival(a, b, t, renewed) * v**t))


def saved_equals_new(a: float, b: float, v: float | None = None) -> float:
    """Return after how many renewals a saved leaver is worth as much as a new customer.

    Without `v`, when both have the same mean chance of leaving: exactly b / a. With `v`, when their
    discounted payments are equal, which is later. Before that, and before the cost of winning one,
    the newcomer is the better customer.
    """
    if v is None:
        return b / a
    new = worth_new(a, b, v)
    return float(brentq(lambda n: worth_saved(a, b, n, v) - new, 1e-9, 1e4))
