"""Troublesome text files, read line by line: stray quotes, mixed line ends, blanks for commas.

Slower than the engine and more patient: a quote that does not close spoils its own line only.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from models.transactions.dialect import Dialect, Row

Quoting = Literal[0, 3]  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE

LONGEST_CELL = 50  # lines that one quoted cell may span


def written(dialect: Dialect) -> Dialect:
    """Return the dialect of the files that `rewrite` makes of tables in `dialect`."""
    return replace(dialect, separator=",", quote='"', escape='"', skip=0)


def rewrite(path: Path, out: Path, dialect: Dialect) -> tuple[int, tuple[int, ...]]:
    """Copy the data rows of `path` into `out` as clean comma-separated UTF-8.

    Returns
    -------
    rows : int
        Rows written.
    bad_lines : tuple of int
        1-based lines with too many or too few cells, which were left out.
    """
    rows, bad_lines = 0, []
    with (
        path.open(encoding="utf-8-sig", errors="replace") as stream,
        out.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, lineterminator="\n")
        for number, (line, row) in enumerate(_records(stream, dialect)):
            if number < dialect.skip or row == []:
                continue
            if row is None or not _fits(row, dialect.width):
                bad_lines.append(line)
            else:
                writer.writerow(row[: dialect.width])
                rows += 1
    return rows, tuple(bad_lines)


def _fits(row: Row, width: int) -> bool:
    """Whether a row has the table's cells; one empty cell too many is a trailing separator."""
    return len(row) == width or (len(row) == width + 1 and not row[-1])


def _records(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, Row | None]]:
    """Yield (line number, cells) of each record; None where no reading makes a row."""
    if dialect.separator == " ":
        for number, line in enumerate(lines, start=1):
            yield number, dialect.blanks.cut(line)
        return
    waiting: deque[str] = deque()
    number = 1
    while True:
        if not waiting:
            upcoming = next(lines, None)
            if upcoming is None:
                return
            waiting.append(upcoming)
        row, used = _record(waiting, lines, dialect)
        for _ in range(used):
            waiting.popleft()
        yield number, row
        number += used


def _record(waiting: deque[str], lines: Iterator[str], dialect: Dialect) -> tuple[Row | None, int]:
    """Return the next record and how many lines it takes."""
    text = ""
    for used in range(1, LONGEST_CELL + 1):
        if len(waiting) < used:
            line = next(lines, None)
            if line is None:
                break
            waiting.append(line)
        text += waiting[used - 1]
        row, unfinished = _parse(text, dialect)
        if row is not None and (used == 1 or _fits(row, dialect.width)):
            return row, used
        if not unfinished:
            break
    return _alone(waiting[0], dialect), 1


def _parse(text: str, dialect: Dialect) -> tuple[Row | None, bool]:
    """Parse one record strictly; also say whether it failed because a quote is still open."""
    try:
        return next(_reader(text, dialect, strict=True), []), False
    except csv.Error as error:
        return None, "unexpected end" in str(error)


def _alone(line: str, dialect: Dialect) -> Row | None:
    """Read a line whose quotes make no sense: leniently, else with quotes as plain letters."""
    choices: tuple[Quoting, ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
    for quoting in choices:
        try:
            row = next(_reader(line, dialect, quoting=quoting), [])
        except csv.Error:
            continue
        if _fits(row, dialect.width):
            return row
    return None


def _reader(
    text: str, dialect: Dialect, *, strict: bool = False, quoting: Quoting = csv.QUOTE_MINIMAL
) -> Iterator[Row]:
    backslash = dialect.escape == "\\"
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        escapechar="\\" if backslash else None,
        doublequote=not backslash,
        strict=strict,
        quoting=quoting,
    )
