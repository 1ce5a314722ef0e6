"""What every file to take away says of itself: whose numbers, until when, on which settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from dashboard import briefing, wording
from dashboard.compared import setting_said, turn_label, turn_said
from dashboard.deciding import NAMES, rests_on
from dashboard.visit import ASSUMED, EXAMPLE, LOGGED, YOURS
from dashboard.wording.verdicts import TURNS
from models.decisions.knobs import KNOBS
from models.periods import date_of
from models.plan import Plan, outlook_of, plan_of

if TYPE_CHECKING:
    from dashboard.companies import Source
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.engine import Decision
    from models.decisions.scenario import Scenario

KINDS: Final = {
    "real": "Real company",
    "invented": "Invented company",
    "yours": "Your company",
}
DECISIVE: Final = ("margin", "acquisition_cost", "depth", "save_rate")
# Where a value comes from when it is not the default, whose reason is the setting's own.
REASONS: Final = {
    EXAMPLE: "An example set for this company: put your own number in its place.",
    YOURS: "You set it.",
    LOGGED: "What the contact log beside the file says goes with staying.",
}
UNITS: Final = {"share": "share of 1", "months": "months", "factor": "times", "choice": ""}


@dataclass(frozen=True)
class Assumption:
    """One setting as a file lists it.

    Attributes
    ----------
    name, label
        The knob, and what the screen calls it.
    value
        As the engine takes it; None when nobody knows.
    said, unit
        The value as it is said, and the unit of `value`.
    source, why
        `yours`, `tested`, `example` or `assumed`, and what that means; of a default, its reason.
    """

    name: str
    label: str
    value: float | str | None
    said: str
    unit: str
    source: str
    why: str


@dataclass(frozen=True)
class Pack:
    """A company and a scenario, ready to be written to any file.

    Attributes
    ----------
    analysis, source, scenario
        The company, where it comes from, and the settings asked for.
    badge
        Where a setting comes from, by its name.
    """

    analysis: Analysis | ContractAnalysis
    source: Source
    scenario: Scenario
    badge: Callable[[str], str]

    @property
    def company(self) -> str:
        """What the company is called, as text."""
        return wording.shorten(self.source.name)

    @property
    def kind(self) -> str:
        """Whether the company is real, invented or the visitor's own."""
        return KINDS[self.source.kind]

    @property
    def currency(self) -> str | None:
        """Code of the money; None when nobody says."""
        return self.analysis.log.currency or None

    @property
    def until(self) -> str:
        """Until when the data goes, in words."""
        day = self.analysis.log.last_day
        return "data without dates" if day is None else f"data until {wording.date(date_of(day))}"

    @property
    def whose(self) -> str:
        """One line that says whose numbers these are."""
        money = self.currency or "no currency named"
        return f"{self.kind}: {self.company}, {self.until}, {money}"

    @cached_property
    def settings(self) -> Scenario:
        """The settings as they are computed with."""
        return self.analysis.answerable(self.scenario)

    @cached_property
    def decision(self) -> Decision:
        """The answer to the scenario."""
        return self.analysis.decide(self.scenario)

    @cached_property
    def plan(self) -> Plan:
        """The plan at these settings."""
        return plan_of(self.analysis, self.scenario, outlook_of(self.analysis))

    @cached_property
    def verdict(self) -> str:
        """The answer as the Brief says it."""
        return briefing.headline(self.decision, self.currency or "")

    @property
    def sure(self) -> str:
        """What the answer rests on and how sure it is, as Keep or replace says it."""
        return rests_on(self.badge, self.decision)

    @property
    def sources(self) -> str:
        """Where the decisive settings come from, as a sentence."""
        values = self.settings.to_settings()
        said = [
            f"{KNOBS[name].label} {setting_said(name, values[name], self.currency)} "
            f"({self.badge(name)})"
            for name in DECISIVE
        ]
        return f"{'; '.join(said)}."

    def assumptions(self) -> list[Assumption]:
        """Return every setting, in the order of the knobs."""
        values = self.settings.to_settings()
        listed = []
        for name, knob in KNOBS.items():
            unit = self.currency or "money" if knob.unit == "money" else UNITS[knob.unit]
            listed.append(
                Assumption(
                    name=name,
                    label=knob.label,
                    value=values[name],
                    said=setting_said(name, values[name], self.currency),
                    unit=unit,
                    source=self.badge(name),
                    why=REASONS.get(self.badge(name)) or self._found(name) or knob.why,
                )
            )
        return listed

    def _found(self, name: str) -> str:
        found = self.analysis.found.get(name)
        return "" if found is None or self.badge(name) == ASSUMED else found.why

    def options(self) -> list[tuple[str, float, float, float, float]]:
        """Return the options that have a value: name, value, low, high, cost."""
        return [
            (
                NAMES[one.name],
                one.value,
                one.value if one.low is None else one.low,
                one.value if one.high is None else one.high,
                one.cost or 0.0,
            )
            for one in self.decision.options
            if one.value is not None
        ]

    def turns(self) -> list[tuple[str, str, str]]:
        """Return where the decision turns: label, break-even, where we are."""
        return [
            (
                turn_label(name),
                turn_said(self.decision, name, self.currency),
                setting_said("depth" if name in TURNS else name, item.here, self.currency),
            )
            for name, item in self.decision.break_evens.items()
        ]
