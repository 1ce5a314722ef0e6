"""When did they leave, if nobody saw them go? The maximum likelihood answer without a shape.

Cells i = (x, t_x, T) with counts n_i; the goodbye falls into one of the monthly bins j or "later".
Purchases come at random at a rate that differs from customer to customer (gamma, r and alpha), so
the chance of the history if the customer left at age d is, up to what does not depend on d,

    (alpha + T)^(r+x) / (alpha + min(d, T))^(r+x)   for d >= t_x, else 0.

L_ij is its mean over bin j, and the shares f maximise sum_i n_i log sum_j f_j L_ij. No family of
lifetimes is assumed: a quarter of the customers leaving in month four is found where it happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls
from scipy.special import gammaln

from models.counts import Counts, coarser
from models.periods import DAYS_PER_WEEK

Floats = npt.NDArray[np.float64]

_MOST_CELLS = 60_000
_STEP = 1e-5
_LONGEST_MOVE = 0.5
# How far log r and log alpha may be from the fitted model's: nothing against hundreds of customers,
# an anchor for a group of thirty.
_PRIOR_SD = 0.5


@dataclass(frozen=True, eq=False)
class Goodbyes:
    """Shares of customers leaving in each bin of age, and the purchase rates found with them.

    Attributes
    ----------
    edges
        Bin edges in weeks since the first purchase, shape `(bins + 1,)`.
    leaving
        Share leaving in each bin, and last the share that leaves later, shape `(bins + 1,)`.
    r, alpha
        Gamma shape, and rate in weeks, of the purchases of somebody still a customer.
    log_likelihood
        Of all customers, without the constant that depends on neither.
    steps
        Newton steps taken.
    converged
        Whether the last of them moved nothing by more than 1e-6.
    """

    edges: Floats
    leaving: Floats
    r: float
    alpha: float
    log_likelihood: float
    steps: int
    converged: bool
    _problem: _Problem
    _state: _State

    @property
    def survival(self) -> Floats:
        """Share still a customer at each bin edge, starting at 1, shape `(bins + 1,)`."""
        return 1 - np.concatenate([[0.0], np.cumsum(self.leaving[:-1])])

    def resampled(self, times: int, seed: int) -> Floats:
        """Bootstrap the counts; return the survival of each redrawn company.

        Each redrawn company takes one quadratic step from the estimate: the likelihood is close to
        quadratic over the distance between bootstraps, and one step costs a product of matrices
        instead of a fit.

        Returns
        -------
        ndarray of shape `(times, bins + 1)`
        """
        n = self._problem.n
        total = int(n.sum())
        redrawn = np.random.default_rng(seed).multinomial(total, n / total, size=times)
        scores = self._problem.scores(self._state)
        curvature = self._problem.curvature(scores)
        slopes = (self._problem.slope(self._state, scores, row) for row in redrawn)
        f = np.stack([_quadratic_step(curvature, slope, self.leaving)[0] for slope in slopes])
        f /= f.sum(axis=1, keepdims=True)
        return 1 - np.concatenate([np.zeros((times, 1)), np.cumsum(f[:, :-1], axis=1)], axis=1)


def likelihood(
    counts: Counts, r: float, alpha: float, edges: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Return L_ij, and the log factor each row was divided by to stay within floating point.

    A purchase stamped with a day happened within it, on average half a day before its end: without
    that half day `alpha` and the first month are biased where many leave early.

    Parameters
    ----------
    counts
        Histories, shape `(cells,)`.
    r, alpha
        See `Goodbyes`.
    edges
        Bin edges in weeks, shape `(bins + 1,)`.

    Returns
    -------
    L, scale
        Shapes `(cells, bins + 1)` and `(cells,)`; the last column of L is "later".
    """
    ages = np.asarray(edges, dtype=np.float64)
    T = counts.T[:, None]
    k = (r + counts.x)[:, None]
    last = np.maximum(counts.t_x - 0.5 / DAYS_PER_WEEK, 0.0)[:, None]
    high = np.minimum(ages[1:], T)
    low = np.minimum(np.maximum(ages[:-1], last), high)
    span = np.log((alpha + high) / (alpha + low))
    log_ratio = np.where(high > low, k * np.log((alpha + T) / (alpha + low)), 0.0)
    scale = log_ratio.max(axis=1, initial=0.0)
    # Integral of (alpha + d)^-k from low to high, relative to its value at low; k = 1 is a log.
    power = (k - 1) * span
    small = np.abs(power) < 1e-9
    shape = np.where(small, 1.0, -np.expm1(-power) / np.where(small, 1.0, power))
    within = (alpha + low) * span * shape * np.exp(log_ratio - scale[:, None])
    beyond = np.maximum(ages[1:] - np.maximum(T, ages[:-1]), 0.0)
    later = np.exp(-scale)[:, None]
    return np.hstack([(within + beyond * later) / np.diff(ages), later]), scale


