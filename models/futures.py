"""Totals that could come: the same customers' next weeks, drawn person by person.

An expectation says what comes on average; a range has to carry that the parameters are estimates
and that customers behave as they like. Each draw takes parameters the data allow, then lives every
customer's weeks once.

References
----------
Schmittlein, Morrison & Colombo (1987), Management Science 33: given the history and still being a
customer, the purchase rate is Gamma(r + x, alpha + T) and the hazard of leaving is
Gamma(s, beta + T), independently. Fader & Hardie (2013), note 025: spend per purchase day is
Gamma(p, nu) with nu ~ Gamma(q + p x, gamma + x z) after x days averaging z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.lifetimes import GammaGamma, ParetoNBD, Spend
from models.lifetimes.base import Fitted

Floats = npt.NDArray[np.float64]

DRAWS: Final = 200
SEED: Final = 17
PEOPLE: Final = 2_000
LEGENDRE: Final = 4  # nodes over the weeks ahead, in which nearly everybody stays
LEAST_EXCESS: Final = 0.05  # keeps the variance of a heavy-tailed spend finite


@dataclass(frozen=True)
class Histories:
    """What is known of some customers, one entry each, shape `(customers,)`.

    Attributes
    ----------
    x, t_x, T
        Repeat purchase days, and weeks.
    spend_days, mean_spend
        Repeat purchase days with spend, and their mean; NaN where there are none.
    """

    x: Floats
    t_x: Floats
    T: Floats
    spend_days: Floats
    mean_spend: Floats

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Histories:
        """Take them from the customers' frame."""
        names = ("x", "t_x", "T", "spend_days", "mean_spend")
        return cls(*(frame[name].to_numpy(np.float64) for name in names))

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> Histories:
        """Return some of them."""
        columns = (self.x, self.t_x, self.T, self.spend_days, self.mean_spend)
        return Histories(*(column[rows] for column in columns))


def expected(
    model: ParetoNBD, spend: Spend | None, people: Histories, weeks: float
) -> tuple[float, float]:
    """Return the expected total of purchase days and of money in the coming weeks.

    Money is NaN without a model of spend.
    """
    chance = model.p_alive(people.x, people.t_x, people.T)
    return _expected(model, spend, people, weeks, chance)


def moments(
    model: ParetoNBD, spend: Spend | None, people: Histories, weeks: float
) -> tuple[Floats, Floats]:
    """Return mean and variance of the totals of purchase days and of money, each of shape `(2,)`.

    What people do by themselves, at known parameters; money is NaN without a model of spend.
    """
    alive = model.p_alive(people.x, people.t_x, people.T)
    nodes, weights = np.polynomial.legendre.leggauss(LEGENDRE)
    at = weeks * (nodes + 1) / 2
    still = np.exp(-model.s * np.log1p(at / (model.beta + people.T)[:, None]))
    once, twice = still @ (weights * weeks / 2), still @ (weights * weeks * at)
    shape, scale = model.r + people.x, model.alpha + people.T
    orders = alive * shape / scale * once
    pairs = alive * shape * (shape + 1) / scale**2 * twice
    if spend is None:
        total, variance = orders.sum(), np.sum(pairs + orders - orders**2)
        return np.array([total, np.nan]), np.array([variance, np.nan])
    mean, of_means, of_amounts = _spend_moments(spend, people)
    money = orders * mean
    return (
        np.array([orders.sum(), money.sum()]),
        np.array(
            [
                np.sum(pairs + orders - orders**2),
                np.sum(pairs * of_means + orders * of_amounts - money**2),
            ]
        ),
    )


