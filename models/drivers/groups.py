"""Attributes as a few groups of enough customers each, ready to be compared together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.drivers.doubts import FEWEST, Doubt
from models.drivers.watched import Watched
from models.regressions import Watch, collapse

Floats = npt.NDArray[np.float64]

MOST_VALUES: Final = 12
FEWEST_EVENTS: Final = 10
NOT_GIVEN: Final = "not given"
OTHERS: Final = "all others"
MOST_ROWS: Final = 100_000
WEEK: Final = 7.0
MONTH: Final = 30.0
_SAME: Final = 1e-7
_DAYS, _SEEN, _ENTRY, _WEIGHT = "days", "seen", "entry", "weight"


@dataclass(frozen=True, eq=False)
class Grouped:
    """Customers by the groups they belong to, equal ones collapsed.

    Attributes
    ----------
    values
        The values of each attribute, the most frequent first: it is what the model starts from.
    rows
        One row per different (days, seen, entry, group of every attribute) with `weight`, the
        number of customers; attributes hold places in `values`.
    delayed
        Whether entries are above 0.
    uncounted
        Customers of groups too small to be compared, who are left out.
    echoes
        (attribute, value) pairs that other attributes say already, such as `no internet` in a
        column about streaming: they are not compared a second time.
    """

    values: dict[str, tuple[str, ...]]
    rows: pd.DataFrame
    delayed: bool
    uncounted: int
    echoes: frozenset[tuple[str, str]] = frozenset()

    @property
    def customers(self) -> int:
        """How many customers are compared."""
        return int(self.rows[_WEIGHT].sum())

    @property
    def events(self) -> int:
        """How many of them the event was seen for."""
        return int(self.rows.loc[self.rows[_SEEN], _WEIGHT].sum())

    def sizes(self, attribute: str) -> tuple[Floats, Floats]:
        """Return customers and events of each value of an attribute."""
        place, weight = self.rows[attribute], self.rows[_WEIGHT].to_numpy(np.float64)
        k = len(self.values[attribute])
        seen = weight * self.rows[_SEEN].to_numpy(bool)
        sizes, events = np.bincount(place, weight, k), np.bincount(place, seen, k)
        return sizes.astype(np.float64), events.astype(np.float64)

    def watch(self, attributes: Sequence[str], *, step: float = 0.0) -> Watch:
        """Return what a regression on some attributes needs, days rounded up to steps if given."""
        rows: pd.DataFrame = self.rows
        if step or len(attributes) < len(self.values):
            kept = rows[[_DAYS, _SEEN, _ENTRY, *attributes]].copy()
            if step:
                kept[_DAYS] = np.ceil(kept[_DAYS] / step) * step
                kept[_ENTRY] = np.floor(kept[_ENTRY] / step) * step
            keys = list(kept.columns)
            kept[_WEIGHT] = rows[_WEIGHT]
            rows = kept.groupby(keys, as_index=False, sort=True).agg({_WEIGHT: "sum"})
        design = {name: column for a in attributes for name, column in self._columns(rows, a)}
        return Watch(
            rows[_DAYS].to_numpy(np.float64),
            rows[_SEEN].to_numpy(bool),
            pd.DataFrame(design),
            rows[_WEIGHT].to_numpy(np.float64),
            rows[_ENTRY].to_numpy(np.float64) if self.delayed else None,
        )  # fmt: skip

    def compared(self, attribute: str) -> list[int]:
        """Return the places of the values that are compared, the first among them."""
        values = self.values[attribute]
        return [k for k, value in enumerate(values) if (attribute, value) not in self.echoes]

    def column(self, attribute: str, place: int) -> str:
        """Return the name of a value's column in the design; the first value has none."""
        return f"{attribute}={self.values[attribute][place]}"

    def _columns(self, rows: pd.DataFrame, attribute: str) -> list[tuple[str, Floats]]:
        at = rows[attribute].to_numpy()
        return [
            (self.column(attribute, k), (at == k).astype(np.float64))
            for k in self.compared(attribute)[1:]
        ]


