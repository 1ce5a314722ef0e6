"""`Won` for a shop: customers whose first purchase was seen, and what they came to be worth.

Worth counts from the day of winning to the horizon: the margin earned so far, and for the months
not lived yet what the fitted models expect of this customer's history. Money is discounted to the
day of winning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import numpy as np
import pandas as pd

from models.business import Business
from models.customers import Customers
from models.lifetimes import ParetoNBD, Spend
from models.lived import expected_weeks
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_MONTH
from models.profiles.products import product_groups
from models.profiles.traits import (
    FEWEST,
    Floats,
    Ints,
    Trait,
    amounts,
    attribute,
    nominal,
    season,
    weekday,
)
from models.profiles.won import VALUE, Bools, Outcome, Won
from models.transactions.first_orders import FULL_PRICE
from models.transactions.log import Transactions

STAYED: Final = "stayed"
SECOND: Final = "second"
FULL: Final = "full_price"
LEAST_WATCHED: Final = 6 * DAYS_PER_MONTH
AGAIN_WITHIN: Final = 182  # days: 26 weeks
YEAR: Final = round(DAYS_PER_YEAR)
PRICES: Final = (100 * FULL_PRICE, 100 * (2 - FULL_PRICE))


def won_customers(
    transactions: Transactions,
    customers: Customers,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    business: Business,
) -> Won:
    """Return the customers of a shop as they were won, with what came of them.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer.
    lifetimes, spend
        What was fitted on them; without `spend` worth is counted in orders.
    business
        Margin, discount rate and horizon.

    Raises
    ------
    EvidenceError
        When nobody's first purchase is surely the first.
    """
    young = ~customers.frame["older_than_file"].to_numpy(bool)
    frame = customers.frame[young].reset_index(drop=True)
    named = transactions.first_orders
    first = named[young].reset_index(drop=True)
    first.attrs = named.attrs
    traits, notes = _traits(transactions, frame, first)
    full = _paid_in_full(first)
    if full is None:
        notes.append(
            "The file shows neither discounts nor prices that can be compared, so every first "
            "order counts as full price."
        )
    seen = _seen(transactions, business)
    by_customer = seen.year.set_index("customer_id")["amount"]
    revenue = by_customer.reindex(frame["customer_id"]).fillna(0.0).to_numpy(np.float64)
    worth = _worth(frame, seen.by_age, lifetimes, spend, business)
    outcomes = _outcomes(customers.last_day, frame, first, seen.later)
    return Won(
        customer=frame["customer"].to_numpy(object),
        traits=traits,
        outcomes={VALUE: _valued(worth, customers.last_day, frame, business, spend)}
        | {one.name: one for one in outcomes if np.isfinite(one.values).any()},
        full_price=full,
        new=(frame["first"] > customers.last_day - YEAR).to_numpy(),
        revenue=revenue,
        company_revenue=float(by_customer.sum()),
        currency=transactions.currency,
        has_money=transactions.has_money,
        horizon_months=business.horizon_months,
        notes=tuple(notes),
    )


def _traits(
    transactions: Transactions, frame: pd.DataFrame, first: pd.DataFrame
) -> tuple[tuple[Trait, ...], list[str]]:
    """Return what is known of the day of the first purchase."""
    notes: list[str] = []
    found: list[Trait | None] = []
    names = [name for name, _ in transactions.mapping.attributes if name != "product"]
    for name in names:
        found.append(attribute(name, first[name]))
    if "category" not in names and first["product"].notna().any():
        groups = product_groups(first["product"], named=first.attrs["named"])
        trait = nominal("product_group", "First product", groups.group, groups.phrase)
        found.append(trait)
        if trait is not None:
            notes.append(groups.how)
    if transactions.has_money:
        unit = transactions.currency or ""
        found.append(
            amounts("first_order", "Size of the first order", first["money"], "first order {}",
                    unit=unit)
        )  # fmt: skip
        found.append(
            amounts("price_paid", "Price of the first order", 100 * first["paid"],
                    "first order at {} of the usual prices", unit="%", edges=PRICES)
        )  # fmt: skip
    if (first["lines"] > 1).any():
        found.append(
            amounts("products", "Lines in the first order", first["lines"],
                    "{} lines in the first order")
        )  # fmt: skip
    discounted = first["discounted"].map({1.0: "with a discount", 0.0: "without a discount"})
    found.append(nominal("discount", "Discount on the first order", discounted, "first order {}"))
    day = frame["first"].to_numpy(np.int64)
    found.append(
        nominal("weekday", "Weekday of the first order", weekday(day), "first order on a {}")
    )
    if transactions.last_day - transactions.first_day >= DAYS_PER_YEAR:
        found.append(nominal("season", "Season of the first order", season(day),
                             "first order in {}"))  # fmt: skip
    return tuple(trait for trait in found if trait is not None), notes


def _paid_in_full(first: pd.DataFrame) -> Bools | None:
    """Return who paid in full on the first order; None where the file cannot tell."""
    if first["discounted"].notna().any():
        return (first["discounted"] != 1).to_numpy()
    if first["paid"].notna().mean() > 0.5:
        return ~(first["paid"] < FULL_PRICE).to_numpy()
    return None


@dataclass(frozen=True, eq=False)
class _Seen:
    """Money by customer and month of age, money of the last year, and what was bought later."""

    by_age: pd.DataFrame
    year: pd.DataFrame
    later: pd.DataFrame


def _seen(transactions: Transactions, business: Business) -> _Seen:
    """Return what customers did after their first purchase."""
    days = transactions.days()
    aged = days.with_columns(age=nw.col("day") - nw.col("day").min().over("customer_id"))
    reach = round(business.horizon_months * DAYS_PER_MONTH)
    # Months of 487/16 days, so that ages are exact in whole numbers in any engine.
    by_age = (
        aged.filter(nw.col("age") < reach)
        .with_columns(month=nw.col("age") * 16 // 487)
        .group_by("customer_id", "month")
        .agg(amount=nw.col("amount").sum(), orders=nw.col("day").count())
        .sort("customer_id", "month")
    )
    year = (
        days.filter(nw.col("day") > transactions.last_day - YEAR)
        .group_by("customer_id")
        .agg(amount=nw.col("amount").sum())
        .sort("customer_id")
    )
    after = nw.when(nw.col("age") > YEAR).then(nw.col("age"))
    later = (
        aged.filter(nw.col("age") > 0)
        .with_columns(after=after)
        .group_by("customer_id")
        .agg(second=nw.col("age").min(), after=nw.col("after").min())
        .sort("customer_id")
    )
    return _Seen(_table(by_age), _table(year), _table(later))


def _table(rows: nw.LazyFrame[Any]) -> pd.DataFrame:
    table: pd.DataFrame = rows.collect("pyarrow").to_native().to_pandas()
    return table.astype({"amount": float}) if "amount" in table else table


def _valued(
    worth: Floats, last_day: int, frame: pd.DataFrame, business: Business, spend: Spend | None
) -> Outcome:
    watched = (last_day - frame["first"]).to_numpy(np.float64) >= LEAST_WATCHED
    unit = "margin" if spend is not None else "number of orders"
    months = business.horizon_months
    return Outcome(
        VALUE, f"Value over {months} months", "worth", np.where(watched, worth, np.nan), False,
        f"The {unit} of the first {months} months, discounted to the first order: what was seen, "
        "and what the forecast expects of the months not lived yet. Of customers watched for at "
        "least 6 months.",
    )  # fmt: skip


def _outcomes(
    last_day: int, frame: pd.DataFrame, first: pd.DataFrame, later: pd.DataFrame
) -> list[Outcome]:
    """Return what else a shop's customers can be judged by."""
    watched = (last_day - frame["first"]).to_numpy(np.float64)
    bought = later.set_index("customer_id").reindex(frame["customer_id"])
    second = (bought["second"] <= AGAIN_WITHIN).to_numpy(np.float64)
    # Half a year to be seen again in; a quarter where the file is too short for that.
    window = AGAIN_WITHIN
    if (watched >= YEAR + window).sum() < 4 * FEWEST:
        window = AGAIN_WITHIN // 2
    stayed = (bought["after"] <= YEAR + window).to_numpy(np.float64)
    weeks = round(window / DAYS_PER_WEEK)
    return [
        Outcome(
            STAYED, "Staying 12 months", "staying 12 months",
            np.where(watched >= YEAR + window, stayed, np.nan), True,
            f"Bought again in the {weeks} weeks after the first 12 months; of those watched that "
            "long.",
        ),
        Outcome(
            FULL, "Share bought at full price", "of their money spent at full price",
            first["full_price"].to_numpy(np.float64), True,
            "Share of all money so far spent without a discount, or within 5 % of what the goods "
            "usually cost.",
        ),
        Outcome(
            SECOND, "Second purchase", "buying again within 6 months",
            np.where(watched >= AGAIN_WITHIN, second, np.nan), True,
            "Bought again within 26 weeks of the first order; of those watched that long.",
        ),
    ]  # fmt: skip


