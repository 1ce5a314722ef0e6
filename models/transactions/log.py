"""The log: a file's purchases, cleaned, netted of returns and ready for every model.

`read_transactions` turns a file into `Transactions`: one pass over the rows, one table of purchase
days, and the ledger that says what was left out and why.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import narwhals as nw

from models.errors import ColumnError, DataError
from models.periods import day_number
from models.transactions.assumptions import assumptions_of
from models.transactions.book import Transactions, finish, write_tables
from models.transactions.cells import CURRENCY_CODES
from models.transactions.cleaning import RULE_INDEX, Rules
from models.transactions.columns import KIND_SENTENCES, Mapping, recognise
from models.transactions.currencies import kept_currency
from models.transactions.database import Database
from models.transactions.rawtable import RawTable
from models.transactions.repeats import may_repeat, repeated_orders
from models.transactions.rows import Charged, Reading, count_rules, group_rows, read_rows
from models.transactions.strays import RULE as STRAY_DATE
from models.transactions.strays import charge_strays

__all__ = ["Transactions", "read_transactions"]

CODE_VERSION: Final = "2"


def read_transactions(
    source: str | Path | RawTable,
    *,
    mapping: Mapping | None = None,
    rules: Rules | None = None,
    until: dt.date | None = None,
    end: dt.date | None = None,
    date_order: str | None = None,
    name: str | None = None,
    **roles: str | int | None,
) -> Transactions:
    """Read a file of purchases.

    Parameters
    ----------
    source
        A file, or a table that was already opened.
    mapping
        Which column is which; recognised from the file when not given.
    rules
        Which cleaning rules are on.
    until
        Nothing after this day is used.
    end
        The last day the file covers, when that is not its last row's.
    date_order
        `"dmy"`, `"mdy"` or `"ymd"`.
    name
        The shown name of the file.
    **roles
        Corrections: role = header or 1-based position, such as `customer="Kunde", amount=3`;
        `currency` may also be a code such as `"EUR"`.

    Raises
    ------
    FileError
        When the file cannot be read as a table.
    ColumnError
        When the customer or the date cannot be found, or the file is of another kind.
    DataError
        When no purchase is left after cleaning.
    """
    raw = source if isinstance(source, RawTable) else _open(Path(source), name)
    currency = roles.pop("currency", None) if roles.get("currency") in CURRENCY_CODES else None
    if mapping is None:
        mapping = recognise(raw, date_order=date_order)
        date_order = None
    if any(roles.values()) or date_order:
        mapping = mapping.with_roles(date_order=date_order, drop=(), **roles)
    _require(mapping, raw)
    rules = rules or Rules()
    kept = kept_currency(raw, mapping, None if currency is None else str(currency))
    rows, grouped, reading = _grouped(raw, mapping, rules, kept.only)
    counted, stray = count_rules(rows), None
    if rules.on(STRAY_DATE):
        last = day_number(until) if until else None
        stray = charge_strays(raw.database, counted, grouped, last)
    first, file_last = _covered(raw.database, counted)
    if first is None or file_last is None:
        raise DataError(
            f"No cell of '{mapping.header('date')}' in '{raw.name}' could be read as a date. "
            "Choose another date column, or write dates as 2011-12-31."
        )
    key = "|".join(
        map(str, (raw.fingerprint, mapping, sorted(rules.off), until, end, currency, CODE_VERSION))
    )
    draft = Transactions(
        database=raw.database, name=raw.name,
        fingerprint=hashlib.sha256(key.encode()).hexdigest(), mapping=mapping, rules=rules,
        rows_unreadable=raw.rows_unreadable,
        first_day=first, last_day=day_number(end) if end else file_last,
        currency=kept.code, has_money=mapping.amount_from != "none",
        attributes=tuple(f"first_{attribute}" for attribute, _ in mapping.attributes),
        assumptions=assumptions_of(mapping, kept, stray), older_before=first, until_day=None,
        tables=write_tables(rows, counted, grouped), reading=reading,
    )  # fmt: skip
    # An end before the last row is a cut as well: what lies after it stands in the ledger.
    until = min((day for day in (until, end) if day), default=None)
    if until is not None and day_number(until) < max(file_last, draft.last_day):
        return finish(replace(draft, until_day=day_number(until)))
    return finish(draft)


def _open(path: Path, name: str | None) -> RawTable:
    from models.transactions.reading import open_table  # readers of three formats load slowly

    return open_table(path, name=name)


def _require(mapping: Mapping, raw: RawTable) -> None:
    """Refuse a file that holds no purchases, with a sentence about what to bring."""
    if mapping.kind in KIND_SENTENCES:
        raise ColumnError(
            f"'{raw.name}' looks like {KIND_SENTENCES[mapping.kind]}. Bring a log of purchases or "
            "payments: one row per order or payment, with the customer, the date and the amount."
        )
    for role, need in (("customer", "who bought"), ("date", "when")):
        if mapping.guess(role) is None:
            listed = ", ".join(f"'{header}'" for header in mapping.headers[:12])
            raise ColumnError(
                f"No column of '{raw.name}' says {need}. It has the columns {listed}. "
                f"Name the one that holds the {role}, by its header or its position."
            )


def _grouped(
    raw: RawTable, mapping: Mapping, rules: Rules, currency: str | None
) -> tuple[Charged, str, Reading]:
    """Read and group the rows, and once more if orders turn out to stand in the file twice."""
    reading = Reading(currency)
    rows = read_rows(raw, mapping, rules, reading)
    grouped = group_rows(rows)
    order = mapping.column("order")
    if order is None or not rules.on("repeated_export"):
        return rows, grouped, reading
    repeated = repeated_orders(raw, order) if may_repeat(raw.database, grouped) else None
    if repeated is None:
        return rows, grouped, reading
    raw.database.drop(rows.table, grouped)
    reading = Reading(currency, repeated)
    rows = read_rows(raw, mapping, rules, reading)
    return rows, group_rows(rows), reading


def _covered(database: Database, counted: str) -> tuple[int | None, int | None]:
    """Return the first and the last day of any readable row that is not a stray."""
    days = (
        database.frame(counted)
        .filter(nw.col("rule") != RULE_INDEX[STRAY_DATE])
        .select(first=nw.col("day").min(), last=nw.col("day").max())
    )
    row = days.collect("pyarrow").rows()[0]
    return row[0], row[1]
