"""The analysis of a list of subscriptions, in the same files and under the same keys as a shop's.

`orders` are payments, `alive` is 1 for who is a subscriber on the last day and 0 for who is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd

from models.contracts.analysis import ContractAnalysis
from models.contracts.curves import model_staying, staying
from models.contracts.fits import Retention, fit_groups
from models.contracts.holdout import USED, ContractHoldOut
from models.contracts.subscribers import PLAN
from models.decisions.scenario import Scenario
from models.draws import SEED
from models.periods import date_of
from models.plan import plan_of
from models.report import COLUMNS, facts, plain, reasons, value_facts
from models.report.care import care_facts
from models.report.curves import labelled
from models.report.profiles import profile_facts
from models.report.why import contract_drivers
from models.report.worth import worth_facts
from models.survival import Curve
from models.values import Values

BAND_DRAWS: Final = 100
NO_BUYING: Final = (
    "Subscribers pay until they leave, so shares who buy again are not counted: see survival."
)


def contract_report(
    analysis: ContractAnalysis,
    scenario: Scenario,
    worth: Values | None = None,
    contacts: Path | None = None,
) -> dict[str, Any]:
    """Return what `analysis.json` holds for subscriptions.

    Parameters
    ----------
    analysis
        The company.
    scenario
        The settings its value and decision are computed for.
    worth
        Values at that scenario, when they are known already.
    contacts
        A contact log beside the company's own file.
    """
    listed, people = analysis.subscriptions, analysis.people
    worth = worth or analysis.values(scenario)
    profiles, untold = profile_facts(analysis, scenario)
    care, uncared = care_facts(analysis, worth, contacts)
    behind, unvalued = worth_facts(analysis, scenario, worth)
    content = {
        "assumptions": list(_assumptions(analysis, scenario)),
        "file": facts.source_of(listed.mapping, listed.name),
        "ledger": facts.ledger_of(listed.ledger),
        "data": _data(analysis),
        "model": _model(analysis),
        "spend": _price(analysis),
        "holdout": _holdout(analysis),
        **_curves(analysis),
        "still_buying": {},
        "second_purchase": {},
        "value": value_facts(worth) | behind,
        "decision": analysis.decide(scenario).to_dict(),
        "plan": plan_of(analysis, scenario).to_dict(),
        "drivers": contract_drivers(analysis, worth),
        "care": care,
        "profiles": profiles,
        "not_computed": reasons(profiles=untold, care=uncared, **unvalued),
        "notes": [NO_BUYING, *analysis.state.notes, *_snapshot_notes(people.last_day)],
    }
    return plain(content)


def subscribers_table(analysis: ContractAnalysis, worth: Values) -> pd.DataFrame:
    """Return what `customers.csv` holds: one row per customer, ordered by label."""
    frame = analysis.people.frame
    last = frame["ended"].where(frame["observed"], analysis.people.last_day)
    times = frame.assign(last=last).groupby("customer", sort=True)
    seen = times.agg(
        first=("start", "min"), last=("last", "max"), orders=("payments", "sum"),
        amount=("amount", "sum"),
    )  # fmt: skip
    ahead = worth.frame.set_index("customer").loc[seen.index]
    table = pd.DataFrame(
        {
            "customer": seen.index,
            "first": [_day(day) for day in seen["first"]],
            "last": [_day(day) for day in seen["last"]],
            "orders": seen["orders"].to_numpy(),
            "amount": seen["amount"].to_numpy(),
            "alive": ahead["p_alive"].astype("int64").to_numpy(),
            **{name: ahead[name].to_numpy() for name in COLUMNS[6:]},
        }
    )
    return table[list(COLUMNS)]


def _day(day: float | None) -> str:
    return "" if day is None or pd.isna(day) else date_of(int(day)).isoformat()


def _why(analysis: ContractAnalysis) -> str:
    columns = analysis.subscriptions.columns
    flag = columns.mapping.header("flag")
    if columns.snapshot:
        return f"Every row is a customer, and '{flag}' says who left ('{columns.means}')."
    if columns.flag:
        return f"Every row is a subscription, and '{flag}' says who left ('{columns.means}')."
    return (
        "Every row is a subscription with a start, and with an end once somebody has left, so "
        "leaving is seen and nothing is inferred from silence."
    )


def _assumptions(analysis: ContractAnalysis, scenario: Scenario) -> Iterator[dict[str, Any]]:
    yield from (asdict(guess) for guess in analysis.subscriptions.assumptions)
    yield {"what": "relation", "value": "contract", "why": _why(analysis)}
    yield from facts.settings(analysis, scenario)


def _data(analysis: ContractAnalysis) -> dict[str, Any]:
    listed, people = analysis.subscriptions, analysis.people
    frame = people.frame
    return {
        "customers": len(people),
        "orders": int(frame["payments"].sum()),
        "revenue": float(frame["amount"].sum()) if people.has_money else None,
        "first": None if people.first_day is None else date_of(people.first_day),
        "last": None if people.last_day is None else date_of(people.last_day),
        "currency": people.currency,
        "relation": "contract",
        "relation_why": _why(analysis),
        "period_months": people.period_months,
        "subscriptions": int(frame["subscriptions"].sum()),
        "came_back": int((frame["spell"] > 1).sum()) if not listed.snapshot else 0,
        "running": int(frame["running"].sum()),
        "cancelled_and_running": int((frame["running"] & frame["leaving"]).sum()),
        "left": int(frame["observed"].sum()),
    }


def _model(analysis: ContractAnalysis) -> dict[str, Any]:
    fitted, people = analysis.fitted, analysis.people
    errors = {} if analysis.holdout is None else analysis.holdout.errors
    whole = fitted.everyone
    candidates = [
        {
            "name": one.name,
            "log_likelihood": one.log_likelihood,
            "parameters": one.parameters,
            "holdout_error": errors.get(one.name),
            "converged": one.report.converged,
            "fit": one.report.sentence,
        }
        for one in whole.candidates
    ]
    used = {
        "name": fitted.name,
        "log_likelihood": fitted.log_likelihood,
        "parameters": {label: one.chosen.parameters for label, one in fitted.used.items()}
                      if fitted.by_plan else whole.chosen.parameters,
        "holdout_error": errors.get(USED),
    }  # fmt: skip
    groups = {PLAN: fitted.plans} | {by: fit_groups(people, by) for by in people.dimensions()}
    return {
        **used,
        "why": "Plans are told apart, and a changing chance to leave is taken up, only where a "
        "likelihood-ratio test at 5 % asks for it.",
        "candidates": candidates + ([used] if fitted.by_plan else []),
        "groups": {
            by: {label: _group(one) for label, one in found.items()} for by, found in groups.items()
        },
    }


def _group(one: Retention) -> dict[str, Any]:
    chosen = one.chosen
    return {
        "name": chosen.name,
        "customers": one.customers,
        "left": one.left,
        "parameters": chosen.parameters,
        "log_likelihood": chosen.log_likelihood,
        "sbg": one.simple.parameters,
        "sbg_log_likelihood": one.simple.log_likelihood,
    }


def _price(analysis: ContractAnalysis) -> dict[str, Any]:
    people = analysis.people
    if not people.has_money:
        why = "The file has no price, so only payments are forecast."
        return {"name": None, "parameters": {}, "log_likelihood": None, "why": why}
    held = people.running
    return {
        "name": "price",
        "parameters": {"mean_per_period": float(held["price"].mean())},
        "log_likelihood": None,
        "why": "Subscribers go on paying what they pay today; nothing about it is estimated.",
    }


def _holdout(analysis: ContractAnalysis) -> dict[str, Any]:
    rolled = {
        "rolling": [_cut(cut) for cut in analysis.rolling.cuts],
        "rolling_inside": analysis.rolling.inside,
        "beyond_parameters": {"leaving": facts.beyond(analysis.surprise)},
    }
    if analysis.holdout is None:
        names = ("until", "weeks", "predicted", "actual", "predicted_low", "predicted_high",
                 "baseline_predicted", "baselines", "money")  # fmt: skip
        return {**dict.fromkeys(names), "why": analysis.holdout_why, **rolled}
    return {**_cut(analysis.holdout), "candidates": analysis.holdout.errors, **rolled}


def _cut(cut: ContractHoldOut) -> dict[str, Any]:
    return {
        "until": cut.until,
        "weeks": cut.weeks,
        "customers": cut.customers,
        **facts.forecast(cut.renewals),
        "baseline_predicted": cut.nobody_leaves,
        "baselines": {"nobody_leaves": cut.nobody_leaves, "last_period": cut.last_period},
        "money": None,
    }


def _curves(analysis: ContractAnalysis) -> dict[str, dict[str, Any]]:
    people, used = analysis.people, analysis.fitted.used
    found: dict[str, tuple[Curve, ...]] = {"survival": (*staying(people), *staying(people, PLAN))}
    for by in people.dimensions():
        found[f"survival_by_{by}"] = staying(people, by)
    models = {one.label: one for one in (analysis.fitted.everyone, *used.values())}
    found["survival_model"] = tuple(
        model_staying(people, one, BAND_DRAWS, SEED) for one in models.values()
    )
    return {key: labelled(curves) for key, curves in found.items()}


def _snapshot_notes(last_day: int | None) -> tuple[str, ...]:
    if last_day is not None:
        return ()
    return (
        "The file has no dates: cohorts, calendar months and a test on the last period need start "
        "and end dates.",
    )
