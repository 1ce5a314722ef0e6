"""Whom to offer it to, customer by customer, within a budget.

Every customer's net value is exact (`Roster.each`); those with more than nothing to gain are taken
in descending order of net value per unit of expected cost, the optimum of the continuous knapsack
(Dantzig 1957), from which a list of whole customers differs by less than one of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.decisions.case import Z90, Case, build_case
from models.decisions.ledger import Floats
from models.decisions.offers import paths
from models.decisions.roster import Ints, Roster
from models.decisions.scenario import Scenario
from models.decisions.state import State


@dataclass(frozen=True, eq=False)
class Targets:
    """Customers an offer pays for, the best return first.

    Attributes
    ----------
    place
        Their places in the roster, shape `(M,)`.
    net, cost
        Expected net value and cost of each, discounted, shape `(M,)`.
    taken
        How many the budget pays for.
    spend, spend_p90
        What those will cost: expected, and at most in 9 of 10 futures. Who takes the offer, for how
        long they stay, and how far parameters are off all move it.
    value
        What they bring.
    marginal
        What the next unit of money brings; 0 once everybody is on the list.
    budget
        The money there is; None for no limit.
    """

    place: Ints
    net: Floats
    cost: Floats
    taken: int
    spend: float
    spend_p90: float
    value: float
    marginal: float
    budget: float | None

    def __len__(self) -> int:
        """Return how many customers an offer pays for."""
        return len(self.place)

    def table(self, roster: Roster, number: int | None = None) -> pd.DataFrame:
        """Return the list, `customer`, `net_value`, `cost`, `per_1`, `leaves`, best first.

        `leaves` is the chance to be gone within a year.
        """
        number = self.taken if number is None else min(number, self.taken)
        place = self.place[:number]
        cost = self.cost[:number]
        return pd.DataFrame(
            {
                "customer": roster.customer[place],
                "net_value": self.net[:number],
                "cost": cost,
                "per_1": np.divide(
                    self.net[:number], cost, out=np.full(number, np.nan), where=cost > 0
                ),
                "leaves": roster.leaving[place],
            }
        )


def target_list(
    state: State,
    roster: Roster,
    scenario: Scenario,
    *,
    budget: float | None = None,
    option: str = "keep",
) -> Targets:
    """Return whom to offer something within a budget.

    Parameters
    ----------
    state, roster, scenario
        The company and what is assumed.
    budget
        Expected money to spend; None for everybody it pays for.
    option
        `keep`: the discount; `service`, if the scenario says what that saves. Nobody is chosen for
        a service without.
    """
    if scenario.channel == "list":
        scenario = replace(scenario, channel="everybody")
    case = build_case(state, scenario)
    offer = case.service if option == "service" else case.offer
    if offer is None:
        nobody = np.zeros(0)
        return Targets(nobody.astype(np.int64), nobody, nobody, 0, 0.0, 0.0, 0.0, 0.0, budget)
    prices = case.prices(offer)
    net = roster.each(prices.net + case.refill(offer))
    place = np.flatnonzero(net > 0)
    cost = np.maximum(roster.each(prices.cost)[place], 0.0)
    net = net[place]
    with np.errstate(divide="ignore"):
        order = np.argsort(-np.where(cost > 0, net / cost, np.inf), kind="stable")
    place, net, cost = place[order], net[order], cost[order]
    taken = len(place)
    marginal = 0.0
    if budget is not None:
        taken = int(np.searchsorted(np.cumsum(cost), budget * (1 + 1e-12), side="right"))
        if taken < len(place):
            marginal = float(net[taken] / cost[taken])
    spend = float(cost[:taken].sum())
    return Targets(
        place, net, cost, taken, spend, _at_most(case, roster, place[:taken], cost[:taken], spend),
        float(net[:taken].sum()), marginal, budget,
    )  # fmt: skip


def _at_most(case: Case, roster: Roster, place: Ints, cost: Floats, spend: float) -> float:
    """Return the spend that is not exceeded in 9 of 10 futures.

    A customer who takes an offer to its end costs at most `most`; between nothing and that, a given
    mean varies most when it is either. What parameters do is taken from the whole group's cost.
    """
    if not len(place):
        return 0.0
    window = paths(case.axis, replace(case.offer, effect=np.ones((1, 1)), takers=1.0))
    longest = float(window.window_within.max())
    alive = np.where(roster.alive[place] > 0, roster.alive[place], 1.0)
    most = case.offer.contact_cost + longest * (
        case.offer.depth * roster.money[place] / alive
        + case.offer.redemption_cost * roster.orders[place] / alive
    )
    people = float(np.sum(cost * np.maximum(most - cost, 0.0)))
    whole = case.discount().cost
    draws = whole[1:] if len(whole) > 1 else whole
    relative = float(draws.std() / whole[0]) if whole[0] > 0 else 0.0
    return spend + Z90 * math.hypot(math.sqrt(people), relative * spend)
