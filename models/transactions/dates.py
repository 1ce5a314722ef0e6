"""Which day a cell means: the way a column writes its dates, decided once for the whole column.

A cell such as `03/04/2011` says nothing by itself; a column does, as soon as one of its cells has a
part above 12. Nothing is ever decided cell by cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from models.errors import ColumnError
from models.periods import date_of

ORDERS: Final = ("dmy", "mdy", "ymd")
EPOCH_SQL: Final = "DATE '1970-01-01'"
PLAUSIBLE_YEARS: Final = (1980, 2050)

_MONTHS: Final = {
    **dict.fromkeys(("jan", "jän"), 1), "feb": 2, **dict.fromkeys(("mar", "mär", "mrz", "mae"), 3),
    "apr": 4, **dict.fromkeys(("may", "mai"), 5), "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    **dict.fromkeys(("oct", "okt"), 10), "nov": 11, **dict.fromkeys(("dec", "dez"), 12),
}  # fmt: skip
_CLOCK: Final = r"(?:[ T,].*)?"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "ymd": re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}"),
    "numeric": re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_CLOCK}"),
    "compact": re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)"),
    "excel": re.compile(r"\d{5}(?:\.\d+)?"),
    "seconds": re.compile(r"1\d{9}"),
    "milliseconds": re.compile(r"1\d{12}"),
    "day name": re.compile(
        r"(?:[^\W\d_]+\.?,? +)?(\d{1,2})\.?[ -]*([^\W\d_]{3,9})\.?[ ,-]*(\d{4}|\d{2}\b).*"
    ),
    "month name": re.compile(r"(?:[^\W\d_]+\.?, +)?([^\W\d_]{3,9})\.? +(\d{1,2}),? +(\d{4}).*"),
}  # fmt: skip
_CERTAIN: Final = ("ymd", "day name", "month name")
_NUMBERS: Final = frozenset({"compact", "excel", "seconds", "milliseconds"})
_EXCEL_ZERO: Final = dt.date(1899, 12, 30)
_LABELS: Final = {"ymd": "year first", "numeric": "day and month as numbers",
                  "compact": "eight digits", "excel": "spreadsheet day numbers",
                  "seconds": "seconds since 1970", "milliseconds": "milliseconds since 1970",
                  "day name": "month names", "month name": "month names"}  # fmt: skip


@dataclass(frozen=True)
class DateFormat:
    """How one column writes its days.

    Attributes
    ----------
    order
        `"dmy"`, `"mdy"` or `"ymd"` for numbers with separators, else `"compact"`, `"excel"`,
        `"epoch"` or `"names"`.
    styles
        Every style seen in the column, most frequent first.
    evidence
        The sentence that says what decided it.
    decided
        False when no cell could decide between day-month and month-day.
    """

    order: str
    styles: tuple[str, ...]
    evidence: str
    decided: bool = True

    def sql(self, column: str) -> str:
        """Return the DuckDB expression of the day number of a text column, NULL if unreadable."""
        # Styles that leave no doubt are tried on the cells the seen ones cannot read.
        others = tuple(style for style in _CERTAIN if style not in self.styles)
        styles = self.styles if set(self.styles) <= _NUMBERS else self.styles + others
        readings = [
            reading for style in styles for reading in _style_sql(style, column, self.order)
        ]
        first, *remaining = readings
        if remaining:
            # DuckDB computes every argument of coalesce, and whatever an expression names twice,
            # for all rows. In an ELSE they cost only where the first reading failed.
            rest = f"coalesce({', '.join(remaining)})"
            first = f"(CASE WHEN {first} IS NOT NULL THEN {first} ELSE {rest} END)"
        return f"({first} - {EPOCH_SQL})"


def style_of(text: str) -> str | None:
    """Return the style a cell is written in, or None when it is not a date."""
    for style, shape in _SHAPES.items():
        match = shape.fullmatch(text)
        if match and _sensible(style, match):
            return style
    return None


def date_share(texts: Mapping[str, int]) -> float:
    """Return the share of cells (text -> count) that read as dates of a plausible year."""
    total = sum(texts.values())
    return sum(n for text, n in texts.items() if style_of(text)) / total if total else 0.0


def styles_in(texts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the styles of a column's cells, most frequent first."""
    counts: dict[str, int] = {}
    for text, n in texts.items():
        style = style_of(text)
        if style:
            counts[style] = counts.get(style, 0) + n
    return tuple(sorted(counts, key=lambda style: (-counts[style], style)))


