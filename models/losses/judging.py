"""Whether some customers are lost more often than comparable ones, and what that costs.

Every case (a renewal, a purchase) is compared with the other cases of its stratum: same time, same
age, same plan. Expected losses E are the shares lost among those others; O / E is how many times as
often as expected.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from models.comparing import holm
from models.drivers.effects import NOISE, Z80, Ranged
from models.survival import proportion

FEWEST: Final = 30
FEW_EXPECTED: Final = 10.0
SUMS: Final = (
    "customers", "cases", "lost", "expected", "lost2", "cross", "expected2", "spread", "rest",
    "recent",
)  # fmt: skip
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Loss:
    """Cases of one kind, against comparable ones.

    Attributes
    ----------
    kind, name
        What they have in common: `contact reason`, `delivery complaint`.
    customers, cases
        How many customers with how many cases.
    lost, expected
        Cases after which the customer was lost, and how many comparable ones would have been.
    share
        `lost` of `cases`, with its 80 % band (Wilson).
    times
        `lost` over `expected` with its range.
    chance
        How often luck alone brings so large a difference among as many looks (Holm).
    announced
        Whether that is at most 5 in 100.
    recent
        Lost in the last 12 months.
    at_stake
        Money lost a year beyond what comparable cases lose, its best estimate and 80 % range as
        `best`, `low`, `high`; None without money.
    against
        What it is compared with, where one table compares with more than one thing.
    """

    kind: str
    name: str
    customers: int
    cases: int
    lost: int
    expected: float
    share: Ranged
    times: Ranged
    chance: float
    announced: bool
    recent: int
    at_stake: Ranged | None = None
    against: str = ""


def judge(table: pd.DataFrame) -> tuple[Loss, ...]:
    """Judge sums of cases, all looks corrected together.

    Parameters
    ----------
    table
        `kind`, `name`, the columns of `SUMS` and `money` (what one loss costs; NaN without money),
        one row per group. With O_i and E_i the losses of customer i, `lost2`, `cross` and
        `expected2` are the sums of O_i^2, O_i E_i and E_i^2; `spread` sums p (1 - p) over the
        cases; `rest` is the variance of `expected`, since it is learnt from other cases.

    Returns
    -------
    tuple of Loss
        Groups of at least 30 customers: announced ones first, then by how unlikely they are.

    Notes
    -----
    One customer may have several cases, so variances are sums over customers (Liang and Zeger 1986,
    Biometrika 73), never below the binomial one. z = (O - E) / sqrt(V + rest); with fewer than ten
    losses expected, a Poisson law has the last word.
    """
    rows = table[(table["customers"] >= FEWEST) & (table["expected"] > 0)]
    found = [_judged(row) for row in rows.to_dict("records")]
    chances = holm([one.chance for one in found], len(found))
    told = [
        replace(one, chance=p, announced=p <= NOISE)
        for one, p in zip(found, chances, strict=True)
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda one: (not one.announced, one.chance, -one.times.best,
                                               one.kind, one.name)))  # fmt: skip


def _judged(row: Mapping[Hashable, Any]) -> Loss:
    lost, expected, rest = float(row["lost"]), float(row["expected"]), float(row["rest"])

    def variance(times: float) -> float:
        among = row["lost2"] - 2 * times * row["cross"] + times**2 * row["expected2"]
        return max(float(among), float(row["spread"]))

    z = (lost - expected) / math.sqrt(variance(1.0) + rest)
    chance = 2 * _NORMAL.cdf(-abs(z))
    if expected < FEW_EXPECTED:
        tail = stats.poisson.sf(lost - 1, expected), stats.poisson.cdf(lost, expected)
        chance = max(chance, min(1.0, 2 * float(min(tail))))
    # Half a loss more on both sides keeps the range finite where nobody was lost.
    times = (lost + 0.5) / (expected + 0.5)
    error = math.sqrt(variance(times) / (lost + 0.5) ** 2 + rest / (expected + 0.5) ** 2)
    range_ = Ranged(times, times * math.exp(-Z80 * error), times * math.exp(Z80 * error))
    share = Ranged(*(float(part[0]) for part in proportion([lost], [row["cases"]])))
    return Loss(
        str(row["kind"]), str(row["name"]), int(row["customers"]), int(row["cases"]), int(lost),
        expected, share, times=range_, chance=chance,
        announced=False, recent=int(row["recent"]), at_stake=_at_stake(row, range_),
    )  # fmt: skip


def _at_stake(row: Mapping[Hashable, Any], times: Ranged) -> Ranged | None:
    """Return what a year's losses beyond the expected ones cost; what is saved counts below 0."""
    money, recent = float(row["money"]), float(row["recent"])
    if not math.isfinite(money):
        return None
    best, low, high = (recent * (1 - 1 / t) * money for t in (times.best, times.low, times.high))
    return Ranged(best, low, high)


def add_up(cases: pd.DataFrame, exposed: npt.NDArray[np.bool_]) -> pd.Series[float]:
    """Add up the cases of one group for `judge`.

    Parameters
    ----------
    cases
        One row per case: `customer`, `stratum`, `lost` and `recent` (both true or false).
    exposed
        Which of them belong to the group; the others of their stratum say what to expect.
    """
    others = cases[~exposed].groupby("stratum")["lost"].agg(["mean", "size"])
    mine = cases[exposed].join(others, on="stratum").dropna(subset=["mean"])
    p = mine["mean"]
    each = pd.DataFrame(
        {"o": mine["lost"].astype(float), "e": p, "customer": mine["customer"]}
    ).groupby("customer").sum()  # fmt: skip
    strata = mine.groupby("stratum").agg(n=("mean", "size"), p=("mean", "first"),
                                         m=("size", "first"))  # fmt: skip
    return pd.Series(
        {
            "customers": len(each), "cases": len(mine), "lost": mine["lost"].sum(),
            "expected": p.sum(), "lost2": (each["o"] ** 2).sum(),
            "cross": (each["o"] * each["e"]).sum(), "expected2": (each["e"] ** 2).sum(),
            "spread": (p * (1 - p)).sum(),
            "rest": (strata["n"] ** 2 * strata["p"] * (1 - strata["p"]) / strata["m"]).sum(),
            "recent": (mine["lost"] & mine["recent"]).sum(),
        }
    )  # fmt: skip
