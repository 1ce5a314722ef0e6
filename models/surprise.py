"""What no parameter explains: a month that goes its own way, and a forecast that was off.

Parameters are estimates and customers do as they like; both average out over many customers, so a
big company's range would shrink to nothing. Two things do not average out, and every range of a
total carries them:

- the *shock of a month*. With `a` what came in a calendar month, `e` what was forecast at its
  start and `V` the variance the model itself allows, `phi` = mean of (a - e)^2 / V, 1 when the
  model says it all. It belongs to a shock that multiplies the month, of variance
  tau^2 = (phi - 1) sum V / sum e^2; over m months it averages out to tau^2 / m;
- the *miss of a forecast*. Earlier forecasts were off by log(came / forecast). What their own
  parameters, people and months explain is taken off, so that nothing counts twice; the rest,
  sigma^2, stays whatever the length of the forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from models.periods import MONTHS_PER_YEAR, date_of, period_starts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Until a company has shown its own: two public shops, CDNOW (1997-98, nine months and three cuts)
# and Complete Journey (2017, three months and one cut), purchase days and money rounded together.
PRIOR_MONTH: Final = 0.10
PRIOR_MONTHS: Final = 12
PRIOR_MISS: Final = 0.12
PRIOR_CUTS: Final = 4
FEWEST_MONTHS: Final = 8
FEWEST_CUTS: Final = 3
LITTLE: Final = 0.05  # of the average month's forecast: less tells nothing of a month's share
CALM: Final = 2.0  # months without any shock that stand beside those seen
LONG: Final = 24  # months of the file, before a month of the year can be told from a month
BAND: Final = (0.1, 0.9)
LEVELS: Final = ndtri((np.arange(99) + 0.5) / 99)


@dataclass(frozen=True, eq=False)
class Months:
    """Whole calendar months, each forecast at its start, oldest first.

    Attributes
    ----------
    start, end
        First and last day of each, shape `(months,)`.
    forecast, variance, came
        Of purchase days and of money, shape `(months, 2)`; money is NaN where there is none.
    """

    start: Ints
    end: Ints
    forecast: Floats
    variance: Floats
    came: Floats

    def __len__(self) -> int:
        return len(self.start)

    def until(self, day: int) -> Months:
        """Return the months that had ended by a day."""
        return self.only(self.end <= day)

    def only(self, kept: npt.NDArray[np.bool_]) -> Months:
        """Return some of the months."""
        return Months(
            self.start[kept],
            self.end[kept],
            self.forecast[kept],
            self.variance[kept],
            self.came[kept],
        )

    def __add__(self, later: Months) -> Months:
        return Months(
            np.concatenate([self.start, later.start]),
            np.concatenate([self.end, later.end]),
            np.concatenate([self.forecast, later.forecast]),
            np.concatenate([self.variance, later.variance]),
            np.concatenate([self.came, later.came]),
        )


_NO_DAYS: Final = np.empty(0, dtype=np.int64)
_NO_TOTALS: Final = np.empty((0, 2))
NO_MONTHS: Final = Months(_NO_DAYS, _NO_DAYS, _NO_TOTALS, _NO_TOTALS, _NO_TOTALS)


@dataclass(frozen=True)
class Miss:
    """How far off one earlier forecast of a total was.

    Attributes
    ----------
    log
        Log of what came over what was forecast.
    within
        Standard deviation of the log that parameters and people allowed.
    months
        Length of the forecast.
    """

    log: float
    within: float
    months: float


@dataclass(frozen=True)
class Surprise:
    """How far a total may be from its forecast, beyond parameters and people.

    Attributes
    ----------
    phi
        Over-dispersion of the months: 1 when the model explains their ups and downs.
    month
        Standard deviation of the shock of one month, as a share of it (tau).
    miss
        Standard deviation of what earlier forecasts were off by beyond that, as a log (sigma).
    months, cuts
        How many months and earlier forecasts this was learnt from.
    season
        Log of each calendar month over the year's mean, January first; empty when refused.
    season_why
        Why there is none, as a sentence; empty otherwise.
    """

    phi: float
    month: float
    miss: float
    months: int
    cuts: int
    season: tuple[float, ...] = ()
    season_why: str = ""

    @property
    def month_assumed(self) -> bool:
        """Whether too few months were forecast to measure their shock."""
        return self.months < FEWEST_MONTHS

    @property
    def miss_assumed(self) -> bool:
        """Whether too few earlier forecasts had come to their end."""
        return self.cuts < FEWEST_CUTS

    def over(self, months: float) -> float:
        """Return the standard deviation of the log of a total over that many months.

        Learnt from few cases, here or elsewhere, it is widened as a t law is wider than the normal.
        """
        month = self.month * _wider(PRIOR_MONTHS if self.month_assumed else self.months - 1)
        miss = self.miss * _wider(PRIOR_CUTS if self.miss_assumed else self.cuts)
        return float(np.sqrt(month**2 / max(months, 1.0) + miss**2))

    def widened(self, totals: Floats, months: float) -> tuple[float, float]:
        """Return the 80 % range of totals that could come, given those the model draws."""
        levels = np.exp(self.over(months) * LEVELS)
        low, high = np.quantile(np.multiply.outer(totals, levels), BAND)
        return float(low), float(high)

    def in_season(self, first_day: int, last_day: int) -> float:
        """Return what the calendar makes of a forecast for some days; 1 when it is refused."""
        if not self.season:
            return 1.0
        index = np.exp(np.array(self.season))
        return float(np.mean([index[date_of(d).month - 1] for d in range(first_day, last_day + 1)]))


ASSUMED: Final = Surprise(1.0, PRIOR_MONTH, PRIOR_MISS, 0, 0)


def surprise(misses: Sequence[Miss], months: Months, kind: int, first_day: int) -> Surprise:
    """Measure what no parameter explains.

    Parameters
    ----------
    misses
        Earlier forecasts whose weeks have all passed.
    months
        The months forecast so far.
    kind
        0 for purchase days, 1 for money.
    first_day
        First day of the file.
    """
    months = _telling(months, kind)
    season, why = _season(months, kind, first_day)
    phi, month = 1.0, PRIOR_MONTH
    if len(months) >= FEWEST_MONTHS:
        phi, month = _shock(months, kind, _known_season(months, kind) if season else None)
    known = [m for m in misses if np.isfinite(m.log) and np.isfinite(m.within)]
    miss = PRIOR_MISS
    if len(known) >= FEWEST_CUTS:
        rest = [m.log**2 - m.within**2 - month**2 / max(m.months, 1.0) for m in known]
        miss = float(np.sqrt(max(float(np.mean(rest)), 0.0)))
    return Surprise(phi, month, miss, len(months), len(known), season, why)


def _telling(months: Months, kind: int) -> Months:
    """Leave out months for which next to nothing was forecast, such as those of a long pause.

    Three purchases where a millionth was expected are no shock that any other month could have.
    """
    forecast = months.forecast[:, kind]
    if not months.came[:, kind].sum() > 0:  # nothing ever came, or nothing is known of money
        return NO_MONTHS
    return months.only(forecast > LITTLE * forecast.mean())


def _shock(months: Months, kind: int, season: Floats | None) -> tuple[float, float]:
    """Return phi, shrunk towards 1, and the standard deviation of a month's shock."""
    forecast, came = months.forecast[:, kind], months.came[:, kind]
    expected = forecast if season is None else forecast * np.exp(season)
    level = came.sum() / expected.sum()  # a lasting difference is a miss, not a shock
    allowed = level * months.variance[:, kind]
    seen = float(np.sum((came - level * expected) ** 2 / allowed)) / (len(months) - 1)
    phi = 1 + max(seen - 1, 0.0) * len(months) / (len(months) + CALM)
    return phi, float(np.sqrt((phi - 1) * allowed.sum() / np.sum((level * expected) ** 2)))


