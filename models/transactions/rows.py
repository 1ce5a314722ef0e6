"""The one pass over the rows: each is read, charged to a rule, and added up by customer and day.

Written in DuckDB SQL because this is reading; whatever is computed afterwards works on the grouped
table and is written as lazy Narwhals expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.transactions.cells import NOBODY, NOT_A_SALE, NOT_A_SALE_TYPES, TAKEN_BACK
from models.transactions.cleaning import NON_PRODUCTS, RULE_INDEX, USED, Rules
from models.transactions.columns import Mapping
from models.transactions.database import Database, identifier, literal
from models.transactions.flags import told_sql
from models.transactions.numbers import EMPTY, MONEY_TYPE
from models.transactions.platforms import taken_back_words

if TYPE_CHECKING:
    from models.transactions.reading import RawTable

EXAMPLES: Final = 3
MOST_ROWS: Final = 1 << 40


@dataclass(frozen=True)
class Reading:
    """What the pass needs to know besides the mapping.

    Attributes
    ----------
    currency
        The currency that is kept; None when the file names none or only one.
    repeated
        A table of the `source_row`s of orders exported twice; None when there are none.
    """

    currency: str | None = None
    repeated: str | None = None


@dataclass(frozen=True)
class Charged:
    """The rows of a file, each charged to a rule; dropped when everything is added up.

    Attributes
    ----------
    database, table
        Where they are: the columns of `charged_rows` that are still needed.
    mapping
        Which column is which.
    place
        The expression of a row's place in the file; only its order counts.
    """

    database: Database
    table: str
    mapping: Mapping
    place: str


def read_rows(raw: RawTable, mapping: Mapping, rules: Rules, reading: Reading) -> Charged:
    """Read every row of the file once, on all threads, and charge it to a rule."""
    name = raw.database.new_name("rows")
    # Numbering rows takes an ordered scan on one thread. A table that is filled in the file's order
    # numbers its rows itself; only joins and windows, which may lose that order, need the number.
    numbered = mapping.layout != "row" or reading.repeated is not None
    attributes = "".join(f", {identifier(attribute)}" for attribute, _ in mapping.attributes)
    raw.database.run(
        f"CREATE TABLE {name} AS SELECT CAST(rule AS UTINYINT) AS rule, customer, day, amount, "
        f"sale, example{', cells' if mapping.column('order') else ''}{attributes}"
        f"{', source_row' if numbered else ''} "
        f"FROM ({charged_rows(raw, mapping, rules, reading)})"
    )
    return Charged(raw.database, name, mapping, "source_row" if numbered else "rowid")


def group_rows(rows: Charged) -> str:
    """Return the table of rows added up by (rule, customer, day).

    Columns: `rule` (index into `RULES`, `USED` for used rows), `customer`, `day`, `amount`, `sold`
    (whether any row is a sale), `bought` (whether this is a purchase day, if it is used). `echo` is
    true where every row may stand in the file twice, in two places.
    """
    name = rows.database.new_name("grouped")
    bought, echo = "bool_or(sale)", "false"
    if rows.mapping.amount_from != "none":
        bought += " AND (sum(amount) > 0 OR bool_and(sale))"
    if rows.mapping.column("order"):
        # Rows that all occur an even number of times cancel out in the exclusive or.
        echo = (
            f"count(*) % 2 = 0 AND max({rows.place}) - min({rows.place}) + 1 > count(*) "
            "AND bit_xor(cells) = 0"
        )
    rows.database.run(
        f"CREATE TABLE {name} AS SELECT rule, customer, day, "
        "CAST(sum(amount) AS DECIMAL(30,4)) AS amount, bool_or(sale) AS sold, "
        f"{bought} AS bought, {echo} AS echo FROM {rows.table} GROUP BY rule, customer, day"
    )
    return name


def count_rules(rows: Charged) -> str:
    """Return the table of rows added up by (rule, day, example), for the ledger.

    Columns besides: `rows`, `amount`, `returns` (rows) and `returned` (their money). `example` is a
    cell that could not be read.
    """
    name = rows.database.new_name("rules")
    rows.database.run(
        f"CREATE TABLE {name} AS SELECT rule, day, example, count(*) AS rows, "
        "CAST(sum(amount) AS DECIMAL(30,4)) AS amount, count(*) FILTER (NOT sale) AS returns, "
        "CAST(coalesce(sum(amount) FILTER (NOT sale), 0) AS DECIMAL(30,4)) AS returned "
        f"FROM {rows.table} GROUP BY rule, day, example"
    )
    return name


def number_customers(rows: Charged, grouped: str) -> str:
    """Return the table of everybody who ever bought, numbered in the order of labels.

    Columns: `customer_id`, `customer`, `first` (the first purchase day) and `first_<attribute>`:
    that of the first sale, in the order of purchase days and then of the file, that has one.
    """
    name, mapping = rows.database.new_name("customers"), rows.mapping
    known = (
        f"SELECT customer, min(day) AS first FROM {grouped} WHERE rule = {USED} AND bought "
        "GROUP BY customer"
    )
    if mapping.attributes:
        stray = RULE_INDEX["stray_date"]  # days are charged to it after their rows were read
        earliest = f"CAST(day AS BIGINT) * {MOST_ROWS} + {rows.place}"
        first = ", ".join(
            f"arg_min({identifier(a)}, {earliest}) AS {identifier('first_' + a)}"
            for a, _ in mapping.attributes
        )
        known = (
            f"SELECT * FROM ({known}) LEFT JOIN (SELECT customer, {first} FROM {rows.table} "
            f"ANTI JOIN (SELECT customer, day FROM {grouped} WHERE sold AND (rule = {stray} "
            f"OR rule = {USED} AND NOT bought)) USING (customer, day) "
            f"WHERE rule = {USED} AND sale GROUP BY customer) USING (customer)"
        )
    rows.database.run(
        f"CREATE TABLE {name} AS SELECT CAST(row_number() OVER (ORDER BY customer) - 1 AS BIGINT) "
        f"AS customer_id, * FROM ({known})"
    )
    return name


def customer_sql(mapping: Mapping, column: str) -> str:
    """Return the expression of a customer's label, NULL where the cell names nobody."""
    label = f"trim({column})"
    guess = mapping.guess("customer")
    if guess is not None and mapping.profiles[guess.column].looks_float:
        label = f"regexp_replace({label}, '\\.0+$', '')"
    nobody = [*NOBODY, mapping.guest] if mapping.guest else NOBODY
    listed = ", ".join(literal(text) for text in nobody)
    # Most labels are numbers, and no word for nobody starts with such a digit.
    return (
        f"CASE WHEN {column} >= '1' AND {column} < ':' THEN {label} "
        f"WHEN lower({label}) NOT IN ({listed}) THEN {label} END"
    )


