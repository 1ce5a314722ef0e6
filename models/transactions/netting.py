"""Purchase days and returns, as lazy row work on the grouped table.

A purchase day is a customer's day with at least one sale whose net amount is above zero, or which
has no return at all (orders at price zero count). The money of every other day is a return: it
reduces the latest earlier purchase day of the same customer, to no less than zero; what is left
over is counted in the ledger and touches no customer.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from models.transactions.cleaning import RULE_INDEX, USED

MONEY = nw.Decimal(18, 4)
OUTSIDE = RULE_INDEX["outside_period"]
STRAY = RULE_INDEX["stray_date"]
MOST_CELLS = 20


def charge_period(grouped: nw.LazyFrame[Any], last: int | None) -> nw.LazyFrame[Any]:
    """Charge the rows after `last` to the rule "outside the period", unless they are unreadable."""
    if last is None:
        return grouped
    late = (nw.col("day") > last) & (nw.col("rule") > OUTSIDE)
    return grouped.with_columns(rule=nw.when(late).then(nw.lit(OUTSIDE)).otherwise(nw.col("rule")))


def purchases(grouped: nw.LazyFrame[Any], customers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return everybody's purchase days, whatever the cut: numbering looks back only.

    Returns
    -------
    narwhals.LazyFrame
        `customer_id`, `day`, `amount` (the day's own net, returns of later days not yet taken off),
        `first` (the customer's first purchase day) and `gap` (days since the purchase day before).
    """
    before = nw.col("day").shift(1).over("customer_id", order_by="day")
    return (
        grouped.filter(nw.col("rule") == USED, nw.col("bought"))
        .join(customers.select("customer", "customer_id", "first"), on="customer", how="inner")
        .with_columns(nw.col("amount").cast(MONEY), gap=nw.col("day") - before)
        .select("customer_id", "day", "amount", "first", "gap")
    )


def returns_sql(grouped: str, customers: str, bought: str) -> str:
    """Return the query of days that are no purchase day, and the purchase day each reduces.

    In SQL, because Narwhals joins DuckDB tables by the nearest earlier day on another connection.
    Columns: `customer_id` (NULL for who never bought), `day`, `amount` and `reduces` (the latest
    earlier purchase day, NULL without one).
    """
    return (
        "SELECT r.customer_id, r.day, r.amount, b.day AS reduces FROM (SELECT customer_id, day, "
        f"amount FROM {grouped} LEFT JOIN {customers} USING (customer) "
        f"WHERE rule = {USED} AND NOT bought) r "
        f"ASOF LEFT JOIN {bought} b ON r.customer_id = b.customer_id AND r.day >= b.day"
    )


def given_back(sent_back: nw.LazyFrame[Any], last: int) -> nw.LazyFrame[Any]:
    """Return the money that days up to `last` take off each purchase day, or off none."""
    return (
        sent_back.filter(nw.col("day") <= last)
        .group_by("customer_id", "reduces")
        .agg(back=nw.col("amount").sum())
    )


def purchase_days(
    bought: nw.LazyFrame[Any], back: nw.LazyFrame[Any], last: int
) -> nw.LazyFrame[Any]:
    """Return the purchase days up to `last`, net of the returns up to `last`.

    Returns
    -------
    narwhals.LazyFrame
        `customer_id`, `day`, `amount` (net, not below zero), `left_over` (returned money, not above
        zero, that was more than the day's own), `first` and `gap` as in `purchases`.
    """
    net = nw.col("amount") + nw.col("back").fill_null(0)
    return (
        bought.filter(nw.col("day") <= last)
        .join(
            back.select("customer_id", "back", day=nw.col("reduces")),
            on=["customer_id", "day"], how="left",
        )
        .with_columns(net=net)
        .with_columns(
            amount=nw.when(nw.col("net") > 0).then(nw.col("net")).otherwise(nw.lit(0)).cast(MONEY),
        )
        .with_columns(left_over=nw.col("net") - nw.col("amount"))
        .select("customer_id", "day", "amount", "left_over", "first", "gap")
    )  # fmt: skip


def ledger_rows(grouped: nw.LazyFrame[Any], last: int | None) -> nw.LazyFrame[Any]:
    """Return rows, money, returns and an unreadable example per rule."""
    return (
        charge_period(grouped, last)
        .group_by("rule")
        .agg(
            rows=nw.col("rows").sum(),
            amount=nw.col("amount").sum(),
            returns=nw.col("returns").sum(),
            returned=nw.col("returned").sum(),
        )
        .sort("rule")
    )


def unreadable_cells(grouped: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return cells that could not be read or believed, the most frequent first."""
    return (
        grouped.filter(nw.col("rule") <= STRAY, ~nw.col("example").is_null())
        .group_by("rule", "example")
        .agg(rows=nw.col("rows").sum())
        .sort("rows", "example", descending=[True, False])
        .head(MOST_CELLS)
    )


def long_gap(days: nw.LazyFrame[Any], quantile: float) -> nw.LazyFrame[Any]:
    """Return `rows`, and the quantile of the days between a customer's purchase days as `gap`."""
    gap = nw.col("gap").quantile(quantile, interpolation="linear")
    return days.select(rows=nw.len(), gap=gap)
