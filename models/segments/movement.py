"""`Segments`: everybody's segment on two days, and what moved between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.errors import DataError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NOT_YET: Final = -1
TIERS: Final = (0.01, 0.10, 0.50)
TIER_NAMES: Final = (
    "Platinum (top 1 %)",
    "Gold (next 9 %)",
    "Silver (next 40 %)",
    "Bronze (the other half)",
)


@dataclass(frozen=True, eq=False)
class Segments:
    """Everybody's segment on two days.

    Attributes
    ----------
    names
        The segments, best first.
    then, now
        Each customer's segment on the earlier and the later day, `NOT_YET` for who was no customer
        yet; shape `(customers,)`.
    money_then, money_now
        Money of the period before each day; shape `(customers,)`.
    from_day, to_day
        The two days, as day numbers.
    how
        How segments are made, as a sentence.
    """

    names: tuple[str, ...]
    then: Ints
    now: Ints
    money_then: Floats
    money_now: Floats
    from_day: int
    to_day: int
    how: str

    def __post_init__(self) -> None:
        for codes in (self.then, self.now):
            if len(codes) and not NOT_YET <= codes.min() <= codes.max() < len(self.names):
                raise DataError("A customer is in a segment that nobody named.")

    def sizes(self) -> tuple[Ints, Floats]:
        """Return customers and money by segment on the later day, shape `(segments,)` each."""
        here = self.now >= 0
        count = np.bincount(self.now[here], minlength=len(self.names))
        money = np.bincount(self.now[here], self.money_now[here], len(self.names))
        return count.astype(np.int64), money.astype(np.float64)

    def moved(self) -> tuple[Ints, Floats]:
        """Return who went from where to where, and the change in their money.

        Both have shape `(segments + 1, segments)`: rows are the earlier day's segments with those
        who were no customers yet last, columns the later day's. They hold customers, and the money
        of the later period less that of the earlier.
        """
        k = len(self.names)
        here = self.now >= 0
        start = np.where(self.then[here] == NOT_YET, k, self.then[here])
        cell = start * k + self.now[here]
        change = self.money_now[here] - self.money_then[here]
        count = np.bincount(cell, minlength=(k + 1) * k).astype(np.int64)
        money = np.bincount(cell, change, (k + 1) * k).astype(np.float64)
        return count.reshape(k + 1, k), money.reshape(k + 1, k)

    def direction(self) -> tuple[tuple[int, float], tuple[int, float], tuple[int, float]]:
        """Return (customers, change of money) of those who rose, stayed and fell."""
        count, money = (table[:-1] for table in self.moved())
        places = np.arange(len(self.names))
        step = places[:, None] - places[None, :]
        rose, stayed, fell = (
            (int(count[where].sum()), float(money[where].sum()))
            for where in (step > 0, step == 0, step < 0)
        )
        return rose, stayed, fell


def tiers(money: Floats, known: npt.NDArray[np.bool_]) -> Ints:
    """Return everybody's tier by money, among those known; `NOT_YET` for the others.

    Of customers with the same money none is put before the other: they share the lower tier.
    """
    tier = np.full(len(money), NOT_YET)
    amounts = money[known]
    if len(amounts):
        above = np.searchsorted(np.sort(-amounts), -amounts, side="right") / len(amounts)
        tier[known] = np.searchsorted(TIERS, above, side="left")
    return tier.astype(np.int64)
