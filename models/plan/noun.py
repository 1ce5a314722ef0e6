"""The plan: what happens month by month, what it costs, and how it pays for itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

LEVELS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Certainties whose price is shown."""

COLUMNS: Final = {
    "month": "1, 2, ... from the start of the plan",
    "first_day": "its first day; None when the file has no dates",
    "departures": "today's customers who leave, customers",
    "departures_low": "1 in 10 futures has fewer, customers",
    "departures_high": "1 in 10 futures has more, customers",
    "departures_new": "newcomers of the plan who leave again, customers",
    "arrivals": "newcomers who come, customers",
    "arrivals_low": "1 in 10 futures needs fewer, customers",
    "arrivals_high": "1 in 10 futures needs more, customers",
    "campaign_start": "day on which the campaign that brings them starts; None without dates or "
    "when they are on their way already",
    "ordered": "newcomers whose campaign is paid in this month, customers",
    "cost_each": "what each of those costs, money (0 when none)",
    "customers_today": "today's customers at the end of the month, customers",
    "customers_new": "newcomers of the plan at the end of the month, customers",
    "target": "what is to be held, customers or revenue of the month",
    "gap": "what is missing of it, customers or revenue of the month",
    "season": "the month over an average one, a factor",
    "revenue_today": "paid by today's customers at list price, money",
    "revenue_new": "paid by newcomers, money",
    "revenue_low": "1 in 10 futures has less of both together, money",
    "revenue_high": "1 in 10 futures has more of both together, money",
    "served_today": "customer-months served, today's customers",
    "served_new": "customer-months served, newcomers",
    "margin_today": "margin x revenue_today - cost_to_serve x served_today, money",
    "margin_new": "margin x revenue_new - cost_to_serve x served_new, money",
    "discount": "discounts and their handling, money",
    "contact": "contacting for the offer, money",
    "care": "service less the extra margin it brings, money",
    "acquisition": "ordered x cost_each, money",
    "net_cash": "margin_today + margin_new - discount - contact - care - acquisition, money",
    "margin_undisturbed": "margin of today's customers if nothing were offered to them, money",
    "plan_cash": "net_cash - margin_undisturbed: what the plan itself takes or brings, money",
    "tied_up_p50": "cash the plan has taken so far and not brought back, in the middle future",
    "tied_up_p80": "the same, no more in 8 of 10 futures; negative once it has brought more",
    "tied_up_p90": "the same, no more in 9 of 10 futures",
    "tied_up": "the same, no more in the share of futures asked for (`certainty`)",
}
"""Columns of `Plan.months`; without "low", "high" or "p" they are the best estimate."""


@dataclass(frozen=True)
class Sum:
    """A total of the first twelve months: best estimate and 80 % range, from joint draws."""

    best: float
    low: float
    high: float


@dataclass(frozen=True)
class Financing:
    """How the plan pays for itself.

    Attributes
    ----------
    spend, margin_today
        Of the first twelve months, best estimate.
    share
        Share of that spend which the margin of today's customers covers, at most 1; 1 without any.
    deepest, deepest_month
        Most cash missing at the end of a month after all margins and spending, and the month's
        number; 0 and None when none is ever missing. Best estimate.
    first_month
        The month from which on margins cover the spending, None if they never do.
    payback_month
        The month by which the plan itself has brought back what it took; 0 when it never takes
        more than it brings, None when not within the horizon.
    """

    spend: float
    margin_today: float
    share: float
    deepest: float
    deepest_month: int | None
    first_month: int | None
    payback_month: int | None


@dataclass(frozen=True, eq=False)
class Plan:
    """When newcomers must arrive, what it costs, and how it pays for itself.

    Money is counted when it moves and is not discounted. Everything that depends on chance comes
    from the state's joint draws and shocks of single months; totals are sums within each draw.

    Attributes
    ----------
    settings
        Every knob by its name, as used.
    start
        First day of the plan; None when the file has no dates.
    months
        One row per month to the horizon; `COLUMNS` has its columns and their units.
    plan_for
        `revenue` or `customers`, the unit of target and gap.
    level
        What is held today: customers, or revenue of an average month.
    customers
        Customers at the start.
    intake
        Newcomers a month over the last year; 0 when unknown.
    cost, cost_known
        Cost of a new customer at today's volume, and whether somebody said it; if not it is the
        most one may cost.
    offer
        What today's customers get: `nothing`, `discount` or `service`.
    sums
        The first twelve months by column of `months` (departures, arrivals, revenue, margin_today,
        margin_new, offers, care, acquisition, net_cash, plan_cash).
    certainty, needed, needed_month
        Cash to set aside: in that share of futures the plan never ties up more. And the month in
        which most is tied up, best estimate; None when nothing ever is.
    price
        The same for every certainty of `LEVELS`: (certainty, money).
    revenue_least
        Revenue of the first twelve months that comes in that share of futures at least.
    financing
        How it pays for itself.
    notes
        What was assumed or refused, as sentences.
    has_money
        False when the file has no amounts: money is then counted in orders and means little.
    """

    settings: Mapping[str, Any]
    start: dt.date | None
    months: pd.DataFrame
    plan_for: str
    level: float
    customers: float
    intake: float
    cost: float
    cost_known: bool
    offer: str
    sums: Mapping[str, Sum]
    certainty: float
    needed: float
    needed_month: int | None
    price: tuple[tuple[float, float], ...]
    revenue_least: float
    financing: Financing
    notes: tuple[str, ...]
    has_money: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain values, ready for JSON."""
        table = self.months
        rows = [
            {
                "month": row["month"],
                "first_day": row["first_day"],
                "departures": row["departures"] + row["departures_new"],
                "departures_low": row["departures_low"],
                "departures_high": row["departures_high"],
                "arrivals": row["arrivals"],
                "campaign_start": row["campaign_start"],
                "spend": row["discount"] + row["contact"] + row["care"] + row["acquisition"],
                "gap": row["gap"],
                "revenue": row["revenue_today"] + row["revenue_new"],
                "net_cash": row["net_cash"],
                "cash_p50": row["tied_up_p50"],
                "cash_p80": row["tied_up_p80"],
                "cash_p90": row["tied_up_p90"],
            }
            for row in table.to_dict("records")
        ]
        return {
            "start": self.start,
            "plan_for": self.plan_for,
            "level": self.level,
            "offer": self.offer,
            "acquisition_cost": self.cost,
            "acquisition_cost_known": self.cost_known,
            "months": rows,
            "first_twelve_months": {
                name: {"value": one.best, "low": one.low, "high": one.high}
                for name, one in self.sums.items()
            },
            "cash_to_set_aside": {
                "certainty": self.certainty,
                "amount": self.needed,
                "most_in_month": self.needed_month,
                "by_certainty": [{"certainty": c, "amount": a} for c, a in self.price],
                "revenue_at_least": self.revenue_least,
            },
            "financing": vars(self.financing),
            "notes": list(self.notes),
        }
