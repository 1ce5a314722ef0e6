"""Do the ranges hold what comes? Whole companies, simulated from file to hold-out.

Prints, for companies whose months go their own way and for calm ones, the share whose total came
inside its 80 % range, and the same without the shock of a month.

    python tests/bench/bench_coverage.py [companies]
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.backtest import hold_out, rolling
from models.holdouts import HoldOut
from models.periods import WEEKS_PER_MONTH
from models.samples import ParetoNBDTruth, shop
from models.surprise import Surprise
from models.transactions.log import read_transactions

CUSTOMERS = 400
WEEKS, ACQUIRING, AHEAD = 156, 104, 13
BUSIEST = 2.5  # a month is at most this much busier than usual


def company(seed: int, shock: float) -> pd.DataFrame:
    """Return a shop's log in which every month multiplies all purchases by a factor of its own.

    The shop is simulated busier than it is and thinned month by month; first purchases stay.
    """
    rng = np.random.default_rng(10_000 + seed)
    truth = ParetoNBDTruth(1.5, 8 / BUSIEST, 0.8, 60)
    log = shop(CUSTOMERS, seed=seed, weeks=WEEKS, acquisition_weeks=ACQUIRING, truth=truth).log
    month = log["date"].dt.year * 12 + log["date"].dt.month
    factor = np.exp(shock * rng.standard_normal(WEEKS) - shock**2 / 2)
    kept = rng.random(len(log)) * BUSIEST < factor[month - month.min()]
    return log[kept | ~log.duplicated("customer") | (log["date"] == log["date"].max())]


def calm_range(made: HoldOut) -> tuple[float, float]:
    """Return the range without the shock of a month, and without misses it may explain."""
    seen: Surprise = replace(made.beyond[0], month=0.0, miss=0.0)
    rng = np.random.default_rng(1)
    drawn = made.purchases.predicted * np.exp(made.purchases.within * rng.standard_normal(2000))
    return seen.widened(drawn, made.weeks / WEEKS_PER_MONTH)


def main(companies: int) -> None:
    """Print one line per kind of company."""
    print(f"{companies} companies each, {CUSTOMERS} customers, {WEEKS} weeks, {AHEAD} held out")
    print(f"{'shock':>6} {'orders inside':>14} {'money inside':>13} {'without shock':>14} {'s':>6}")
    for shock in (0.0, 0.15, 0.3):
        started, inside = time.perf_counter(), []
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(companies):
                path = Path(folder) / f"{seed}.csv"
                company(seed, shock).to_csv(path, index=False)
                log = read_transactions(path)
                made = hold_out(log, AHEAD, past=rolling(log))
                low, high = calm_range(made)
                inside.append(
                    (
                        made.purchases.inside,
                        made.money is not None and made.money.inside,
                        low <= made.purchases.actual <= high,
                    )
                )
                log.database.close()
        orders, money, calm = np.mean(inside, axis=0)
        took = time.perf_counter() - started
        print(f"{shock:6.2f} {orders:14.0%} {money:13.0%} {calm:14.0%} {took:6.0f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
