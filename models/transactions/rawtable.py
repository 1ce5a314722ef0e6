"""What every reader delivers: rows of text, exactly as the file has them."""

from __future__ import annotations

from dataclasses import dataclass

from models.transactions.database import Database


@dataclass(frozen=True)
class RawTable:
    """A file as rows of text, before anybody decided what a column means.

    Attributes
    ----------
    database, table
        Where the rows are: a table or view with the columns `c1` .. `cN`, all VARCHAR, and
        `source_row`, the 1-based number of the data row in the file (BIGINT). An empty cell is
        NULL. Rows of a CSV view come without `source_row` twice as fast: it is computed only when
        a query names it.
    typed
        The same relation with the types the file itself declares, in the same column order.
        Equal to `table` when the file declares none.
    types
        DuckDB type of each column of `typed`, such as "VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP".
    headers
        The shown name of each column, each of them different; "Column 3" where there is none.
    rows
        Data rows in the table.
    rows_unreadable
        Data rows of the file that are not in the table because they have too many or too few
        cells, so that nobody can say what their money is.
    name
        The shown name of the file.
    fingerprint
        The sha256 of the file's bytes, in hexadecimal.
    notes
        What was found out about encoding, separator, sheet and header, as sentences.
    sheets
        All sheets of a workbook, in order; empty for other files.
    sample
        A table of the rows of `sampling.blocks`, where finding them by number would mean reading
        the whole file; else empty.
    """

    database: Database
    table: str
    typed: str
    types: tuple[str, ...]
    headers: tuple[str, ...]
    rows: int
    rows_unreadable: int
    name: str
    fingerprint: str
    notes: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    sample: str = ""


def column_names(width: int) -> tuple[str, ...]:
    """Return our names c1 .. cN for `width` columns."""
    return tuple(f"c{number}" for number in range(1, width + 1))


def shown_headers(cells: list[str | None]) -> tuple[str, ...]:
    """Return header cells as distinct shown names.

    Empty cells become "Column 3"; the second "Total" becomes "Total (2)".
    """
    seen: set[str] = set()
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        plain = " ".join((cell or "").split()) or f"Column {number}"
        name, copy = plain, 1
        while name in seen:
            copy += 1
            name = f"{plain} ({copy})"
        seen.add(name)
        names.append(name)
    return tuple(names)
