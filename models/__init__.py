"""Tenure's models: from an export file to a keep-or-replace decision, without a screen.

The names below are the way in; what they return leads to everything else. They are imported when
first asked for, so that `import models` costs nothing.

Examples
--------
>>> from models import Scenario, analyse, read_transactions
>>> analysis = analyse(read_transactions("purchases.csv"))  # doctest: +SKIP
>>> analysis.decide(Scenario(margin=0.4)).verdict  # doctest: +SKIP
'neither'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.analysis import Analysis, analyse
    from models.backtest import hold_out, rolling
    from models.decisions.engine import decide
    from models.decisions.scenario import Scenario
    from models.errors import TenureError
    from models.report import write_report
    from models.transactions.log import Transactions, read_transactions

__all__ = [
    "Analysis",
    "Scenario",
    "TenureError",
    "Transactions",
    "analyse",
    "decide",
    "hold_out",
    "read_transactions",
    "rolling",
    "write_report",
]

_HOMES = {
    "Analysis": "models.analysis",
    "Scenario": "models.decisions.scenario",
    "TenureError": "models.errors",
    "Transactions": "models.transactions.log",
    "analyse": "models.analysis",
    "decide": "models.decisions.engine",
    "hold_out": "models.backtest",
    "read_transactions": "models.transactions.log",
    "rolling": "models.backtest",
    "write_report": "models.report",
}


def __getattr__(name: str) -> object:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'models' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
