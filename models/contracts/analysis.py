"""Everything that is computed once for a list of subscriptions, before any setting is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import pandas as pd

from models.business import USUAL_MONTHS
from models.contracts.fits import Retentions, fit_retentions
from models.contracts.holdout import ContractHoldOut, hold_out_renewals
from models.contracts.newcomers import NewSubscribers, new_subscribers
from models.contracts.rolling import ContractRolling, rolling_renewals
from models.contracts.subscribers import PLAN, Subscribers, subscribers
from models.contracts.worth import (
    ContractDraws,
    best_total,
    contract_draws,
    contract_values,
    leaving_over,
)
from models.decisions import subscription
from models.decisions.engine import Decision, decide
from models.decisions.horizon import Finding, Horizon
from models.decisions.roster import Roster
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.decisions.trial import Trial, read_trial
from models.errors import DataError, EvidenceError
from models.lifetimes.contract import BetaDiscreteWeibull
from models.periods import DAYS_PER_MONTH
from models.relation import Relation
from models.surprise import ASSUMED, Surprise
from models.transactions.subscriptions import Subscriptions
from models.values import Values

if TYPE_CHECKING:
    from models.profiles.won import Won

Progress = Callable[[str, float], None]
TESTED: Final = "Found in a test on this company's own customers."
CANCELS: Final = (
    "The file tells when subscriptions were ended, so the offer can wait at the cancel button."
)
Laws = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class ContractAnalysis:
    """A company whose customers subscribe, as far as it can be known without settings.

    It answers what `models.relation.Analysed` asks of any company.

    Attributes
    ----------
    subscriptions, people
        What was read, and one row per time as a subscriber.
    fitted
        The models of renewing.
    new
        What the next subscriber is like.
    rolling
        The forecast tested at the last quarter-ends; empty when there is too little to test.
    holdout_weeks
        Length of the test on the last periods that was asked for; None for the default.
    """

    subscriptions: Subscriptions
    people: Subscribers
    fitted: Retentions
    new: NewSubscribers
    rolling: ContractRolling
    holdout_weeks: int | None = None

    relation: ClassVar[Relation] = "subscription"

    @property
    def log(self) -> Subscriptions:
        """What was read."""
        return self.subscriptions

    @property
    def customer_count(self) -> int:
        """Different customers in the file, those who have left among them."""
        return len(self.people)

    @property
    def customers_today(self) -> int | None:
        """Different customers who are subscribers on the last day."""
        return int(self.people.running["customer"].nunique())

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed on the way to the decision."""
        return self.state.notes

    @cached_property
    def parameters(self) -> ContractDraws:
        """What the parameters could be: drawn once and shared by values and decision."""
        return contract_draws(self.people, self.fitted, self.new)

    def draws(self, months: float) -> ContractDraws:
        """Return the same with how far off a forecast over some months may be besides."""
        return self.parameters.missing_by(leaving_over(self.surprise, months))

    @property
    def surprise(self) -> Surprise:
        """How far off a forecast of those who leave may be, beyond parameters and people."""
        last = self.subscriptions.last_day
        return ASSUMED if last is None else self.rolling.known_by(last)

    @cached_property
    def _tested(self) -> tuple[ContractHoldOut | None, str]:
        try:
            made = hold_out_renewals(
                self.subscriptions, self.holdout_weeks, known_by=self.rolling.known_by
            )
        except EvidenceError as reason:
            if self.holdout_weeks is not None:
                raise
            return None, str(reason)
        return made, ""

    @property
    def holdout(self) -> ContractHoldOut | None:
        """The forecast tested on the last periods, when somebody asks; None when it cannot be."""
        return self._tested[0]

    @property
    def holdout_why(self) -> str:
        """Why there is no such test, as a sentence; empty otherwise."""
        return self._tested[1]

    @property
    def state(self) -> State:
        """The subscribers summed up for the decision engine, over the usual horizon."""
        return self._states(USUAL_MONTHS)

    def state_for(self, scenario: Scenario) -> State:
        """Return them with the draws of a value that is counted to the scenario's horizon."""
        return self._states(self.answerable(scenario).business.horizon_months)

    @cached_property
    def _states(self) -> Callable[[int], State]:
        groups = self._groups
        nodes = subscription.chance_nodes(groups, *_chances(self.parameters))  # the roster's
        return lru_cache(3)(
            lambda months: subscription.build_subscription_state(
                groups, *_chances(self.draws(months)), nodes=nodes
            )
        )

    @cached_property
    def roster(self) -> Roster:
        """The subscribers one by one, as the decision engine sees them."""
        return subscription.subscription_roster(
            self._held,
            self._groups,
            *_chances(self.parameters),
            traits=(PLAN, *self.people.attributes),
        )

    @cached_property
    def _held(self) -> pd.DataFrame:
        """Who pays on: one row each, with the place of the model that reads them."""
        frame = self.people.frame
        here = frame["running"].to_numpy(bool) & ~frame["leaving"].to_numpy(bool)
        kind = np.zeros(len(frame), np.int64)
        for place, label in enumerate(self.fitted.used):
            kind[self.fitted.members[label]] = place
        held: pd.DataFrame = frame[here].assign(kind=kind[here], people=1.0)
        if not self.people.has_money:
            held["price"] = 1.0
        return held

    @cached_property
    def _groups(self) -> subscription.Subscribers:
        """The same by model and renewals made."""
        held = self._held
        groups = held.groupby(["kind", "renewals"], as_index=False).agg(
            people=("people", "sum"), price=("price", "mean")
        )
        length = self.people.period_months * DAYS_PER_MONTH
        new = self.new
        return subscription.Subscribers(
            renewed=groups["renewals"].to_numpy(np.float64),
            customers=groups["people"].to_numpy(np.float64),
            price=groups["price"].to_numpy(np.float64),
            months=float(self.people.period_months),
            price_new=float(new.shares @ new.prices),
            due=float(held["due_days"].mean() / length) if len(held) else 0.5,
            new_per_month=new.per_month,
            new_customers=new.customers,
            kind=groups["kind"].to_numpy(np.int64),
            new_shares=new.shares,
            new_prices=new.prices,
            first_new=float(new.shares @ new.first),
            has_money=self.people.has_money,
            notes=self._notes(),
        )

    @property
    def found(self) -> dict[str, Finding]:
        """The horizon, who gets an offer, and the save rate where a randomised test tells it."""
        tested = self.trial.settings() if self.trial else {}
        cancels = self.subscriptions.mapping.column("end") is not None
        return (
            {"horizon_months": self._horizon.found}
            | ({"channel": Finding("at_cancel", "data", CANCELS)} if cancels else {})
            | {name: Finding(value, "tested", TESTED) for name, value in tested.items()}
        )

    @cached_property
    def trial(self) -> Trial | None:
        """The company's own randomised test of an offer; None when the file holds none."""
        arm, last = self.subscriptions.columns.arm, self.people.last_day
        if arm is None or last is None:
            return None
        return read_trial(
            self.people.frame,
            arm[1],
            arm[2],
            period_months=self.people.period_months,
            last_day=last,
            known=self.people.attributes,
        )

    def answerable(self, scenario: Scenario) -> Scenario:
        """Return the scenario with a horizon that the file can answer for."""
        return self._horizon.answerable(scenario)

    @property
    def _horizon(self) -> Horizon:
        people = self.people
        days = float(people.frame["age_days"].max())
        if people.first_day is not None and people.last_day is not None:
            days = people.last_day - people.first_day + 1
        return Horizon(days / DAYS_PER_MONTH, people.period_months)

    def values(self, scenario: Scenario) -> Values:
        """Return what every subscriber is worth at a scenario's margin, rate and horizon."""
        business = self.answerable(scenario).business
        draws = self.draws(business.horizon_months)
        return contract_values(self.people, self.fitted, self.new, draws, business)

    def worth_on(self, day: int, scenario: Scenario) -> float:
        """Return what all subscribers were worth at the end of a day, as it could be known then.

        At today's prices. NaN when the file has no dates or nothing could be fitted by then.
        """
        if self.people.first_day is None:
            return math.nan
        try:
            people = subscribers(self.subscriptions, day)
            return best_total(people, fit_retentions(people), self.answerable(scenario).business)
        except (DataError, EvidenceError):
            return math.nan

    def won(self, scenario: Scenario) -> Won:
        """Return the subscribers as they joined, and what came of them.

        Raises
        ------
        EvidenceError
            When those who left before some day are missing from the file.
        """
        from models.contracts.won import won_subscribers

        return won_subscribers(self.people, self.fitted, self.answerable(scenario).business)

    def decide(self, scenario: Scenario) -> Decision:
        """Return the verdict on a scenario, in milliseconds."""
        return replace(
            decide(self.state_for(scenario), self.answerable(scenario)), trial=self.trial
        )

    def _notes(self) -> tuple[str, ...]:
        notes = list(self.new.notes)
        changing = [label for label, one in self.fitted.used.items() if one.chosen.name == "BdW"]
        if changing:
            notes.append(
                f"{', '.join(changing)}: a person's own chance to leave seems to change with time "
                "(BdW); the decision takes it as fixed (sBG), the values do not."
            )
        leaving = int((self.people.frame["leaving"] & self.people.frame["running"]).sum())
        if leaving:
            notes.append(
                f"{leaving:,} subscribers have cancelled and run out; they pay no more and are not "
                "among those an offer is valued for."
            )
        return tuple(notes)


