"""What one newcomer does month by month after arriving, replacements not yet counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.decisions.ledger import Floats
from models.decisions.offers import Axis
from models.decisions.replacement import Newcomers
from models.plan.flows import staying

HALF: float = 0.5


@dataclass(frozen=True, eq=False)
class Arrival:
    """One newcomer 0, 1, ... months after the month of arrival, shape `(K, months)` each.

    Attributes
    ----------
    there
        Chance of still being a customer at the end of the month.
    revenue
        What is paid in the month, the first order or payment in month 0.
    recurring
        A subscriber's price by the month while subscribed; what is paid, in a shop.
    """

    there: Floats
    revenue: Floats
    recurring: Floats


def arrival(axis: Axis, new: Newcomers, months: int, ramp: float) -> Arrival:
    """Return what a newcomer brings; `ramp` multiplies what they pay.

    A shop's newcomers come in the middle of a month on average and buy again from then on; a
    subscriber pays on arrival and again at every renewal.
    """
    if axis.clock.kind == "rate":
        return _shopper(axis, new, months, ramp)
    return _subscriber(axis, new, months, ramp)


def _shopper(axis: Axis, new: Newcomers, months: int, ramp: float) -> Arrival:
    ends = np.arange(months) + HALF
    stay = np.exp(-ends[:, None] * axis.hazard)
    _, paid_half = axis.phase(HALF)
    paid = axis.phase()[1]
    lived = np.concatenate([HALF * paid_half[None], stay[:-1] * paid])
    revenue = ramp * (new.money @ lived.T)
    revenue[:, 0] += ramp * new.first
    return Arrival(new.persons @ stay.T, revenue, revenue)


def _subscriber(axis: Axis, new: Newcomers, months: int, ramp: float) -> Arrival:
    period = round(axis.clock.months)
    renewals = np.arange(months) // period
    stay = staying(axis, int(renewals[-1]) + 1)
    paid = ramp * (new.money @ stay.T)
    paid[:, 0] = ramp * new.first
    due = np.arange(months) % period == 0
    each = paid[:, renewals]
    return Arrival((new.persons @ stay.T)[:, renewals], np.where(due, each, 0.0), each / period)
