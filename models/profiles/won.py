"""`Won`: customers as they stood on the day they were won, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import EvidenceError
from models.profiles.rules import Condition
from models.profiles.traits import Trait, attribute

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

VALUE = "value"


@dataclass(frozen=True, eq=False)
class Outcome:
    """Something that customers came to be, for each one a number.

    Attributes
    ----------
    name, label
        Its key, and what the screen calls it.
    said
        How a group's mean is said, such as `worth` or `stayed 12 months`.
    values
        One number per customer, NaN for who cannot be judged yet; shape `(customers,)`.
    is_share
        True for shares (0 to 1), false for money or orders.
    how
        How it was counted, as a sentence.
    """

    name: str
    label: str
    said: str
    values: Floats
    is_share: bool
    how: str


@dataclass(frozen=True, eq=False)
class Won:
    """Everybody whose winning was seen.

    Attributes
    ----------
    customer
        Labels as in the file; shape `(customers,)`.
    traits
        What was known when they were won; those left out by default say why.
    outcomes
        What came of them, by name; `value` is always there.
    full_price
        Who is known to have paid in full on the first order; None where the file cannot tell.
    new
        Who was won in the last twelve months.
    revenue
        Money of the last twelve months, per customer.
    company_revenue
        Money of the last twelve months of the whole company.
    currency
        Code of the money, or None.
    has_money
        False where worth is counted in orders.
    horizon_months
        Months from the day of winning that `value` counts.
    notes
        What was derived or could not be told, as sentences.
    in_full
        How having paid in full is said.
    """

    customer: npt.NDArray[np.object_]
    traits: tuple[Trait, ...]
    outcomes: Mapping[str, Outcome]
    full_price: Bools | None
    new: Bools
    revenue: Floats
    company_revenue: float
    currency: str | None
    has_money: bool
    horizon_months: int
    notes: tuple[str, ...] = ()
    in_full: str = "first order at full price"

    def __post_init__(self) -> None:
        if not len(self.customer):
            raise EvidenceError(
                "Nobody's first purchase lies late enough in the file to be surely the first, so "
                "it cannot be seen who was won and how: give a longer file."
            )

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customer)

    def told_beside(self, beside: pd.DataFrame, left_out: str = "") -> Won:
        """Return these customers with more traits, from a file of customers.

        Parameters
        ----------
        beside
            One column of text per trait, by customer's label; a name that is taken is skipped.
        left_out
            Why these traits are left out unless somebody asks for them; empty where they are not.
        """
        mine = beside.reindex(self.customer.astype(str)).reset_index(drop=True)
        taken = {trait.name for trait in self.traits}
        made = (attribute(str(name), mine[name]) for name in mine.columns if name not in taken)
        more = tuple(
            replace(trait, left_out=trait.left_out or left_out)
            for trait in made
            if trait is not None
        )
        return replace(self, traits=(*self.traits, *more))

    @property
    def paid_in_full(self) -> tuple[Condition, Bools]:
        """Who counts as having paid in full on the first order, and how that is said."""
        if self.full_price is None:
            anybody = Condition("full_price", 0, 0, "any new customer", "Anybody", "all")
            return anybody, np.ones(len(self), bool)
        return Condition("full_price", 0, 0, self.in_full, "Price", self.in_full), self.full_price

    @cached_property
    def finding(self) -> Bools:
        """Who belongs to the half on which rules are found; the others measure them.

        Decided by each customer's own label, so that no other customer can move anybody.
        """
        hashed = pd.util.hash_array(self.customer.astype(object))
        return np.asarray((hashed >> np.uint64(17)) & np.uint64(1), dtype=bool)
