"""What number a cell means: decimal mark, thousands marks, currency signs, accounting negatives.

Like dates, the marks are decided once for a column: `1,234` is a thousand in one file and a bit
more than one in another, and only the other cells of its column can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.transactions.cells import CURRENCY_CODES

MONEY_TYPE: Final = "DECIMAL(18,4)"
EMPTY: Final = (
    "", "-", "–", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "#wert!", "#value!", "k.a.",
)  # fmt: skip
CURRENCY_SIGNS: Final = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "zł": "PLN"}

_PLAIN: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WRAPPED: Final = re.compile(
    r"[-+−(]*\s*(?:[A-Z]{1,3}\s*)?[$£€¥₹]?\s*[-+−(]?\s*(?P<body>\d[\d.,' \u00a0\u202f]*|[.,]\d+)"
    r"\s*(?:[$£€¥₹]|zł|[A-Za-z]{3}\.?)?\s*[-−)]?"
)
# The same shape for DuckDB's regular expressions, which have no names for groups.
_WRAPPED_SQL: Final = (
    r"[-+−(]*\s*(?:[A-Z]{1,3}\s*)?[$£€¥₹]?\s*[-+−(]?\s*(?:\d[\d.,'''' \x{a0}\x{202f}]*|[.,]\d+)"
    r"\s*(?:[$£€¥₹]|zł|[A-Za-z]{3}\.?)?\s*[-−)]?"
).replace("''''", "''")


@dataclass(frozen=True)
class NumberFormat:
    """How one column writes its numbers.

    Attributes
    ----------
    decimal
        `"."` or `","`.
    evidence
        The sentence that says what decided it.
    decided
        False when the cells leave it open (only `1,234`-like cells).
    cents
        True when whole numbers stand for hundredths.
    currency
        The currency the cells themselves name, or None.
    """

    decimal: str
    evidence: str
    decided: bool = True
    cents: bool = False
    currency: str | None = None

    def sql(self, column: str) -> str:
        """Return the DuckDB expression of a text column as DECIMAL(18,4), NULL if unreadable."""
        text = f"trim({column})"
        thousands = "." if self.decimal == "," else ","
        bare = f"regexp_replace({text}, '[^0-9{self.decimal}]', '', 'g')"
        bare = f"replace({bare}, ',', '.')" if self.decimal == "," else bare
        misplaced = f"[{thousands}]\\d*[{self.decimal}]\\d*[{thousands}]"
        general = (
            f"(CASE WHEN regexp_full_match({text}, '{_WRAPPED_SQL}') "
            f"AND NOT regexp_matches({text}, '{misplaced}') "
            f"THEN try_cast({bare} AS {MONEY_TYPE}) "
            f"* (CASE WHEN regexp_matches({text}, '[-−(]') THEN -1 ELSE 1 END) END)"
        )
        plain = f"try_cast({text} AS {MONEY_TYPE})"
        # CASE, because coalesce computes both readings of every row.
        number = general
        if self.decimal == ".":
            number = f"(CASE WHEN {plain} IS NOT NULL THEN {plain} ELSE {general} END)"
        return f"CAST({number} / 100 AS {MONEY_TYPE})" if self.cents else number


def is_number(text: str) -> bool:
    """Return whether a cell reads as a number in some country's way."""
    return bool(_PLAIN.fullmatch(text) or _WRAPPED.fullmatch(text))


def number_share(texts: Mapping[str, int]) -> float:
    """Return the share of non-empty cells (text -> count) that read as numbers."""
    full = {text: n for text, n in texts.items() if text.lower() not in EMPTY}
    total = sum(full.values())
    return sum(n for text, n in full.items() if is_number(text)) / total if total else 0.0


def to_float(text: str, decimal: str = ".") -> float | None:
    """Return a cell as a float for judging a column, None if it is not a number."""
    match = _PLAIN.fullmatch(text) if decimal == "." else None
    if match:
        return float(text)
    wrapped = _WRAPPED.fullmatch(text)
    if not wrapped:
        return None
    body = re.sub(rf"[^0-9{re.escape(decimal)}]", "", wrapped.group("body")).replace(",", ".")
    try:
        number = float(body)
    except ValueError:
        return None
    return -number if re.search(r"[-−(]", text) else number


def number_format(header: str, texts: Mapping[str, int]) -> NumberFormat:
    """Decide a column's decimal mark from its cells (text -> count).

    A mark that stands twice in a cell, or before three digits and another mark, separates
    thousands; a mark followed by anything but three digits is the decimal mark.
    """
    votes = {".": 0, ",": 0}
    examples: dict[str, str] = {}
    open_cells = {".": 0, ",": 0}
    for text, n in texts.items():
        mark, certain = _decimal_mark(text)
        if mark and certain:
            votes[mark] += n
            examples.setdefault(mark, text)
        elif mark:
            open_cells[mark] += n
    currency = _currency(texts)
    if votes["."] or votes[","]:
        decimal = "," if votes[","] > votes["."] else "."
        word = "comma" if decimal == "," else "point"
        evidence = f"'{header}' has a decimal {word}: '{examples[decimal]}'."
        return NumberFormat(decimal, evidence, currency=currency)
    if open_cells["."] or open_cells[","]:
        # '1,234' alone: a mark before exactly three digits separates thousands in every export.
        decimal = "." if open_cells[","] else ","
        evidence = (
            f"Every mark in '{header}' stands before exactly three digits, so it is read as "
            "separating thousands."
        )
        return NumberFormat(decimal, evidence, decided=False, currency=currency)
    return NumberFormat(".", f"'{header}' holds whole numbers.", currency=currency)


def _decimal_mark(text: str) -> tuple[str | None, bool]:
    """Return (the decimal mark, whether the cell alone is certain about it)."""
    match = _WRAPPED.fullmatch(text)
    if not match:
        return (".", True) if _PLAIN.fullmatch(text) and "." in text else (None, False)
    body = re.sub(r"[' \u00a0\u202f]", "", match.group("body"))
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return ("." if body.rfind(".") > body.rfind(",") else ","), True
    mark = "." if points else "," if commas else None
    if mark is None:
        return None, False
    if points + commas > 1:
        return ("," if mark == "." else "."), True
    certain = len(body) - body.find(mark) - 1 != 3 or body.find(mark) > 3 or body.startswith("0")
    return mark, certain


def _currency(texts: Mapping[str, int]) -> str | None:
    counts: dict[str, int] = {}
    for text, n in texts.items():
        found = re.search(r"[$£€¥₹]|zł|\b[A-Z]{3}\b", text)
        code = CURRENCY_SIGNS.get(found.group(0), found.group(0)) if found else None
        if code in CURRENCY_CODES:
            counts[code] = counts.get(code, 0) + n
    return max(sorted(counts), key=lambda code: counts[code]) if counts else None
