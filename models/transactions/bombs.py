"""Workbooks that are small on the disk and enormous in memory, recognised before parsing."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from models.transactions import refusals

MOST_RATIO = 100  # real sheets compress 5 to 20 times
SMALL = 20_000_000  # bytes of XML below which the ratio does not matter
MOST_CELLS = 40_000_000  # a sheet is held as a full rectangle, some 32 bytes a cell
MOST_TEXT = 1_000_000_000  # bytes; each cell gets its own copy of a shared text
CHUNK = 1 << 20
OVERLAP = 64  # a cell reference may straddle two chunks
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
_SHARED = re.compile(rb"""t=["']s["'][^>]*>\s*<v>(\d+)</v>""")
_FAR = re.compile(rb"""r=["'][A-Z]{2,3}\d""")
_COLUMN = re.compile(rb"""\br=["']([A-Z]{1,3})\d+["']""")
_ROW = re.compile(rb"""\br=["'][A-Z]{0,3}(\d+)["']""")


def refuse_bombs(path: Path, name: str, limit: int) -> None:
    """Refuse a workbook that declares, or turns out, to be too big for memory.

    Parameters
    ----------
    limit
        The most bytes that may come out of the archive.

    Raises
    ------
    FileError
        If it unpacks to too much, spans too many cells, is damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            if total > limit or total > max(SMALL, MOST_RATIO * path.stat().st_size):
                raise refusals.bomb(name, limit)
            for member in members:
                _refuse_wide(archive, member, name, limit)
            _refuse_repeated(archive, name, limit)
    except DAMAGE as error:
        raise refusals.unreadable(name, "the workbook is damaged") from error
    except RuntimeError as error:  # zipfile's way of asking for a password
        raise refusals.password(name) from error


def _refuse_wide(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limit: int) -> None:
    """Read a member to its end, which also checks its declared size, and measure its rectangle.

    A sheet that ends before column AA stays below `MOST_CELLS` however many rows it has.
    """
    is_sheet = "worksheets/" in member.filename
    far = False
    for text in _pieces(archive, member):  # to the end, even once it is known
        far = far or (is_sheet and _FAR.search(text) is not None)
    if not far:
        return
    last_row, columns = 0, set[bytes]()
    for text in _pieces(archive, member):
        columns.update(_COLUMN.findall(text))
        last_row = max([last_row, *map(int, set(_ROW.findall(text)))])
    if last_row * max(map(_number, columns), default=0) > MOST_CELLS:
        raise refusals.bomb(name, limit)


def _refuse_repeated(archive: zipfile.ZipFile, name: str, limit: int) -> None:
    """Refuse a workbook whose cells repeat long shared texts until they fill the memory."""
    texts = next((m for m in archive.infolist() if m.filename.endswith("sharedStrings.xml")), None)
    if texts is None:
        return
    lengths = [len(text) for text in archive.read(texts).split(b"</si>")]
    sheets = [m for m in archive.infolist() if "worksheets/" in m.filename]
    cells = sum(text.count(b"<v>") for sheet in sheets for text in _pieces(archive, sheet))
    if cells * max(lengths) <= MOST_TEXT:
        return
    total = 0
    for sheet in sheets:
        for text in _pieces(archive, sheet):
            used = map(int, _SHARED.findall(text))
            total += sum(lengths[each] for each in used if each < len(lengths))
    if total > MOST_TEXT:
        raise refusals.bomb(name, limit)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member in pieces that overlap, so that every cell reference is whole in one."""
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            yield rest + chunk
            rest = chunk[-OVERLAP:]


def _number(letters: bytes) -> int:
    """Return the number of a column, "A" being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
