"""How long it takes to find profiles: a million customers with ten attributes each.

Run with `make bench`, or alone: `python tests/bench/bench_profiles.py`.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.profiles import find_profiles
from models.profiles.cells import collapse
from tests.models.profiles.companies import trait, won

SIZES = (10_000, 100_000, 1_000_000)
LEVELS = (12, 8, 7, 6, 5, 5, 4, 4, 3, 2)


def attributes(rng, customers):
    """Ten attributes with uneven levels, two of them ordered."""
    found = []
    for place, levels in enumerate(LEVELS):
        share = rng.dirichlet(np.ones(levels) * 2)
        codes = rng.choice(levels, customers, p=share)
        edges = tuple(float(2**k) for k in range(levels - 1)) if place in {4, 6} else ()
        names = tuple(f"level {k}" for k in range(levels))
        found.append(trait(f"attribute{place}", names, codes, edges=edges))
    return tuple(found)


def main():
    print(f"{'customers':>10}  {'combinations':>12}  {'seconds':>7}  rules measured, announced")
    for customers in SIZES:
        rng = np.random.default_rng(1)
        traits = attributes(rng, customers)
        effect = np.where(traits[0].codes == 2, 1.6, 1.0)
        people = won(rng, traits, 100 * effect * rng.lognormal(0, 1.2, customers))
        began = time.perf_counter()
        profiles = find_profiles(people)
        took = time.perf_counter() - began
        combinations = len(collapse(traits))
        print(f"{customers:>10,}  {combinations:>12,}  {took:7.2f}  "
              f"{profiles.tested}, {len(profiles.announced)}")  # fmt: skip


if __name__ == "__main__":
    main()
