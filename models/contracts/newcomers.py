"""Today's newcomers to a subscription: which plans they take, what they pay, how they will renew.

Their curve is that of everybody on their plan, unless a likelihood-ratio test at 5 % tells recent
cohorts from older ones; then it is that of the recent ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc

from models.contracts.fits import DOUBT, FEWEST_LEFT, Retention, Retentions, fit_retention
from models.contracts.subscribers import Bools, Subscribers
from models.lifetimes.contract import fit_sbg
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR

Floats = npt.NDArray[np.float64]

RECENT_MONTHS: Final = 24
RECENT_PERIODS: Final = 4
FEWEST: Final = 30


@dataclass(frozen=True, eq=False)
class NewSubscribers:
    """What the next subscriber is like.

    Attributes
    ----------
    models
        By label of `Retentions.used`.
    shares, prices, first
        Share of newcomers, later payments and first payment by label, in the order of `models`.
    per_month
        Newcomers a month.
    customers
        How many newcomers the mix was seen in.
    notes
        What was found or assumed, as sentences.
    """

    models: dict[str, Retention]
    shares: Floats
    prices: Floats
    first: Floats
    per_month: float
    customers: int
    notes: tuple[str, ...]


def new_subscribers(people: Subscribers, fitted: Retentions) -> NewSubscribers:
    """Return the mix of the last twelve months' newcomers and how they will renew."""
    lately, months = _lately(people)
    notes: list[str] = []
    per_month = float(lately.sum() / months)
    if lately.sum() < FEWEST:
        notes.append(
            f"Only {lately.sum()} subscribers are new; what a newcomer takes and pays is taken "
            "from all subscribers."
        )
        lately = np.ones(len(people.frame), bool)
    models, shares, prices, first = {}, [], [], []
    for label, one in fitted.used.items():
        who = fitted.members[label]
        models[label] = _recent_model(people, one, who, notes)
        seen = people.frame[who & lately]
        shares.append(len(seen) / int(lately.sum()))
        prices.append(_mean(seen["price"]) if people.has_money else 1.0)
        first.append(_mean(seen["first_price"]) if people.has_money else 1.0)
    return NewSubscribers(
        models, np.array(shares), np.array(prices), np.array(first), per_month,
        int(lately.sum()), tuple(notes),
    )  # fmt: skip


def _mean(prices: pd.Series[float]) -> float:
    return float(prices.mean()) if len(prices) else 0.0


def _lately(people: Subscribers) -> tuple[Bools, float]:
    """Return who began within the last twelve months, and how many months that stands for."""
    frame = people.frame
    if people.last_day is None:
        months = people.period_months if people.delayed else MONTHS_PER_YEAR
        young = (frame["age_days"] - 1e-6 <= months * DAYS_PER_MONTH).to_numpy()
        return young, float(months)
    assert people.first_day is not None
    span = (people.last_day - people.first_day + 1) / DAYS_PER_MONTH
    young = (frame["start"] > people.last_day - MONTHS_PER_YEAR * DAYS_PER_MONTH).to_numpy()
    return young, float(min(MONTHS_PER_YEAR, span))


def _recent_model(people: Subscribers, one: Retention, who: Bools, notes: list[str]) -> Retention:
    """Return the model of recent cohorts if they differ from the older ones, else everybody's."""
    if people.last_day is None:
        return one
    months = max(RECENT_MONTHS, RECENT_PERIODS * people.period_months)
    start = people.frame["start"].to_numpy()
    recent = who & (start > people.last_day - months * DAYS_PER_MONTH)
    older = who & ~recent
    left = people.frame["left"].to_numpy(bool)
    if min((left & recent).sum(), (left & older).sum()) < FEWEST_LEFT:
        return one
    apart = [fit_sbg(people.renewals(part)).log_likelihood for part in (recent, older)]
    together = fit_sbg(people.renewals(who)).log_likelihood
    if float(chdtrc(2, max(2 * (sum(apart) - together), 0.0))) >= DOUBT:
        return one
    notes.append(
        f"{one.label}: those who came in the last {months} months renew differently from those "
        "before them, so newcomers are judged by them alone."
    )
    return fit_retention(people.renewals(recent), one.label)
