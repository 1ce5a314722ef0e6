"""Which of the two kinds of company an analysis is about, asked in one place.

`dashboard/shop/` and `dashboard/subscription/` hold rooms of the same names with the same
functions; whoever says something about a company goes through `room`.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from dashboard import shop, subscription

if TYPE_CHECKING:
    from models.relation import Analysed


def room(analysis: Analysed) -> ModuleType:
    """Return the package that speaks of this kind of company: `shop` or `subscription`."""
    return {"shop": shop, "subscription": subscription}[analysis.relation]
