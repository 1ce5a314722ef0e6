"""One big customer against several small ones: how many newcomers make up for a large customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.periods import MONTHS_PER_YEAR, WEEKS_PER_MONTH
from models.values import Values

EASY_WEEKS: Final = 4.0
HARD_WEEKS: Final = 13.0

Ease = Literal["yes", "tight", "no"]


@dataclass(frozen=True)
class Swap:
    """A large customer and the newcomers that would replace it.

    Attributes
    ----------
    customer
        The label.
    revenue, profit
        Expected in the next twelve months: revenue, and margin less the cost to serve the account.
    by_revenue, by_profit
        Newcomers that bring as much in their first twelve months, each charged the cost to serve;
        None when a newcomer brings none.
    weeks
        Weeks of today's whole intake that `by_revenue` newcomers are.
    ease
        `yes` up to 4 weeks of intake, `tight` up to 13, else `no`.
    worth_giving
        Largest lasting discount at which the customer still earns more than those newcomers do
        after their acquisition cost (0 when none does); with the cost unknown, and never more than,
        the discount at which the account earns nothing.
    earns_nothing
        Discount at which the account's margin is used up; beyond it every order loses.
    """

    customer: str
    revenue: float
    profit: float
    by_revenue: float | None
    by_profit: float | None
    weeks: float | None
    ease: Ease
    worth_giving: float
    earns_nothing: float


def biggest(values: Values, state: State, scenario: Scenario, number: int = 5) -> tuple[Swap, ...]:
    """Return the customers worth most from today on, each against the newcomers replacing it.

    Parameters
    ----------
    values, state
        The company; `values` at the scenario's margin, rate and horizon.
    scenario
        Margin, cost to serve and acquisition cost.
    number
        How many customers.
    """
    order = np.argsort(-values.frame["value"].to_numpy(), kind="stable")[:number]
    return tuple(_swap(values.frame.iloc[row], values, state, scenario) for row in order)


def _swap(row: pd.Series[float], values: Values, state: State, scenario: Scenario) -> Swap:
    horizon = scenario.horizon
    months = min(MONTHS_PER_YEAR, horizon)
    revenue = float(row["expected_orders"] * row["spend"]) * months / horizon
    serving = scenario.cost_to_serve * months
    profit = scenario.margin * revenue - serving
    new = state.newcomers
    new_profit = scenario.margin * new.revenue_year - serving
    by_revenue = revenue / new.revenue_year if new.revenue_year > 0 else None
    weeks = None
    if by_revenue is not None and new.per_month > 0:
        weeks = by_revenue / (new.per_month / WEEKS_PER_MONTH)
    nothing = float(np.clip(profit / revenue, 0, 1)) if revenue > 0 else 0.0
    giving = nothing
    if scenario.acquisition_cost is not None and by_revenue is not None and revenue > 0:
        each = values.new_customer - scenario.acquisition_cost
        spent = float(row["value"]) / scenario.margin  # discounted revenue to the horizon
        giving = float(np.clip((row["value"] - by_revenue * max(each, 0.0)) / spent, 0, nothing))
    return Swap(
        customer=str(row["customer"]),
        revenue=revenue,
        profit=profit,
        by_revenue=by_revenue,
        by_profit=profit / new_profit if new_profit > 0 else None,
        weeks=weeks,
        ease=_ease(weeks),
        worth_giving=giving,
        earns_nothing=nothing,
    )


def _ease(weeks: float | None) -> Ease:
    if weeks is None or weeks > HARD_WEEKS:
        return "no"
    return "yes" if weeks <= EASY_WEEKS else "tight"
