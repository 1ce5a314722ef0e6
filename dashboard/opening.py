"""From a file to a log of purchases, the way the visitor wants it read.

Imports the rooms that read; kept apart so that the first paint does not wait for them.
"""

from __future__ import annotations

from dashboard.companies import Source
from dashboard.links import Reading
from models.errors import FileError
from models.transactions.cleaning import Rules
from models.transactions.columns import Mapping, recognise
from models.transactions.log import Transactions, read_transactions
from models.transactions.rawtable import RawTable
from models.transactions.reading import SERVER, UPLOAD, open_table


def table(source: Source, sheet: int = 0) -> RawTable:
    """Return the rows of a file as text; `sheet` is a 1-based position, 0 the one that fits.

    Raises
    ------
    FileError
        When the file is gone, or is no table.
    """
    if not source.path.is_file():
        raise FileError(f"{source.name} is no longer kept here: drop it once more.")
    limits = SERVER if source.owner is None else UPLOAD
    raw = open_table(source.path, name=source.name, limits=limits)
    if 0 < sheet <= len(raw.sheets):
        chosen = raw.sheets[sheet - 1]
        raw = open_table(source.path, name=source.name, sheet=chosen, limits=limits)
    return raw


def columns(raw: RawTable, reading: Reading) -> Mapping:
    """Return which column is which: guessed, then corrected by the visitor.

    Raises
    ------
    ColumnError
        When a correction cannot be.
    """
    return recognise(raw).with_roles(
        date_order=reading.date_order or None,
        drop=[role for role, position in reading.columns if position == 0],
        **{role: position for role, position in reading.columns if position > 0},
    )


def transactions(source: Source, reading: Reading) -> Transactions:
    """Return the log of purchases.

    Raises
    ------
    TenureError
        When the rows cannot carry an analysis.
    """
    raw = table(source, reading.sheet)
    return read_transactions(
        raw,
        mapping=columns(raw, reading),
        rules=Rules(frozenset(reading.rules_off)),
        until=reading.until,
        currency=reading.currency or source.currency,
    )
