"""The Worth page: what it asks of any company (`asks`), and its tabs, one file each."""

from __future__ import annotations

from dashboard.worth import holders, money_back, one_customer, other_tools

TABS = {
    "Who holds the worth": holders.show,
    "When is our money back?": money_back.show,
    "Why other tools differ": other_tools.show,
    "One customer": one_customer.show,
}

__all__ = ["TABS"]
