"""What every customer model is, and how the search for its parameters went.

Two worlds meet here. Whatever a model believes about leaving, after a fit it answers the same
questions: is this customer still one, how many purchases are to come, how long do newcomers stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from models.counts import Counts
from models.lifetimes.optimise import Floats, Optimum, curvature

FLAT = 0.04
"""Curvature of the log-likelihood in some direction of the log parameters below which (a standard
error above 5 natural logs) the data are said not to tell that direction: a ridge."""

WIDEST_SD = 3.0
"""Standard deviation a draw may have in a direction the data do not tell, in natural logs."""


@dataclass(frozen=True)
class FitReport:
    """How a search for parameters ended, for the reader who asks whether to trust it.

    Attributes
    ----------
    converged
        Whether the slope per customer is below 1e-8 in every free log parameter, or no rise of the
        log-likelihood above 1e-5 is left.
    iterations
        Newton steps of the search that was kept.
    gradient
        Largest absolute slope per customer in a free log parameter.
    at_bound
        Names of the parameters that ran to the edge of what is searched.
    ridge
        Whether some combination of parameters is left open by the data.
    sentence
        The same in words.
    """

    converged: bool
    iterations: int
    gradient: float
    at_bound: tuple[str, ...]
    ridge: bool
    sentence: str


@dataclass(frozen=True, eq=False)
class Fit:
    """What a fit leaves behind besides the parameters.

    Attributes
    ----------
    log_likelihood
        Total of the unscaled log densities over all customers, without any prior.
    report
        How the search ended.
    covariance
        Of the log parameters (Laplace), shape `(k, k)`; directions the data do not tell are capped.
    customers
        How many customers were fitted.
    """

    log_likelihood: float
    report: FitReport
    covariance: Floats
    customers: int


GIVEN = Fit(
    float("nan"),
    FitReport(True, 0, 0.0, (), False, "The parameters were given, not fitted."),
    np.zeros((0, 0)),
    0,
)
"""Stands in for a fit when a model is written down from published or drawn parameters."""


class HazardWeights(NamedTuple):
    """Where the surviving customers sit on the axis of their own hazard of leaving.

    Attributes
    ----------
    alive
        Chance that the customer is still one *and* leaves at about this hazard, shape
        `(customers, nodes)`; a row sums to P(alive).
    rate
        E[purchase rate per week; alive, hazard at about this node], shape `(customers, nodes)`; a
        row sums to P(alive) x E[rate | alive]. Multiplying `alive` by a mean rate instead is wrong
        where hazard and rate are tied, as in BG/NBD and MBG/NBD.
    """

    alive: Floats
    rate: Floats


class Lifetimes(Protocol):
    """A finished model of purchases and silent goodbyes. Time is in weeks throughout.

    `x`, `t_x`, `T` are arrays of one shape `(m,)` (or scalars); predictions over `weeks` of shape
    `w` come back with shape `(m, *w)`. To predict for a million customers, predict for the rows of
    `Counts` and index the answer by `cell`.
    """

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        ...

    @property
    def parameters(self) -> Mapping[str, float]:
        """Parameter values by the names the papers use."""
        ...

    @property
    def log_likelihood(self) -> float:
        """Total unscaled log-likelihood; comparable between all models on the same customers."""
        ...

    @property
    def report(self) -> FitReport:
        """How the fit went."""
        ...

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """Chance that the customer is still one at the end of observation."""
        ...

    def expected_if_alive(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks] of somebody still a customer at T."""
        ...

    def expected_purchases(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks], given the history."""
        ...

    def expected_purchases_new(self, weeks: npt.ArrayLike) -> Floats:
        """Return expected repeat purchases of a newcomer within `weeks` of the first."""
        ...

    def survival(self, weeks: npt.ArrayLike) -> Floats:
        """Chance that a newcomer is still a customer this many weeks after the first purchase."""
        ...

    def hazard_grid(self, counts: Counts, nodes: int = 129) -> Floats:
        """Ascending hazards per week, zero first, wide and fine enough for these customers."""
        ...

    def hazard_weights(
        self, grid: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> HazardWeights:
        """Weights of each customer on a grid of hazards per week."""
        ...

    def draws(self, n: int, seed: int) -> tuple[Self, ...]:
        """Equally likely alternative parameter values, as models."""
        ...


@dataclass(frozen=True)
class Fitted:
    """Parameters plus the fit they came from: the plain part every open model shares."""

    symbols: ClassVar[tuple[str, ...]] = ()
    fit: Fit = field(default=GIVEN, compare=False, repr=False, kw_only=True)

    @property
    def parameters(self) -> Mapping[str, float]:
        """Parameter values by the names the papers use."""
        return {symbol: float(getattr(self, symbol)) for symbol in self.symbols}

    @property
    def log_likelihood(self) -> float:
        """Total unscaled log-likelihood; NaN for parameters that were given or drawn."""
        return self.fit.log_likelihood

    @property
    def report(self) -> FitReport:
        """How the fit went."""
        return self.fit.report

    def log_parameters(self) -> Floats:
        """Return the logs of the parameters, shape `(k,)`."""
        return np.log([getattr(self, symbol) for symbol in self.symbols])

    def with_log_parameters(self, theta: Floats) -> Self:
        """Return the same kind of model at other parameters, as given rather than fitted."""
        values: dict[str, Any] = dict(zip(self.symbols, np.exp(theta).tolist(), strict=True))
        return replace(self, **values, fit=GIVEN)

    def draws(self, n: int, seed: int) -> tuple[Self, ...]:
        """Draw parameters from the normal approximation in logs around the fit (Laplace)."""
        theta, covariance = self.log_parameters(), self.fit.covariance
        if not covariance.size:
            return (self,) * n
        spread = np.random.default_rng(seed).standard_normal((n, len(theta)))
        moved = theta + spread @ root(covariance).T
        return tuple(self.with_log_parameters(row) for row in moved)


def clear_peak(found: Optimum) -> bool:
    """Whether a search settled inside the box, where the likelihood falls off in all directions."""
    if not found.converged or found.held.any():
        return False
    values, _ = curvature(found.hessian, ~found.held)
    return bool(values.min() >= FLAT)


def finish(
    name: str,
    symbols: Sequence[str],
    found: Optimum,
    log_likelihood: float,
    customers: int,
) -> Fit:
    """Turn the end of a search into what a model keeps of it."""
    free = ~found.held
    values, _ = curvature(found.hessian, free) if free.any() else (np.ones(1), np.ones((1, 1)))
    ridge = bool(values.min() < FLAT)
    at_bound = tuple(s for s, held in zip(symbols, found.held, strict=True) if held)
    report = FitReport(
        found.converged,
        found.iterations,
        found.slope,
        at_bound,
        ridge,
        _sentence(name, found, at_bound, ridge),
    )
    return Fit(float(log_likelihood), report, _covariance(found), customers)


def root(covariance: Floats) -> Floats:
    """Return a matrix whose product with its transpose is the covariance, singular or not."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def columns(*values: npt.ArrayLike) -> tuple[Floats, ...]:
    """Broadcast histories to one-dimensional float arrays of one length."""
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, np.float64)) for v in values))
    return tuple(np.ascontiguousarray(a) for a in arrays)


def _covariance(found: Optimum) -> Floats:
    """Inverse curvature on the free parameters, no direction wider than `WIDEST_SD`."""
    k = len(found.theta)
    covariance = np.zeros((k, k))
    free = ~found.held
    if free.any():
        values, vectors = curvature(found.hessian, free)
        inverse = vectors / np.maximum(values, WIDEST_SD**-2) @ vectors.T
        covariance[np.ix_(free, free)] = inverse
    return covariance


def _sentence(name: str, found: Optimum, at_bound: tuple[str, ...], ridge: bool) -> str:
    """Say how the search ended."""
    if not found.converged:
        return (
            f"The {name} fit stopped after {found.iterations} steps without settling "
            f"(slope {found.slope:.1e} per customer): compare it with the other models before use."
        )
    parts = [f"The {name} fit settled after {found.iterations} steps"]
    if at_bound:
        parts.append(
            f"with {' and '.join(at_bound)} at the edge of what is searched, "
            "so the data ask for a simpler model"
        )
    if ridge:
        parts.append(
            "with a combination of parameters the data leave open: predictions are "
            "sound, single parameters are not"
        )
    return ", ".join(parts) + "."
