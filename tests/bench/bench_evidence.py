"""Does the page cry wolf, and does it notice? From simulated files to the sentence on the screen.

Prints how often "not noise" is said where groups differ by nothing (at most 5 % is promised) and
where they differ by eight points at 600 customers each, for every quantity the page compares; then
how often a dangerous month is named where there is none, and where a quarter leave in month four.

Who is still a customer of a shop is not seen but inferred: at 600 each even the model the company
was made from cannot tell eight points apart in seven of ten, so 1,200 each stand beside it.

    python -m tests.bench.bench_evidence [companies]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.shop import staying as shops
from models.counts import collapse
from models.leaving import find_leaving
from models.lifetimes import ParetoNBD, fit_paretonbd
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK, EPOCH
from models.samples import exponential_lifetimes, shop
from tests.bench.planted import (
    EIGHT_POINTS,
    NOT_NOISE,
    ORDINARY,
    list_said,
    seasonal,
    shop_of,
    shop_said,
)

COMPANIES = 200
CUTS = ("first_country", "quarter", "first basket", ("first_country", "first basket"))
MONTH_WEEKS = DAYS_PER_MONTH / DAYS_PER_WEEK


def quiet(folder: Path, companies: int) -> None:
    """Print how often something is announced where nothing differs."""
    asked = [(quantity, cut) for quantity in shops.QUANTITIES for cut in CUTS]
    alarms = dict.fromkeys(asked, 0)
    for seed in range(companies):
        made = shop_of(folder, [ORDINARY] * 2, 600, seed)
        for quantity, cut in asked:
            alarms[quantity, cut] += NOT_NOISE in shop_said(made, quantity, cut)
        made.transactions.database.close()
    for (quantity, cut), times in alarms.items():
        line(f"nothing differs: {quantity}, by {cut}", times / companies)
    for groups in (2, 6):
        told = [
            NOT_NOISE in list_said(folder, [0.68] * groups, 300, seed) for seed in range(companies)
        ]
        line(f"nothing differs: still subscribed, {groups} plans", np.mean(told))


def noticed(folder: Path, companies: int) -> None:
    """Print how often eight points are announced."""
    for quantity, truth in EIGHT_POINTS.items():
        for each in (600, 1_200) if quantity == shops.CUSTOMER else (600,):
            told = []
            for seed in range(companies):
                made = shop_of(folder, [ORDINARY, truth], each, seed)
                told.append(NOT_NOISE in shop_said(made, quantity, "first_country"))
                made.transactions.database.close()
            line(f"eight points, {each} each: {quantity}", np.mean(told))
    told = [NOT_NOISE in list_said(folder, [0.68, 0.60], 600, seed) for seed in range(companies)]
    line("eight points, 600 each: still subscribed", np.mean(told))


def months_named(
    seed: int, alike: Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame], caught: float
) -> list[int]:
    """Return the dangerous months of a shop of 3,000, of whom a part leaves in month four."""
    rng = np.random.default_rng(seed)
    lifetimes = exponential_lifetimes(rng, 3_000, ORDINARY)
    leave = (lifetimes > 3 * MONTH_WEEKS) & (rng.random(3_000) < caught)
    lifetimes[leave] = rng.uniform(3, 4, leave.sum()) * MONTH_WEEKS
    made = shop(
        3_000, seed=seed, weeks=130, acquisition_weeks=100, truth=ORDINARY, lifetimes=lifetimes
    )
    log = alike(made.log, rng)
    seen = ((log["date"] - pd.Timestamp(EPOCH)).dt.days).groupby(log["customer"])
    first, last, times = seen.min(), seen.max(), seen.size()
    counts, _ = collapse(
        times - 1, (last - first) / DAYS_PER_WEEK, (made.last_day - first) / DAYS_PER_WEEK
    )
    model: ParetoNBD = fit_paretonbd(counts)
    return [month.month for month in find_leaving(counts, model, resamples=100).dangerous]


def in_two_weeks(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a seasonal log in which half of the customers came within one autumn."""
    log = seasonal(log, rng)
    first = log.groupby("customer")["date"].transform("min")
    autumn = first.between("2021-10-15", "2021-11-30")
    kept = pd.Series(rng.random(len(log)) < 0.2, log.index).groupby(log["customer"])
    return log[autumn | kept.transform("first")]


def dangerous(companies: int) -> None:
    """Print how often a month is named."""
    kinds = {"calm": lambda log, rng: log, "seasonal": seasonal, "won in a burst": in_two_weeks}
    for name, alike in kinds.items():
        found = [months_named(seed, alike, 0.0) for seed in range(companies)]
        line(f"no dangerous month, {name}: one is named", np.mean([bool(one) for one in found]))
    found = [months_named(seed, kinds["calm"], 0.25) for seed in range(companies)]
    line("a quarter leave in month four: it is named", np.mean([4 in one for one in found]))


def line(what: str, share: float) -> None:
    """Print one result."""
    print(f"{what:75} {share:6.1%}", flush=True)


def main(companies: int) -> None:
    """Print all of it."""
    print(f"{companies} companies each")
    with tempfile.TemporaryDirectory() as folder:
        noticed(Path(folder), companies)
        quiet(Path(folder), companies)
    dangerous(companies)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COMPANIES)