def grouped(watched: Watched, names: Sequence[str]) -> tuple[Grouped, tuple[Doubt, ...]]:
    """Put customers into groups, and say which attributes cannot be compared."""
    values: dict[str, tuple[str, ...]] = {}
    dropped: list[Doubt] = []
    table = pd.DataFrame(index=watched.known.index)
    for name in names:
        labels = _large_enough(watched.known[name], watched.seen)
        found = tuple(str(value) for value in labels[labels != ""].value_counts().index)
        if len(found) < 2:
            why = (
                f"Fewer than two of its values have {FEWEST} customers, {FEWEST_EVENTS} of them "
                "with the event."
            )
            dropped.append(Doubt(name, "refused", why))
            continue
        values[name] = found
        table[name] = pd.Categorical(labels, categories=found).codes
    echoes = _echoes(table, values)
    for name in list(values):
        if all((name, value) in echoes for value in values[name][1:]):
            why = "It follows from the other columns, so nothing of its own can be told."
            dropped.append(Doubt(name, "refused", why))
            del values[name]
    table = table[list(values)]
    kept = (table >= 0).all(axis=1)
    table.insert(0, _DAYS, watched.days)
    table.insert(1, _SEEN, watched.seen)
    table.insert(2, _ENTRY, 0.0 if watched.entry is None else watched.entry)
    rows = _collapsed(table[kept])
    left = int(len(kept) - kept.sum())
    return Grouped(values, rows, watched.entry is not None, left, echoes), tuple(dropped)


def _large_enough(labels: pd.Series[str], seen: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """Return labels with small groups put together, empty where even together they are small.

    A group needs customers and events: without an event its ratio would be 0 and its range unknown.
    """
    codes, found = pd.factorize(labels.astype(object), use_na_sentinel=True)
    names = np.array([*(str(name) for name in found), NOT_GIVEN], dtype=object)
    codes = np.where(codes < 0, len(found), codes)

    def gathered(others: str) -> None:
        """Put the small groups together under another name."""
        told, place = np.unique(names.astype(str), return_inverse=True)
        of = place[codes]
        n = np.bincount(of, minlength=len(told))
        events = np.bincount(of[seen], minlength=len(told))
        large = np.flatnonzero((n >= FEWEST) & (events >= FEWEST_EVENTS))
        kept = large[np.argsort(-n[large], kind="stable")][:MOST_VALUES]
        names[~np.isin(place, kept)] = others

    gathered(OTHERS)
    gathered("")
    return pd.Series(names[codes], index=labels.index)


def _echoes(table: pd.DataFrame, values: dict[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    """Return the values whose columns follow from others, finer attributes being kept first."""
    cells = table[(table >= 0).all(axis=1)].drop_duplicates()
    basis = np.ones((1, len(cells))) / np.sqrt(max(len(cells), 1))
    found = set()
    for name in sorted(values, key=lambda name: -len(values[name])):
        for place in range(1, len(values[name])):
            column = (cells[name].to_numpy() == place).astype(np.float64)
            rest = column
            for _ in range(2):  # twice is enough (Kahan, in Parlett 1980)
                rest = rest - basis.T @ (basis @ rest)
            size = float(np.linalg.norm(rest))
            if size <= _SAME * max(float(np.linalg.norm(column)), 1.0):
                found.add((name, values[name][place]))
            else:
                basis = np.vstack([basis, rest / size])
    return frozenset(found)


def _collapsed(table: pd.DataFrame) -> pd.DataFrame:
    """Collapse equal customers; of very many different ones, days are rounded up to weeks."""
    rows = collapse(table)
    for step in (WEEK, MONTH):
        if len(rows) > MOST_ROWS:
            coarse = table.assign(
                days=np.ceil(table[_DAYS] / step) * step,
                entry=np.floor(table[_ENTRY] / step) * step,
            )
            rows = collapse(coarse)
    return rows
