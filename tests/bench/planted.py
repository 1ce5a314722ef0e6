"""Companies whose groups differ by nothing, or by eight points, from the file to the sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.shop import staying as shops
from dashboard.wording import comparing as words
from models.contracts.curves import staying_differences
from models.contracts.subscribers import subscribers
from models.customers import customers
from models.lifetimes import fit_paretonbd
from models.periods import DAYS_PER_WEEK, date_of
from models.samples import FIRST_DAY, ParetoNBDTruth, shop
from models.transactions.log import read_transactions
from models.transactions.subscriptions import read_subscriptions

ORDINARY = ParetoNBDTruth(0.8, 8, 0.5, 40)
EIGHT_POINTS = {
    shops.BUYING: ParetoNBDTruth(0.8, 8, 0.724, 40),
    shops.CUSTOMER: ParetoNBDTruth(0.8, 8, 0.655, 40),
    shops.SECOND: ParetoNBDTruth(0.8, 12.9, 0.5, 40),
}
"""A group of these differs at twelve months from an ordinary one by eight points of a quantity."""

NOT_NOISE = "this is not noise"
_OLD, _NEW, _ACQUIRING, _WEEKS = 10, 60, 40, 182
_SEASON = (0.80, 0.82, 0.90, 0.95, 1.0, 1.0, 0.95, 0.90, 1.1, 1.2, 1.7, 0.68)


def shop_of(folder: Path, truths: list[ParetoNBDTruth], each: int, seed: int) -> Any:
    """Return what the page asks of a shop; `each` customers of every group are surely new.

    A quarter as many came in the first weeks of the file and may be older than it.
    """
    parts = []
    for k, truth in enumerate(truths):
        for old, size, begins, acquiring in ((1, each // 4, 0, _OLD), (0, each, _NEW, _ACQUIRING)):
            made = shop(
                size, seed=1_000 * seed + 10 * k + old, weeks=_WEEKS - begins,
                acquisition_weeks=acquiring, truth=truth,
            ).log  # fmt: skip
            made["date"] += pd.Timedelta(weeks=begins)
            parts.append(
                made.assign(customer=made["customer"] + f"g{k}{old}", country=f"Group {k}")
            )
    path = folder / f"shop{seed}.csv"
    pd.concat(parts).to_csv(path, index=False, date_format="%Y-%m-%d")
    log = read_transactions(path, end=date_of(FIRST_DAY + int(_WEEKS * DAYS_PER_WEEK) - 1))
    people = customers(log)
    return SimpleNamespace(
        transactions=log, customers=people, lifetimes=fit_paretonbd(people.counts())
    )


def shop_said(analysis: Any, quantity: str, by: str | tuple[str, ...]) -> str:
    """Return what the page says of a quantity, in one string."""
    found = shops.differences(analysis, quantity, by)
    return " ".join(words.differences(found, shops.saying(analysis, quantity)))


def list_said(folder: Path, stays: list[float], each: int, seed: int) -> str:
    """Return what is said of monthly subscribers of whom such shares stay a year."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(stays)), each)
    begun = np.datetime64("2022-01", "M") + rng.integers(0, 24, len(codes))
    months = rng.geometric(1 - np.asarray(stays)[codes] ** (1 / 12))
    ends = begun + months
    running = ends > np.datetime64("2025-06", "M")
    day = (rng.integers(0, 28, len(codes))).astype("timedelta64[D]")
    start, end = (m.astype("datetime64[D]") + day for m in (begun, ends))
    table = pd.DataFrame(
        {
            "customer_id": [f"s{i}" for i in range(len(codes))],
            "start_date": start,
            "end_date": pd.Series(end).where(~running),
            "plan": [f"Plan {k}" for k in codes],
            "price": 9.0,
            "billing_months": 1,
        }
    )
    path = folder / f"list{seed}.csv"
    table.to_csv(path, index=False)
    found = staying_differences(subscribers(read_subscriptions(path)), "plan")
    from dashboard.subscription import staying as lists

    said = lists.saying(SimpleNamespace(), lists.SUBSCRIBED_STILL)
    return " ".join(words.differences(found, said))


def seasonal(made: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a log with the wholesaler's seasons: purchases thinned by month, first ones kept."""
    factor = np.array(_SEASON)[made["date"].dt.month - 1] / max(_SEASON)
    return made[(rng.random(len(made)) < factor) | ~made.duplicated("customer")]
