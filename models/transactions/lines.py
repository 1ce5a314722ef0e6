"""What was in the baskets: the used rows of a log by customer, day and product.

The log itself keeps purchase days only. Whoever asks for products, or for what was sent back, has
the rows passed over once more, when asked.
"""

from __future__ import annotations

from typing import Final

import narwhals as nw
import pandas as pd

from models.transactions.book import Transactions
from models.transactions.cleaning import USED
from models.transactions.first_orders import product_name
from models.transactions.rows import charged_rows

PRODUCT: Final = "product"


def has_products(transactions: Transactions) -> bool:
    """Return whether the file says what was bought."""
    return transactions.mapping.column(PRODUCT) is not None


def lines(transactions: Transactions) -> str:
    """Return the table of what everybody bought and sent back, day by day and product by product.

    Columns: `customer_id` and `day` as in `Transactions.days`, `product` (text; NULL where the cell
    is empty), `sold` (money), `bought` and `sent_back` (rows). Rows after the log's last day are
    left out.
    """
    raw = transactions.mapping.raw
    assert raw is not None
    product = PRODUCT if has_products(transactions) else "CAST(NULL AS VARCHAR)"
    rows = charged_rows(raw, transactions.mapping, transactions.rules, transactions.reading)
    name = transactions.database.new_name("lines")
    transactions.database.run(
        f"CREATE TABLE {name} AS SELECT customer_id, day, {product} AS product, "
        "CAST(coalesce(sum(amount) FILTER (sale), 0) AS DOUBLE) AS sold, "
        "count(*) FILTER (sale) AS bought, count(*) FILTER (NOT sale) AS sent_back "
        f"FROM ({rows}) JOIN {transactions.tables.customers} USING (customer) "
        f"WHERE rule = {USED} AND day <= {transactions.last_day} "
        f"GROUP BY customer_id, day, {product}"
    )
    return name


def product_names(transactions: Transactions) -> dict[str, str]:
    """Return what products are called, where the file has a column of names beside the codes."""
    mapping, raw = transactions.mapping, transactions.mapping.raw
    assert raw is not None
    code, name = mapping.column(PRODUCT), product_name(mapping)
    if code is None or name is None:
        return {}
    found = transactions.database.run(
        f"SELECT trim({code}) AS code, mode(trim({name})) AS name FROM {raw.table} "
        f"WHERE trim({code}) <> '' AND trim({name}) <> '' GROUP BY 1"
    )
    return dict(zip(found["code"].to_pylist(), found["name"].to_pylist(), strict=True))


def first_and_second_days(transactions: Transactions) -> pd.DataFrame:
    """Return everybody's first two purchase days, ordered by customer.

    Returns
    -------
    pandas.DataFrame
        `customer_id`, `first` and `second` (day numbers; `second` NaN without one).
    """
    later = nw.when(nw.col("day") > nw.col("first")).then(nw.col("day"))
    frame: pd.DataFrame = (
        transactions.days()
        .with_columns(second=later)
        .group_by("customer_id")
        .agg(nw.col("first").min(), nw.col("second").min().cast(nw.Float64))
        .sort("customer_id")
        .collect("pyarrow")
        .to_native()
        .to_pandas()
    )
    return frame
