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

from models.customers import Customers
from models.draws import Draws, joint_draws
from models.errors import SettingError
from models.lifetimes import GammaGamma, ParetoNBD, Spend
from models.periods import MONTHS_PER_YEAR, WEEKS_PER_MONTH, AnnualRate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE: Final = 2_400
LEGENDRE: Final = 12
RANGE: Final = (0.1, 0.9)
USUAL_RATE: Final = AnnualRate(0.10)
LEAST_EXCESS: Final = 0.05  # keeps the variance of a heavy-tailed spend finite


@dataclass(frozen=True)
class Business:
    """What the file cannot say about money.

    Attributes
    ----------
    margin
        Share of revenue that is left after what varies with it.
    rate
        Discount rate of a year.
    horizon_months
        Months that are counted.
    cost_to_serve
        Money per customer and month, charged while somebody is a customer.

    Raises
    ------
    SettingError
        When a number makes no sense.
    """

    margin: float = 0.5
    rate: AnnualRate = USUAL_RATE
    horizon_months: int = 36
    cost_to_serve: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 1:
            raise SettingError(
                f"A margin of {self.margin:g} is not a fraction between 0 and 1: write 40 % as 0.4."
            )
        if self.horizon_months < 1 or self.cost_to_serve < 0:
            raise SettingError(
                f"A horizon of {self.horizon_months:g} months with a cost to serve of "
                f"{self.cost_to_serve:g} cannot be valued: set at least 1 month and no less than 0."
            )


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
    """
    drawn = draws or joint_draws(customers, lifetimes, spend)
    frame = customers.frame
    worth = _worth(frame, lifetimes, spend, business)
    low, high = _ranges(frame, lifetimes, spend, business, worth)
    buys = _buys_within(frame, lifetimes, MONTHS_PER_YEAR * WEEKS_PER_MONTH, worth.alive)
    sampled = _sampled(frame, worth, drawn, business)
    total, buyers = float(worth.value.sum()), float(buys.sum())
    chance = drawn.noise_z[1:]
    totals = total * sampled[0][1:] * drawn.level[1:] + np.sqrt(worth.variance.sum()) * chance
    if not business.cost_to_serve:
        totals = np.maximum(totals, 0.0)  # purchases to come cannot bring less than nothing
    counts = buyers * sampled[1][1:] + np.sqrt(np.sum(buys * (1 - buys))) * chance
    counts = np.maximum(counts, 0.0)
    new = np.array([_newcomer(drawn, k, business) for k in range(len(drawn))])
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
    weeks, discounted = (column[age_of] for column in _weeks(model, age, business))
    shape = model.r + frame["x"].to_numpy(np.float64)
    rate = model.rate_given_alive(frame["x"], frame["T"])
    mean, mean_squared, squared = _spend_moments(frame, spend)
    paid = business.margin if spend is not None else 1.0
    value = alive * discounted * (rate * paid * mean - business.cost_to_serve / WEEKS_PER_MONTH)
    once, twice = (column[age_of] for column in _lived_moments(model, age, business))
    second = paid**2 * (rate**2 * (1 + 1 / shape) * twice * mean_squared + rate * once * squared)
    expected = alive * discounted * rate * paid * mean
    return _Worth(alive, alive * rate * weeks, mean, value, alive * second - expected**2)


def _weeks(model: ParetoNBD, age: Floats, business: Business) -> tuple[Floats, Floats]:
    """Return weeks lived to the horizon by age, as they are and discounted month by month."""
    months = np.arange(1, business.horizon_months + 1)
    none = np.zeros_like(age)
    ahead = model.expected_if_alive(months * WEEKS_PER_MONTH, none, none, age)
    lived = ahead / model.rate_given_alive(none, age)[:, None]
    each = np.diff(lived, axis=1, prepend=0.0)
    when = np.array([business.rate.factor(months=month - 0.5) for month in months])
    return lived[:, -1], each @ when


def _lived_moments(model: ParetoNBD, age: Floats, business: Business) -> tuple[Floats, Floats]:
    """Return, by age, E[int v^2t dt] and E[(int v^t dt)^2] over the weeks lived to the horizon."""
    weeks = business.horizon_months * WEEKS_PER_MONTH
    decay = -np.log(business.rate.factor(weeks=1.0))
    lived, weight = _lived(model, age, weeks)
    once, twice = _discounted(lived, 2 * decay), _discounted(lived, decay)
    return np.sum(weight * once, axis=1), np.sum(weight * twice**2, axis=1)


def _discounted(weeks: Floats, decay: float) -> Floats:
    return weeks if decay == 0 else -np.expm1(-decay * weeks) / decay


def _lived(model: ParetoNBD, age: Floats, weeks: float) -> tuple[Floats, Floats]:
    """Return weeks lived out of `weeks` and their chances, for somebody alive at each age.

    Shape `(ages, 13)`: Gauss-Legendre nodes in the chance of leaving, and staying to the end.
    """
    scale = (model.beta + age)[:, None]
    log_stay = -model.s * np.log1p(weeks / scale)
    nodes, weights = np.polynomial.legendre.leggauss(LEGENDRE)
    gone = -np.expm1(log_stay)
    chance = gone * (nodes + 1) / 2
    left = np.minimum(scale * np.expm1(-np.log1p(-chance) / model.s), weeks)
    lived = np.concatenate([left, np.full((len(age), 1), weeks)], axis=1)
    return lived, np.concatenate([gone * weights / 2, np.exp(log_stay)], axis=1)


def _buys_within(frame: pd.DataFrame, model: ParetoNBD, weeks: float, alive: Floats) -> Floats:
    """Return the chance of at least one purchase within some weeks, per customer.

    P(none | alive) = E[((alpha + T) / (alpha + T + D))^(r + x)] over the weeks lived D.
    """
    age, age_of = np.unique(frame["T"].to_numpy(np.float64), return_inverse=True)
    key = frame["x"].to_numpy(np.int64) * len(age) + age_of  # equal customers are asked once
    keys, cell = np.unique(key, return_inverse=True)
    x, age_of = np.divmod(keys, len(age))
    T = age[age_of]
    lived, weight = _lived(model, age, weeks)
    base = (model.alpha + T)[:, None]
    silent = np.exp(-(model.r + x)[:, None] * np.log1p(lived[age_of] / base))
    return np.asarray(alive * (1 - np.sum(weight[age_of] * silent, axis=1))[cell])


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
    some = np.clip(_buys_within(frame, model, weeks, worth.alive), 1e-300, 1)
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


def _sampled(
    frame: pd.DataFrame, worth: _Worth, drawn: Draws, business: Business
) -> tuple[Floats, Floats]:
    """Return each draw's total worth and number of buyers over the best estimate's, `(K,)`.

    Summed over customers sampled evenly by worth and scaled: one ratio each, so that sampling
    hardly matters.
    """
    order = np.argsort(-worth.value, kind="stable")
    chosen = order[np.unique(np.linspace(0, len(frame) - 1, SAMPLE).round().astype(np.int64))]
    sample = frame.iloc[chosen]
    year = MONTHS_PER_YEAR * WEEKS_PER_MONTH
    worths, buyers = np.empty(len(drawn)), np.empty(len(drawn))
    for k, (model, spend) in enumerate(zip(drawn.models, drawn.spends, strict=True)):
        one = _worth(sample, model, spend, business)
        worths[k] = one.value.sum()
        buyers[k] = _buys_within(sample, model, year, one.alive).sum()
    return _relative(worths), _relative(buyers)


def _relative(totals: Floats) -> Floats:
    return totals / totals[0] if totals[0] else np.ones_like(totals)


def _newcomer(drawn: Draws, k: int, business: Business) -> float:
    """Return the worth of a newcomer in draw k: first order now and discounted repeats."""
    model = drawn.young[k]
    _, discounted = _weeks(model, np.zeros(1), business)
    spend = float(drawn.young_spend[k])
    paid = business.margin if drawn.has_money else 1.0
    repeats = model.r / model.alpha * spend * drawn.level[k]
    served = business.cost_to_serve / WEEKS_PER_MONTH
    return float(paid * drawn.first[k] + discounted[0] * (paid * repeats - served))


def _eighty(draws: Floats, centre: float) -> tuple[float, float]:
    """Return the 80 % range of some draws, widened if need be to hold the best estimate."""
    if not len(draws):
        return centre, centre
    low, high = np.quantile(draws, RANGE)
    return min(float(low), centre), max(float(high), centre)
