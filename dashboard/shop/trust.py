"""Was the forecast right? What the page asks of an analysis, as tables and sentences.

No streamlit here. Functions take the analysis first, so that `session.derived` can keep results.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard import wording
from dashboard.findings import carries, missed, signed
from models.backtest import every_candidate
from models.holdouts import HoldOut
from models.lifetimes.choice import bayes_criterion, choose
from models.periods import date_of
from models.tracking import Tracking, tenths, track

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.lifetimes import Lifetimes


TRACKED = True  # purchases come week by week, so weeks and tenths of customers can be followed


def cuts(analysis: Analysis) -> tuple[HoldOut, ...]:
    """Return every test of the forecast, oldest first; the last is the file's last weeks."""
    last = () if analysis.holdout is None else (analysis.holdout,)
    return (*analysis.rolling.cuts, *last)


def verdict(analysis: Analysis) -> str:
    """Return whether the data carries a forecast, in a sentence."""
    made = cuts(analysis)
    return carries([cut.purchases for cut in made], made[-1].weeks if made else 0)


def summary(analysis: Analysis) -> str:
    """Return in a sentence or two how the forecasts of the past came out."""
    rolled = analysis.rolling
    if not rolled.cuts:
        return "The file is too short to test the forecast at more than one cut."
    said = (
        f"Inside the range at {rolled.inside} of {wording.count(len(rolled.cuts), 'quarter-end')}; "
        f"{missed([cut.purchases for cut in rolled.cuts])}."
    )
    months = rolled.months
    if len(months):
        ratio = months.came[:, 0] / months.forecast[:, 0] - 1
        far = np.argsort(-np.abs(np.log1p(np.maximum(ratio, -0.99))))[:2]
        named = " and ".join(
            f"{wording.month(date_of(months.start[i]))} ({signed(ratio[i])})" for i in sorted(far)
        )
        said += (
            f" Furthest from their forecast were {named}: seasons and campaigns are not in the "
            "models, so the range carries them."
        )
    return said


def carried(analysis: Analysis) -> str:
    """Return what the ranges of totals carry, and on what evidence."""
    found = analysis.rolling.beyond[0]
    month = "assumed" if found.month_assumed else f"from {wording.count(found.months, 'month')}"
    miss = "assumed" if found.miss_assumed else f"from {wording.count(found.cuts, 'cut')}"
    said = (
        "Every range of a total carries the parameters, what customers do by themselves, months "
        f"that go their own way (by {wording.percent(found.month)}, {month}) and what earlier "
        f"forecasts were off by beyond that ({wording.percent(found.miss)}, {miss})."
    )
    last = "" if analysis.holdout is None else "The last line keeps the end of the file aside."
    return " ".join(part for part in (last, said, found.season_why) if part)


def table(analysis: Analysis) -> pd.DataFrame:
    """Return one row per cut: forecast, range, what came, and what naive rules said."""
    return pd.DataFrame(
        [
            {
                "known until": date_of(cut.cut),
                "weeks": cut.weeks,
                "forecast": cut.purchases.predicted,
                "low": cut.purchases.low,
                "high": cut.purchases.high,
                "came": cut.purchases.actual,
                "off by": cut.purchases.error,
                "came inside": "inside" if cut.purchases.inside else "outside",
                "nobody leaves": cut.nobody_leaves,
                "weeks before": cut.last_period,
                "year before": cut.last_year,
            }
            for cut in cuts(analysis)
        ]
    )


def weeks(analysis: Analysis, place: int) -> Tracking:
    """Return the weeks after one of the cuts, beside their forecast."""
    return track(analysis.transactions, cuts(analysis)[place])


def by_tenth(analysis: Analysis) -> pd.DataFrame:
    """Return customers at the last cut by tenths of expected purchases."""
    return tenths(analysis.transactions, cuts(analysis)[-1])


def tournament(analysis: Analysis) -> pd.DataFrame:
    """Return every candidate by how well it fits and how far off it was, best criterion first.

    Naive rules stand below: they have no likelihood, but they were off by something too.
    """
    customers = len(analysis.customers)
    rolled = every_candidate(analysis.transactions, analysis.rolling)
    tests = (*rolled, *cuts(analysis)[len(rolled) :])
    lines = [
        {
            "model": one.name,
            "log-likelihood": one.log_likelihood,
            "criterion": bayes_criterion(one, customers),
            **_misses(tests, [cut.candidates.get(one.name, math.nan) for cut in tests]),
        }
        for one in analysis.candidates
    ]
    fitted = pd.DataFrame(lines).sort_values("criterion", ignore_index=True)
    naive = [
        {"model": "As in the weeks before", **_misses(tests, [cut.last_period for cut in tests])},
        {"model": "As a year before", **_misses(tests, [cut.last_year for cut in tests])},
    ]
    return pd.concat([fitted, pd.DataFrame(naive)], ignore_index=True)


def _misses(tests: tuple[HoldOut, ...], said: list[float]) -> dict[str, float]:
    """Return how far off a forecaster was typically (root mean square), and at each cut."""
    off = np.array(said) / np.array([cut.purchases.actual or math.nan for cut in tests]) - 1
    known = off[np.isfinite(off)]
    typical = float(np.sqrt(np.mean(known**2))) if len(known) else math.nan
    at = {
        f"{wording.date(date_of(cut.cut))}, {cut.weeks} weeks": each
        for cut, each in zip(tests, off, strict=True)
    }
    return {"typically": typical, **at}


def fits(analysis: Analysis) -> list[tuple[str, Lifetimes]]:
    """Return every fitted model with its name."""
    return [(one.name, one) for one in analysis.candidates]


def winner(analysis: Analysis) -> str:
    """Return which candidate wins, and which forecasts, in words."""
    best = choose(analysis.candidates, len(analysis.customers))
    used = analysis.lifetimes.name
    said = (
        f"{best.name} explains the past best for its number of parameters (lowest BIC), among "
        "models that can tell who is still a customer."
    )
    if analysis.holdout is not None:
        errors = {one.name: abs(analysis.holdout.error(one.name)) for one in analysis.candidates}
        near = min(errors, key=lambda name: errors[name])
        said += (
            f" On the weeks it was not shown, {near} came nearest "
            f"(off by {wording.percent(errors[near])}); one test can be luck."
        )
    if best.name != used:
        said += f" {used} makes the forecasts, because the decision needs its chances of leaving."
    return said
