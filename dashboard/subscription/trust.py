"""Was the forecast of renewals right? Tables and sentences; no streamlit.

The same questions as `dashboard.shop.trust`, put to a list of subscriptions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import wording
from dashboard.findings import carries, missed
from models.contracts.holdout import USED
from models.lifetimes.nobody_left import NobodyLeft

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis
    from models.contracts.holdout import ContractHoldOut
    from models.lifetimes.contract import BetaDiscreteWeibull

TRACKED = False  # renewals come once a period: there are no weeks to follow


def cuts(analysis: ContractAnalysis) -> tuple[ContractHoldOut, ...]:
    """Return every test of the forecast, oldest first; the last is the file's last periods."""
    last = () if analysis.holdout is None else (analysis.holdout,)
    return (*analysis.rolling.cuts, *last)


def verdict(analysis: ContractAnalysis) -> str:
    """Return whether the data carries a forecast, in a sentence."""
    made = cuts(analysis)
    return carries([cut.renewals for cut in made], made[-1].weeks if made else 0)


def summary(analysis: ContractAnalysis) -> str:
    """Return in a sentence or two how the forecasts of the past came out."""
    rolled = analysis.rolling
    if not rolled.cuts:
        return "The file is too short to test the forecast at more than one cut."
    return (
        f"Renewals came inside the range at {rolled.inside} of "
        f"{wording.count(len(rolled.cuts), 'quarter-end')}; "
        f"{missed([cut.renewals for cut in rolled.cuts])}."
    )


def carried(analysis: ContractAnalysis) -> str:
    """Return what the ranges of totals carry, and on what evidence."""
    found = analysis.surprise
    month = "assumed" if found.month_assumed else f"from {wording.count(found.months, 'month')}"
    miss = "assumed" if found.miss_assumed else f"from {wording.count(found.cuts, 'cut')}"
    last = "" if analysis.holdout is None else "The last line keeps the last periods aside. "
    return (
        f"{last}Every range of a total carries what the parameters could be, the chance of each "
        "renewal, months in which more or fewer leave than forecast "
        f"(by {wording.percent(found.month)}, {month}) and what earlier forecasts of those who "
        f"leave were off by beyond that ({wording.percent(found.miss)}, {miss}). Prices are taken "
        "to stay as they are."
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
    whole, tests = analysis.fitted.everyone, cuts(analysis)
    came = np.array([test.renewals.actual or math.nan for test in tests])
    lines = [
        {
            "model": f"{one.name}, everybody",
            "log-likelihood": one.log_likelihood,
            # While nobody had left, a cut could not fit what the whole file can.
            **_misses(tests, np.array([test.errors.get(one.name, math.nan) for test in tests])),
        }
        for one in whole.candidates
    ]
    if analysis.fitted.by_plan:
        lines.append(
            {
                "model": analysis.fitted.name,
                "log-likelihood": analysis.fitted.log_likelihood,
                **_misses(tests, np.array([test.errors[USED] for test in tests])),
            }
        )
    fitted = pd.DataFrame(lines).sort_values("log-likelihood", ascending=False)
    naive = [
        {"model": name, **_misses(tests, np.array(said) / came - 1)}
        for name, said in (
            ("As in the period before", [test.last_period for test in tests]),
            ("If nobody left", [test.nobody_leaves for test in tests]),
        )
    ]
    return pd.concat([fitted, pd.DataFrame(naive)], ignore_index=True)


def _misses(tests: tuple[ContractHoldOut, ...], off: npt.NDArray[np.float64]) -> dict[str, float]:
    """Return how far off a forecaster was typically (root mean square), and at each cut."""
    known = off[np.isfinite(off)]
    typical = float(np.sqrt(np.mean(known**2))) if len(known) else math.nan
    names = [f"{wording.date(test.until)}, {round(test.weeks)} weeks" for test in tests]
    return {"typically": typical, **dict(zip(names, off.tolist(), strict=True))}


def winner(analysis: ContractAnalysis) -> str:
    """Return which model forecasts, and why, in words."""
    known = analysis.fitted.everyone.chosen
    said = (
        f"{analysis.fitted.name} makes the forecasts: plans are told apart, and a chance to leave "
        "that changes with time is taken up, only where a likelihood-ratio test at 5 % asks for it."
    )
    if isinstance(known, NobodyLeft):
        said = known.report.sentence
    test = analysis.holdout
    if test is not None and test.renewals.actual:
        off = abs(test.errors[USED])
        said += f" On the renewals it was not shown it was off by {wording.percent(off)}."
    return said


def fits(analysis: ContractAnalysis) -> list[tuple[str, BetaDiscreteWeibull]]:
    """Return every fitted model with its name and whose it is."""
    groups = (analysis.fitted.everyone, *analysis.fitted.plans.values())
    return [
        (f"{model.name}, {'everybody' if group is groups[0] else group.label}", model)
        for group in groups
        for model in group.candidates
    ]
