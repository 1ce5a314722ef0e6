"""What today's customers do period by period, and what an offer changes in it.

The same algebra as `models.decisions.offers`, kept apart by period instead of being summed and
discounted: money is counted when it moves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from models.decisions.case import Case
from models.decisions.ledger import Floats, Weights
from models.decisions.offers import Axis, Offer, still_there

TINY: Final = 1e-100  # chances below this are none: numbers near the smallest slow every product


@dataclass(frozen=True, eq=False)
class Flows:
    """People and money by period, shape `(K, periods)` each.

    Attributes
    ----------
    leaving
        Customers who leave.
    lost
        Revenue per period that leaves with them.
    revenue
        What customers pay, at list price.
    discount, handling, contact, care
        What the offer costs; care less the extra margin it brings.
    """

    leaving: Floats
    lost: Floats
    revenue: Floats
    discount: Floats
    handling: Floats
    contact: Floats
    care: Floats

    def __add__(self, other: Flows) -> Flows:
        return Flows(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Flows)))

    def times(self, share: float) -> Flows:
        """Return the same for a share of the people."""
        return Flows(*(share * getattr(self, f.name) for f in fields(Flows)))

    def phased(self, share: Floats) -> Flows:
        """Return the same by month, `share` of shape `(periods, months)` saying when it falls."""
        return Flows(*(getattr(self, f.name) @ share for f in fields(Flows)))


def staying(axis: Axis, periods: int) -> Floats:
    """Return the chance of being there after 0, 1, ... periods - 1, shape `(periods, Q)`."""
    ages = np.arange(periods)[:, None]
    with np.errstate(invalid="ignore"):
        there = np.where(ages == 0, 1.0, np.exp(ages * axis.phase()[0]))
    return np.asarray(np.where(there < TINY, 0.0, there))


def without_offer(axis: Axis, people: Weights, periods: int) -> Flows:
    """Return what today's customers do if nothing is offered to them."""
    log_keep, paid = axis.phase()
    there = staying(axis, periods)
    gone = (there * -np.expm1(log_keep)).T
    nothing = np.zeros((len(people.persons), periods))
    return Flows(
        people.persons @ gone,
        people.money @ gone,
        people.money @ (there * paid).T,
        *(nothing,) * 4,
    )


def offer_changes(case: Case, offer: Offer, periods: int) -> Flows:
    """Return what an offer changes against doing nothing, over some periods from today."""
    if case.asks is None or offer is case.service:
        return _proactive(case.axis, case.people, offer, periods)
    return _at_cancel(case, offer, periods)


class _Change:
    """A ledger under way."""

    def __init__(self, people: Weights, rows: int, periods: int) -> None:
        self.people = people
        self.lines = {f.name: np.zeros((rows, periods)) for f in fields(Flows)}

    def book(self, name: str, at: int, kind: str, values: Floats) -> None:
        """Add the money or people of one period; `values` by hazard, shape `(K, Q)`."""
        weights: Floats = getattr(self.people, kind)
        self.lines[name][:, at] += np.einsum("kq,kq->k", *np.broadcast_arrays(weights, values))

    def book_after(self, at: int, factor: Floats, axis: Axis, paid: Floats) -> None:
        """Add what people who are there beyond doing nothing go on to do from a period on.

        `factor` is how many more are there at its beginning, by hazard.
        """
        left = self.lines["revenue"].shape[1] - at
        if left <= 0:
            return
        there = staying(axis, left)
        gone = (there * -np.expm1(axis.phase()[0])).T
        self.lines["leaving"][:, at:] += (self.people.persons * factor) @ gone
        self.lines["lost"][:, at:] += (self.people.money * factor) @ gone
        self.lines["revenue"][:, at:] += (self.people.money * factor) @ (there * paid).T

    def done(self) -> Flows:
        return Flows(**self.lines)