def amount_sql(mapping: Mapping) -> tuple[str, str]:
    """Return the money of a row, NULL if unreadable, and the text it is read from."""

    def number(role: str) -> str:
        return mapping.number(role).sql(str(mapping.column(role)))

    if mapping.amount_from == "none":
        return f"CAST(0 AS {MONEY_TYPE})", "NULL"
    if mapping.amount_from == "quantity*price":
        text = f"concat({mapping.column('quantity')}, ' x ', {mapping.column('price')})"
        return f"CAST({number('quantity')} * {number('price')} AS {MONEY_TYPE})", text
    column = str(mapping.column(mapping.amount_from))
    amount = number(mapping.amount_from)
    if mapping.layout != "row":
        amount = f"CASE WHEN {_is_empty(column)} THEN 0 ELSE {amount} END"
    if mapping.column("refund"):
        # Refunds are written without a sign by some platforms and negative by others.
        amount = f"{amount} - abs(coalesce({number('refund')}, 0))"
    return f"CAST({amount} AS {MONEY_TYPE})", column


def charged_rows(
    raw: RawTable, mapping: Mapping, rules: Rules, reading: Reading, further: str = ""
) -> str:
    """Return the query of single rows: rule, customer, day, money, sale or return, attributes.

    `further` is a list of more expressions over the file's own columns, ready for SQL.
    """
    _, text = amount_sql(mapping)
    returned = "amount < 0"
    if mapping.return_mark and mapping.column("order"):
        returned += f" OR (amount <= 0 AND starts_with(ord, {literal(mapping.return_mark)}))"
    if mapping.amount_from == "none" and mapping.column("quantity"):
        returned += f" OR {mapping.number('quantity').sql(str(mapping.column('quantity')))} < 0"
    date = mapping.column("date")
    example = f"CASE WHEN day IS NULL THEN {date} WHEN amount IS NULL THEN {text} END"
    attributes = "".join(
        f", {told_sql(mapping.profiles[i])} AS {identifier(name)}" for name, i in mapping.attributes
    )
    return (
        f"SELECT {_rule_case(mapping, rules, reading)} AS rule, customer, day, source_row, ord, "
        f"coalesce(amount, 0) AS amount, coalesce(NOT ({returned}), true) AS sale, "
        f"{example} AS example, {_cells(mapping)} AS cells{attributes}{further and ', ' + further} "
        f"FROM ({_parsed(raw, mapping, reading)})"
    )


def _cells(mapping: Mapping) -> str:
    """Return a hash of what a row says, to find orders that may stand in the file twice."""
    if not mapping.column("order"):
        return "0"
    product = mapping.column("product")
    return f"hash(ord, amount, {product})" if product else "hash(ord, amount)"


