"""The one place for time: day numbers, weeks, months, years, and what a year's interest is in each.

A *day number* is the count of days since 1970-01-01, as an `int`. Rows and customers carry day
numbers, models carry weeks, screens carry months; everything in between is converted here.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from models.errors import SettingError

DAYS_PER_WEEK: Final = 7.0
DAYS_PER_YEAR: Final = 365.25
MONTHS_PER_YEAR: Final = 12
DAYS_PER_MONTH: Final = DAYS_PER_YEAR / MONTHS_PER_YEAR
WEEKS_PER_YEAR: Final = DAYS_PER_YEAR / DAYS_PER_WEEK
WEEKS_PER_MONTH: Final = WEEKS_PER_YEAR / MONTHS_PER_YEAR
EPOCH: Final = dt.date(1970, 1, 1)

Period = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[Period, int]] = {"month": 1, "quarter": 3, "year": 12}


def day_number(date: dt.date) -> int:
    """Return the days since 1970-01-01."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """Return the calendar date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def quarter_label(day: int) -> str:
    """Return the calendar quarter a day lies in, as `2010-Q1`."""
    date = date_of(day)
    return f"{date.year}-Q{(date.month + 2) // 3}"


def month_label(day: int) -> str:
    """Return the calendar month a day lies in, as `2010-01`."""
    date = date_of(day)
    return f"{date.year}-{date.month:02d}"


def period_label(day: int, period: Period) -> str:
    """Return the calendar month, quarter or year a day lies in: `2010-01`, `2010-Q1`, `2010`."""
    if period == "year":
        return str(date_of(day).year)
    return month_label(day) if period == "month" else quarter_label(day)


def period_starts(first_day: int, last_day: int, period: Period) -> tuple[int, ...]:
    """Return the first day of every calendar period the days touch, and of the one after them."""
    length = _MONTHS[period]
    date = date_of(first_day)
    month = date.year * MONTHS_PER_YEAR + (date.month - 1) // length * length
    starts: list[int] = []
    while not starts or starts[-1] <= last_day:
        starts.append(day_number(dt.date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)))
        month += length
    return tuple(starts)


def months_after(day: int, months: int) -> int:
    """Return the same day of the month so many calendar months later, or that month's last day."""
    start = date_of(day)
    place = start.year * MONTHS_PER_YEAR + start.month - 1 + months
    year, month = divmod(place, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return day_number(dt.date(year, month + 1, min(start.day, last)))


@dataclass(frozen=True)
class AnnualRate:
    """A yearly discount rate, a fraction: 0.10 makes next year's 110 worth today's 100.

    Raises
    ------
    SettingError
        When the rate is not between -0.5 and 1 (a percentage typed where a fraction is meant).
    """

    rate: float

    def __post_init__(self) -> None:
        if not -0.5 < self.rate <= 1:
            raise SettingError(
                f"A yearly discount rate of {self.rate:g} is not a fraction between 0 and 1: "
                "write 10 % as 0.10."
            )

    def factor(self, *, years: float = 0, months: float = 0, weeks: float = 0) -> float:
        """Return today's worth of 1 paid after the given time."""
        elapsed = years + months / MONTHS_PER_YEAR + weeks / WEEKS_PER_YEAR
        return float((1 + self.rate) ** -elapsed)
