"""How fast rows become customers and cohorts, beside the usual alternatives. Prints, never asserts.

`make bench` runs it; `python tests/bench/bench_rows.py 1000000` chooses the number of lines.
Each way reads the same simulated CSV of 7 columns in a process of its own, so that memory is its
own peak; absolute times differ from machine to machine, their ratios much less.
"""

from __future__ import annotations

import importlib
import multiprocessing as mp
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

LINES = (1_000_000, 10_000_000)
PEERS_UP_TO = 1_000_000  # beyond that the Python peers take minutes and gigabytes
CHUNK = 1_000_000


def write_lines(path: Path, lines: int, seed: int = 7) -> None:
    """Write invoice lines of a shop with about 35 lines a customer over three years."""
    rng = np.random.default_rng(seed)
    customers = max(lines // 35, 1)
    weight = rng.gamma(0.6, size=customers) + 0.02
    edges = np.cumsum(weight / weight.sum())
    start = np.datetime64("2021-01-01")
    countries = np.array(["GB", "DE", "FR", "NL"])
    for begin in range(0, lines, CHUNK):
        n = min(CHUNK, lines - begin)
        quantity = rng.integers(1, 13, n) * np.where(rng.random(n) < 0.02, -1, 1)
        frame = pd.DataFrame(
            {
                "Invoice": begin // 8 + np.arange(n) // 8 + 100_000,
                "StockCode": rng.integers(10_000, 14_000, n),
                "Quantity": quantity,
                "InvoiceDate": start + rng.integers(0, 3 * 365, n).astype("timedelta64[D]"),
                "Price": np.round(rng.gamma(2.0, 2.5, n) + 0.1, 2),
                "Customer ID": 10_000 + np.searchsorted(edges, rng.random(n)),
                "Country": countries[rng.integers(0, 4, n)],
            }
        )
        frame.to_csv(path, mode="a" if begin else "w", header=not begin, index=False)


def tenure_customers(path: Path) -> int:
    """CSV to ledger and customers, as the app does it."""
    from models.customers import customers
    from models.transactions.log import read_transactions

    return len(customers(read_transactions(path)))


def tenure_cohorts(path: Path) -> int:
    """CSV to ledger, customers and the triangle of cohorts."""
    from models.cohorts import triangle
    from models.customers import customers
    from models.transactions.log import read_transactions

    transactions = read_transactions(path)
    triangle(transactions)
    return len(customers(transactions))


def tenure_analysis(path: Path) -> int:
    """CSV to the finished analysis: all candidates, spend and hold-out."""
    from models.analysis import analyse
    from models.transactions.log import read_transactions

    return len(analyse(read_transactions(path)).customers)


def duckdb_count(path: Path) -> int:
    """The floor: DuckDB counting the lines of the same file."""
    import duckdb

    rows = duckdb.sql(f"SELECT count(*) FROM read_csv('{path}', header=true)").fetchall()
    return int(rows[0][0])


def pandas_customers(path: Path) -> int:
    """The same customers by hand: pandas, purchases only, one row per customer."""
    frame = pd.read_csv(path, parse_dates=["InvoiceDate"])
    frame = frame[frame["Quantity"] > 0]
    frame["amount"] = frame["Quantity"] * frame["Price"]
    days = frame.groupby(["Customer ID", frame["InvoiceDate"].dt.normalize()])["amount"].sum()
    each = days.reset_index().groupby("Customer ID")
    return len(each.agg(first=("InvoiceDate", "min"), last=("InvoiceDate", "max")))


def lifetimes_summary(path: Path) -> int:
    """The same customers by `lifetimes.utils.summary_data_from_transaction_data`."""
    from lifetimes.utils import summary_data_from_transaction_data

    frame = pd.read_csv(path, parse_dates=["InvoiceDate"])
    frame = frame[frame["Quantity"] > 0]
    frame["amount"] = frame["Quantity"] * frame["Price"]
    summary = summary_data_from_transaction_data(
        frame, "Customer ID", "InvoiceDate", monetary_value_col="amount", freq="D"
    )
    return len(summary)


WAYS: tuple[tuple[str, Callable[[Path], int], int | None], ...] = (
    ("DuckDB count(*) (the floor)", duckdb_count, None),
    ("Tenure: to customers", tenure_customers, None),
    ("Tenure: to cohorts", tenure_cohorts, None),
    ("Tenure: whole analysis", tenure_analysis, None),
    ("pandas: to customers", pandas_customers, PEERS_UP_TO),
    ("lifetimes: to summary", lifetimes_summary, PEERS_UP_TO),
)


def _measure(way: Callable[[Path], int], path: Path, answer: mp.Queue) -> None:
    way_imports(way)
    began = time.perf_counter()
    customers = way(path)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put((seconds, customers, peak))


def way_imports(way: Callable[[Path], int]) -> None:
    """Import what a way needs, so that its time is its work and not Python's imports."""
    names = {"tenure": ("models.analysis", "models.cohorts"), "lifetimes": ("lifetimes.utils",)}
    for name in names.get(way.__name__.split("_")[0], ()):
        importlib.import_module(name)


def measure(way: Callable[[Path], int], path: Path) -> tuple[float, int, float]:
    """Return seconds, customers and peak memory (MB) of one way, in a fresh process."""
    context = mp.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_measure, args=(way, path, answer))
    process.start()
    process.join()
    if process.exitcode:
        return float("nan"), 0, float("nan")
    return answer.get()


def main() -> None:
    """Print one table."""
    sizes = tuple(int(text) for text in sys.argv[1:]) or LINES
    print(f"{'lines':>12}  {'way':<28}{'seconds':>9}{'lines/s':>12}{'MB':>7}{'customers':>11}")
    with tempfile.TemporaryDirectory() as folder:
        for lines in sizes:
            path = Path(folder) / f"lines_{lines}.csv"
            write_lines(path, lines)
            for label, way, limit in WAYS:
                if limit is not None and lines > limit:
                    continue
                seconds, customers, peak = measure(way, path)
                print(
                    f"{lines:>12,}  {label:<28}{seconds:>9.2f}{lines / seconds:>12,.0f}"
                    f"{peak:>7.0f}{customers:>11,}",
                    flush=True,
                )
            path.unlink()


if __name__ == "__main__":
    main()
