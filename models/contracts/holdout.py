"""The forecast of renewals tested on the last periods, which it was not shown.

Like any total of many people's choices, renewals are off by more than parameters and chance say:
a price or a rival moves everybody at once. By how much those who *leave* were off before
(`models.contracts.rolling`) becomes a factor on everybody's rate of leaving in every range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.backtest import Forecast
from models.contracts.fits import Retentions, fit_retentions
from models.contracts.subscribers import Subscribers, subscribers
from models.draws import SEED, scores
from models.errors import DataError, EvidenceError
from models.lifetimes.contract import BetaDiscreteWeibull
from models.periods import (
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    MONTHS_PER_YEAR,
    date_of,
)
from models.surprise import ASSUMED, Miss, Surprise
from models.transactions.subscriptions import Subscriptions

Floats = npt.NDArray[np.float64]

DRAWS: Final = 100
USED: Final = "used"
FEWEST: Final = 30


@dataclass(frozen=True, eq=False)
class ContractHoldOut:
    """Renewals that were due after a cut, and how many were made.

    Attributes
    ----------
    cut, until, weeks
        Last day that was used, as a day number and as a date, and weeks after it.
    customers
        Subscribers on that day.
    renewals
        Renewals forecast and made by them.
    nobody_leaves, last_period
        The same by two plain rules: all that were due, and the share renewed in the period before.
    errors
        Relative error of each candidate fitted on everybody, and of what is `used`.
    lost
        Renewals that were due and not made, forecast and as they came: a range is as wide as those
        were off before.
    fitted
        What forecast.
    """

    cut: int
    weeks: float
    customers: int
    renewals: Forecast
    nobody_leaves: float
    last_period: float
    errors: dict[str, float]
    lost: Miss
    fitted: Retentions

    @property
    def until(self) -> dt.date:
        """Last day that was used."""
        return date_of(self.cut)

    @property
    def end(self) -> int:
        """The last day of the test, as a day number."""
        return self.cut + round(self.weeks * DAYS_PER_WEEK)


def hold_out_renewals(
    subscriptions: Subscriptions,
    weeks: int | None = None,
    *,
    known_by: Callable[[int], Surprise] = lambda _day: ASSUMED,
) -> ContractHoldOut:
    """Fit on everything before the last periods and count the renewals in them.

    Parameters
    ----------
    subscriptions
        What was read.
    weeks
        Length of the test; one year, or one period if that is longer, by default.
    known_by
        How far off earlier forecasts were, as it was known on a day (`ContractRolling.known_by`).

    Raises
    ------
    EvidenceError
        When the file has no dates, or too little lies before the cut.
    """
    first, last = subscriptions.first_day, subscriptions.last_day
    if first is None or last is None:
        raise EvidenceError(
            "A snapshot has no dates, so no forecast can be tested on its last period: bring a "
            "file with start and end dates."
        )
    period = subscriptions.period_months * DAYS_PER_MONTH
    test = max(MONTHS_PER_YEAR * DAYS_PER_MONTH, period)
    length = round(test) if weeks is None else round(weeks * DAYS_PER_WEEK)
    cut = last - length
    if cut - first < 2 * period or length < int(period):
        raise EvidenceError(
            f"A test on the last {length / DAYS_PER_WEEK:.0f} weeks needs at least one period of "
            f"{subscriptions.period_months} months in it and two before it; the file covers "
            f"{(last - first + 1) / DAYS_PER_WEEK:.0f} weeks."
        )
    return hold_out_at(subscriptions, cut, length, known_by(cut))


def hold_out_at(
    subscriptions: Subscriptions, cut: int, length: int, known: Surprise, *, draws: int = DRAWS
) -> ContractHoldOut:
    """Fit what was known at a cut, and count what came of the renewals due in the days after it.

    Raises
    ------
    EvidenceError
        When too few renewals came due, or nothing could be fitted before them.
    """
    before, after = subscribers(subscriptions, cut), subscribers(subscriptions, cut + length)
    there = before.running
    keys = ["customer", "spell"]
    later = there[keys].merge(after.frame[[*keys, "renewals"]], on=keys, how="left")
    made = (later["renewals"].to_numpy() - there["renewals"].to_numpy()).clip(min=0)
    period = before.period_months * DAYS_PER_MONTH
    # Half a day, because a year of 365 days holds an anniversary of one of 365.25.
    ahead = (length + 0.5 - there["due_days"].to_numpy()) // period + 1
    ahead = ahead.clip(min=0).astype(np.int64)
    if ahead.sum() < FEWEST:
        raise EvidenceError(
            f"Only {ahead.sum():.0f} renewals came due after {date_of(cut)}, too few to test a "
            "forecast on: only a longer test can be one."
        )
    try:
        fitted = fit_retentions(before)
    except DataError as reason:
        raise EvidenceError(f"Before {date_of(cut)} too little is known: {reason}") from None
    renewed = there["renewals"].to_numpy()
    actual = float(made.sum())
    forecast, drawn = _forecast(
        before, fitted, renewed, ahead, actual, spread=known.over(length / DAYS_PER_MONTH),
        draws=draws,
    )  # fmt: skip
    errors = {
        model.name: _expected(model, renewed, ahead).sum() / actual - 1 if actual else float("nan")
        for model in fitted.everyone.candidates
    }
    errors[USED] = forecast.error
    share = _recent_share(before)
    return ContractHoldOut(
        cut=cut,
        weeks=length / DAYS_PER_WEEK,
        customers=len(there),
        renewals=forecast,
        nobody_leaves=float(ahead.sum()),
        last_period=float(sum((share ** np.arange(1, n + 1)).sum() for n in ahead)),
        errors=errors,
        lost=_lost(float(ahead.sum()), forecast, drawn, length),
        fitted=fitted,
    )


def _lost(due: float, forecast: Forecast, drawn: Floats, length: int) -> Miss:
    """Return how far off the forecast of renewals *not* made was, and what chance allows."""
    lost, said = due - forecast.actual, due - forecast.predicted
    off = float(np.log(lost / said)) if lost > 0 < said else float("nan")
    within = float(np.std(np.log(np.maximum(due - drawn, 0.5))))
    return Miss(off, within, length / DAYS_PER_MONTH)


def _forecast(
    people: Subscribers, fitted: Retentions, renewed: Floats, ahead: Floats, actual: float,
    *, spread: float, draws: int,
) -> tuple[Forecast, Floats]:  # fmt: skip
    """Add the forecasts up over groups; the range holds parameters, chance and past misses.

    Totals that parameters and chance alone allow come with it, shape `(draws,)`.
    """
    running = people.frame["running"].to_numpy(bool)
    moved = np.exp(spread * scores(draws, SEED, 1)[1:, 0])
    centre, variance = 0.0, 0.0
    drawn, wide = np.zeros((2, draws))
    for place, (label, one) in enumerate(fitted.used.items()):
        who = fitted.members[label][running]
        each = _expected(one.chosen, renewed[who], ahead[who])
        centre += float(each.sum())
        variance += float((each * np.maximum(1 - each / np.maximum(ahead[who], 1), 0)
                           * ahead[who]).sum())  # fmt: skip
        models = one.chosen.draws(draws, SEED + place)
        leaves = 1 - float(one.simple.retention(renewed[who]).mean()) if who.any() else 0.5
        cells, size = np.unique(np.stack([renewed[who], ahead[who]]), axis=1, return_counts=True)
        drawn += [size @ _expected(model, *cells) for model in models]
        wide += [
            size @ _expected(model.with_leavers(float(times), leaves), *cells)
            for model, times in zip(models, moved, strict=True)
        ]
    noise = np.random.default_rng(SEED).standard_normal(draws) * np.sqrt(variance)
    low, high = np.quantile(wide + noise, [0.1, 0.9])
    within = drawn + noise
    made = Forecast(
        predicted=centre, low=min(float(low), centre), high=max(float(high), centre),
        actual=actual, within=float(np.std(np.log(np.maximum(within, 0.5)))),
    )  # fmt: skip
    return made, within


def _expected(model: BetaDiscreteWeibull, renewed: Floats, ahead: Floats) -> Floats:
    """Return the renewals each person is expected to make of those that come due."""
    total = np.zeros(len(renewed))
    for t in range(1, int(ahead.max(initial=0)) + 1):
        total += np.where(ahead >= t, model.survival(t, renewed), 0.0)
    return total


def _recent_share(people: Subscribers) -> float:
    """Return the share of the renewals of the last period before the cut that were made.

    Whoever runs and has renewed did so exactly once in it.
    """
    frame = people.frame
    assert people.last_day is not None
    period = people.period_months * DAYS_PER_MONTH
    left = frame["left"] & (frame["ended"].fillna(0) > people.last_day - period)
    stayed = frame["running"] & (frame["renewals"] > 0)
    return float(stayed.sum() / max(1, stayed.sum() + left.sum()))
