"""A scenario and a company's outlook in, the plan out, in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.decisions.case import Case, build_case
from models.decisions.ledger import Floats
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.periods import MONTHS_PER_YEAR
from models.plan.newcomers import Arrival, arrival
from models.plan.outlook import Outlook
from models.plan.renewal import Calendar, arrivals
from models.plan.today import Book, Today, between

TINY: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Draws:
    """A plan in every draw, row 0 the best estimate; shape `(K, months)` unless said.

    Attributes
    ----------
    leaving, there, start
        Today's customers who leave in a month, who are left at its end, and who were there at the
        start, shape `(K,)`.
    calendar
        Arrivals for the horizon and a lead time more.
    there_new
        Newcomers of the plan at the end of a month.
    level
        What is held, shape `(K,)`.
    target
        What to hold in each month.
    revenue_today, revenue_new
        What is paid at list price.
    served_today, served_new
        Customer-months.
    discount, contact, care, acquisition
        What is spent.
    margin_today, margin_new, margin_undisturbed
        What is earned; the last by today's customers if nothing were offered to them.
    """

    leaving: Floats
    there: Floats
    start: Floats
    calendar: Calendar
    there_new: Floats
    level: Floats
    target: Floats
    revenue_today: Floats
    revenue_new: Floats
    served_today: Floats
    served_new: Floats
    discount: Floats
    contact: Floats
    care: Floats
    acquisition: Floats
    margin_today: Floats
    margin_new: Floats
    margin_undisturbed: Floats

    @property
    def months(self) -> int:
        """How many months the plan has."""
        return int(self.revenue_today.shape[1])

    @property
    def spend(self) -> Floats:
        """Everything that is spent."""
        return self.discount + self.contact + self.care + self.acquisition

    @property
    def net_cash(self) -> Floats:
        """Margins less spending."""
        return self.margin_today + self.margin_new - self.spend

    @property
    def plan_cash(self) -> Floats:
        """What the plan itself takes or brings."""
        return self.net_cash - self.margin_undisturbed


def draw_plan(state: State, scenario: Scenario, known: Outlook) -> tuple[Draws, Case, str]:
    """Return the plan in every draw, its case, and what today's customers get in it.

    Raises
    ------
    SettingError
        When the scenario asks for something this company does not have.
    """
    case = build_case(state, scenario)
    months, lead = round(scenario.horizon), round(scenario.lead_time_months)
    offer = offered(case, scenario)
    book = Book(state, known, months + lead)
    changed = None if offer == "nothing" else book.offer(case, offer)
    today = book.with_chance(changed)
    alone = today if changed is None else book.with_chance(None)
    new = arrival(state.axis, state.newcomers, months + lead, scenario.new_ramp)
    level, target = _target(state, scenario, today, new)
    by_head = scenario.plan_for == "customers"
    plan = arrivals(
        today.foreseen(scenario.plan_for, lead),
        np.maximum(new.there if by_head else new.recurring, TINY),
        target,
        lead=lead,
        pipeline=scenario.pipeline,
        spread=round(scenario.catch_up_months),
    )
    come = plan.arriving[:, :months]
    there_new = _followed(come, new.there)
    season = known.index(months) * (1.0 if state.subscription else known.shocks(len(level), months))
    costs = np.zeros((3, len(level), months))
    if changed is not None:
        costs = np.stack([changed.discount + changed.handling, changed.contact, changed.care])
    margin, serve = scenario.margin, scenario.cost_to_serve
    paid, paid_alone = (season * one.revenue[:, :months] for one in (today, alone))
    paid_new = season * _followed(come, new.revenue)
    served, served_alone = today.served[:, :months], alone.served[:, :months]
    served_new = between(np.zeros(len(level)), there_new)
    drawn = Draws(
        leaving=today.leaving[:, :months],
        there=today.there[:, :months],
        start=today.start,
        calendar=plan,
        there_new=there_new,
        level=level,
        target=target[:, :months],
        revenue_today=paid,
        revenue_new=paid_new,
        served_today=served,
        served_new=served_new,
        discount=costs[0, :, :months],
        contact=costs[1, :, :months],
        care=costs[2, :, :months],
        acquisition=_spent(plan.arriving[:, lead:], case, state.newcomers.per_month),
        margin_today=margin * paid - serve * served,
        margin_new=margin * paid_new - serve * served_new,
        margin_undisturbed=margin * paid_alone - serve * served_alone,
    )
    return drawn, case, offer


def offered(case: Case, scenario: Scenario) -> str:
    """Return what today's customers get: `nothing`, `discount` or `service`.

    What pays on its own at the best estimate, unless the scenario says.
    """
    wish = scenario.plan_offer
    if wish == "service" and case.service is None:
        return "nothing"
    if wish != "decided":
        return wish
    central = case.central()
    values = {"nothing": 0.0, "discount": float(central.keep()[0])}
    if central.service is not None:
        values["service"] = float(central.serve()[0])
    return max(values, key=lambda name: values[name])


def cost_of_one(case: Case) -> Floats:
    """Return what a newcomer costs at today's volume; the most one may cost if nobody said."""
    return case.newcomer()[:1] if case.cost is None else case.cost


def _target(state: State, scenario: Scenario, today: Today, new: Arrival) -> tuple[Floats, Floats]:
    """Return today's level, shape `(K,)`, and what to hold in each month, `(K, months)`.

    A shop's level of revenue is what today's customers spend in a month, with today's intake of
    newcomers beside them; a subscription's is what subscribers pay by the month.
    """
    level = today.start
    if scenario.plan_for == "revenue":
        level = today.rate
        if not state.subscription:
            level = level + state.newcomers.per_month * new.recurring[:, 0] / scenario.new_ramp
    months = np.arange(1, today.there.shape[1] + 1)
    return level, level[:, None] * (1 + scenario.growth) ** (months / MONTHS_PER_YEAR)


def _followed(come: Floats, kernel: Floats) -> Floats:
    """Return what all newcomers together do in each month, shape `(K, months)`."""
    months = come.shape[1]
    ages = np.arange(months)[:, None] - np.arange(months)
    each = np.where(ages >= 0, kernel[:, ages.clip(0)], 0.0)
    return np.asarray(np.einsum("ktu,ku->kt", each, come))


def _spent(ordered: Floats, case: Case, intake: float) -> Floats:
    """Return what newcomers cost in the month their campaign starts, dearer the more are won."""
    cost = cost_of_one(case)[:, None] * ordered
    if case.growth == 0 or intake <= 0:
        return cost
    return cost * (ordered / intake) ** case.growth
