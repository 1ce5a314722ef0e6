"""What an option brings and costs, by hazard: the ledger of a group is its people weighed with it.

Everything the engine values is a sum over people, so each line of a ledger is kept as its price per
person, per unit of money and per order at every hazard. A total, a segment and a single customer
are then weighed with the same prices, and the parts add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NOTHING: Final = np.zeros((1, 1))
COSTS: Final = ("to_saved", "to_stayers", "handling", "contact", "care")
GAINS: Final = ("margin_kept", "later_spend")


@dataclass(frozen=True)
class Weights:
    """People, money and orders by hazard: all that a decision needs to know of the customers.

    Attributes
    ----------
    people
        Persons contacted, whether or not they are still customers.
    persons, money, orders
        Shape `(K, Q)`: customers alive today, revenue and orders per period while alive. Row 0 is
        the best estimate, the others are draws of the fitted parameters.
    """

    people: float
    persons: Floats
    money: Floats
    orders: Floats

    def central(self) -> Weights:
        """Return the best estimate alone."""
        return Weights(self.people, self.persons[:1], self.money[:1], self.orders[:1])


@dataclass(frozen=True)
class Lines:
    """The ledger of an offer, money of shape `(K,)`; the net value is the sum of all lines."""

    margin_kept: Floats
    to_saved: Floats
    to_stayers: Floats
    later_spend: Floats
    handling: Floats
    contact: Floats
    care: Floats

    @property
    def net(self) -> Floats:
        """Net value of the offer against doing nothing."""
        return self.margin_kept + self.later_spend - self.cost

    @property
    def cost(self) -> Floats:
        """What the offer costs, discounted."""
        return self.to_saved + self.to_stayers + self.handling + self.contact + self.care


@dataclass(frozen=True)
class Price:
    """What somebody adds to one line.

    Attributes
    ----------
    money, persons, orders
        By hazard, per unit of revenue a period, per person alive, per order a period; `(K, Q)`, or
        one number for all.
    each
        Per person contacted, alive or not.
    """

    money: Floats = field(default_factory=NOTHING.copy)
    persons: Floats = field(default_factory=NOTHING.copy)
    orders: Floats = field(default_factory=NOTHING.copy)
    each: float = 0.0

    def __add__(self, other: Price) -> Price:
        return Price(
            self.money + other.money,
            self.persons + other.persons,
            self.orders + other.orders,
            self.each + other.each,
        )

    def __mul__(self, times: float) -> Price:
        return Price(
            times * self.money, times * self.persons, times * self.orders, times * self.each
        )

    def of(self, people: Weights) -> Floats:
        """Return the line of a group, shape `(K,)`."""
        total = np.full(max(len(people.persons), len(self.money)), people.people * self.each)
        for weight, price in (
            (people.money, self.money), (people.persons, self.persons), (people.orders, self.orders)
        ):  # fmt: skip
            if price.size > 1 or price[0, 0]:
                total = total + dot(weight, price)
        return total

    def central(self) -> Price:
        """Return the price at the best estimate."""
        return Price(self.money[:1], self.persons[:1], self.orders[:1], self.each)


@dataclass(frozen=True)
class Prices:
    """The ledger's lines, priced by hazard."""

    margin_kept: Price = field(default_factory=Price)
    to_saved: Price = field(default_factory=Price)
    to_stayers: Price = field(default_factory=Price)
    later_spend: Price = field(default_factory=Price)
    handling: Price = field(default_factory=Price)
    contact: Price = field(default_factory=Price)
    care: Price = field(default_factory=Price)

    def of(self, people: Weights) -> Lines:
        """Return the ledger of a group."""
        return Lines(**{name: getattr(self, name).of(people) for name in (*GAINS, *COSTS)})

    @property
    def cost(self) -> Price:
        """All costs together."""
        return sum((getattr(self, name) for name in COSTS), Price())

    @property
    def net(self) -> Price:
        """Gains less costs."""
        return sum((getattr(self, name) for name in GAINS), Price()) + self.cost * -1.0


def dot(weights: Floats, values: Floats) -> Floats:
    """Return the sum over hazards, shape `(K,)`; either may have one row that serves for all."""
    if values.size == 1:
        return np.asarray(weights.sum(axis=1) * values.item())
    if weights.shape == values.shape:
        return np.asarray(np.einsum("kq,kq->k", weights, values))
    if values.size == weights.shape[1]:
        return np.asarray(np.einsum("kq,q->k", weights, values.reshape(-1)))
    return np.asarray(np.einsum("q,kq->k", weights[0], values))
