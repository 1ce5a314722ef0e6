"""Was the forecast of renewals right? Tables and sentences; no streamlit.

The same questions as `dashboard.shop.trust`, put to a list of subscriptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard import wording
from dashboard.findings import signed
from models.contracts.holdout import USED

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis
    from models.contracts.holdout import ContractHoldOut
    from models.lifetimes.contract import BetaDiscreteWeibull

TRACKED = False  # renewals come once a period: there are no weeks to follow


def cuts(analysis: ContractAnalysis) -> tuple[ContractHoldOut, ...]:
    """Return every test of the forecast."""
    return () if analysis.holdout is None else (analysis.holdout,)


def summary(analysis: ContractAnalysis) -> str:
    """Return in a sentence how the forecast came out."""
    [test] = cuts(analysis)
    where = "inside" if test.renewals.inside else "outside"
    return f"The renewals that came were {where} the range; off by {signed(test.renewals.error)}."


def carried(analysis: ContractAnalysis) -> str:
    """Return what the ranges of totals carry."""
    return (
        "Every range of a total carries what the parameters could be and the chance of each "
        "renewal. Prices are taken to stay as they are, and nothing outside the file (a rival, a "
        "crisis) is in it."
    )


def table(analysis: ContractAnalysis) -> pd.DataFrame:
    """Return one row per cut: forecast, range, what came, and what naive rules said."""
    return pd.DataFrame(
        [
            {
                "known until": test.until,
                "weeks": round(test.weeks),
                "forecast": test.renewals.predicted,
                "low": test.renewals.low,
                "high": test.renewals.high,
                "came": test.renewals.actual,
                "off by": test.renewals.error,
                "came inside": "inside" if test.renewals.inside else "outside",
                "nobody leaves": test.nobody_leaves,
                "period before": test.last_period,
            }
            for test in cuts(analysis)
        ]
    )


def tournament(analysis: ContractAnalysis) -> pd.DataFrame:
    """Return the candidates by how well they fit and how far off they were, best fit first."""
    whole, tested = analysis.fitted.everyone, analysis.holdout
    errors = {} if tested is None else tested.errors
    lines = [
        {
            "model": f"{one.name}, everybody",
            "log-likelihood": one.log_likelihood,
            "off by": errors.get(one.name, float("nan")),
        }
        for one in (whole.simple, whole.wide)
    ]
    if analysis.fitted.by_plan:
        lines.append(
            {
                "model": analysis.fitted.name,
                "log-likelihood": analysis.fitted.log_likelihood,
                "off by": errors.get(USED, float("nan")),
            }
        )
    found = pd.DataFrame(lines)
    return found.sort_values("log-likelihood", ascending=False, ignore_index=True)


def winner(analysis: ContractAnalysis) -> str:
    """Return which model forecasts, and why, in words."""
    said = (
        f"{analysis.fitted.name} makes the forecasts: plans are told apart, and a chance to leave "
        "that changes with time is taken up, only where a likelihood-ratio test at 5 % asks for it."
    )
    if analysis.holdout is not None:
        off = abs(analysis.holdout.errors[USED])
        said += f" On the renewals it was not shown it was off by {wording.percent(off)}."
    return said


def fits(analysis: ContractAnalysis) -> list[tuple[str, BetaDiscreteWeibull]]:
    """Return every fitted model with its name and whose it is."""
    groups = (analysis.fitted.everyone, *analysis.fitted.plans.values())
    return [
        (f"{model.name}, {'everybody' if group is groups[0] else group.label}", model)
        for group in groups
        for model in (group.simple, group.wide)
    ]