def find_goodbyes(
    counts: Counts, r: float, alpha: float, edges: npt.ArrayLike, *, joint: bool = True
) -> Goodbyes:
    """Find the shares leaving in each bin, and with them how often customers buy.

    Parameters
    ----------
    counts
        Histories, shape `(cells,)`; beyond 60,000 cells they are first collapsed to weeks.
    r, alpha
        Purchase parameters of a fitted model, where the search starts.
    edges
        Bin edges in weeks, shape `(bins + 1,)`, none past the longest `T`.
    joint
        Whether `r` and `alpha` are re-estimated: a fitted model's are off where its lifetimes are.

    References
    ----------
    Laird, N. (1978). Nonparametric maximum likelihood estimation of a mixing distribution. JASA 73.
    Varadhan, R. and Roland, C. (2008). Simple and globally convergent methods for accelerating the
    convergence of any EM algorithm. Scandinavian Journal of Statistics 35 (SQUAREM).
    """
    cells = counts
    for days in (7, 14, 28):
        cells = coarser(counts, days) if len(cells) > _MOST_CELLS else cells
    problem = _Problem(cells, np.asarray(edges, dtype=np.float64), joint, (r, alpha))
    L, _ = likelihood(cells, r, alpha, problem.edges)
    here = problem.state(accelerated_em(L, problem.n, tolerance=1e-4), r, alpha)
    steps, moved = 0, np.inf
    while steps < 40 and moved > 1e-6:
        here, moved = problem.improved(here)
        steps += 1
    return Goodbyes(
        problem.edges,
        here.f,
        here.r,
        here.alpha,
        float(problem.n @ here.log_density),
        steps,
        moved <= 1e-6,
        problem,
        here,
    )


