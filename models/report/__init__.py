"""The analysis as two files: everything a page shows, for whoever wants it without the page.

Rates and margins are fractions, months a twelfth of 365.25 days, money in the file's currency, and
what is not known is null. Every low and high bounds 80 %. The same file gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from models.analysis import Analysis
from models.customers import Customers
from models.decisions.scenario import Scenario
from models.periods import date_of
from models.plan import plan_of
from models.report import facts
from models.report.care import care_facts
from models.report.curves import curves
from models.report.profiles import profile_facts
from models.report.why import shop_drivers
from models.report.worth import worth_facts
from models.values import Values

DIGITS: Final = 10
COLUMNS: Final = (
    "customer",
    "first",
    "last",
    "orders",
    "amount",
    "alive",
    "expected_orders",
    "value",
    "value_low",
    "value_high",
)


def report(
    analysis: Analysis,
    scenario: Scenario,
    worth: Values | None = None,
    contacts: Path | None = None,
) -> dict[str, Any]:
    """Return what `analysis.json` holds: plain values only, floats at 10 significant digits.

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
    worth = worth or analysis.values(scenario)
    shown, missing = curves(analysis)
    profiles, untold = profile_facts(analysis, scenario)
    care, uncared = care_facts(analysis, worth, contacts)
    behind, unvalued = worth_facts(analysis, scenario, worth)
    content = {
        "assumptions": list(facts.assumptions(analysis, scenario)),
        "file": facts.source(analysis),
        "ledger": facts.ledger(analysis),
        "data": facts.data(analysis),
        "model": facts.model(analysis),
        "spend": facts.spend(analysis),
        "holdout": facts.holdout(analysis),
        **shown,
        "value": value_facts(worth) | behind,
        "decision": analysis.decide(scenario).to_dict(),
        "plan": plan_of(analysis, scenario).to_dict(),
        "drivers": shop_drivers(analysis, contacts),
        "care": care,
        "profiles": profiles,
        "not_computed": reasons(profiles=untold, care=uncared, **unvalued),
        "notes": missing,
    }
    return plain(content)


def reasons(**why: str) -> dict[str, str]:
    """Return why parts of a report are empty; parts that are not have no reason."""
    return {part: said for part, said in why.items() if said}


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's content as JSON has it; what is not known is null."""
    return {key: _plain(value) for key, value in content.items()}


def customers_table(customers: Customers, worth: Values) -> pd.DataFrame:
    """Return what `customers.csv` holds: one row per customer, ordered by label."""
    frame, ahead = customers.frame, worth.frame
    table = pd.DataFrame(
        {
            "customer": frame["customer"],
            "first": [date_of(day).isoformat() for day in frame["first"]],
            "last": [date_of(day).isoformat() for day in frame["last"]],
            "orders": frame["orders"],
            "amount": frame["amount"],
            "alive": ahead["p_alive"].to_numpy(),
            "expected_orders": ahead["expected_orders"].to_numpy(),
            "value": ahead["value"].to_numpy(),
            "value_low": ahead["value_low"].to_numpy(),
            "value_high": ahead["value_high"].to_numpy(),
        }
    )
    return table[list(COLUMNS)]


def write_report(
    out: Path, analysis: Analysis, scenario: Scenario, contacts: Path | None = None
) -> tuple[Path, Path]:
    """Write `analysis.json` and `customers.csv` into a folder and return where they are.

    Both are complete before either takes the place of an older one.
    """
    worth = analysis.values(scenario)
    return write_files(
        out, report(analysis, scenario, worth, contacts), customers_table(analysis.customers, worth)
    )


def write_files(out: Path, content: Mapping[str, Any], table: pd.DataFrame) -> tuple[Path, Path]:
    """Write a report's content and its table of customers; return where they are."""
    whole = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    rows = table.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    written = []
    for name, text in (("analysis.json", whole), ("customers.csv", rows)):
        draft = out / f".{name}.new"
        draft.write_bytes(text.encode("utf-8"))
        written.append(draft.replace(out / name))
    return written[0], written[1]


def value_facts(worth: Values) -> dict[str, Any]:
    """Return what everybody together is worth, and how many will buy."""
    return {
        "horizon_months": worth.business.horizon_months,
        "annual_rate": worth.business.rate.rate,
        "margin": worth.business.margin,
        "unit": "money" if worth.has_money else "orders",
        "total": worth.total,
        "low": worth.low,
        "high": worth.high,
        "earned_so_far": worth.earned,
        "active_customers": worth.buyers_12m,
        "expected_buyers_12m": worth.buyers_12m,
        "expected_buyers_12m_low": worth.buyers_low,
        "expected_buyers_12m_high": worth.buyers_high,
        "customers_alive": worth.alive,
        "new_customer": {
            "value": worth.new_customer,
            "low": worth.new_low,
            "high": worth.new_high,
        },
    }


def _plain(value: object) -> object:
    """Return a value as JSON has it: no arrays and no dates, floats at 10 digits, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)  # money of the ledger keeps every digit, so that it adds up
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
