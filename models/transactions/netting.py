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


def steps(
    grouped: nw.LazyFrame[Any], customers: nw.LazyFrame[Any], *, has_money: bool
) -> nw.LazyFrame[Any]:
    """Return the customers' days in their order, each with the purchase it belongs to.

    Numbering looks back only, so that every cut of one file uses the same.

    Returns
    -------
    narwhals.LazyFrame
        `customer_id` (null for who never bought), `day`, `purchase` (how many purchase days up to
        this one), `amount`, `bought` (the day itself if it is a purchase day), `first` (the
        customer's first purchase day) and, on purchase days only, `orders` and `gap` (days since
        the purchase day before).
    """
    bought = nw.col("sales") > 0
    if has_money:
        bought = bought & ((nw.col("amount") > 0) | (nw.col("returns") == 0))
    who, day = "customer_id", nw.col("bought")
    return (
        grouped.filter(nw.col("rule") == USED)
        .join(customers.select("customer", who), on="customer", how="left")
        .with_columns(bought=nw.when(bought).then(nw.col("day")))
        .with_columns(
            one=nw.when(~day.is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
            latest=day.cum_max().over(who, order_by="day"),
        )
        .with_columns(
            purchase=nw.col("one").cum_sum().over(who, order_by="day"),
            first=day.min().over(who),
            gap=day - nw.col("latest").shift(1).over(who, order_by="day"),
            orders=nw.when(~day.is_null()).then(nw.col("orders")),
        )
        .select(who, "day", "purchase", "amount", "bought", "orders", "first", "gap")
    )


def purchase_days(numbered: nw.LazyFrame[Any], last: int) -> nw.LazyFrame[Any]:
    """Return the customers' purchase days up to `last`, net of the returns up to `last`.

    Returns
    -------
    narwhals.LazyFrame
        `customer_id`, `day`, `amount` (net, not below zero), `left_over` (returned money, not above
        zero, that found nothing to reduce), `orders` (at least 1), `first` and `gap` as in `steps`.
        Rows whose `day` is null carry only the `left_over` of returns before any purchase.
    """
    gained = (nw.col("net") > 0) & ~nw.col("day").is_null()
    return (
        numbered.filter(nw.col("day") <= last)
        .group_by("customer_id", "purchase")
        .agg(
            day=nw.col("bought").min(),
            net=nw.col("amount").sum(),
            orders=nw.col("orders").min(),
            first=nw.col("first").min(),
            gap=nw.col("gap").min(),
        )
        .with_columns(
            amount=nw.when(gained).then(nw.col("net")).otherwise(nw.lit(0)).cast(MONEY),
            orders=nw.max_horizontal(nw.col("orders"), nw.lit(1)),
        )
        .with_columns(left_over=nw.col("net") - nw.col("amount"))
        .drop("net", "purchase")
    )


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