def _proactive(axis: Axis, people: Weights, offer: Offer, periods: int) -> Flows:
    """Return the changes of an offer sent to everybody in a group."""
    window = min(offer.window, periods)
    log_keep, paid = axis.phase()
    log_held, paid_held = axis.phase(1 - offer.effect)
    log_loose, paid_loose = axis.phase(1 + offer.bounce)
    keep, held, loose = np.exp(log_keep), np.exp(log_held), np.exp(log_loose)
    change = _Change(people, max(len(people.persons), len(offer.effect)), periods)
    change.lines["contact"][:, 0] = people.people * offer.contact_cost
    there = np.ones_like(axis.hazard)
    kept = np.ones_like(held)
    for t in range(window):
        before, during = there * paid, kept * paid_held
        redeemed = offer.takers * np.minimum(before, during) + np.maximum(during - before, 0)
        change.book("revenue", t, "money", during - before)
        change.book("discount", t, "money", offer.depth * redeemed)
        change.book("handling", t, "orders", offer.redemption_cost * redeemed)
        change.book("care", t, "persons", (offer.care_cost - offer.care_margin) * during)
        _leave(change, t, kept * (1 - held) - there * (1 - keep))
        there, kept = there * keep, kept * held
    if window < periods:
        taken = offer.takers * np.minimum(there, kept) + np.maximum(kept - there, 0)
        extra = offer.later_spend * taken
        change.book("revenue", window, "money", (kept + extra) * paid_loose - there * paid)
        _leave(change, window, kept * (1 - loose) - there * (1 - keep))
        change.book_after(window + 1, kept * loose - there * keep, axis, paid)
        if offer.later_spend:
            later = staying(axis, periods - window - 1) * paid
            change.lines["revenue"][:, window + 1 :] += (people.money * extra * loose) @ later.T
    return change.done()


def _leave(change: _Change, at: int, more: Floats) -> None:
    change.book("leaving", at, "persons", more)
    change.book("lost", at, "money", more)


def _at_cancel(case: Case, offer: Offer, periods: int) -> Flows:
    """Return the changes of an offer shown only to those who ask to cancel, one per person."""
    axis, people, asks = case.axis, case.people, case.asks or 0.0
    keep = axis.phase()[1]
    change = _Change(people, max(len(people.persons), len(offer.effect)), periods)
    unasked = np.ones_like(axis.hazard)
    anyway = staying(axis, periods)
    taken = np.stack([still_there(axis, offer, j) for j in range(periods)])
    for t in range(min(case.stands, periods)):
        leaves, bluffs = unasked * (1 - keep), unasked * keep * asks
        saved = leaves * offer.effect
        left = periods - t
        there, lured = taken[:left], taken[:left] - anyway[:left]
        gone = np.vstack([-np.ones_like(keep), -np.diff(there, axis=0)])
        sooner = np.vstack([np.zeros_like(keep), -np.diff(lured, axis=0)])
        for name, kind in (("leaving", "persons"), ("lost", "money")):
            weights = getattr(people, kind)
            change.lines[name][:, t:] += (weights * saved) @ gone.T + (weights * bluffs) @ sooner.T
        change.lines["revenue"][:, t:] += (people.money * saved) @ there.T
        change.lines["revenue"][:, t:] += (people.money * bluffs) @ lured.T
        change.book("contact", t, "persons", offer.contact_cost * (leaves + bluffs))
        cheap = min(offer.window, left)
        paying, ordering = (one * (saved + bluffs) for one in (people.money, people.orders))
        change.lines["discount"][:, t : t + cheap] += offer.depth * paying @ there[:cheap].T
        handled = offer.redemption_cost * ordering @ there[:cheap].T
        change.lines["handling"][:, t : t + cheap] += handled
        change.lines["revenue"][:, t + cheap :] += offer.later_spend * paying @ there[cheap:].T
        unasked = unasked * keep * (1 - asks)
    return change.done()
