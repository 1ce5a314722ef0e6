"""A shop's customers, whose leaving nobody sees, summed up for the decision.

Given alive, hazard and purchase rate are independent in Pareto/NBD: mu ~ Gamma(s, beta + T) and
E[lambda] = (r + x) / (alpha + T) (Schmittlein, Morrison & Colombo 1987). A customer's money weight
at a hazard is therefore P(alive) E[lambda] E[spend] times the gamma law of mu.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.alternatives import HISTORY, SAMPLE, Histories, typical_ages
from models.counts import collapse
from models.customers import Customers
from models.decisions.ledger import Floats
from models.decisions.offers import Axis, Clock
from models.decisions.replacement import Newcomers
from models.decisions.roster import Roster
from models.decisions.state import State
from models.draws import Draws, joint_draws
from models.lifetimes import ParetoNBD, Spend
from models.lifetimes.hazards import gamma_masses
from models.periods import WEEKS_PER_MONTH, WEEKS_PER_YEAR

BANDS: Final = 20
FEWEST_NODES: Final = 128
MOST_NODES: Final = 1_025


@dataclass(frozen=True, eq=False)
class _Bands:
    """The best estimate by band: `(persons, money, orders)`, `(B, Q)`, and who is where."""

    tables: tuple[Floats, ...]
    band: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    people: Floats


def build_state(
    customers: Customers,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    *,
    past_misses: float = 0.0,
    draws: Draws | None = None,
) -> State:
    """Collapse a shop's customers to the state of the engine.

    Parameters
    ----------
    customers, lifetimes, spend
        The customers, their fitted Pareto/NBD model, and spend per purchase day; None counts in
        orders.
    past_misses
        Relative standard deviation of earlier forecasts of the total; unused with `draws`.
    draws
        Joint draws of the parameters, made here when missing. They are weighed on a sample of the
        customers and scaled to everybody's total.
    """
    frame = customers.frame
    drawn = draws or joint_draws(customers, lifetimes, spend, past_misses=past_misses)
    grid = hazard_grid((*drawn.models, *drawn.young), frame["T"].to_numpy(np.float64))
    bands = _band(frame, lifetimes, spend, grid)
    persons, money, orders = _spread(frame, bands, drawn, grid)
    level = drawn.level[None, :, None]
    note = drawn.newcomers.note
    return State(
        axis=Axis(Clock(1.0, "rate"), grid * WEEKS_PER_MONTH),
        people=np.cumsum(bands.people),
        persons=np.cumsum(persons, axis=0),
        money=np.cumsum(money * level, axis=0),
        orders=np.cumsum(orders * level, axis=0),
        newcomers=_newcomers(drawn, grid),
        effect_z=drawn.effect_z,
        cost_z=drawn.cost_z,
        has_money=drawn.has_money,
        notes=(note,) if note else (),
    )


def shop_roster(
    customers: Customers, lifetimes: ParetoNBD, spend: Spend | None, state: State
) -> Roster:
    """Return every customer of a shop, in the bands and on the grid of its state."""
    frame = customers.frame
    alive, money, orders = _rates(frame, lifetimes, spend)
    age, age_of = np.unique(frame["T"].to_numpy(np.float64), return_inverse=True)
    leaves = _leaves(lifetimes, age)
    grid = state.axis.hazard / WEEKS_PER_MONTH
    return Roster(
        customer=frame["customer"].to_numpy(object),
        alive=np.asarray(alive, np.float64),
        money=np.asarray(money, np.float64),
        orders=np.asarray(orders, np.float64),
        group=np.asarray(age_of, np.int64),
        masses=gamma_masses(grid, lifetimes.s, lifetimes.beta + age),
        band=_ranked(np.asarray(money * leaves[age_of]))[0],
        leaves=leaves,
        traits={name: frame[name].to_numpy(object) for name in customers.attributes},
    )


def _leaves(model: ParetoNBD, age: Floats) -> Floats:
    """Return the chance to leave within a year, of those still customers at an age."""
    return np.asarray(1 - (1 + WEEKS_PER_YEAR / (model.beta + age)) ** -model.s)


def _ranked(at_stake: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return band and rank of every customer, most money at stake first."""
    rank = np.empty(len(at_stake), dtype=np.int64)
    rank[np.argsort(-at_stake, kind="stable")] = np.arange(len(at_stake))
    return rank * min(BANDS, len(at_stake)) // len(at_stake), rank


