"""The collapsed table open models are fitted on: equal customers once, and how many they are.

A fit asks of a customer only how often (x), until when (t_x) and how long watched (T). On whole
days a hundred thousand customers are far fewer distinct triples, and a fit costs what those cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.periods import DAYS_PER_WEEK

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DAY_TOLERANCE = 1e-6
_WIDEST_KEY = 2.0**62


@dataclass(frozen=True, eq=False)
class Counts:
    """Distinct purchase histories and how many customers share each.

    Attributes
    ----------
    x
        Repeat purchase days, whole numbers >= 0, shape `(rows,)`.
    t_x
        Weeks from the first to the last purchase, 0 where `x` is 0, shape `(rows,)`.
    T
        Weeks from the first purchase to the end of observation, at least `t_x`, shape `(rows,)`.
    n
        Customers with that history, >= 1, shape `(rows,)`.
    log_gaps
        Sum over all repeat purchases of all customers of the natural log of the weeks since the
        purchase before. One number per company, and the only thing the choice of regularity in the
        (M)BG/CNBD-k models needs beyond the triples; `None` when nobody computed it.

    Raises
    ------
    DataError
        When a row breaks one of the rules above, naming the first such row.
    """

    x: Ints
    t_x: Floats
    T: Floats
    n: Ints
    log_gaps: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _refuse_impossible(self.x, self.t_x, self.T, self.n)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def customers(self) -> int:
        """Number of customers, one-time buyers included."""
        return int(self.n.sum())


def collapse(
    x: npt.ArrayLike,
    t_x: npt.ArrayLike,
    T: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    log_gaps: float | None = None,
) -> tuple[Counts, Ints]:
    """Collapse customers to distinct histories.

    Parameters
    ----------
    x, t_x, T
        Repeat purchase days, and weeks, one per customer, shape `(customers,)`.
    n
        How many customers each entry already stands for; 1 by default.
    log_gaps
        See `Counts`.

    Returns
    -------
    Counts, cell
        The table, sorted by (x, T, t_x) where times are whole days, and for every entry the row of
        the table it belongs to, shape `(customers,)`:
        `model.p_alive(counts.x, counts.t_x, counts.T)[cell]` is everyone's.
    """
    repeats, recency, age = (np.asarray(v, dtype=np.float64) for v in (x, t_x, T))
    weight = np.ones(len(repeats), np.int64) if n is None else np.asarray(n, dtype=np.int64)
    _refuse_impossible(repeats, recency, age, weight)
    whole = repeats.astype(np.int64)
    first, cell = _distinct(whole, recency, age)
    size = np.bincount(cell, weights=None if n is None else weight, minlength=len(first))
    counts = Counts(
        whole[first], recency[first], age[first], size.astype(np.int64), log_gaps=log_gaps
    )
    return counts, cell


def coarser(counts: Counts, days: int = 7) -> Counts:
    """Return the table with t_x and T binned, each bin standing at its customers' average.

    Long daily windows hardly collapse; a fit on weekly bins lands so close to the exact one that
    two or three exact passes finish it.
    """
    width = days / DAYS_PER_WEEK
    key = (counts.x, np.floor(counts.t_x / width), np.floor(counts.T / width))
    first, cell = _distinct(key[0], key[1] * width, key[2] * width)
    n = np.bincount(cell, weights=counts.n, minlength=len(first))
    t_x = np.bincount(cell, weights=counts.n * counts.t_x, minlength=len(first)) / n
    T = np.bincount(cell, weights=counts.n * counts.T, minlength=len(first)) / n
    return Counts(
        counts.x[first],
        np.minimum(t_x, T),
        T,
        np.rint(n).astype(np.int64),
        log_gaps=counts.log_gaps,
    )


def _distinct(x: Ints, t_x: Floats, T: Floats) -> tuple[Ints, Ints]:
    """Return a representative of every distinct triple and each entry's triple."""
    key = _packed_days(x, t_x, T)
    if key is None:
        _, first, cell = np.unique(
            np.stack([x.astype(np.float64), T, t_x]), axis=1, return_index=True, return_inverse=True
        )
        return first.astype(np.int64), cell.ravel().astype(np.int64)
    ordered = np.sort(key)
    distinct = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(key) else key
    cell = np.searchsorted(distinct, key).astype(np.int64)
    first = np.empty(len(distinct), np.int64)
    first[cell] = np.arange(len(key))
    return first, cell


def _packed_days(x: Ints, t_x: Floats, T: Floats) -> Ints | None:
    """Pack a triple of whole days into one integer, or return None when it does not fit in one."""
    if not len(x):
        return x.astype(np.int64)
    days = [np.rint(v * DAYS_PER_WEEK) for v in (T, t_x)]
    off = max(
        float(np.abs(v * DAYS_PER_WEEK - d).max()) for v, d in zip((T, t_x), days, strict=True)
    )
    span = float(days[0].max()) + 1
    if off > _DAY_TOLERANCE or (float(x.max()) + 1) * span * span > _WIDEST_KEY:
        return None
    age, recency = (d.astype(np.int64) for d in days)
    packed: Ints = (x * int(span) + age) * int(span) + recency
    return packed


def _refuse_impossible(x: npt.NDArray[np.int64] | Floats, t_x: Floats, T: Floats, n: Ints) -> None:
    """Raise DataError for the first history no customer can have."""
    if not x.shape == t_x.shape == T.shape == n.shape or x.ndim != 1:
        raise DataError(
            f"x, t_x, T and n have shapes {x.shape}, {t_x.shape}, {T.shape} and {n.shape}: "
            "give one value of each per customer."
        )
    rules = (
        (np.isfinite(x) & np.isfinite(t_x) & np.isfinite(T), "is not finite"),
        ((x >= 0) & (x == np.floor(x)), "has an x that is not a whole number of repeat purchases"),
        ((t_x >= 0) & (t_x <= T), "has a last purchase outside its time of observation"),
        ((x > 0) | (t_x == 0), "has bought once (x = 0) but at two times (t_x > 0)"),
        ((x == 0) | (t_x > 0), "has repeat purchases (x > 0) but all on one day (t_x = 0)"),
        (n >= 1, "stands for fewer than one customer"),
    )
    for holds, fault in rules:
        if not holds.all():
            row = int(np.flatnonzero(~holds)[0])
            raise DataError(
                f"Purchase history {row} (x = {x[row]}, t_x = {t_x[row]:g}, T = {T[row]:g} weeks, "
                f"n = {n[row]}) {fault}: count one purchase per customer and day, and end T on the "
                "last day the file covers."
            )
