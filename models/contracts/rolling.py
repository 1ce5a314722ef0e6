"""The forecast of renewals tested at every quarter-end, and what those tests teach.

What is measured is how far the number of those who *leave* was from its forecast, month by month
and lastingly: off by a tenth, it is off by a tenth however few of all subscribers leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from models.backtest import quarter_ends
from models.contracts.holdout import ContractHoldOut, hold_out_at
from models.contracts.subscribers import PLAN, Subscribers, subscribers
from models.errors import DataError, EvidenceError
from models.periods import DAYS_PER_MONTH, period_starts
from models.surprise import ASSUMED, NO_MONTHS, Months, Surprise, surprise
from models.transactions.subscriptions import Subscriptions

QUICK: Final = 30  # draws behind the range of one cut of many
LAST_CUTS: Final = 12  # three years tell of today; what was before them, of another company
HALF_YEAR: Final = 182  # days


@dataclass(frozen=True, eq=False)
class ContractRolling:
    """The test at quarter-ends, oldest first, and what it teaches.

    Attributes
    ----------
    cuts
        The tests.
    months
        Every whole month since the first cut: renewals not made, forecast at its start.
    """

    cuts: tuple[ContractHoldOut, ...] = ()
    months: Months = NO_MONTHS

    def known_by(self, day: int) -> Surprise:
        """Return how far off a forecast of those who leave may be, as it was known on a day."""
        misses = [cut.lost for cut in self.cuts if cut.end <= day]
        months = self.months.until(day)
        return surprise(misses, months, 0, day) if misses else ASSUMED

    @property
    def inside(self) -> int:
        """How many tests came out inside their 80 % range."""
        return sum(cut.renewals.inside for cut in self.cuts)


def rolling_renewals(subscriptions: Subscriptions) -> ContractRolling:
    """Repeat the test at the last quarter-ends, on the renewals due within half a year.

    Empty for a snapshot, while nobody has left, and where too few renewals fall due.
    """
    first, last = subscriptions.first_day, subscriptions.last_day
    if first is None or last is None:
        return ContractRolling()
    people = subscribers(subscriptions)
    if not people.frame["left"].any():
        return ContractRolling()  # how far off is not to be learnt from nobody
    period = subscriptions.period_months * DAYS_PER_MONTH
    rolled = ContractRolling()
    for cut in quarter_ends(first, last)[-LAST_CUTS:]:
        if cut - first < 2 * period or cut + HALF_YEAR > last:
            continue
        known = rolled.known_by(cut)
        try:
            made = hold_out_at(subscriptions, cut, HALF_YEAR, known, draws=QUICK)
        except (DataError, EvidenceError):
            continue  # too few that early; the later cuts still count
        cuts = (*rolled.cuts, made)
        rolled = ContractRolling(cuts, _month_by_month(people, cuts, last))
    return rolled


def _month_by_month(people: Subscribers, cuts: tuple[ContractHoldOut, ...], last: int) -> Months:
    """Return the renewals not made in each whole month since the first cut, beside their forecast.

    Whether a renewal was made follows from how often somebody renewed; each month is forecast by
    the models of the cut before it.
    """
    frame = people.frame
    asked = (frame["renewals"] + frame["left"]).to_numpy(np.int64)
    row = np.repeat(np.arange(len(frame)), asked)
    number = np.arange(len(row)) - np.repeat(np.cumsum(asked) - asked, asked)
    starts = frame["start"].to_numpy(np.int64)[row]
    due = starts + np.rint((number + 1) * people.period_months * DAYS_PER_MONTH).astype(np.int64)
    lost = number >= frame["renewals"].to_numpy()[row]
    plans = people.groups(PLAN)
    begins = [day for day in period_starts(cuts[0].cut + 1, last, "month") if day > cuts[0].cut]
    begins = [day for day in begins if day <= last + 1]
    forecast, variance, came = np.full((3, max(len(begins) - 1, 0), 2), np.nan)
    for place, (start, following) in enumerate(pairwise(begins)):
        fitted = next(cut.fitted for cut in reversed(cuts) if cut.cut < start)
        now = (due >= start) & (due < following)
        chance = np.empty(int(now.sum()))
        for label, one in fitted.used.items():
            who = plans[label][row[now]] if fitted.by_plan and label in plans else slice(None)
            chance[who] = 1 - one.chosen.survival(1, number[now][who])
        forecast[place, 0], variance[place, 0] = chance.sum(), (chance * (1 - chance)).sum()
        came[place, 0] = lost[now].sum()
    days = np.array(begins, np.int64)
    asked_in = variance[:, 0] > 0  # a month in which nothing falls due teaches nothing
    return Months(
        days[:-1][asked_in],
        days[1:][asked_in] - 1,
        *(t[asked_in] for t in (forecast, variance, came)),
    )