def hazard_grid(models: tuple[ParetoNBD, ...], ages: Floats) -> Floats:
    """Return one grid of hazards per week, wide and fine enough for every draw and for newcomers.

    Each model brings the grid its own law needs; the union of the ranges is cut as finely as the
    finest of them. Zero comes first and holds what lies below.
    """
    ends, _ = collapse([0, 0], [0.0, 0.0], [0.0, float(ages.max()) or 1.0])
    grids = [model.hazard_grid(ends) for model in models]
    low, high = min(grid[1] for grid in grids), max(grid[-1] for grid in grids)
    step = min(float(np.log(grid[2] / grid[1])) for grid in grids)
    nodes = int(np.ceil(np.log(high / low) / step)) + 1
    return np.concatenate(
        [[0.0], np.geomspace(low, high, min(max(nodes, FEWEST_NODES), MOST_NODES))]
    )


def _rates(
    frame: pd.DataFrame | Histories, model: ParetoNBD, spend: Spend | None
) -> tuple[Floats, Floats, Floats]:
    """Return P(alive), and money and orders per month while alive, per customer."""
    alive = model.p_alive(frame["x"], frame["t_x"], frame["T"])
    orders = alive * model.rate_given_alive(frame["x"], frame["T"]) * WEEKS_PER_MONTH
    if spend is None:
        return alive, orders, orders
    return alive, orders * spend.expected(frame["spend_days"], frame["mean_spend"]), orders


def _band(frame: pd.DataFrame, model: ParetoNBD, spend: Spend | None, grid: Floats) -> _Bands:
    """Rank customers by the money expected to leave in a year, and weigh each band on the grid."""
    alive, money, orders = _rates(frame, model, spend)
    age, age_of = np.unique(frame["T"].to_numpy(np.float64), return_inverse=True)
    band, rank = _ranked(np.asarray(money * _leaves(model, age)[age_of]))
    bands = int(band.max()) + 1
    masses = gamma_masses(grid, model.s, model.beta + age)
    cell = band * len(age) + age_of
    tables = tuple(
        np.bincount(cell, kind, minlength=bands * len(age)).reshape(bands, -1) @ masses
        for kind in (alive, money, orders)
    )
    people = np.bincount(band, minlength=bands).astype(np.float64)
    return _Bands(tables, band, rank, people)


def _spread(
    frame: pd.DataFrame, bands: _Bands, drawn: Draws, grid: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return persons, money and orders of shape `(B, K, Q)`, row 0 the best estimate."""
    number = len(bands.people)
    by_rank = np.argsort(bands.rank)
    chosen = by_rank[np.unique(np.linspace(0, len(frame) - 1, SAMPLE).round().astype(np.int64))]
    sample = {name: frame[name].to_numpy(np.float64)[chosen] for name in HISTORY}
    age, age_of = typical_ages(sample["T"])
    cell = bands.band[chosen] * len(age) + age_of
    out = [np.empty((number, len(drawn.models), len(grid))) for _ in bands.tables]
    scale: list[Floats] = []
    for k, (model, purse) in enumerate(zip(drawn.models, drawn.spends, strict=True)):
        masses = gamma_masses(grid, model.s, model.beta + age)
        for kind, rates in enumerate(_rates(sample, model, purse)):
            weighed = np.bincount(cell, rates, minlength=number * len(age))
            table = weighed.reshape(number, -1) @ masses
            if k == 0:
                total, known = bands.tables[kind].sum(axis=1), table.sum(axis=1)
                scale.append(np.divide(total, known, out=np.zeros_like(known), where=known > 0))
                out[kind][:, 0] = bands.tables[kind]
            else:
                out[kind][:, k] = table * scale[kind][:, None]
    return out[0], out[1], out[2]


def _newcomers(drawn: Draws, grid: Floats) -> Newcomers:
    """Return what a newcomer brings: the first order as seen, repeats as modelled."""
    recent = drawn.newcomers
    spends = drawn.young_spend
    persons = np.stack([gamma_masses(grid, m.s, np.array([m.beta]))[0] for m in drawn.young])
    rates = np.array([m.r / m.alpha * WEEKS_PER_MONTH for m in drawn.young])
    year = float(recent.lifetimes.expected_purchases_new(WEEKS_PER_YEAR))
    return Newcomers(
        persons=persons,
        money=persons * (rates * spends * drawn.level)[:, None],
        first=drawn.first,
        first_service=0.0,
        per_month=recent.per_month,
        revenue_year=float(drawn.first[0] + year * spends[0]),
        customers=recent.customers,
    )
