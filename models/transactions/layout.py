"""How a file lays its rows out: where the money stands, and which columns describe customers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.transactions.flags import is_flag
from models.transactions.guessing import Guess
from models.transactions.judgement import determines
from models.transactions.profiles import ColumnProfile
from models.transactions.vocabulary import (
    ATTRIBUTE_ROLES,
    fold,
    is_personal,
    leaks,
    says_outcome,
)

MOST_VALUES: Final = 60
TOLD: Final = 0.05  # of the rarer outcome, what a column that repeats it may miss

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """`name` as in `Mapping.layout`; `return_mark` as in `Mapping.return_mark`."""

    name: str
    return_mark: str | None


def amount_source(by_role: Mapping[str, ColumnProfile]) -> str:
    """Return where the money of a row comes from, as in `Mapping.amount_from`."""
    if "amount" in by_role:
        return "amount"
    if {"quantity", "price"} <= by_role.keys():
        return "quantity*price"
    return "price" if "price" in by_role else "none"


def layout_of(by_role: Mapping[str, ColumnProfile]) -> Layout:
    """Decide from the sample whether an order's money stands on every row, on one, or repeated."""
    order, amount = by_role.get("order"), by_role.get("amount")
    mark = _return_mark(order, by_role.get("quantity"), amount)
    if order is None or amount is None:
        return Layout("row", mark)
    known = order.codes >= 0
    _, first, back, counts = np.unique(
        order.codes[known], return_index=True, return_inverse=True, return_counts=True
    )
    several = counts[back] > 1
    if several.sum() < 10:
        return Layout("row", mark)
    filled = amount.codes[known] >= 0
    later = several & (np.arange(len(filled)) != first[back])
    if filled[later].mean() < 0.05 and filled[first].mean() > 0.9:
        return Layout("first_row", mark)
    same = determines(order.codes, amount.codes)
    many = sum(1 for count in counts if count > 1)
    if same > 0.98 and many >= 20 and not _rows_differ_little(by_role):
        return Layout("repeated", mark)
    return Layout("row", mark)


def extra_attributes(
    profiles: Sequence[ColumnProfile], guesses: Sequence[Guess]
) -> tuple[tuple[str, int], ...]:
    """Return (name, column) of what may describe a customer at the first purchase.

    Columns with few values, of yes and no however they are written, and those that play an
    attribute role; never columns about a person, never columns known only after the customer left
    or that all but repeat who did.
    """
    roles = {guess.column: guess.role for guess in guesses}
    outcome = _outcome({guess.role: profiles[guess.column] for guess in guesses})
    found: dict[str, int] = {}
    for column in profiles:
        role = roles.get(column.position)
        if role in ATTRIBUTE_ROLES or role == "product":
            found[role] = column.position
        elif role is None and _describes(column) and not _tells(column, outcome):
            found.setdefault(re.sub(r"[^a-z0-9]+", "_", fold(column.header)), column.position)
    return tuple(sorted(found.items(), key=lambda item: item[1]))


def _describes(column: ColumnProfile) -> bool:
    if leaks(column.header):
        return False
    if not 2 <= len(column.texts) <= MOST_VALUES or column.filled < 0.5:
        return False
    rows = int((column.codes >= 0).sum())
    if rows <= 5 * len(column.texts):
        return False
    if is_flag(column):  # whether there is a phone describes nobody, its number does
        return not says_outcome(column.header)
    return not is_personal(column.header) and column.date_share < 0.5 and column.number_share < 0.5


def _outcome(by_role: Mapping[str, ColumnProfile]) -> Bools | None:
    """Return who left, as far as the sampled rows say; None in a file that does not."""
    if "flag" in by_role:
        codes = by_role["flag"].codes
        return np.asarray(codes == codes[codes >= 0].min(initial=0))
    return by_role["end"].codes >= 0 if "end" in by_role else None


def _tells(column: ColumnProfile, outcome: Bools | None) -> bool:
    """Return whether a column's values, blank among them, all but repeat who left."""
    if outcome is None or not 0.02 < outcome.mean() < 0.98:
        return False
    left = np.bincount(column.codes + 1, outcome)
    rows = np.bincount(column.codes + 1)
    missed = np.minimum(left, rows - left).sum()
    return bool(missed < TOLD * min(outcome.sum(), (~outcome).sum()))


def _rows_differ_little(by_role: Mapping[str, ColumnProfile]) -> bool:
    """Return whether equal amounts within orders are just the row's own quantity times price."""
    quantity, price, amount = (by_role.get(r) for r in ("quantity", "price", "amount"))
    if quantity is None or price is None or amount is None:
        return False
    gap = np.abs(quantity.numbers * price.numbers - amount.numbers)
    known = np.isfinite(gap)
    return bool(known.any() and (gap[known] < 0.011).mean() > 0.5)


def _return_mark(
    order: ColumnProfile | None, quantity: ColumnProfile | None, amount: ColumnProfile | None
) -> str | None:
    """Return the letter before the number of returns: rare, and its rows are negative."""
    signed = quantity if quantity is not None else amount
    if order is None or signed is None:
        return None
    first = np.array([_letter(text) for text in order.texts] + [""])[order.codes]
    for letter in sorted(set(first) - {"", "A"}):
        rows = first == letter
        negative = np.nanmean(signed.numbers[rows] < 0) if rows.any() else 0.0
        others = np.nanmean(signed.numbers[~rows] < 0) if (~rows).any() else 1.0
        if rows.mean() < 0.3 and negative > 0.9 and others < 0.05:
            return str(letter)
    return None


def _letter(text: str) -> str:
    match = re.fullmatch(r"([A-Za-z])[-_]?\d+", text)
    return match.group(1) if match else ""