def accelerated_em(L: Floats, n: Floats, *, tolerance: float = 1e-6, most: int = 5_000) -> Floats:
    """Iterate f_j <- (1/N) sum_i n_i f_j L_ij / sum_k f_k L_ik, sped up by SQUAREM.

    Parameters
    ----------
    L
        Likelihoods, shape `(cells, bins + 1)`.
    n
        Customers per cell, shape `(cells,)`.
    tolerance
        Largest movement of a share in one plain iteration at which it stops.
    most
        Plain iterations after which it stops anyway.
    """
    columns, total = np.ascontiguousarray(L.T), n.sum()

    def plain(f: Floats) -> Floats:
        return np.asarray(f * (columns @ (n / (L @ f))) / total)

    f = np.full(L.shape[1], 1 / L.shape[1])
    for _ in range(most // 3):
        once = plain(f)
        twice = plain(once)
        if np.abs(twice - once).max() < tolerance:
            return twice
        step, bend = once - f, twice - 2 * once + f
        a = max(np.sqrt((step @ step) / max(bend @ bend, 1e-300)), 1.0)
        leap = f + 2 * a * step + a * a * bend
        f = plain(leap / leap.sum()) if (leap > 0).all() else twice
    return f


@dataclass(frozen=True, eq=False)
class _State:
    """A point of the search with what was computed there."""

    f: Floats
    r: float
    alpha: float
    L: Floats
    mixture: Floats
    log_density: Floats


@dataclass(frozen=True, eq=False)
class _Problem:
    """The cells, and the Newton step on shares and purchase parameters together."""

    counts: Counts
    edges: Floats
    joint: bool
    centre: tuple[float, float]

    @property
    def n(self) -> Floats:
        return self.counts.n.astype(np.float64)

    def state(self, f: Floats, r: float, alpha: float) -> _State:
        L, scale = likelihood(self.counts, r, alpha, self.edges)
        mixture = L @ f
        x = self.counts.x
        rest = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        density = rest - (r + x) * np.log(alpha + self.counts.T) + scale + np.log(mixture)
        return _State(f, r, alpha, L, mixture, density)

    def scores(self, here: _State) -> Floats:
        """Slope of each cell's log density in the shares and, if free, in log r and log alpha."""
        shares = here.L / here.mixture[:, None]
        if not self.joint:
            return shares
        grown = np.exp(_STEP)
        moved = (
            self.state(here.f, here.r * grown, here.alpha),
            self.state(here.f, here.r, here.alpha * grown),
        )
        rates = [(there.log_density - here.log_density) / _STEP for there in moved]
        return np.column_stack([shares, *rates])

    def slope(self, here: _State, scores: Floats, n: npt.ArrayLike) -> Floats:
        """Slope of the likelihood per customer, with `n` customers in the cells."""
        weight = np.asarray(n, dtype=np.float64)
        slope = np.asarray(weight @ scores / weight.sum())
        if self.joint:
            slope[-2:] -= self._off_centre(here) / (_PRIOR_SD**2 * weight.sum())
        return slope

    def curvature(self, scores: Floats) -> Floats:
        """Minus the curvature of the likelihood per customer."""
        curvature = np.asarray((scores.T * self.n) @ scores / self.n.sum())
        if self.joint:
            curvature[[-2, -1], [-2, -1]] += 1 / (_PRIOR_SD**2 * self.n.sum())
        return curvature

    def height(self, here: _State) -> float:
        """Log-likelihood per customer, less the pull towards the fitted purchase parameters."""
        total = self.n.sum()
        prior = 0.5 * float((self._off_centre(here) ** 2).sum()) / _PRIOR_SD**2
        return float((self.n @ here.log_density - prior) / total)

    def improved(self, here: _State) -> tuple[_State, float]:
        """Take one step towards the maximum, shortened until the likelihood rises."""
        scores = self.scores(here)
        slope, curvature = self.slope(here, scores, self.n), self.curvature(scores)
        target, turn = _quadratic_step(curvature, slope, here.f)
        change = target - here.f
        move = turn if len(turn) else np.zeros(2)
        length = min(1.0, _LONGEST_MOVE / max(np.abs(move).max(), 1e-12))
        before = self.height(here)
        while length > 1e-6:
            # No share falls at once to zero: somebody's history may depend on it alone.
            f = np.maximum(here.f + length * change, 0.01 * here.f)
            r, alpha = np.array([here.r, here.alpha]) * np.exp(length * move)
            there = self.state(f / f.sum(), float(r), float(alpha))
            if self.height(there) >= before:
                moved = np.append(np.abs(there.f - here.f), np.abs(length * move))
                return there, float(moved.max())
            length /= 2
        return here, 0.0

    def _off_centre(self, here: _State) -> Floats:
        return np.log([here.r / self.centre[0], here.alpha / self.centre[1]])


def _quadratic_step(curvature: Floats, slope: Floats, f: Floats) -> tuple[Floats, Floats]:
    """Maximise the quadratic model of the likelihood with no share below zero.

    Minus the total of the shares stands for "they sum to one": at the maximum its weight is exactly
    one customer per customer. The free parameters are solved out, the shares are a non-negative
    least squares problem.

    Returns
    -------
    f, move
        New shares, shape `(bins + 1,)`, and the step of the free log parameters, `(0,)` or `(2,)`.
    """
    bins = len(f)
    inner, cross, outer = curvature[:bins, :bins], curvature[bins:, :bins], curvature[bins:, bins:]
    carried = np.linalg.solve(outer, cross) if len(outer) else cross
    H = inner - cross.T @ carried
    pull = slope[:bins] - 1 - carried.T @ slope[bins:] + H @ f
    # A whisper of a ridge: months nobody can tell apart make the curvature singular.
    root = np.linalg.cholesky(H + 1e-9 * np.trace(H) / bins * np.eye(bins))
    shares: Floats = nnls(root.T, np.linalg.solve(root, pull))[0]
    left = slope[bins:] - cross @ (shares - f)
    if not len(outer):
        return shares, left
    return shares, np.linalg.solve(outer, left).astype(np.float64)
