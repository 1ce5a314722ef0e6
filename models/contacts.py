"""A log of contacts: who got in touch when, about what, how soon it was answered and how well.

A companion of a file of customers. Contacts are matched by the customer's label; those of nobody in
that file, and those after its last day, are counted and left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from models.errors import ColumnError, DataError
from models.transactions.columns import Mapping, date_format, recognise
from models.transactions.database import identifier
from models.transactions.profiles import ColumnProfile
from models.transactions.rawtable import RawTable
from models.transactions.reading import open_table
from models.transactions.rows import customer_sql
from models.transactions.vocabulary import fold

# Best names first. Customer and date are recognised as in every other file.
_NAMES: Final[Named[str, str]] = {
    "reason": "reason|contact reason|topic|subject|category|issue|issue type|ticket type|type|"
              "case type|request type|grund|anliegen|thema|betreff|kategorie|kontaktgrund",
    "channel": "channel|contact channel|contacted by|medium|source|via|kanal|kontaktkanal|weg",
    "hours": "hours to answer|answer hours|response hours|first response hours|response time hours|"
             "first reply time|time to first response|response time|reply time|hours|stunden|"
             "antwortzeit|stunden bis antwort|bearbeitungszeit",
    "rating": "rating|satisfaction|satisfaction score|csat|score|stars|nps|survey score|bewertung|"
              "note|zufriedenheit",
    "delay": "delivery delay|delay|days late|late days|delay days|days delayed|delivery days|"
             "delivery time|delivered|delivery|verspatung|lieferverzug|lieferverzogerung|"
             "verspatung tage|lieferzeit|lieferdauer",
}  # fmt: skip
_TEXTS: Final = ("reason", "channel", "delay")
_OWN: Final = ("reason", "channel", "hours", "rating", "delay")
ROLES: Final = ("customer", "date", *_OWN)
_RULES: Final = (
    ("nobody", "no customer"),
    ("unreadable_date", "a date that cannot be read"),
    ("repeated", "exported twice, cell for cell"),
    ("unknown_customer", "a customer who is not in the customers' file"),
    ("later", "after the last day of the customers' file"),
)
_USED: Final = len(_RULES)
_MOSTLY_NUMBERS: Final = 0.9
_LATE: Final = 0.8  # longer than four in five
EXAMPLES: Final = 3


@dataclass(frozen=True)
class LeftOut:
    """Contacts that are not used: why, how many, and whose, for example."""

    rule: str
    reason: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Contacts:
    """The contacts of a company's customers.

    Attributes
    ----------
    name, fingerprint
        The shown name of the file, and what equal readings share.
    frame
        One row per contact, by customer and day: `customer` (label), `day` (day number), `reason`
        and `channel` (text, None where blank; the channel stands in where the file has no reasons),
        `hours` until the first answer (NaN where nobody answered or nobody noted it), `rating` (NaN
        without one) and `delay` of a delivery (text; of numbers the longest fifth and the others).
    columns
        (role, header) of what was recognised.
    rows_in
        Rows of the file; those of `frame` and of `left_out` add up to it.
    left_out
        Rows that are not used, by the first rule that takes them.
    first_day, last_day
        Of the contacts in use.
    """

    name: str
    fingerprint: str
    frame: pd.DataFrame = field(repr=False)
    columns: tuple[tuple[str, str], ...]
    rows_in: int
    left_out: tuple[LeftOut, ...]
    first_day: int
    last_day: int

    def has(self, role: str) -> bool:
        """Return whether the file has a column for a role of `ROLES`."""
        return role in dict(self.columns)

    def before(self, day: int) -> Contacts:
        """Return the contacts known at the end of a day.

        Raises
        ------
        DataError
            When there is none.
        """
        kept = self.frame[self.frame["day"] <= day]
        if kept.empty:
            raise DataError(f"'{self.name}' has no contact as early as that: choose a later day.")
        return Contacts(
            self.name, f"{self.fingerprint}|{day}", kept.reset_index(drop=True), self.columns,
            self.rows_in, self.left_out, self.first_day, int(kept["day"].max()),
        )  # fmt: skip


def read_contacts(
    source: str | Path | RawTable,
    known: pd.Series[str],
    last_day: int,
    *,
    name: str | None = None,
    date_order: str | None = None,
    **roles: str | int | None,
) -> Contacts:
    """Read a log of contacts.

    Parameters
    ----------
    source
        A file, or a table that was already opened.
    known
        Labels of the customers it belongs to.
    last_day
        Last day number of the customers' file: later contacts are not looked at.
    name
        The shown name of the file.
    date_order
        `"dmy"`, `"mdy"` or `"ymd"`.
    **roles
        Corrections: a role of `ROLES` = header or 1-based position.

    Raises
    ------
    FileError
        When the file cannot be read as a table.
    ColumnError
        When customer or date cannot be found, or neither reason, rating nor hours.
    DataError
        When no contact belongs to a customer of the file.
    """
    raw = source if isinstance(source, RawTable) else open_table(Path(source), name=name)
    mapping = recognise(raw, date_order=date_order)
    chosen = {role: roles[role] for role in ("customer", "date") if roles.get(role) is not None}
    if chosen:
        mapping = mapping.with_roles(date_order=date_order, drop=(), **chosen)
    own = _own_columns(mapping, {role: roles.get(role) for role in _OWN})
    _require(raw, mapping, own)
    rows = _rows(raw, mapping, own, date_order)
    rows["rule"] = _rules(rows, set(known.astype(str)), last_day)
    used = rows[rows["rule"] == _USED]
    left_out = tuple(_left_out(rows, rule) for rule in range(_USED) if (rows["rule"] == rule).any())
    if used.empty:
        said = max(left_out, key=lambda line: line.rows, default=None)
        why = f"; most ({said.rows:,}) have {said.reason}" if said else ""
        raise DataError(
            f"Not one of the {raw.rows:,} contacts in '{raw.name}' belongs to a customer of your "
            f"file{why}. Check that both files name customers alike, such as by the same number."
        )
    headers = {role: column.header for role, column in own.items()}
    headers |= {role: mapping.header(role) for role in ("customer", "date")}
    frame = used[["customer", "day", *_OWN]].sort_values(
        ["customer", "day"], kind="stable", ignore_index=True
    )
    key = f"{raw.fingerprint}|{sorted(headers.items())}|{mapping.date_order}|{last_day}"
    return Contacts(
        raw.name, hashlib.sha256(key.encode()).hexdigest(), frame.astype({"day": "int64"}),
        tuple((role, headers[role]) for role in ROLES if role in headers),
        raw.rows, left_out, int(frame["day"].min()), int(frame["day"].max()),
    )  # fmt: skip


def _own_columns(mapping: Mapping, asked: Named[str, str | int | None]) -> dict[str, ColumnProfile]:
    """Return the column of each role that only a contact log has."""
    taken = {g.column for g in mapping.guesses if g.role in ("customer", "date")}
    found: dict[str, ColumnProfile] = {}
    for role in _OWN:
        column = asked[role]
        if column is not None:
            found[role] = mapping.profiles[mapping.place(role, column)]
            taken.add(found[role].position)
    for role, names in _NAMES.items():
        ranks = {word.replace(" ", ""): i for i, word in enumerate(names.split("|"))}
        ranked = [
            (ranks[key], column.position)
            for column in mapping.profiles
            if column.position not in taken
            and (key := fold(column.header).replace(" ", "")) in ranks
            and (role in _TEXTS or column.number_share > 0.5 or not column.texts)
        ]
        if ranked and role not in found:
            found[role] = mapping.profiles[min(ranked)[1]]
            taken.add(found[role].position)
    return found


def _require(raw: RawTable, mapping: Mapping, own: Named[str, ColumnProfile]) -> None:
    listed = ", ".join(f"'{header}'" for header in raw.headers[:12])
    for role, need in (("customer", "who got in touch"), ("date", "when")):
        if mapping.guess(role) is None:
            raise ColumnError(
                f"No column of '{raw.name}' says {need}. It has the columns {listed}. Name the one "
                f"that holds the {role}, by its header or its position."
            )
    if not own:
        raise ColumnError(
            f"'{raw.name}' has the columns {listed}, and none says what a contact was about, how "
            "it came, how soon it was answered or how it was rated. Name one as reason, channel, "
            "hours or rating."
        )


def _rows(
    raw: RawTable, mapping: Mapping, own: Named[str, ColumnProfile], date_order: str | None
) -> pd.DataFrame:
    """Return every row of the file: label, day, own columns and whether it stands there twice."""
    date = mapping.guess("date")
    assert date is not None
    dates = date_format(mapping, mapping.profiles[date.column], date_order)
    fields = {
        "customer": customer_sql(mapping, str(mapping.column("customer"))),
        "day": f"CAST({dates.sql(str(mapping.column('date')))} AS DOUBLE)",
        "date": f"trim({mapping.column('date')})",
    }
    for role in _OWN:
        column = own.get(role)
        if role == "reason":  # where nobody noted what it was about, how it came is all there is
            column = column or own.get("channel")
        if role == "delay" and column and column.number_share > _MOSTLY_NUMBERS:
            fields[role] = _longest_fifth(column, raw.table)
        elif role in _TEXTS:
            fields[role] = f"nullif(trim({column.name}), '')" if column else "NULL::VARCHAR"
        else:
            number = column.number_format.sql(column.name) if column else "NULL"
            fields[role] = f"CAST({number} AS DOUBLE)"
    every = ", ".join(f"c{i + 1}" for i in range(len(raw.headers)))
    fields["twice"] = f"row_number() OVER (PARTITION BY {every} ORDER BY source_row) > 1"
    listed = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in fields.items())
    frame: pd.DataFrame = raw.database.run(
        f"SELECT {listed} FROM {raw.table} ORDER BY source_row"
    ).to_pandas()
    return frame


def _longest_fifth(column: ColumnProfile, table: str) -> str:
    """Return the expression that tells the longest fifth of delays from the others, in words."""
    days = column.number_format.sql(column.name)
    edge = f"(SELECT quantile_disc({days}, {_LATE}) FROM {table})"
    said = f"CAST(CAST({edge} AS DOUBLE) AS VARCHAR)"
    told = f"regexp_replace({said}, '\\.0+$', '')"
    return (
        f"CASE WHEN {days} > {edge} THEN 'over ' || {told} "
        f"WHEN {days} IS NOT NULL THEN {told} || ' at most' END"
    )


def _rules(rows: pd.DataFrame, known: set[str], last_day: int) -> pd.Series[int]:
    """Return the first rule that takes each row, `_USED` where none does."""
    taken = (
        rows["customer"].isna(),
        rows["day"].isna(),
        rows["twice"].astype(bool),
        ~rows["customer"].isin(known),
        rows["day"] > last_day,
    )
    rule = pd.Series(_USED, index=rows.index)
    for place in reversed(range(len(taken))):
        rule = rule.where(~taken[place], place)
    return rule


def _left_out(rows: pd.DataFrame, rule: int) -> LeftOut:
    name, reason = _RULES[rule]
    mine = rows[rows["rule"] == rule]
    shown = mine["date" if name == "unreadable_date" else "customer"].dropna().astype(str).unique()
    return LeftOut(name, reason, len(mine), tuple(shown[:EXAMPLES]))
