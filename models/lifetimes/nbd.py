"""NBD: everybody keeps buying at their own steady rate and nobody ever leaves.

The naive baseline every other model has to beat. Reference: A. S. C. Ehrenberg (1959), "The pattern
of consumer purchases", Applied Statistics 8, 26-41.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from models.counts import Counts
from models.lifetimes.base import Fitted, HazardWeights, columns, finish
from models.lifetimes.optimise import Floats, best_of, total
from models.lifetimes.tails import Tails
from models.periods import DAYS_PER_WEEK

LOWEST, HIGHEST = -10.0, 14.0
"""Logs between which shapes are searched, and scales as many logs below and above the average T."""

FEW = 500
"""Rows up to which other models are climbed from every start: small tables have several peaks."""

LONG = 500
"""Rows of the collapsed table above which other models are first fitted on one with wider bins."""

WARM_DAYS = 28
"""Width of those bins. A fit on them is so close that two exact passes finish it."""


@dataclass(frozen=True)
class NBD(Fitted):
    """Purchase rate lambda ~ Gamma(r, rate alpha), per week.

    Attributes
    ----------
    r, alpha
        Shape (no unit) and rate (weeks) of the gamma distribution of purchase rates.
    """

    name: ClassVar[str] = "NBD"
    symbols: ClassVar[tuple[str, ...]] = ("r", "alpha")
    r: float
    alpha: float

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """Return ones: in this model nobody leaves."""
        return np.ones_like(columns(x, t_x, T)[0])

    def expected_if_alive(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks]: (r + x) / (alpha + T) x weeks."""
        x, _, T = columns(x, t_x, T)
        rate = (self.r + x) / (self.alpha + T)
        return np.multiply.outer(rate, np.asarray(weeks, np.float64))

    def expected_purchases(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks], given the history."""
        return self.expected_if_alive(weeks, x, t_x, T)

    def expected_purchases_new(self, weeks: npt.ArrayLike) -> Floats:
        """Return expected repeat purchases of a newcomer: r / alpha x weeks."""
        return np.asarray(self.r / self.alpha * np.asarray(weeks, np.float64))

    def survival(self, weeks: npt.ArrayLike) -> Floats:
        """Return ones: in this model nobody leaves."""
        return np.ones_like(np.asarray(weeks, np.float64))

    def hazard_grid(self, counts: Counts, nodes: int = 129) -> Floats:
        """Return the one hazard there is, zero."""
        return np.zeros(1)

    def hazard_weights(
        self, grid: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> HazardWeights:
        """Put everybody at zero hazard, which must be the grid's first node."""
        x, _, T = columns(x, t_x, T)
        alive = np.zeros((len(x), np.asarray(grid).size))
        alive[:, 0] = 1.0
        return HazardWeights(alive, alive * ((self.r + x) / (self.alpha + T))[:, None])


def fit_nbd(counts: Counts) -> NBD:
    """Fit by maximum likelihood; r stops at e^14, where rates are as good as equal."""
    tails, ages = Tails(counts), _ages(counts)

    def objective(theta: Floats) -> tuple[float, Floats, Floats]:
        return _likelihood(theta, ages, tails)

    lower, upper = box(counts, "sa")
    found = best_of(
        objective, [np.log(start_rates(counts))], lower, upper, customers=counts.customers
    )
    r, alpha = np.exp(found.theta)
    fit = finish(NBD.name, NBD.symbols, found, found.value, counts.customers)
    return NBD(float(r), float(alpha), fit=fit)


def box(counts: Counts, kinds: str) -> tuple[Floats, Floats]:
    """Return the box of log parameters: `s`hapes around 1, `a`ges around the average T in weeks."""
    age = float(np.average(counts.T, weights=counts.n)) if len(counts) else 1.0
    middle = np.array([0.0 if kind == "s" else np.log(max(age, 1e-3)) for kind in kinds])
    return middle + LOWEST, middle + HIGHEST


def start_rates(counts: Counts) -> tuple[float, float]:
    """Return r and alpha (weeks) from the mean and the spread of purchases per customer."""
    n, x = counts.n.astype(np.float64), counts.x.astype(np.float64)
    mean = max(total(n, x), 0.5) / counts.customers
    age = max(total(n, counts.T) / counts.customers, 1e-3)
    excess = total(n, np.square(x - mean)) / counts.customers - mean
    r = float(np.clip(mean**2 / excess, 0.05, 20.0)) if excess > 0 else 20.0
    return r, r * age / mean


class _Ages(NamedTuple):
    """Distinct ages T: all the NBD needs besides the tails, because its exponent is linear in x."""

    T: Floats
    n: Floats  # customers of that age
    bought: Floats  # their repeat purchases


def _ages(counts: Counts) -> _Ages:
    """Add up customers and purchases by T."""
    days = np.rint(counts.T * DAYS_PER_WEEK)
    if np.abs(days - counts.T * DAYS_PER_WEEK).max(initial=0.0) < 1e-6:
        row = days.astype(np.int64)
        ages = np.arange(int(row.max(initial=0)) + 1) / DAYS_PER_WEEK
    else:
        ages, row = np.unique(counts.T, return_inverse=True)
    n = np.bincount(row, weights=counts.n, minlength=len(ages))
    bought = np.bincount(row, weights=counts.n * counts.x, minlength=len(ages))
    seen = n > 0
    return _Ages(ages[seen], n[seen].astype(np.float64), bought[seen].astype(np.float64))


def _likelihood(theta: Floats, ages: _Ages, tails: Tails) -> tuple[float, Floats, Floats]:
    """Value and derivatives by (ln r, ln alpha) of ln Gamma(r+x)/Gamma(r) alpha^r (alpha+T)^-(r+x).

    With l = ln(1 + T/alpha) and rho = T/(alpha+T) a customer adds, besides the gamma ratio and
    -x ln alpha, -(r+x) l, whose slopes are -r l and (r+x) rho.
    """
    r, alpha = np.exp(theta).tolist()
    n, K = ages.n, r * ages.n + ages.bought
    rise, rise1, rise2 = tails.rising(r, alpha)
    age = np.log1p(ages.T / alpha)
    rho = ages.T / (alpha + ages.T)
    steady = r * total(n, age)
    value = rise - total(K, age)
    gradient = np.array([rise1 - steady, total(K, rho) - tails.events])
    cross = r * total(n, rho)
    bend = -total(K, rho * (1 - rho))
    return value, gradient, np.array([[rise2 - steady, cross], [cross, bend]])
