"""What a decision needs to know of a company, summed up once so that a slider costs milliseconds.

Customers are collapsed to weights on a grid of hazards: how many are alive, what revenue and how
many orders they bring per period while alive, for some bands of customers and for the best estimate
beside draws of every fitted parameter. After this nothing is proportional to customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.decisions.ledger import Floats, Weights
from models.decisions.offers import Axis
from models.decisions.replacement import Newcomers


@dataclass(frozen=True, eq=False)
class State:
    """A company as the decision engine sees it.

    Attributes
    ----------
    axis
        Periods, and the grid of hazards per period.
    people
        Customers in the first b bands, b = 1..B, shape `(B,)`. Bands are ordered by the money per
        customer expected to leave within a year, most first.
    persons, money, orders
        Weights summed over the first b bands, shape `(B, K, Q)`; row 0 of K is the best estimate.
    newcomers
        What a newcomer brings, on the same grid and draws.
    effect_z, cost_z
        Standard normal scores for the save rate and the acquisition cost, shape `(K,)`, 0 first.
    has_money
        False when the file has no amounts: all money is then counted in orders.
    notes
        What was assumed, as sentences.
    """

    axis: Axis
    people: Floats
    persons: Floats
    money: Floats
    orders: Floats
    newcomers: Newcomers
    effect_z: Floats
    cost_z: Floats
    has_money: bool = True
    notes: tuple[str, ...] = ()

    @property
    def subscription(self) -> bool:
        """Whether leaving is seen, so that an offer can wait at the cancel button."""
        return self.axis.clock.kind == "chance"

    def group(self, share: float = 1.0) -> Weights:
        """Return the weights of the first bands that hold about this share of the customers."""
        wanted = share * self.people[-1]
        band = int(np.argmin(np.abs(self.people - wanted)))
        return Weights(
            float(self.people[band]), self.persons[band], self.money[band], self.orders[band]
        )

    def with_level(self, times: Floats) -> State:
        """Return the same with everybody's spending multiplied by draw, `times` of shape `(K,)`."""
        return replace(
            self,
            money=self.money * times[None, :, None],
            orders=self.orders * times[None, :, None],
            newcomers=replace(self.newcomers, money=self.newcomers.money * times[:, None]),
        )

    @cached_property
    def bands(self) -> tuple[Weights, ...]:
        """Return the weights of each band by itself."""
        people = np.diff(self.people, prepend=0.0)
        tables = [
            np.diff(kind, axis=0, prepend=0.0) for kind in (self.persons, self.money, self.orders)
        ]
        return tuple(
            Weights(float(count), *(table[band] for table in tables))
            for band, count in enumerate(people)
        )

    @cached_property
    def customers_alive(self) -> float:
        """Expected number who are still customers today."""
        return float(self.persons[-1, 0].sum())
