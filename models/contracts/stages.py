"""Segments of a subscription: how far somebody has come."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from models.contracts.subscribers import Subscribers, subscribers
from models.errors import EvidenceError
from models.periods import DAYS_PER_YEAR, MONTHS_PER_YEAR
from models.segments.movement import NOT_YET, Segments
from models.transactions.subscriptions import Subscriptions

STAGES: Final = (
    "Loyal, renewed 4 times or more",
    "Renewed 2 or 3 times",
    "Renewed once",
    "In the first period",
    "Cancelled, running out",
    "Left",
)
_RENEWED: Final = (1, 2, 4)  # renewals from which on somebody is in a better stage
CANCELLED: Final = 4
LEFT: Final = 5


def subscription_segments(subscriptions: Subscriptions, people: Subscribers) -> dict[str, Segments]:
    """Return subscribers by stage, today and a year ago; money is 0 without prices.

    Raises
    ------
    EvidenceError
        When the file has no dates, or not more than a year of them.
    """
    last, first = people.last_day, people.first_day
    year = round(DAYS_PER_YEAR)
    if last is None or first is None or last - first <= year:
        raise EvidenceError(
            "How customers move between segments needs a file with start and end dates that covers "
            "more than a year."
        )
    now = _latest(people)
    then = _latest(subscribers(subscriptions, last - year)).reindex(now.index)
    return {
        "Stages": Segments(
            names=STAGES,
            then=then["stage"].fillna(NOT_YET).to_numpy(np.int64),
            now=now["stage"].to_numpy(np.int64),
            money_then=then["paid"].fillna(0.0).to_numpy(np.float64),
            money_now=now["paid"].to_numpy(np.float64),
            from_day=last - year,
            to_day=last,
            how="By renewals made; money is what running subscriptions pay in a year.",
        )
    }


def _latest(people: Subscribers) -> pd.DataFrame:
    """Return stage and yearly payment of everybody's latest time as a subscriber."""
    frame = people.frame.sort_values(["customer", "spell"], kind="stable")
    frame = frame[~frame["customer"].duplicated(keep="last")].set_index("customer")
    stage = 3 - np.searchsorted(_RENEWED, frame["renewals"].to_numpy(), side="right")
    stage = np.where(frame["leaving"], CANCELLED, stage)
    stage = np.where(frame["running"], stage, LEFT)
    a_year = MONTHS_PER_YEAR / people.period_months
    price = frame["price"] if people.has_money else 0.0
    paid = price * a_year * frame["running"].astype(float)
    return pd.DataFrame({"stage": stage.astype(float), "paid": paid}, index=frame.index)
