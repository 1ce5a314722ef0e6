"""Everything that is computed once for a file, before any setting is chosen.

`analyse` does the slow part: collapse the customers, fit the family and the spend, test the
forecast on weeks it was not shown, and sum the customers up for the decision. Whatever depends on
a setting follows from the finished `Analysis` in milliseconds, without a refit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from models.alternatives import Alternatives, weigh
from models.backtest import HoldOut, Rolling, hold_out, rolling
from models.business import USUAL_MONTHS
from models.counts import Counts
from models.customers import Customers, customers
from models.decisions.engine import Decision, decide
from models.decisions.horizon import Finding, Horizon
from models.decisions.roster import Roster
from models.decisions.scenario import Scenario
from models.decisions.shop import build_state, shop_roster
from models.decisions.state import State
from models.draws import Draws, joint_draws
from models.errors import DataError, EvidenceError
from models.lifetimes import Lifetimes, ParetoNBD, Spend, fit_all, fit_paretonbd, fit_spend
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK
from models.relation import Relation
from models.transactions.log import Transactions
from models.values import Values, best_total, values

if TYPE_CHECKING:
    from models.profiles.won import Won

Progress = Callable[[str, float], None]

KEEP_STATES: Final = 3  # horizons whose state is kept


@dataclass(frozen=True, eq=False)
class Analysis:
    """A company, as far as it can be known without anybody's settings.

    It answers what `models.relation.Analysed` asks of any company.

    Attributes
    ----------
    transactions, customers
        The log and one row per customer.
    lifetimes
        The model that forecasts: Pareto/NBD, whose hazards the decision engine needs.
    candidates
        The whole family fitted on the same customers, `lifetimes` among them.
    spend
        Spend per purchase day; None for a file without money.
    parameters
        What the parameters could be, drawn once.
    rolling
        The forecast tested at every quarter-end; empty when the file is too short.
    holdout_weeks
        Length of the test on the last weeks that was asked for; None for the default.
    """

    transactions: Transactions
    customers: Customers
    lifetimes: ParetoNBD
    candidates: tuple[Lifetimes, ...]
    spend: Spend | None
    parameters: Draws
    rolling: Rolling
    holdout_weeks: int | None = None

    relation: ClassVar[Relation] = "shop"
    customers_today: ClassVar[int | None] = None  # nobody sees a shop's customers leave

    @property
    def log(self) -> Transactions:
        """What was read."""
        return self.transactions

    @property
    def customer_count(self) -> int:
        """Different customers in the file."""
        return len(self.customers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed on the way to the decision."""
        return self.state.notes

    @property
    def counts(self) -> Counts:
        """The customers' distinct histories, which everything is fitted on."""
        return self.customers.counts()

    def past_misses(self, months: float) -> float:
        """Return how far off a total over some months may be beyond parameters and people.

        A log standard deviation; the longer, the more the months' own shocks average out.
        """
        purchases, money = self.rolling.beyond
        return (money if self.transactions.has_money else purchases).over(months)

    @cached_property
    def _tested(self) -> tuple[HoldOut | None, str]:
        try:
            return hold_out(self.transactions, self.holdout_weeks, past=self.rolling), ""
        except (DataError, EvidenceError) as reason:
            if self.holdout_weeks is not None:
                raise
            return None, str(reason)

    @property
    def holdout(self) -> HoldOut | None:
        """The forecast tested on the last weeks, when somebody asks; None when there are too few.

        No other figure rests on it, so the first page does not wait for it.
        """
        return self._tested[0]

    @property
    def holdout_why(self) -> str:
        """Why there is no such test, as a sentence; empty otherwise."""
        return self._tested[1]

    def draws(self, months: float) -> Draws:
        """Return what the parameters could be, and how far off a forecast over some months."""
        return self.parameters.missing_by(self.past_misses(months))

    @cached_property
    def alternatives(self) -> Alternatives:
        """Everybody's total under every draw, for any margin, rate and horizon."""
        return weigh(self.customers.frame, self.parameters)

    @cached_property
    def state(self) -> State:
        """The customers summed up for the decision engine, over the usual horizon."""
        drawn = self.draws(USUAL_MONTHS)
        return build_state(self.customers, self.lifetimes, self.spend, draws=drawn)

    def state_for(self, scenario: Scenario) -> State:
        """Return them with the draws of a value that is counted to the scenario's horizon."""
        return self._states(self.answerable(scenario).business.horizon_months)

    @cached_property
    def _states(self) -> Callable[[int], State]:
        def over(months: int) -> State:
            if months == USUAL_MONTHS:
                return self.state
            return self.state.with_level(self.draws(months).level / self.draws(USUAL_MONTHS).level)

        return lru_cache(KEEP_STATES)(over)

    @property
    def found(self) -> dict[str, Finding]:
        """What the file says of knobs: the horizon alone, for purchases tell of no test."""
        return {"horizon_months": self._horizon.found}

    @cached_property
    def roster(self) -> Roster:
        """The customers one by one, as the decision engine sees them."""
        return shop_roster(self.customers, self.lifetimes, self.spend, self.state)

    def answerable(self, scenario: Scenario) -> Scenario:
        """Return the scenario with a horizon that the file can answer for."""
        return self._horizon.answerable(scenario)

    @property
    def _horizon(self) -> Horizon:
        days = self.transactions.last_day - self.transactions.first_day + 1
        return Horizon(days / DAYS_PER_MONTH)

    def values(self, scenario: Scenario) -> Values:
        """Return what every customer is worth at a scenario's margin, rate and horizon."""
        business = self.answerable(scenario).business
        drawn = self.draws(business.horizon_months)
        alternatives = replace(self.alternatives, drawn=drawn)
        return values(
            self.customers, self.lifetimes, self.spend, business, alternatives=alternatives
        )

    def worth_on(self, day: int, scenario: Scenario) -> float:
        """Return what all customers were worth at the end of a day, as it could be known then.

        NaN when the file does not reach back far enough to fit anything.
        """
        try:
            people = customers(self.transactions.until(day))
            model = fit_paretonbd(people.counts(), near=self.lifetimes)
            spend = fit_spend(people) if self.transactions.has_money else None
        except (DataError, EvidenceError):
            return math.nan
        return best_total(people, model, spend, self.answerable(scenario).business)

    def won(self, scenario: Scenario) -> Won:
        """Return the customers as they were won, and what came of them.

        Raises
        ------
        EvidenceError
            When nobody's first purchase is surely the first.
        """
        from models.profiles.shop import won_customers

        business = self.answerable(scenario).business
        return won_customers(
            self.transactions, self.customers, self.lifetimes, self.spend, business
        )

    def decide(self, scenario: Scenario) -> Decision:
        """Return the verdict on a scenario, in milliseconds."""
        return decide(self.state_for(scenario), self.answerable(scenario))