def _season(months: Months, kind: int, first_day: int) -> tuple[tuple[float, ...], str]:
    """Return the index of each calendar month, shrunk towards none, or why there is none."""
    calendar = _calendar(months)
    last_day = int(months.end[-1]) if len(months) else first_day - 1
    starts = [d for d in period_starts(first_day, last_day + 1, "month") if first_day <= d]
    whole = max(sum(start <= last_day + 1 for start in starts) - 1, 0)
    if whole < LONG or len(set(calendar.tolist())) < MONTHS_PER_YEAR:
        return (), (
            f"Months of the year are told apart once the file has {LONG} whole months and each has "
            f"been forecast; so far there are {whole}, so no total is spread over months."
        )
    ratio = _ratio(months, kind)
    mean = np.array([ratio[calendar == m].mean() for m in range(1, MONTHS_PER_YEAR + 1)])
    number = np.bincount(calendar, minlength=MONTHS_PER_YEAR + 1)[1:]
    index = (mean - mean.mean()) * number / (number + 1)
    return tuple(index.tolist()), ""


def _known_season(months: Months, kind: int) -> Floats:
    """Return what earlier years said of each month, as known at its start; shape `(months,)`."""
    calendar, ratio = _calendar(months), _ratio(months, kind)
    known = np.zeros(len(months))
    for i, month in enumerate(calendar):
        before = ratio[:i][calendar[:i] == month]
        if len(before):
            known[i] = (before.mean() - ratio[:i].mean()) * len(before) / (len(before) + 1)
    return known


def _calendar(months: Months) -> Ints:
    return np.array([date_of(day).month for day in months.start], dtype=np.int64)


def _ratio(months: Months, kind: int) -> Floats:
    came = np.maximum(months.came[:, kind], 1e-9)
    return np.asarray(np.log(came / np.maximum(months.forecast[:, kind], 1e-9)))


def _wider(cases: int) -> float:
    """Return how much wider 80 % of a t law are than 80 % of a normal one."""
    return float(stdtrit(max(cases, 1), BAND[1]) / ndtri(BAND[1]))
