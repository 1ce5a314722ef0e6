"""From the plan in every draw to what is said of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import numpy as np
import pandas as pd

from models.decisions.ledger import Floats
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.periods import MONTHS_PER_YEAR
from models.plan.engine import Draws, cost_of_one, draw_plan
from models.plan.noun import COLUMNS, LEVELS, Financing, Plan, Sum
from models.plan.outlook import Outlook

BAND: Final = (0.1, 0.9)
NOTHING: Final = 1e-9  # money smaller than this share of the spending is rounding


def make_plan(state: State, scenario: Scenario, known: Outlook) -> Plan:
    """Return the plan for a scenario, in milliseconds.

    Parameters
    ----------
    state
        The company as the decision engine sees it.
    scenario
        What is planned and assumed, its horizon one the company can answer for.
    known
        When the company's money moves and how surely.

    Raises
    ------
    SettingError
        When the scenario asks for something this company does not have.
    """
    drawn, case, offer = draw_plan(state, scenario, known)
    tied = -np.cumsum(drawn.plan_cash, axis=1)
    need = np.maximum(tied.max(axis=1), 0.0)
    year = min(MONTHS_PER_YEAR, drawn.months)
    revenue = (drawn.revenue_today + drawn.revenue_new)[:, :year].sum(axis=1)
    return Plan(
        settings=scenario.to_settings(),
        start=known.start,
        months=_table(drawn, known, round(scenario.lead_time_months), tied, scenario.certainty),
        plan_for=scenario.plan_for,
        level=float(drawn.level[0]),
        customers=float(drawn.start[0]),
        intake=state.newcomers.per_month,
        cost=float(cost_of_one(case)[0]),
        cost_known=case.cost is not None,
        offer=offer,
        sums=_sums(drawn, year),
        certainty=scenario.certainty,
        needed=float(np.quantile(need[1:], scenario.certainty)),
        needed_month=int(np.argmax(tied[0])) + 1 if need[0] > 0 else None,
        price=tuple((level, float(np.quantile(need[1:], level))) for level in LEVELS),
        revenue_least=float(np.quantile(revenue[1:], 1 - scenario.certainty)),
        financing=_financing(drawn, year),
        notes=_notes(state, scenario, known, case.cost is not None),
        has_money=state.has_money,
    )


def _table(drawn: Draws, known: Outlook, lead: int, tied: Floats, certainty: float) -> pd.DataFrame:
    """Return `Plan.months`."""
    months = np.arange(1, drawn.months + 1)
    come = drawn.calendar.arriving
    ordered = come[0, lead:]
    more_new = np.diff(drawn.there_new[0], prepend=0.0)
    columns: dict[str, Any] = {
        "month": months,
        "first_day": [known.first_day(m) for m in months.tolist()],
        **_banded("departures", drawn.leaving),
        "departures_new": np.maximum(come[0, : drawn.months] - more_new, 0.0),
        **_banded("arrivals", come[:, : drawn.months]),
        "campaign_start": [_starts(known, m, lead) for m in months.tolist()],
        "ordered": ordered,
        "cost_each": np.divide(
            drawn.acquisition[0], ordered, out=np.zeros_like(ordered), where=ordered > 0
        ),
        "customers_today": drawn.there[0],
        "customers_new": drawn.there_new[0],
        "target": drawn.target[0],
        "gap": drawn.calendar.gap[0, : drawn.months],
        "season": known.index(drawn.months),
        "revenue_today": drawn.revenue_today[0],
        "revenue_new": drawn.revenue_new[0],
        "served_today": drawn.served_today[0],
        "served_new": drawn.served_new[0],
    }
    revenue = _banded("revenue", drawn.revenue_today + drawn.revenue_new)
    columns |= {name: revenue[name] for name in ("revenue_low", "revenue_high")}
    for name in COLUMNS:
        if name not in columns and hasattr(drawn, name):
            columns[name] = getattr(drawn, name)[0]
    levels = {"tied_up": certainty, "tied_up_p50": 0.5, "tied_up_p80": 0.8, "tied_up_p90": 0.9}
    columns |= dict(zip(levels, np.quantile(tied[1:], [*levels.values()], axis=0), strict=True))
    return pd.DataFrame(columns)[list(COLUMNS)]


def _starts(known: Outlook, month: int, lead: int) -> dt.date | None:
    return None if month <= lead else known.first_day(month - lead)


def _banded(name: str, values: Floats) -> dict[str, Floats]:
    """Return the best estimate and the 80 % range of each month, which holds it."""
    low, high = np.quantile(values[1:], BAND, axis=0)
    best = values[0]
    return {
        name: best,
        f"{name}_low": np.minimum(low, best),
        f"{name}_high": np.maximum(high, best),
    }


def _sums(drawn: Draws, months: int) -> dict[str, Sum]:
    """Return totals of the first months, summed within each draw."""
    lines = {
        "departures": drawn.leaving,
        "arrivals": drawn.calendar.arriving,
        "revenue": drawn.revenue_today + drawn.revenue_new,
        "margin_today": drawn.margin_today,
        "margin_new": drawn.margin_new,
        "offers": drawn.discount + drawn.contact,
        "care": drawn.care,
        "acquisition": drawn.acquisition,
        "net_cash": drawn.net_cash,
        "plan_cash": drawn.plan_cash,
    }
    return {name: _sum(line[:, :months].sum(axis=1)) for name, line in lines.items()}


def _sum(totals: Floats) -> Sum:
    low, high = np.quantile(totals[1:], BAND)
    best = float(totals[0])
    return Sum(best, min(float(low), best), max(float(high), best))


def _financing(drawn: Draws, year: int) -> Financing:
    """Return how the best estimate pays for itself."""
    spend = float(drawn.spend[0, :year].sum())
    margin = float(drawn.margin_today[0, :year].sum())
    cash = np.cumsum(drawn.net_cash[0])
    own = np.cumsum(drawn.plan_cash[0])
    rounding = NOTHING * float(drawn.spend[0].sum())
    short = np.flatnonzero(drawn.net_cash[0] < -rounding)
    taken = np.flatnonzero(own < -rounding)
    missing = float(-cash.min())
    first = int(short[-1]) + 2 if len(short) else 1
    back = int(taken[-1]) + 2 if len(taken) else 0
    return Financing(
        spend=spend,
        margin_today=margin,
        share=min(max(margin, 0.0) / spend, 1.0) if spend > 0 else 1.0,
        deepest=max(missing, 0.0),
        deepest_month=int(np.argmin(cash)) + 1 if missing > rounding else None,
        first_month=first if first <= drawn.months else None,
        payback_month=back if back <= drawn.months else None,
    )


def _notes(state: State, scenario: Scenario, known: Outlook, cost_known: bool) -> tuple[str, ...]:
    notes = []
    if not cost_known and state.has_money:
        notes.append(
            "Nobody has said what a new customer costs: each is counted at the most one may cost, "
            "and the cash needed is the most the plan may take."
        )
    if known.season_why:
        notes.append(f"Every month is an average one. {known.season_why}")
    if known.assumed:
        notes.append(
            "Too few months were forecast to measure how far one may be off: what other companies "
            "showed stands in, widened."
        )
    if scenario.plan_offer == "service" and scenario.service_save_rate is None:
        notes.append(
            "The plan carries no service: nobody has said how many leavers it saves. Set it on "
            "Keep or replace."
        )
    if not state.newcomers.per_month:
        notes.append("How many newcomers come today is not known, so their cost stays level.")
    return tuple(notes)
