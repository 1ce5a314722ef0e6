"""What could be true instead: joint draws of every fitted parameter, made once per company.

Values and decisions use the same draws, so that a range on one page agrees with one on another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from models.customers import Customers
from models.lifetimes import ParetoNBD, Spend
from models.newcomers import Recent, recent_newcomers

Floats = npt.NDArray[np.float64]

DRAWS: Final = 200
SEED: Final = 20_111_209


@dataclass(frozen=True, eq=False)
class Draws:
    """The best estimate in place 0 and then equally likely alternatives; K entries in all.

    Attributes
    ----------
    models, spends
        Everybody's purchases and leaving, and spend per purchase day (None without money).
    newcomers
        Recent newcomers, best estimate.
    young, first, young_spend
        Newcomers' models, and the means of their first orders and of their repeat purchase days,
        shape `(K,)`.
    level
        What the total of a forecast is multiplied by for past misses, shape `(K,)`.
    effect_z, cost_z, noise_z, miss_z
        Standard normal scores for a save rate, an acquisition cost, chance, and past misses, shape
        `(K,)`.
    """

    models: tuple[ParetoNBD, ...]
    spends: tuple[Spend | None, ...]
    newcomers: Recent
    young: tuple[ParetoNBD, ...]
    first: Floats
    young_spend: Floats
    level: Floats
    effect_z: Floats
    cost_z: Floats
    noise_z: Floats
    miss_z: Floats

    def missing_by(self, spread: float) -> Draws:
        """Return the same draws of a company whose forecasts were off by that much so far.

        Parameters
        ----------
        spread
            Standard deviation of the log of came over forecast: what no parameter explains.
        """
        return replace(self, level=np.exp(spread * self.miss_z))

    @property
    def has_money(self) -> bool:
        """Whether there are amounts; else everything is counted in orders."""
        return self.spends[0] is not None

    def __len__(self) -> int:
        return len(self.models)


def joint_draws(
    customers: Customers,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    *,
    draws: int = DRAWS,
    past_misses: float = 0.0,
    seed: int = SEED,
) -> Draws:
    """Draw all parameters together.

    Parameters
    ----------
    customers, lifetimes, spend
        The customers and what was fitted on them; `spend` is None for a file without money.
    draws
        How many alternatives stand beside the best estimate.
    past_misses
        Relative standard deviation of earlier forecasts of the total: what no parameter explains.
    seed
        Makes the draws reproducible.
    """
    recent = recent_newcomers(customers, lifetimes)
    normal = scores(draws, seed + 3, 5)
    drawn = lifetimes.draws(draws, seed)
    same = recent.lifetimes is lifetimes
    young = drawn if same else recent.lifetimes.draws(draws, seed + 1)
    spends = (spend, *(spend.draws(draws, seed + 2) if spend else (None,) * draws))
    return Draws(
        models=(lifetimes, *drawn),
        spends=spends,
        newcomers=recent,
        young=(recent.lifetimes, *young),
        first=recent.first_order_draws(normal[:, 3], money=spend is not None),
        young_spend=recent.spends(spends),
        level=np.exp(past_misses * normal[:, 2]),
        effect_z=normal[:, 0],
        cost_z=normal[:, 1],
        noise_z=normal[:, 4],
        miss_z=normal[:, 2],
    )


def scores(draws: int, seed: int, columns: int) -> Floats:
    """Return evenly spread standard normal scores in random order, a row of zeros first.

    Shape `(draws + 1, columns)`.
    """
    rng = np.random.default_rng(seed)
    even = ndtri((np.arange(draws) + 0.5) / max(draws, 1))
    table = np.zeros((draws + 1, columns))
    for column in range(columns):
        table[1:, column] = rng.permutation(even)
    return table
