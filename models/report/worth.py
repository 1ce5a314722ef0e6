"""Behind the worth of all customers, as `analysis.json` has it.

Why other tools' numbers differ, when a new customer is paid back, and what each year brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

from models.analysis import Analysis
from models.bridges import Bridge
from models.contracts.analysis import ContractAnalysis
from models.contracts.payments import paid_by_age, paid_by_year
from models.contracts.reconciliation import reconcile_subscribers
from models.contracts.subscribers import PLAN
from models.decisions.scenario import Scenario
from models.earned import Earned, Payback, earned
from models.errors import EvidenceError
from models.reconciliation import reconcile
from models.relation import Relation
from models.relationship import YearEarned, years
from models.values import Values

T = TypeVar("T")
Company = Analysis | ContractAnalysis

NO_COST: Final = (
    "No cost of winning a customer is set: set it to see when it is back (--cac on the command "
    "line)."
)

_WHYS: Final[Mapping[str, str]] = {
    "margin": "Only the margin is left of revenue.",
    "horizon": "The formula counts without end; here only months up to the horizon count.",
    "discounting": "Money that comes later is worth less today.",
    "service": "Serving a customer costs money for as long as they stay.",
}
_OWN: Final[Mapping[Relation, Mapping[str, str]]] = {
    "shop": {
        "past": "What came before the last `days` is earned and says little of what comes.",
        "ahead": "The last `days` are repeated to the horizon, as if nobody left.",
        "leaving": "The longer somebody has been a customer, the less likely they leave.",
        "pace": "Each buyer of the last `days` counts with the own pace and spend.",
        "gone": "Some buyers of the last `days` have left in silence.",
        "silent": "Some who bought nothing in the last `days` will be back.",
    },
    "subscription": {
        "past": "What was paid before the last year is earned and does not come again.",
        "ahead": "All who still pay go on to the horizon, as if nobody left.",
        "leaving": "The share who did not renew in the last year leaves at every renewal.",
        "stopped": "Some who paid in the last year have left or cancelled.",
        "due": "The next payment is not today's: it has to be renewed first.",
        "cancelled": "Who has cancelled pays no more.",
        "renewing": "Each plan renews in its own way, and the surer the longer somebody stayed.",
        "price": "Each pays the own price, not the average.",
    },
}


def worth_facts(
    analysis: Company, scenario: Scenario, worth: Values
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return `reconciliation`, `payback` and `years`, and why any of them is missing.

    Parameters
    ----------
    analysis, scenario
        The company, and the settings: what a new customer costs is taken from them.
    worth
        Its values at these settings.

    Returns
    -------
    dict, dict
        A key each, null where the file cannot tell, and sentences by the key they belong to
        (`payback_by_country` where only that comparison is missing).
    """
    missing: dict[str, str] = {}
    bridges = _told(partial(_bridges, analysis, worth), "reconciliation", missing)
    found = _told(partial(_years, analysis), "years", missing)
    return {
        "reconciliation": bridges and [_way(analysis.relation, one) for one in bridges],
        "payback": _paybacks(analysis, scenario.acquisition_cost, worth.business.margin, missing),
        "years": found and [_year(one, worth.business.margin) for one in found],
    }, missing


def _told(found: Callable[[], T], part: str, missing: dict[str, str]) -> T | None:
    """Return what is found; where the file cannot tell, None, and the reason among the missing."""
    try:
        return found()
    except EvidenceError as reason:
        missing[part] = str(reason)
        return None


def _paybacks(
    analysis: Company, cost: float | None, margin: float, missing: dict[str, str]
) -> list[dict[str, Any]] | None:
    """Return everyone's payback, then that of each column's largest groups."""
    everyone = _told(partial(_lines, analysis, None), "payback", missing)
    if everyone is None:
        return None
    if cost is None:
        missing["payback"] = NO_COST
    lines: list[tuple[str | None, Earned]] = [(None, one) for one in everyone]
    for by in _columns(analysis):
        groups = _told(partial(_lines, analysis, by), f"payback_by_{by}", missing)
        lines += [(by, one) for one in groups or ()]
    return [_payback(by, Payback(one, cost), margin) for by, one in lines]


def _bridges(analysis: Company, worth: Values) -> tuple[Bridge, ...]:
    if isinstance(analysis, ContractAnalysis):
        return reconcile_subscribers(analysis.people, analysis.fitted, worth.business)
    return reconcile(
        analysis.transactions, analysis.customers, analysis.lifetimes, analysis.spend,
        worth.business,
    )  # fmt: skip


def _columns(analysis: Company) -> list[str]:
    """Return what groups can be told apart by."""
    if isinstance(analysis, Analysis):
        return sorted(analysis.transactions.attributes)
    frame = analysis.people.frame
    return [name for name in (*analysis.people.attributes, PLAN) if frame[name].nunique() > 1]


def _lines(analysis: Company, by: str | None) -> tuple[Earned, ...]:
    if isinstance(analysis, ContractAnalysis):
        return paid_by_age(analysis.people, by=by)
    return earned(analysis.transactions, analysis.customers, by=by)


def _years(analysis: Company) -> tuple[YearEarned, ...]:
    if isinstance(analysis, ContractAnalysis):
        return paid_by_year(analysis.people, analysis.log.name)
    return years(analysis.transactions, analysis.customers)


def _way(relation: Relation, over: Bridge) -> dict[str, Any]:
    why = {**_WHYS, **_OWN[relation]}
    return {
        "start": over.start,
        "begins": over.begins,
        "steps": [
            {"name": step.key, "amount": change, "why": why[step.key]}
            for step, change in zip(over.steps, over.changes, strict=True)
        ],
        "ends": over.ends,
        "facts": over.facts,
    }


def _payback(by: str | None, one: Payback, margin: float) -> dict[str, Any]:
    month, early, late = one.month(margin) or (None, None, None)
    return {
        "by": by,
        "group": "all" if by is None else one.line.label,
        "customers": one.line.customers,
        "cost": one.cost,
        "month": month,
        "low": early,
        "high": late,
        "watched_months": int(one.line.months[-1]),
    }


def _year(one: YearEarned, margin: float) -> dict[str, Any]:
    return {
        "year": one.year,
        "margin": margin * one.amount,
        "low": margin * one.low,
        "high": margin * one.high,
        "followed": one.followed,
        "active": one.active,
    }
