"""What a customer spends per purchase day: Gamma-Gamma, or shrunken means where that cannot hold.

References: P. S. Fader, B. G. S. Hardie (2013), "The gamma-gamma model of monetary value", note
025; R. Colombo, W. Jiang (1999), "A stochastic RFM model", Journal of Interactive Marketing 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import DataError
from models.lifetimes.base import GIVEN, Fit, FitReport, columns, finish, root
from models.lifetimes.optimise import Floats, Optimum, best_of
from models.lifetimes.spend_likelihood import SpendTable, likelihood, table

STRONGEST_LINK = 0.3
"""Above this correlation between frequency and mean spend the Gamma-Gamma model is refused."""

FEWEST = 10
"""Customers with spend on repeat purchase days that the Gamma-Gamma model needs."""

HEAVIEST = 2.0
"""Expected over observed mean spend above which the Gamma-Gamma tail is not to be believed."""

_LOG_REACH = 10.0


class HasCustomers(Protocol):
    """Anything with one row per customer and the columns `spend_days` and `mean_spend`."""

    @property
    def frame(self) -> pd.DataFrame:
        """One row per customer."""
        ...


class Spend(Protocol):
    """A finished model of spend per purchase day, in the currency of the file."""

    name: ClassVar[str]

    @property
    def parameters(self) -> Mapping[str, float]:
        """Parameter values by the names the papers use."""
        ...

    @property
    def log_likelihood(self) -> float:
        """Total log-likelihood of the mean spends; NaN where no likelihood was maximised."""
        ...

    @property
    def report(self) -> FitReport:
        """How the fit went, and for the fallback why it was taken."""
        ...

    @property
    def correlation(self) -> float:
        """Correlation of repeat purchase days and mean spend among those who have any."""
        ...

    @property
    def population_mean(self) -> float:
        """Expected spend per purchase day of somebody nothing is known about."""
        ...

    def expected(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Return expected spend per purchase day given `x` days averaging `mean`, `(m,)`."""
        ...

    def draws(self, n: int, seed: int) -> tuple[Spend, ...]:
        """Equally likely alternative parameter values, as models."""
        ...


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


