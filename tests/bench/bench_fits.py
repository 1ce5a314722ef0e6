"""How long fits take, beside lifetimes 0.11.3. Prints, never asserts.

`make bench` runs it; `python tests/bench/bench_fits.py 2357 100000` chooses the sizes. Both fit the
same invented shop in one process and one thread, and processor time is counted, so the ratio holds
where absolute times do not. The peer is left out where it needs minutes.
"""

from __future__ import annotations

import logging
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from models.counts import Counts, collapse  # noqa: E402
from models.lifetimes import (  # noqa: E402
    fit_bgnbd,
    fit_mbgnbd,
    fit_mean_spend,
    fit_nbd,
    fit_paretonbd,
)

SIZES = (2_357, 100_000, 1_000_000, 10_000_000)
PEERS = {
    "BG/NBD": ("BetaGeoFitter", 1_000_000),
    "MBG/NBD": ("ModifiedBetaGeoFitter", 1_000_000),
    "Pareto/NBD": ("ParetoNBDFitter", 100_000),
    "Gamma-Gamma": ("GammaGammaFitter", 1_000_000),
}
FITS: dict[str, Callable[[Counts], Any]] = {
    "NBD": fit_nbd,
    "BG/NBD": fit_bgnbd,
    "MBG/NBD": fit_mbgnbd,
    "Pareto/NBD": fit_paretonbd,
}


def shop(customers: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Return x, t_x, T (weeks, whole days) and mean spend of a Pareto/NBD shop of two years."""
    rng = np.random.default_rng(seed)
    T = np.floor(728 - rng.uniform(0, 546, customers))
    rate = rng.gamma(0.55, 1 / 10.6, customers) / 7
    life = (
        7 * rng.exponential(1, customers) / np.maximum(rng.gamma(0.61, 1 / 11.7, customers), 1e-9)
    )
    seen = np.minimum(life, T)
    who = np.repeat(np.arange(customers), rng.poisson(rate * seen))
    day = np.floor(rng.uniform(size=len(who)) * seen[who])
    key = np.unique(who * 10_000 + day.astype(np.int64))
    key = key[key % 10_000 > 0]
    x = np.bincount(key // 10_000, minlength=customers)
    t_x = np.zeros(customers)
    np.maximum.at(t_x, key // 10_000, key % 10_000)
    shape = 6.25 * np.maximum(x, 1)
    mean = rng.gamma(shape, 1 / rng.gamma(3.74, 1 / 15.44, customers)) / np.maximum(x, 1)
    return {"x": x, "t_x": t_x / 7, "T": T / 7, "mean": np.where(x > 0, mean, np.nan)}


def timed(run: Callable[[], Any], budget: float = 1.0) -> tuple[Any, float]:
    """Return the result and the median seconds of as many runs as fit the budget, at least one."""
    seconds: list[float] = []
    while not seconds or (sum(seconds) < budget and len(seconds) < 9):
        start = time.process_time()
        result = run()
        seconds.append(time.process_time() - start)
    return result, float(np.median(seconds))


def megabytes(run: Callable[[], Any]) -> float:
    """Return the most memory a run held at once, in MB."""
    tracemalloc.start()
    run()
    held = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return held


def peer(name: str, data: dict[str, np.ndarray]) -> tuple[dict[str, float], float] | None:
    """Fit the peer, or return None where it is not installed, too slow, or gives up."""
    fitter, most = PEERS.get(name, ("", 0))
    if len(data["x"]) > most:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import lifetimes
    except ImportError:
        return None
    known = data["x"] > 0
    columns = (
        (data["x"][known], data["mean"][known])
        if name == "Gamma-Gamma"
        else (data["x"], data["t_x"], data["T"])
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted, seconds = timed(lambda: getattr(lifetimes, fitter)().fit(*columns), 0.1)
    except lifetimes.utils.ConvergenceError:
        return None
    renamed = {"v": "gamma"} if name == "Gamma-Gamma" else {}
    return {renamed.get(k, k): float(v) for k, v in fitted.params_.items()}, seconds


def rows(customers: int) -> list[str]:
    """Return the table's lines for one size."""
    data = shop(customers)
    (counts, _), seconds = timed(lambda: collapse(data["x"], data["t_x"], data["T"]))
    held = megabytes(lambda: collapse(data["x"], data["t_x"], data["T"])) / customers * 1e6
    lines = [
        f"{customers:>10,}  {'collapse':<12}{seconds * 1e3:>10.1f}{held:>10.0f}"
        f"  {len(counts):,} rows"
    ]
    runs = {name: (lambda fit=fit: fit(counts)) for name, fit in FITS.items()}
    runs["Gamma-Gamma"] = lambda: fit_mean_spend(data["x"], data["mean"])
    for name, run in runs.items():
        model, seconds = timed(run)
        held = megabytes(run) / customers * 1e6
        line = f"{customers:>10,}  {name:<12}{seconds * 1e3:>10.1f}{held:>10.0f}"
        theirs = peer(name, data)
        if theirs:
            off = max(abs(model.parameters[k] / v - 1) for k, v in theirs[0].items())
            line += f"{theirs[1] * 1e3:>14.1f}{theirs[1] / seconds:>9.0f}x{off:>14.1e}"
        lines.append(line)
    return lines


def main() -> None:
    """Print one table."""
    logging.disable(logging.CRITICAL)
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print(
        " customers  fit           ours, ms  MB/1M own  lifetimes, ms   ratio  largest difference"
    )
    for customers in sizes:
        print("\n".join(rows(customers)), flush=True)


if __name__ == "__main__":
    main()
