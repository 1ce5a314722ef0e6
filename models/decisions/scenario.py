"""A scenario: one value for every knob, valid when born."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.business import USUAL_MONTHS, Business
from models.decisions.knobs import KNOBS
from models.errors import SettingError
from models.periods import AnnualRate

Floats = npt.NDArray[np.float64]

STEEPNESS: Final = 6.0  # how quickly more discount stops saving more; assumed and locked
HISTORIES: Final = 2.0  # how many times its own length a file may be extrapolated
SPREAD: Final = 0.15  # half-width of the 80 % range of an untested save rate


def _number(name: str) -> float:
    default = KNOBS[name].default
    assert isinstance(default, int | float)
    return float(default)


def _word(name: str) -> str:
    return str(KNOBS[name].default)


@dataclass(frozen=True)
class Scenario:
    """What the manager assumes and proposes. The knobs' own words are in `KNOBS`.

    Raises
    ------
    SettingError
        When a value is outside its knob's range.
    """

    margin: float = _number("margin")
    annual_rate: float = _number("annual_rate")
    horizon_months: float | None = None
    cost_to_serve: float = _number("cost_to_serve")
    depth: float = _number("depth")
    duration_months: float = _number("duration_months")
    offer_ends: str = _word("offer_ends")
    save_rate: float = _number("save_rate")
    save_rate_low: float | None = None
    save_rate_high: float | None = None
    reference_depth: float = _number("reference_depth")
    bounce: float = _number("bounce")
    later_spend: float = _number("later_spend")
    contact_cost: float = _number("contact_cost")
    redemption_cost: float = _number("redemption_cost")
    channel: str = _word("channel")
    list_share: float = _number("list_share")
    stayers_taking: float = _number("stayers_taking")
    asks_only_for_discount: float = _number("asks_only_for_discount")
    cancel_window_months: float = _number("cancel_window_months")
    controllable: float = _number("controllable")
    service_share: float = _number("service_share")
    service_cost: float | None = None
    service_save_rate: float | None = None
    service_save_rate_low: float | None = None
    service_save_rate_high: float | None = None
    service_margin: float = _number("service_margin")
    acquisition_cost: float | None = None
    acquisition_cost_spread: float = _number("acquisition_cost_spread")
    acquisition_growth: float = _number("acquisition_growth")
    new_ramp: float = _number("new_ramp")
    lead_time_months: float = _number("lead_time_months")
    replacement_ratio: float | None = None
    counterfactual: str = _word("counterfactual")
    budget: float | None = None
    plan_for: str = _word("plan_for")
    growth: float = _number("growth")
    certainty: float = _number("certainty")
    pipeline: float = _number("pipeline")
    catch_up_months: float = _number("catch_up_months")
    plan_offer: str = _word("plan_offer")

    def __post_init__(self) -> None:
        for name, knob in KNOBS.items():
            object.__setattr__(self, name, knob.check(getattr(self, name)))

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Scenario:
        """Return the scenario of a settings file or link, defaults filled in.

        Raises
        ------
        SettingError
            For an unknown name (the sentence lists near ones) or a value outside its range.
        """
        for name in settings:
            if name not in KNOBS:
                near = difflib.get_close_matches(str(name), KNOBS, n=3, cutoff=0.5)
                hint = f"did you mean {' or '.join(near)}" if near else f"known: {', '.join(KNOBS)}"
                raise SettingError(f"There is no setting called {name!r}: {hint}.")
        return cls(**settings)

    def with_knob(self, name: str, value: float | str | None) -> Scenario:
        """Return the same scenario with one knob moved."""
        return type(self).from_settings({**self.to_settings(), name: value})

    def within(self, history_months: float, usual: float = USUAL_MONTHS) -> Scenario:
        """Return the scenario with a horizon that a file of so many months can answer for.

        The one that was set, else the `usual` one, in months; at most twice the history, in whole
        months, and never below the knob's lowest.
        """
        knob = KNOBS["horizon_months"]
        longest = max(knob.low, math.floor(HISTORIES * history_months))
        asked = min(usual, knob.high) if self.horizon_months is None else self.horizon_months
        return self.with_knob("horizon_months", min(asked, longest))

    @property
    def horizon(self) -> float:
        """Months that are counted, the usual ones where nobody has said."""
        return USUAL_MONTHS if self.horizon_months is None else self.horizon_months

    def to_settings(self) -> dict[str, float | str | None]:
        """Return every knob by its name, ready for JSON; None where the data decides."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def rate(self) -> AnnualRate:
        """The yearly discount rate."""
        return AnnualRate(self.annual_rate)

    @property
    def business(self) -> Business:
        """What values depend on: margin, rate, horizon and the cost to serve."""
        return Business(
            margin=self.margin,
            rate=self.rate,
            horizon_months=round(self.horizon),
            cost_to_serve=self.cost_to_serve,
        )

    @property
    def save_range(self) -> tuple[float, float]:
        """The save rate in a poor and in a good case (1 in 10 each); it holds the save rate."""
        return _around(self.save_rate, self.save_rate_low, self.save_rate_high)

    @property
    def service_range(self) -> tuple[float, float]:
        """The same for the service; around 0 while nobody says what it would save."""
        return _around(
            self.service_save_rate or 0.0, self.service_save_rate_low, self.service_save_rate_high
        )

    @property
    def lasting(self) -> bool:
        """Whether the discount is given for as long as somebody stays."""
        return self.offer_ends == "never"

    @property
    def shape(self) -> float:
        """What a save rate at the reference depth is multiplied by at this depth; 0 at depth 0."""
        return float(self.shape_at(np.array(self.depth)))

    def acting(self, saved: Floats | float, shape: Floats | float) -> Floats:
        """Return the share of leaving that an offer removes, from a save rate and its shape.

        Who is leaving already cannot be driven away: at the cancel button it is never below 0.
        """
        least = 0.0 if self.channel == "at_cancel" else -np.inf
        return np.asarray(np.clip(saved * self.controllable * shape, least, 1.0))

    def shape_at(self, depths: Floats) -> Floats:
        """Return the same at other depths."""
        whole = math.expm1(-STEEPNESS * self.reference_depth)
        return np.asarray(np.expm1(-STEEPNESS * depths) / whole)


def _around(centre: float, low: float | None, high: float | None) -> tuple[float, float]:
    """Return the 80 % range as given, else fifteen points either side; it holds the centre."""
    low = centre - SPREAD if low is None else low
    high = centre + SPREAD if high is None else high
    return min(low, centre), max(high, centre)
