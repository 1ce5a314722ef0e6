"""Who is who: every customer as the decision engine sees them.

The state sums customers up; the roster keeps them apart, one number each for what they bring and
a group of people with the same law of leaving. What an offer is worth to a customer is then the
engine's price weighed by that law: one small table and a look-up, whatever the number of customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.decisions.ledger import Floats, Price, Weights

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Roster:
    """Every customer of a company, at the best estimate.

    Attributes
    ----------
    customer
        Labels, shape `(N,)`.
    alive, money, orders
        Chance of still being a customer, and revenue and orders per period while one times that
        chance, shape `(N,)`.
    group
        Which row of `masses` says how readily the customer leaves, shape `(N,)`.
    masses
        Chance of each hazard on the grid of the state, shape `(G, Q)`.
    band
        The band of the state the customer is in, shape `(N,)`.
    leaves
        Chance to leave within a year, given still a customer, by group, shape `(G,)`.
    traits
        Words known of each customer, such as the country, by name, shape `(N,)` each.
    """

    customer: Words
    alive: Floats
    money: Floats
    orders: Floats
    group: Ints
    masses: Floats
    band: Ints
    leaves: Floats
    traits: Mapping[str, Words]

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customer)

    def each(self, price: Price) -> Floats:
        """Return what a price is for every customer, shape `(N,)`."""
        by_group = self._by_group(price.central())
        return (
            self.money * by_group[0][self.group]
            + self.alive * by_group[1][self.group]
            + self.orders * by_group[2][self.group]
            + price.each
        )

    def _by_group(self, price: Price) -> list[Floats]:
        """Return money's, persons' and orders' price in each group, shape `(G,)`."""
        return [
            np.full(len(self.masses), part.item()) if part.size == 1 else self.masses @ part[0]
            for part in (price.money, price.persons, price.orders)
        ]

    @cached_property
    def leaving(self) -> Floats:
        """Chance to be gone within a year, whether or not still a customer today, `(N,)`."""
        return np.asarray(1 - self.alive * (1 - self.leaves[self.group]))

    @cached_property
    def at_stake(self) -> Floats:
        """Revenue per period expected to leave within a year, shape `(N,)`."""
        return np.asarray(self.money * self.leaves[self.group])

    def told_beside(self, beside: pd.DataFrame) -> Roster:
        """Return these customers with more traits, from a file of customers.

        Parameters
        ----------
        beside
            One column of text per trait, by customer's label; a name that is taken is skipped.
        """
        mine = beside.reindex(pd.Series(self.customer).astype(str))
        mine = mine.astype(object).where(mine.notna(), None)
        more = {str(name): mine[name].to_numpy(object) for name in mine}
        return replace(self, traits={**more, **self.traits})

    def weights(self, cell: Ints, cells: int) -> tuple[Weights, ...]:
        """Return the customers of each cell summed up as the engine does it."""
        groups = len(self.masses)
        place = cell * groups + self.group
        tables = [
            np.bincount(place, kind, minlength=cells * groups).reshape(cells, groups) @ self.masses
            for kind in (self.alive, self.money, self.orders)
        ]
        people = np.bincount(cell, minlength=cells)
        return tuple(
            Weights(float(people[i]), *(table[i : i + 1] for table in tables)) for i in range(cells)
        )
