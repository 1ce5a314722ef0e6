"""What matters most: how far each thing nobody knows exactly moves the decision."""

from __future__ import annotations

from dataclasses import dataclass

from models.decisions.case import build_case
from models.decisions.engine import Ledgers, option_values
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.decisions.state import State


@dataclass(frozen=True)
class Swing:
    """How far one uncertain knob moves the advantage of keeping.

    Attributes
    ----------
    name
        The knob.
    low_at, high_at
        The knob's values at either end.
    low, high
        Money by which the discount beats the best other option there.
    """

    name: str
    low_at: float
    high_at: float
    low: float
    high: float


def what_matters(state: State, scenario: Scenario) -> tuple[Swing, ...]:
    """Return how much each uncertain knob moves the decision, the largest swing first.

    Parameters
    ----------
    state, scenario
        As for `decide`. Every knob is moved alone, over its stated range or a plausible one.
    """
    swings = []
    for name, low, high in _spans(scenario):
        ends = [_advantage(state, scenario.with_knob(name, end)) for end in (low, high)]
        swings.append(Swing(name, low, high, ends[0], ends[1]))
    return tuple(sorted(swings, key=lambda swing: -abs(swing.high - swing.low)))


def _advantage(state: State, scenario: Scenario) -> float:
    case = build_case(state, scenario).central()
    values, _ = option_values(case, Ledgers.of(case))
    others = [float(value[0]) for name, value in values.items() if name != "keep"]
    return float(values["keep"][0]) - max(others)


def _spans(scenario: Scenario) -> list[tuple[str, float, float]]:
    """Return the knobs nobody knows exactly, with the range each is moved over."""

    def around(name: str, below: float, above: float) -> tuple[str, float, float]:
        knob = KNOBS[name]
        value = scenario.horizon if name == "horizon_months" else float(getattr(scenario, name))
        return name, max(knob.low, value - below), min(knob.high, value + above)

    worst, best = scenario.save_range
    spans = [
        ("save_rate", max(KNOBS["save_rate"].low, worst), min(KNOBS["save_rate"].high, best)),
        around("margin", 0.05, 0.05),
        around("stayers_taking", 0.25, 0.25),
        around("bounce", 0.25, 0.25),
        around("horizon_months", 12, 12),
        around("controllable", 0.25, 0.0),
    ]
    if scenario.acquisition_cost:
        spread = 1 + scenario.acquisition_cost_spread
        cost = scenario.acquisition_cost
        spans.append(("acquisition_cost", cost / spread, cost * spread))
    return spans
