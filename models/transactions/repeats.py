"""Orders that stand in a file twice because two overlapping exports were joined.

Equal rows are not enough: a customer can buy the same thing twice on one day, and then both rows
are real. An order number is only given once, though. So an order counts as exported twice when its
rows stand in two places of the file, apart from each other, and the second place repeats the first
cell for cell. Files without order numbers are left alone.
"""

from __future__ import annotations

from typing import Final

import narwhals as nw

from models.transactions.database import Database
from models.transactions.rawtable import RawTable

FEWEST: Final = 3
LEAST_SHARE: Final = 0.001  # two exports that overlap by one day of two years share more than this


def may_repeat(database: Database, grouped: str) -> bool:
    """Return whether enough customers' days look as if they stood in the file twice."""
    echoes = database.frame(grouped).select(
        echoes=nw.col("echo").cast(nw.Int64).sum(), days=nw.len()
    )
    found, days = echoes.collect("pyarrow").rows()[0]
    return int(found) >= max(FEWEST, LEAST_SHARE * int(days))


def repeated_orders(raw: RawTable, order: str) -> str | None:
    """Return a table of the `source_row`s of second copies, None when there are none.

    Parameters
    ----------
    raw
        The table as text.
    order
        The engine's name of the column with the order number.
    """
    name = raw.database.new_name("repeated")
    cells = ", ".join(f"c{i + 1}" for i in range(len(raw.headers)))
    raw.database.run(
        f"CREATE TABLE {name} AS WITH cells AS (SELECT source_row, {order} AS ord, "
        f"hash({cells}) AS cells FROM {raw.table} WHERE {order} IS NOT NULL), "
        "spread AS (SELECT ord, count(*) AS n FROM cells GROUP BY ord HAVING count(*) % 2 = 0 "
        "AND max(source_row) - min(source_row) + 1 > count(*) AND bit_xor(cells) = 0), "
        "placed AS (SELECT source_row, ord, n, cells, row_number() OVER (PARTITION BY ord "
        "ORDER BY source_row) AS place FROM cells JOIN spread USING (ord)), "
        "halves AS (SELECT ord, "
        "coalesce(sum(CAST(cells AS HUGEINT)) FILTER (place <= n / 2), 0) AS before, "
        "coalesce(sum(CAST(cells AS HUGEINT)) FILTER (place > n / 2), 0) AS after, "
        "max(source_row) FILTER (place <= n / 2) AS ends, "
        "min(source_row) FILTER (place > n / 2) AS begins FROM placed GROUP BY ord) "
        "SELECT source_row FROM placed JOIN halves USING (ord) "
        "WHERE before = after AND begins > ends + 1 AND place > n / 2"
    )
    found = raw.database.frame(name).select(rows=nw.len()).collect("pyarrow").rows()[0][0]
    return name if found else None
