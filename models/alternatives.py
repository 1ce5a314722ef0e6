"""The company's total under every draw of the parameters, prepared so that settings cost nothing.

Chances of still being a customer, purchase rates and spend do not depend on any setting; only the
weeks that count do, and those depend on age alone. So each draw is weighed once, by age, and a
margin, an interest rate or a horizon is then a small product away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.business import Business
from models.draws import Draws
from models.lifetimes import ParetoNBD, Spend
from models.lived import buys_within, expected_weeks
from models.periods import MONTHS_PER_YEAR, WEEKS_PER_MONTH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE: Final = 2_400  # customers by whom the draws are weighed; the best estimate uses everybody
AGES: Final = 48
HISTORY: Final = ("x", "t_x", "T", "spend_days", "mean_spend")

Histories = Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Alternatives:
    """What every draw says of everybody together, relative to the best estimate in place 0.

    Summed over customers sampled evenly by what they are expected to spend and compared with the
    best estimate on the same sample, so that sampling hardly matters.

    Attributes
    ----------
    drawn
        The draws.
    age
        Typical ages in weeks, shape `(A,)`.
    persons, revenue
        Customers expected alive, and their revenue per week (orders, without money), by draw and
        age, shape `(K, A)`.
    buyers
        Buyers of the next twelve months over the best estimate's, shape `(K,)`.
    """

    drawn: Draws
    age: Floats
    persons: Floats
    revenue: Floats
    buyers: Floats

    def worth(self, business: Business) -> Floats:
        """Return the total worth over the best estimate's, shape `(K,)`."""
        s, beta = _hazards(self.drawn.models)
        rate = beta[:, None] + self.age
        weeks = expected_weeks(s[:, None], rate, business)[1]
        paid = business.margin if self.drawn.has_money else 1.0
        served = business.cost_to_serve / WEEKS_PER_MONTH
        return relative(np.sum(weeks * (paid * self.revenue - served * self.persons), axis=1))

    def newcomer(self, business: Business) -> Floats:
        """Return the worth of a newcomer: first order now and discounted repeats, `(K,)`."""
        drawn = self.drawn
        weeks = expected_weeks(*_hazards(drawn.young), business)[1]
        paid = business.margin if drawn.has_money else 1.0
        rates = np.array([model.r / model.alpha for model in drawn.young])
        repeats = rates * drawn.young_spend * drawn.level
        served = business.cost_to_serve / WEEKS_PER_MONTH
        return np.asarray(paid * drawn.first + weeks * (paid * repeats - served))


def weigh(frame: pd.DataFrame, drawn: Draws) -> Alternatives:
    """Weigh every draw on a sample of the customers.

    Parameters
    ----------
    frame
        `Customers.frame`.
    drawn
        The draws.
    """
    model, spend = drawn.models[0], drawn.spends[0]
    alive, rate = _rates(frame, model, spend)
    order = np.argsort(-alive * rate, kind="stable")
    chosen = order[np.unique(np.linspace(0, len(frame) - 1, SAMPLE).round().astype(np.int64))]
    some = {name: frame[name].to_numpy(np.float64)[chosen] for name in HISTORY}
    age, age_of = typical_ages(some["T"])
    year = MONTHS_PER_YEAR * WEEKS_PER_MONTH
    persons, revenue = np.empty((2, len(drawn), len(age)))
    buyers = np.empty(len(drawn))
    for k, (one, purse) in enumerate(zip(drawn.models, drawn.spends, strict=True)):
        alive, rate = _rates(some, one, purse)
        persons[k] = np.bincount(age_of, alive, minlength=len(age))
        revenue[k] = np.bincount(age_of, alive * rate, minlength=len(age))
        buyers[k] = alive @ buys_within(one, some["x"], age[age_of], year)
    return Alternatives(drawn, age, persons, revenue, relative(buyers))


def relative(totals: Floats) -> Floats:
    """Return totals over the first of them; ones where that is 0."""
    return totals / totals[0] if totals[0] else np.ones_like(totals)


def typical_ages(T: Floats) -> tuple[Floats, Ints]:
    """Return a few typical ages in weeks and which of them each customer has."""
    ages, which = np.unique(T, return_inverse=True)
    if len(ages) <= AGES:
        return ages, which
    edges = np.unique(np.quantile(T, np.linspace(0, 1, AGES + 1))[1:-1])
    which = np.searchsorted(edges, T, side="right")
    number = np.bincount(which, minlength=len(edges) + 1)
    total = np.bincount(which, T, minlength=len(edges) + 1)
    return total / np.maximum(number, 1), which


def _rates(
    frame: pd.DataFrame | Histories, model: ParetoNBD, spend: Spend | None
) -> tuple[Floats, Floats]:
    """Return P(alive), and revenue per week while alive, per customer."""
    alive = model.p_alive(frame["x"], frame["t_x"], frame["T"])
    rate = model.rate_given_alive(frame["x"], frame["T"])
    if spend is None:
        return alive, rate
    return alive, rate * spend.expected(frame["spend_days"], frame["mean_spend"])


def _hazards(models: tuple[ParetoNBD, ...]) -> tuple[Floats, Floats]:
    """Return shape s and rate beta (weeks) of every model, each of shape `(K,)`."""
    return np.array([model.s for model in models]), np.array([model.beta for model in models])