def analyse_subscriptions(
    subscriptions: Subscriptions,
    *,
    holdout_weeks: int | None = None,
    progress: Progress | None = None,
) -> ContractAnalysis:
    """Compute everything about a subscription company that no setting changes.

    Parameters
    ----------
    subscriptions
        What was read.
    holdout_weeks
        Length of the test on unseen weeks; a year, or one period if longer, by default. A length
        that is asked for and impossible is refused.
    progress
        Called with what is being done now and the share (0 to 1) that is behind us.

    Raises
    ------
    DataError
        When nobody has reached a first renewal, or nobody is a subscriber any more.
    EvidenceError
        When `holdout_weeks` leaves too little to learn from.
    """
    say = progress or (lambda _text, _share: None)
    say("Counting subscribers", 0.3)
    people = subscribers(subscriptions)
    if not people.running["leaving"].eq(False).any():
        raise DataError(
            "There is no subscriber left to decide about: every one has left or cancelled. Check "
            "which column says who left, and what it means."
        )
    say("Fitting who renews", 0.5)
    fitted = fit_retentions(people)
    say("Testing the forecast on earlier quarters", 0.6)
    analysis = ContractAnalysis(
        subscriptions,
        people,
        fitted,
        new_subscribers(people, fitted),
        rolling_renewals(subscriptions),
        holdout_weeks,
    )
    if holdout_weeks is not None:
        say("Testing it on the last renewals", 0.7)
        _ = analysis.holdout  # an impossible length is refused here
    say("Preparing the decision", 0.85)
    _ = analysis.state_for(Scenario())
    say("Done", 1.0)
    return analysis


def _chances(draws: ContractDraws) -> tuple[Laws, Laws]:
    return _laws(draws.simple), _laws(draws.young_simple)


def _laws(
    models: dict[str, tuple[BetaDiscreteWeibull, ...]],
) -> Laws:
    """Return a and b by label and draw, shape `(labels, K, 2)`."""
    return np.array([[(one.a, one.b) for one in drawn] for drawn in models.values()])
