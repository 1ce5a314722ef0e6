"""What it is worth, and what it costs, to replace those who leave.

A newcomer's worth counts the first order's margin now and the discounted margin to the horizon. A
*slot* is a place among the customers that is refilled whenever it falls empty: holding it costs the
acquisition of everybody who ever fills it, replacements of replacements included (a renewal
equation). If a leaver would be replaced anyway, saving one is worth the replacement it puts off,
not the customer's whole worth.

Acquisition cost rises with volume as ``CAC(n) = CAC_0 (n / n_0)^growth``, n_0 being today's intake.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from models.decisions.ledger import Floats, dot
from models.decisions.offers import Axis, Offer, geometric

TINY: Final = 1e-100  # chances below this are none


@dataclass(frozen=True, eq=False)
class Newcomers:
    """A newcomer by hazard, row 0 the best estimate and the other rows draws.

    Attributes
    ----------
    persons, money
        Shape `(K, Q)`: chance of each hazard (sums to 1) and revenue per period while a customer.
    first
        Revenue of the first order or payment, today, shape `(K,)`.
    first_service
        Periods of service that the first payment covers: 1 for a subscription, 0 for a shop.
    per_month
        Newcomers a month over the last year; 0 when unknown.
    revenue_year
        Revenue of a newcomer's first twelve months, best estimate.
    customers
        How many newcomers this was learnt from.
    """

    persons: Floats
    money: Floats
    first: Floats
    first_service: float
    per_month: float
    revenue_year: float
    customers: int

    def central(self) -> Newcomers:
        """Return the best estimate alone."""
        return Newcomers(
            self.persons[:1],
            self.money[:1],
            self.first[:1],
            self.first_service,
            self.per_month,
            self.revenue_year,
            self.customers,
        )


@dataclass(frozen=True)
class Terms:
    """On what terms a newcomer is counted.

    Attributes
    ----------
    margin, cost_to_serve
        Share of revenue, and money per customer and period.
    ramp
        Worth of an extra newcomer against today's.
    lead
        Periods from paying for a campaign to the first order.
    log_v
        Logarithm of the discount factor of one period.
    """

    margin: float
    cost_to_serve: float
    ramp: float
    lead: float
    log_v: float


def worth(axis: Axis, new: Newcomers, terms: Terms, periods: float) -> Floats:
    """Return the discounted margin of one newcomer, first order now; shape `(K,)`."""
    log_keep, paid = axis.phase()
    start = np.exp(terms.log_v * axis.clock.due_new)
    life = start * paid * geometric(log_keep + terms.log_v, periods)
    margin = terms.margin * (new.first + dot(new.money, life))
    served = terms.cost_to_serve * (new.first_service + dot(new.persons, life))
    return terms.ramp * margin - served


def worth_ordered(axis: Axis, new: Newcomers, terms: Terms, horizon: int) -> Floats:
    """Return the worth of a newcomer paid for today who arrives after the lead time."""
    late = worth(axis, new, terms, horizon - int(terms.lead))
    return np.asarray(np.exp(terms.lead * terms.log_v) * late)


def slot_worth(axis: Axis, new: Newcomers, terms: Terms, cost: Floats, horizon: int) -> Floats:
    """Return what refilling an empty slot is worth with h periods left, h = 0 to the horizon.

    Shape `(K, horizon + 1)`. The renewal equation, solved forward in h: pay the cost, earn a
    newcomer's margin, and when that newcomer leaves in period j refill with h - j periods left.
    With fewer periods left than the lead time nobody starts a campaign. The last few answers are
    kept: every option and break-even of a scenario asks for the same.
    """
    return _slot_worth(axis, new, terms, cost.tobytes(), horizon)


@lru_cache(maxsize=8)
def _slot_worth(axis: Axis, new: Newcomers, terms: Terms, costs: bytes, horizon: int) -> Floats:
    """Return the same for costs given as bytes, so that equal questions are told apart."""
    cost = np.frombuffer(costs)
    wait = int(terms.lead)
    when = np.exp(terms.log_v * (np.arange(horizon) + axis.clock.due_new))
    leave = new.persons @ departures(axis, horizon).T * when
    earned = _earned(axis, new, terms, horizon)
    total = np.zeros((len(new.persons), horizon + 1))
    arrive = np.exp(terms.lead * terms.log_v)
    for h in range(wait, horizon + 1):
        left = h - wait
        refills = np.einsum("kj,kj->k", leave[:, :left], total[:, :left][:, ::-1])
        total[:, h] = arrive * (earned[:, left] + refills) - cost
    return total


def _earned(axis: Axis, new: Newcomers, terms: Terms, horizon: int) -> Floats:
    """Return `worth` for 0, 1, ... horizon periods at once, shape `(K, horizon + 1)`."""
    paid = axis.phase()[1]
    there = _there(axis, horizon) * paid
    when = np.exp(terms.log_v * (np.arange(horizon) + axis.clock.due_new))
    margin = terms.ramp * terms.margin
    each = (margin * new.money - terms.cost_to_serve * new.persons) @ there.T * when
    now = margin * new.first - terms.cost_to_serve * new.first_service
    sums = np.concatenate([np.zeros((len(each), 1)), np.cumsum(each, axis=1)], axis=1)
    return np.asarray(now[:, None] + sums)


@lru_cache(maxsize=8)
def _there(axis: Axis, horizon: int) -> Floats:
    """Return the chance of being there after 0, 1, ... horizon - 1 periods, `(horizon, Q)`."""
    log_keep = axis.phase()[0]
    ages = np.arange(horizon)[:, None]
    with np.errstate(invalid="ignore"):
        there = np.where(ages == 0, 1.0, np.exp(ages * log_keep))
    # Subnormal numbers make a matrix product a hundred times slower.
    return np.asarray(np.where(there < TINY, 0.0, there))


@lru_cache(maxsize=8)
def departures(axis: Axis, horizon: int) -> Floats:
    """Return the chance of leaving in each period, shape `(horizon, Q)`."""
    log_keep = axis.phase()[0]
    gone = _there(axis, horizon) * -np.expm1(log_keep)
    return np.asarray(np.where(gone < TINY, 0.0, gone))


def refilled(
    axis: Axis,
    effect: Floats,
    bounce: float | Floats,
    window: int,
    empty: Floats,
) -> Floats:
    """Return the discounted worth of refilling, with an offer less without it, per person alive.

    Parameters
    ----------
    effect
        Share of the hazard removed in the window, shape `(K, 1)`.
    empty
        Discounted worth of refilling a slot that falls empty in period t, shape `(K, horizon)`.

    Returns
    -------
    Shape `(K, Q)`; negative when the offer puts off refills that are worth having.
    """
    horizon = empty.shape[1]
    window = min(window, horizon)
    plain = departures(axis, horizon)
    log_held = axis.phase(1 - effect)[0]
    held = np.exp(log_held)
    total = -(empty @ plain)
    there = np.ones(np.broadcast_shapes(held.shape, total.shape))
    for t in range(window):
        total = total + there * (1 - held) * empty[:, t : t + 1]
        there = there * held
    if window < horizon:
        loose = np.exp(axis.phase(1 + bounce)[0])
        later = empty[:, window + 1 :] @ plain[: horizon - window - 1]
        total = total + there * ((1 - loose) * empty[:, window : window + 1] + loose * later)
    return np.asarray(total)


def refilled_at_cancel(axis: Axis, offer: Offer, asks: float, stands: int, empty: Floats) -> Floats:
    """Return the same as `refilled` for an offer that waits at the cancel button, `(K, Q)`.

    A leaver saved in period t leaves a slot empty later instead of now, or never; whoever asks only
    for the discount may be gone sooner, when it ends.
    """
    horizon = empty.shape[1]
    plain = departures(axis, horizon)
    keep = np.exp(axis.phase()[0])
    loose = axis.phase(1 + np.asarray(offer.bounce))[1]
    unasked = np.ones_like(axis.hazard)
    total = np.zeros(np.broadcast_shapes(offer.effect.shape, (len(empty), len(keep)), loose.shape))
    for t in range(min(stands, horizon)):
        anyway = empty[:, t + 1 :] @ plain[: horizon - t - 1]
        taken, ends = anyway, t + offer.window
        if ends < horizon:
            full = empty[:, ends + 1 :] @ plain[: horizon - ends - 1]
            last = (1 - loose) * empty[:, ends : ends + 1] + loose * full
            cheap = empty[:, t + 1 : ends] @ plain[: offer.window - 1]
            taken = cheap + keep ** (offer.window - 1) * last
        total += unasked * (1 - keep) * offer.effect * (taken - empty[:, t : t + 1])
        total += unasked * keep * asks * (taken - anyway)
        unasked = unasked * keep * (1 - asks)
    return total


def dearer(extra_per_month: float, intake_per_month: float, growth: float) -> float:
    """Return the average cost of extra newcomers over today's cost of one.

    ``[(1 + x)^(1 + growth) - 1] / x`` with x the extra ones relative to today's intake; for a few
    it is the marginal cost, 1 + growth.
    """
    if growth == 0 or intake_per_month <= 0:
        return 1.0
    x = extra_per_month / intake_per_month
    if x < 1e-9:
        return 1 + growth
    return float(np.expm1((1 + growth) * np.log1p(x)) / x)


def affordable(
    budget: float, cost: float, months: float, intake_per_month: float, growth: float
) -> float:
    """Return how many extra newcomers a budget buys over some months at the rising cost."""
    if budget <= 0:
        return 0.0
    if growth == 0 or intake_per_month <= 0:
        return budget / cost
    base = intake_per_month * months
    return base * float(np.expm1(np.log1p(budget / (cost * base)) / (1 + growth)))