def _spend_moments(spend: Spend, people: Histories) -> tuple[Floats, Floats, Floats]:
    """Return E[mean], E[mean^2] and E[amount^2] of each customer's spend on a purchase day."""
    days = people.spend_days
    mean = spend.expected(days, people.mean_spend)
    if not isinstance(spend, GammaGamma):  # no law was fitted: amounts vary as much as their mean
        of_means = mean**2 * (1 + 1 / (days + 1))
        return mean, of_means, 2 * of_means
    shape = spend.p * days + spend.q
    of_means = mean**2 * (shape - 1) / np.maximum(shape - 2, LEAST_EXCESS)
    return mean, of_means, of_means * (1 + 1 / spend.p)


def futures(
    model: ParetoNBD,
    spend: Spend | None,
    people: Histories,
    weeks: float,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    quick: bool = False,
) -> tuple[Floats, Floats]:
    """Return totals of purchase days and of money that could come, each of shape `(draws,)`.

    A company of more than 2,000 customers is represented by a sample of that many, whose
    expectation is scaled to the company's own. What the parameters move grows in proportion to the
    customers, what people do by themselves only with its square root.

    `quick` draws parameters from the normal approximation, a little too narrow on small companies.
    """
    rng = np.random.default_rng(seed)
    company = np.array(expected(model, spend, people, weeks))
    everyone = len(people)
    if everyone > PEOPLE:
        people = people[np.sort(rng.choice(everyone, PEOPLE, replace=False))]
    sample = np.array(expected(model, spend, people, weeks))
    scale = np.divide(company, sample, out=np.ones_like(company), where=sample != 0)
    crowd = np.sqrt(everyone / len(people))
    models = Fitted.draws(model, draws, seed) if quick else model.draws(draws, seed)
    spends = (None,) * draws if spend is None else spend.draws(draws, seed + 1)
    totals = np.empty((draws, 2))
    for i, (drawn, purse) in enumerate(zip(models, spends, strict=True)):
        chance = drawn.p_alive(people.x, people.t_x, people.T)
        mean = np.array(_expected(drawn, purse, people, weeks, chance))
        lived = np.array(_live(drawn, purse, people, weeks, chance=chance, rng=rng))
        totals[i] = scale * mean + crowd * (lived - mean)
    return totals[:, 0], totals[:, 1]


def _expected(
    model: ParetoNBD, spend: Spend | None, people: Histories, weeks: float, chance: Floats
) -> tuple[float, float]:
    """Return both expectations, given everybody's chance of still being a customer."""
    orders = chance * model.expected_if_alive(weeks, people.x, people.t_x, people.T)
    if spend is None:
        return float(orders.sum()), float("nan")
    each = spend.expected(people.spend_days, people.mean_spend)
    return float(orders.sum()), float(np.sum(orders * each))


def _live(
    model: ParetoNBD,
    spend: Spend | None,
    people: Histories,
    weeks: float,
    *,
    chance: Floats,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Live everybody's weeks once, given the chances of still being a customer."""
    alive = rng.random(len(people)) < chance
    rate = rng.gamma(model.r + people.x) / (model.alpha + people.T)
    hazard = rng.gamma(model.s, size=len(people)) / (model.beta + people.T)
    with np.errstate(divide="ignore", over="ignore"):
        leaves = rng.exponential(size=len(people)) / hazard
    orders = rng.poisson(rate * np.where(alive, np.minimum(leaves, weeks), 0.0))
    if spend is None:
        return float(orders.sum()), float("nan")
    return float(orders.sum()), float(_spent(spend, orders, people, rng).sum())


def _spent(
    spend: Spend, orders: npt.NDArray[np.int64], people: Histories, rng: np.random.Generator
) -> Floats:
    """Draw what everybody spends on that many purchase days, shape `(customers,)`."""
    if not isinstance(spend, GammaGamma):
        # Shrunken means know what to expect of a day but not how days scatter around it.
        return orders * spend.expected(people.spend_days, people.mean_spend)
    days = people.spend_days
    past = np.where(days > 0, days * np.nan_to_num(people.mean_spend), 0.0)
    scale = rng.gamma(spend.q + spend.p * days) / (spend.gamma + past)
    return np.asarray(rng.gamma(spend.p * orders) / scale)
