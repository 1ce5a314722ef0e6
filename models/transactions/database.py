"""The engine: one in-process DuckDB per company, safe under many threads.

A DuckDB connection used by two threads at once refuses, or hands one thread the other's row, so
nothing here ever shares a connection: every call works on a cursor of its own. Cursors do not see
each other's TEMP tables, so all tables are ordinary ones.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import duckdb
import narwhals as nw
import pyarrow as pa

from models.transactions import refusals

DEFAULT_MEMORY = "600MB"
# What reading a damaged file raises (besides the bare duckdb.Error); mistakes in SQL are others.
SPOILED = (
    duckdb.IOException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
    duckdb.SerializationException,
)


class Database:
    """A company's tables, in memory, spilling into a private folder when memory runs short.

    Attributes
    ----------
    folder
        A private folder that lives as long as the database; readers put converted files there.

    Notes
    -----
    DuckDB keeps to the memory limit for its own operators; the process may use some 300 MB more.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._readable: dict[str, str] = {}
        self._sealed = False
        self._forget = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    @classmethod
    def open(cls, *, memory_limit: str = DEFAULT_MEMORY, threads: int | None = None) -> Self:
        """Open an empty database.

        Parameters
        ----------
        memory_limit
            What DuckDB may hold in memory before it spills, such as "600MB".
        threads
            Worker threads; None takes one per core.
        """
        folder = Path(tempfile.mkdtemp(prefix="tenure-"))
        config: dict[str, Any] = {
            "memory_limit": memory_limit,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": True,  # LIMIT and CREATE TABLE AS repeat themselves exactly
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        if threads is not None:
            config["threads"] = threads
        connection = duckdb.connect(":memory:", config=config)
        connection.sql("SET GLOBAL TimeZone = 'UTC'")
        return cls(connection, folder)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor, for the use of one thread."""
        with self._lock:
            return self._connection.cursor()

    def run(self, sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> pa.Table:
        """Run one statement on a cursor of its own.

        Returns
        -------
        pyarrow.Table
            The result; empty for a statement that returns nothing.

        Raises
        ------
        FileError
            If a file that is read in place turns out to be damaged, or is gone.
        """
        with self.cursor() as cursor:
            try:
                relation = cursor.sql(sql, params=params)
                return pa.table({}) if relation is None else relation.to_arrow_table()
            except duckdb.Error as error:
                if self._readable and (type(error) is duckdb.Error or isinstance(error, SPOILED)):
                    raise refusals.spoiled(tuple(self._readable.values())) from error
                raise

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        """Return a table or view as a lazy Narwhals frame on a cursor of its own."""
        return nw.from_native(self.cursor().table(table))

    def frames(self, *tables: str) -> tuple[nw.LazyFrame[Any], ...]:
        """Return several tables on one cursor, so that they can be joined."""
        cursor = self.cursor()
        return tuple(nw.from_native(cursor.table(table)) for table in tables)

    def new_name(self, stem: str) -> str:
        """Return a table name that nothing in this database has yet."""
        with self._lock:
            return f"{stem}_{next(self._numbers)}"

    def drop(self, *tables: str) -> None:
        """Drop tables nobody needs any more."""
        for table in tables:
            self.run(f"DROP TABLE {table}")

    def allow(self, path: Path, name: str) -> None:
        """Let a file, shown as `name`, stay readable after `seal`: a view reads it in place."""
        with self._lock:
            self._readable[str(path)] = name

    def seal(self) -> None:
        """Turn off access to every file except those `allow` named; there is no way back."""
        with self._lock:
            if self._sealed:
                return
            with self._connection.cursor() as cursor:
                listed = ", ".join(literal(path) for path in self._readable)
                cursor.sql(f"SET allowed_paths = [{listed}]")
                cursor.sql("SET enable_external_access = false")
            self._sealed = True

    def close(self) -> None:
        """Close the database and delete its folder; closing twice does nothing."""
        with self._lock:
            self._connection.close()
            self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def literal(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
