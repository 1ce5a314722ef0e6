"""What is asked of a company whichever way its customers are tied to it.

A shop's customers leave in silence (`models.analysis`), a subscription's on a day that is known
(`models.contracts`). Whatever surrounds a page, and whatever follows from a scenario, asks only
what stands here, so that neither needs to know which of the two it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from models.decisions.engine import Decision
    from models.decisions.horizon import Finding
    from models.decisions.roster import Roster
    from models.decisions.scenario import Scenario
    from models.decisions.state import State
    from models.profiles.won import Won
    from models.transactions.assumptions import Assumption
    from models.transactions.cleaning import Ledger
    from models.transactions.columns import Mapping
    from models.values import Values

Relation = Literal["shop", "subscription"]


class Log(Protocol):
    """What was read from a file: purchases, or subscriptions."""

    @property
    def name(self) -> str:
        """The shown name of the file."""

    @property
    def fingerprint(self) -> str:
        """A string that equal readings of equal bytes share."""

    @property
    def mapping(self) -> Mapping:
        """Which column plays which role."""

    @property
    def ledger(self) -> Ledger:
        """Where every row and all money went."""

    @property
    def first_day(self) -> int | None:
        """The first day (a day number) the file covers; None in a file without dates."""

    @property
    def last_day(self) -> int | None:
        """The last day (a day number) the file covers; None in a file without dates."""

    @property
    def currency(self) -> str | None:
        """ISO code of the money; None when nobody says."""

    @property
    def has_money(self) -> bool:
        """Whether a column holds money."""

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of what is known about a customer at the start."""

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every guess taken instead of a question."""


class Analysed(Protocol):
    """A company, analysed: what every page's frame needs, and what a scenario is put to."""

    @property
    def relation(self) -> Relation:
        """How customers are tied to the company."""

    @property
    def log(self) -> Log:
        """What was read."""

    @property
    def customer_count(self) -> int:
        """Different customers in the file, those who have left among them."""

    @property
    def customers_today(self) -> int | None:
        """How many of them are customers on the last day; None where leaving is not seen."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed on the way to the decision, as sentences."""

    @property
    def holdout_why(self) -> str:
        """Why the forecast was not tested; empty when it was."""

    @property
    def found(self) -> dict[str, Finding]:
        """What the file itself says of knobs: the horizon, and what its own test tells."""

    @property
    def roster(self) -> Roster:
        """The customers one by one, as the decision engine sees them."""

    @property
    def state(self) -> State:
        """The customers summed up for the decision engine, over the usual horizon."""

    def state_for(self, scenario: Scenario) -> State:
        """Return them with the draws of a value that is counted to the scenario's horizon."""

    def answerable(self, scenario: Scenario) -> Scenario:
        """Return the scenario with a horizon that the file can answer for."""

    def values(self, scenario: Scenario) -> Values:
        """Return what every customer is worth at a scenario's margin, rate and horizon."""

    def worth_on(self, day: int, scenario: Scenario) -> float:
        """Return what all customers were worth on a day, as it could be known then; NaN if not."""

    def won(self, scenario: Scenario) -> Won:
        """Return the customers as they were won, and what came of them."""

    def decide(self, scenario: Scenario) -> Decision:
        """Return the verdict on a scenario."""
