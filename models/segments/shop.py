"""Segments of a shop: recency, frequency and money (RFM), and tiers by money.

Frequency and money are counted over a period before each day (a year, or half the file when it is
shorter), recency to the last purchase ever. Scores run from 1 to 5 by the quintiles of those who
bought in the later period, and the same limits hold on the earlier day, so that nobody moves
because others did. Frequency and money are averaged into one score, as is usual (Hughes 1994).
"""

from __future__ import annotations

from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import EvidenceError
from models.periods import DAYS_PER_YEAR, date_of
from models.segments.movement import NOT_YET, TIER_NAMES, Segments, tiers
from models.transactions.log import Transactions

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RFM: Final = (
    "Champions",
    "Loyal customers",
    "Potential loyalists",
    "New and promising",
    "Need attention",
    "Cannot lose them",
    "Slipping away",
    "About to sleep",
    "Hibernating",
    "Lost",
)
# Rows: recency 1 to 5 (5 bought last); columns: frequency and money 1 to 5.
_GRID: Final = np.array(
    [
        [8, 8, 6, 6, 5],
        [8, 8, 6, 6, 5],
        [7, 4, 4, 1, 1],
        [3, 2, 2, 0, 0],
        [3, 2, 2, 0, 0],
    ]
)
LOST: Final = RFM.index("Lost")
_QUINTILES: Final = (0.2, 0.4, 0.6, 0.8)
_FEWEST: Final = 25


def shop_segments(transactions: Transactions) -> dict[str, Segments]:
    """Return a shop's customers by RFM and by tier, today and a period ago.

    Raises
    ------
    EvidenceError
        When too few customers bought in the last period.
    """
    log = transactions
    span = log.last_day - log.first_day + 1
    period = min(round(DAYS_PER_YEAR), span // 2)
    table = _counted(log, period)
    if (table["orders_now"] > 0).sum() < _FEWEST:
        raise EvidenceError(
            f"Fewer than {_FEWEST} customers bought in the last {period} days of '{log.name}', too "
            "few to tell segments apart: give a longer file."
        )
    days = (log.last_day - period, log.last_day)
    found = {"RFM": by_recency(table, days)}
    if log.has_money:
        found["Tiers"] = by_revenue(table, days)
    return found


def _counted(log: Transactions, period: int) -> pd.DataFrame:
    """Return first day, and last day, orders and money before either day, per customer."""
    cut = log.last_day - period
    day, amount = nw.col("day"), nw.col("amount")
    late, early = day > cut, (day <= cut) & (day > cut - period)
    rows = (
        log.days()
        .with_columns(
            late=nw.when(late).then(day),
            early=nw.when(early).then(day),
            before=nw.when(day <= cut).then(day),
            late_money=nw.when(late).then(amount),
            early_money=nw.when(early).then(amount),
        )
        .group_by("customer_id")
        .agg(
            first=day.min(),
            last_now=day.max(),
            last_then=nw.col("before").max(),
            orders_now=nw.col("late").count(),
            orders_then=nw.col("early").count(),
            money_now=nw.col("late_money").sum(),
            money_then=nw.col("early_money").sum(),
        )
        .sort("customer_id")
    )
    table: pd.DataFrame = rows.collect("pyarrow").to_native().to_pandas()
    return table.astype({"money_now": float, "money_then": float}).fillna(
        {"money_now": 0.0, "money_then": 0.0}
    )


def by_recency(table: pd.DataFrame, days: tuple[int, int]) -> Segments:
    """Return segments by recency, frequency and money.

    Parameters
    ----------
    table
        `last_`, `orders_` and `money_` with the endings `then` and `now`; orders and money of the
        period before the day.
    days
        The earlier and the later day.
    """
    active = table["orders_now"] > 0
    limits = {
        "away": _limits((days[1] - table["last_now"])[active]),
        "orders": _limits(table["orders_now"][active]),
        "money": _limits(table["money_now"][active]),
    }
    codes = [
        _rfm(table, ending, day, limits) for ending, day in zip(("then", "now"), days, strict=True)
    ]
    return Segments(
        names=RFM,
        then=codes[0],
        now=codes[1],
        money_then=table["money_then"].to_numpy(np.float64),
        money_now=table["money_now"].to_numpy(np.float64),
        from_day=days[0],
        to_day=days[1],
        how="Recency, frequency and money scored 1 to 5 by the fifths of those who bought between "
        f"{date_of(days[0] + 1)} and {date_of(days[1])}; the same limits on the earlier day. Lost: "
        "no purchase in the period.",
    )


def by_revenue(table: pd.DataFrame, days: tuple[int, int]) -> Segments:
    """Return tiers by the money of the period before each day."""
    then, now = (table[f"money_{ending}"].to_numpy(np.float64) for ending in ("then", "now"))
    known = table["last_then"].notna().to_numpy()
    return Segments(
        names=TIER_NAMES,
        then=tiers(then, known),
        now=tiers(now, np.ones(len(table), bool)),
        money_then=then,
        money_now=now,
        from_day=days[0],
        to_day=days[1],
        how="Ranked by the money of the period before each day, among everybody who had ever "
        "bought by then.",
    )


def _limits(values: pd.Series[float]) -> Floats:
    return np.asarray(np.quantile(values.to_numpy(np.float64), _QUINTILES))


def _rfm(table: pd.DataFrame, ending: str, day: int, limits: dict[str, Floats]) -> Ints:
    last = table[f"last_{ending}"].to_numpy(np.float64)
    known = np.isfinite(last)
    away = np.where(known, day - last, 0.0)
    recency = 5 - np.searchsorted(limits["away"], away, side="left")
    frequency, money = (
        1 + np.searchsorted(limits[name], table[f"{name}_{ending}"].to_numpy(np.float64), "left")
        for name in ("orders", "money")
    )
    both = (frequency + money + 1) // 2
    code = _GRID[recency - 1, both - 1]
    code = np.where(table[f"orders_{ending}"].to_numpy() > 0, code, LOST)
    return np.where(known, code, NOT_YET).astype(np.int64)
