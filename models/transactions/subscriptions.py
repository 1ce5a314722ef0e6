"""A list of subscriptions: who started when, who left when, and what each pays.

`read_subscriptions` reads a file with one row per subscription (start, end, plan, price, reason) or
a snapshot (tenure and a flag, no dates). Ends after the file's last day have not happened yet.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from models.errors import DataError
from models.periods import DAYS_PER_MONTH, day_number
from models.transactions.assumptions import Assumption
from models.transactions.cells import CURRENCY_CODES
from models.transactions.cleaning import Ledger, LedgerLine
from models.transactions.columns import Mapping, recognise
from models.transactions.contract_guesses import (
    Span,
    covered_days,
    ends_are_terms,
    of_columns,
    of_money,
    renewal_months,
    tenure_unit,
)
from models.transactions.contracts import ContractColumns, contract_columns
from models.transactions.currencies import KeptCurrency, kept_currency
from models.transactions.database import Database, identifier
from models.transactions.spells import (
    CONTRACT_RULES,
    CONTRACT_USED,
    charge,
    forget_after,
    join_spells,
    lives_sql,
    read_rows,
)

if TYPE_CHECKING:
    from models.transactions.rawtable import RawTable

CODE_VERSION: Final = "1"
GRACE_DAYS: Final = 7


@dataclass(frozen=True)
class Subscriptions:
    """The subscriptions of one company.

    Attributes
    ----------
    database, table
        Where the spells are; other rooms use `lives`.
    name, fingerprint
        The shown name, and what equal analyses share.
    columns
        Which column is which.
    ledger
        Where every row went; its money is what was paid so far, or else a period's price.
    first_day, last_day
        First and last day (day numbers) that the file covers; None in a snapshot.
    period_months
        Months in a paid period: the renewal's rhythm.
    currency
        Code of the money's currency, None when the file does not say.
    has_money, has_paid
        Whether there is a price, and whether the file says what was paid so far.
    attributes
        Names of what is known about a subscriber at the start.
    assumptions
        Every guess taken instead of a question.
    ends_are_terms
        Ends ahead are only how long a term runs, not that somebody has cancelled.
    tenure_months
        Months in a unit of tenure; snapshots only.
    """

    database: Database = field(repr=False, compare=False)
    table: str
    name: str
    fingerprint: str
    columns: ContractColumns = field(repr=False, compare=False)
    ledger: Ledger
    rows_unreadable: int
    first_day: int | None
    last_day: int | None
    period_months: int
    currency: str | None
    has_money: bool
    has_paid: bool
    attributes: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    ends_are_terms: bool = False
    tenure_months: float = 1.0

    @property
    def snapshot(self) -> bool:
        """Whether there are tenures and no dates."""
        return self.columns.snapshot

    @property
    def mapping(self) -> Mapping:
        """Which column plays which role."""
        return self.columns.mapping

    def lives(self, last_day: int | None = None) -> pd.DataFrame:
        """Return one row per spell as it stood on a day, the file's last one by default.

        Returns
        -------
        pandas.DataFrame
            Ordered by customer and spell: `customer`, `spell`, `start` and `ended` (day numbers,
            missing while it runs), `observed` (seen leaving), `leaving` (cancelled, and running
            until an end ahead), `age_days` (calendar months count alike), `entry_days` (age at
            which observation begins), `renewals` made, `left` (at the next renewal, which has come
            due), `due_days` until the next renewal, `plan`, `reason`, `price`, `list_price`,
            `paid`, `subscriptions`, `arm` (group in a test) and the attributes.
        """
        if self.snapshot:
            return self._tenures()
        last = self.last_day if last_day is None else last_day
        assert last is not None
        grace = min(GRACE_DAYS, int(0.1 * self.period_months * DAYS_PER_MONTH))
        attributes = "".join(f", {identifier(a)}" for a in self.attributes)
        frame: pd.DataFrame = self.database.run(
            lives_sql(self.table, last, self.period_months, grace, attributes)
        ).to_pandas()
        if self.ends_are_terms:
            frame["leaving"] = False
        frame["age_days"] = frame.pop("months") * DAYS_PER_MONTH + frame.pop("days")
        frame["entry_days"] = 0.0
        frame["payments"] = frame["renewals"] + 1
        due = frame.pop("due") - last
        # Gone before the renewal came due: whoever pays as long has not been asked yet either.
        frame["left"] = frame["observed"] & (due <= grace)
        frame["due_days"] = due.clip(lower=0).astype(float)
        return self._priced(frame)

    def _tenures(self) -> pd.DataFrame:
        attributes = "".join(f", {identifier(a)}" for a in self.attributes)
        frame: pd.DataFrame = self.database.run(
            f"SELECT customer, CAST(spell AS BIGINT) AS spell, tenure, flag, plan, reason, "
            "CAST(price AS DOUBLE) AS price, CAST(list_price AS DOUBLE) AS list_price, "
            "CAST(paid AS DOUBLE) AS paid, CAST(own AS BIGINT) AS own, "
            f"CAST(subscriptions AS BIGINT) AS subscriptions, arm{attributes} FROM {self.table} "
            "ORDER BY customer, spell"
        ).to_pandas()
        months = frame.pop("tenure").astype(float) * self.tenure_months
        periods = (months / self.period_months).apply(math.ceil).clip(lower=1).astype("int64")
        gone = frame.pop("flag").astype(bool)
        length = self.period_months * DAYS_PER_MONTH
        frame["start"] = frame["ended"] = float("nan")
        frame["observed"] = frame["left"] = gone
        frame["leaving"] = False
        frame["renewals"] = periods - gone
        frame["payments"] = periods
        frame["age_days"] = periods * length
        frame["entry_days"] = 0.0
        if self.columns.leavers == "last-period":
            frame["entry_days"] = (periods - 1) * length
        frame["due_days"] = length / 2
        return self._priced(frame)

    def _priced(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Fill prices: a missing one is its plan's mean, a first period's ends at list price."""
        own = frame.pop("own").fillna(self.period_months)
        for column in ("price", "list_price"):
            known = frame[column].fillna(frame.groupby("plan", dropna=False)[column].transform(
                "mean")).fillna(frame[column].mean())  # fmt: skip
            frame[column] = known * self.period_months / own
        frame["first_price"] = frame["price"]
        ahead = frame["list_price"].notna() & (frame["renewals"] == 0)
        frame["price"] = frame["list_price"].where(ahead, frame["price"])
        return frame


