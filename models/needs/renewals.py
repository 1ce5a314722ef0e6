"""When each subscriber's next renewal is due, and its chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.contracts.subscribers import Subscribers
from models.errors import EvidenceError
from models.losses.subscriptions import anniversary
from models.values import Values


def next_renewals(people: Subscribers, values: Values) -> pd.DataFrame:
    """Return every running subscription's next renewal, soonest first.

    Returns
    -------
    pandas.DataFrame
        `customer`, `day` (day number), `renewals` (made so far), `chance` (that the next is made)
        and `worth` (from today, with its chance of staying).

    Raises
    ------
    EvidenceError
        When the file has no dates.
    """
    if people.last_day is None:
        raise EvidenceError("The file has no dates, so nobody knows when a renewal is due.")
    frame = people.running
    made = frame["renewals"].to_numpy(np.int64)
    day = anniversary(frame["start"].to_numpy(np.int64), (made + 1) * people.period_months)
    ahead = values.frame.drop_duplicates("customer").set_index("customer").reindex(
        frame["customer"])  # fmt: skip
    table = pd.DataFrame(
        {
            "customer": frame["customer"].to_numpy(),
            "day": day,
            "renewals": made,
            "chance": ahead["buys_12m"].to_numpy(np.float64),
            "worth": ahead["value"].to_numpy(np.float64),
        }
    )
    return table.sort_values(["day", "customer"], ignore_index=True)
