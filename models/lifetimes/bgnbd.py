"""BG/NBD, MBG/NBD and their regular cousins: customers who may leave right after a purchase.

References: P. S. Fader, B. G. S. Hardie, K. L. Lee (2005), "Counting your customers the easy way",
Marketing Science 24, 275-284; E. P. Batislam, M. Denizel, A. Filiztekin (2007), "Empirical
validation and comparison of models for customer base analysis", IJRM 24, 201-209; M. Platzer,
T. Reutterer (2016), "Ticking away the moments", Marketing Science 35, 779-799.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammainccinv, gammaincinv, polygamma

from models.counts import Counts, coarser
from models.lifetimes import bg_likelihood as bg
from models.lifetimes.base import Fitted, HazardWeights, clear_peak, columns, finish
from models.lifetimes.beta_mixing import mean_purchases, mean_survival, product_masses
from models.lifetimes.nbd import FEW, HIGHEST, LONG, LOWEST, NBD, WARM_DAYS, box, fit_nbd
from models.lifetimes.optimise import Floats, Objective, Optimum, best_of, maximise, total
from models.lifetimes.phases import phase_purchases, phase_survival


@dataclass(frozen=True)
class BetaGeometric(Fitted):
    """Phases at rate lambda ~ Gamma(r, rate alpha); after a purchase gone with p ~ Beta(a, b).

    Attributes
    ----------
    r, alpha
        Shape (no unit) and rate (weeks) of the law of lambda, in phases per week.
    a, b
        Of the beta law of the chance to leave after a purchase.
    regularity
        Phases k per purchase: 1 buys at random (BG/NBD, MBG/NBD), more is more clockwork (CNBD-k).
    at_once
        Whether the first purchase can be the last (MBG). Without it (BG) every one-time buyer
        counts as alive for ever: never show a number of active customers from that.
    """

    symbols: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    r: float
    alpha: float
    a: float
    b: float
    regularity: int = 1
    at_once: bool = False

    @property
    def name(self) -> str:
        """The model's name in the literature, such as MBG/CNBD-2."""
        return _name(bg.Kind(self.regularity, self.at_once))

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """Chance of not having left right after the last purchase seen; shape `(m,)`."""
        here, _, _ = bg.shares(bg.branches(*self._law(), *columns(x, t_x, T)))
        return np.asarray(sum(here, np.zeros_like(here[0])))

    def expected_if_alive(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks] of somebody still a customer at T.

        Fader, Hardie & Lee (2005) equation 10 without its 2F1: given alive, lambda ~ Gamma(K,
        alpha + T) and p ~ Beta(a, b + m) are independent and the average over p is a stable sum.
        With k > 1 the phases already gone since the last purchase bring the next one closer.
        """
        x, t_x, T = columns(x, t_x, T)
        at = np.asarray(weeks, np.float64)
        B, K = self.b + x + self.at_once, self.r + self.regularity * x
        flat = np.stack([self._ahead(float(t), (x, t_x, T), B, K) for t in at.ravel()], axis=1)
        return flat.reshape(len(x), *at.shape)

    def expected_purchases(
        self, weeks: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Return expected purchases in (T, T + weeks], given the history."""
        ahead = self.expected_if_alive(weeks, x, t_x, T)
        return self.p_alive(x, t_x, T).reshape(-1, *(1,) * (ahead.ndim - 1)) * ahead

    def expected_purchases_new(self, weeks: npt.ArrayLike) -> Floats:
        """Return expected repeat purchases of a newcomer within `weeks` of the first."""
        return np.asarray(self._stays() * self.expected_if_alive(weeks, 0, 0, 0)[0])

    def survival(self, weeks: npt.ArrayLike) -> Floats:
        """Chance that a newcomer is still a customer; at 0 it is b / (a + b) for MBG, 1 for BG."""
        at, B = np.asarray(weeks, np.float64), self.b + self.at_once
        if self.regularity == 1:
            share = mean_survival(self.a, B, self.r, at / self.alpha)
        else:
            share = phase_survival(self.a, B, self.r, self.regularity, at / self.alpha)
        return np.asarray(self._stays() * share)

    def hazard_grid(self, counts: Counts, nodes: int = 129) -> Floats:
        """Zero, then hazards evenly spaced in the log over all but 2e-12 of everybody's law.

        Never below e^-20 per week; more nodes than asked for when the step would exceed a third of
        the standard deviation of the log hazard in the narrowest law.
        """
        x = counts.x.astype(np.float64)
        K, rate = self.r + self.regularity * x, self.regularity * (self.alpha + counts.T)
        top = float(np.log(np.max(gammainccinv(K, 1e-12) / rate)))
        most = float(x.max())
        rarest = float(betaincinv(self.a, self.b + most + 1, 1e-12))
        low = float(np.min(gammaincinv(K, 1e-12) / rate)) * rarest
        bottom = min(max(float(np.log(max(low, 1e-300))), -20.0), top - 1.0)
        spread = polygamma(1, self.r + self.regularity * most) + polygamma(1, self.a)
        spread -= polygamma(1, self.a + self.b + most + 1)
        step = float(np.sqrt(max(float(spread), 1e-6))) / 3
        fine = max(nodes - 1, int(np.ceil((top - bottom) / step)) + 1)
        return np.concatenate([[0.0], np.exp(np.linspace(bottom, top, fine))])

    def hazard_weights(
        self, grid: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> HazardWeights:
        """Lay hazard = lambda p / k on the grid, each node with its own expected rate lambda / k.

        Exact for k = 1. For k > 1 purchases are taken as random from T on, which misplaces only the
        next one.
        """
        x, t_x, T = columns(x, t_x, T)
        k = self.regularity
        shape = self.r + k * x + self._mean_phase(x, t_x, T)
        key = np.stack([x, T, shape])
        distinct, row = np.unique(key, axis=1, return_inverse=True)
        nodes = np.asarray(grid, np.float64)
        alive, rate = np.zeros((2, distinct.shape[1], len(nodes)))
        for bought in np.unique(distinct[0]):
            at = np.flatnonzero(distinct[0] == bought)
            B, pace = self.b + float(bought) + self.at_once, k * (self.alpha + distinct[1, at])
            alive[at] = product_masses(nodes, self.a, B, distinct[2, at], pace)
            sized = product_masses(nodes, self.a, B, distinct[2, at] + 1, pace)
            rate[at] = sized * (distinct[2, at] / pace)[:, None]
        still = self.p_alive(x, t_x, T)[:, None]
        return HazardWeights(still * alive[row.ravel()], still * rate[row.ravel()])

    def _law(self) -> tuple[bg.Parameters, bg.Kind]:
        """Return the parameters and the member of the family."""
        return (self.r, self.alpha, self.a, self.b), bg.Kind(self.regularity, self.at_once)

    def _stays(self) -> float:
        """Share of newcomers who do not leave right after the first purchase."""
        return self.b / (self.a + self.b) if self.at_once else 1.0

    def _mean_phase(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Phases expected to be gone since the last purchase, given alive; 0 when k = 1."""
        here, gone, _ = bg.shares(bg.branches(*self._law(), x, t_x, T))
        gone_by = sum((j * share for j, share in enumerate(here)), np.zeros_like(gone))
        return np.asarray(gone_by / np.maximum(sum(here, np.zeros_like(gone)), 1e-300))

    def _ahead(
        self, weeks: float, history: tuple[Floats, Floats, Floats], B: Floats, K: Floats
    ) -> Floats:
        """Return expected purchases in the next `weeks` if alive, shape `(m,)`."""
        x, t_x, T = history
        reach = weeks / (self.alpha + T)
        if self.regularity > 1:
            here, _, _ = bg.shares(bg.branches(*self._law(), x, t_x, T))
            return phase_purchases(self.a, B, K, reach, here)
        distinct, row = np.unique(np.stack([B, K, reach]), axis=1, return_inverse=True)
        return mean_purchases(self.a, *distinct)[row.ravel()]


def fit_bgnbd(counts: Counts) -> BetaGeometric:
    """Fit BG/NBD by maximum likelihood."""
    return fit_beta_geometric(counts, bg.Kind(1, False))


def fit_mbgnbd(counts: Counts) -> BetaGeometric:
    """Fit MBG/NBD by maximum likelihood."""
    return fit_beta_geometric(counts, bg.Kind(1, True))


def fit_beta_geometric(
    counts: Counts, kind: bg.Kind, near: BetaGeometric | None = None
) -> BetaGeometric:
    """Fit one member of the family; with k = 1 the result is never below the NBD inside it.

    Parameters
    ----------
    counts
        Collapsed customers. For k > 1 `log_gaps` must be known, or the likelihood lacks a constant.
    kind
        Regularity k, and whether the first purchase can be the last.
    near
        A fit of the same kind with another k, to start from.
    """
    lower, upper = box(counts, "sass")
    naive = fit_nbd(counts)
    starts = [np.clip(s, lower, upper) for s in _starts(counts, naive, kind, near)]
    thin = coarser(counts, WARM_DAYS) if len(counts) > LONG else counts
    if len(thin) < len(counts) / 2:
        warm = _search(thin, kind, starts, (lower, upper))
        objective = _objective(counts, kind)
        found = maximise(objective, warm.theta, lower, upper, customers=counts.customers)
    else:
        found = _search(counts, kind, starts, (lower, upper))
    if kind.k == 1 and found.value < naive.log_likelihood:
        found = best_of(
            _objective(counts, kind),
            starts[-1:],
            lower,
            upper,
            customers=counts.customers,
            first=found,
        )
    r, alpha, a, b = np.exp(found.theta).tolist()
    level = found.value + gap_constant(counts, kind.k)
    fit = finish(_name(kind), BetaGeometric.symbols, found, level, counts.customers)
    return BetaGeometric(r, alpha, a, b, kind.k, kind.at_once, fit=fit)


def gap_constant(counts: Counts, k: int) -> float:
    """Ln of prod gap^(k-1) / Gamma(k) over all repeat purchases: what only depends on k."""
    if k == 1:
        return 0.0
    if counts.log_gaps is None:
        return float("nan")
    log_factorial = float(np.log(np.arange(1, k)).sum())
    return (k - 1) * counts.log_gaps - log_factorial * float(counts.n @ counts.x)


def _name(kind: bg.Kind) -> str:
    """Return the model's name in the literature."""
    family = "MBG" if kind.at_once else "BG"
    return f"{family}/NBD" if kind.k == 1 else f"{family}/CNBD-{kind.k}"


def _objective(counts: Counts, kind: bg.Kind) -> Objective:
    """Log-likelihood as a function of log parameters, with derivatives."""
    tails = bg.BGTails.of(counts, kind)

    def objective(theta: Floats) -> tuple[float, Floats, Floats]:
        r, alpha, a, b = np.exp(theta).tolist()
        return bg.likelihood((r, alpha, a, b), kind, counts, tails)

    return objective


def _search(
    counts: Counts, kind: bg.Kind, starts: list[Floats], edges: tuple[Floats, Floats]
) -> Optimum:
    """Climb from the first start; from all when few customers or no clear peak leave doubt."""
    objective, customers = _objective(counts, kind), counts.customers
    found = maximise(objective, starts[0], *edges, customers=customers)
    if clear_peak(found) and (len(counts) > FEW or kind.k > 1):
        return found
    return best_of(objective, starts[1:], *edges, customers=customers, first=found)


def _starts(counts: Counts, naive: NBD, kind: bg.Kind, near: BetaGeometric | None) -> list[Floats]:
    """Return log parameters to climb from; the last is the NBD inside the model.

    Besides everybody's rates those of the repeat buyers alone: where some leave at once and others
    never, the many one-time buyers say nothing of how often people buy.
    """
    rates = (1.2 * naive.r, naive.alpha / kind.k)
    bought, lived = total(counts.n, counts.x.astype(np.float64)), total(counts.n, counts.t_x)
    pace = kind.k * max(bought, 0.5) / max(lived, 1 / 7)
    keen = (2.0, 2.0 / pace)
    starts = [(*rates, 0.8, 2.0), (*keen, 0.1, 0.1), (*keen, 0.5, 1.0), (*rates, 0.2, 1.0)]
    starts += [(*rates, 2.0, 10.0), (*rates, 20.0, 100.0), (20.0, 20.0 / pace, 0.5, 0.5)]
    if near is not None:
        starts.insert(0, (near.r, near.alpha * near.regularity / kind.k, near.a, near.b))
    starts.append((naive.r, naive.alpha / kind.k, np.exp(LOWEST), np.exp(HIGHEST)))
    return [np.log(start) for start in starts]
