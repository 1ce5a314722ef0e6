"""What is best for each group of customers, and for all of them together.

A segment's best estimate is exact: its own customers, weighed with the engine's prices. Its range
takes what a draw changes from the bands its customers are in, in proportion to the money at stake,
so that segments add up to the total under every draw. The best mix chooses once, at the best
estimate, and is then followed through the draws: choosing anew in each would promise too much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.decisions.case import Case, build_case, matching_ratio
from models.decisions.engine import NAMES, SURE, Option, between
from models.decisions.knapsack import Candidate, fill
from models.decisions.ledger import Floats, Price, Weights
from models.decisions.roster import Ints, Roster, Words
from models.decisions.scenario import Scenario
from models.decisions.state import State

FEWEST_LEAVERS: Final = 30
MOST_GROUPS: Final = 8
OTHERS: Final = "other"
REST: Final = "small groups together"
VALUE_AND_RISK: Final = "value and risk"
_SIZES: Final = ("large", "middle", "small")
_RISKS: Final = ("likely to leave", "in between", "likely to stay")


@dataclass(frozen=True, eq=False)
class Segments:
    """Customers by segment, ready to be weighed.

    Attributes
    ----------
    names
        Of each segment, the one with most money at stake first.
    people
        Each segment's weights at the best estimate.
    shares
        Of each band's money at stake, the part that is each segment's, shape `(S, B)`.
    pooled
        How many groups were too small to be judged alone and are in `small groups together`.
    """

    names: tuple[str, ...]
    people: tuple[Weights, ...]
    shares: Floats
    pooled: int

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.names)


@dataclass(frozen=True)
class Row:
    """One segment's options; `best` is the one worth most, `verdict` says if it is clearly so."""

    name: str
    customers: float
    leavers: float
    options: tuple[Option, ...]
    best: str
    sure: bool

    def option(self, name: str) -> Option:
        """Return an option by its name."""
        return next(option for option in self.options if option.name == name)


@dataclass(frozen=True)
class Mix:
    """The best option for each segment, and all of them together.

    Attributes
    ----------
    rows
        By segment.
    total
        The mix as one option, named `mix`.
    chosen
        By segment, the option in the mix and the share of the segment that gets it (below 1 only
        for the last one that the budget reaches).
    newcomers
        Extra newcomers the budget buys beside; only where offers and newcomers share it.
    marginal
        What the next unit of money would bring; None without a budget.
    """

    rows: tuple[Row, ...]
    total: Option
    chosen: tuple[tuple[str, float], ...]
    newcomers: float
    marginal: float | None


