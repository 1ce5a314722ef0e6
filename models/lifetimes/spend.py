"""What a customer spends per purchase day: Gamma-Gamma, or shrunken means where it cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.lifetimes.base import FitReport, columns
from models.lifetimes.gammagamma import GammaGamma, fit_gamma_gamma
from models.lifetimes.optimise import Floats

STRONGEST_LINK = 0.3
"""Above this correlation between frequency and mean spend the Gamma-Gamma model is refused."""

FEWEST = 10
"""Customers with spend on repeat purchase days that the Gamma-Gamma model needs."""

HEAVIEST = 2.0
"""Expected over observed mean spend above which the Gamma-Gamma tail is not to be believed."""


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
        trust = np.divide(x, x + self.weight, out=np.zeros_like(x), where=x > 0)
        return np.asarray(self.mean + trust * (own - self.mean))

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

    Where nobody has spent on a second day yet, all that is known of a purchase day is the first:
    the mean of `amount` stands in, without pretending to know customers apart.

    See Also
    --------
    fit_mean_spend : the same from arrays.
    """
    frame = customers.frame
    fitted = fit_mean_spend(frame["spend_days"].to_numpy(), frame["mean_spend"].to_numpy())
    if fitted.population_mean > 0:
        return fitted
    first = frame["amount"].to_numpy(np.float64)
    first = first[first > 0]
    if not len(first):
        return fitted
    error = float(first.std() / np.sqrt(len(first)))
    sentence = "Nobody has spent on a second day yet; the mean of first purchases is used instead."
    report = FitReport(True, 0, 0.0, (), False, sentence)
    return ShrunkenMeans(float(first.mean()), float("inf"), error, 0.0, report)


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
        fitted = fit_gamma_gamma(x, mean, link)
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
