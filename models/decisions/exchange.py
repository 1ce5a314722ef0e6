"""One large account or several small ones: how sure the revenue is, and the cash on the way.

With the same expected revenue, k small accounts that each stay with chance r keep a share of it
whose standard deviation is ``sqrt(r (1 - r) / k)``: the large one is all or nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

from models.decisions.ledger import Floats
from models.decisions.offers import Axis
from models.decisions.roster import Roster
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.periods import MONTHS_PER_YEAR


@dataclass(frozen=True, eq=False)
class Exchange:
    """A large account against the newcomers that would bring its revenue.

    Attributes
    ----------
    number
        Newcomers, rounded up to whole ones.
    stays, newcomers_stay
        Chance to be there in a year: the account, and one newcomer.
    spread, newcomers_spread
        Standard deviation of the share of the revenue that is still there.
    half, newcomers_half
        Chance that at least half of it is.
    share
        The account's part of the revenue expected from all customers together.
    months
        Months from today, shape `(P,)`.
    keep, swap
        Margin so far, undiscounted, after the cost of winning them, shape `(P,)`; `swap` is None
        while nobody says what a newcomer costs.
    """

    number: int
    stays: float
    newcomers_stay: float
    spread: float
    newcomers_spread: float
    half: float
    newcomers_half: float
    share: float
    months: Floats
    keep: Floats
    swap: Floats | None


def kept_spread(stays: float, number: int) -> float:
    """Return the standard deviation of the share that is kept of equal accounts."""
    return math.sqrt(stays * (1 - stays) / number)


def keeps_half(stays: float, number: int) -> float:
    """Return the chance that at least half of equal accounts stay."""
    return float(bdtrc(math.ceil(number / 2) - 1, number, stays))


def exchange(
    state: State, roster: Roster, scenario: Scenario, place: int, number: float
) -> Exchange:
    """Compare an account with the newcomers that would replace it.

    Parameters
    ----------
    state, roster, scenario
        The company and what is assumed.
    place
        The account's place in the roster.
    number
        Newcomers that bring its revenue.
    """
    axis, new = state.axis, state.newcomers.central()
    small = max(1, math.ceil(number))
    law = roster.masses[roster.group[place]]
    periods = axis.clock.periods(scenario.horizon)
    months = np.asarray(axis.clock.months * (np.arange(periods) + axis.clock.due), np.float64)
    serve = scenario.cost_to_serve * axis.clock.months
    there = _there(axis, periods)
    earned = scenario.margin * roster.money[place] - serve * roster.alive[place]
    keep = np.cumsum(earned * (there @ law))
    swap = None
    if scenario.acquisition_cost is not None:
        swap = small * _newcomer(state, scenario, there) - small * scenario.acquisition_cost
    year = MONTHS_PER_YEAR / axis.clock.months
    stays = float(roster.alive[place] * (_share(axis, year) @ law))
    newcomer = float(_share(axis, year) @ new.persons[0])
    return Exchange(
        number=small,
        stays=stays,
        newcomers_stay=newcomer,
        spread=kept_spread(stays, 1),
        newcomers_spread=kept_spread(newcomer, small),
        half=keeps_half(stays, 1),
        newcomers_half=keeps_half(newcomer, small),
        share=float(roster.money[place] / roster.money.sum()),
        months=months,
        keep=keep,
        swap=swap,
    )


def _there(axis: Axis, periods: int) -> Floats:
    """Return the share of a period's money paid in each period, by hazard, `(P, Q)`."""
    log_keep, paid = axis.phase()
    with np.errstate(invalid="ignore"):
        stay = np.exp(np.arange(periods)[:, None] * log_keep)
    stay[0] = 1.0
    return np.asarray(stay * paid)


def _share(axis: Axis, periods: float) -> Floats:
    return np.exp(periods * axis.phase()[0])


def _newcomer(state: State, scenario: Scenario, there: Floats) -> Floats:
    """Return one newcomer's margin so far by period, arriving after the lead time."""
    clock, new = state.axis.clock, state.newcomers
    serve = scenario.cost_to_serve * clock.months
    wait = round(scenario.lead_time_months / clock.months)
    each = scenario.new_ramp * scenario.margin * new.money[0] - serve * new.persons[0]
    later = np.cumsum(there @ each)
    first = scenario.new_ramp * scenario.margin * float(new.first[0]) - serve * new.first_service
    # A subscriber's second payment comes a period after the first one.
    late = 1 if clock.kind == "chance" else 0
    total = first + np.concatenate([np.zeros(late), later])[: len(there)]
    return np.concatenate([np.zeros(wait), total])[: len(there)]
