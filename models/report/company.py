"""The same files for a company of either kind, under the same keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from models.analysis import Analysis
from models.contracts import ContractAnalysis
from models.decisions.scenario import Scenario
from models.report import customers_table, report, write_files
from models.report.contract import contract_report, subscribers_table
from models.values import Values


def company_report(
    analysis: Analysis | ContractAnalysis,
    scenario: Scenario,
    worth: Values | None = None,
    contacts: Path | None = None,
) -> dict[str, Any]:
    """Return what `analysis.json` holds at some settings, with a contact log if there is one."""
    if isinstance(analysis, ContractAnalysis):
        return contract_report(analysis, scenario, worth, contacts)
    return report(analysis, scenario, worth, contacts)


def company_table(analysis: Analysis | ContractAnalysis, worth: Values) -> pd.DataFrame:
    """Return what `customers.csv` holds: one row per customer, ordered by label."""
    if isinstance(analysis, ContractAnalysis):
        return subscribers_table(analysis, worth)
    return customers_table(analysis.customers, worth)


def write_company(
    out: Path,
    analysis: Analysis | ContractAnalysis,
    scenario: Scenario,
    contacts: Path | None = None,
) -> tuple[Path, Path]:
    """Write `analysis.json` and `customers.csv` into a folder and return where they are.

    Both are complete before either takes the place of an older one.
    """
    worth = analysis.values(scenario)
    return write_files(
        out, company_report(analysis, scenario, worth, contacts), company_table(analysis, worth)
    )