@dataclass(frozen=True)
class NumericParts:
    """How many cells `a/b/year` there are, and which part exceeds 12 in how many, with examples."""

    cells: int
    day_first: int
    day_first_cell: str | None
    month_first: int
    month_first_cell: str | None


def numeric_parts(texts: Mapping[str, int]) -> NumericParts:
    """Count the parts above 12 in the sampled cells (text -> count)."""
    cells, above = 0, [0, 0]
    examples: list[str | None] = [None, None]
    for text, n in sorted(texts.items()):
        match = _SHAPES["numeric"].fullmatch(text)
        if not match:
            continue
        cells += n
        for i in (0, 1):
            if 13 <= int(match.group(i + 1)) <= 31 >= int(match.group(2 - i)):
                above[i] += n
                examples[i] = examples[i] or text
    return NumericParts(cells, above[0], examples[0], above[1], examples[1])


def numeric_parts_sql(column: str, table: str) -> str:
    """Return the query that counts, over a whole column, which part of `a/b/year` exceeds 12.

    Its one row are the fields of `NumericParts`.
    """
    cut = _slashes(column)
    first, second = (f"try_cast(split_part({cut}, '/', {i}) AS INTEGER)" for i in (1, 2))
    return (
        f"SELECT count(*), count(*) FILTER (a BETWEEN 13 AND 31), min(t) FILTER (a BETWEEN 13 "
        f"AND 31), count(*) FILTER (b BETWEEN 13 AND 31), min(t) FILTER (b BETWEEN 13 AND 31) "
        f"FROM (SELECT {column} AS t, {first} AS a, {second} AS b FROM {table}) "
        "WHERE a IS NOT NULL AND b IS NOT NULL AND a BETWEEN 1 AND 31"
    )


def decide_order(
    header: str, styles: tuple[str, ...], parts: NumericParts, asked: str | None = None
) -> DateFormat:  # fmt: skip
    """Decide day-month or month-day for a column of numbers.

    Parameters
    ----------
    header
        The column's name, for the sentence.
    styles
        The styles of the column.
    parts
        What the column's cells can and cannot be.
    asked
        The order the user gave, which wins.

    Raises
    ------
    ColumnError
        When the column holds cells of both orders and none was given.
    """
    dmy, mdy = parts.day_first, parts.month_first
    if asked:
        return DateFormat(asked, styles, f"'{header}' is read as {asked} because you said so.")
    if dmy and mdy and min(dmy, mdy) > 0.02 * max(dmy, mdy):
        raise ColumnError(
            f"Column '{header}' mixes two date orders: {dmy:,} cells can only be day-month "
            f"('{parts.day_first_cell}') and {mdy:,} only month-day ('{parts.month_first_cell}'). "
            "Export it with one date format, best as 2011-12-31, or say which order to read (the "
            "others will be counted as unreadable)."
        )
    if dmy or mdy:
        order, count, cell, words = ("dmy", dmy, parts.day_first_cell, "day-month")
        if mdy > dmy:
            order, count, cell, words = ("mdy", mdy, parts.month_first_cell, "month-day")
        evidence = (
            f"{count:,} of {parts.cells:,} cells looked at in '{header}' can only be {words}: "
            f"'{cell}'."
        )
        return DateFormat(order, styles, evidence)
    evidence = (
        f"No cell of '{header}' has a part above 12, so day and month could be swapped; "
        "read as day-month."
    )
    return DateFormat("dmy", styles, evidence, decided=False)


def plain_format(header: str, styles: tuple[str, ...], texts: Iterable[str]) -> DateFormat:
    """Return the format of a column whose styles leave no question about the order."""
    kind = styles[0]
    order = {"ymd": "ymd", "compact": "compact", "excel": "excel"}.get(kind, "names")
    order = "epoch" if kind in {"seconds", "milliseconds"} else order
    example = next((text for text in texts if style_of(text) == kind), "")
    evidence = f"'{header}' is written with {_LABELS[kind]}: '{example}'."
    if len({_LABELS[style] for style in styles}) > 1:
        others = " and ".join(dict.fromkeys(_LABELS[style] for style in styles[1:]))
        evidence = f"{evidence[:-1]}, in part with {others}."
    return DateFormat(order, styles, evidence)


