"""The weeks somebody still a customer lives within a horizon, plain and discounted.

Given alive at T, the hazard of leaving is Gamma(s, beta + T) whatever was bought, so that all of it
depends on age alone (Schmittlein, Morrison & Colombo 1987).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.business import Business
from models.lifetimes import ParetoNBD
from models.lifetimes.paretonbd import weeks_lived
from models.periods import WEEKS_PER_MONTH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


def expected_weeks(s: Floats | float, rate: Floats, business: Business) -> tuple[Floats, Floats]:
    """Return the weeks expected to a horizon, as they are and discounted month by month.

    Parameters
    ----------
    s, rate
        Shape and rate (weeks) of the hazards, broadcast against each other.
    business
        Its horizon and discount rate, which counts from the middle of each month.

    Returns
    -------
    Two arrays of the broadcast shape, in weeks.
    """
    months = np.arange(1, business.horizon_months + 1)
    shape, ages = (np.asarray(v, np.float64)[..., None] for v in (s, rate))
    weeks = np.asarray(months * WEEKS_PER_MONTH, np.float64)
    lived = weeks_lived(shape, ages, weeks)
    each = np.diff(lived, axis=-1, prepend=0.0)
    when = np.array([business.rate.factor(months=month - 0.5) for month in months])
    return lived[..., -1], each @ when


def lived_moments(model: ParetoNBD, age: Floats, business: Business) -> tuple[Floats, Floats]:
    """Return, by age, E[int v^2t dt] and E[(int v^t dt)^2] over the weeks lived to the horizon."""
    weeks = business.horizon_months * WEEKS_PER_MONTH
    decay = -np.log(business.rate.factor(weeks=1.0))
    lived, weight = _lived(model, age, weeks)
    once, twice = _discounted(lived, 2 * decay), _discounted(lived, decay)
    return np.sum(weight * once, axis=1), np.sum(weight * twice**2, axis=1)


def buys_within(model: ParetoNBD, x: npt.ArrayLike, T: npt.ArrayLike, weeks: float) -> Floats:
    """Return the chance of at least one purchase within some weeks, given still a customer.

    P(none | alive) = E[((alpha + T) / (alpha + T + D))^(r + x)] over the weeks lived D. Equal
    customers are asked once.
    """
    age, age_of = np.unique(np.asarray(T, np.float64), return_inverse=True)
    key = np.asarray(x).astype(np.int64) * len(age) + age_of
    keys, cell = np.unique(key, return_inverse=True)
    bought, at = np.divmod(keys, len(age))
    lived, weight = _lived(model, age, weeks)
    base = np.log1p(lived / (model.alpha + age)[:, None])
    silent = np.exp(-(model.r + bought)[:, None] * base[at])
    return np.asarray((1 - np.sum(weight[at] * silent, axis=1))[cell])


def _discounted(weeks: Floats, decay: float) -> Floats:
    return weeks if decay == 0 else -np.expm1(-decay * weeks) / decay


def _lived(model: ParetoNBD, age: Floats, weeks: float) -> tuple[Floats, Floats]:
    """Return weeks lived out of `weeks` and their chances, for somebody alive at each age.

    Shape `(ages, 13)`: Gauss-Legendre nodes in the chance of leaving, and staying to the end.
    """
    scale = (model.beta + age)[:, None]
    log_stay = -model.s * np.log1p(weeks / scale)
    gone = -np.expm1(log_stay)
    chance = gone * (_NODES + 1) / 2
    left = np.minimum(scale * np.expm1(-np.log1p(-chance) / model.s), weeks)
    lived = np.concatenate([left, np.full((len(age), 1), weeks)], axis=1)
    return lived, np.concatenate([gone * _WEIGHTS / 2, np.exp(log_stay)], axis=1)
