"""The twelve months before a plan, counted: what it is to be laid beside."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from models.analysis import Analysis
from models.cohorts import layer_cake
from models.contracts import ContractAnalysis
from models.periods import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    date_of,
    day_number,
    months_after,
    period_starts,
)
from models.plan.outlook import starts_after

YEAR: Final = MONTHS_PER_YEAR
COLUMNS: Final = ("first_day", "revenue", "newcomers", "customers")


def last_year(analysis: Analysis | ContractAnalysis) -> pd.DataFrame | None:
    """Count the months a year before each of a plan's first twelve.

    Returns
    -------
    `first_day`, `revenue` (None without money), `newcomers`, and `customers` at the end of the
    month, which only a subscription can count; NaN for months the file does not wholly cover. None
    when the file has no dates.
    """
    log = analysis.transactions if isinstance(analysis, Analysis) else analysis.people
    if log.last_day is None or log.first_day is None:
        return None
    start = starts_after(log.last_day)[0]
    first = months_after(day_number(start), -YEAR)
    edges = [months_after(first, m) for m in range(YEAR + 1)]
    table = (
        _of_shop(analysis, edges) if isinstance(analysis, Analysis) else _of_list(analysis, edges)
    )
    whole = np.array([log.first_day <= a and b <= log.last_day + 1 for a, b in pairwise(edges)])
    table = table.astype("float64")
    table.loc[~whole] = np.nan
    table.insert(0, "first_day", [date_of(day) for day in edges[:-1]])
    return table[list(COLUMNS)]


def _of_shop(analysis: Analysis, edges: list[int]) -> pd.DataFrame:
    log, frame = analysis.transactions, analysis.customers.frame
    cake = layer_cake(log, period="month", layer="year")
    begins = period_starts(log.first_day, log.last_day, "month")
    revenue = dict(zip(begins, np.nansum(cake.revenue, axis=0), strict=False))
    came = np.histogram(frame["first"].to_numpy(), bins=edges)[0]
    return pd.DataFrame(
        {
            "revenue": [
                revenue.get(day, np.nan) if log.has_money else np.nan for day in edges[:-1]
            ],
            "newcomers": came,
            "customers": np.nan,
        }
    )


def _of_list(analysis: ContractAnalysis, edges: list[int]) -> pd.DataFrame:
    people = analysis.people
    frame = people.frame
    start = frame["start"].to_numpy(np.float64)
    gone = frame["ended"].fillna(np.inf).to_numpy(np.float64)
    gone = np.where(frame["observed"], gone, np.inf)
    payments = frame["payments"].to_numpy(np.int64)
    each = frame["amount"].to_numpy(np.float64) / np.maximum(payments, 1)
    revenue = np.zeros(len(edges) - 1)
    length = people.period_months * DAYS_PER_MONTH
    for made in range(int(payments.max())):
        paid = start + made * length
        revenue += np.histogram(paid, bins=edges, weights=np.where(payments > made, each, 0.0))[0]
    ends = np.array(edges[1:])
    return pd.DataFrame(
        {
            "revenue": revenue if people.has_money else np.nan,
            "newcomers": np.histogram(start, bins=edges)[0],
            "customers": [int(((start < day) & (gone >= day)).sum()) for day in ends],
        }
    )
