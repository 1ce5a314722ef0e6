"""The plan of a company that was analysed."""

from __future__ import annotations

from models.analysis import Analysis
from models.contracts import ContractAnalysis
from models.decisions.scenario import Scenario
from models.plan.noun import Plan
from models.plan.outlook import Outlook, outlook_of
from models.plan.summary import make_plan


def plan_of(
    analysis: Analysis | ContractAnalysis, scenario: Scenario, known: Outlook | None = None
) -> Plan:
    """Return the plan for a scenario, as far ahead as the company's file can answer.

    A file without money can hold customers only.

    Parameters
    ----------
    analysis, scenario
        The company, and what is planned.
    known
        Its outlook, when it was computed already.
    """
    return make_plan(
        analysis.state,
        plannable(analysis, scenario),
        outlook_of(analysis) if known is None else known,
    )


def plannable(analysis: Analysis | ContractAnalysis, scenario: Scenario) -> Scenario:
    """Return the scenario as far as a company's file can carry it."""
    scenario = analysis.answerable(scenario)
    return scenario if analysis.state.has_money else scenario.with_knob("plan_for", "customers")
