"""Text tables: a view over the file in place, read by DuckDB as text.

Nothing is copied for a clean UTF-8 file. `source_row` comes from an ordered scan, which DuckDB does
on one thread; a query that does not name it is scanned by all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from models.transactions import dialect as dialects
from models.transactions import refusals, repair
from models.transactions.database import Database, literal
from models.transactions.dialect import Dialect
from models.transactions.rawtable import column_names, shown_headers
from models.transactions.sampling import SAMPLE_ROWS, sampled_lines

SAMPLE = 1 << 18  # bytes
LONGEST_LINE = 8_000_000  # bytes
SHOWN_LINES = 5
NO_HEADER = "The first row is data, so the columns are called Column 1, Column 2, ..."
# A quote that never closes swallows the rest of the file: then we read line by line ourselves.
SWALLOWING = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM")


@dataclass(frozen=True)
class Rows:
    """A relation in the database and what was found out while making it."""

    table: str
    typed: str
    types: tuple[str, ...]
    headers: tuple[str, ...]
    rows: int
    rows_unreadable: int
    notes: tuple[str, ...]
    sample: str = ""


@dataclass(frozen=True)
class _Check:
    """One full scan: how many rows can be read, and which lines cannot."""

    rows: int
    bad_lines: tuple[int, ...]
    swallowed: bool


def open_text(path: Path, name: str, database: Database, header: bool | None) -> Rows:
    """Open a UTF-8 text file as a view.

    Raises
    ------
    FileError
        If there is no table in it.
    """
    dialect = _dialect(path, name, header)
    check = None if dialect.separator == " " else _check(path, dialect, database)
    notes = [f"Cells are separated by {dialects.SHOWN[dialect.separator]}."]
    plain = dialect
    if check is None or check.swallowed:
        path, plain, check = _rewrite(path, dialect, database)
    if check.rows == 0:
        raise refusals.header_only(name, shown_headers(list(dialect.header or ("",))))
    if len(check.bad_lines) > check.rows:
        raise refusals.ragged(name, dialect.width, check.rows, len(check.bad_lines))
    table = database.new_name("raw")
    columns = column_names(dialect.width)
    database.run(
        f"CREATE VIEW {table} AS SELECT {', '.join(columns)}, row_number() OVER () AS source_row "
        f"FROM {_scan(path, plain, 'ignore_errors = true')}"
    )
    database.allow(path, name)
    headers = shown_headers(list(dialect.header or [""] * dialect.width))
    notes += _header_notes(dialect, headers) + _bad_line_notes(check)
    types = ("VARCHAR",) * dialect.width
    return Rows(
        table, table, types, headers, check.rows, len(check.bad_lines), tuple(notes),
        _sample(path, plain, check.rows, database),
    )  # fmt: skip


def _sample(path: Path, dialect: Dialect, rows: int, database: Database) -> str:
    """Copy the rows that recognition looks at, so that it need not read the whole file."""
    lines = sampled_lines(path, dialect.skip, rows) if rows > SAMPLE_ROWS else None
    if lines is None:
        return ""
    copy, table = database.folder / "sample.csv", database.new_name("sample")
    copy.write_bytes(lines)
    scan = _scan(copy, replace(dialect, skip=0), "ignore_errors = true")
    database.run(f"CREATE TABLE {table} AS FROM {scan}")
    copy.unlink()
    return table


def _dialect(path: Path, name: str, header: bool | None) -> Dialect:
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
        complete = not stream.read(1)
    sample = head.decode("utf-8-sig", "ignore")
    dialect = dialects.sniff(sample, complete, header)
    if dialect is None:
        first = next((line for line in sample.splitlines() if line.strip()), "")
        if not first:
            raise refusals.empty(name)
        raise refusals.one_column(name, first)
    return dialect


def _scan(path: Path, dialect: Dialect, option: str) -> str:
    """Return the read_csv call; types, header and separators are always said, never sniffed."""
    columns = ", ".join(f"{column}: 'VARCHAR'" for column in column_names(dialect.width))
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, nullstr = '', "
        f"skip = {dialect.skip}, delim = {literal(dialect.separator)}, "
        f"quote = {literal(dialect.quote)}, escape = {literal(dialect.escape)}, "
        f"compression = 'none', max_line_size = {LONGEST_LINE}, columns = {{{columns}}}, {option})"
    )


def _check(path: Path, dialect: Dialect, database: Database) -> _Check:
    """Read every row once, counting; DuckDB keeps the lines it could not read."""
    rejects = "store_rejects = true, rejects_line_size_limit = 80"
    with database.cursor() as cursor:  # the tables of rejects live and die with the cursor
        try:
            counted = cursor.sql(f"SELECT count(*) FROM {_scan(path, dialect, rejects)}").fetchall()
        except duckdb.Error:
            return _Check(0, (), swallowed=True)
        kinds = cursor.sql("SELECT DISTINCT error_type::VARCHAR FROM reject_errors").fetchall()
        lines = cursor.sql("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
    swallowed = any(kind in SWALLOWING for (kind,) in kinds)
    return _Check(counted[0][0], tuple(line for (line,) in lines), swallowed)


def _rewrite(path: Path, dialect: Dialect, database: Database) -> tuple[Path, Dialect, _Check]:
    """Copy the table into a clean file of our own, line by line."""
    out = database.folder / f"{database.new_name('lines')}.csv"
    rows, bad_lines = repair.rewrite(path, out, dialect)
    return out, repair.written(dialect), _Check(rows, bad_lines, swallowed=False)


def _header_notes(dialect: Dialect, headers: tuple[str, ...]) -> list[str]:
    notes = []
    if dialect.header is None:
        notes.append(NO_HEADER)
    titles = dialect.skip - (dialect.header is not None)
    if titles:
        notes.append(f"{titles} lines above the table were passed over.")
    if dialect.header is not None:
        unnamed = [
            name for cell, name in zip(dialect.header, headers, strict=True) if not cell.strip()
        ]
        if unnamed:
            notes.append(f"Columns without a name: {', '.join(unnamed)}.")
    return notes


def _bad_line_notes(check: _Check) -> list[str]:
    count = len(check.bad_lines)
    if not count:
        return []
    listed = ", ".join(str(line) for line in check.bad_lines[:SHOWN_LINES])
    lines = "line has" if count == 1 else "lines have"
    more = ", ..." if count > SHOWN_LINES else ""
    return [
        f"{count:,} {lines} too many or too few cells and could not be read "
        f"(line {listed}{more}); the money in there is unknown."
    ]
