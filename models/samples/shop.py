"""A simulated shop: customers who leave in silence, and what only a simulation can know of them.

It returns the purchase log a real company would export *and* what no real company can see: who left
when, and how often each customer buys while still a customer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.periods import DAYS_PER_WEEK, EPOCH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST_DAY = 18_628  # 2021-01-01


@dataclass(frozen=True)
class ParetoNBDTruth:
    """Parameters of a simulated shop: gamma purchase rates and gamma dropout rates, per week."""

    r: float = 0.55
    alpha: float = 10.6
    s: float = 0.61
    beta: float = 11.7


@dataclass(frozen=True)
class SpendTruth:
    """Gamma-Gamma spend per purchase day: shape `p`, customer scale from gamma(`q`, `gamma`)."""

    p: float = 6.25
    q: float = 3.74
    gamma: float = 15.44


@dataclass(frozen=True)
class SampleShop:
    """A simulated shop.

    Attributes
    ----------
    log
        One row per purchase day: `customer` (str), `date` (datetime64), `amount` (money).
    truth
        One row per customer: `customer`, `first` (day number), `lifetime` (weeks from the first
        purchase to the unseen goodbye), `rate` (purchases per week while still a customer).
    last_day
        The last day the file covers, as a day number.
    """

    log: pd.DataFrame
    truth: pd.DataFrame
    last_day: int


def exponential_lifetimes(
    rng: np.random.Generator, customers: int, truth: ParetoNBDTruth
) -> Floats:
    """Draw the weeks until each customer leaves, as the Pareto/NBD model says."""
    hazard = rng.gamma(truth.s, 1 / truth.beta, customers)
    with np.errstate(divide="ignore"):
        return rng.exponential(1.0, customers) / hazard


def shop(
    customers: int,
    *,
    seed: int,
    weeks: int = 104,
    acquisition_weeks: int = 78,
    truth: ParetoNBDTruth | None = None,
    spend: SpendTruth | None = None,
    lifetimes: Floats | None = None,
    regularity: int = 1,
) -> SampleShop:
    """Simulate a shop whose customers leave in silence.

    Parameters
    ----------
    customers, seed
        How many customers are ever acquired, and the seed that makes the company reproducible.
    weeks, acquisition_weeks
        Length of the file, and how long newcomers keep arriving (evenly).
    truth, spend
        Purchase, dropout and spend parameters; the published CDNOW values by default.
    lifetimes
        Weeks until each customer leaves, shape `(customers,)`, when not Pareto/NBD.
    regularity
        Erlang shape of the gaps between purchases: 1 is random, larger is more clockwork.
    """
    truth, spend = truth or ParetoNBDTruth(), spend or SpendTruth()
    rng = np.random.default_rng(seed)
    born = np.floor(rng.uniform(0, acquisition_weeks * DAYS_PER_WEEK, customers)).astype(np.int64)
    rate = rng.gamma(truth.r, 1 / truth.alpha, customers)
    lifetime = exponential_lifetimes(rng, customers, truth) if lifetimes is None else lifetimes
    seen = np.minimum(lifetime, weeks - born / DAYS_PER_WEEK)
    owner, age = _repeat_purchases(rng, rate, seen, regularity)
    who = np.concatenate([np.arange(customers), owner])
    day = np.concatenate([born, born[owner] + np.floor(age * DAYS_PER_WEEK).astype(np.int64)])
    days = pd.DataFrame({"who": who, "day": day}).drop_duplicates().sort_values(["who", "day"])
    days = days[days["day"] < weeks * DAYS_PER_WEEK]
    scale = rng.gamma(spend.q, 1 / spend.gamma, customers)
    amount = rng.gamma(spend.p, 1 / scale[days["who"]])
    names = np.array([f"C{i:07d}" for i in range(customers)])
    start = pd.Timestamp(EPOCH) + pd.Timedelta(days=FIRST_DAY)
    log = pd.DataFrame(
        {
            "customer": names[days["who"]],
            "date": start + pd.to_timedelta(days["day"].to_numpy(), unit="D"),
            "amount": np.maximum(np.round(amount, 2), 0.01),
        }
    )
    hidden = pd.DataFrame(
        {"customer": names, "first": FIRST_DAY + born, "lifetime": lifetime, "rate": rate}
    )
    return SampleShop(log, hidden, FIRST_DAY + int(weeks * DAYS_PER_WEEK) - 1)


def _repeat_purchases(
    rng: np.random.Generator, rate: Floats, seen: Floats, regularity: int
) -> tuple[Ints, Floats]:
    """Return owner and age in weeks of every repeat purchase within the time each was seen."""
    if regularity == 1:
        owner = np.repeat(np.arange(len(rate)), rng.poisson(rate * seen))
        return owner, rng.uniform(0, 1, len(owner)) * seen[owner]
    owners, ages = [], []
    age, alive = np.zeros(len(rate)), np.arange(len(rate))
    while len(alive):
        age[alive] += rng.gamma(regularity, 1 / (regularity * rate[alive]))
        alive = alive[age[alive] < seen[alive]]
        owners.append(alive)
        ages.append(age[alive])
    return np.concatenate(owners), np.concatenate(ages)
