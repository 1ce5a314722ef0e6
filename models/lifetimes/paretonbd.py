"""Pareto/NBD: steady buyers who leave once, unseen, at a hazard of their own.

References: D. C. Schmittlein, D. G. Morrison, R. Colombo (1987), "Counting your customers",
Management Science 33, 1-24; P. S. Fader, B. G. S. Hardie (2005), "A note on deriving the Pareto/NBD
model and related expressions".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import expit, exprel, gammainccinv, gammaincinv, polygamma, xlog1py

from models.counts import Counts, coarser
from models.lifetimes.base import Fitted, HazardWeights, clear_peak, columns, finish, root
from models.lifetimes.hazards import gamma_masses
from models.lifetimes.nbd import FEW, LONG, LOWEST, NBD, WARM_DAYS, box, fit_nbd
from models.lifetimes.optimise import Floats, Objective, Optimum, best_of, maximise, total
from models.lifetimes.pareto_likelihood import likelihood, log_likelihood, log_odds_alive
from models.lifetimes.posterior import sample
from models.lifetimes.tails import Tails

LARGE = 20_000
"""Customers above which the normal approximation serves as posterior."""

DRAW_DAYS = 14
"""Width of the bins on which draws are weighed; it moves a log-likelihood by a few hundredths."""

FREE_LOG_SHAPE = 5.0
"""The prior is flat up to s = e^5, where hazards are as good as equal, and falls from there."""


@dataclass(frozen=True)
class ParetoNBD(Fitted):
    """Purchase rate lambda ~ Gamma(r, rate alpha), hazard of leaving mu ~ Gamma(s, rate beta).

    Both per week and independent of each other.

    Attributes
    ----------
    r, alpha
        Shape (no unit) and rate (weeks) of the purchase rates.
    s, beta
        Shape (no unit) and rate (weeks) of the hazards.
    counts
        The customers it was fitted on, which draws of parameters are weighed by; None if given.
    """

    name: ClassVar[str] = "Pareto/NBD"
    symbols: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    r: float
    alpha: float
    s: float
    beta: float
    counts: Counts | None = field(default=None, compare=False, repr=False, kw_only=True)

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """P(lifetime > T | x, t_x, T), Fader & Hardie (2005) section 4; shape `(m,)`."""
        odds = log_odds_alive((self.r, self.alpha, self.s, self.beta), *columns(x, t_x, T))
        return np.asarray(expit(odds))

    def rate_given_alive(self, x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """E[lambda | alive at T, x] = (r + x) / (alpha + T), purchases per week."""
        x, T = columns(x, T)
        return (self.r + x) / (self.alpha + T)

    def hazard_given_alive(self, T: npt.ArrayLike) -> tuple[float, Floats]:
        """Shape s and rate beta + T (weeks) of the gamma law of mu, given alive at T.

        Given alive, mu is independent of lambda and of how often the customer bought.
        """
        return self.s, self.beta + columns(T)[0]

    def expected_if_alive(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """(r+x)/(alpha+T) x expected weeks lived within the next `weeks`; shape `(m, *weeks)`."""
        x, _, T = columns(x, t_x, T)
        ahead = np.asarray(weeks, np.float64)
        lived = weeks_lived(self.s, (self.beta + T).reshape(-1, *(1,) * ahead.ndim), ahead)
        rate = (self.r + x) / (self.alpha + T)
        return rate.reshape(-1, *(1,) * (lived.ndim - 1)) * lived

    def expected_purchases(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """P(alive) times `expected_if_alive`, Fader & Hardie (2005) equation 41."""
        ahead = self.expected_if_alive(weeks, x, t_x, T)
        return self.p_alive(x, t_x, T).reshape(-1, *(1,) * (ahead.ndim - 1)) * ahead

    def expected_purchases_new(self, weeks: npt.ArrayLike) -> Floats:
        """E[X(weeks)] of a newcomer, the first purchase not counted."""
        lived = weeks_lived(self.s, self.beta, np.asarray(weeks, np.float64))
        return np.asarray(self.r / self.alpha * lived)

    def survival(self, weeks: npt.ArrayLike) -> Floats:
        """P(lifetime > weeks) of a newcomer: (beta / (beta + weeks))^s, the Pareto law."""
        return np.asarray(np.exp(-xlog1py(self.s, np.asarray(weeks, np.float64) / self.beta)))

    def hazard_grid(self, counts: Counts, nodes: int = 129) -> Floats:
        """Zero, then hazards evenly spaced in the log over all but 2e-12 of everybody's law.

        Never below e^-20 per week; more nodes than asked for when the step would exceed a third of
        the standard deviation of ln mu.
        """
        low = gammaincinv(self.s, 1e-12) / (self.beta + float(counts.T.max()))
        high = gammainccinv(self.s, 1e-12) / (self.beta + float(counts.T.min()))
        bottom = max(float(np.log(max(low, 1e-300))), -20.0)
        top = max(float(np.log(high)), bottom + 1.0)
        step = float(np.sqrt(polygamma(1, self.s))) / 3
        fine = max(nodes - 1, int(np.ceil((top - bottom) / step)) + 1)
        return np.concatenate([[0.0], np.exp(np.linspace(bottom, top, fine))])

    def hazard_weights(
        self, grid: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> HazardWeights:
        """P(alive) x Gamma(mu; s, beta + T) on the grid, and the same times E[lambda | alive].

        Hazard and rate are independent given alive, so both weights share one shape per T.
        """
        x, t_x, T = columns(x, t_x, T)
        age, row = np.unique(T, return_inverse=True)
        masses = gamma_masses(np.asarray(grid, np.float64), self.s, self.beta + age)[row]
        alive = self.p_alive(x, t_x, T)[:, None] * masses
        return HazardWeights(alive, alive * self.rate_given_alive(x, T)[:, None])

    def draws(self, n: int, seed: int) -> tuple[ParetoNBD, ...]:
        """Draw parameters from their posterior, as models.

        Small companies: adaptive importance sampling around the fit, because the ridge between s
        and beta makes the normal approximation too narrow. From 20,000 customers on the two agree
        and the normal one is used.
        """
        counts = self.counts
        if counts is None or counts.customers > LARGE:
            return super().draws(n, seed)
        thin = coarser(counts, DRAW_DAYS)
        tails = Tails(thin)

        def posterior(theta: Floats) -> float:
            return log_likelihood(_four(theta), thin, tails) + _prior(theta)[0]

        centre, spread = self.log_parameters(), root(self.fit.covariance)
        rng = np.random.default_rng(seed)
        drawn = sample(posterior, centre, spread, box(counts, "sasa"), n=n, rng=rng)
        return tuple(self.with_log_parameters(theta) for theta in drawn)


def fit_paretonbd(counts: Counts, near: ParetoNBD | None = None) -> ParetoNBD:
    """Fit by maximum likelihood, with a prior on s that is flat wherever shops are found.

    The prior only stops the run along the ridge where s and beta grow without end at a constant
    s / beta; the reported log-likelihood is without it. The result is never below the NBD inside.

    Parameters
    ----------
    counts
        Collapsed customers.
    near
        The same company fitted on nearly the same history: one climb from there is enough when it
        settles. Without it every start is climbed from where there may be several peaks.
    """
    lower, upper = box(counts, "sasa")
    naive = fit_nbd(counts)
    starts = _starts(counts, naive, lower, upper)
    found = None if near is None else _settled(counts, near.log_parameters(), lower, upper)
    if found is None:
        found = _anywhere(counts, starts, lower, upper)
    if found.value < naive.log_likelihood:
        found = best_of(
            _objective(counts),
            starts[-1:],
            lower,
            upper,
            customers=counts.customers,
            first=found,
        )
    r, alpha, s, beta = _four(found.theta)
    level = found.value - _prior(found.theta)[0]
    fit = finish(ParetoNBD.name, ParetoNBD.symbols, found, level, counts.customers)
    return ParetoNBD(r, alpha, s, beta, fit=fit, counts=counts)


def _settled(counts: Counts, start: Floats, lower: Floats, upper: Floats) -> Optimum | None:
    """Climb from a place known to be near, and return where that ended if it settled there."""
    found = maximise(_objective(counts), start, lower, upper, customers=counts.customers)
    return found if found.converged else None


def _anywhere(counts: Counts, starts: list[Floats], lower: Floats, upper: Floats) -> Optimum:
    """Search from the starts, on coarser bins first where those are much fewer."""
    thin = coarser(counts, WARM_DAYS) if len(counts) > LONG else counts
    if len(thin) >= len(counts) / 2:
        return _search(counts, starts, lower, upper)
    warm = _search(thin, starts, lower, upper)
    return maximise(_objective(counts), warm.theta, lower, upper, customers=counts.customers)


def _search(counts: Counts, starts: list[Floats], lower: Floats, upper: Floats) -> Optimum:
    """Climb from the first start; from all when few customers or no clear peak leave doubt."""
    objective, customers = _objective(counts), counts.customers
    found = maximise(objective, starts[0], lower, upper, customers=customers)
    if clear_peak(found) and len(counts) > FEW:
        return found
    return best_of(objective, starts[1:], lower, upper, customers=customers, first=found)


def _starts(counts: Counts, naive: NBD, lower: Floats, upper: Floats) -> list[Floats]:
    """Return log parameters to climb from: moments first, the NBD inside the model last.

    Besides everybody's rates those of the repeat buyers alone, for shops most leave at once.
    """
    age = float(np.exp(lower[1] - LOWEST))
    rates = (1.3 * naive.r, 1.3 * naive.alpha)
    bought, lived = total(counts.n, counts.x.astype(np.float64)), total(counts.n, counts.t_x)
    keen = (2.0, 2.0 * max(lived, 1 / 7) / max(bought, 0.5))
    starts = [(*rates, 0.6, age / 2), (*keen, 0.1, age / 100), (*keen, 0.5, age / 10)]
    starts += [(*rates, 0.2, age / 5), (*rates, 2.0, 3 * age), (*rates, 20.0, 20 * age)]
    starts += [(20.0, 10 * keen[1], 0.3, age / 20)]
    nobody = np.array([np.log(naive.r), np.log(naive.alpha), lower[2], upper[3]])
    return [*(np.clip(np.log(start), lower, upper) for start in starts), nobody]


def _objective(counts: Counts) -> Objective:
    """Log-likelihood plus log prior as a function of log parameters, with derivatives."""
    tails = Tails(counts)

    def objective(theta: Floats) -> tuple[float, Floats, Floats]:
        value, gradient, hessian = likelihood(_four(theta), counts, tails)
        prior, slope, bend = _prior(theta)
        gradient[2] += slope
        hessian[2, 2] += bend
        return value + prior, gradient, hessian

    return objective


def _prior(theta: Floats) -> tuple[float, float, float]:
    """Log prior of ln s with its first and second derivative."""
    beyond = max(float(theta[2]) - FREE_LOG_SHAPE, 0.0)
    return -(beyond**3) / 6, -(beyond**2) / 2, -beyond


def _four(theta: Floats) -> tuple[float, float, float, float]:
    """Return r, alpha, s, beta from their logs."""
    r, alpha, s, beta = np.exp(theta).tolist()
    return r, alpha, s, beta


def weeks_lived(s: Floats | float, rate: Floats | float, weeks: Floats) -> Floats:
    """E[(1 - e^(-mu t)) / mu] for mu ~ Gamma(s, rate): weeks lived within the next t.

    The integral of (rate / (rate + u))^s over u in (0, t): rate x l x exprel((1-s) l) with
    l = ln(1 + t / rate), which has no hole at s = 1. Arguments are broadcast.
    """
    lengths = np.log1p(weeks / rate)
    return np.asarray(rate * lengths * exprel((1 - s) * lengths))
