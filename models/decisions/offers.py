"""What an offer is worth over time, for people of every chance of leaving.

All functions are vectorised over a grid of *hazards*: how readily a person leaves per period. The
offer acts on each person's own hazard, never on the group's average one: scaling the cohort curve
instead overstates the gain by half, because the impatient leave first whatever one does.

Two clocks share one algebra. In a shop (`rate`) a person leaves at a constant rate, so that
`exp(-h)` stay through a month, and spends all through it (mid-period discounting). In a
subscription (`chance`) a share `h` does not renew, and those who do pay at the renewal.

Sources: Fader & Hardie (2007, 2010) for the subscription; Schmittlein, Morrison & Colombo (1987)
for the shop; Neslin et al. (2006) for the accounting of an offer made also to those who stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

import numpy as np

from models.decisions.ledger import Floats, Price, Prices


@dataclass(frozen=True)
class Clock:
    """How time passes: the length of a period and what happens within it.

    Attributes
    ----------
    months
        Months in a period: 1 for a shop, 12 for a yearly subscription.
    kind
        `rate`: people leave at a constant rate; `chance`: at renewals.
    due
        Periods until money moves first: half a month in a shop, which spends all through it; the
        average wait for the next renewal in a subscription.
    """

    months: float
    kind: Literal["rate", "chance"]
    due: float = 0.5

    @property
    def due_new(self) -> float:
        """Periods until a newcomer's second payment, the first being made on arrival."""
        return 0.5 if self.kind == "rate" else 1.0

    def periods(self, months: float, *, least: int = 1) -> int:
        """Return the whole number of periods nearest to some months."""
        return max(least, round(months / self.months))


@dataclass(frozen=True, eq=False)
class Axis:
    """The grid of hazards people are spread over.

    Attributes
    ----------
    clock
        What a period is.
    hazard
        How readily a person leaves per period, ascending from zero, shape `(Q,)`.
    """

    clock: Clock
    hazard: Floats

    def phase(self, times: Floats | float = 1.0) -> tuple[Floats, Floats]:
        """Return `(log of the share that stays a period, share of a period's money paid)`.

        Parameters
        ----------
        times
            What everybody's hazard is multiplied by; broadcast against `(Q,)`.
        """
        if isinstance(times, float) and times == 1.0:
            return self._as_it_is
        return self._phase(self.hazard * times)

    @cached_property
    def _as_it_is(self) -> tuple[Floats, Floats]:
        """The phase that no offer touches: everything asks for it."""
        return self._phase(self.hazard)

    def _phase(self, scaled: Floats) -> tuple[Floats, Floats]:
        if self.clock.kind == "chance":
            with np.errstate(divide="ignore"):
                log_keep = np.log1p(-np.clip(scaled, 0, 1))
            return log_keep, np.exp(log_keep)
        small = np.abs(scaled) < 1e-12
        paid = -np.expm1(-scaled) / np.where(small, 1.0, scaled)
        return -scaled, np.where(small, 1.0, paid)


@dataclass(frozen=True)
class Offer:
    """An offer in periods of its clock.

    Attributes
    ----------
    effect
        Share of each person's hazard that it removes while it runs; shape `(K, 1)`, one per draw.
    depth
        Discount, a fraction of the price; shape `(K, 1)` to ask about many at once.
    window, horizon
        Periods it runs, and periods that are counted.
    takers
        Share of those who would have stayed who take it too.
    bounce
        Relative rise of the hazard in the period after it ends; shape as of `depth`.
    later_spend
        Relative change of the later spending of those who took it.
    contact_cost, redemption_cost
        Money per person contacted; per discounted order.
    care_cost, care_margin
        Cost of a service, and the extra margin it brings, per person and period.
    log_v
        Logarithm of the discount factor of one period.
    """

    effect: Floats
    depth: float | Floats
    window: int
    horizon: int
    takers: float
    bounce: float | Floats
    later_spend: float
    contact_cost: float
    redemption_cost: float
    care_cost: float
    care_margin: float
    log_v: float


@dataclass(frozen=True)
class Paths:
    """Discounted periods of payment per person alive today, each of shape `(K, Q)`.

    Attributes
    ----------
    without, within
        To the horizon, without and with the offer.
    window_within
        While the offer runs, with it.
    after_taken
        After it ends, by those who took it.
    window_taken_by_stayers, window_taken_by_saved
        At the offer's price, by those who stay anyway and by those who stay because of it.
    """

    without: Floats
    within: Floats
    window_within: Floats
    after_taken: Floats
    window_taken_by_stayers: Floats
    window_taken_by_saved: Floats


def geometric(log_x: Floats, terms: float) -> Floats:
    """Return `1 + x + ... + x^(terms - 1)` without loss near x = 1; 0 for no terms."""
    if terms <= 0:
        return np.zeros_like(log_x)
    small = np.abs(log_x) < 1e-14
    safe = np.where(small, -1.0, log_x)
    with np.errstate(over="ignore"):
        total = np.expm1(terms * safe) / np.expm1(safe)
    return np.where(small, terms, total)


def paths(axis: Axis, offer: Offer) -> Paths:
    """Return the discounted payments with and without an offer.

    With survival S0 and S1 without and with the offer, a discount is paid by the share `takers` of
    those who would be there anyway, and by everybody who is there only because of it:
    ``takers * min(S0, S1) + max(S1 - S0, 0)``.

    Depth and margin change no path, so the last few are kept: break-evens ask for the same ones.
    """
    bounce = np.asarray(offer.bounce, np.float64)
    pathless = replace(offer, **_PATHLESS)
    return _paths(axis, offer.effect.tobytes(), len(offer.effect), bounce.tobytes(), pathless)


