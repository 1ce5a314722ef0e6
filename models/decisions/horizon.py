"""How far ahead a company is counted while nobody has said: what its own file decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.business import USUAL_MONTHS
from models.decisions.knobs import KNOBS, Source
from models.decisions.scenario import Scenario

RENEWALS: Final = 5  # the least a subscription is judged by: fewer hide what loyalty is worth
SAVED: Final = ("save_rate", "save_rate_low", "save_rate_high")


@dataclass(frozen=True)
class Finding:
    """What a company's own file says of a knob.

    Attributes
    ----------
    value
        In the knob's unit.
    source
        `data` for what follows from the file, `tested` for what a test in it found.
    why
        How it was found, as one sentence.
    """

    value: float | str
    source: Source
    why: str


@dataclass(frozen=True)
class Horizon:
    """What a file says of the horizon.

    Attributes
    ----------
    history
        Months the file covers.
    period
        Months between renewals of a subscription; 0 for a shop.
    """

    history: float
    period: float = 0.0

    @property
    def usual(self) -> float:
        """Three years, or five renewals where those take longer, as far as the setting goes."""
        return min(max(USUAL_MONTHS, RENEWALS * self.period), KNOBS["horizon_months"].high)

    def answerable(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the horizon that was set, else the usual; the file's at most."""
        return scenario.within(self.history, self.usual)

    @property
    def found(self) -> Finding:
        """The horizon while nobody has set one, and why."""
        used = self.answerable(Scenario()).horizon
        if used < self.usual:
            least = used == KNOBS["horizon_months"].low
            why = (
                f"The file covers {self.history:.1f} months, and a year is the least that is "
                "counted."
                if least
                else f"Twice the {self.history:.0f} months that the file covers: none is trusted "
                "further."
            )
            return Finding(used, "data", why)
        if used == USUAL_MONTHS:
            return Finding(used, "assumed", "Three years, unless somebody sets another horizon.")
        whole = RENEWALS * self.period
        most = f"; {used:.0f} months is the most that is counted" if used < whole else ""
        return Finding(used, "data", f"{RENEWALS} renewals of {self.period:g} months{most}.")


def filled(settings: Mapping[str, Any], found: Mapping[str, Finding]) -> dict[str, Any]:
    """Return settings with what the company's own file says where nobody said anything.

    A tested range belongs to its own save rate: whoever sets another gets none of it.
    """
    kept = {
        name: one.value
        for name, one in found.items()
        if name not in SAVED or SAVED[0] not in settings
    }
    return {**kept, **settings}
