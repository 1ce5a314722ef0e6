"""Parquet: a view over the file in place, as text and with the file's own types."""

from __future__ import annotations

from pathlib import Path

import duckdb

from models.transactions import refusals
from models.transactions.database import Database, identifier, literal
from models.transactions.delimited import Rows
from models.transactions.rawtable import column_names, shown_headers

NESTED = ("STRUCT", "MAP", "UNION", "LIST", "VARIANT")


def open_parquet(path: Path, name: str, database: Database) -> Rows:
    """Open a Parquet file as two views.

    Dates become ISO text, whole numbers stay whole, floats are written so that they read back
    exactly; empty text and NaN are empty cells. Instants are shown in UTC.

    Raises
    ------
    FileError
        If the file is damaged, has no rows, one column, or nested columns.
    """
    scan = f"read_parquet({literal(str(path))}, file_row_number = true, binary_as_string = true)"
    try:
        described = database.run(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {scan}")
        rows: int = database.run(f"SELECT count(*) AS n FROM {scan}").column("n")[0].as_py()
    except duckdb.Error as error:
        raise refusals.unreadable(name, "the Parquet data is damaged or encrypted") from error
    names: list[str] = described.column("column_name").to_pylist()
    types: list[str] = described.column("column_type").to_pylist()
    _refuse_shapes(name, names, types, rows)
    columns = column_names(len(names))
    texts = [_as_text(*each) for each in zip(names, types, columns, strict=True)]
    plain = [f"{identifier(n)} AS {column}" for n, column in zip(names, columns, strict=True)]
    table, typed = database.new_name("raw"), database.new_name("typed")
    for view, selected in ((table, texts), (typed, plain)):
        database.run(
            f"CREATE VIEW {view} AS SELECT {', '.join(selected)}, "
            f"file_row_number + 1 AS source_row FROM {scan}"
        )
    database.allow(path, name)
    notes = ["The columns bring their own types (Parquet)."]
    if any("TIME ZONE" in each for each in types):
        notes.append("Times with a time zone are shown in UTC.")
    return Rows(table, typed, tuple(types), shown_headers(list(names)), rows, 0, tuple(notes))


def _refuse_shapes(name: str, names: list[str], types: list[str], rows: int) -> None:
    nested = [
        column
        for column, kind in zip(names, types, strict=True)
        if kind.startswith(NESTED) or kind.endswith("]")
    ]
    if nested:
        raise refusals.nested(name, tuple(nested))
    if len(names) < 2:
        raise refusals.one_column(name, names[0] if names else "")
    if rows == 0:
        raise refusals.header_only(name, tuple(names))


def _as_text(name: str, kind: str, column: str) -> str:
    """Return the SQL of one column as text."""
    quoted = identifier(name)
    if kind == "VARCHAR":
        return f"nullif({quoted}, '') AS {column}"
    text = f"CAST({quoted} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        return f"CASE WHEN NOT isnan({quoted}) THEN {text} END AS {column}"
    return f"{text} AS {column}"
