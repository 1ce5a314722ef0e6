"""How a text file separates its cells, judged from its first rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace

from models.transactions.fixedwidth import RUNS, Blanks, blanks_of

Row = list[str]

SEPARATORS = (";", "\t", "|", ",")  # in doubt the comma is a decimal mark, so it comes last
SHOWN = {";": "semicolons", "\t": "tabs", "|": "|", ",": "commas", " ": "blanks"}
SAMPLE_ROWS = 500
STEADY = 0.6  # share of rows of the usual width that makes a table

_NUMBER = r"[-+(]?\s*[$€£¥]?\s*[-+]?\d[\d.,'\s]*(e[-+]?\d+)?\s*[%€$£¥]?\)?-?"
_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}[-\s][a-z]{3,9}[-\s]\d{2,4}.*"
VALUE = re.compile(rf"\s*({_NUMBER}|{_DATE}|\S+@\S+\.\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """Separator, quote and shape of a text table.

    Attributes
    ----------
    separator
        One character; " " stands for any run of blanks.
    quote, escape
        What surrounds a cell, and what precedes a quote inside it.
    width
        Cells per row.
    skip
        Records above the first data row: titles, blank lines and the header.
    header
        The header's cells, or None if the first row is data.
    blanks
        How lines are cut if the separator is " ".
    """

    separator: str
    quote: str
    escape: str
    width: int
    skip: int
    header: tuple[str, ...] | None
    blanks: Blanks = RUNS


@dataclass(frozen=True)
class _Reading:
    """The sample as one separator sees it."""

    separator: str
    quote: str
    escape: str
    records: list[Row]
    width: int
    steadiness: float


def sniff(sample: str, complete: bool, header: bool | None = None) -> Dialect | None:
    """Judge the dialect of a text file.

    Parameters
    ----------
    sample
        The beginning of the file.
    complete
        Whether `sample` is the whole file; otherwise its last row is ignored.
    header
        Whether there is a header; None judges by content.

    Returns
    -------
    Dialect or None
        None if no separator makes a table of two columns or more.
    """
    readings = [_read(sample, separator, complete) for separator in SEPARATORS]
    best = max(readings, key=lambda r: (r.width > 1, round(r.steadiness, 1), r.width))
    if best.width > 1 and best.steadiness >= STEADY:
        return _shape(best, header)
    lines = sample.splitlines()[: SAMPLE_ROWS if complete else -1]
    blanks = blanks_of(lines[:SAMPLE_ROWS])
    if blanks is None:
        return None
    cut = [blanks.cut(line) or [] for line in lines[:SAMPLE_ROWS]]
    return replace(_shape(_measure(" ", '"', '"', cut), header), blanks=blanks)


def looks_like_header(first: Row, body: list[Row]) -> bool:
    """Judge by content whether the first row names the columns below it.

    Names are words: a row with a number, date or address in a column of such values is data. If
    all columns are words throughout, names are distinct and do not come back below.
    """
    named = False
    for column, cell in enumerate(first):
        below = [row[column] for row in body if len(row) > column and row[column].strip()]
        values = sum(VALUE.fullmatch(each) is not None for each in below) > 0.5 * len(below)
        is_value = VALUE.fullmatch(cell) is not None
        if is_value and (values or not below):
            return False
        named = named or (values and not is_value and bool(cell.strip()))
    if named:
        return True
    words = [cell for cell in first if cell.strip()]
    again = any(cell in {row[i] for row in body if len(row) > i} for i, cell in enumerate(first))
    return len(set(words)) == len(words) > 0 and not again


def _read(sample: str, separator: str, complete: bool) -> _Reading:
    quote = _quote(sample, separator)
    inside = rf"\\{quote}[^{re.escape(quote + separator)}\r\n]"
    escape = "\\" if re.search(inside, sample) and quote + quote not in sample else quote
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=separator,
        quotechar=quote,
        escapechar="\\" if escape == "\\" else None,
        doublequote=escape != "\\",
    )
    records: list[Row] = []
    try:
        for row in reader:
            records.append(row)
            if len(records) > SAMPLE_ROWS:
                break
    except csv.Error:
        complete = True
    if not complete and len(records) > 1:
        records.pop()
    return _measure(separator, quote, escape, records)


def _measure(separator: str, quote: str, escape: str, records: list[Row]) -> _Reading:
    """Find the usual width and the share of rows that have it."""
    widths = Counter(len(row) for row in records if row)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return _Reading(separator, quote, escape, records, 1 if widths else 0, 1.0)
    width = max(wide, key=lambda each: (wide[each], each))
    return _Reading(separator, quote, escape, records, width, wide[width] / widths.total())


def _quote(sample: str, separator: str) -> str:
    """Return the quote character: the one that more cells begin and end with."""

    def quoted(mark: str) -> int:
        begins = len(re.findall(rf"(?:^|{re.escape(separator)}){mark}", sample, re.MULTILINE))
        ends = len(re.findall(rf"{mark}(?:$|{re.escape(separator)})", sample, re.MULTILINE))
        return min(begins, ends)

    return "'" if quoted("'") > quoted('"') else '"'


def _shape(reading: _Reading, header: bool | None) -> Dialect:
    """Find the first row of the table and whether it names the columns."""
    width, records = reading.width, reading.records
    usual = next(i for i, row in enumerate(records) if len(row) == width)
    start = next((i for i, row in enumerate(records) if _begins(row, width, header)), usual)
    body = [row for row in records[start + 1 :] if len(row) == width]
    first = records[start]
    if header is None:
        header = looks_like_header(first, body)
    plain = Dialect(reading.separator, reading.quote, reading.escape, width, start, None)
    if not header:
        return plain
    return replace(plain, skip=start + 1, header=_fitted(first, body, width))


def _begins(row: Row, width: int, header: bool | None) -> bool:
    """Whether a row belongs to the table rather than to the titles above it."""
    if len(row) not in (width, width - 1) or len(row) < 2:
        return False
    filled = [bool(cell.strip()) for cell in row]
    title = width > 2 and not any(filled[1:])
    return header is False or not title


def _fitted(first: Row, body: list[Row], width: int) -> tuple[str, ...]:
    """Give a header that is one cell short the cell it lacks.

    Rows that end with a separator have an empty last cell; otherwise the rows' names in front have
    no header, as R writes them.
    """
    if len(first) == width:
        return tuple(first)
    if all(not row[-1].strip() for row in body):
        return (*first, "")
    return ("", *first)
