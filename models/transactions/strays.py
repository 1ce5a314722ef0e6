"""Days that cannot belong to the file: `1900-01-01` for "unknown", 2099 for 2009, a lone typo.

One such cell would move the first or the last day of the file by years, and with it everybody's
silence: a shop whose file "ends" in 2099 has no customers left. So days far away from nearly all
rows are left out, counted in the ledger, and named in a sentence.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.periods import DAYS_PER_WEEK, day_number
from models.transactions.cleaning import RULE_INDEX
from models.transactions.database import Database
from models.transactions.dates import EPOCH_SQL, show_day

Ints = npt.NDArray[np.int64]

RULE: Final = "stray_date"
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2101, 1, 1)  # both excluded
# (days without a single row, share of the rows that may lie beyond them)
LONELY: Final = ((52 * DAYS_PER_WEEK + 1, 0.01), (520 * DAYS_PER_WEEK, 0.10))


@dataclass(frozen=True)
class Stray:
    """Days outside `first`..`last` are strays; `rows` lie there, on days such as `examples`."""

    first: int
    last: int
    rows: int
    examples: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        listed = ", ".join(show_day(day) for day in self.examples)
        return (
            f"{self.rows:,} {'row lies' if self.rows == 1 else 'rows lie'} more than a year away "
            f"from all others ({listed}) and would have moved the start or the end of the file; "
            "left out. Correct those dates, or switch the rule off if they are right."
        )


def charge_strays(
    database: Database, counted: str, grouped: str, until: int | None
) -> Stray | None:
    """Charge the rows of stray days to their rule; return what was found, None for nothing.

    Parameters
    ----------
    database, counted, grouped
        The tables of `rows.count_rules` and `rows.group_rows`; they are changed.
    until
        Days after this one are not looked at and not charged.
    """
    known = database.frame(counted).filter(~nw.col("day").is_null())
    if until is not None:
        known = known.filter(nw.col("day") <= until)
    found = known.group_by("day").agg(rows=nw.col("rows").sum()).sort("day").collect("pyarrow")
    days = np.array(found["day"].to_list(), np.int64)
    rows = np.array(found["rows"].to_list(), np.int64)
    stray = find_strays(days, rows) if len(days) else None
    if stray is not None:
        late = "" if until is None else f" AND day <= {until}"
        rule = RULE_INDEX[RULE]
        far = f"WHERE rule > {rule} AND (day < {stray.first} OR day > {stray.last}){late}"
        cell = f"CAST({EPOCH_SQL} + CAST(day AS INTEGER) AS VARCHAR)"
        database.run(f"UPDATE {counted} SET example = {cell}, rule = {rule} {far}")
        database.run(f"UPDATE {grouped} SET rule = {rule} {far}")
    return stray


def find_strays(days: Ints, rows: Ints) -> Stray | None:
    """Return which days (sorted, with their number of rows) are far away from nearly all rows.

    A stretch at either end is stray when more than a year without a row separates it from the rest
    and it holds at most one row in a hundred, or ten years and one in ten. Days before 1900 or
    after 2100 are always stray: nobody has an export of them.
    """
    believed = (days > day_number(FIRST)) & (days < day_number(LAST))
    inside, weight = days[believed], rows[believed]
    if not len(inside):
        return Stray(day_number(FIRST), day_number(LAST), int(rows.sum()), _some(days))
    first = _edge(inside, weight)
    last = -_edge(-inside[::-1], weight[::-1])
    outside = (days < first) | (days > last)
    if not outside.any():
        return None
    return Stray(int(first), int(last), int(rows[outside].sum()), _some(days[outside]))


def _some(days: Ints) -> tuple[int, ...]:
    return tuple(int(day) for day in days[:3])


def _edge(days: Ints, rows: Ints) -> int:
    """Return the first day that belongs to the file, looking from the start."""
    gaps, before = np.diff(days), np.cumsum(rows)[:-1] / rows.sum()
    lonely = np.zeros(len(gaps), bool)
    for gap, share in LONELY:
        lonely |= (gaps >= gap) & (before <= share)
    return int(days[np.flatnonzero(lonely)[-1] + 1]) if lonely.any() else int(days[0])
