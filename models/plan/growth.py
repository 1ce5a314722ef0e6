"""What growing costs, and how much of it may be lost on the customers one has."""

from __future__ import annotations

from typing import Final

from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.plan.noun import Plan
from models.plan.outlook import Outlook
from models.plan.summary import make_plan

STEPS: Final = (0.0, 0.05, 0.10, 0.20)


def growth_steps(state: State, scenario: Scenario, known: Outlook) -> tuple[Plan, ...]:
    """Return the plan at several rates of growth, the one asked for among them."""
    rates = sorted({*STEPS, scenario.growth})
    return tuple(make_plan(state, scenario.with_knob("growth", rate), known) for rate in rates)


def leavers_growth_can_bear(grown: Plan, held: Plan) -> float | None:
    """Return how many of today's customers may leave because of growth before it loses money.

    What growth adds to the plan's own cash by the horizon, over what one of today's customers
    brings by then. None when growth adds nothing, or today's customers bring nothing.
    """
    gain = float(grown.months["plan_cash"].sum() - held.months["plan_cash"].sum())
    each = float(held.months["margin_undisturbed"].sum()) / max(held.customers, 1.0)
    return gain / each if gain > 0 and each > 0 else None
