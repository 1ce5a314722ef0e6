"""What a plan needs to know of a company beside its state: when money moves, and how surely.

Computed once per company; after it nothing is proportional to customers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from models.analysis import Analysis
from models.contracts import ContractAnalysis
from models.decisions.ledger import Floats
from models.draws import DRAWS, SEED, scores
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR, date_of, day_number, period_starts
from models.surprise import Surprise

LONGEST: Final = 72  # months a plan may have to look ahead: the longest horizon and lead time
LEVEL_MONTHS: Final = 36  # months whose common level the draws of the state already carry
LAST_MONTHS: Final = 12
ORDER_SPREAD: Final = 2.0  # variance of a month's money over its orders', until it was measured


@dataclass(frozen=True, eq=False)
class Outlook:
    """Calendar and chance of one company.

    Attributes
    ----------
    start
        First day of the plan: the first whole calendar month after the data. None when the file
        has no dates; its months are then numbered.
    wait
        Months between the last day of the data and the start.
    due
        Share of today's customers whose period ends in month 0 (before the start), 1, 2, ...;
        a shop's all end in month 1, a month being its period.
    season
        What each calendar month is of an average one, January first; empty when refused.
    season_why
        Why there is none, as a sentence; empty otherwise.
    shock
        Standard deviation of the log of what is special about one month, the level common to
        36 months taken off since the draws of the state carry it.
    people
        Standard deviation of a month's money, as a share of it, because customers do as they like.
    assumed
        Whether the shock of a month is a stated one, the company's own being unknown.
    """

    start: dt.date | None
    wait: float
    due: Floats
    season: tuple[float, ...]
    season_why: str
    shock: float
    people: float
    assumed: bool

    @cached_property
    def chance(self) -> Floats:
        """Normal scores of months and of people's own ways, `(2, K, months)`, the first row 0."""
        drawn = scores(DRAWS, SEED + 4, 2 * LONGEST)
        month, own = drawn[:, :LONGEST], drawn[:, LONGEST:]
        return np.stack([month - month[:, :LEVEL_MONTHS].mean(axis=1, keepdims=True), own])

    def shocks(self, rows: int, months: int) -> Floats:
        """Return what multiplies each month's money, shape `(rows, months)`, row 0 ones."""
        drawn = self.chance[:, :rows, :months]
        return np.asarray(np.exp(self.shock * drawn[0]) * np.maximum(1 + self.people * drawn[1], 0))

    def first_day(self, month: int) -> dt.date | None:
        """Return the first day of month 1, 2, ...; 0 and below lie before the plan."""
        if self.start is None:
            return None
        place = self.start.year * MONTHS_PER_YEAR + self.start.month - 1 + month - 1
        return dt.date(place // MONTHS_PER_YEAR, place % MONTHS_PER_YEAR + 1, 1)

    def index(self, months: int) -> Floats:
        """Return each month's share of an average one, shape `(months,)`; ones when refused."""
        if not self.season or self.start is None:
            return np.ones(months)
        levels = np.exp(self.season)
        return np.asarray((levels / levels.mean())[(self.start.month - 1 + np.arange(months)) % 12])


def outlook_of(analysis: Analysis | ContractAnalysis) -> Outlook:
    """Return when a company's money moves and how surely."""
    if isinstance(analysis, ContractAnalysis):
        return _of_subscriptions(analysis)
    return _of_shop(analysis)


def starts_after(last_day: int) -> tuple[dt.date, float]:
    """Return the first day of the first whole month after a day, and the months until then."""
    first = next(d for d in period_starts(last_day, last_day, "month") if d > last_day)
    return date_of(first), (first - last_day - 1) / DAYS_PER_MONTH


def monthly_shock(known: Surprise) -> float:
    """Return the shock of one month beside the level common to 36 of them.

    Drawn for every month and taken less its mean over 36, such shocks give a total over m months
    the variance ``over(m)^2`` together with that level, which carries ``over(36)^2``.
    """
    rest = known.over(1) ** 2 - known.over(LEVEL_MONTHS) ** 2
    return float(np.sqrt(rest / (1 - 1 / LEVEL_MONTHS)))


def _of_shop(analysis: Analysis) -> Outlook:
    log = analysis.transactions
    start, wait = starts_after(log.last_day)
    known = analysis.rolling.beyond[1 if log.has_money else 0]
    return Outlook(
        start,
        wait,
        np.array([0.0, 1.0]),
        known.season,
        known.season_why,
        monthly_shock(known),
        _own_ways(analysis),
        known.month_assumed,
    )


def _own_ways(analysis: Analysis) -> float:
    """Return how far customers' own ways move a month's money, as a share of it."""
    kind = 1 if analysis.transactions.has_money else 0
    months = analysis.rolling.months
    forecast = months.forecast[-LAST_MONTHS:, kind]
    if len(forecast) and np.all(forecast > 0):
        return float(np.sqrt(np.mean(months.variance[-LAST_MONTHS:, kind] / forecast**2)))
    orders = float(analysis.state.orders[-1, 0].sum())
    return float(np.sqrt(ORDER_SPREAD / max(orders, 1.0)))


def _of_subscriptions(analysis: ContractAnalysis) -> Outlook:
    people = analysis.people
    frame: pd.DataFrame = people.running[~people.running["leaving"]]
    due_days = frame["due_days"].to_numpy(np.float64)
    start, wait = None, 0.0
    if people.last_day is None:
        month = np.floor(due_days / DAYS_PER_MONTH).astype(np.int64) + 1
    else:
        start, wait = starts_after(people.last_day)
        ends = period_starts(day_number(start), round(people.last_day + due_days.max()), "month")
        month = np.searchsorted(np.array(ends), people.last_day + due_days, side="right")
    month = np.clip(month, 0, people.period_months)
    due = np.bincount(month, minlength=people.period_months + 1) / len(month)
    return Outlook(
        start,
        wait,
        due,
        (),
        "",
        monthly_shock(analysis.surprise),
        0.0,
        analysis.surprise.month_assumed,
    )
