"""The hold-out printed beside every forecast: what would have been said then, and what came.

The file is cut some weeks before its end, everything is refitted on what was known at the cut, and
the forecast for the customers known at the cut is laid beside their purchases in those weeks. Two
baselines keep it honest: NBD, in which nobody ever leaves, and "the same as last period". The range
of each total carries what `models/surprise.py` measured on the months and cuts before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.counts import Counts
from models.customers import customers
from models.errors import DataError, EvidenceError
from models.futures import DRAWS, Histories, expected, futures
from models.holdouts import Forecast, HoldOut, Rolling
from models.lifetimes import (
    Lifetimes,
    ParetoNBD,
    fit_all,
    fit_nbd,
    fit_paretonbd,
    fit_spend,
)
from models.monthly import month_by_month
from models.periods import DAYS_PER_WEEK, WEEKS_PER_MONTH, date_of, day_number
from models.surprise import ASSUMED, NO_MONTHS, Miss, Months, Surprise, surprise
from models.transactions.log import Transactions

__all__ = [
    "Forecast",
    "HoldOut",
    "Rolling",
    "came",
    "default_weeks",
    "hold_out",
    "quarter_ends",
    "rolling",
]

Floats = npt.NDArray[np.float64]

WEEKS_AT_LEAST: Final = 4
WEEKS_AT_MOST: Final = 52
ROLLING_BEFORE: Final = 26
ROLLING_AFTER: Final = 13
QUICK: Final = 60  # draws behind the range of one cut of many
ENOUGH: Final = 10_000  # distinct histories one cut of many is learnt from
DAYS_OF_52_WEEKS: Final = 364  # a year ago, on the same days of the week


def default_weeks(transactions: Transactions) -> int:
    """Return a quarter of the file's span in whole weeks, from 4 to 52."""
    return int(np.clip(_span(transactions) // 4, WEEKS_AT_LEAST, WEEKS_AT_MOST))


def hold_out(
    transactions: Transactions, weeks: int | None = None, *, past: Rolling | None = None
) -> HoldOut:
    """Refit on the file less its last weeks and compare the forecast with what came.

    Parameters
    ----------
    transactions
        The whole file.
    weeks
        Length of the window; a quarter of the file's span, 4 to 52 weeks, by default.
    past
        The hold-outs at quarter-ends, when they are made already. Only what was known at the cut
        is used of them.

    Raises
    ------
    EvidenceError
        When the window leaves less than its own length, or nobody who bought twice, to learn from.
    """
    weeks = default_weeks(transactions) if weeks is None else weeks
    cut = transactions.last_day - round(weeks * DAYS_PER_WEEK)
    if _span(transactions) < 2 * weeks:
        raise EvidenceError(
            f"Testing a forecast on the last {weeks} weeks needs at least as many weeks before "
            f"them; the file covers {_span(transactions):.0f}. Give a longer file or a shorter "
            "test."
        )
    past = rolling(transactions) if past is None else past
    before = tuple(made for made in past.cuts if made.cut <= cut)
    months = past.months.until(before[-1].cut) if before else NO_MONTHS
    return _hold_out_at(transactions, cut, weeks, before, months)[0]


def rolling(transactions: Transactions) -> Rolling:
    """Repeat the hold-out at every quarter-end with 26 weeks before it and 13 after.

    Each window is 26 weeks, or what the file has left. One lucky cut proves nothing; how far off
    they were is what a total's range has to carry.
    """
    cuts: list[HoldOut] = []
    months = NO_MONTHS
    for cut in quarter_ends(transactions.first_day, transactions.last_day):
        before, after = cut + 1 - transactions.first_day, transactions.last_day - cut
        if before < ROLLING_BEFORE * DAYS_PER_WEEK or after < ROLLING_AFTER * DAYS_PER_WEEK:
            continue
        weeks = min(ROLLING_BEFORE, int(after // DAYS_PER_WEEK))
        try:
            made, months = _hold_out_at(
                transactions, cut, weeks, tuple(cuts), months, one_of_many=True
            )
        except (DataError, EvidenceError):
            continue  # too few customers that early; the later cuts still count
        cuts.append(made)
    months = _forecast_on(transactions, cuts, months)
    beyond = _beyond(cuts, months, transactions, transactions.last_day)
    return Rolling(tuple(cuts), months, beyond)


def every_candidate(transactions: Transactions, past: Rolling) -> tuple[HoldOut, ...]:
    """Return the hold-outs at quarter-ends with the whole family fitted at each, as on the day.

    `rolling` fits only what its ranges need; whoever wants to see the others asks here. A large
    company is learnt from an even sample, in which the regularity of buying cannot be told.
    """
    made = []
    for cut in past.cuts:
        counts = customers(transactions.until(cut.cut)).counts()
        fitted = {one.name: _total(one, counts, cut.weeks) for one in fit_all(_thinned(counts))}
        made.append(replace(cut, candidates=fitted))
    return tuple(made)


def quarter_ends(first_day: int, last_day: int) -> tuple[int, ...]:
    """Return the last days of the calendar quarters between two day numbers, in order."""
    start = date_of(first_day)
    year, quarter = start.year, (start.month - 1) // 3
    ends: list[int] = []
    while True:
        quarter += 1
        year, quarter = year + quarter // 4, quarter % 4
        end = day_number(dt.date(year, 3 * quarter + 1, 1)) - 1
        if end > last_day:
            return tuple(ends)
        ends.append(end)


def _span(transactions: Transactions) -> float:
    return (transactions.last_day - transactions.first_day + 1) / DAYS_PER_WEEK


def _hold_out_at(
    transactions: Transactions,
    cut: int,
    weeks: int,
    before: tuple[HoldOut, ...],
    months: Months,
    *,
    one_of_many: bool = False,
) -> tuple[HoldOut, Months]:
    """Fit what was known at the cut and look what came in the weeks after it.

    Earlier cuts, and the months up to the last of them, say how far off such a forecast may be;
    the months up to this cut are returned with it. One cut of many is fitted with the engine and
    the baseline only, on an even sample of a large company, and its range is a quick one.
    """
    then = transactions.until(cut)
    known = customers(then)
    counts = known.counts()
    if not counts.x.any():
        raise EvidenceError(
            f"Up to {date_of(cut):%d %B %Y} nobody had bought a second time, so there is no habit "
            "to forecast from. Give a longer file or a shorter test."
        )
    if one_of_many:
        thin, near = _thinned(counts), before[-1].model if before else None
        fitted: tuple[Lifetimes, ...] = (fit_nbd(thin), fit_paretonbd(thin, near))
    else:
        fitted = fit_all(counts)
    models = {model.name: model for model in fitted}
    engine = next(model for model in fitted if isinstance(model, ParetoNBD))
    spend = fit_spend(known) if transactions.has_money else None
    months = _forecast_on(then, before, months)
    beyond = _beyond(before, months, then, cut)
    people = Histories.of(known.frame)
    predicted = expected(engine, spend, people, weeks)
    totals = futures(
        engine, spend, people, weeks, draws=QUICK if one_of_many else DRAWS, quick=one_of_many
    )
    end = cut + round(weeks * DAYS_PER_WEEK)
    seen = came(transactions, cut, end)
    orders, money = (
        _ranged(total, drawn, actual, more, (cut, end))
        for total, drawn, actual, more in zip(predicted, totals, seen, beyond, strict=True)
    )
    last_period, last_year = _bought_before(then, weeks)
    made = HoldOut(
        cut=cut,
        weeks=weeks,
        customers=len(known),
        purchases=orders,
        money=None if spend is None else money,
        candidates={name: _total(model, counts, weeks) for name, model in models.items()},
        last_period=last_period,
        last_year=last_year,
        model=engine,
        spend=spend,
        beyond=beyond,
    )
    return made, months


def _forecast_on(then: Transactions, cuts: Sequence[HoldOut], months: Months) -> Months:
    """Add the months since the last cut, each forecast at its start by what was fitted then."""
    model = cuts[-1].model if cuts else None
    if model is None:
        return months
    last = cuts[-1]
    return months + month_by_month(then, last.customers, model, last.spend, last.cut)


def _beyond(
    cuts: Sequence[HoldOut], months: Months, log: Transactions, today: int
) -> tuple[Surprise, Surprise]:
    """Return what is known today of how far off a forecast may be: purchase days, money.

    A forecast whose weeks have not passed teaches nothing yet.
    """
    over = [cut for cut in cuts if cut.end <= today]
    orders = [_miss(cut.purchases, cut.weeks) for cut in over]
    money = [_miss(cut.money, cut.weeks) for cut in over if cut.money is not None]
    return (
        surprise(orders, months, 0, log.first_day),
        surprise(money, months, 1, log.first_day) if log.has_money else ASSUMED,
    )


def _miss(made: Forecast, weeks: int) -> Miss:
    off = np.log(made.actual / made.predicted) if made.actual > 0 < made.predicted else np.nan
    return Miss(float(off), made.within, weeks / WEEKS_PER_MONTH)


def _ranged(
    total: float, drawn: Floats, actual: float, beyond: Surprise, window: tuple[int, int]
) -> Forecast:
    """Lay a total and its range beside what came, in season where the file is long enough."""
    cut, end = window
    season = beyond.in_season(cut + 1, end)
    low, high = beyond.widened(season * drawn, (end - cut) / DAYS_PER_WEEK / WEEKS_PER_MONTH)
    some = drawn[drawn > 0]
    within = float(np.std(np.log(some))) if len(some) else float("nan")
    return Forecast(season * total, low, high, actual, within)


def _thinned(counts: Counts) -> Counts:
    """Return an even sample of the histories: enough for parameters, quick at any size."""
    step = -(-len(counts) // ENOUGH)
    if step == 1:
        return counts
    return Counts(counts.x[::step], counts.t_x[::step], counts.T[::step], counts.n[::step])


def came(transactions: Transactions, cut: int, end: int) -> tuple[float, float]:
    """Return purchase days in (cut, end] of those first seen by the cut, and the money of them."""
    counted = (
        transactions.days()
        .filter(nw.col("first") <= cut, nw.col("day") > cut, nw.col("day") <= end)
        .select(days=nw.len(), money=nw.col("amount").sum())
        .collect("pyarrow")
    )
    return float(counted["days"].item()), float(counted["money"].item() or 0)


def _bought_before(then: Transactions, weeks: int) -> tuple[float, float]:
    """Return the purchase days in the equally long windows before the cut and 52 weeks earlier.

    Whoever bought in them was known at the cut, so these are the same customers'. NaN where the
    file does not reach back that far.
    """
    long = round(weeks * DAYS_PER_WEEK)
    ends = (then.last_day, then.last_day - DAYS_OF_52_WEEKS + long)
    within = [(nw.col("day") > end - long) & (nw.col("day") <= end) for end in ends]
    counted = then.days().select(
        period=within[0].cast(nw.Int64).sum(), year=within[1].cast(nw.Int64).sum()
    )
    bought = counted.collect("pyarrow").rows()[0]
    period, year = (
        float(days) if end - long >= then.first_day else float("nan")
        for days, end in zip(bought, ends, strict=True)
    )
    return period, year


def _total(model: Lifetimes, counts: Counts, weeks: float) -> float:
    each = model.expected_purchases(weeks, counts.x, counts.t_x, counts.T)
    return float(np.sum(counts.n * each))
