"""What a list of subscriptions leaves open, and what is taken instead of asking."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.errors import DataError
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR, WEEKS_PER_MONTH, date_of, day_number
from models.transactions.assumptions import Assumption
from models.transactions.contracts import ContractColumns
from models.transactions.database import Database
from models.transactions.vocabulary import fold

if TYPE_CHECKING:
    from models.transactions.rawtable import RawTable

ON_TIME: Final = 0.8
FEWEST_ENDS: Final = 20
_LAST_START_AND_END: Final = 31
_MANY: Final = 0.1
_HAPPENED: Final = r"\b(ended|beendet|terminated|churned)\b"


@dataclass(frozen=True)
class Span:
    """First and last day (None in a snapshot), how they were found, and the period if told.

    `cut` says that the file goes on after the last day.
    """

    first: int | None = None
    last: int | None = None
    found: tuple[Assumption, ...] = ()
    period: int | None = None
    cut: bool = False


def covered_days(raw: RawTable, columns: ContractColumns, rows: str, end: dt.date | None) -> Span:
    """Return the first and the last day the file covers, and how the last one was found."""
    if columns.snapshot:
        return Span()
    found = raw.database.run(
        f"SELECT min(start) AS first, max(start) AS begun, max(ended) AS ended, "
        f"avg(CAST(ended > (SELECT max(start) FROM {rows}) AS INTEGER)) AS later, "
        f"avg(CAST(coalesce(ended > (SELECT max(start) FROM {rows}), false) AS INTEGER)) AS many "
        f"FROM {rows}"
    ).to_pylist()[0]
    if found["first"] is None:
        raise DataError(
            f"No cell of '{columns.mapping.header('start')}' in '{raw.name}' could be read as a "
            "date. Choose another start column, or write dates as 2011-12-31."
        )
    begun, ended = int(found["begun"]), int(found["ended"] or found["begun"])
    if end is not None:
        return Span(int(found["first"]), day_number(end))
    # Ends far beyond the last start are announced ones, unless the file is of old starts only or
    # its header says that they have happened.
    happened = re.search(_HAPPENED, fold(columns.mapping.header("end")))
    closed = (
        ended - begun <= _LAST_START_AND_END
        or bool(happened)
        or ((found["later"] or 0) > 0.5 and (found["many"] or 0) > _MANY)
    )
    last = max(begun, ended) if closed else begun
    why = "The last day on which any row starts or ends, as if the file was exported then."
    if not closed:
        why = ("The last day on which any row starts: ends long after it lie ahead and have not "
               "happened yet, as if the file was exported then.")  # fmt: skip
    day = date_of(last).isoformat()
    found_by = (Assumption("last day the file covers", day, why),)
    return Span(int(found["first"]), last, found_by)


def renewal_months(
    database: Database, table: str, columns: ContractColumns, span: Span
) -> tuple[int, Assumption]:
    """Return the months between renewals: told, stated in the file, or seen in its ends."""
    if span.period:
        return span.period, Assumption("months between renewals", str(span.period), "You said so.")
    stated = [
        row["own"]
        for row in database.run(
            f"SELECT DISTINCT own FROM {table} WHERE own IS NOT NULL ORDER BY own"
        ).to_pylist()
    ]
    if stated:
        months = math.gcd(*stated)
        why = "The file says so." if len(stated) == 1 else (
            f"Subscriptions are paid every {' or '.join(map(str, stated))} months; renewals are "
            "counted in the longest step that fits all of them, and longer ones look lumpy."
        )  # fmt: skip
        return months, Assumption("months between renewals", str(months), why)
    if not columns.snapshot:
        for months in (MONTHS_PER_YEAR, 6, 3):
            seen = database.run(
                f"SELECT count(*) AS n, avg(CAST((ended - start + 3) % "
                f"{months * DAYS_PER_MONTH} <= 6 AS INTEGER)) AS share FROM {table} "
                f"WHERE ended <= {span.last}"
            ).to_pylist()[0]
            if seen["n"] >= FEWEST_ENDS and seen["share"] >= ON_TIME:
                why = f"{seen['share']:.0%} of all ends fall on such an anniversary of the start."
                return months, Assumption("months between renewals", str(months), why)
    why = "Nothing says how often is paid, and ends do not wait for an anniversary: every month."
    return 1, Assumption("months between renewals", "1", why)


def ends_are_terms(database: Database, table: str, last: int | None) -> bool:
    """Return whether ends that lie ahead are the rule, so that they announce no leaving."""
    if last is None:
        return False
    share = database.run(
        f"SELECT avg(CAST(ended IS NOT NULL AS INTEGER)) AS share FROM {table} "
        f"WHERE ended IS NULL OR ended > {last}"
    ).to_pylist()[0]["share"]
    return (share or 0.0) > 0.5


def tenure_unit(columns: ContractColumns) -> float:
    """Return the months in a unit of tenure, by the words of its header."""
    words = fold(columns.mapping.header("tenure"))
    for unit, months in (("week", 1 / WEEKS_PER_MONTH), ("woche", 1 / WEEKS_PER_MONTH),
                         ("day", 1 / DAYS_PER_MONTH), ("tage", 1 / DAYS_PER_MONTH),
                         ("year", 12.0), ("jahr", 12.0)):  # fmt: skip
        if unit in words:
            return months
    return 1.0


def of_columns(columns: ContractColumns) -> list[Assumption]:
    """Return what was assumed about the columns."""
    used = {"customer", "start", "end", "tenure", "plan", "reason", "status", "currency"}
    found = [
        Assumption(f"column of the {guess.role}", guess.header, guess.why)
        for guess in columns.mapping.guesses if guess.role in used and guess.confidence < 1
    ]  # fmt: skip
    for form in columns.dates or ():
        found.append(Assumption("date order", form.order, form.evidence))
    names = {"price": "paid per period", "list_price": "price without a first discount",
             "paid": "paid so far"}  # fmt: skip
    for role, column, number in columns.money:
        header = columns.mapping.headers[int(column[1:]) - 1]
        found.append(Assumption(names[role], header, number.evidence))
    if columns.mapping.guess("customer") is None:
        found.append(Assumption("customers", "one per row", "No column names them."))
    if columns.flag is None and columns.dates:
        found.append(
            Assumption(
                "leaving",
                columns.mapping.header("end"),
                "Whoever has an end on or before the last day has left.",
            )
        )
    if columns.leavers == "last-period":
        found.append(
            Assumption(
                "leavers in the file",
                "last period",
                "You said so: everybody is watched for one period only.",
            )
        )
    return found  # fmt: skip


def of_money(money: set[str]) -> list[Assumption]:
    """Return what was assumed about money, given its roles."""
    if "price" not in money:
        why = "No column holds a price, so payments are counted and nothing is valued."
        return [Assumption("money", "none", why)]
    found = []
    if "list_price" in money:
        why = ("In the first period somebody may have a first discount: the next payment is then "
               "at the list price.")  # fmt: skip
        found.append(Assumption("first discounts", "end with the first period", why))
    if "paid" not in money:
        why = "No column says what was paid so far, so it is the price of every period begun."
        found.append(Assumption("paid so far", "price x periods", why))
    return found
