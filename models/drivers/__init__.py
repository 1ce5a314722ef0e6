"""What goes with leaving, or with coming back: attributes known at the start, and reasons told."""

from models.drivers.doubts import Doubt, doubts
from models.drivers.effects import Drivers, Effect, Ranged, find_drivers
from models.drivers.reasons import Reason, Reasons, find_reasons, worth_of_leavers
from models.drivers.watched import Watched, watched_customers, watched_subscribers

__all__ = [
    "Doubt",
    "Drivers",
    "Effect",
    "Ranged",
    "Reason",
    "Reasons",
    "Watched",
    "doubts",
    "find_drivers",
    "find_reasons",
    "watched_customers",
    "watched_subscribers",
    "worth_of_leavers",
]
