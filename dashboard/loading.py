"""Imports, one thread at a time.

The first visitor's script and the analysis that is being made for them need the same packages at
the same moment. Two threads inside packages that import their own parts wait for each other, which
Python ends with an error; here they take turns.
"""

from __future__ import annotations

import threading
from importlib import import_module
from types import ModuleType
from typing import Final

# What reads comes first: while the engine reads a file, Python is free to import what analyses it.
READING: Final = "dashboard.opening"
THE_REST: Final = ("models.analysis", "models.contracts", "dashboard.briefing", "dashboard.charts")

_one_at_a_time = threading.RLock()


def _load(room: str) -> ModuleType:
    with _one_at_a_time:
        return import_module(room)


def what_reads() -> ModuleType:
    """Import what reads a file."""
    return _load(READING)


def everything() -> None:
    """Import what is needed to show the first page."""
    for room in THE_REST:
        _load(room)


def shell() -> ModuleType:
    """Import what surrounds every page, after everything else."""
    everything()
    return _load("dashboard.shell")
