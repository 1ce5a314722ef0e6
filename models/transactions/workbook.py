"""Excel workbooks (.xlsx, .xls) through calamine: one sheet as rows of text."""

from __future__ import annotations

import datetime as dt
import statistics
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from models.transactions import refusals
from models.transactions.bombs import refuse_bombs
from models.transactions.database import Database
from models.transactions.delimited import NO_HEADER, Rows
from models.transactions.dialect import SAMPLE_ROWS, Row, looks_like_header
from models.transactions.rawtable import column_names, shown_headers

BATCH = 50_000  # rows
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_workbook(
    path: Path,
    name: str,
    database: Database,
    *,
    sheet: str | None = None,
    header: bool | None = None,
    limit: int,
) -> tuple[Rows, tuple[str, ...]]:
    """Read one sheet of a workbook into a table.

    Parameters
    ----------
    sheet
        The sheet's name; None takes the visible one with the most filled rows and columns.
    limit
        The most bytes of XML that may come out of the file.

    Returns
    -------
    rows : Rows
        Dates as ISO text, whole numbers without ".0", as Excel shows them.
    sheets : tuple of str
        All sheets.

    Raises
    ------
    FileError
        If the file is a bomb, damaged, protected, or has no table.
    """
    if zipfile.is_zipfile(path):
        refuse_bombs(path, name, limit)
    elif ENCRYPTED in path.read_bytes():
        raise refusals.password(name)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = tuple(book.sheet_names)
        if sheet is not None and sheet not in sheets:
            raise refusals.no_sheet(name, sheet, sheets)
        chosen, notes = _best(book, name) if sheet is None else (book.get_sheet_by_name(sheet), [])
    except PasswordError as error:
        raise refusals.password(name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise refusals.unreadable(name, "the workbook is damaged") from error
    return _load(chosen, name, database, header, notes), sheets


def _best(book: CalamineWorkbook, name: str) -> tuple[CalamineSheet, list[str]]:
    """Return the sheet with the most cells, visible ones first, and what was left aside."""
    best, most = None, (False, 0)
    for meta in book.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        size = (meta.visible is SheetVisibleEnum.Visible, sheet.height * sheet.width)
        if size[1] and size > most:
            best, most = sheet, size
    if best is None:
        raise refusals.no_table(name, tuple(book.sheet_names))
    others = [each for each in book.sheet_names if each != best.name]
    if not others:
        return best, []
    return best, [f'Sheet "{best.name}" was read; the others are {", ".join(others)}.']


def _load(
    sheet: CalamineSheet, name: str, database: Database, header: bool | None, notes: list[str]
) -> Rows:
    """Find the table on the sheet and insert its rows."""
    sample = [[_text(cell) for cell in row] for row in sheet.to_python(nrows=SAMPLE_ROWS)]
    if not sample:
        raise refusals.no_table(name, (sheet.name,))
    start = _start(sample, header)
    width = sheet.width
    if width < 2:
        raise refusals.one_column(name, sample[0][0])
    first, body = sample[start], sample[start + 1 :]
    named = looks_like_header(first, body) if header is None else header
    headers = shown_headers(list(first) if named else [""] * width)
    table = database.new_name("raw")
    rows = _insert(database, table, width, islice(sheet_rows(sheet), start + named, None))
    if rows == 0:
        database.run(f"DROP TABLE {table}")
        raise refusals.header_only(name, headers)
    if start:
        notes = [*notes, f"{start} rows above the table were passed over."]
    if not named:
        notes = [*notes, NO_HEADER]
    return Rows(table, table, ("VARCHAR",) * width, headers, rows, 0, tuple(notes))


def sheet_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Yield the rows of a sheet from its first filled cell, as text."""
    (top, left) = sheet.start or (0, 0)
    for row in islice(sheet.iter_rows(), top, None):
        yield [_text(cell) for cell in row[left:]]


def _start(sample: list[Row], header: bool | None) -> int:
    """Return the first row of the table: titles above it fill few of its cells."""
    filled = [sum(cell != "" for cell in row) for row in sample]
    if header is False:
        return 0
    usual = statistics.median_high([count for count in filled if count] or [0])
    enough = max(min(2, usual), usual / 2)
    return next((i for i, count in enumerate(filled) if count >= enough), 0)


def _insert(database: Database, table: str, width: int, rows: Iterator[Row]) -> int:
    """Create the table and fill it batch by batch; empty rows are no rows."""
    columns = column_names(width)
    shape = ", ".join(f"{column} VARCHAR" for column in columns)
    inserted = 0
    filled = (row for row in rows if any(row))
    with database.cursor() as cursor:
        cursor.sql(f"CREATE TABLE {table} ({shape}, source_row BIGINT)")
        while batch := list(islice(filled, BATCH)):
            cells = [
                pa.array([cell or None for cell in c], pa.string())
                for c in zip(*batch, strict=True)
            ]
            numbers = pa.array(range(inserted + 1, inserted + len(batch) + 1), pa.int64())
            arrow = pa.table([*cells, numbers], names=[*columns, "source_row"])
            cursor.register("batch", arrow)
            cursor.sql(f"INSERT INTO {table} FROM batch")
            cursor.unregister("batch")
            inserted += len(batch)
    return inserted


def _text(cell: object) -> str:
    """Return a cell as text: ISO dates, whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)
