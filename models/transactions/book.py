"""`Transactions`: the purchases of one company, their ledger, and cuts of them in time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import narwhals as nw
import numpy as np
import pandas as pd

from models.errors import DataError
from models.periods import day_number, month_label, quarter_label
from models.transactions import netting
from models.transactions.assumptions import Assumption
from models.transactions.cleaning import RULES, USED, Ledger, LedgerLine, Rules
from models.transactions.columns import Mapping
from models.transactions.database import Database
from models.transactions.dates import show_day
from models.transactions.rows import EXAMPLES, Charged, Reading, number_customers

LONG_GAP: Final = 0.95
MOST_COPIED: Final = 2_000_000  # purchase days


@dataclass(frozen=True)
class Transactions:
    """The purchases of one company.

    Attributes
    ----------
    database
        Where the tables are.
    name
        The shown name of the file.
    fingerprint
        Of the file's bytes, the mapping, the rules and the period: equal analyses share it.
    mapping
        Which column is which.
    rules
        Which cleaning rules are on.
    rows_unreadable
        Lines of the file the reader could not split into columns.
    first_day, last_day
        The first and last day (day numbers) that the *file* covers, guests and returns included,
        or the end that was asked for.
    currency
        Code of the money's currency, None when the file does not say.
    has_money
        False for a file of customers and days only; every amount is then 0.
    attributes
        Names of what is known about a customer at the first purchase.
    assumptions
        Every guess taken instead of a question.
    older_before
        Customers first seen before this day may be older than the file: they were first seen
        within the usual long gap (95th percentile) of its start.
    until_day
        Nothing after this day was used, None when there is no cut.
    tables
        The engine's tables; other rooms use `days` and `labels`.
    reading
        What the pass over the rows knew besides the mapping, for whoever passes over them again.
    """

    database: Database = field(repr=False, compare=False)
    name: str
    fingerprint: str
    mapping: Mapping = field(compare=False)
    rules: Rules
    rows_unreadable: int
    first_day: int
    last_day: int
    currency: str | None
    has_money: bool
    attributes: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    older_before: int
    until_day: int | None
    tables: Tables = field(repr=False, compare=False)
    reading: Reading = field(default=Reading(), repr=False, compare=False)

    def __len__(self) -> int:
        """Return the number of rows used."""
        return self.ledger.rows_used

    @cached_property
    def ledger(self) -> Ledger:
        """Where every row and all money went; added up when somebody asks."""
        return _ledger(self)

    def days(self) -> nw.LazyFrame[Any]:
        """Return the purchase days, lazily: one row per customer and purchase day.

        Returns
        -------
        narwhals.LazyFrame
            `customer_id` (int, in the order of the labels; the same number in every cut of one
            file), `day` (day number), `amount` (DECIMAL(18,4), net of returns, never below 0),
            `first` (the customer's first purchase day) and `gap` (days since the one before; null
            on the first).
        """
        columns = ("customer_id", "day", "amount", "first", "gap")
        return self.database.frame(self.tables.days).select(*columns)

    def labels(self) -> pd.DataFrame:
        """Return every customer with a purchase, ordered by label.

        Returns
        -------
        pandas.DataFrame
            `customer_id`, `customer` (the label as text) and `first_<attribute>` columns, as
            they stood in the first row of the first purchase day that has them.
        """
        labels: pd.DataFrame = self.database.run(
            f"SELECT * EXCLUDE (first) FROM {self.tables.customers} "
            f"WHERE customer_id IN (SELECT customer_id FROM {self.tables.days}) "
            "ORDER BY customer_id"
        ).to_pandas()
        return labels

    def until(self, day: int | dt.date) -> Transactions:
        """Return the log as it was known at the end of `day`: nothing after it is used.

        Returns are netted again, so that a later return does not lower an earlier purchase.

        Raises
        ------
        DataError
            When no purchase lies on or before the day.
        """
        cut = day_number(day) if isinstance(day, dt.date) else int(day)
        if cut >= self.last_day:
            return self
        if cut < self.first_day:
            raise DataError(
                f"'{self.name}' begins on {show_day(self.first_day)}, so nothing is known by "
                f"{show_day(cut)}. Choose a later day."
            )
        return finish(replace(self, until_day=cut))

    @cached_property
    def first_orders(self) -> pd.DataFrame:
        """What was known of every customer on the day of the first purchase; not to be changed.

        It takes another pass over the rows, made once, when somebody asks.
        """
        from models.transactions.first_orders import first_orders

        return first_orders(self)

    @property
    def unfinished_month(self) -> str | None:
        """The month the file ends in the middle of, as `2011-12`, or None."""
        ended = month_label(self.last_day) != month_label(self.last_day + 1)
        return None if ended else month_label(self.last_day)

    @property
    def unfinished_quarter(self) -> str | None:
        """The quarter the file ends in the middle of, as `2011-Q4`, or None."""
        ended = quarter_label(self.last_day) != quarter_label(self.last_day + 1)
        return None if ended else quarter_label(self.last_day)


@dataclass(frozen=True)
class Tables:
    """Names of the tables of a log.

    Attributes
    ----------
    rules
        Rows and money by rule, day and unreadable cell, for the ledger.
    customers
        Labels, first day and attributes of everybody who ever bought.
    purchases, returns
        Purchase days, and the days whose money reduces them, whatever the cut.
    back
        The money that returns up to the last day take off purchase days.
    days
        The purchase days up to the last day, net of those returns: a table, or a view of very many.
    """

    rules: str
    customers: str
    purchases: str
    returns: str
    back: str = ""
    days: str = ""


def write_tables(rows: Charged, counted: str, grouped: str) -> Tables:
    """Write what no cut in time changes; the rows, and what they were added up to, are dropped."""
    database = rows.database
    everybody = number_customers(rows, grouped)
    database.drop(rows.table)
    purchases, returns = database.new_name("purchases"), database.new_name("returns")
    netting.purchases(*database.frames(grouped, everybody)).to_native().create(purchases)
    reducing = netting.returns_sql(grouped, everybody, purchases)
    database.run(f"CREATE TABLE {returns} AS {reducing}")
    database.drop(grouped)
    return Tables(counted, everybody, purchases, returns)


def finish(draft: Transactions) -> Transactions:
    """Net the returns up to the last day, and measure the long gap."""
    database = draft.database
    last = draft.last_day if draft.until_day is None else draft.until_day
    tables = replace(
        draft.tables, back=database.new_name("back"), days=database.new_name("days")
    )  # fmt: skip
    returned = database.frame(tables.returns)
    netting.given_back(returned, last).to_native().create(tables.back)
    bought, back = database.frames(tables.purchases, tables.back)
    known = bought.filter(nw.col("day") <= last)
    found = netting.long_gap(known, LONG_GAP).collect("pyarrow").rows(named=True)[0]
    net = netting.purchase_days(bought, back, last).to_native()
    # Netting again whenever somebody asks costs little; copying very many days costs memory.
    write = net.create if found["rows"] <= MOST_COPIED else net.create_view
    write(tables.days)
    done = replace(
        draft, last_day=last, tables=tables,
        fingerprint=hashlib.sha256(f"{draft.fingerprint}|{last}".encode()).hexdigest(),
    )  # fmt: skip
    if not found["rows"] and not done.ledger.rows_used:
        raise DataError(_nothing_left(done))
    return replace(done, older_before=done.first_day + int(np.ceil(found["gap"] or 0)))


def _ledger(log: Transactions) -> Ledger:
    """Add up rows and money per rule."""
    grouped, days, back = log.database.frames(log.tables.rules, log.tables.days, log.tables.back)
    lines = netting.ledger_rows(grouped, log.until_day).collect("pyarrow").rows(named=True)
    beyond = days.select(total=nw.col("left_over").sum()).collect("pyarrow").rows()[0][0]
    nowhere = back.filter(nw.col("reduces").is_null()).select(total=nw.col("back").sum())
    left_over = _money(beyond) + _money(nowhere.collect("pyarrow").rows()[0][0])
    used = next((line for line in lines if line["rule"] == USED), None)
    cells = netting.unreadable_cells(grouped).collect("pyarrow").rows(named=True)
    excluded = tuple(
        LedgerLine(
            RULES[i].name, RULES[i].label, int(line["rows"]), _money(line["amount"]),
            tuple(cell["example"] for cell in cells if cell["rule"] == i)[:EXAMPLES],
        )
        for line in lines if (i := int(line["rule"])) != USED
    )  # fmt: skip
    unreadable = sum(line.rows for line in excluded if line.rule.startswith("unreadable"))
    return Ledger(
        rows_in=sum(int(line["rows"]) for line in lines),
        rows_used=int(used["rows"]) if used else 0,
        amount_in=sum((_money(line["amount"]) for line in lines), Decimal(0)),
        amount_used=_money(used["amount"]) if used else Decimal(0),
        excluded=excluded,
        rows_unreadable=unreadable + log.rows_unreadable,
        returns_rows=int(used["returns"]) if used else 0,
        returns_amount=_money(used["returned"]) if used else Decimal(0),
        returns_left_over=left_over,
    )


def _money(value: Decimal | None) -> Decimal:
    return Decimal(0) if value is None else Decimal(value)


def _nothing_left(draft: Transactions) -> str:
    most = max(draft.ledger.excluded, key=lambda line: line.rows)
    return (
        f"Not one of the {draft.ledger.rows_in:,} rows of '{draft.name}' can be used; most "
        f"({most.rows:,}) were left out because: {most.reason}. Check which column is which, or "
        "switch that rule off."
    )
