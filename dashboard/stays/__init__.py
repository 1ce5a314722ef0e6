"""The tabs of *Who stays*, one file each: `show(company)` draws it."""

from __future__ import annotations

from dataclasses import replace

from dashboard import beside, session
from models.errors import TenureError


def compared(company: session.Company) -> session.Company:
    """Return the company, its customers told apart also by the customer file beside it.

    Only by a file of which somebody says that it was known when customers were won: what was
    written down later may only say what became of them.
    """
    file = company.source.companion("customers")
    if file is None or not file.known_when_won:
        return company
    try:
        told = session.derived(beside.told, file)
    except TenureError:  # Data and trust says why it cannot be read
        return company
    return replace(company, analysis=told, told=file)
