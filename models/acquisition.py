"""What winning a customer costs, by channel: read from a table of spending by month and channel."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from models.errors import ColumnError, DataError, FileError
from models.periods import MONTHS_PER_YEAR

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "month": ("month",),
    "channel": ("channel", "acquisition_channel"),
    "newcomers": ("newcomers", "new_customers", "new_subscribers"),
    "spend": ("spend", "spending", "cost"),
}
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class ChannelCost:
    """What a channel spent, and how many customers it won by it.

    Raises
    ------
    DataError
        When nobody was won, so that no cost of one can be said.
    """

    channel: str
    spend: float
    newcomers: int

    def __post_init__(self) -> None:
        if self.newcomers <= 0 or self.spend < 0:
            raise DataError(
                f"Channel '{self.channel}' spent {self.spend:g} on {self.newcomers} newcomers: "
                "a cost per newcomer needs at least one, and no negative spending."
            )

    @property
    def each(self) -> float:
        """Money spent per newcomer."""
        return self.spend / self.newcomers


@dataclass(frozen=True)
class Spending:
    """What was spent on winning customers in the last months of a table.

    Attributes
    ----------
    name
        The file's.
    first, last
        First and last month counted, as `2025-01`.
    channels
        By name, in the order of their cost per newcomer, dearest first.
    currency
        Code, or None when the table has none.
    """

    name: str
    first: str
    last: str
    channels: Mapping[str, ChannelCost]
    currency: str | None


def read_spending(path: Path, months: int = MONTHS_PER_YEAR) -> Spending:
    """Read a table with a row per month and channel, and add up its last months.

    Parameters
    ----------
    path
        A CSV file with the columns month (as 2025-01), channel, newcomers and spend.
    months
        How many months are counted, up to the last one in the table. What a new customer costs
        today is what matters; older prices would blur it.

    Raises
    ------
    FileError
        When there is no such table.
    ColumnError
        When a column is missing.
    DataError
        When a cell cannot be read, nobody was won, or there are several currencies.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise FileError(f"'{path.name}' cannot be read as a table of spending: {error}") from None
    names = {column.strip().lower(): column for column in table.columns}
    found = {}
    for role, known in COLUMNS.items():
        column = next((names[name] for name in known if name in names), None)
        if column is None:
            raise ColumnError(
                f"'{path.name}' has no column '{role}': a table of spending has a row per month "
                f"and channel, with {', '.join(COLUMNS)}. It has {', '.join(table.columns)}."
            )
        found[role] = table[column].str.strip()
    rows = pd.DataFrame(found)
    _check(rows, path.name)
    ordered = sorted(rows["month"].unique())[-months:]
    lately = rows[rows["month"] >= ordered[0]].astype({"newcomers": float, "spend": float})
    sums = lately.groupby("channel")[["spend", "newcomers"]].sum()
    costs = [
        ChannelCost(str(name), float(spend), round(float(won)))
        for name, (spend, won) in zip(sums.index, sums.to_numpy(), strict=True)
        if won or spend
    ]
    costs.sort(key=lambda cost: (-cost.each, cost.channel))
    codes = set(table["currency"].str.strip()) if "currency" in table else set()
    if len(codes) > 1:
        raise DataError(
            f"'{path.name}' has spending in {', '.join(sorted(codes))}: bring it in one currency."
        )
    return Spending(
        name=path.name,
        first=ordered[0],
        last=ordered[-1],
        channels={cost.channel: cost for cost in costs},
        currency=(codes.pop() or None) if codes else None,
    )


def _check(rows: pd.DataFrame, name: str) -> None:
    """Refuse a table with a cell that cannot be read, and say which."""
    if rows.empty:
        raise DataError(f"'{name}' has no rows: bring at least one month of spending.")
    for place, row in enumerate(rows.to_dict("records"), 2):
        if not _MONTH.fullmatch(row["month"]):
            raise DataError(f"Row {place} of '{name}': '{row['month']}' is no month like 2025-01.")
        for role in ("newcomers", "spend"):
            if not _amount(row[role]):
                raise DataError(
                    f"Row {place} of '{name}': '{row[role]}' under {role} is no number from 0 on."
                )


def _amount(text: str) -> bool:
    """Return whether a cell holds a number that is not negative."""
    try:
        return 0 <= float(text) < math.inf
    except ValueError:
        return False
