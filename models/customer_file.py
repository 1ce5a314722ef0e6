"""A file of customers: what is known of each, beside what they bought or subscribed to.

A companion of a company's own file, matched by the customer's label. Every row is used or counted
among those left out, and customers whom it does not name stay without a value.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from models.contacts import EXAMPLES, LeftOut
from models.errors import ColumnError, DataError
from models.transactions.columns import Mapping, recognise
from models.transactions.flags import is_flag, told_sql
from models.transactions.profiles import ColumnProfile
from models.transactions.rawtable import RawTable
from models.transactions.reading import open_table
from models.transactions.rows import customer_sql
from models.transactions.vocabulary import fold, is_personal, leaks, says_outcome

FEWEST_VALUES: Final = 2
MOST_VALUES: Final = 60  # of one column; more name people rather than kinds of them
BANDS: Final = 4
_MOSTLY_NUMBERS: Final = 0.9
_NUMBERED: Final = re.compile(r"\b(id|ids|no|nr|num|number|nummer|code|key|uuid|guid|index|row)\b")
_RULES: Final = (
    ("nobody", "no customer"),
    ("repeated", "named again with the same values"),
    ("second", "named again with other values: the first row counts"),
    ("unknown_customer", "a customer who is not in the company's own file"),
)
_USED: Final = len(_RULES)


@dataclass(frozen=True, eq=False)
class CustomerFile:
    """What a file of customers says of a company's customers.

    Attributes
    ----------
    name, fingerprint
        The shown name of the file, and what equal readings share.
    customer
        Header of the column that names customers.
    frame
        One row per customer of the company who is in the file, by label (the index): one column of
        text per attribute, missing where the cell is blank. Columns of numbers with many values are
        told in quarters.
    rows_in
        Rows of the file; those of `frame` and of `left_out` add up to it.
    left_out
        Rows that are not used, by the first rule that takes them.
    unused
        (header, why) of columns that cannot be compared.
    known
        Customers of the company, in the file or not.
    """

    name: str
    fingerprint: str
    customer: str
    frame: pd.DataFrame = field(repr=False)
    rows_in: int
    left_out: tuple[LeftOut, ...]
    unused: tuple[tuple[str, str], ...]
    known: int

    @property
    def matched(self) -> int:
        """Customers of the company who are in the file."""
        return len(self.frame)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of what can be compared."""
        return tuple(str(name) for name in self.frame.columns)

    def of(self, customers: pd.Series[str]) -> pd.DataFrame:
        """Return what is known of these customers, in their order."""
        return self.frame.reindex(customers.astype(str)).reset_index(drop=True)


def read_customer_file(
    source: str | Path | RawTable,
    known: pd.Series[str],
    *,
    name: str | None = None,
    customer: str | int | None = None,
) -> CustomerFile:
    """Read a file of customers.

    Parameters
    ----------
    source
        A file, or a table that was already opened.
    known
        Labels of the customers it belongs to.
    name
        The shown name of the file.
    customer
        The column that names customers, by header or 1-based position; else the one whose values
        are customers of the company most often.

    Raises
    ------
    FileError
        When the file cannot be read as a table.
    ColumnError
        When there is no such column, or nothing beside it can be compared.
    DataError
        When no row belongs to a customer of the company.
    """
    raw = source if isinstance(source, RawTable) else open_table(Path(source), name=name)
    mapping = recognise(raw)
    labels = set(known.astype(str))
    column = _customer_column(raw, mapping, labels, customer)
    rows = _rows(raw, mapping, column)
    rule = _rules(rows, labels)
    used = rows[rule == _USED]
    left_out = tuple(_left_out(rows, rule, n) for n in range(_USED) if (rule == n).any())
    if used.empty:
        raise DataError(
            f"Not one of the {raw.rows:,} rows in '{raw.name}' names a customer of your file by "
            f"its column '{column.header}'. Choose the column that names customers as your file "
            "does, such as by the same number."
        )
    frame, unused = _attributes(used.set_index("customer"), mapping, column)
    if not len(frame.columns):
        said = (
            "; ".join(f"'{header}' {why}" for header, why in unused) or "there is no other column"
        )
        raise ColumnError(
            f"'{raw.name}' has nothing to compare customers by beside '{column.header}': {said}."
        )
    key = f"{raw.fingerprint}|{column.header}|{len(labels)}"
    return CustomerFile(
        raw.name, hashlib.sha256(key.encode()).hexdigest(), column.header, frame, raw.rows,
        left_out, unused, len(labels),
    )  # fmt: skip


