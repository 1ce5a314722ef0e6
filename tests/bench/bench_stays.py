"""How long *Who stays* keeps people waiting at many customers. Prints one table, never asserts.

`make bench` runs it, at a million customers of a simulated shop; another number may be given:
`python tests/bench/bench_stays.py 50000`. Times are of the server's own work, each asked for the
first time; asked again, everything comes from the cache.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

T = TypeVar("T")


def timed(label: str, work: Callable[[], T]) -> T:
    """Print how long some work took, and return what it made."""
    began = time.perf_counter()
    made = work()
    print(f"{label:<58}{time.perf_counter() - began:>9.2f}")
    return made


def company(size: int, folder: Path) -> SimpleNamespace:
    """Return as much of an analysis of a simulated shop as the page asks for."""
    from models.customers import customers
    from models.lifetimes import fit_paretonbd
    from models.samples import shop
    from models.transactions.log import read_transactions

    sample = shop(size, seed=1, weeks=130, acquisition_weeks=104)
    rows = sample.log
    number = rows["customer"].str[1:].astype(int).to_numpy()
    rows["country"] = np.array([f"country {k}" for k in range(12)])[number % 12]
    rows.to_parquet(folder / "orders.parquet")
    log = timed(
        f"reading {len(rows):,} purchases", lambda: read_transactions(folder / "orders.parquet")
    )
    people = timed("counting customers", lambda: customers(log))
    counts = people.counts()
    model = timed("fitting Pareto/NBD", lambda: fit_paretonbd(counts))
    return SimpleNamespace(transactions=log, customers=people, lifetimes=model, counts=counts)


def main(folder: Path) -> None:
    """Print one table."""
    from dashboard.shop import staying

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{f'who stays, {size:,} customers of a shop':<58}{'seconds':>9}")
    opened = company(size, folder)
    country, basket = "first_country", "first basket"
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        ("page: verdict and reasons", lambda: staying.findings(opened)),
        ("page: still buying", lambda: staying.curves(opened, staying.BUYING, None)),
        ("page: the sentence beside it, with silences",
         lambda: staying.said_of(opened, staying.BUYING)),
        ("page: is it getting better", lambda: staying.better(opened)),
        ("page: then and now, by country", lambda: staying.changed(opened, country)),
        ("switch: still buying by 12 countries",
         lambda: staying.differences(opened, staying.BUYING, country)),
        ("switch: still buying by month",
         lambda: staying.differences(opened, staying.BUYING, "month")),
        ("switch: second purchase by 12 countries",
         lambda: staying.differences(opened, staying.SECOND, country)),
        ("switch: size of the first order (reads the rows again)",
         lambda: staying.curves(opened, staying.BUYING, basket)),
        ("switch: still a customer", lambda: staying.curves(opened, staying.CUSTOMER, None)),
        ("tab: danger after the second purchase",
         lambda: staying.danger(opened, staying.FROM_SECOND)),
        ("tab: silence", lambda: staying.silence(opened)),
        ("tab: triangle by quarter", lambda: staying.grid(opened, "quarter", "customers", "in", 1)),
    )  # fmt: skip
    for label, work in asked:
        timed(label, work)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(Path(place))
