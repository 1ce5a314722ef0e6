"""What customers are worth from today on: chance of still being one x orders x spend x margin.

Only what is still to come counts; what a customer has earned already stands beside it. Money is
discounted monthly from the middle of each month and counted to a horizon, as in the decision
engine.

The 80 % range of one customer is analytic, not simulated. Given alive, the purchase rate is
Gamma(r + x, alpha + T) and independent of the hazard, Gamma(s, beta + T); with D the weeks lived to
the horizon, orders are Poisson(rate x D) and each is worth the customer's own mean spend with its
spread. That gives the chance of no order, the mean and the variance of the worth; its law is taken
as that chance at zero and a gamma law above it. The range of the total adds what the parameters
could be (joint draws), customers' own chance (variances add up) and past misses of the forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv

from models.alternatives import Alternatives, weigh
from models.business import Business
from models.customers import Customers
from models.draws import Draws, joint_draws
from models.lifetimes import GammaGamma, ParetoNBD, Spend
from models.lived import buys_within, expected_weeks, lived_moments
from models.periods import MONTHS_PER_YEAR, WEEKS_PER_MONTH

__all__ = ["RANGE", "Business", "Values", "best_total", "values"]

Floats = npt.NDArray[np.float64]

RANGE: Final = (0.1, 0.9)
LEAST_EXCESS: Final = 0.05  # keeps the variance of a heavy-tailed spend finite


@dataclass(frozen=True, eq=False)
class Values:
    """What customers are worth.

    Attributes
    ----------
    frame
        In the order of `Customers.frame`: `customer`, `p_alive`, `expected_orders` (purchase days
        to the horizon), `spend` (per purchase day), `value`, `value_low`, `value_high` (discounted
        margin to the horizon, 80 % range), `earned` (margin so far), `buys_12m` (chance of at
        least one purchase in the next twelve months).
    total, low, high
        Worth of everybody together, with its 80 % range.
    earned
        Margin of everybody so far.
    buyers_12m, buyers_low, buyers_high
        How many will buy at least once in the next twelve months, expected.
    alive
        Expected number who are still customers.
    new_customer, new_low, new_high
        Worth of a newcomer, first order now: the most one may cost.
    has_money
        False when all of it is counted in orders instead.
    """

    frame: pd.DataFrame
    business: Business
    total: float
    low: float
    high: float
    earned: float
    buyers_12m: float
    buyers_low: float
    buyers_high: float
    alive: float
    new_customer: float
    new_low: float
    new_high: float
    has_money: bool

    @property
    def expected_buyers_12m(self) -> float:
        """How many will buy at least once in the next twelve months."""
        return self.buyers_12m


def values(
    customers: Customers,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    business: Business,
    *,
    draws: Draws | None = None,
    alternatives: Alternatives | None = None,
) -> Values:
    """Value every customer, everybody together and a newcomer.

    Parameters
    ----------
    customers, lifetimes, spend
        The customers and what was fitted on them; without `spend` worth is counted in orders.
    business
        Margin, discount rate and horizon.
    draws
        Joint draws of the parameters; made here when missing.
    alternatives
        The draws weighed on these customers, which takes most of the time and depends on no
        setting; made here when missing.
    """
    frame = customers.frame
    others = alternatives or weigh(frame, draws or joint_draws(customers, lifetimes, spend))
    worth = _worth(frame, lifetimes, spend, business)
    low, high = _ranges(frame, lifetimes, spend, business, worth)
    # Where nine in ten bring nothing, the mean lies above their range: it is widened to hold it.
    low, high = np.minimum(low, worth.value), np.maximum(high, worth.value)
    year = MONTHS_PER_YEAR * WEEKS_PER_MONTH
    buys = worth.alive * buys_within(lifetimes, frame["x"], frame["T"], year)
    total, buyers = float(worth.value.sum()), float(buys.sum())
    chance, level = others.drawn.noise_z[1:], others.drawn.level[1:]
    totals = total * others.worth(business)[1:] * level + np.sqrt(worth.variance.sum()) * chance
    if not business.cost_to_serve:
        totals = np.maximum(totals, 0.0)  # purchases to come cannot bring less than nothing
    counts = buyers * others.buyers[1:] + np.sqrt(np.sum(buys * (1 - buys))) * chance
    counts = np.maximum(counts, 0.0)
    new = others.newcomer(business)
    paid = business.margin if spend is not None else 1.0
    past = frame["amount"] if spend is not None else frame["orders"]
    earned = paid * past.to_numpy(np.float64)
    return Values(
        frame=pd.DataFrame(
            {
                "customer": frame["customer"].to_numpy(),
                "p_alive": worth.alive,
                "expected_orders": worth.orders,
                "spend": worth.spend,
                "value": worth.value,
                "value_low": low,
                "value_high": high,
                "earned": earned,
                "buys_12m": buys,
            }
        ),
        business=business,
        total=total,
        **dict(zip(("low", "high"), _eighty(totals, total), strict=True)),
        earned=float(earned.sum()),
        buyers_12m=buyers,
        **dict(zip(("buyers_low", "buyers_high"), _eighty(counts, buyers), strict=True)),
        alive=float(worth.alive.sum()),
        new_customer=float(new[0]),
        **dict(zip(("new_low", "new_high"), _eighty(new[1:], float(new[0])), strict=True)),
        has_money=spend is not None,
    )


def best_total(
    customers: Customers, lifetimes: ParetoNBD, spend: Spend | None, business: Business
) -> float:
    """Return what everybody together is worth at the best estimate, without any range."""
    return float(_worth(customers.frame, lifetimes, spend, business).value.sum())


@dataclass(frozen=True, eq=False)
class _Worth:
    """Per customer: chance alive, orders to the horizon, spend, value and its variance."""

    alive: Floats
    orders: Floats
    spend: Floats
    value: Floats
    variance: Floats


def _worth(
    frame: pd.DataFrame, model: ParetoNBD, spend: Spend | None, business: Business
) -> _Worth:
    alive = model.p_alive(frame["x"], frame["t_x"], frame["T"])
    age, age_of = np.unique(frame["T"].to_numpy(np.float64), return_inverse=True)
    ahead = expected_weeks(model.s, model.beta + age, business)
    weeks, discounted = (column[age_of] for column in ahead)
    shape = model.r + frame["x"].to_numpy(np.float64)
    rate = model.rate_given_alive(frame["x"], frame["T"])
    mean, mean_squared, squared = _spend_moments(frame, spend)
    paid = business.margin if spend is not None else 1.0
    value = alive * discounted * (rate * paid * mean - business.cost_to_serve / WEEKS_PER_MONTH)
    once, twice = (column[age_of] for column in lived_moments(model, age, business))
    second = paid**2 * (rate**2 * (1 + 1 / shape) * twice * mean_squared + rate * once * squared)
    expected = alive * discounted * rate * paid * mean
    return _Worth(alive, alive * rate * weeks, mean, value, alive * second - expected**2)


def _spend_moments(frame: pd.DataFrame, spend: Spend | None) -> tuple[Floats, Floats, Floats]:
    """Return E[mean], E[mean^2] over what a customer's mean could be, and E[amount^2]."""
    days = frame["spend_days"].to_numpy(np.float64)
    if spend is None:
        ones = np.ones(len(frame))
        return ones, ones, ones
    mean = spend.expected(days, frame["mean_spend"])
    if not isinstance(spend, GammaGamma):  # no law was fitted: amounts vary as much as their mean
        mean_squared = mean**2 * (1 + 1 / (days + 1))
        return mean, mean_squared, 2 * mean_squared
    shape = spend.p * days + spend.q
    mean_squared = mean**2 * (shape - 1) / np.maximum(shape - 2, LEAST_EXCESS)
    return mean, mean_squared, mean_squared * (1 + 1 / spend.p)