def show_day(day: int) -> str:
    """Return a day number as `31 Dec 2011`."""
    date = date_of(day)
    return f"{date.day} {date:%b %Y}"


def _sensible(style: str, match: re.Match[str]) -> bool:
    if style == "excel":
        date = _EXCEL_ZERO + dt.timedelta(days=int(float(match.group(0))))
        return PLAUSIBLE_YEARS[0] <= date.year <= PLAUSIBLE_YEARS[1]
    if style in {"seconds", "milliseconds"}:
        return True
    if style == "day name":
        return match.group(2)[:3].lower() in _MONTHS and 1 <= int(match.group(1)) <= 31
    if style == "month name":
        return match.group(1)[:3].lower() in _MONTHS and 1 <= int(match.group(2)) <= 31
    numbers = [int(part) for part in match.groups()]
    if style == "numeric":
        return 1 <= min(numbers[:2]) <= 12 and max(numbers[:2]) <= 31
    return 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31 and 1900 <= numbers[0] <= 2100


def _slashes(column: str) -> str:
    return f"translate(split_part(translate(trim({column}), 'T,', '  '), ' ', 1), '.-', '//')"


def _style_sql(style: str, column: str, order: str) -> tuple[str, ...]:
    """Return the readings of a style as DATE expressions, the cheapest first."""
    text = f"trim({column})"
    if style == "ymd":
        general = f"translate(split_part(translate({text}, 'T,', '  '), ' ', 1), '/.', '--')"
        return f"try_cast(left({column}, 10) AS DATE)", f"try_cast({general} AS DATE)"
    if style == "numeric":
        form = "%m/%d" if order == "mdy" else "%d/%m"
        return (f"CAST(try_strptime({_slashes(column)}, ['{form}/%y', '{form}/%Y']) AS DATE)",)
    if style == "compact":
        return (f"CAST(try_strptime({text}, '%Y%m%d') AS DATE)",)
    if style in _NUMBERS:
        return (_counted_days_sql(style, text),)
    return (_named_month_sql(style, text),)


def _counted_days_sql(style: str, text: str) -> str:
    """Return the reading of a number that counts days, seconds or milliseconds."""
    if style == "excel":
        low, high = ((dt.date(y, 1, 1) - _EXCEL_ZERO).days for y in PLAUSIBLE_YEARS)
        serial = f"try_cast({text} AS DOUBLE)"
        return (
            f"(CASE WHEN {serial} BETWEEN {low} AND {high} "
            f"THEN DATE '{_EXCEL_ZERO}' + CAST(floor({serial}) AS INTEGER) END)"
        )
    scale = 86_400 if style == "seconds" else 86_400_000
    return f"({EPOCH_SQL} + CAST(try_cast({text} AS BIGINT) // {scale} AS INTEGER))"


def _named_month_sql(style: str, text: str) -> str:
    # Letters are "neither digit nor mark": the class of all letters takes long to compile.
    word = r"([^\d .,-]{3})[^\d .,-]*"
    pattern = (
        rf"(\d{{1,2}})\.?[ -]*{word}\.?[ ,-]*(\d{{4}}|\d{{2}}\b)"
        if style == "day name"
        else rf"{word}\.? +(\d{{1,2}}),? +(\d{{4}})"
    )
    day, month, year = (1, 2, 3) if style == "day name" else (2, 1, 3)
    months = ", ".join(f"'{name}': '{n}'" for name, n in _MONTHS.items())

    def part(group: int) -> str:
        return f"regexp_extract({text}, '{pattern}', {group})"

    # A MAP, because a CASE would extract the month once per name it compares with.
    return (
        f"CAST(try_strptime(concat({part(day)}, '/', map {{{months}}}[lower({part(month)})], '/', "
        f"{part(year)}), ['%d/%m/%y', '%d/%m/%Y']) AS DATE)"
    )
