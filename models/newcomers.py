"""Today's newcomers: what the next customer can be expected to be like.

A newcomer is judged by those who came in the last 24 months and cannot be older than the file:
counting a file's first customers as new makes newcomers look a fifth better than they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.counts import collapse
from models.customers import Customers
from models.lifetimes import ParetoNBD, Spend, fit_paretonbd
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR

Floats = npt.NDArray[np.float64]

MONTHS: Final = 24
FEWEST: Final = 50
SAMPLE: Final = 2_400


@dataclass(frozen=True, eq=False)
class Recent:
    """Recent newcomers, or everybody where too few are known to be new.

    Attributes
    ----------
    frame
        Their rows of `Customers.frame`.
    lifetimes
        Their Pareto/NBD model.
    per_month
        Newcomers a month over the last year.
    note
        A sentence where everybody stands in for them, else empty.
    """

    frame: pd.DataFrame
    lifetimes: ParetoNBD
    per_month: float
    note: str = ""

    @property
    def customers(self) -> int:
        """How many there are."""
        return len(self.frame)

    @property
    def first_orders(self) -> Floats:
        """Money of each first purchase day: all their money less that of the repeat days."""
        days = self.frame["spend_days"].to_numpy(np.float64)
        mean = self.frame["mean_spend"].to_numpy(np.float64)
        repeats = np.where(days > 0, days * np.nan_to_num(mean), 0.0)
        return np.asarray(np.maximum(self.frame["amount"].to_numpy(np.float64) - repeats, 0.0))

    def first_order_draws(self, z: Floats, *, money: bool) -> Floats:
        """Return the mean first order moved by `z` standard errors, at least 0, shape of `z`.

        Without money every first order counts as one order.
        """
        if not money:
            return np.ones_like(z)
        orders = self.first_orders
        error = float(orders.std() / np.sqrt(len(orders)))
        return np.asarray(np.maximum(orders.mean() + z * error, 0.0))

    def spends(self, models: Sequence[Spend | None]) -> Floats:
        """Return the mean spend expected on one of their repeat purchase days, one per model.

        The first model is asked about everybody; the others, its alternatives, about an even sample
        and scaled by what the first says of the two. All are 1 without money.
        """
        best = models[0]
        if best is None:
            return np.ones(len(models))
        rows = np.unique(np.linspace(0, len(self.frame) - 1, SAMPLE).round().astype(np.int64))
        some = self.frame.sort_values(["spend_days", "mean_spend"], kind="stable").iloc[rows]
        means = [_mean_spend(model, some) for model in models if model is not None]
        if means[0] <= 0:
            return np.array(means)  # a shop that has earned nothing yet: nothing to scale
        return np.asarray(_mean_spend(best, self.frame) / means[0] * np.array(means))


def _mean_spend(model: Spend, frame: pd.DataFrame) -> float:
    return float(np.mean(model.expected(frame["spend_days"], frame["mean_spend"])))


def recent_newcomers(customers: Customers, lifetimes: ParetoNBD) -> Recent:
    """Return the customers of the last 24 months who are new, with a model of their own."""
    frame = customers.frame
    young = ~frame["older_than_file"].to_numpy(bool)
    first = frame["first"].to_numpy(np.int64)
    lately = young & (first > customers.last_day - MONTHS_PER_YEAR * DAYS_PER_MONTH)
    span = (customers.last_day - customers.first_day + 1) / DAYS_PER_MONTH
    per_month = float(lately.sum() / min(MONTHS_PER_YEAR, span))
    chosen = frame[young & (first > customers.last_day - MONTHS * DAYS_PER_MONTH)]
    if len(chosen) < FEWEST:
        note = (
            f"Only {len(chosen)} customers are known to be new; what a new customer brings is "
            "taken from all customers."
        )
        return Recent(frame, lifetimes, per_month, note)
    if len(chosen) == len(frame):
        return Recent(frame, lifetimes, per_month)
    counts, _ = collapse(chosen["x"], chosen["t_x"], chosen["T"])
    fitted = fit_paretonbd(counts)
    model = fitted if fitted.report.converged else lifetimes
    return Recent(chosen, model, per_month)
