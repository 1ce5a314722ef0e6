"""A log of payments read as subscriptions, because the user says that it is one.

Nothing in a log tells a subscriber from a shop's customer, so this is never guessed. Who pays again
within a period and a half is still subscribed; who is late at the end of the file by more than a
tenth of a period (a week at least) has left at the end of what was paid.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

from models.errors import DataError
from models.periods import DAYS_PER_MONTH
from models.transactions.assumptions import Assumption
from models.transactions.contracts import ContractColumns
from models.transactions.database import identifier
from models.transactions.dates import EPOCH_SQL
from models.transactions.log import Transactions
from models.transactions.subscriptions import CODE_VERSION, Subscriptions

BREAK: Final = 1.5  # periods without a payment after which somebody begins anew
LATE: Final = 0.1  # of a period
LATE_DAYS: Final = 7
USUAL: Final = (1, 2, 3, 6, 12, 24)  # months in a paid period
NEAR: Final = 0.25  # a gap within a quarter of the period keeps its rhythm
IN_RHYTHM: Final = 0.5
MOST_PLANS: Final = 24


def subscriptions_of(log: Transactions, *, period_months: int | None = None) -> Subscriptions:
    """Return the subscriptions behind a log of payments.

    Parameters
    ----------
    log
        The payments.
    period_months
        Months that a payment pays for; the usual one nearest to the middle gap when not told.

    Raises
    ------
    DataError
        When nobody pays twice, or fewer than half of the gaps are about a period long.
    """
    months, why = _period(log, period_months)
    late = max(LATE_DAYS, round(LATE * months * DAYS_PER_MONTH))
    table = _spells(log, months, late)
    older = log.database.run(
        f"SELECT count(*) AS n FROM {table} WHERE start < {log.first_day} + "
        f"{round(BREAK * months * DAYS_PER_MONTH)}"
    ).to_pylist()[0]["n"]
    key = f"{log.fingerprint}|payments|{months}|{CODE_VERSION}"
    assert log.mapping.dates is not None
    return Subscriptions(
        database=log.database,
        table=table,
        name=log.name,
        fingerprint=hashlib.sha256(key.encode()).hexdigest(),
        columns=ContractColumns(
            mapping=log.mapping, dates=(log.mapping.dates, log.mapping.dates), money=(),
            period=None, trial_end=None, months=(), flag=None, means=None, leavers=None,
        ),
        ledger=log.ledger,
        rows_unreadable=log.rows_unreadable,
        first_day=log.first_day,
        last_day=log.last_day,
        period_months=months,
        currency=log.currency,
        has_money=log.has_money,
        has_paid=log.has_money,
        attributes=tuple(_shown(a) for a in log.attributes if a != _plan(log)),
        assumptions=(
            *log.assumptions,
            why,
            Assumption(
                "who has left", f"more than {late} days late",
                "A log of payments says who pays, not who cancels: whoever is later than that has "
                "left at the end of what was paid.",
            ),
            Assumption(
                "first payments", "taken as the start",
                f"{older:,} subscriptions begin within the file's first period and a half and may "
                "be older than the file; how long they lasted is counted from their first payment "
                "in it.",
            ),
        ),
    )  # fmt: skip


def _period(log: Transactions, told: int | None) -> tuple[int, Assumption]:
    """Return the months in a paid period, and where they come from."""
    found = log.days().select("gap").collect("pyarrow").to_native()["gap"].drop_null().to_numpy()
    if not len(found):
        raise DataError(
            f"Nobody in '{log.name}' pays twice, so it shows no subscription. Read it as a shop's "
            "purchases, or bring a longer log."
        )
    gaps = found.astype(np.float64) / DAYS_PER_MONTH
    middle = float(np.median(gaps))
    months = told or min(USUAL, key=lambda usual: abs(np.log(max(middle, 1 / 31) / usual)))
    share = float(np.mean(np.abs(gaps / months - 1) <= NEAR))
    if share < IN_RHYTHM:
        raise DataError(
            f"'{log.name}' does not look like payments every {months} months: only {share:.0%} of "
            f"the gaps between payments are about that long (the middle one is {middle:.1f} "
            "months). Say how many months a payment pays for, or read it as a shop's purchases."
        )
    source = "told" if told else f"the middle gap between payments is {middle:.1f} months"
    return months, Assumption(
        "months in a paid period", str(months), f"{source.capitalize()}; {share:.0%} of gaps fit."
    )


def _spells(log: Transactions, months: int, late: int) -> str:
    """Write one row per unbroken time as a subscriber, as `spells.join_spells` does."""
    name = log.database.new_name("spells")
    broken = round(BREAK * months * DAYS_PER_MONTH)
    plan = _plan(log)
    attributes = "".join(
        f", c.{identifier(a)} AS {identifier(_shown(a))}" for a in log.attributes if a != plan
    )
    numbered = (
        "SELECT *, CAST(1 + count(*) FILTER (gap > " + str(broken) + ") OVER "
        "(PARTITION BY customer_id ORDER BY day) AS BIGINT) AS spell "
        f"FROM {log.tables.days} WHERE customer_id IS NOT NULL AND day IS NOT NULL"
    )
    spells = (
        "SELECT customer_id, spell, CAST(min(day) AS INTEGER) AS start, max(day) AS latest, "
        f"sum(amount) AS paid, arg_max(amount, day) AS price FROM ({numbered}) "
        "GROUP BY customer_id, spell"
    )
    # Payments drift; how many periods were paid for follows from the last one's distance.
    periods = f"(round((latest - start) / {months * DAYS_PER_MONTH}) + 1)"
    until = (
        f"datediff('day', {EPOCH_SQL}, CAST({EPOCH_SQL} + start + "
        f"to_months(CAST({periods} * {months} AS INTEGER)) AS DATE))"
    )
    money = "s.price" if log.has_money else "NULL"
    log.database.run(
        f"CREATE TABLE {name} AS SELECT c.customer, s.spell, s.start, "
        f"CAST(CASE WHEN s.until + {late} < {log.last_day} THEN s.until END AS INTEGER) AS ended, "
        "CAST(NULL AS DOUBLE) AS tenure, CAST(NULL AS BOOLEAN) AS flag, "
        f"{f'c.{identifier(plan)}' if plan else 'CAST(NULL AS VARCHAR)'} AS plan, "
        f"CAST(NULL AS VARCHAR) AS reason, {money} AS price, {money} AS list_price, "
        "s.paid, CAST(NULL AS INTEGER) AS own, 1 AS subscriptions, CAST(NULL AS VARCHAR) AS arm"
        f"{attributes} FROM (SELECT *, {until} AS until FROM ({spells})) s "
        f"JOIN {log.tables.customers} c USING (customer_id)"
    )
    return name


def _plan(log: Transactions) -> str | None:
    """Return the attribute that says what is subscribed: the first product, where they are few."""
    if "first_product" not in log.attributes:
        return None
    few = log.labels()["first_product"].nunique() <= MOST_PLANS
    return "first_product" if few else None


def _shown(attribute: str) -> str:
    return attribute.removeprefix("first_")
