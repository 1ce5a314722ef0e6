"""Retention then and now: of the buyers of one stretch of days, who bought in the next.

The same question put to two pairs of stretches, a year apart where the file is long enough, so that
one season is not compared with another; and the change split into behaviour and mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np

from models.cohorts.groups import cut, in_order
from models.customers import Customers
from models.errors import EvidenceError
from models.mix import Change, decompose
from models.transactions.log import Transactions

HALF_YEAR: Final = 182
_YEAR: Final = 364  # whole weeks, so that both pairs have as many Saturdays
_SHORTEST: Final = 14
_MOST_KINDS: Final = 40


@dataclass(frozen=True, eq=False)
class RetentionChange:
    """How many buyers of a stretch bought in the next one, earlier and lately.

    Attributes
    ----------
    days
        Length of a stretch.
    before, after
        First day of the earlier and of the later pair of stretches.
    same_season
        Whether the pairs lie a year apart.
    change
        The change and its two parts.
    """

    days: int
    before: int
    after: int
    same_season: bool
    change: Change


def retention_change(
    transactions: Transactions, customers: Customers, by: str | tuple[str, ...]
) -> RetentionChange:
    """Split the change of the share of buyers who bought again in the next stretch.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer of it.
    by
        What tells kinds of customers apart, as in `groups.cut`. When they came does not do: the
        file's first buyers all look new.

    Raises
    ------
    EvidenceError
        When the file is too short for two pairs, or nobody bought in one of them.
    """
    span = transactions.last_day - transactions.first_day + 1
    same_season = span >= _YEAR + 2 * HALF_YEAR
    days = HALF_YEAR if same_season else min(HALF_YEAR, span // 4)
    if days < _SHORTEST:
        raise EvidenceError(
            f"'{transactions.name}' covers {span} days: too few to compare how many came back then "
            "and now."
        )
    after = transactions.last_day - 2 * days + 1
    before = after - (_YEAR if same_season else 2 * days)
    kinds = cut(transactions, customers, by)
    codes = np.where(kinds.codes >= 0, kinds.codes, len(kinds.labels))
    size = len(kinds.labels) + 1
    counted = []
    for begins in (before, after):
        buyer, again = _bought(transactions, begins, days)
        counted += [
            np.bincount(codes[buyer], minlength=size),
            np.bincount(codes[buyer & again], minlength=size),
        ]
    labels, tables = _largest((*kinds.labels, "unknown"), np.array(counted, dtype=np.float64))
    n0, y0, n1, y1 = tables
    change = decompose(labels, n0, y0, n1, y1)
    return RetentionChange(days, before, after, same_season, change)


def _bought(
    transactions: Transactions, begins: int, days: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], ...]:
    """Return who bought in a stretch, and who in the next, in the order of `Customers.frame`."""
    day = nw.col("day")
    rows = in_order(
        transactions.days()
        .with_columns(
            here=day.is_between(begins, begins + days - 1).cast(nw.Int64),
            then=day.is_between(begins + days, begins + 2 * days - 1).cast(nw.Int64),
        )
        .group_by("customer_id")
        .agg(nw.col("here", "then").max())
    )
    return tuple(rows[name].to_numpy() > 0 for name in ("here", "then"))


def _largest(
    labels: tuple[str, ...], tables: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> tuple[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Keep kinds somebody belongs to; beyond forty, the smallest are one kind together."""
    size = tables[0] + tables[2]
    order = [int(k) for k in np.argsort(-size, kind="stable") if size[k] > 0]
    kept, rest = order[:_MOST_KINDS], order[_MOST_KINDS:]
    found, names = tables[:, kept], tuple(labels[k] for k in kept)
    if rest:
        found = np.column_stack([found, tables[:, rest].sum(axis=1)])
        names = (*names, "other")
    return names, found
