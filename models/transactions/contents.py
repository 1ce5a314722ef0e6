"""What a file is, judged by its first bytes and never by its name."""

from __future__ import annotations

import zipfile
from enum import Enum
from pathlib import Path

from models.transactions import refusals

HEAD = 4096


class Kind(Enum):
    """The kinds of content that can be read."""

    TEXT = "text"
    GZIP = "gzip"
    WORKBOOK = "workbook"
    PARQUET = "parquet"


FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ARROW1", "an Arrow (Feather) file"),
    (b"{\\rtf", "a text document (RTF)"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET = "xl/workbook.xml"
ZIPPED: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("content.xml", "an OpenDocument file"),
)


def kind_of(path: Path, name: str) -> Kind:
    """Say what a file is.

    Raises
    ------
    FileError
        If the content is empty or is no table: a picture, a page, an archive, ...
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n"):
        raise refusals.empty(name)
    for magic, what in FOREIGN:
        if head.startswith(magic):
            raise refusals.wrong_kind(name, what)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if head.startswith(b"PK"):
        return _zipped(path, name)
    if head.startswith(OLE):
        return Kind.WORKBOOK
    _refuse_markup(head, name)
    return Kind.TEXT


def _zipped(path: Path, name: str) -> Kind:
    """Tell a workbook from other zip archives, or from text that starts with PK."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            if stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06"):
                raise refusals.unreadable(name, "the archive is damaged or incomplete")
        return Kind.TEXT
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refusals.unreadable(name, "the archive is damaged") from error
    if SPREADSHEET in members:
        return Kind.WORKBOOK
    for member, what in ZIPPED:
        if member in members:
            raise refusals.wrong_kind(name, what)
    raise refusals.wrong_kind(name, "a zip archive; unpack it and open the table inside")


def _refuse_markup(head: bytes, name: str) -> None:
    """Refuse web pages (often saved with the ending .xls), XML and JSON."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:400].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        raise refusals.wrong_kind(name, "a web page (HTML), whatever its ending says")
    if start.startswith(b"<?xml"):
        raise refusals.wrong_kind(name, "an XML document")
    if start.startswith((b'{"', b"[{", b"{\n", b"{\r\n")):
        raise refusals.wrong_kind(name, "a JSON document")
