"""Contract customers, whose leaving is seen: beta-geometric and beta-discrete-Weibull lifetimes.

References: P. S. Fader, B. G. S. Hardie (2007), "How to project customer retention", Journal of
Interactive Marketing 21, 76-90; (2010), "Customer-base valuation in a contractual setting: the
perils of ignoring heterogeneity", Marketing Science 29, 85-93; P. S. Fader, B. G. S. Hardie,
Y. Liu, J. Davin, T. Steenburgh (2018), "How to project customer retention revisited", Journal of
Interactive Marketing 43, 1-16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, chdtrc, hyp2f1, polygamma, psi

from models.errors import DataError
from models.lifetimes.base import GIVEN, Fit, FitReport, clear_peak, finish, root
from models.lifetimes.optimise import Floats, Objective, Optimum, best_of, maximise

_LOG_REACH = 10.0
_FASTEST = 1.6
"""c is searched from e^-1.6 to e^1.6, a fifth to five."""

_DOUBT = 0.05


@dataclass(frozen=True, eq=False)
class Renewals:
    """Customers by how many renewals they lived through: all a contract model needs.

    Attributes
    ----------
    left
        `left[t]` customers left at renewal t + 1, having made t renewals; shape `(periods,)`.
    stayed
        `stayed[t]` customers had made t renewals when last seen, and were still there; shape
        `(periods + 1,)`.
    entered
        `entered[t]` customers had made t renewals when they came under observation: those of them
        who left before are not in the data (delayed entry). Shape `(periods + 1,)`; nobody did
        after the start by default.
    """

    left: Floats
    stayed: Floats
    entered: Floats | None = None

    def __post_init__(self) -> None:
        if len(self.stayed) != len(self.left) + 1 or not len(self.left):
            raise DataError(
                f"{len(self.left)} renewals need {len(self.left) + 1} numbers of customers last "
                f"seen, not {len(self.stayed)}: one more than there are renewals, and at least one."
            )
        if min(float(self.left.min()), float(self.stayed.min())) < 0:
            raise DataError("A number of customers who left or stayed is below zero.")
        if self.entered is not None and len(self.entered) != len(self.stayed):
            raise DataError(
                f"{len(self.stayed)} numbers of customers last seen need as many of customers who "
                f"came under observation, not {len(self.entered)}."
            )
        if not self.left.sum() + self.stayed[1:].sum() > 0:
            raise DataError(
                "No subscriber has come to a first renewal yet, so nothing is known of who renews: "
                "bring a longer stretch of subscriptions, or correct how often they renew."
            )

    @property
    def customers(self) -> float:
        """Number of customers."""
        return float(self.left.sum() + self.stayed.sum())

    @classmethod
    def from_cohorts(cls, cohorts: Sequence[Sequence[float]]) -> Self:
        """Read cohorts as customers still there after 0, 1, 2, ... renewals, lengths may differ.

        Raises
        ------
        DataError
            When a cohort grows.
        """
        longest = max((len(c) for c in cohorts), default=0)
        left, stayed = np.zeros(max(longest - 1, 0)), np.zeros(max(longest, 1))
        for i, cohort in enumerate(cohorts):
            alive = np.asarray(cohort, np.float64)
            if (np.diff(alive) > 0).any():
                raise DataError(
                    f"Cohort {i} grows from one renewal to the next: give the customers of the "
                    "first period who are still there in each later one."
                )
            left[: len(alive) - 1] -= np.diff(alive)
            stayed[len(alive) - 1] += alive[-1]
        return cls(left, stayed)

    @classmethod
    def from_customers(
        cls,
        renewals: npt.ArrayLike,
        left: npt.ArrayLike,
        n: npt.ArrayLike | None = None,
        entered: npt.ArrayLike | None = None,
    ) -> Self:
        """Count customers one by one.

        Parameters
        ----------
        renewals
            Renewals made, shape `(customers,)`.
        left
            Whether the customer left at the next renewal, shape `(customers,)`.
        n
            How many customers each entry stands for.
        entered
            Renewals made before observation began, shape `(customers,)`; 0 by default.
        """
        made, gone = np.asarray(renewals, np.int64), np.asarray(left, bool)
        weight = np.ones(len(made)) if n is None else np.asarray(n, np.float64)
        periods = int(np.max(made + gone, initial=1))
        before = None if entered is None else np.asarray(entered, np.int64)
        return cls(
            _counted(made[gone], weight[gone], periods),
            _counted(made[~gone], weight[~gone], periods + 1),
            None if before is None else _counted(before, weight, periods + 1),
        )


def _counted(made: npt.NDArray[np.int64], weight: Floats, length: int) -> Floats:
    """Return the weight at each number of renewals, shape `(length,)`."""
    return np.bincount(made, weights=weight, minlength=length).astype(np.float64)


@dataclass(frozen=True)
class BetaDiscreteWeibull:
    """S(t) = B(a, b + t^c) / B(a, b) after t renewals; c = 1 is the beta-geometric (sBG).

    Attributes
    ----------
    a, b
        Of the beta law of the chance to leave at a renewal (for c = 1).
    c
        Above 1 each person's own chance to leave grows with time, below 1 it falls.
    """

    symbols: ClassVar[tuple[str, ...]] = ("a", "b", "c")
    a: float
    b: float
    c: float = 1.0
    fit: Fit = field(default=GIVEN, compare=False, repr=False, kw_only=True)

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        return "sBG" if self.c == 1 else "BdW"

    @property
    def parameters(self) -> Mapping[str, float]:
        """Parameter values; c only where it was fitted."""
        both = {"a": self.a, "b": self.b}
        return both if self.c == 1 else {**both, "c": self.c}

    @property
    def log_likelihood(self) -> float:
        """Total log-likelihood; NaN for given or drawn parameters."""
        return self.fit.log_likelihood

    @property
    def report(self) -> FitReport:
        """How the fit went."""
        return self.fit.report

    def survival(self, periods: npt.ArrayLike, renewals: npt.ArrayLike = 0) -> Floats:
        """Chance to make `periods` more renewals after `renewals` made; the two broadcast."""
        n = np.asarray(renewals, np.float64)
        later = n + np.asarray(periods, np.float64)
        log_share = betaln(self.a, self.b + later**self.c) - betaln(self.a, self.b + n**self.c)
        return np.asarray(np.exp(log_share))

    def retention(self, renewals: npt.ArrayLike) -> Floats:
        """Chance to make the next renewal after `renewals`; it rises by sorting alone (c = 1)."""
        return self.survival(1, renewals)

    def with_leavers(self, times: float, leaves: float) -> Self:
        """Return the law under which `times` as many leave at a renewal where `leaves` do now.

        `a` is scaled by the ratio of both odds, which is exact for sBG: the chance a / (a + b) to
        leave, and a / (a + b + n) after n renewals, has the odds a / (b + n). At most half of those
        who would stay can leave on top.
        """
        more = min(times * leaves, (1 + leaves) / 2)
        return replace(self, a=self.a * more * (1 - leaves) / (leaves * (1 - more)), fit=GIVEN)

    def payments(self, factor: float, periods: int | None = None, renewals: int = 0) -> float:
        """Discounted number of payments: sum of S(t | renewals) factor^t over t = 0..periods.

        The first counts in full (DEL at renewals = 0, Fader & Hardie 2010). Without `periods` it is
        the endless sum, in closed form, for sBG only.

        Raises
        ------
        DataError
            When an endless sum is asked of a model with c other than 1, or at a factor of 1.
        """
        if periods is not None:
            t = np.arange(periods + 1)
            return float(self.survival(t, renewals) @ factor**t)
        if self.c != 1 or not 0 <= factor < 1:
            raise DataError(
                f"An endless sum needs sBG (c = 1, not {self.c:g}) and a factor below 1 (not "
                f"{factor:g}): give the number of periods."
            )
        later = self.b + renewals
        return float(hyp2f1(1.0, later, self.a + later, factor))

    def draws(self, n: int, seed: int) -> tuple[BetaDiscreteWeibull, ...]:
        """Draw from the normal approximation in log parameters around the fit (Laplace)."""
        k = len(self.fit.covariance)
        if not k:
            return (self,) * n
        steps = np.random.default_rng(seed).standard_normal((n, k))
        centre = np.log([self.a, self.b, self.c][:k])
        moved = np.exp(centre + steps @ root(self.fit.covariance).T)
        return tuple(
            replace(self, **dict(zip(self.symbols, row.tolist(), strict=False)), fit=GIVEN)
            for row in moved
        )


def fit_sbg(renewals: Renewals) -> BetaDiscreteWeibull:
    """Fit the beta-geometric by maximum likelihood."""
    objective = _objective(renewals, 2)
    edge = np.full(2, _LOG_REACH)
    found = _search(objective, [np.log(s) for s in ((1, 3), (0.3, 0.5), (20, 100))], edge, renewals)
    a, b = np.exp(found.theta).tolist()
    fit = finish("sBG", ("a", "b"), found, found.value, int(renewals.customers))
    return BetaDiscreteWeibull(a, b, fit=fit)


def fit_bdw(renewals: Renewals) -> BetaDiscreteWeibull:
    """Fit the beta-discrete-Weibull by maximum likelihood; never below the sBG inside it."""
    simple = fit_sbg(renewals)
    inside = np.log([simple.a, simple.b, 1.0])
    starts = [inside, np.log([1, 3, 1.2]), np.log([0.3, 1.5, 1.7]), np.log([1, 1, 0.6])]
    edge = np.array([_LOG_REACH, _LOG_REACH, _FASTEST])
    found = _search(_objective(renewals, 3), starts, edge, renewals)
    a, b, c = np.exp(found.theta).tolist()
    fit = finish("BdW", ("a", "b", "c"), found, found.value, int(renewals.customers))
    return BetaDiscreteWeibull(a, b, c, fit=fit)


def fit_contract(renewals: Renewals) -> BetaDiscreteWeibull:
    """Fit both and keep BdW only when a likelihood-ratio test at 5 % asks for it."""
    simple, wide = fit_sbg(renewals), fit_bdw(renewals)
    gain = 2 * (wide.log_likelihood - simple.log_likelihood)
    return wide if float(chdtrc(1, max(gain, 0.0))) < _DOUBT else simple


def _search(
    objective: Objective, starts: list[Floats], edge: Floats, renewals: Renewals
) -> Optimum:
    """Climb from the first start; from all of them when that ends anywhere but at a clear peak."""
    found = maximise(objective, starts[0], -edge, edge, customers=renewals.customers)
    if clear_peak(found):
        return found
    return best_of(objective, starts[1:], -edge, edge, customers=renewals.customers, first=found)


def _objective(renewals: Renewals, k: int) -> Objective:
    """Sum of left ln(S(t-1) - S(t)) + (stayed - entered) ln S(t) by ln a, ln b and ln c (k = 3).

    Whoever came under observation after t renewals is known to have made them: a divisor S(t).
    """
    t = np.arange(len(renewals.stayed), dtype=np.float64)
    log_t = np.log(np.maximum(t, 1.0))
    left, stayed = renewals.left, renewals.stayed
    if renewals.entered is not None:
        stayed = stayed - renewals.entered

    def objective(theta: Floats) -> tuple[float, Floats, Floats]:
        a, b = np.exp(theta[:2])
        c = float(np.exp(theta[2])) if k == 3 else 1.0
        level, slope, bend = _log_survival(a, b, c, t, log_t)
        slope, bend = slope[:k], bend[:k, :k]
        drop = np.minimum(level[1:] - level[:-1], -1e-300)
        loss = -np.expm1(drop)
        before, after = 1 / loss, np.exp(drop) / loss
        second = bend + slope[:, None] * slope[None]
        rise = before * slope[:, :-1] - after * slope[:, 1:]
        curve = before * second[..., :-1] - after * second[..., 1:] - rise[:, None] * rise[None]
        value = float(stayed @ level + left @ (level[:-1] + np.log(loss)))
        return value, slope @ stayed + rise @ left, bend @ stayed + curve @ left

    return objective


def _log_survival(
    a: float, b: float, c: float, t: Floats, log_t: Floats
) -> tuple[Floats, Floats, Floats]:
    """Ln S(t) with derivatives by (ln a, ln b, ln c); shapes (t,), (3, t), (3, 3, t)."""
    tau = t**c
    grow = c * tau * log_t
    after, start = a + b + tau, a + b
    by_a = psi(start) - psi(after)
    own = psi(b + tau) - psi(after)
    by_b = own - psi(b) + psi(start)
    aa = polygamma(1, start) - polygamma(1, after)
    tail = polygamma(1, b + tau) - polygamma(1, after)
    bb = tail - polygamma(1, b) + polygamma(1, start)
    across = -polygamma(1, after)
    slope: Floats = np.array([a * by_a, b * by_b, grow * own])
    bend: Floats = np.empty((3, 3, len(t)))
    bend[0, 0] = a * by_a + a * a * aa
    bend[0, 1] = bend[1, 0] = a * b * aa
    bend[1, 1] = b * by_b + b * b * bb
    bend[0, 2] = bend[2, 0] = a * grow * across
    bend[1, 2] = bend[2, 1] = b * grow * tail
    bend[2, 2] = grow * (1 + c * log_t) * own + grow * grow * tail
    return np.asarray(betaln(a, b + tau) - betaln(a, b), np.float64), slope, bend
