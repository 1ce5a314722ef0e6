"""The plan as tables; no streamlit, tested as values."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import wording
from dashboard.wording.plan import SOMEBODY, YEAR, futures, when

if TYPE_CHECKING:
    from models.plan import Plan

SUMS: Final = {
    "revenue": "Revenue",
    "margin_today": "Margin from today's customers",
    "margin_new": "Margin from newcomers",
    "offers": "Discount and contacting",
    "care": "Service",
    "acquisition": "Winning newcomers",
    "net_cash": "Net cash",
    "plan_cash": "Of it, taken (−) or brought by the plan",
}


def calendar_table(plan: Plan, currency: str | None) -> pd.DataFrame:
    """Return who leaves and who must come, month by month, with the day to start."""
    table, money = plan.months, f", {currency}" if currency else ""
    unit = "customers" if plan.plan_for == "customers" else f"revenue{money}"
    numbers = range(1, len(table) + 1)
    spent = {
        f"Campaigns paid in the month{money}": _whole(table["acquisition"]),
        f"Each newcomer costs{money}": table["cost_each"].round(2),
    }
    return pd.DataFrame(
        {
            "Month": [wording.capital(when(plan, m)) for m in numbers],
            "Leave": _whole(table["departures"] + table["departures_new"]),
            "Of today's, 8 in 10": [
                f"{wording.count(low)} to {wording.count(high)}"
                for low, high in zip(table["departures_low"], table["departures_high"], strict=True)
            ],
            "Must come": _whole(table["arrivals"]),
            "Start campaign by": [_start(plan, m) for m in numbers],
            f"Missing, {unit}": _whole(table["gap"]),
            **(spent if plan.has_money else {}),
        }
    )


def _start(plan: Plan, month: int) -> str:
    row = plan.months.iloc[month - 1]
    lead = round(float(plan.settings["lead_time_months"]))
    if row["arrivals"] < SOMEBODY:
        return "–"
    if month <= lead:
        return "on their way"
    if row["campaign_start"] is None:
        return f"month {month - lead}"
    return wording.short_date(row["campaign_start"])


def _whole(values: pd.Series[float]) -> pd.Series[int]:
    """Round for a table; a month that nobody counted stays empty."""
    return values.round().astype("Int64")


def budget_table(plan: Plan, currency: str | None) -> pd.DataFrame:
    """Return the money of the first twelve months."""
    table = plan.months.head(YEAR)
    columns = {
        f"Month{f', {currency}' if currency else ''}": _names(plan),
        "Revenue": table["revenue_today"] + table["revenue_new"],
        "Margin, today's customers": table["margin_today"],
        "Margin, newcomers": table["margin_new"],
        "Discount and contacting": table["discount"] + table["contact"],
        "Service": table["care"],
        "Winning newcomers": table["acquisition"],
        "Net cash": table["net_cash"],
    }
    for name in ("Discount and contacting", "Service"):
        if not columns[name].any():
            del columns[name]
    return pd.DataFrame(
        {name: _whole(one) if isinstance(one, pd.Series) else one for name, one in columns.items()}
    )


def last_year_table(plan: Plan, before: pd.DataFrame | None, currency: str | None) -> pd.DataFrame:
    """Return the first twelve months beside the same months a year before, as far as counted."""
    table, money = plan.months.head(YEAR), f", {currency}" if currency else ""
    columns = {
        "Month": _names(plan),
        f"Revenue{money}": _whole(table["revenue_today"] + table["revenue_new"]),
        f"Revenue a year before{money}": _past(before, "revenue", len(table)),
        "New customers": _whole(table["arrivals"]),
        "New a year before": _past(before, "newcomers", len(table)),
        "Customers": _whole(table["customers_today"] + table["customers_new"]),
        "Customers a year before": _past(before, "customers", len(table)),
    }
    return pd.DataFrame(columns).dropna(axis=1, how="all")


def _names(plan: Plan) -> list[str]:
    return [wording.capital(when(plan, m)) for m in plan.months.head(YEAR)["month"]]


def _past(before: pd.DataFrame | None, name: str, rows: int) -> pd.Series[int]:
    nothing = pd.Series([float("nan")] * rows)
    return _whole(nothing if before is None else before[name].head(rows))


def sums_table(plan: Plan, currency: str | None) -> pd.DataFrame:
    """Return the totals of twelve months, each with its range from the draws, as written."""
    money = f", {currency}" if currency else ""
    lines = [
        (said, plan.sums[name])
        for name, said in SUMS.items()
        if name not in {"offers", "care"} or plan.sums[name].best
    ]
    return pd.DataFrame(
        {
            f"12 months{money}": [said for said, _ in lines],
            "Expected": [wording.count(one.best) for _, one in lines],
            "8 in 10, from": [wording.count(one.low) for _, one in lines],
            "to": [wording.count(one.high) for _, one in lines],
        }
    )


def price_table(plan: Plan, currency: str | None) -> pd.DataFrame:
    """Return what each step of certainty costs."""
    money = f", {currency}" if currency else ""
    steps = [float("nan"), *(more - less for (_, less), (_, more) in pairwise(plan.price))]
    return pd.DataFrame(
        {
            "In": [futures(level) for level, _ in plan.price],
            f"you need at most{money}": _whole(pd.Series([amount for _, amount in plan.price])),
            f"This step costs{money}": _whole(pd.Series(steps)),
        }
    )


def growth_table(plans: tuple[Plan, ...], currency: str | None) -> pd.DataFrame:
    """Return what each rate of growth takes in the first twelve months."""
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Growth a year": [wording.percent(float(p.settings["growth"])) for p in plans],
            "New customers": _whole(pd.Series([p.sums["arrivals"].best for p in plans])),
            f"Winning them{money}": _whole(pd.Series([p.sums["acquisition"].best for p in plans])),
            f"Dearest each{money}": [
                round(float(p.months.head(YEAR)["cost_each"].max()), 2) for p in plans
            ],
            f"Cash to set aside{money}": _whole(pd.Series([p.needed for p in plans])),
            "Paid back": [_back(p) for p in plans],
        }
    )


def _back(plan: Plan) -> str:
    back = plan.financing.payback_month
    if back is None:
        return f"not in {len(plan.months)} months"
    return "at once" if back == 0 else when(plan, back)