def _ranges(
    frame: pd.DataFrame,
    model: ParetoNBD,
    spend: Spend | None,
    business: Business,
    worth: _Worth,
) -> tuple[Floats, Floats]:
    """Return the 80 % range of each customer's worth."""
    weeks = business.horizon_months * WEEKS_PER_MONTH
    some = worth.alive * buys_within(model, frame["x"], frame["T"], weeks)
    some = np.clip(some, 1e-300, 1)
    served = np.zeros(len(frame))
    if business.cost_to_serve > 0:
        rate = model.rate_given_alive(frame["x"], frame["T"])
        paid = business.margin * worth.spend if spend is not None else worth.spend
        cost = business.cost_to_serve / WEEKS_PER_MONTH
        served = worth.value * cost / np.where(rate * paid == cost, np.nan, rate * paid - cost)
        served = np.nan_to_num(served)
    gross = worth.value + served
    mean = gross / some
    spread = np.maximum((worth.variance + gross**2) / some - mean**2, 1e-12 * mean**2 + 1e-300)
    shape = np.clip(mean**2 / spread, 1e-6, 1e12)
    low, high = (
        np.where(
            some > 1 - level,
            gammaincinv(shape, np.clip((level - (1 - some)) / some, 0, 1 - 1e-12)) * mean / shape,
            0.0,
        )
        - served
        for level in RANGE
    )
    return low, high


def _eighty(draws: Floats, centre: float) -> tuple[float, float]:
    """Return the 80 % range of some draws, widened if need be to hold the best estimate."""
    if not len(draws):
        return centre, centre
    low, high = np.quantile(draws, RANGE)
    return min(float(low), centre), max(float(high), centre)
