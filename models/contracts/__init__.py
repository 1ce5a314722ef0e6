"""Companies whose customers subscribe: leaving is seen, so staying can be counted.

`analyse_subscriptions` does for a list of subscriptions what `models.analysis` does for a log of
purchases; what comes after it (values, decision, report) has the same form.
"""

from __future__ import annotations

from models.contracts.analysis import ContractAnalysis, analyse_subscriptions

__all__ = ["ContractAnalysis", "analyse_subscriptions"]
