"""The rows of a list of subscriptions: read once, charged to a rule, joined to spells.

A *spell* is one customer's unbroken time as a subscriber. Subscriptions that overlap, or follow
each other within a month, are one spell: changing the plan is not leaving. Whoever comes back later
begins a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from models.transactions.cleaning import Rule
from models.transactions.contracts import ContractColumns
from models.transactions.database import identifier, literal
from models.transactions.dates import EPOCH_SQL
from models.transactions.flags import told_sql
from models.transactions.numbers import EMPTY, MONEY_TYPE
from models.transactions.rows import customer_sql

if TYPE_CHECKING:
    from models.transactions.rawtable import RawTable

SAME_SPELL_DAYS: Final = 31
MOSTLY: Final = 0.95
FEWEST_ROWS: Final = 20
_TRIAL_WORDS: Final = "trial|trialing|in.trial|free.trial|incomplete|incomplete.expired|future|test"

CONTRACT_RULES: Final = (
    Rule("missing_customer", "no customer", "Nobody knows whose subscription it is."),
    Rule("repeated_export", "exported twice",
         "The row stands in the file a second time, cell for cell."),
    Rule("other_currency", "another currency", "Money of two currencies cannot be added."),
    Rule("unreadable_start", "no readable start",
         "Without a first day (or a tenure) nobody knows how long it lasted."),
    Rule("unreadable_end", "an end that cannot be read",
         "The cell with the end is not empty and is not a date."),
    Rule("outside_period", "starts after the last day",
         "The subscription begins after the last day that is looked at."),
    Rule("ends_before_start", "ends before it starts", "One of the two dates must be wrong."),
    Rule("no_leaving_day", "left, but nobody knows when",
         "The row says that the subscriber left and gives no day."),
    Rule("unreadable_flag", "does not say whether they left",
         "The cell that says who left is empty."),
    Rule("never_paid", "trials and subscriptions that were never paid",
         "It ended on its first day or within its trial, is still in its trial, or nothing has "
         "been paid yet: such a person has not been a paying customer."),
)  # fmt: skip
CONTRACT_USED: Final = len(CONTRACT_RULES)
_INDEX: Final = {rule.name: i for i, rule in enumerate(CONTRACT_RULES)}


def read_rows(raw: RawTable, columns: ContractColumns) -> str:
    """Read every row once and return the table of what each says.

    Columns: `source_row`, `customer`, `start`, `ended` (day numbers), `says_end` (the end cell is
    not empty), `flag` (left; NULL when unknown), `tenure`, `price`, `list_price`, `paid`, `own`
    (months in a paid period), `plan`, `status`, `reason`, `trial_end`, `currency`, `arm` (group in
    a test), `twice`, and one column per attribute.
    """
    mapping, name = columns.mapping, raw.database.new_name("contract_rows")
    money = {role: form.sql(column) for role, column, form in columns.money}
    label = mapping.column("customer")
    every = ", ".join(f"c{i + 1}" for i in range(len(raw.headers)))
    # Equal rows without a customer's name are different customers.
    twice = f"row_number() OVER (PARTITION BY {every} ORDER BY source_row) > 1"
    start = end = says_end = "NULL"
    if columns.dates:
        start = columns.dates[0].sql(str(mapping.column("start")))
        end = columns.dates[1].sql(str(mapping.column("end")))
        says_end = f"NOT {_empty(str(mapping.column('end')))}"
    fields = {
        "customer": customer_sql(mapping, label) if label else "'row ' || source_row",
        "start": f"CAST({start} AS INTEGER)",
        "ended": f"CAST({end} AS INTEGER)",
        "says_end": f"coalesce({says_end}, false)",
        "flag": _flag(columns),
        "tenure": f"try_cast(trim({mapping.column('tenure')}) AS DOUBLE)"
                  if columns.snapshot else "NULL",
        **{role: money.get(role, f"CAST(NULL AS {MONEY_TYPE})")
           for role in ("price", "list_price", "paid")},
        "own": _own(columns),
        **{role: _text(mapping.column(role)) for role in ("plan", "status", "reason", "currency")},
        "trial_end": columns.dates[0].sql(columns.trial_end)
                     if columns.trial_end and columns.dates else "CAST(NULL AS INTEGER)",
        "arm": _text(columns.arm[0] if columns.arm else None),
        "twice": twice if label else "false",
        **{name: told_sql(mapping.profiles[i]) for name, i in mapping.attributes},
    }  # fmt: skip
    listed = ", ".join(f"{sql} AS {identifier(key)}" for key, sql in fields.items())
    raw.database.run(f"CREATE TABLE {name} AS SELECT source_row, {listed} FROM {raw.table}")
    return name


def forget_after(raw: RawTable, rows: str, day: int) -> None:
    """Take out of the rows what was not known at the end of a day: later ends and what tells."""
    raw.database.run(
        f"UPDATE {rows} SET ended = NULL, says_end = false, status = NULL, reason = NULL, "
        f"flag = CASE WHEN flag IS NULL THEN NULL ELSE false END WHERE ended > {day}"
    )


def charge(
    raw: RawTable, columns: ContractColumns, rows: str, last_day: int | None, currency: str | None
) -> str:
    """Charge every row to the first rule that takes it; `CONTRACT_USED` for rows that are used."""
    name = raw.database.new_name("charged")
    paid = {role for role, _, _ in columns.money}
    never = ["paid <= 0"] if "paid" in paid else []
    never += ["price <= 0"] if "price" in paid and "paid" not in paid else []
    tests = {
        "missing_customer": "customer IS NULL",
        "repeated_export": "twice",
        "other_currency": f"upper(currency) <> {literal(currency)}" if currency else "false",
    }
    if columns.dates:
        words = f"regexp_full_match(lower(coalesce(status, '')), '{_TRIAL_WORDS}')"
        never += ["ended <= start", "ended <= trial_end", f"trial_end > {last_day}",
                  f"(ended IS NULL AND {words})"]  # fmt: skip
        tests |= {
            "unreadable_start": "start IS NULL",
            "unreadable_end": "says_end AND ended IS NULL",
            "outside_period": f"start > {last_day}",
            "ends_before_start": "ended < start",
            "no_leaving_day": f"NOT says_end AND (flag OR {_status_of_leavers(rows)})",
        }
    else:
        never += ["tenure = 0"]
        tests |= {
            "unreadable_start": "tenure IS NULL OR tenure < 0",
            "unreadable_flag": "flag IS NULL",
        }
    tests["never_paid"] = " OR ".join(never)
    cases = " ".join(
        f"WHEN {test} THEN {_INDEX[rule]}"
        for rule, test in sorted(tests.items(), key=lambda item: _INDEX[item[0]])
    )
    raw.database.run(
        f"CREATE TABLE {name} AS SELECT *, CAST(CASE {cases} ELSE {CONTRACT_USED} END AS INTEGER) "
        f"AS rule, coalesce({'paid' if 'paid' in paid else 'price'}, 0) AS amount FROM {rows}"
    )
    return name


def join_spells(raw: RawTable, columns: ContractColumns, charged: str) -> str:
    """Join the used rows to spells and return their table, one row each.

    Columns: `customer`, `spell` (1 for the first), `start`, `ended`, `tenure`, `flag`, `plan`,
    `reason`, `price` (of all that run at the end), `list_price`, `paid`, `own`, `subscriptions`,
    `arm` and the attributes as they were when the spell began.
    """
    name = raw.database.new_name("spells")
    order = "start, coalesce(ended, 1000000), source_row"
    before = (
        f"max(coalesce(ended, 1000000)) OVER (PARTITION BY customer ORDER BY {order} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    fresh = f"coalesce(start > {before} + {SAME_SPELL_DAYS}, true)"
    # A flag beside the dates: whoever has not left runs on, whatever the end cell announces.
    ended = "CASE WHEN flag IS NOT DISTINCT FROM false THEN NULL ELSE ended END AS ended"
    source = (
        f"SELECT * REPLACE ({ended if columns.flag else 'ended AS ended'}) FROM {charged} "
        f"WHERE rule = {CONTRACT_USED}"
    )
    if columns.snapshot:
        number, running = "source_row", "true"
        source = f"SELECT *, {number} AS spell, {running} AS last FROM ({source})"
    else:
        source = f"SELECT *, {fresh} AS fresh FROM ({source})"
        source = (
            f"SELECT *, CAST(sum(CAST(fresh AS INTEGER)) OVER (PARTITION BY customer "
            f"ORDER BY {order}) AS BIGINT) AS spell FROM ({source})"
        )
        source = (
            "SELECT *, coalesce(ended, 1000000) = max(coalesce(ended, 1000000)) OVER "
            f"(PARTITION BY customer, spell) AS last FROM ({source})"
        )
    attributes = "".join(
        f", arg_min({identifier(a)}, source_row) AS {identifier(a)}"
        for a, _ in columns.mapping.attributes
    )
    raw.database.run(
        f"CREATE TABLE {name} AS SELECT customer, spell, min(start) AS start, "
        "CASE WHEN count(*) = count(ended) THEN max(ended) END AS ended, "
        "max(tenure) AS tenure, bool_or(flag) AS flag, "
        "arg_max(plan, source_row) FILTER (last) AS plan, arg_max(reason, ended) AS reason, "
        "sum(price) FILTER (last) AS price, sum(list_price) FILTER (last) AS list_price, "
        "sum(paid) AS paid, min(own) AS own, count(*) AS subscriptions, max(arm) AS arm"
        f"{attributes} FROM ({source}) GROUP BY customer, spell"
    )
    return name


def _status_of_leavers(rows: str) -> str:
    """Return the condition that the status is one that only those have who left."""
    return (
        f"coalesce(status IN (SELECT status FROM {rows} WHERE status IS NOT NULL GROUP BY status "
        f"HAVING count(*) >= {FEWEST_ROWS} AND avg(CAST(ended IS NOT NULL AS INTEGER)) >= {MOSTLY})"
        ", false)"
    )


def _flag(columns: ContractColumns) -> str:
    if columns.flag is None or columns.means is None:
        return "CAST(NULL AS BOOLEAN)"
    is_meant = f"lower(trim({columns.flag})) = {literal(columns.means.strip().lower())}"
    return f"CASE WHEN {_empty(columns.flag)} THEN NULL ELSE {is_meant} END"


def _own(columns: ContractColumns) -> str:
    if columns.period is None or not columns.months:
        return "CAST(NULL AS INTEGER)"
    cases = " ".join(f"WHEN {literal(text)} THEN {months}" for text, months in columns.months)
    return f"CAST(CASE trim({columns.period}) {cases} END AS INTEGER)"


def _text(column: str | None) -> str:
    return f"nullif(trim({column}), '')" if column else "CAST(NULL AS VARCHAR)"


def _empty(column: str) -> str:
    listed = ", ".join(literal(text) for text in EMPTY)
    return f"(lower(coalesce(trim({column}), '')) IN ({listed}))"


def lives_sql(spells: str, last_day: int, period: int, grace: int, attributes: str) -> str:
    """Return the query of spells as they stood on a day, with what their dates say in periods.

    `months`, `days`: whole calendar months lived, and days beyond; `begun`: whole months before the
    day of leaving, a leaving up to `grace` days late counted as one at the renewal; `due`: day of
    the next renewal of those who run; `exposed`: the renewal at which they left has come due.
    """
    seen = f"coalesce(ended <= {last_day}, false)"
    source = (
        f"SELECT *, {EPOCH_SQL} + start AS first, {seen} AS observed, "
        f"least(coalesce(ended, {last_day}), {last_day}) AS until FROM {spells} "
        f"WHERE start <= {last_day}"
    )
    source = (
        f"SELECT *, datesub('month', first, {EPOCH_SQL} + until) AS months, "
        f"datesub('month', first, {EPOCH_SQL} + CASE WHEN observed "
        f"THEN greatest(start, ended - 1 - {grace}) ELSE until END) // {period} AS renewals "
        f"FROM ({source})"
    )
    due = f"datediff('day', {EPOCH_SQL}, CAST(first + to_months(CAST((renewals + 1) * {period} " \
          "AS INTEGER)) AS DATE))"  # fmt: skip
    return (
        "SELECT customer, CAST(spell AS BIGINT) AS spell, CAST(start AS BIGINT) AS start, "
        "CAST(CASE WHEN observed THEN ended END AS BIGINT) AS ended, observed, "
        f"coalesce(ended > {last_day}, false) AS leaving, CAST(months AS BIGINT) AS months, "
        f"CAST(until - datediff('day', {EPOCH_SQL}, CAST(first + to_months(CAST(months AS INTEGER))"
        f" AS DATE)) AS BIGINT) AS days, CAST(renewals AS BIGINT) AS renewals, "
        f"CAST({due} AS BIGINT) AS due, plan, reason, CAST(price AS DOUBLE) AS price, "
        "CAST(list_price AS DOUBLE) AS list_price, CAST(paid AS DOUBLE) AS paid, "
        "CAST(own AS BIGINT) AS own, CAST(subscriptions AS BIGINT) AS subscriptions, "
        f"arm{attributes} "
        f"FROM ({source}) ORDER BY customer, spell"
    )
