"""What a test of the offer is worth, and how large it has to be.

*Worth of knowing*: what the decision would gain, on average over everything that could be true, if
the effect were known before deciding instead of after (Raiffa & Schlaifer 1961). A test of n per
group reveals part of it. *Size*: the classical number per group, with the second share at the
break-even, not at the effect one hopes for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtri

from models.decisions.breakevens import BreakEven, break_evens
from models.decisions.case import Case, build_case
from models.decisions.engine import Ledgers, option_values
from models.decisions.ledger import Floats, dot
from models.decisions.roster import Roster
from models.decisions.scenario import Scenario
from models.decisions.state import State

ALPHA: Final = 0.05
POWER: Final = 0.80
WATCH_MONTHS: Final = 6  # how long a shop waits after the offer to see who still buys


@dataclass(frozen=True)
class Experiment:
    """A test of the offer, sized for this company.

    Attributes
    ----------
    certainty
        Worth of knowing everything before deciding (money).
    effect
        Worth of knowing the save rate alone.
    worth
        Worth of a test of `per_group`; never more than `effect`.
    break_even
        The save rate at which keeping is worth as much as not offering; None when there is none.
    plain, turned
        Share with the outcome watched, without the offer and with it at the break-even.
    outcome
        `left` at the renewal, or `bought` within `watch_months` after the offer (a shop).
    per_group
        Customers per group that tell the two shares apart in 8 of 10 tests, with a false alarm in 1
        of 20; None without a break-even.
    customers
        Who could be in it.
    cost
        What the offer to one group of `per_group` is expected to lose; 0 when it gains.
    months
        From the first offer to the reading.
    reason
        Why there is no size, as a sentence; empty otherwise.
    """

    certainty: float
    effect: float
    worth: float
    break_even: float | None
    plain: float
    turned: float
    outcome: str
    per_group: int | None
    customers: float
    cost: float
    months: float
    reason: str

    @property
    def possible(self) -> bool:
        """Whether the company has enough customers for both groups."""
        return self.per_group is not None and 2 * self.per_group <= self.customers


def plan_experiment(state: State, roster: Roster, scenario: Scenario) -> Experiment:
    """Return the worth and the size of a test of the discount.

    Parameters
    ----------
    state, roster, scenario
        The company and what is assumed; the offer is tested as it is planned.
    """
    case = build_case(state, scenario)
    central = case.central()
    lines = central.discount()
    stake = float(np.abs(lines.margin_kept[0]) + lines.cost[0]) or 1.0
    turn = break_evens(central, scenario, stake)["save_rate"]
    plain, turned, outcome = _shares(central, roster, scenario, turn)
    ahead = _ahead(case)
    known = _given_effect(ahead, case.offer.effect[:, 0])
    size = classical(plain, turned) if turn.value is not None else None
    people = case.people.people
    each = float(lines.net[0]) / people if people else 0.0
    return Experiment(
        certainty=_gain(ahead),
        effect=_gain(known),
        worth=0.0 if size is None else _gain(_seen(known, case, size, plain)),
        break_even=turn.value,
        plain=plain,
        turned=turned,
        outcome=outcome,
        per_group=size,
        customers=people,
        cost=max(0.0, -each * (size or 0)),
        months=case.window_months + (0.0 if state.subscription else WATCH_MONTHS),
        reason=turn.sentence,
    )


def classical(
    first: float, second: float, *, alpha: float = ALPHA, power: float = POWER
) -> int | None:
    """Return the customers per group that tell two shares apart; None for equal shares.

    ``n = (z_{alpha/2} + z_beta)^2 [p0 (1 - p0) + p1 (1 - p1)] / (p0 - p1)^2``.
    """
    gap = first - second
    if abs(gap) < 1e-9:
        return None
    z = float(-ndtri(alpha / 2) + ndtri(power))
    return math.ceil(z**2 * (first * (1 - first) + second * (1 - second)) / gap**2)


def _ahead(case: Case) -> Floats:
    """Return keeping against the best other option as it stands, in every draw."""
    values, _ = option_values(case, Ledgers.of(case))
    other = max((name for name in values if name != "keep"), key=lambda name: values[name][0])
    return np.asarray((values["keep"] - values[other])[1:])


def _given_effect(ahead: Floats, effect: Floats) -> Floats:
    """Return the advantage expected at each draw's effect, everything else averaged out."""
    return np.asarray(np.polyval(np.polyfit(effect[1:], ahead, 2), effect[1:]))


def _gain(ahead: Floats) -> float:
    """Return what knowing the advantage before deciding adds to deciding on its mean."""
    return max(0.0, float(np.maximum(ahead, 0).mean()) - max(float(ahead.mean()), 0.0))


def _seen(known: Floats, case: Case, size: int, plain: float) -> Floats:
    """Return the advantage as a test of this size would let one see it."""
    effect = case.offer.effect[1:, 0]
    prior = float(effect.var())
    noise = 2 * (1 - plain) / (plain * size) if plain > 0 else math.inf
    share = math.sqrt(prior / (prior + noise)) if prior > 0 else 0.0
    return np.asarray(known.mean() + share * (known - known.mean()))


def _shares(
    case: Case, roster: Roster, scenario: Scenario, turn: BreakEven
) -> tuple[float, float, str]:
    """Return the share with the outcome, without the offer and with it at the break-even."""
    alive = float(case.people.persons.sum())
    log_keep = case.axis.phase()[0]
    window = case.window
    plain = float(dot(case.people.persons, -np.expm1(window * log_keep))[0]) / alive
    rate = scenario.save_rate if turn.value is None else turn.value
    effect = min(1.0, rate * scenario.controllable * scenario.shape)
    if case.asks is None:
        held = case.axis.phase(1 - effect)[0]
        turned = float(dot(case.people.persons, -np.expm1(window * held))[0]) / alive
    else:
        turned = plain * (1 - effect)
    if case.axis.clock.kind == "chance":
        return plain, turned, "left"
    present = roster.alive > 0
    rate_each = roster.orders[present] / roster.alive[present]
    buys = -np.expm1(-rate_each * WATCH_MONTHS)
    seen = float(np.average(buys, weights=roster.alive[present]))
    there = alive / case.people.people
    return seen * there * (1 - plain), seen * there * (1 - turned), "bought"
