"""Small tables of text for tests, as any reader would deliver them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyarrow as pa

from models.transactions.database import Database
from models.transactions.rawtable import RawTable, column_names


def raw_table(headers: Sequence[str], rows: Sequence[Sequence[str | None]]) -> RawTable:
    """Return a table of text with the given headers and rows; an empty cell is None or ""."""
    database = Database.open(threads=1)
    names = column_names(len(headers))
    columns = [
        pa.array([row[i] or None for row in rows], type=pa.string()) for i in range(len(headers))
    ]
    source = pa.array(range(1, len(rows) + 1), type=pa.int64())
    frame = pa.table([*columns, source], names=[*names, "source_row"])
    table = database.new_name("raw")
    with database.cursor() as cursor:
        cursor.register("frame", frame)
        cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM frame")
    content = repr((tuple(headers), rows)).encode()
    return RawTable(
        database, table, table, ("VARCHAR",) * len(headers), tuple(headers), len(rows), 0,
        "test.csv", hashlib.sha256(content).hexdigest(), (),
    )  # fmt: skip