def with_columns(
    frame: pd.DataFrame, beside: pd.DataFrame, taken: Collection[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return customers with what a file of customers says of each, and what that is called.

    Parameters
    ----------
    frame
        Customers, with their labels in `customer`.
    beside
        One column of text per attribute, by label.
    taken
        Names that mean something else already; such a column is named after its file as well.
    """
    mine = beside.reindex(frame["customer"].astype(str)).set_axis(frame.index)
    other = {*frame.columns, *taken}
    names = [f"{name} (customer file)" if name in other else str(name) for name in mine.columns]
    return pd.concat([frame, mine.set_axis(names, axis=1).astype("category")], axis=1), tuple(names)


def _customer_column(
    raw: RawTable, mapping: Mapping, labels: set[str], asked: str | int | None
) -> ColumnProfile:
    """Return the column that was asked for, else the one that names most customers."""
    if asked is not None:
        return mapping.profiles[mapping.place("customer", asked)]
    guess = mapping.guess("customer")

    def matches(column: ColumnProfile) -> tuple[int, bool]:
        hits = sum(_plain(text) in labels for text in column.texts)
        return hits, guess is not None and column.position == guess.column

    best = max(mapping.profiles, key=matches)
    if not any(matches(best)):
        listed = ", ".join(f"'{header}'" for header in raw.headers[:12])
        raise DataError(
            f"No column of '{raw.name}' names a customer of your file. It has the columns "
            f"{listed}. Check that both files name customers alike, such as by the same number."
        )
    return best


def _plain(label: str) -> str:
    """Return a label without the `.0` that a spreadsheet adds to a number."""
    return label.removesuffix(".0")


def _rows(raw: RawTable, mapping: Mapping, column: ColumnProfile) -> pd.DataFrame:
    """Return every row as text: `customer` first, blank cells missing, in the file's order."""
    label = f"regexp_replace({customer_sql(mapping, column.name)}, '^([0-9]+)\\.0+$', '\\1')"
    others = [one for one in mapping.profiles if one.position != column.position]
    listed = ", ".join(
        [f"{label} AS customer"]
        + [f"{told_sql(one)} AS {one.name}" for one in others]
        + [
            f"CAST({one.number_format.sql(one.name)} AS DOUBLE) AS {_number(one)}"
            for one in others if one.number_share > _MOSTLY_NUMBERS
        ]
    )  # fmt: skip
    rows: pd.DataFrame = raw.database.run(
        f"SELECT {listed} FROM {raw.table} ORDER BY source_row"
    ).to_pandas()
    return rows


def _rules(rows: pd.DataFrame, labels: set[str]) -> pd.Series[int]:
    """Return the first rule that takes each row, `_USED` where none does."""
    again = rows["customer"].duplicated() & rows["customer"].notna()
    taken = (rows["customer"].isna(), rows.duplicated(), again, ~rows["customer"].isin(labels))
    rule = pd.Series(_USED, index=rows.index)
    for place in reversed(range(len(taken))):
        rule = rule.where(~taken[place], place)
    return rule


def _left_out(rows: pd.DataFrame, rule: pd.Series[int], number: int) -> LeftOut:
    name, reason = _RULES[number]
    mine = rows.loc[rule == number, "customer"]
    return LeftOut(name, reason, len(mine), tuple(mine.dropna().astype(str).unique()[:EXAMPLES]))


def _attributes(
    used: pd.DataFrame, mapping: Mapping, customer: ColumnProfile
) -> tuple[pd.DataFrame, tuple[tuple[str, str], ...]]:
    """Return the columns that kinds of customers can be told by, and why the others cannot."""
    kept: dict[str, pd.Series[str]] = {}
    unused: list[tuple[str, str]] = []
    for column in mapping.profiles:
        if column.position == customer.position:
            continue
        if why := _refused(column):
            unused.append((column.header, why))
            continue
        values = used[column.name]
        different = values.nunique()
        if different > MOST_VALUES and column.number_share > _MOSTLY_NUMBERS:
            values = _in_quarters(used[_number(column)])
            different = values.nunique()
        if different < FEWEST_VALUES:
            unused.append((column.header, "says the same of everybody"))
        elif different > MOST_VALUES:
            unused.append((column.header, f"has {different:,} different values"))
        else:
            kept[_unlike(column.header, kept)] = values.astype(object)
    return pd.DataFrame(kept, index=used.index), tuple(unused)


def _refused(column: ColumnProfile) -> str:
    """Return why a column must not tell customers apart by its name, empty when it may."""
    flag = is_flag(column)
    if leaks(column.header) or (flag and says_outcome(column.header)):
        return "may say what became of a customer"
    if is_personal(column.header) and not flag:
        return "describes a person"
    all_unlike = len(column.texts) == sum(column.texts.values()) > MOST_VALUES
    if (
        all_unlike
        and column.number_share > _MOSTLY_NUMBERS
        and _NUMBERED.search(fold(column.header))
    ):
        return "numbers rows"
    return ""


def _unlike(header: str, taken: dict[str, pd.Series[str]]) -> str:
    """Return a header that no other column has yet."""
    number, name = 2, header
    while name in taken:
        name, number = f"{header} ({number})", number + 1
    return name


def _number(column: ColumnProfile) -> str:
    """Return the name under which a column is read as numbers."""
    return f"{column.name}_number"


def _in_quarters(numbers: pd.Series[float]) -> pd.Series[str]:
    """Return numbers as four bands of about as many customers, as text."""
    bands = pd.qcut(numbers, BANDS, duplicates="drop", precision=3)
    ends = {band: f"{band.left:,.6g} to {band.right:,.6g}" for band in bands.cat.categories}
    return bands.astype(object).map(ends)
