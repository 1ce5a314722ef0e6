"""From a file to rows of text: the one door for CSV, Excel and Parquet."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from models.transactions import encoding, refusals
from models.transactions.contents import Kind, kind_of
from models.transactions.database import Database
from models.transactions.delimited import Rows, open_text
from models.transactions.parquet import open_parquet
from models.transactions.rawtable import RawTable
from models.transactions.uploads import UPLOAD_LIMIT, Upload, store_upload
from models.transactions.workbook import open_workbook

__all__ = ["SERVER", "UPLOAD", "Limits", "RawTable", "Upload", "open_table", "store_upload"]

GLOB = frozenset("*?[]{}")


@dataclass(frozen=True)
class Limits:
    """How much a file may hold.

    Attributes
    ----------
    size
        Bytes of the file itself; None for a file on the server.
    unpacked
        Bytes that may come out of a compressed text file.
    workbook
        Bytes of XML that may come out of a workbook; all of them pass through memory.
    """

    size: int | None = None
    unpacked: int = 4_000_000_000
    workbook: int = 400_000_000


SERVER = Limits()
UPLOAD = Limits(size=UPLOAD_LIMIT, unpacked=1_000_000_000)


def open_table(
    path: Path,
    *,
    name: str | None = None,
    database: Database | None = None,
    sheet: str | None = None,
    header: bool | None = None,
    limits: Limits = SERVER,
) -> RawTable:
    """Open a file as rows of text.

    What the file is, is judged by its content and never by its name. The rows of a text file in
    UTF-8 and of a Parquet file stay in the file: it must stay where it is until they were read.

    Parameters
    ----------
    path
        Where the bytes are.
    name
        The name to show; the file's own name by default.
    database
        Where to put the rows; by default a new database, sealed once the file is open.
    sheet
        The sheet of a workbook; by default the one that looks most like a table of rows.
    header
        Whether the first row names the columns; judged by content by default.
    limits
        How much the file may hold.

    Raises
    ------
    FileError
        If it is no table, or too much, or damaged.
    """
    shown = name or path.name
    if not path.is_file():
        raise refusals.missing(shown)
    size = path.stat().st_size
    if limits.size is not None and size > limits.size:
        raise refusals.too_large(shown, size, limits.size)
    opened = Database.open() if database is None else database
    try:
        asked = _Asked(shown, opened, sheet, header, limits)
        fingerprint, rows, sheets = _open(path, asked)
    except BaseException:
        if database is None:
            opened.close()
        raise
    if database is None:
        opened.seal()  # nothing but this file is ever read again
    return RawTable(
        database=opened,
        table=rows.table,
        typed=rows.typed,
        types=rows.types,
        headers=rows.headers,
        rows=rows.rows,
        rows_unreadable=rows.rows_unreadable,
        name=shown,
        fingerprint=fingerprint,
        notes=rows.notes,
        sheets=sheets,
        sample=rows.sample,
    )


@dataclass(frozen=True)
class _Asked:
    """The inputs of `open_table` that every reader needs."""

    name: str
    database: Database
    sheet: str | None
    header: bool | None
    limits: Limits


def _open(path: Path, asked: _Asked) -> tuple[str, Rows, tuple[str, ...]]:
    """Return the fingerprint, the rows and the sheets."""
    name, database = asked.name, asked.database
    kind, fingerprint = kind_of(path, name), None
    if kind is Kind.GZIP:
        fingerprint = encoding.fingerprint_of(path)
        packed, path = path, database.folder / database.new_name("unpacked")
        encoding.unpack(packed, path, name, asked.limits.unpacked)
        kind = kind_of(path, name)
        if kind is Kind.GZIP:
            raise refusals.wrong_kind(name, "compressed twice; unpack it first")
    if kind is Kind.TEXT:
        survey = encoding.survey(path)
        out = database.folder / database.new_name("text")
        path, notes = encoding.to_utf8(path, out, name, survey.utf8)
        rows = open_text(_safe(path, database), name, database, asked.header)
        return fingerprint or survey.fingerprint, replace(rows, notes=notes + rows.notes), ()
    fingerprint = fingerprint or encoding.fingerprint_of(path)
    if kind is Kind.PARQUET:
        return fingerprint, open_parquet(_safe(path, database), name, database), ()
    rows, sheets = open_workbook(
        path, name, database, sheet=asked.sheet, header=asked.header, limit=asked.limits.workbook
    )
    return fingerprint, rows, sheets


def _safe(path: Path, database: Database) -> Path:
    """Return a path that DuckDB takes literally: [ ] * ? in a name would be a pattern."""
    path = path.resolve()
    if not GLOB.intersection(str(path)):
        return path
    link = database.folder / database.new_name("file")
    try:
        link.symlink_to(path)
    except OSError:
        shutil.copyfile(path, link)
    return link
