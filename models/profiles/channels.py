"""What each acquisition channel's customers are worth, whether they stay, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.profiles.search import Z80
from models.profiles.traits import FEWEST, Trait
from models.profiles.won import VALUE, Bools, Outcome, Won

STAYED: Final = "stayed"
CHANNEL: Final = "channel"


@dataclass(frozen=True)
class Average:
    """A mean of some customers with its 80 % range, and how many it was taken over."""

    mean: float
    low: float
    high: float
    customers: int


@dataclass(frozen=True)
class Channel:
    """One channel.

    Attributes
    ----------
    name
        As in the file.
    customers, new
        Won through it, ever and in the last twelve months.
    value
        Worth of one over the horizon.
    staying
        Share staying 12 months; None where it cannot be judged.
    cost
        What winning one cost in the last twelve months; None when nobody said.
    """

    name: str
    customers: int
    new: int
    value: Average
    staying: Average | None
    cost: float | None

    @property
    def gain(self) -> float | None:
        """What one brings more than it costs."""
        return None if self.cost is None else self.value.mean - self.cost


def channel_trait(won: Won) -> Trait | None:
    """Return the trait that says through which channel customers came, None without one."""
    return next((trait for trait in won.traits if trait.name.endswith(CHANNEL)), None)


def channels(won: Won, costs: Mapping[str, float]) -> tuple[Channel, ...]:
    """Return the channels, the one whose customers are worth most first.

    Parameters
    ----------
    won
        The customers.
    costs
        What winning one costs, by channel; channels that are missing have none.
    """
    trait = channel_trait(won)
    if trait is None:
        return ()
    staying = won.outcomes.get(STAYED)
    found = []
    for code, name in enumerate(trait.levels):
        who = trait.codes == code
        value = average(won.outcomes[VALUE], who)
        if value is None:
            continue
        found.append(
            Channel(
                name=name,
                customers=int(who.sum()),
                new=int((who & won.new).sum()),
                value=value,
                staying=None if staying is None else average(staying, who),
                cost=costs.get(name),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.value.mean, one.name)))


def average(outcome: Outcome, who: Bools) -> Average | None:
    """Return the mean of some customers; None when fewer than 30 can be judged."""
    values = outcome.values[who & np.isfinite(outcome.values)]
    if len(values) < FEWEST:
        return None
    mean, reach = float(values.mean()), Z80 * float(values.std() / np.sqrt(len(values)))
    low, high = mean - reach, mean + reach
    if outcome.is_share:
        low, high = max(low, 0.0), min(high, 1.0)
    return Average(mean, low, high, len(values))