def read_subscriptions(
    source: str | Path | RawTable,
    *,
    mapping: Mapping | None = None,
    until: dt.date | None = None,
    end: dt.date | None = None,
    leaving_column: str | int | None = None,
    leaving_means: str | None = None,
    leavers: str | None = None,
    period_months: int | None = None,
    date_order: str | None = None,
    name: str | None = None,
    currency: str | None = None,
    **roles: str | int | None,
) -> Subscriptions:
    """Read a file of subscriptions.

    Parameters
    ----------
    source
        A file, or a table that was already opened.
    mapping
        Which column is which; recognised from the file when not given.
    until
        Nothing after this day is used.
    end
        The last day the file covers, when that cannot be seen from its dates.
    leaving_column, leaving_means
        The column that says who left, and which of its values means it. Never assumed: only end
        dates need no such answer.
    leavers
        Of a snapshot: `"all"` past leavers are in the file, or those of the `"last-period"` only.
    period_months
        Months in a paid period, when the file does not say.
    date_order
        `"dmy"`, `"mdy"` or `"ymd"`.
    name
        The shown name of the file.
    currency
        A code such as `"EUR"`.
    **roles
        Corrections: role = header or 1-based position; `amount` is what was paid so far, `price`
        what is paid per period.

    Raises
    ------
    FileError
        When the file cannot be read as a table.
    ColumnError
        When start and end (or tenure and flag) cannot be found, or a flag's meaning is unknown.
    DataError
        When no subscription is left.
    """
    if isinstance(source, str | Path):
        from models.transactions.reading import open_table  # its readers load slowly

        source = open_table(Path(source), name=name)
    raw = source
    mapping = mapping or recognise(raw, date_order=date_order)
    if any(roles.values()):
        mapping = mapping.with_roles(date_order=None, drop=(), **roles)
    columns = contract_columns(
        raw, mapping, leaving_column=leaving_column, leaving_means=leaving_means,
        leavers=leavers, date_order=date_order,
    )  # fmt: skip
    kept = kept_currency(raw, mapping, currency if currency in CURRENCY_CODES else None)
    rows = read_rows(raw, columns)
    span = covered_days(raw, columns, rows, end)
    if until is not None and span.last is not None and day_number(until) < span.last:
        span = replace(span, last=day_number(until), cut=True)
        forget_after(raw, rows, day_number(until))
    charged = charge(raw, columns, rows, span.last, kept.only)
    ledger = _ledger(raw, charged)
    table = join_spells(raw, columns, charged)
    read = _Read(columns, table, ledger, kept)
    return _settled(raw, read, replace(span, period=period_months))


