"""How well customers are looked after: which contacts go with staying, and what answering pays."""

from models.care.channels import Care, Channel, Lever, care_of
from models.care.watched import Cases, shop_cases, subscription_cases

__all__ = [
    "Care",
    "Cases",
    "Channel",
    "Lever",
    "care_of",
    "shop_cases",
    "subscription_cases",
]
