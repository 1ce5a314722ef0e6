"""One scenario in one company: every option's money, for the best estimate and for every draw.

A `Case` is a scenario translated into the company's own periods and hazards. Break-evens change
one number of a case and ask again, so that what they say is what the bars show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.decisions import offers, replacement
from models.decisions.ledger import Floats, Lines, Price, Prices, Weights, dot
from models.decisions.offers import Axis, Clock, Offer, geometric
from models.decisions.replacement import Newcomers, Terms
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.errors import SettingError
from models.periods import MONTHS_PER_YEAR

Z90: Final = 1.2815515655446004  # nine in ten lie below this many standard deviations


@dataclass(frozen=True)
class Case:
    """A scenario in periods, ready to be valued.

    Attributes
    ----------
    people, newcomers
        Weights on the grid of `axis`, with K rows: all draws, or the best estimate alone.
    offer, service
        The discount, and the service if its effect is known.
    asks, stands
        At the cancel button: chance per period of asking for the discount only, and periods it
        stands; `asks` is None when the offer is sent out instead.
    cost
        Cost of a new customer at today's volume, shape `(K,)`; None while nobody knows it.
    growth, ratio
        How that cost rises with volume, and newcomers per leaver.
    window_months
        Months over which leavers are counted.
    """

    axis: Axis
    people: Weights
    newcomers: Newcomers
    offer: Offer
    service: Offer | None
    service_share: float
    margin: float
    cost_to_serve: float
    terms: Terms
    asks: float | None
    stands: int
    cost: Floats | None
    growth: float
    ratio: float
    window_months: float
    counterfactual: str
    budget: float | None

    def central(self) -> Case:
        """Return the case at the best estimate alone."""
        service = self.service
        return replace(
            self,
            people=self.people.central(),
            newcomers=self.newcomers.central(),
            offer=replace(self.offer, effect=self.offer.effect[:1]),
            service=service and replace(service, effect=service.effect[:1]),
            cost=None if self.cost is None else self.cost[:1],
        )

    def at(self, *, margin: float) -> Case:
        """Return the case at another margin, newcomers' included."""
        return replace(self, margin=margin, terms=replace(self.terms, margin=margin))

    @property
    def window(self) -> int:
        """Periods over which leavers are counted: those the offer can act on."""
        return self.offer.window if self.asks is None else self.stands

    @property
    def refills(self) -> bool:
        """Whether every leaver is replaced in the end, at a known cost."""
        return self.counterfactual == "refilled" and self.cost is not None

    def leavers(self) -> Floats:
        """Return how many would leave during the offer if nothing were done, shape `(K,)`."""
        log_keep = self.axis.phase()[0]
        return dot(self.people.persons, -np.expm1(self.window * log_keep))

    def newcomer(self) -> Floats:
        """Return the worth of one newcomer ordered today, before the cost, shape `(K,)`."""
        return replacement.worth_ordered(self.axis, self.newcomers, self.terms, self.offer.horizon)

    def dearer(self) -> float:
        """Return what extra newcomers cost over today's, on average."""
        extra = self.ratio * float(self.leavers()[0]) / self.window_months
        return replacement.dearer(extra, self.newcomers.per_month, self.growth)

    def prices(self, offer: Offer) -> Prices:
        """Return what the discount, or the service, brings and costs by hazard.

        A service goes to those who get it, whoever asks to cancel.
        """
        if self.asks is None or offer is self.service:
            return offers.proactive(self.axis, offer, self.margin, self.cost_to_serve)
        return offers.at_cancel(
            self.axis,
            offer,
            self.margin,
            self.cost_to_serve,
            asks=self.asks,
            stands=self.stands,
        )

    def discount(self) -> Lines:
        """Return the ledger of the discount against doing nothing."""
        return self.prices(self.offer).of(self.people)

    def care(self) -> Lines:
        """Return the ledger of the service against doing nothing, for those who get it."""
        assert self.service is not None
        return self.prices(self.service).of(self.people)

    def refill(self, offer: Offer) -> Price:
        """Return what an offer changes in the worth of refilling, by hazard.

        Nothing unless leavers are replaced anyway: a saved customer then puts a replacement off.
        """
        if not self.refills or self.cost is None:
            return Price()
        horizon = offer.horizon
        slots = replacement.slot_worth(
            self.axis,
            self.newcomers,
            self.terms,
            self.cost * self.dearer(),
            horizon,
        )
        t = np.arange(1, horizon + 1)
        when = np.exp(offer.log_v * (t - 1 + self.axis.clock.due))
        empty = self.ratio * when * slots[:, horizon - t]
        if self.asks is None or offer is self.service:
            moved = replacement.refilled(self.axis, offer.effect, offer.bounce, offer.window, empty)
        else:
            moved = replacement.refilled_at_cancel(self.axis, offer, self.asks, self.stands, empty)
        return Price(persons=moved)

    def refill_change(self, offer: Offer) -> Floats:
        """Return the same for the group, shape `(K,)`."""
        return self.refill(offer).of(self.people)

    def keep(self) -> Floats:
        """Return the discount against what happens without it, shape `(K,)`."""
        return self.discount().net + self.refill_change(self.offer)

    def serve(self) -> Floats:
        """Return the service against what happens without it, shape `(K,)`."""
        assert self.service is not None
        return self.service_share * (self.care().net + self.refill_change(self.service))

    def substitution(self) -> Floats:
        """Return the value of replacing the leavers, against letting them go, shape `(K,)`."""
        assert self.cost is not None
        each = self.newcomer() - self.cost * self.dearer()
        return self.ratio * self.leavers() * each

    def won(self, budget: float) -> Floats:
        """Return how many newcomers a budget buys at the rising cost, shape `(K,)`."""
        assert self.cost is not None
        months, intake = self.window_months, self.newcomers.per_month
        return np.array(
            [
                replacement.affordable(budget, float(cost), months, intake, self.growth)
                for cost in self.cost
            ]
        )