@dataclass(frozen=True)
class ShrunkenMeans:
    """Each customer's own mean, pulled towards everybody's by how little it is based on.

    expected = (x mean + k m) / (x + k), k = variance within customers / variance between them.

    Attributes
    ----------
    mean, weight
        Mean spend per purchase day m, and k in purchase days (infinite when all customers spend
        alike, then everyone is expected to spend m).
    error
        Standard error of m, for draws.
    correlation
        Of repeat purchase days and mean spend.
    report
        Why the Gamma-Gamma model was not used.
    """

    name: ClassVar[str] = "shrunken means"
    mean: float
    weight: float
    error: float
    correlation: float
    report: FitReport

    @property
    def parameters(self) -> Mapping[str, float]:
        """Return the mean and the weight by name."""
        return {"mean": self.mean, "weight": self.weight}

    @property
    def log_likelihood(self) -> float:
        """NaN: nothing was maximised."""
        return float("nan")

    @property
    def population_mean(self) -> float:
        """Mean spend per repeat purchase day of an average customer."""
        return self.mean

    def expected(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Return the shrunken mean of each customer, money per purchase day, shape `(m,)`."""
        x, mean = columns(x, mean)
        own = np.where((x > 0) & np.isfinite(mean), mean, self.mean)
        trust = x / (x + self.weight) if np.isfinite(self.weight) else np.zeros_like(x)
        return np.asarray(self.mean + np.where(x > 0, trust, 0.0) * (own - self.mean))

    def draws(self, n: int, seed: int) -> tuple[ShrunkenMeans, ...]:
        """Draw the population mean from a gamma law with its mean and standard error."""
        if self.error <= 0 or self.mean <= 0:
            return (self,) * n
        shape = (self.mean / self.error) ** 2
        means = np.random.default_rng(seed).gamma(shape, self.mean / shape, n)
        return tuple(
            ShrunkenMeans(float(m), self.weight, self.error, self.correlation, self.report)
            for m in means
        )


def fit_spend(customers: HasCustomers) -> GammaGamma | ShrunkenMeans:
    """Fit spend per purchase day from the columns `spend_days` and `mean_spend`.

    See Also
    --------
    fit_mean_spend : the same from arrays.
    """
    frame = customers.frame
    return fit_mean_spend(frame["spend_days"].to_numpy(), frame["mean_spend"].to_numpy())


def fit_mean_spend(x: npt.ArrayLike, mean: npt.ArrayLike) -> GammaGamma | ShrunkenMeans:
    """Fit Gamma-Gamma by maximum likelihood, or say why not and shrink means instead.

    Parameters
    ----------
    x, mean
        Repeat purchase days with positive spend, and the mean spend over them; customers with
        none (x = 0, or a mean that is NaN or not positive) are passed over. Shape `(customers,)`.
    """
    x, mean = columns(x, mean)
    known = (x > 0) & np.isfinite(mean) & (mean > 0)
    x, mean = x[known], mean[known]
    link = dependence(x, mean)
    reason = _why_not(x, mean, link)
    if reason is None:
        fitted = _maximum(x, mean, link)
        reason = _why_not_after_all(fitted, float(mean.mean()))
        if reason is None:
            return fitted
    return _shrunken(x, mean, link, reason)


def dependence(x: npt.ArrayLike, mean: npt.ArrayLike) -> float:
    """Correlation of purchase days and mean spend, 0 where either does not vary."""
    x, mean = columns(x, mean)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(mean) == 0:
        return 0.0
    return float(np.corrcoef(x, mean)[0, 1])


def _why_not(x: Floats, mean: Floats, link: float) -> str | None:
    """Return the reason against Gamma-Gamma that can be seen before fitting."""
    if len(x) < FEWEST:
        return (
            f"Only {len(x)} customers have spend on a repeat purchase day; the Gamma-Gamma model "
            f"needs {FEWEST}."
        )
    if np.ptp(mean) <= 1e-9 * mean.max():
        return "Every customer spends the same, so there is no spread to model."
    if abs(link) > STRONGEST_LINK:
        return (
            f"Spend and frequency go together (correlation {link:.2f}, more than "
            f"{STRONGEST_LINK} either way), which the Gamma-Gamma model assumes they do not."
        )
    return None


def _why_not_after_all(fitted: GammaGamma, observed: float) -> str | None:
    """Return the reason against Gamma-Gamma that shows only in its fit."""
    if not fitted.report.converged or fitted.report.at_bound:
        return fitted.report.sentence
    times = fitted.population_mean / observed
    if times > HEAVIEST:
        return (
            f"A few very large amounts make the Gamma-Gamma model expect {times:.1f} times the "
            "observed average of anybody new."
        )
    return None


def _maximum(x: Floats, mean: Floats, link: float) -> GammaGamma:
    """Climb in (ln p, ln(q - 1), ln gamma), money measured in units of its median."""
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
    return GammaGamma(p, 1 + excess, gamma * unit, link, fit=fit)


def _shrunken(x: Floats, mean: Floats, link: float, reason: str) -> ShrunkenMeans:
    """Estimate the two variances by how the spread of means falls with the days they rest on.

    For a customer with x days, Var(mean) = between + within / x: regressing squared deviations on
    1 / x, both kept at or above zero.
    """
    sentence = f"{reason} Means shrunken towards the average are used instead."
    report = FitReport(True, 0, 0.0, (), False, sentence)
    if not len(x):
        return ShrunkenMeans(0.0, float("inf"), 0.0, link, report)
    centre = float(mean.mean())
    squared, per_day = (mean - centre) ** 2, 1 / x
    spread = float(squared.mean())
    design = np.stack([np.ones_like(per_day), per_day], axis=1)
    if np.ptp(per_day) > 0:
        between, within = np.linalg.lstsq(design, squared, rcond=None)[0].tolist()
    else:
        between = within = spread / (1 + float(per_day[0]))
    if within <= 0:
        between, within = spread, 0.0
    if between <= 0:
        between, within = 0.0, spread
    weight = within / between if between > 0 else float("inf")
    error = float(np.sqrt(spread / len(x)))
    return ShrunkenMeans(centre, weight, error, link, report)