@dataclass(frozen=True)
class _Read:
    """What the rows became."""

    columns: ContractColumns
    table: str
    ledger: Ledger
    kept: KeptCurrency


def _settled(
    raw: RawTable,
    read: _Read,
    span: Span,
) -> Subscriptions:
    """Put together what was read, with everything that was guessed on the way."""
    columns, table, kept = read.columns, read.table, read.kept
    first, last = span.first, span.last
    money = {role for role, _, _ in columns.money}
    months, why = renewal_months(raw.database, table, columns, span)
    terms = ends_are_terms(raw.database, table, last)
    found = [*of_columns(columns), *span.found, why, *of_money(money)]
    if kept.why:
        found.append(Assumption("currency", kept.code or "unknown", kept.why))
    if terms:
        found.append(
            Assumption(
                "ends ahead",
                "end of a term",
                "Most running subscriptions have an "
                "end ahead, so it is how long each term runs, not a cancellation.",
            )
        )
    key = "|".join(map(str, (raw.fingerprint, columns, last, months, kept, CODE_VERSION)))
    return Subscriptions(
        database=raw.database, table=table, name=raw.name,
        fingerprint=hashlib.sha256(key.encode()).hexdigest(), columns=columns, ledger=read.ledger,
        rows_unreadable=raw.rows_unreadable, first_day=first, last_day=last, period_months=months,
        currency=kept.code, has_money="price" in money, has_paid="paid" in money,
        attributes=tuple(a for a, _ in columns.mapping.attributes), assumptions=tuple(found),
        ends_are_terms=terms, tenure_months=tenure_unit(columns),
    )  # fmt: skip


def _ledger(raw: RawTable, charged: str) -> Ledger:
    """Add up rows and money per rule."""
    lines = raw.database.run(
        f"SELECT rule, count(*) AS n, sum(amount) AS money FROM {charged} GROUP BY rule "
        "ORDER BY rule"
    ).to_pylist()
    used = next((line for line in lines if line["rule"] == CONTRACT_USED), None)
    excluded = tuple(
        LedgerLine(CONTRACT_RULES[line["rule"]].name, CONTRACT_RULES[line["rule"]].label,
                   int(line["n"]), Decimal(line["money"]))
        for line in lines if line["rule"] != CONTRACT_USED
    )  # fmt: skip
    if used is None:
        most = max(excluded, key=lambda line: line.rows, default=None)
        why = f"; most ({most.rows:,}) because: {most.reason}" if most else ""
        raise DataError(
            f"Not one of the {raw.rows:,} rows of '{raw.name}' can be used{why}. Check which "
            "column is which."
        )
    unreadable = sum(line.rows for line in excluded if line.rule.startswith("unreadable"))
    return Ledger(
        rows_in=sum(int(line["n"]) for line in lines),
        rows_used=int(used["n"]),
        amount_in=sum((Decimal(line["money"]) for line in lines), Decimal(0)),
        amount_used=Decimal(used["money"]),
        excluded=excluded,
        rows_unreadable=unreadable + raw.rows_unreadable,
    )
