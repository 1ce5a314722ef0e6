"""A table of what channels spend, beside a company's file: usable, or why not. No streamlit."""

from __future__ import annotations

from pathlib import Path

from dashboard.wording.worth import other_currency
from models.acquisition import Spending, read_spending
from models.errors import TenureError


def spent(path: Path | None, currency: str | None) -> tuple[Spending | None, str]:
    """Return what each channel spends, or why that cannot be used, as a sentence.

    Parameters
    ----------
    path
        The table; None without one.
    currency
        Code of the company's money; spending in another one cannot be put beside it.
    """
    if path is None:
        return None, ""
    try:
        found = read_spending(path)
    except TenureError as trouble:
        return None, str(trouble)
    if currency and found.currency and found.currency != currency:
        return None, other_currency(found, currency)
    return found, ""
