"""What customers need next: when the next purchase or renewal comes, and of what."""

from models.needs.dates import Check, NextPurchases, check_dates, next_purchases
from models.needs.products import NextProducts, next_products
from models.needs.renewals import next_renewals

__all__ = [
    "Check",
    "NextProducts",
    "NextPurchases",
    "check_dates",
    "next_products",
    "next_purchases",
    "next_renewals",
]
