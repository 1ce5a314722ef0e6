"""Whom to win more of, and whom not: what was known when customers were won, and what came of it.

Traits are known on the day a customer is won; outcomes are seen, or expected, afterwards. Rules are
found on one half of the customers and measured on the other.
"""

from models.profiles.cards import Card, Costs, cards
from models.profiles.channels import Channel, channels
from models.profiles.find import Profiles, find_profiles
from models.profiles.measure import Found
from models.profiles.rules import Condition, Rule
from models.profiles.shop import won_customers
from models.profiles.traits import Trait
from models.profiles.won import Outcome, Won

__all__ = [
    "Card",
    "Channel",
    "Condition",
    "Costs",
    "Found",
    "Outcome",
    "Profiles",
    "Rule",
    "Trait",
    "Won",
    "cards",
    "channels",
    "find_profiles",
    "won_customers",
]