_PATHLESS: Final[dict[str, Any]] = {
    "effect": None, "depth": 0.0, "bounce": 0.0, "later_spend": 0.0, "contact_cost": 0.0,
    "redemption_cost": 0.0, "care_cost": 0.0, "care_margin": 0.0,
}  # fmt: skip


@lru_cache(maxsize=4)
def _paths(axis: Axis, effect: bytes, rows: int, bounce: bytes, offer: Offer) -> Paths:
    """Return the paths of an effect given as bytes, so that equal questions are told apart."""
    effects = np.frombuffer(effect).reshape(rows, 1)
    window = min(offer.window, offer.horizon)
    rest = offer.horizon - window
    start = np.exp(offer.log_v * axis.clock.due)
    log_keep, paid = axis.phase()
    log_held, paid_held = axis.phase(1 - effects)
    log_loose, paid_loose = axis.phase(1 + np.frombuffer(bounce).reshape(-1, 1))
    v = offer.log_v
    before = start * paid * geometric(log_keep + v, window)
    during = start * paid_held * geometric(log_held + v, window)
    tail = paid_loose * float(rest > 0) + np.exp(log_loose + v) * paid * geometric(
        log_keep + v, rest - 1
    )
    tail = start * np.exp(window * v) * tail
    there, kept = (np.exp(window * one) for one in (log_keep, log_held))
    without = start * paid * geometric(log_keep + v, offer.horizon)
    stayers, saved = _taken(before, during, offer.takers)
    took = sum(_taken(there, kept, offer.takers))  # of those who meet the end of it
    return Paths(without, during + kept * tail, during, took * tail, stayers, saved)


def _taken(without: Floats, within: Floats, takers: float) -> tuple[Floats, Floats]:
    """Return what is taken by those who stay anyway and by those who stay because of the offer."""
    return takers * np.minimum(without, within), np.maximum(within - without, 0)


def proactive(axis: Axis, offer: Offer, margin: float, to_serve: float) -> Prices:
    """Return the prices of an offer sent to everybody in a group, whoever would have left."""
    path = paths(axis, offer)
    gain = path.within - path.without
    redeemed = path.window_taken_by_stayers + path.window_taken_by_saved
    return Prices(
        margin_kept=Price(money=margin * gain, persons=-to_serve * gain),
        to_saved=Price(money=offer.depth * path.window_taken_by_saved),
        to_stayers=Price(money=offer.depth * path.window_taken_by_stayers),
        later_spend=Price(
            money=margin * offer.later_spend * path.after_taken,
            persons=offer.care_margin * path.window_within,
        ),
        handling=Price(orders=offer.redemption_cost * redeemed),
        contact=Price(each=offer.contact_cost),
        care=Price(persons=offer.care_cost * path.window_within),
    )


def at_cancel(
    axis: Axis, offer: Offer, margin: float, to_serve: float, *, asks: float, stands: int
) -> Prices:
    """Return the prices of an offer shown only to those who ask to cancel, one per person.

    Parameters
    ----------
    asks
        Chance per period that somebody who would stay asks all the same, for the discount.
    stands
        Periods during which the offer stands at the cancel button.

    Notes
    -----
    With theta the chance of leaving, a person is still without an offer before period t with
    chance ``[(1 - theta)(1 - asks)]^(t - 1)``; a saved leaver pays at once. Whoever takes the offer
    gets it for its whole window, each order handled at its cost, and meets the full price, and the
    bounce, at the first renewal after it.
    """
    log_keep, keep = axis.phase()
    chance, v = 1 - keep, offer.log_v
    asking = keep * asks
    loose = axis.phase(1 + np.asarray(offer.bounce))[1]
    shape = np.broadcast_shapes(chance.shape, offer.effect.shape, loose.shape)
    lived, cheap_saved, cheap_stayers, later, asked = np.zeros((5, *shape))
    with np.errstate(divide="ignore"):
        log_unasked = log_keep + np.log1p(-asks)
    for t in range(1, min(stands, offer.horizon) + 1):
        here = np.exp((t - 1) * log_unasked if t > 1 else 0 * axis.hazard) * np.exp(
            (t - 1 + axis.clock.due) * v
        )
        left = offer.horizon - t + 1
        window = min(offer.window, left)
        cheap = geometric(log_keep + v, window)
        full = np.exp(window * v) * keep ** (window - 1) * geometric(log_keep + v, left - window)
        saved, bluffed = here * chance * offer.effect, here * asking
        lived += saved * (cheap + full * loose) + bluffed * full * (loose - keep)
        cheap_saved += saved * cheap
        cheap_stayers += bluffed * cheap
        later += (saved + bluffed) * full * loose
        asked += here * chance + bluffed
    redeemed = cheap_saved + cheap_stayers
    return Prices(
        margin_kept=Price(money=margin * lived, persons=-to_serve * lived),
        to_saved=Price(money=offer.depth * cheap_saved),
        to_stayers=Price(money=offer.depth * cheap_stayers),
        later_spend=Price(money=offer.later_spend * margin * later),
        handling=Price(orders=offer.redemption_cost * redeemed),
        contact=Price(persons=offer.contact_cost * asked),
    )


def still_there(axis: Axis, offer: Offer, renewals: int) -> Floats:
    """Return the chance to be there so many renewals after taking an offer at the cancel button.

    The first renewal after its window is the one at which the full price returns.
    """
    keep = axis.phase()[1]
    if renewals < offer.window:
        return np.asarray(keep**renewals)
    return np.asarray(keep ** (renewals - 1) * axis.phase(1 + np.asarray(offer.bounce))[1])
