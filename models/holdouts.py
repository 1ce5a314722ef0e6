"""A forecast beside what came: one cut through the file, and many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.lifetimes import NBD, ParetoNBD, Spend
from models.periods import DAYS_PER_WEEK, date_of
from models.surprise import ASSUMED, NO_MONTHS, Months, Surprise

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """A forecast total beside what came: purchase days, or money.

    Attributes
    ----------
    predicted, low, high
        The expected total and the 80 % range of the totals that could have come.
    actual
        What came.
    within
        Standard deviation of the log of the total that parameters and people allow; the range is
        wider by what no parameter explains.
    """

    predicted: float
    low: float
    high: float
    actual: float
    within: float = float("nan")

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
    last_year
        Their purchase days in the same window 52 weeks before; NaN likewise.
    model, spend
        What forecast: fitted on nothing after the cut. None when not kept.
    beyond
        What the range carries beyond parameters and people, for purchase days and for money.
    """

    cut: int
    weeks: int
    customers: int
    purchases: Forecast
    money: Forecast | None
    candidates: Mapping[str, float]
    last_period: float
    last_year: float = float("nan")
    model: ParetoNBD | None = None
    spend: Spend | None = None
    beyond: tuple[Surprise, Surprise] = (ASSUMED, ASSUMED)

    @property
    def end(self) -> int:
        """The last day of the window, as a day number."""
        return self.cut + round(self.weeks * DAYS_PER_WEEK)

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
    """Hold-outs at every quarter-end the file allows, oldest first, and what they teach.

    Attributes
    ----------
    cuts
        The hold-outs.
    months
        Every whole month since the first cut, forecast at its start.
    beyond
        What a total's range carries today beyond parameters and people: purchase days, money.
    """

    cuts: tuple[HoldOut, ...]
    months: Months = field(default=NO_MONTHS, compare=False)
    beyond: tuple[Surprise, Surprise] = (ASSUMED, ASSUMED)

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
