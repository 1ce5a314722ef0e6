"""The hold-out printed beside every forecast: what would have been said then, and what came.

The file is cut some weeks before its end, everything is refitted on what was known at the cut, and
the forecast for the customers known at the cut is laid beside their purchases in those weeks. Two
baselines keep it honest: NBD, in which nobody ever leaves, and "the same as last period".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.counts import Counts
from models.customers import customers
from models.errors import DataError, EvidenceError
from models.futures import DRAWS, Histories, expected, futures
from models.lifetimes import NBD, Lifetimes, fit_all, fit_nbd, fit_paretonbd, fit_spend
from models.periods import DAYS_PER_WEEK, date_of, day_number
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]

WEEKS_AT_LEAST: Final = 4
WEEKS_AT_MOST: Final = 52
ROLLING_BEFORE: Final = 26
ROLLING_AFTER: Final = 13
QUICK: Final = 60  # draws behind the range of one cut of many
ENOUGH: Final = 10_000  # distinct histories one cut of many is learnt from
BAND: Final = (0.1, 0.9)


@dataclass(frozen=True)
class Forecast:
    """A forecast total beside what came: purchase days, or money.

    Attributes
    ----------
    predicted, low, high
        The expected total and the 80 % range of the totals that could have come.
    actual
        What came.
    """

    predicted: float
    low: float
    high: float
    actual: float

    @property
    def error(self) -> float:
        """Predicted over actual, less one; NaN when nothing came."""
        return self.predicted / self.actual - 1 if self.actual else float("nan")

    @property
    def inside(self) -> bool:
        """Whether what came lies in the 80 % range."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class HoldOut:
    """One cut through the file.

    Attributes
    ----------
    cut
        Last day that was used, as a day number.
    weeks
        Length of the window after the cut.
    customers
        How many were known at the cut; only their purchases are forecast and counted.
    purchases
        Purchase days of these customers in the window.
    money
        The money of these purchase days, net of their returns; `None` for a file without money.
    candidates
        Predicted purchase days by each model of the family, by name.
    last_period
        Purchase days of the same customers in the equally long window before the cut; NaN when the
        file does not reach back that far.
    """

    cut: int
    weeks: int
    customers: int
    purchases: Forecast
    money: Forecast | None
    candidates: Mapping[str, float]
    last_period: float

    @property
    def until(self) -> dt.date:
        """The last day used."""
        return date_of(self.cut)

    @property
    def nobody_leaves(self) -> float:
        """What NBD predicted, the baseline in which every customer stays."""
        return self.candidates.get(NBD.name, float("nan"))

    def error(self, candidate: str) -> float:
        """Return a candidate's predicted over actual, less one; NaN when it was not fitted."""
        predicted = self.candidates.get(candidate, float("nan"))
        return predicted / self.purchases.actual - 1 if self.purchases.actual else float("nan")


@dataclass(frozen=True)
class Rolling:
    """Hold-outs at every quarter-end the file allows, oldest first."""

    cuts: tuple[HoldOut, ...]

    @property
    def misses(self) -> Floats:
        """Log of actual over predicted purchase days, shape `(cuts,)`; empty totals left out."""
        pairs = [(c.purchases.actual, c.purchases.predicted) for c in self.cuts]
        return np.array([np.log(a / p) for a, p in pairs if a > 0 and p > 0])

    @property
    def spread(self) -> float:
        """Root mean square of the misses: how far off a total was, as a log standard deviation.

        NaN with fewer than two cuts, when the past says nothing about it.
        """
        return float(np.sqrt(np.mean(self.misses**2))) if len(self.misses) > 1 else float("nan")

    @property
    def inside(self) -> int:
        """How many cuts came out inside their 80 % range."""
        return sum(cut.purchases.inside for cut in self.cuts)


