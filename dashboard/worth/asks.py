"""Worth: what the page asks whatever the company. No streamlit.

What differs between shops and subscriptions is in `shop.worth` and `subscription.worth`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from models.acquisition import COLUMNS, Spending
from models.earned import Concentration, Earned, Payback, concentration
from models.worth import Quadrant

if TYPE_CHECKING:
    from dashboard.session import Company
    from models.values import Values

LISTED: Final = 200
MOST_GROUPS: Final = 4


def unit(company: Company, values: Values) -> str | None:
    """Return the currency that worth is counted in; None without a currency or without money."""
    return (company.currency or None) if values.has_money else None


def here(values: Values) -> int:
    """Return how many may still be customers: all of a shop's, of subscribers those who are."""
    return int((values.frame["p_alive"] > 0).sum())


def holds(values: Values) -> Concentration:
    """Return who holds what is still to come.

    Raises
    ------
    EvidenceError
        When nobody is worth anything.
    """
    return concentration(values.frame["value"][values.frame["p_alive"] > 0])


def are_channels(by: str | None) -> bool:
    """Return whether groups made by a column are channels."""
    return by is not None and by.lower() in COLUMNS["channel"]


def by_channel(spent: Spending | None, by: str | None, lines: Sequence[Earned]) -> Spending | None:
    """Return the spending where groups are its channels; None when compared by something else."""
    if spent is None or not are_channels(by):
        return None
    return spent if any(line.label in spent.channels for line in lines) else None


def at_once(groups: Sequence[Payback], margin: float) -> bool:
    """Return whether every group has paid back its cost with the first money it brings."""
    found = [one.month(margin) for one in groups]
    return all(month is not None and month[2] == 0 for month in found)


def paybacks(
    lines: Sequence[Earned], spent: Spending | None, cost: float | None
) -> tuple[Payback, ...]:
    """Give each group what winning one of its customers costs.

    Parameters
    ----------
    lines
        Money by age.
    spent
        What channels spend, as `by_channel` gives it; a group that is a channel costs that.
    cost
        The acquisition cost of the settings, for every other group.
    """
    known = {} if spent is None else spent.channels
    return tuple(
        Payback(line, known[line.label].each if line.label in known else cost) for line in lines
    )


def members(kinds: Quadrant, values: Values, name: str, chance: str, unit: str) -> pd.DataFrame:
    """Return the customers of a box, as they are called in the file, those worth most first.

    Parameters
    ----------
    kinds, values
        The boxes, and what customers are worth.
    name
        Which box.
    chance
        What the chance is called.
    unit
        The end of a label of money, such as `, GBP`.
    """
    box = next(box for box in kinds.boxes if box.name == name)
    frame, worth = values.frame.iloc[box.rows], f"Worth to come{unit}"
    table = pd.DataFrame(
        {
            "customer": frame["customer"],
            f"{chance}, %": 100 * box.chance,
            worth: frame["value"],
            "8 in 10: from": frame["value_low"],
            "to": frame["value_high"],
            f"Earned so far{unit}": frame["earned"],
        }
    )
    return table.sort_values(worth, ascending=False, kind="stable", ignore_index=True)
