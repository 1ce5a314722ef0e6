"""What a column is, judged without its name: how values repeat, and what determines what.

An order has one day and one customer; a customer has several days; a product stands in many
orders; a price belongs to a product; quantity times price is the amount. Those dependencies hold in
every shop's file whatever its headers say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from models.transactions.cells import COUNTRIES, CURRENCY_CODES, is_status
from models.transactions.judgement import Judgement, determines
from models.transactions.money import number_columns
from models.transactions.profiles import Codes, ColumnProfile

NUMBER_STYLES: Final = frozenset({"compact", "excel", "seconds", "milliseconds"})
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def judge(columns: Sequence[ColumnProfile], day: ColumnProfile | None) -> tuple[Judgement, ...]:
    """Judge every column by its content, given the column that holds the purchase date."""
    found = [*_labels(columns)]
    used = {j.position for j in found} | {c.position for c in (day,) if c is not None}
    keys = [c for c in columns if c.position not in used and is_key(c)]
    days = None if day is None else day_codes(day)
    order = _order(keys, days)
    customer = _customer(keys, days, order)
    if order and customer is None and order.confidence > 0.7:
        # In a file of a few days nobody comes back, and customers look like orders.
        why = f"it is the only column that could name customers; {order.why}"
        customer = Judgement("customer", order.position, 0.55, why)
        order = None
    found += [j for j in (order, customer) if j is not None]
    product = _product(keys, found, order, columns)
    if product is not None:
        found.append(product)
    found += number_columns([c for c in columns if c != day], found, columns)
    return tuple(found)


def date_columns(columns: Sequence[ColumnProfile]) -> tuple[Judgement, ...]:
    """Judge which columns hold dates of purchases, the likeliest first."""
    found = []
    for column in columns:
        if column.date_share < 0.9 or len(column.texts) < 2 or column.filled < 0.02:
            continue
        numeric = column.styles[0] in NUMBER_STYLES
        if numeric and (column.number_share < 0.99 or column.date_share < 0.995):
            continue
        confidence = (0.75 if numeric else 0.93) - 0.3 * (1 - column.filled)
        why = f"{column.date_share:.0%} of its cells are dates, such as '{column.examples[0]}'"
        found.append(Judgement("date", column.position, confidence, why))
    return tuple(sorted(found, key=lambda j: (-j.confidence, j.position)))


def is_key(column: ColumnProfile) -> bool:
    """Return whether a column could name things: no dates, no decimals, enough different values."""
    if len(column.texts) < 3 or (
        column.date_share >= 0.9 and column.styles[0] not in NUMBER_STYLES
    ):
        return False
    numbers = column.numbers[np.isfinite(column.numbers)]
    if len(numbers) < 0.5 * (column.codes >= 0).sum():
        return True
    whole = np.isclose(numbers % 1, 0).mean() >= 0.98
    padded = any(len(text) > 1 and text[0] == "0" for text in column.texts)
    return bool(whole and numbers.min() >= 0 and (padded or np.median(numbers) >= 50))


def day_codes(column: ColumnProfile) -> Codes:
    """Return, per sampled row, the number of its day (clock time left out)."""
    days: dict[str, int] = {}
    lookup = [
        days.setdefault(re.split(r"[T ,]+\d{1,2}:", text)[0], len(days)) for text in column.texts
    ]
    return np.array([*lookup, -1], dtype=np.int64)[column.codes]


def _labels(columns: Sequence[ColumnProfile]) -> list[Judgement]:
    """Judge columns whose values speak for themselves: countries, currencies, statuses."""
    found = []
    for column in columns:
        if not column.texts or column.number_share > 0.5:
            continue

        example = column.examples[0]
        if _share(column, lambda text: text.upper() in CURRENCY_CODES) > 0.98:
            why = f"every cell is a currency code, such as '{example}'"
            found.append(Judgement("currency", column.position, 0.95, why))
        elif _share(column, lambda text: text.lower() in COUNTRIES) > 0.8:
            why = f"its cells are countries, such as '{example}'"
            found.append(Judgement("country", column.position, 0.95, why))
        elif _share(column, is_status) > 0.9:
            why = f"its cells are order statuses, such as '{example}'"
            found.append(Judgement("status", column.position, 0.9, why))
    return found


def _share(column: ColumnProfile, known: Callable[[str], bool]) -> float:
    """Return the share of filled cells whose value is known."""
    inside = sum(n for text, n in column.texts.items() if known(text))
    return inside / sum(column.texts.values())


def _order(keys: Sequence[ColumnProfile], days: Codes | None) -> Judgement | None:
    """Find the column whose every value has one day, preferring one that covers several rows."""
    best: Judgement | None = None
    finest = 0
    for column in keys:
        if days is None or column.filled < 0.5 or len(column.texts) < 10:
            continue
        rows = int((column.codes >= 0).sum())
        distinct = len(column.texts)
        one_day = determines(column.codes, days)
        if np.isnan(one_day):
            found = Judgement("order", column.position, 0.6, "every row has its own value")
            if best is None and not _emails(column):
                best, finest = found, distinct
        elif one_day >= 0.985 and rows / distinct >= 1.02 and not _emails(column):
            repeats = rows / distinct
            confidence = 0.93 if repeats > 1.5 and _clumped(column) > 0.9 * repeats else 0.75
            why = f"each of its {distinct:,} sampled values has one day, {repeats:.1f} rows each"
            if distinct > finest or (best and best.confidence < confidence):
                best, finest = Judgement("order", column.position, confidence, why), distinct
    return best


def _customer(
    keys: Sequence[ColumnProfile], days: Codes | None, order: Judgement | None
) -> Judgement | None:
    """Find the column whose values come back on other days and that an order has one of."""
    best: Judgement | None = None
    by_position = {column.position: column for column in keys}
    orders = by_position[order.position].codes if order else None
    for column in keys:
        if (order and column.position == order.position) or len(column.texts) < 10:
            continue
        if days is None or column.filled < 0.2:
            continue
        points, why = _customer_points(column, days, orders)
        confidence = float(1 / (1 + np.exp(-points)))
        if confidence > 0.3 and (best is None or confidence > best.confidence):
            best = Judgement("customer", column.position, round(confidence, 3), why)
    return best


def _customer_points(column: ColumnProfile, days: Codes, orders: Codes | None) -> tuple[float, str]:
    """Return log-odds that a column names customers, and the sentence behind it."""
    rows = int((column.codes >= 0).sum())
    distinct = len(column.texts)
    points, reasons = -1.0, []
    if _emails(column):
        points += 3.5
        reasons.append("e-mail addresses")
    one_day = determines(column.codes, days)
    if np.isnan(one_day):
        points -= 1.0
    elif one_day < 0.97:
        points += 0.8
        reasons.append("values that come back on other days")
    within = float("nan") if orders is None else determines(orders, column.codes)
    if within >= 0.97:
        points += 2.2
        reasons.append("one value per order")
    elif within < 0.9:
        points -= 3.0
    if np.isnan(within):
        points += 1.6 if _clumped(column) > 1.3 else 0.0
        points += 0.6 if _sorted(column) else 0.0
    points += 1.2 * np.clip(np.log10(distinct / max(20.0, rows / 100)), -1.5, 0.7)
    points -= 1.5 if _words(column) > 2.2 else 0.0
    points -= 1.5 if rows < 1.15 * distinct else 0.0  # hardly any value comes back
    points += 0.6 if _of_one_make(column) else 0.0
    listed = " and ".join(reasons) or "values that repeat"
    return float(points), f"it holds {listed} ({distinct:,} different ones in {rows:,} rows)"


def _product(
    keys: Sequence[ColumnProfile], found: Sequence[Judgement], order: Judgement | None,
    columns: Sequence[ColumnProfile],
) -> Judgement | None:  # fmt: skip
    """Find the column an order has several of, the shortest when two say the same."""
    taken = {j.position for j in found}
    orders = columns[order.position].codes if order else None
    fits = []
    for column in keys:
        rows, distinct = int((column.codes >= 0).sum()), len(column.texts)
        if column.position in taken or column.filled < 0.3 or distinct > 0.9 * rows:
            continue
        within = float("nan") if orders is None else determines(orders, column.codes)
        if not np.isnan(within) and within < 0.8:
            fits.append((_length(column), column, 0.85, "an order has several different ones"))
        elif np.isnan(within) and distinct >= 5 and column.number_share < 0.9:
            fits.append((_length(column), column, 0.55, "its values repeat across customers"))
    if not fits:
        return None
    _, column, confidence, why = min(fits, key=lambda fit: (-fit[2], fit[0]))
    return Judgement("product", column.position, confidence, why)


def _emails(column: ColumnProfile) -> bool:
    texts = list(column.texts)[:200]
    return sum(bool(_EMAIL.fullmatch(text)) for text in texts) > 0.8 * len(texts)


def _of_one_make(column: ColumnProfile) -> bool:
    """Return whether the values are labels of one length, as numbers of customers often are."""
    lengths = {len(text) for text in list(column.texts)[:200]}
    return len(lengths) == 1 and min(lengths) >= 4


def _words(column: ColumnProfile) -> float:
    texts = list(column.texts)[:200]
    return float(np.mean([len(text.split()) for text in texts]))


def _length(column: ColumnProfile) -> float:
    texts = list(column.texts)[:200]
    return float(np.mean([len(text) for text in texts]))


def _clumped(column: ColumnProfile) -> float:
    """Return the mean length of runs of equal neighbours."""
    codes = column.codes[column.codes >= 0]
    return len(codes) / (1 + int((codes[1:] != codes[:-1]).sum()))


def _sorted(column: ColumnProfile) -> bool:
    """Return whether the file is ordered by this column."""
    rows = column.codes[column.codes >= 0]
    return bool((rows[1:] >= rows[:-1]).mean() > 0.98) if len(rows) > 1 else False
