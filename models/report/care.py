"""How well customers are looked after, as `analysis.json` has it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from models.analysis import Analysis
from models.care import care_of, shop_cases, subscription_cases
from models.contacts import read_contacts
from models.contracts.analysis import ContractAnalysis
from models.errors import EvidenceError
from models.values import Values

NO_LOG: Final = (
    "Service and complaints need a contact log: bring one (--contacts on the command line)."
)
NO_DATES: Final = "The file has no dates, so contacts cannot be joined to it."


def care_facts(
    analysis: Analysis | ContractAnalysis, worth: Values, log: Path | None
) -> tuple[dict[str, Any] | None, str]:
    """Return what a contact log says, None and the reason where it cannot.

    Parameters
    ----------
    analysis, worth
        The company, and its values at the settings.
    log
        The contact log; None without one.

    Raises
    ------
    TenureError
        When the log is no table, has not the columns, or belongs to nobody.
    """
    if log is None:
        return None, NO_LOG
    if analysis.log.last_day is None:
        return None, NO_DATES
    people = analysis.customers if isinstance(analysis, Analysis) else analysis.people
    contacts = read_contacts(log, people.frame["customer"], analysis.log.last_day)
    try:
        if isinstance(analysis, Analysis):
            cases = shop_cases(analysis.transactions, analysis.customers, worth)
        else:
            cases = subscription_cases(analysis.people, worth)
        found = care_of(cases, contacts)
    except EvidenceError as reason:
        return None, str(reason)
    lever = found.lever
    return {
        "rows_in": contacts.rows_in,
        "left_out": [asdict(line) for line in contacts.left_out],
        **{
            name: getattr(found, name)
            for name in ("event", "contacts", "customers", "reached", "answers_known")
        },
        "channels": [asdict(one) for one in found.channels],
        "unanswered": [asdict(one) for one in found.unanswered],
        "answers": [asdict(one) for one in found.answers],
        "lever": None
        if lever is None
        else asdict(lever) | {"break_even_cost": asdict(lever.break_even)},
    }, ""
