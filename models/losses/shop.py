"""Where a shop loses people: after which products, what was sent back, and how it went.

Nobody sees a shop's customer leave, so a loss is a plain fact: no purchase in the months after one.
Every purchase day that was watched that long is a case, compared with those of customers who had
bought as often by then, in the same quarter, with a basket of about the same worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from models.customers import Customers
from models.errors import EvidenceError
from models.losses.experience import bad_ones, experiences, noted
from models.losses.judging import Loss, judge
from models.losses.sums import sums
from models.periods import DAYS_PER_MONTH, DAYS_PER_YEAR
from models.transactions.lines import has_products, lines, product_names
from models.transactions.log import Transactions

FIRST: Final = "bought in the first order"
LAST: Final = "bought before the silence"
RETURNED: Final = "sent back"
ANYTHING: Final = "anything at all"
WENT: Final = "how a purchase went"
NOTHING: Final = (
    "The file does not say what was bought, and notes neither delivery times nor ratings: bring "
    "order lines with a product column to see after which products customers stay away."
)
RETURN_DAYS: Final = 30
LONGEST_WAIT: Final = 182
_QUARTER: Final = f"CAST(floor(day / {3 * DAYS_PER_MONTH}) AS BIGINT)"
_TIMES: Final = (
    "CASE WHEN number <= 2 THEN number WHEN number <= 5 THEN 3 WHEN number <= 10 THEN 4 "
    "WHEN number <= 20 THEN 5 ELSE 6 END"
)


@dataclass(frozen=True)
class ShopLosses:
    """Losses of a shop, and how many days without a purchase count as one."""

    losses: tuple[Loss, ...]
    days: int
    customers: int


def lost_after_purchases(transactions: Transactions, customers: Customers) -> ShopLosses:
    """Compare what customers do after a product, a return or a bad experience with what others do.

    Parameters
    ----------
    transactions
        The log.
    customers
        Who may be older than the file, and has no first order in it.

    Raises
    ------
    EvidenceError
        When the file says neither what was bought nor how purchases went, or is too short.

    Notes
    -----
    A return counts for the last purchase day before it when it follows within 30 days, and the
    silence is then looked for after those 30 days: who can send things back is watched for as long
    as who cannot. Purchases within them are part of the comparison.
    """
    products = has_products(transactions)
    if not products and not experiences(transactions):
        raise EvidenceError(NOTHING)
    span = transactions.last_day - transactions.first_day + 1
    days = min(LONGEST_WAIT, span // 3)
    database = transactions.database
    bought = lines(transactions)
    cases = _cases(transactions, customers, bought, days)
    tables = _experience_sums(transactions, cases)
    if products:
        tables += _product_sums(transactions, cases, bought)
    if not tables:
        raise EvidenceError(NOTHING)
    found = pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)
    names = product_names(transactions) if products else {}
    found["name"] = [names.get(name, name) for name in found["name"]]
    counted = database.run(f"SELECT count(DISTINCT customer_id) AS n FROM {cases}").to_pylist()
    for table in (bought, cases):
        database.run(f"DROP TABLE {table}")
    return ShopLosses(judge(found), int(days), int(counted[0]["n"]))


def _product_sums(transactions: Transactions, cases: str, bought: str) -> list[pd.DataFrame]:
    """Return the sums of what was bought and of what was sent back."""
    sold = (
        f"SELECT DISTINCT customer_id, day, product AS name FROM {bought} WHERE bought > 0 AND "
        "product IS NOT NULL"
    )
    back = _sent_back(cases, bought)
    anything = f"SELECT DISTINCT customer_id, day, '{ANYTHING}' AS name FROM ({back})"
    first = _part(cases, "number = 1 AND NOT older", "lost", "stratum")
    repeated = _part(cases, "number > 1", "lost", "stratum")
    waited = _part(cases, "later IS NOT NULL", "later", "stratum * 10 + soon")
    return [
        sums(transactions, FIRST, sold, first),
        sums(transactions, LAST, sold, repeated),
        sums(transactions, RETURNED, f"SELECT DISTINCT * FROM ({back})", waited),
        sums(transactions, RETURNED, anything, waited),
    ]


def _experience_sums(transactions: Transactions, cases: str) -> list[pd.DataFrame]:
    """Return the sums of bad experiences, against purchases of which something was noted too."""
    tables = []
    for one in experiences(transactions):
        table = noted(transactions, one)
        bad = bad_ones(transactions, one, table)
        if bad is not None:
            known = f"(customer_id, day) IN (SELECT (customer_id, day) FROM {table})"
            among = _part(cases, known, "lost", "stratum")
            tables.append(sums(transactions, WENT, bad, among))
        transactions.database.run(f"DROP TABLE {table}")
    return tables


def _cases(transactions: Transactions, customers: Customers, bought: str, days: int) -> str:
    """Return the table of purchase days watched for long enough.

    Columns: `customer_id`, `day`, `number` (1 for the first seen), `older` (than the file), `lost`
    (no purchase in the days after), `later` (none in as many days beginning 30 days on; NULL where
    that was not watched), `soon` (bought within those 30 days), `stratum` (quarter, how often they
    had bought, quarter of all baskets), `after` (money spent in the days after) and `recent`.
    """
    database, last = transactions.database, transactions.last_day
    raw, name = database.new_name("bought_days"), database.new_name("cases")
    transactions.days().select("customer_id", "day", "amount").to_native().create(raw)
    young = customers.frame.loc[~customers.frame["older_than_file"], "first"]
    since = int(young.min()) if len(young) else transactions.first_day
    who = "PARTITION BY customer_id ORDER BY day"
    wait = RETURN_DAYS + days
    database.run(
        f"CREATE TABLE {name} AS WITH d AS (SELECT customer_id, day, "
        f"row_number() OVER ({who}) AS number, min(day) OVER (PARTITION BY customer_id) AS begins, "
        f"lead(day) OVER ({who}) AS next, "
        f"min(day) OVER ({who} RANGE BETWEEN {RETURN_DAYS + 1} FOLLOWING AND UNBOUNDED FOLLOWING) "
        f"AS beyond, CAST(sum(amount) OVER ({who} RANGE BETWEEN 1 FOLLOWING AND {days} FOLLOWING) "
        f"AS DOUBLE) AS after FROM {raw}), "
        f"s AS (SELECT customer_id, day, sum(sold) AS sold FROM {bought} GROUP BY ALL) "
        f"SELECT customer_id, day, number, begins < {since} AS older, coalesce(after, 0) AS after, "
        f"coalesce(next > day + {days}, true) AS lost, "
        f"CASE WHEN day + {wait} <= {last} THEN coalesce(beyond > day + {wait}, true) END "
        "AS later, "
        f"CAST(coalesce(next <= day + {RETURN_DAYS}, false) AS BIGINT) AS soon, "
        f"({_QUARTER} * 10 + {_TIMES}) * 10 + ntile(4) OVER (PARTITION BY number = 1 "
        "ORDER BY coalesce(sold, 0), customer_id, day) AS stratum, "
        f"day > {last - days - DAYS_PER_YEAR} AS recent "
        f"FROM d LEFT JOIN s USING (customer_id, day) WHERE day + {days} <= {last}"
    )
    database.run(f"DROP TABLE {raw}")
    return name


def _sent_back(cases: str, bought: str) -> str:
    """Return the query of what was sent back within 30 days of the purchase day before it."""
    return (
        f"SELECT c.customer_id, c.day, l.product AS name FROM {bought} l ASOF JOIN {cases} c "
        "ON l.customer_id = c.customer_id AND l.day >= c.day "
        f"WHERE l.sent_back > 0 AND l.product IS NOT NULL AND l.day <= c.day + {RETURN_DAYS}"
    )


def _part(cases: str, where: str, lost: str, stratum: str) -> str:
    """Return the query of the cases of one comparison."""
    return (
        f"SELECT customer_id, day, CAST({lost} AS BIGINT) AS lost, {stratum} AS stratum, recent, "
        f"after, true AS compares, true AS judged FROM {cases} WHERE {where}"
    )
