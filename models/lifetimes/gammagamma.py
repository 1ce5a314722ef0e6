"""Gamma-Gamma: what a customer spends per purchase day, independent of how often they buy.

References: P. S. Fader, B. G. S. Hardie (2013), "The gamma-gamma model of monetary value", note
025; R. Colombo, W. Jiang (1999), "A stochastic RFM model", Journal of Interactive Marketing 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.lifetimes.base import GIVEN, Fit, FitReport, columns, finish, root
from models.lifetimes.optimise import Floats, Optimum, best_of
from models.lifetimes.spend_likelihood import SpendTable, likelihood, table

_LOG_REACH = 10.0


@dataclass(frozen=True)
class GammaGamma:
    """Spend per day ~ Gamma(p, rate nu), nu ~ Gamma(q, rate gamma) across customers.

    Attributes
    ----------
    p, q
        Shapes; q > 1, so the population mean exists.
    gamma
        Rate of the scales, in money.
    correlation
        Of repeat purchase days and mean spend in the data it was fitted on.
    """

    name: ClassVar[str] = "Gamma-Gamma"
    symbols: ClassVar[tuple[str, ...]] = ("p", "q", "gamma")
    p: float
    q: float
    gamma: float
    correlation: float = 0.0
    fit: Fit = field(default=GIVEN, compare=False, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        if not (self.p > 0 and self.q > 1 and self.gamma > 0):
            raise DataError(
                f"Gamma-Gamma with p = {self.p:g}, q = {self.q:g}, gamma = {self.gamma:g} has no "
                "finite mean spend: p and gamma must be above 0 and q above 1."
            )

    @property
    def parameters(self) -> Mapping[str, float]:
        """Return p, q and gamma by name."""
        return {"p": self.p, "q": self.q, "gamma": self.gamma}

    @property
    def log_likelihood(self) -> float:
        """Total log-likelihood of the mean spends; NaN for given or drawn parameters."""
        return self.fit.log_likelihood

    @property
    def report(self) -> FitReport:
        """How the fit went."""
        return self.fit.report

    @property
    def population_mean(self) -> float:
        """E[spend] = p gamma / (q - 1)."""
        return self.p * self.gamma / (self.q - 1)

    def expected(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """E[spend | x days averaging mean] = p (gamma + x mean) / (p x + q - 1), note 025 eq. 5."""
        x, mean = columns(x, mean)
        total = np.where(x > 0, x * np.where(np.isfinite(mean), mean, 0.0), 0.0)
        return np.asarray(self.p * (self.gamma + total) / (self.p * x + self.q - 1))

    def draws(self, n: int, seed: int) -> tuple[GammaGamma, ...]:
        """Draw from the normal approximation in (ln p, ln(q - 1), ln gamma) around the fit."""
        if not self.fit.covariance.size:
            return (self,) * n
        centre = np.log([self.p, self.q - 1, self.gamma])
        steps = np.random.default_rng(seed).standard_normal((n, 3))
        moved = np.exp(centre + steps @ root(self.fit.covariance).T)
        return tuple(
            GammaGamma(float(p), 1 + float(excess), float(gamma), self.correlation)
            for p, excess, gamma in moved
        )


def fit_gamma_gamma(x: Floats, mean: Floats, correlation: float = 0.0) -> GammaGamma:
    """Fit by maximum likelihood in (ln p, ln(q - 1), ln gamma), money in units of its median.

    Parameters
    ----------
    x, mean
        Repeat purchase days (> 0) and the mean spend over them (> 0), shape `(customers,)`.
    correlation
        Of the two, kept with the fit.
    """
    unit = float(np.median(mean))
    data: SpendTable = table(x, mean / unit)
    reach = np.full(3, _LOG_REACH)
    starts = [np.log([p, q - 1, (q - 1) / p]) for p, q in ((2.0, 4.0), (0.5, 2.0), (20.0, 20.0))]

    def climb(count: int) -> Optimum:
        return best_of(
            lambda theta: likelihood(theta, data), starts[:count], -reach, reach, customers=len(x)
        )

    found = climb(1)
    if not found.converged or found.held.any():
        found = climb(len(starts))
    p, excess, gamma = np.exp(found.theta).tolist()
    value = found.value - len(x) * float(np.log(unit))
    fit = finish(GammaGamma.name, GammaGamma.symbols, found, value, len(x))
    return GammaGamma(p, 1 + excess, gamma * unit, correlation, fit=fit)