def analyse(
    transactions: Transactions,
    *,
    holdout_weeks: int | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Compute everything about a company that no setting changes.

    Parameters
    ----------
    transactions
        The log.
    holdout_weeks
        Length of the test on unseen weeks; a quarter of the file's span, 4 to 52, by default. A
        length that is asked for and impossible is refused; the default is left out with its reason.
    progress
        Called with what is being done now and the share (0 to 1) that is behind us.

    Raises
    ------
    DataError
        When no customer with a purchase is left.
    EvidenceError
        When the file covers hardly a week, or `holdout_weeks` leaves too little to learn from.
    """
    say = progress or (lambda _text, _share: None)
    say("Counting customers", 0.35)
    people = customers(transactions)
    if transactions.last_day - transactions.first_day < DAYS_PER_WEEK:
        raise EvidenceError(
            f"'{transactions.name}' covers less than a week and a day, in which nobody can be seen "
            "to come back or to stay away. Bring a longer stretch of purchases: a year shows most "
            "of it."
        )
    say("Fitting who stays", 0.40)
    candidates = fit_all(people.counts())
    engine = next(model for model in candidates if isinstance(model, ParetoNBD))
    spend = fit_spend(people) if transactions.has_money else None
    say("Testing the forecast on earlier quarters", 0.50)
    with ThreadPoolExecutor(1) as aside:  # neither needs the other
        drawn = aside.submit(joint_draws, people, engine, spend)
        past = rolling(transactions)
    analysis = Analysis(
        transactions=transactions,
        customers=people,
        lifetimes=engine,
        candidates=candidates,
        spend=spend,
        parameters=drawn.result(),
        rolling=past,
        holdout_weeks=holdout_weeks,
    )
    if holdout_weeks is not None:
        say("Testing it on the last weeks", 0.70)
        _ = analysis.holdout  # an impossible length is refused here
    say("Preparing the decision", 0.85)
    # computed now, so that the first move of a slider is as quick as the next
    _ = analysis.state_for(Scenario()), analysis.alternatives
    say("Done", 1.0)
    return analysis
