"""Today's customers through the months of a plan, in every draw and with what chance does."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.decisions.case import Case
from models.decisions.ledger import Floats, Weights
from models.decisions.state import State
from models.plan.flows import Flows, offer_changes, without_offer
from models.plan.outlook import Outlook


@dataclass(frozen=True, eq=False)
class Today:
    """Today's customers month by month, shape `(K, months)` unless said.

    Attributes
    ----------
    start, rate
        Customers at the start of the plan and what they pay in an average month, shape `(K,)`.
    leaving, there
        Who leaves in a month, and who is left at its end.
    revenue
        What is paid, at list price, every month an average one.
    recurring
        Subscribers' prices by the month while they subscribe; what is paid, in a shop.
    there_expected, recurring_expected
        The same two before chance.
    """

    start: Floats
    rate: Floats
    leaving: Floats
    there: Floats
    revenue: Floats
    recurring: Floats
    there_expected: Floats
    recurring_expected: Floats

    def foreseen(self, plan_for: str, lead: int) -> Floats:
        """Return what those who order newcomers for a month know of it, `(K, months)`.

        What chance did to a month is known when it is over, so that it reaches orders a lead time
        and a month later.
        """
        expected, came = self.recurring_expected, self.recurring
        if plan_for == "customers":
            expected, came = self.there_expected, self.there
        late = np.zeros_like(came)
        late[:, lead + 1 :] = (came - expected)[:, : came.shape[1] - lead - 1]
        return np.asarray(expected + late)

    @property
    def served(self) -> Floats:
        """Customer-months."""
        return between(self.start, self.there)


def between(start: Floats, ends: Floats) -> Floats:
    """Return the mean of a month's beginning and end, `ends` of shape `(K, months)`."""
    return (np.concatenate([start[:, None], ends[:, :-1]], axis=1) + ends) / 2


class Book:
    """Today's customers of one company, phased into the months of a plan."""

    def __init__(self, state: State, known: Outlook, months: int) -> None:
        self.axis = state.axis
        self.period = round(state.axis.clock.months)
        self.spends_freely = not state.subscription
        self.known = known
        self.months = months
        self.periods = math.ceil(months / self.period) + 1
        self.people = self._waited(state.group())

    def _waited(self, people: Weights) -> Weights:
        """Return a shop's customers as they are when the plan starts; subscribers wait by `due`."""
        if not self.spends_freely:
            return people
        stay = np.exp(-self.known.wait * self.axis.hazard)
        return Weights(
            people.people, people.persons * stay, people.money * stay, people.orders * stay
        )

    @cached_property
    def phase(self) -> Floats:
        """When a period's end falls, shape `(periods, months + 1)`; month 0 is before the plan."""
        share = np.zeros((self.periods, self.months + 1))
        for j in range(self.periods):
            at = j * self.period
            part = self.known.due[: max(self.months + 1 - at, 0)]
            share[j, at : at + len(part)] += part
        return share

    @cached_property
    def plain(self) -> Flows:
        """What today's customers do if nothing is offered, by month from 0."""
        return without_offer(self.axis, self.people, self.periods).phased(self.phase)

    def offer(self, case: Case, name: str) -> Flows:
        """Return what the discount or the service changes, by month from 1."""
        chosen = case.service if name == "service" else case.offer
        assert chosen is not None
        case = replace(case, people=self._waited(case.people))
        changes = offer_changes(case, chosen, self.periods).phased(self.phase)
        changes = Flows(*(line[:, 1:] for line in vars(changes).values()))
        if case.asks is None or name == "service":
            contact = np.zeros_like(changes.contact)
            contact[:, 0] = case.people.people * chosen.contact_cost
            changes = replace(changes, contact=contact)
        return changes.times(case.service_share) if name == "service" else changes

    def with_chance(self, changes: Flows | None) -> Today:
        """Return the months as each draw lives them.

        A month whose shock is good for money is as much better for staying, and who leaves is
        never exactly what is expected: the fewer, the less so.
        """
        plain = self.plain
        start = self.people.persons.sum(axis=1) - plain.leaving[:, 0]
        rate = self.people.money.sum(axis=1) - plain.lost[:, 0]
        flows = Flows(*(line[:, 1:] for line in vars(plain).values()))
        if changes is not None:
            flows = flows + changes
        leaving = np.maximum(flows.leaving, 0.0)
        shock, own = self.known.chance[:, : len(start), : self.months]
        more = np.exp(-self.known.shock * shock) - 1
        more = np.maximum(more + own / np.sqrt(np.maximum(leaving, 1.0)), -1.0)
        missed = flows.lost * more
        revenue = np.maximum(flows.revenue - self._repeated(missed), 0.0)
        there = _left(start, leaving * (1 + more))
        return Today(
            start=start,
            rate=rate / self.period,
            leaving=-np.diff(there, axis=1, prepend=start[:, None]),
            there=there,
            revenue=revenue,
            recurring=self._by_month(rate, revenue, flows.lost + missed),
            there_expected=_left(start, leaving),
            recurring_expected=self._by_month(rate, flows.revenue, flows.lost),
        )

    def _by_month(self, rate: Floats, revenue: Floats, lost: Floats) -> Floats:
        """Return a shop's revenue as it is, and subscribers' prices by the month."""
        return revenue if self.spends_freely else _left(rate, lost) / self.period

    def _repeated(self, missed: Floats) -> Floats:
        """Return what is missing of each month's payments: theirs now and whenever due again."""
        total = missed.copy()
        for t in range(self.period, self.months):
            total[:, t] += total[:, t - self.period]
        return total


def _left(start: Floats, gone: Floats) -> Floats:
    """Return what is left at the end of each month."""
    return np.maximum(start[:, None] - np.cumsum(gone, axis=1), 0.0)