def build_case(state: State, scenario: Scenario) -> Case:
    """Translate a scenario into a company's periods.

    Raises
    ------
    SettingError
        When the offer waits at a cancel button that this company does not have.
    """
    clock = state.axis.clock
    if scenario.channel == "at_cancel" and not state.subscription:
        raise SettingError(
            "channel = 'at_cancel' needs customers who cancel, but in this file nobody is seen "
            "leaving: choose everybody or list."
        )
    log_v = math.log(scenario.rate.factor(months=clock.months))
    offer = Offer(
        effect=_effects(state, scenario),
        depth=scenario.depth,
        window=clock.periods(scenario.horizon if scenario.lasting else scenario.duration_months),
        horizon=clock.periods(scenario.horizon),
        takers=scenario.stayers_taking,
        bounce=scenario.bounce * scenario.shape,  # no discount, nothing to miss when it ends
        later_spend=scenario.later_spend,
        contact_cost=scenario.contact_cost,
        redemption_cost=scenario.redemption_cost,
        care_cost=0.0,
        care_margin=0.0,
        log_v=log_v,
    )
    serving = scenario.cost_to_serve * clock.months
    people = state.group(scenario.list_share if scenario.channel == "list" else 1.0)
    cost = None
    if scenario.acquisition_cost is not None:
        spread = math.log1p(scenario.acquisition_cost_spread) / Z90
        cost = scenario.acquisition_cost * np.exp(spread * state.cost_z)
    at_cancel = scenario.channel == "at_cancel"
    stands = clock.periods(scenario.cancel_window_months)
    case = Case(
        axis=state.axis,
        people=people,
        newcomers=state.newcomers,
        offer=offer,
        service=None,
        service_share=scenario.service_share,
        margin=scenario.margin,
        cost_to_serve=serving,
        terms=Terms(
            scenario.margin, serving, scenario.new_ramp, scenario.lead_time_months / clock.months,
            log_v,
        ),
        asks=_per_period(scenario.asks_only_for_discount, clock) if at_cancel else None,
        stands=stands,
        cost=cost,
        growth=scenario.acquisition_growth,
        ratio=scenario.replacement_ratio or 1.0,
        window_months=(stands if at_cancel else offer.window) * clock.months,
        counterfactual=scenario.counterfactual,
        budget=scenario.budget,
    )  # fmt: skip
    case = replace(case, service=_service(case, state, scenario))
    return case if scenario.replacement_ratio else replace(case, ratio=matching_ratio(case))


def same_money(case: Case, depth: float) -> float:
    """Return what a discount of this depth gives a customer in a month, on average.

    The cost of a service that is compared for the same money.
    """
    central = case.people.central()
    there, spent = float(central.persons.sum()), float(central.money.sum())
    return depth * spent / there / case.axis.clock.months if there > 0 else 0.0


def matching_ratio(case: Case) -> float:
    """Return how many newcomers bring a leaver's revenue in their first year (the mean one)."""
    clock, central = case.axis.clock, case.people.central()
    log_keep, paid = case.axis.phase()
    leaves = -np.expm1(case.window * log_keep)
    year = geometric(log_keep, clock.periods(MONTHS_PER_YEAR))
    spent = dot(central.money, leaves * year * (paid if clock.kind == "rate" else 1.0))
    gone = dot(central.persons, leaves)
    newcomer = case.newcomers.revenue_year
    if newcomer <= 0 or gone[0] <= 0 or spent[0] <= 0:
        return 1.0
    return float(spent[0] / gone[0] / newcomer)


def _effects(state: State, scenario: Scenario) -> Floats:
    """Return the effect per draw of the discount."""
    saved = _halves(state.effect_z, scenario.save_rate, scenario.save_range)
    return scenario.acting(saved, scenario.shape)[:, None]


def _halves(z: Floats, centre: float, between: tuple[float, float]) -> Floats:
    """Return a normal law with its own spread on either side of the centre."""
    low, high = between
    return centre + np.where(z < 0, (centre - low) / Z90, (high - centre) / Z90) * z


def _service(case: Case, state: State, scenario: Scenario) -> Offer | None:
    """Return the service, or None while nobody says what it would save."""
    if scenario.service_save_rate is None:
        return None
    # The same scores in reverse: as even, and independent of the discount's.
    z = np.concatenate([state.effect_z[:1], state.effect_z[:0:-1]])
    saved = _halves(z, scenario.service_save_rate, scenario.service_range)
    effect = np.minimum(saved * scenario.controllable, 1.0)[:, None]
    return service_offer(case, scenario, effect)


def service_offer(case: Case, scenario: Scenario, effect: Floats) -> Offer:
    """Return the offer of a service: no discount, a cost for everybody while they stay.

    Without a cost of its own it costs what the discount gives away per customer and month.
    """
    cost, months = scenario.service_cost, case.axis.clock.months
    return replace(
        case.offer,
        effect=effect,
        depth=0.0,
        bounce=0.0,
        later_spend=0.0,
        contact_cost=0.0,
        redemption_cost=0.0,
        care_cost=months * (same_money(case, scenario.depth) if cost is None else cost),
        care_margin=months * scenario.service_margin,
    )


def _per_period(yearly: float, clock: Clock) -> float:
    """Return the chance per period that gives this chance in a year."""
    return -math.expm1(math.log1p(-min(yearly, 1 - 1e-12)) * clock.months / MONTHS_PER_YEAR)
