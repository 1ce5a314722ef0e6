"""Keep or replace: the knobs, the engine and its verdict."""

from models.decisions.breakevens import BreakEven
from models.decisions.engine import Decision, Option, decide
from models.decisions.knobs import KNOBS, Knob
from models.decisions.scenario import Scenario
from models.decisions.sensitivity import Swing, what_matters
from models.decisions.shop import build_state
from models.decisions.state import State

__all__ = [
    "KNOBS",
    "BreakEven",
    "Decision",
    "Knob",
    "Option",
    "Scenario",
    "State",
    "Swing",
    "build_state",
    "decide",
    "what_matters",
]