def _worth(
    frame: pd.DataFrame,
    by_age: pd.DataFrame,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    business: Business,
) -> Floats:
    """Return margin over the horizon from the first order: what was seen, and what is expected."""
    paid = business.margin if spend is not None else 1.0
    brought = (by_age["amount"] if spend is not None else by_age["orders"]).to_numpy(np.float64)
    when = np.array([business.rate.factor(months=m) for m in range(business.horizon_months + 1)])
    now = pd.Series(brought * when[by_age["month"].to_numpy(np.int64)])
    past = now.groupby(by_age["customer_id"].to_numpy()).sum().reindex(frame["customer_id"])
    age = frame["T"].to_numpy(np.float64)
    weeks = _weeks_ahead(age, lifetimes, business)
    alive = lifetimes.p_alive(frame["x"], frame["t_x"], frame["T"])
    rate = lifetimes.rate_given_alive(frame["x"], frame["T"])
    mean = 1.0 if spend is None else spend.expected(frame["spend_days"], frame["mean_spend"])
    lived = np.minimum(age / WEEKS_PER_MONTH, business.horizon_months)
    served = business.cost_to_serve * (lived + alive * weeks / WEEKS_PER_MONTH)
    return np.asarray(paid * (past.to_numpy(np.float64) + alive * rate * mean * weeks) - served)


def _weeks_ahead(age: Floats, lifetimes: ParetoNBD, business: Business) -> Floats:
    """Return the weeks still lived as a customer to the horizon, discounted to the first order.

    The same for everybody of an age; each age has its own rest of the horizon.
    """
    ages, age_of = np.unique(age, return_inverse=True)
    months: Ints = (ages * DAYS_PER_WEEK // DAYS_PER_MONTH).astype(np.int64)
    ahead = np.zeros(len(ages))
    for lived in np.unique(months):
        rest = business.horizon_months - int(lived)
        if rest < 1:
            continue
        same = months == lived
        short = Business(business.margin, business.rate, rest)
        _, weeks = expected_weeks(lifetimes.s, lifetimes.beta + ages[same], short)
        ahead[same] = weeks * business.rate.factor(months=float(lived))
    return np.asarray(ahead[age_of])