def segments(roster: Roster, by: str = VALUE_AND_RISK) -> Segments:
    """Sort customers into segments: by value and risk, or by a trait.

    Groups from which fewer than thirty are expected to leave within a year are put together.
    """
    labels = _value_and_risk(roster) if by == VALUE_AND_RISK else _trait(roster, by)
    names, cell = np.unique(labels.astype(str), return_inverse=True)
    gone = np.bincount(cell, roster.alive * roster.leaves[roster.group])
    small = gone < FEWEST_LEAVERS
    pooled = int(small.sum())
    if pooled and pooled < len(names):
        labels = np.where(small[cell], REST, labels).astype(object)
        names, cell = np.unique(labels.astype(str), return_inverse=True)
    stake = np.bincount(cell, roster.at_stake)
    order = np.argsort(-stake, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return _summed(roster, tuple(str(names[i]) for i in order), place[cell], pooled)


def _summed(roster: Roster, names: tuple[str, ...], cell: Ints, pooled: int) -> Segments:
    bands = int(roster.band.max()) + 1
    held = np.bincount(cell * bands + roster.band, roster.at_stake, minlength=len(names) * bands)
    held = held.reshape(len(names), bands)
    total = held.sum(axis=0)
    shares = np.divide(held, total, out=np.zeros_like(held), where=total > 0)
    return Segments(names, roster.weights(cell, len(names)), shares, pooled)


def _value_and_risk(roster: Roster) -> Words:
    """Return thirds by revenue while a customer, and thirds by the chance to be gone in a year."""
    alive = np.where(roster.alive > 0, roster.alive, 1.0)
    size = _thirds(-roster.money / alive)
    risk = _thirds(-roster.leaving)
    words = [f"{size_word}, {risk_word}" for size_word in _SIZES for risk_word in _RISKS]
    return np.asarray(np.array(words, object)[size * len(_RISKS) + risk])


def _thirds(amount: Floats) -> Ints:
    """Return 0, 1 or 2 by thirds of the customers; equal amounts stay together."""
    cuts = np.quantile(amount, [1 / 3, 2 / 3])
    return np.searchsorted(cuts, amount, side="left").astype(np.int64)


def _trait(roster: Roster, by: str) -> Words:
    """Return a trait's words, the rarest under one name."""
    words = np.array([str(word) if word is not None else "not given" for word in roster.traits[by]])
    found, counts = np.unique(words, return_counts=True)
    kept = found[np.argsort(-counts, kind="stable")[:MOST_GROUPS]]
    return np.asarray(np.where(np.isin(words, kept), words, OTHERS), object)


def best_mix(state: State, sorted_: Segments, scenario: Scenario) -> Mix:
    """Return every option of every segment, and the best of them together.

    Parameters
    ----------
    state, sorted_
        The company and its segments. An offer to a list goes to the whole of a segment here:
        choosing segments is choosing the list.
    scenario
        As for `decide`.
    """
    if scenario.channel == "list":
        scenario = replace(scenario, channel="everybody")
    case = build_case(state, scenario)
    prices = _Prices.of(case)
    moved = [prices.values(replace(case, people=band)) for band in state.bands]
    moves = {
        name: sorted_.shares @ np.stack([_off_centre(band[name]) for band in moved])
        for name in moved[0]
    }
    values, costs, gone = [], [], []
    for place, people in enumerate(sorted_.people):
        one = replace(case.central(), people=people)
        if not scenario.replacement_ratio:
            one = replace(one, ratio=matching_ratio(one))
        at = prices.central().values(one)
        values.append({name: at[name][0] + moves[name][place] for name in at})
        costs.append(prices.central().costs(one))
        gone.append(float(one.leavers()[0]))
    rows = tuple(
        _row(name, sorted_.people[i].people, gone[i], values[i], costs[i])
        for i, name in enumerate(sorted_.names)
    )
    return _mixed(case, rows, values, costs)


def _off_centre(values: Floats) -> Floats:
    return np.asarray(values - values[0])


@dataclass(frozen=True)
class _Prices:
    """What each option is by hazard, before anybody is weighed with it."""

    keep: Price
    keep_cost: Price
    service: Price | None
    service_cost: Price | None
    surplus: Floats | None
    paid: float
    refills: bool

    @classmethod
    def of(cls, case: Case) -> _Prices:
        keep = case.prices(case.offer)
        serve = None if case.service is None else case.prices(case.service)
        share = case.service_share
        dearer = case.dearer()
        return cls(
            keep=keep.net + case.refill(case.offer),
            keep_cost=keep.cost,
            service=None
            if serve is None or case.service is None
            else (serve.net + case.refill(case.service)) * share,
            service_cost=None if serve is None else serve.cost * share,
            surplus=None if case.cost is None else case.newcomer() - case.cost * dearer,
            paid=0.0 if case.cost is None else float(case.cost[0]) * dearer,
            refills=case.refills,
        )

    def central(self) -> _Prices:
        return replace(
            self,
            keep=self.keep.central(),
            keep_cost=self.keep_cost.central(),
            service=self.service and self.service.central(),
            service_cost=self.service_cost and self.service_cost.central(),
            surplus=None if self.surplus is None else self.surplus[:1],
        )

    def values(self, case: Case) -> dict[str, Floats]:
        """Return each option's money for the people of a case, shape `(K,)`."""
        found = {"keep": self.keep.of(case.people)}
        if self.service is not None:
            found["service"] = self.service.of(case.people)
        if self.surplus is None:
            return found
        instead = case.ratio * case.leavers() * self.surplus
        if self.refills:
            found = {name: value + instead for name, value in found.items()}
        return found if case.counterfactual == "fixed_budget" else {**found, "replace": instead}

    def costs(self, case: Case) -> dict[str, float]:
        """Return what each option costs for the people of a case."""
        found = {"keep": float(self.keep_cost.of(case.people)[0])}
        if self.service_cost is not None:
            found["service"] = float(self.service_cost.of(case.people)[0])
        if self.surplus is None:
            return found
        paid = case.ratio * float(case.leavers()[0]) * self.paid
        if self.refills:
            found = {name: cost + paid for name, cost in found.items()}
        return {**found, "replace": paid}


def _row(
    name: str, people: float, gone: float, values: dict[str, Floats], costs: dict[str, float]
) -> Row:
    table = {"nothing": np.zeros_like(values["keep"]), **values}
    names = list(table)
    stack = np.stack(list(table.values()))
    wins = np.bincount(np.argmax(stack[:, 1:], axis=0), minlength=len(names)) / max(
        stack.shape[1] - 1, 1
    )
    best = int(np.argmax(stack[:, 0]))
    known = {
        label: _option(label, table[label], costs.get(label, 0.0), float(wins[i]))
        for i, label in enumerate(names)
    }
    empty = (None, None, None, None, None, 0.0)
    options = tuple(known.get(label) or Option(label, *empty) for label in NAMES)
    return Row(name, people, gone, options, names[best], bool(wins[best] >= SURE))


def _option(name: str, values: Floats, cost: float, p_best: float) -> Option:
    low, high = between(values)
    value = float(values[0])
    return Option(name, value, low, high, cost, (value + cost) / cost if cost else None, p_best)


def _mixed(
    case: Case,
    rows: tuple[Row, ...],
    values: list[dict[str, Floats]],
    costs: list[dict[str, float]],
) -> Mix:
    """Return the mix: the best of each segment, or as much of it as the budget pays for."""
    shared = case.counterfactual == "fixed_budget" and case.cost is not None
    budget = case.budget
    if shared and budget is None:
        budget = sum(cost["keep"] for cost in costs)
    offers = [
        Candidate(place, name, float(value[name][0]), costs[place][name])
        for place, value in enumerate(values)
        for name in value
    ]
    if shared and budget is not None:
        offers += _newcomers(case, budget, len(rows))
    # Elsewhere a budget limits the list of customers, and not what is done about the gap.
    taken, marginal = fill(offers, budget if shared else None)
    draws = np.zeros_like(values[0]["keep"])
    chosen = [("nothing", 1.0)] * len(rows)
    cost, won = 0.0, 0.0
    for place, name, share in taken:
        if place >= len(rows):
            won += share
            continue
        chosen[place] = (name, share)
        draws = draws + share * values[place][name]
        cost += share * costs[place][name]
    if won:
        spent = won * (budget or 0.0) / CHUNKS
        draws = draws + case.won(spent) * case.newcomer() - spent
        cost += spent
        won = float(case.won(spent)[0])
    return Mix(rows, _option("mix", draws, cost, 0.0), tuple(chosen), won, marginal)


CHUNKS: Final = 20


def _newcomers(case: Case, budget: float, place: int) -> list[Candidate]:
    """Return the budget in twenty parts, each spent on newcomers at the cost it meets."""
    worth = float(case.newcomer()[0])
    edges = np.linspace(0, budget, CHUNKS + 1)
    won = np.array([float(case.central().won(edge)[0]) for edge in edges])
    return [
        Candidate(place + i, "replace", float(step * worth - budget / CHUNKS), budget / CHUNKS)
        for i, step in enumerate(np.diff(won))
    ]
