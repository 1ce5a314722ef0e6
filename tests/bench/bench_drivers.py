"""How long it takes to say what goes with leaving: a million customers with four attributes each.

Run with `make bench`, or alone: `python tests/bench/bench_drivers.py`.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.drivers import Watched, doubts, find_drivers
from models.drivers.groups import grouped

SIZES = (10_000, 100_000, 1_000_000)
LEVELS = {"channel": 6, "country": 10, "plan": 3, "device": 4}


def company(customers):
    """Customers of four attributes, watched for up to three years; one channel leaves sooner."""
    rng = np.random.default_rng(1)
    codes = {name: rng.integers(0, levels, customers) for name, levels in LEVELS.items()}
    known = pd.DataFrame(
        {name: np.array([f"{name} {k}" for k in range(LEVELS[name])], dtype=object)[code]
         for name, code in codes.items()}
    )  # fmt: skip
    days = np.ceil(rng.exponential(400, customers) / np.where(codes["channel"] == 0, 1.3, 1.0))
    end = rng.integers(1, 1096, customers).astype(float)
    return Watched("leaving", np.minimum(days, end), days <= end, None, 20_000 - end, known, ())


def main():
    print(f"{'customers':>10}  {'checks':>7}  {'groups':>7}  {'everything':>10}  rows, announced")
    for customers in SIZES:
        watched = company(customers)
        marks = [time.perf_counter()]
        doubts(watched)
        marks.append(time.perf_counter())
        groups, _ = grouped(watched, watched.attributes)
        marks.append(time.perf_counter())
        found = find_drivers(watched)
        marks.append(time.perf_counter())
        checks, grouping, everything = np.diff(marks)
        print(f"{customers:>10,}  {checks:6.2f}s  {grouping:6.2f}s  {everything:9.2f}s  "
              f"{len(groups.rows):,}, {sum(e.announced for e in found.effects)}")  # fmt: skip


if __name__ == "__main__":
    main()
