"""What the rows say of the day a customer was won, and of the prices paid since.

A second pass over the rows, made only when somebody asks who the customers are: the first order's
size, its main product, its attributes and its discount, read off that day's rows alone. What a
product usually costs is the median of its rows in the last earlier month in which it was sold, so
that nothing dated later can move what was known on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from models.periods import DAYS_PER_MONTH
from models.transactions.cleaning import USED
from models.transactions.database import identifier
from models.transactions.rows import charged_rows
from models.transactions.vocabulary import ATTRIBUTE_ROLES, name_rank

if TYPE_CHECKING:
    from models.transactions.book import Transactions
    from models.transactions.columns import Mapping

FULL_PRICE: Final = 0.95
HARDLY: Final = 0.005  # a discount of less is a rounding


def first_orders(transactions: Transactions) -> pd.DataFrame:
    """Return what was known of every customer on the day of the first purchase.

    Parameters
    ----------
    transactions
        The log; its cut in time is kept to.

    Returns
    -------
    pandas.DataFrame
        One row per customer, ordered by `customer_id`, which is a column: `money` (sales of the
        day, later returns not taken off), `lines` (rows), `product` (what most of the money went
        to, by name where the file has names), `paid` (money over what the same goods usually cost;
        NaN where no price is known), `discounted` (1 or 0; NaN without a column of discounts), one
        column per attribute, missing where that day has none, and `full_price`: the share of all
        money so far that was spent at the usual price or above it (NaN where nothing can be told).
        The attribute `named` of the frame says whether products have names.
    """
    mapping = transactions.mapping
    raw = mapping.raw
    assert raw is not None
    name = product_name(mapping)
    further = _further(mapping, name)
    rows = charged_rows(
        raw, mapping, transactions.rules, transactions.reading,
        ", ".join(f"{sql} AS {column}" for column, sql in further.items()),
    )  # fmt: skip
    kept = [a for a, _ in mapping.attributes if a != "product"]
    first = ", ".join(
        f"first({identifier(a)} ORDER BY source_row) FILTER (won AND {identifier(a)} IS NOT NULL) "
        f"AS {identifier(a)}" for a in kept
    )  # fmt: skip
    frame: pd.DataFrame = transactions.database.run(
        f"WITH won AS (SELECT c.customer_id, c.customer, min(d.day) AS won_day "
        f"FROM {transactions.tables.days} d JOIN {transactions.tables.customers} c "
        "USING (customer_id) WHERE d.day IS NOT NULL GROUP BY ALL), "
        "sold AS (SELECT won.customer_id, day, day = won_day AS won, source_row, "
        "CAST(amount AS DOUBLE) AS amount, CAST(quantity AS DOUBLE) AS quantity, discount, item, "
        f"item_name{''.join(', ' + identifier(a) for a in kept)} FROM ({rows}) "
        f"JOIN won USING (customer) WHERE rule = {USED} AND sale "
        f"AND day <= {transactions.last_day}), "
        f"{_priced()}, {_main_product()} "
        "SELECT p.customer_id, round(sum(amount) FILTER (won), 4) AS money, "
        "count(*) FILTER (won) AS lines, any_value(m.product) AS product, "
        "sum(amount) FILTER (won AND usual > 0) / sum(usual) FILTER (won AND usual > 0) AS paid, "
        "max(CASE WHEN won THEN CAST(discount AS INTEGER) END)::DOUBLE AS discounted, "
        f"{first + ', ' if first else ''}"
        "sum(amount) FILTER (at_full) / nullif(sum(amount) FILTER (at_full IS NOT NULL), 0) "
        "AS full_price "
        "FROM priced p LEFT JOIN main m USING (customer_id) GROUP BY p.customer_id "
        "ORDER BY p.customer_id"
    ).to_pandas()
    # Sums of floats depend on the order in which threads add them up; six digits do not.
    for column in ("paid", "full_price"):
        frame[column] = frame[column].astype(float).round(6)
    frame.attrs["named"] = name is not None
    return frame


def _further(mapping: Mapping, name: str | None) -> dict[str, str]:
    """Return what is read off a row besides customer, day and money, as SQL."""

    def number(role: str, empty: str) -> str:
        known = mapping.guess(role) is not None
        return mapping.number(role).sql(str(mapping.column(role))) if known else empty

    discounted = f"abs(coalesce({number('discount', 'NULL')}, 0)) > {HARDLY}"
    product = mapping.column("product")
    return {
        "quantity": number("quantity", "NULL::DOUBLE"),
        "discount": discounted if mapping.guess("discount") else "NULL::BOOLEAN",
        "item": f"nullif(trim({product}), '')" if product else "NULL::VARCHAR",
        "item_name": f"nullif(trim({name}), '')" if name else "NULL::VARCHAR",
    }


def _priced() -> str:
    """Return rows with the usual money for the same goods, and whether they were sold in full.

    A discount column decides where there is one; else the price against the usual one.
    """
    month = f"CAST(floor(day / {DAYS_PER_MONTH}) AS INTEGER)"
    return (
        f"prices AS (SELECT item, {month} AS month, median(amount / quantity) AS price FROM sold "
        "WHERE quantity > 0 AND amount > 0 AND item IS NOT NULL GROUP BY ALL), "
        # The last earlier month is looked up once per product and month, not once per row.
        f"usually AS (SELECT s.item, s.month, u.price FROM (SELECT DISTINCT item, {month} AS month "
        "FROM sold) s ASOF JOIN prices u ON s.item = u.item AND s.month > u.month), "
        "priced AS (SELECT s.*, s.quantity * u.price AS usual, CASE "
        "WHEN s.discount IS NOT NULL THEN NOT s.discount "
        f"WHEN s.quantity * u.price > 0 THEN s.amount >= {FULL_PRICE} * s.quantity * u.price END "
        f"AS at_full FROM (SELECT *, {month} AS month FROM sold) s "
        "LEFT JOIN usually u USING (item, month))"
    )


def _main_product() -> str:
    """Return per customer the product that most of the first day's money went to."""
    return (
        "main AS (SELECT customer_id, "
        "first(product ORDER BY money DESC, found) AS product FROM (SELECT customer_id, "
        "coalesce(first(item_name ORDER BY source_row) FILTER (item_name IS NOT NULL), item) "
        "AS product, round(sum(amount), 4) AS money, min(source_row) AS found FROM sold "
        "WHERE won AND item IS NOT NULL GROUP BY customer_id, item) GROUP BY customer_id)"
    )


def product_name(mapping: Mapping) -> str | None:
    """Return the column with the products' names, when it is not the one with their codes."""
    taken = {guess.column for guess in mapping.guesses}
    attributes = {column for name, column in mapping.attributes if name in ATTRIBUTE_ROLES}
    ranked = [
        (rank, column.position)
        for column in mapping.profiles
        if column.position not in taken | attributes
        and (rank := name_rank("product", column.header)) is not None
    ]
    return f"c{min(ranked)[1] + 1}" if ranked else None
