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


def purchase_days(grouped: nw.LazyFrame[Any], last: int, *, has_money: bool) -> nw.LazyFrame[Any]:
    """Return the customers' purchase days up to `last`, net of the returns up to `last`.

    Returns
    -------
    narwhals.LazyFrame
        `customer`, `day`, `amount` (net, not below zero), `left_over` (returned money, not above
        zero, that found nothing to reduce), `orders`, `first_row`. Rows whose `day` is null carry
        only the `left_over` of returns before any purchase.
    """
    bought = nw.col("sales") > 0
    if has_money:
        bought = bought & ((nw.col("amount") > 0) | (nw.col("returns") == 0))
    days = (
        grouped.filter(nw.col("rule") == USED, nw.col("day") <= last)
        .with_columns(bought=bought)
        .with_columns(purchase=nw.when(nw.col("bought")).then(nw.lit(1)).otherwise(nw.lit(0)))
        .with_columns(
            purchase=nw.col("purchase").cum_sum().over("customer", order_by="day"),
            bought_day=nw.when(nw.col("bought")).then(nw.col("day")),
            bought_orders=nw.when(nw.col("bought")).then(nw.col("orders")),
            bought_row=nw.when(nw.col("bought")).then(nw.col("first_row")),
        )
    )
    zero = nw.lit(0)
    return (
        days.group_by("customer", "purchase")
        .agg(
            day=nw.col("bought_day").min(),
            net=nw.col("amount").sum(),
            orders=nw.col("bought_orders").min(),
            first_row=nw.col("bought_row").min(),
        )
        .with_columns(
            amount=nw.when((nw.col("net") > 0) & ~nw.col("day").is_null())
            .then(nw.col("net"))
            .otherwise(zero)
            .cast(MONEY)
        )
        .with_columns(left_over=(nw.col("net") - nw.col("amount")))
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
    """Return the quantile of the gaps (days) between a customer's successive purchase days."""
    before = nw.col("day").shift(1).over("customer_id", order_by="day")
    return (
        days.with_columns(gap=nw.col("day") - before)
        .filter(~nw.col("gap").is_null())
        .select(gap=nw.col("gap").quantile(quantile, interpolation="linear"))
    )
