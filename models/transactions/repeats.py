"""Orders that stand in a file twice because two overlapping exports were joined.

Equal rows are not enough: a customer can buy the same thing twice on one day, and then both rows
are real. An order number is only given once, though. So an order counts as exported twice when its
rows stand in two places of the file, apart from each other, and the second place repeats the first
cell for cell. Files without order numbers are left alone.
"""

from __future__ import annotations

from typing import Final

from models.transactions.cleaning import Rules
from models.transactions.columns import Mapping
from models.transactions.rawtable import RawTable

FEWEST_ORDERS: Final = 3


def repeated_orders(raw: RawTable, mapping: Mapping, rules: Rules) -> str | None:
    """Return a table of the `source_row`s of second copies, None when there are none."""
    order = mapping.column("order")
    if order is None or not rules.on("repeated_export"):
        return None
    spread = raw.database.new_name("spread")
    found = raw.database.run(
        f"CREATE TABLE {spread} AS SELECT {order} AS ord, count(*) AS n FROM {raw.table} "
        f"WHERE {order} IS NOT NULL GROUP BY {order} "
        "HAVING n % 2 = 0 AND max(source_row) - min(source_row) + 1 > n"
    )
    orders = raw.database.run(f"SELECT count(*) AS n FROM {spread}").to_pylist()[0]["n"]
    del found
    if orders < FEWEST_ORDERS:
        raw.database.run(f"DROP TABLE {spread}")
        return None
    return _second_copies(raw, order, spread)


def _second_copies(raw: RawTable, order: str, spread: str) -> str | None:
    """Write the rows of second copies: each order's later half, if it equals the earlier half."""
    name = raw.database.new_name("repeated")
    cells = ", ".join(f"c{i + 1}" for i in range(len(raw.headers)))
    raw.database.run(
        f"CREATE TABLE {name} AS WITH rows AS (SELECT r.source_row, s.ord, s.n, "
        f"hash({cells}) AS cells, row_number() OVER (PARTITION BY s.ord ORDER BY r.source_row) "
        f"AS place FROM {raw.table} r JOIN {spread} s ON r.{order} = s.ord), "
        "halves AS (SELECT ord, any_value(n) AS n, "
        "sum(CAST(cells AS HUGEINT)) FILTER (place <= n / 2) AS before, "
        "sum(CAST(cells AS HUGEINT)) FILTER (place > n / 2) AS after, "
        "max(source_row) FILTER (place <= n / 2) AS ends, "
        "min(source_row) FILTER (place > n / 2) AS begins FROM rows GROUP BY ord) "
        "SELECT source_row FROM rows JOIN halves USING (ord) "
        "WHERE before = after AND begins > ends + 1 AND place > rows.n / 2"
    )
    raw.database.run(f"DROP TABLE {spread}")
    orders = raw.database.run(f"SELECT count(*) AS n FROM {name}").to_pylist()[0]["n"]
    return name if orders else None