def _parsed(raw: RawTable, mapping: Mapping, reading: Reading) -> str:
    """Return the query that adds customer, day, money and order to the raw rows."""
    if mapping.dates is None:
        day = "NULL::INTEGER"
    else:
        day = mapping.dates.sql(str(mapping.column("date")))
    order = mapping.column("order")
    ordered = "NULL::VARCHAR" if order is None else f"nullif(trim({order}), '')"
    customer = mapping.column("customer")
    who = "NULL::VARCHAR" if customer is None else customer_sql(mapping, customer)
    amount, _ = amount_sql(mapping)
    source = raw.table
    if mapping.layout == "first_row":
        source = _filled_orders(raw, mapping, str(order))
    if mapping.layout == "repeated":
        first = f"source_row = min(source_row) OVER (PARTITION BY {order})"
        amount = f"CASE WHEN {order} IS NULL OR {first} THEN {amount} ELSE 0 END"
    twice = "false"
    if reading.repeated:
        twice = f"source_row IN (SELECT source_row FROM {reading.repeated})"
    return (
        f"SELECT *, {who} AS customer, {day} AS day, {amount} AS amount, {ordered} AS ord, "
        f"{twice} AS twice FROM {source}"
    )


def _filled_orders(raw: RawTable, mapping: Mapping, order: str) -> str:
    """Return the rows with customer, date, status and currency taken from their order's head."""
    roles = ("customer", "date", "status", "cancelled", "currency", "type")
    columns = [str(mapping.column(role)) for role in roles if mapping.column(role)]
    heads = ", ".join(f"arg_min({c}, source_row) AS {c}" for c in columns)
    filled = ", ".join(f"coalesce(r.{c}, h.{c}) AS {c}" for c in columns)
    return (
        f"(SELECT r.* REPLACE ({filled}) FROM {raw.table} r LEFT JOIN (SELECT {order} AS head, "
        f"{heads} FROM {raw.table} GROUP BY {order}) h ON r.{order} = h.head)"
    )


def _rule_case(mapping: Mapping, rules: Rules, reading: Reading) -> str:
    """Return the CASE that charges a row to the first rule that takes it."""
    found = [
        (RULE_INDEX[name], condition)
        for name, condition in _conditions(mapping, reading)
        if rules.on(name)
    ]
    cases = " ".join(f"WHEN {condition} THEN {i}" for i, condition in sorted(found))
    return f"CAST(CASE {cases} ELSE {USED} END AS INTEGER)"


def _conditions(mapping: Mapping, reading: Reading) -> Iterator[tuple[str, str]]:
    yield "unreadable_date", "day IS NULL"
    yield "unreadable_amount", "amount IS NULL"
    yield "missing_customer", "customer IS NULL"
    if reading.currency:
        kept = f"upper(trim({mapping.column('currency')})) <> {literal(reading.currency)}"
        yield "other_currency", kept
    unsold = _unsold(mapping)
    if unsold:
        yield "not_a_sale", f"({unsold})"
    if reading.repeated:
        yield "repeated_export", "twice"
    if mapping.column("order"):
        yield "adjustment", "(ord >= 'A' AND ord < 'B' AND regexp_full_match(ord, 'A\\d+'))"
    tests = [
        f"regexp_matches(lower({mapping.column(role)}), '(^|[^\\pL])test([^\\pL]|$)')"
        for role in ("status", "type") if mapping.column(role)
    ]  # fmt: skip
    if tests:
        yield "test_order", f"({' OR '.join(tests)})"
    product = mapping.column("product")
    if product and mapping.layout == "row":
        # Where one row carries the money of a whole order, its product says nothing about it.
        # Codes of fees start with a letter, most codes of products with a digit: comparing first
        # saves the regular expression on most rows.
        fee = f"regexp_full_match(lower(trim({product})), '{NON_PRODUCTS}')"
        yield "not_a_product", f"(({product} > '9' OR {product} < '0') AND {fee})"


def _unsold(mapping: Mapping) -> str:
    """Return the condition that a status, type or cancellation date says no money was earned."""
    found = []
    for role, words in (("status", NOT_A_SALE), ("type", NOT_A_SALE_TYPES)):
        column = mapping.column(role)
        if column:
            listed = "|".join(words)
            found.append(
                f"regexp_matches(lower(coalesce({column}, '')), '(^|[^\\pL])({listed})([^\\pL]|$)')"
            )
    if mapping.column("status") and _refunds_by_status_only(mapping):
        listed = "|".join((*TAKEN_BACK, *taken_back_words(mapping.platform)))
        status = f"lower(coalesce({mapping.column('status')}, ''))"
        found.append(
            f"(regexp_matches({status}, '(^|[^\\pL])({listed})([^\\pL]|$)') "
            f"AND NOT regexp_matches({status}, 'part|teil'))"
        )
    if mapping.column("cancelled"):
        found.append(f"coalesce(trim({mapping.column('cancelled')}), '') <> ''")
    return " OR ".join(found)


def _refunds_by_status_only(mapping: Mapping) -> bool:
    """Return whether nothing but the status tells that an order's money went back.

    Where refunds have a column or negative rows of their own, leaving the order out as well would
    take its money off twice.
    """
    amount = mapping.guess(mapping.amount_from)
    if amount is None or mapping.column("refund"):
        return False
    return not (mapping.profiles[amount.column].numbers < 0).any()


def _is_empty(column: str) -> str:
    listed = ", ".join(literal(text) for text in EMPTY)
    return f"lower(coalesce(trim({column}), '')) IN ({listed})"
