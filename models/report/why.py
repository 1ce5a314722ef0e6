"""Why and where customers leave, as `analysis.json` has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.analysis import Analysis
from models.contacts import read_contacts
from models.contracts.analysis import ContractAnalysis
from models.drivers import (
    Drivers,
    Reasons,
    find_drivers,
    find_reasons,
    watched_customers,
    watched_subscribers,
)
from models.errors import EvidenceError
from models.losses.contacted import lost_after_contacting
from models.losses.judging import Loss
from models.losses.shop import lost_after_purchases
from models.values import Values


def shop_drivers(analysis: Analysis, log: Path | None = None) -> dict[str, Any]:
    """Return what goes with coming back, and after which products and contacts they stay away."""
    bought, people = analysis.transactions, analysis.customers

    def losses() -> dict[str, Any]:
        found = lost_after_purchases(bought, people)
        return {"silent_days": found.days, "found": _losses(found.losses)}

    def contacted() -> dict[str, Any]:
        assert log is not None
        contacts = read_contacts(log, people.frame["customer"], bought.last_day)
        found = lost_after_contacting(bought, people, contacts)
        return {
            "silent_days": found.days,
            "contacts": found.contacts,
            "compared": found.compared,
            "found": [asdict(one) for one in found.losses],
        }

    return {
        **_or_why(lambda: _drivers(find_drivers(watched_customers(bought, people)))),
        "reasons": None,
        "losses": _or_why(losses),
        "losses_after_contacts": None if log is None else _or_why(contacted),
    }


def contract_drivers(analysis: ContractAnalysis, worth: Values) -> dict[str, Any]:
    """Return what goes with leaving, and the reasons told."""
    people = analysis.people
    return {
        **_or_why(lambda: _drivers(find_drivers(watched_subscribers(people)))),
        "reasons": _or_why(lambda: _reasons(find_reasons(people, worth))),
        "losses": None,
    }


def _or_why(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what was found, or the reason why there is nothing."""
    try:
        return make()
    except EvidenceError as reason:
        return {"why": str(reason)}


def _drivers(found: Drivers) -> dict[str, Any]:
    return asdict(found)


def _reasons(found: Reasons) -> dict[str, Any]:
    return {
        "changeable": asdict(found.changeable),
        "found": [
            {
                "reason": one.name,
                "leavers": one.leavers,
                "share": None if one.share is None else asdict(one.share),
                "changeable": one.changeable,
                "left_last_12_months": one.recent,
                "worth_had_they_stayed": one.lost,
                "months": one.curve.months,
                "left": one.curve.share,
                "left_low": one.curve.low,
                "left_high": one.curve.high,
            }
            for one in found.found
        ],
    }


def _losses(found: Iterable[Loss]) -> list[dict[str, Any]]:
    """Return announced losses, and those of what was sent back; the rest may be chance."""
    return [asdict(one) for one in found if one.announced or one.kind == "sent back"]