def default_weeks(transactions: Transactions) -> int:
    """Return a quarter of the file's span in whole weeks, from 4 to 52."""
    return int(np.clip(_span(transactions) // 4, WEEKS_AT_LEAST, WEEKS_AT_MOST))


def hold_out(transactions: Transactions, weeks: int | None = None) -> HoldOut:
    """Refit on the file less its last weeks and compare the forecast with what came.

    Parameters
    ----------
    transactions
        The whole file.
    weeks
        Length of the window; a quarter of the file's span, 4 to 52 weeks, by default.

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
    return _hold_out_at(transactions, cut, weeks)


def rolling(transactions: Transactions) -> Rolling:
    """Repeat the hold-out at every quarter-end with 26 weeks before it and 13 after.

    Each window is 26 weeks, or what the file has left. One lucky cut proves nothing; the spread of
    the misses over many is what a total's range has to carry.
    """
    cuts = []
    for cut in quarter_ends(transactions.first_day, transactions.last_day):
        before, after = cut + 1 - transactions.first_day, transactions.last_day - cut
        if before < ROLLING_BEFORE * DAYS_PER_WEEK or after < ROLLING_AFTER * DAYS_PER_WEEK:
            continue
        weeks = min(ROLLING_BEFORE, int(after // DAYS_PER_WEEK))
        try:
            cuts.append(_hold_out_at(transactions, cut, weeks, one_of_many=True))
        except (DataError, EvidenceError):
            continue  # too few customers that early; the later cuts still count
    return Rolling(tuple(cuts))


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
    transactions: Transactions, cut: int, weeks: int, *, one_of_many: bool = False
) -> HoldOut:
    """Fit what was known at the cut and look what came in the weeks after it.

    One cut of many is fitted with the engine and the baseline only, on an even sample of a large
    company, and its range is a quick one.
    """
    then = transactions.until(cut)
    known = customers(then)
    counts = known.counts()
    if not counts.x.any():
        raise EvidenceError(
            f"Up to {date_of(cut):%d %B %Y} nobody had bought a second time, so there is no habit "
            "to forecast from. Give a longer file or a shorter test."
        )
    learnt_from = _thinned(counts) if one_of_many else counts
    engine = fit_paretonbd(learnt_from)
    others = (fit_nbd(learnt_from),) if one_of_many else fit_all(counts)
    models = {model.name: model for model in (engine, *others)}
    spend = fit_spend(known) if transactions.has_money else None
    orders, money = _came(transactions, cut, cut + round(weeks * DAYS_PER_WEEK))
    people = Histories.of(known.frame)
    predicted, revenue = expected(engine, spend, people, weeks)
    totals = futures(
        engine, spend, people, weeks, draws=QUICK if one_of_many else DRAWS, quick=one_of_many
    )
    (low, high), (least, most) = (np.quantile(total, BAND).tolist() for total in totals)
    return HoldOut(
        cut=cut,
        weeks=weeks,
        customers=len(known),
        purchases=Forecast(predicted, low, high, orders),
        money=None if spend is None else Forecast(revenue, least, most, money),
        candidates={name: _total(model, counts, weeks) for name, model in models.items()},
        last_period=_last_period(then, weeks),
    )


def _thinned(counts: Counts) -> Counts:
    """Return an even sample of the histories: enough for parameters, quick at any size."""
    step = -(-len(counts) // ENOUGH)
    if step == 1:
        return counts
    return Counts(counts.x[::step], counts.t_x[::step], counts.T[::step], counts.n[::step])


def _came(transactions: Transactions, cut: int, end: int) -> tuple[float, float]:
    """Return purchase days in (cut, end] of those first seen by the cut, and the money of them."""
    first = nw.col("day").min().over("customer_id")
    came = (
        transactions.days()
        .with_columns(first=first)
        .filter(nw.col("first") <= cut, nw.col("day") > cut, nw.col("day") <= end)
        .select(days=nw.len(), money=nw.col("amount").sum())
        .collect("pyarrow")
    )
    return float(came["days"].item()), float(came["money"].item() or 0)


def _last_period(then: Transactions, weeks: int) -> float:
    """Return the purchase days in the equally long window that ends with the cut.

    Whoever bought in it was known at the cut, so these are the same customers'.
    """
    before = then.last_day - round(weeks * DAYS_PER_WEEK)
    if before < then.first_day:
        return float("nan")
    late = then.days().filter(nw.col("day") > before).select(nw.len())
    return float(late.collect("pyarrow").item())


def _total(model: Lifetimes, counts: Counts, weeks: float) -> float:
    each = model.expected_purchases(weeks, counts.x, counts.t_x, counts.T)
    return float(np.sum(counts.n * each))
