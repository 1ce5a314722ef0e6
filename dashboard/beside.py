"""Files beside a company's own: a contact log and a file of customers, read and accounted for.

No streamlit here. Functions take the analysis first, so that `session.derived` can keep their
results.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import exports, wording
from models.cohorts import groups
from models.contacts import Contacts, read_contacts
from models.contracts import cuts
from models.customer_file import CustomerFile, read_customer_file
from models.errors import EvidenceError
from models.transactions.reading import SERVER, UPLOAD, open_table

if TYPE_CHECKING:
    from dashboard.companies import Companion, Part
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.relation import Analysed
    from models.transactions.rawtable import RawTable

COLUMNS: Final[dict[Part, dict[str, str]]] = {
    "contacts": {
        "customer": "Customer", "date": "Date", "reason": "Reason", "channel": "Channel",
        "hours": "Hours to answer", "rating": "Rating", "delay": "Delivery delay",
    },
    "customers": {"customer": "Customer"},
}  # fmt: skip
NOT_VOUCHED: Final = (
    "Nobody has said that the customer file was known when customers were won: answer that on Data "
    "and trust."
)
NO_DATES: Final = "The file has no dates, so contacts cannot be joined to it."


def known_customers(analysis: Analysed) -> pd.Series[str]:
    """Return the labels of a company's customers, each once, in the order of its file."""
    frame = analysis.customers.frame if analysis.relation == "shop" else analysis.people.frame
    labels: pd.Series[str] = frame["customer"].drop_duplicates()
    return labels


def headers(_: Analysed, companion: Companion) -> tuple[str, ...]:
    """Return the columns of a file.

    Raises
    ------
    FileError
        When it is no table.
    """
    return tuple(_table(companion).headers)


def contacts(analysis: Analysed, companion: Companion) -> Contacts:
    """Return a contact log, matched with the company.

    Raises
    ------
    TenureError
        When it cannot be read, or belongs to nobody.
    """
    if analysis.log.last_day is None:
        raise EvidenceError(NO_DATES)
    return read_contacts(
        _table(companion), known_customers(analysis), analysis.log.last_day,
        **dict(companion.columns),
    )  # fmt: skip


def customer_file(analysis: Analysed, companion: Companion) -> CustomerFile:
    """Return a file of customers, matched with the company.

    Raises
    ------
    TenureError
        When it cannot be read, or belongs to nobody.
    """
    asked = dict(companion.columns).get("customer")
    return read_customer_file(_table(companion), known_customers(analysis), customer=asked)


def told(
    analysis: Analysis | ContractAnalysis, companion: Companion
) -> Analysis | ContractAnalysis:
    """Return the company, its customers told apart also by a file of customers.

    Raises
    ------
    TenureError
        When it cannot be read, or belongs to nobody.
    """
    more = customer_file(analysis, companion).frame
    if analysis.relation == "shop":
        return replace(analysis, customers=groups.told_beside(analysis.customers, more))
    return replace(analysis, people=cuts.told_beside(analysis.people, more))


def _table(companion: Companion) -> RawTable:
    limits = SERVER if companion.owner is None else UPLOAD
    return open_table(companion.path, name=companion.name, limits=limits)


def recognised(found: Contacts | CustomerFile) -> dict[str, str]:
    """Return the header that plays each role."""
    return dict(found.columns) if isinstance(found, Contacts) else {"customer": found.customer}


def matched(analysis: Analysed, found: Contacts | CustomerFile) -> str:
    """Say how much of a file belongs to the company, and how much of the company is in it."""
    everybody = len(known_customers(analysis))
    if isinstance(found, Contacts):
        used, reached = len(found.frame), found.frame["customer"].nunique()
        return (
            f"{wording.count(used)} of {wording.count(found.rows_in, 'contact')} belong to "
            f"customers of the file. {wording.count(reached)} of {wording.count(everybody)} "
            f"customers ({wording.percent(reached / everybody)}) are in the log."
        )
    return (
        f"{wording.count(found.matched)} of {wording.count(found.known)} customers "
        f"({wording.percent(found.matched / found.known)}) are in it. It brings "
        f"{wording.listed([wording.capital(name) for name in found.attributes])}."
    )


def ledger(found: Contacts | CustomerFile) -> pd.DataFrame:
    """Return where every row of a file went."""
    used = len(found.frame)
    lines = [("Used", used, ""), *(
        (f"Left out: {line.reason}", line.rows, ", ".join(map(exports.cell, line.examples)))
        for line in found.left_out
    )]  # fmt: skip
    return pd.DataFrame(
        {
            "Rows of the file": [said for said, _, _ in lines] + ["All"],
            "Rows": [wording.count(rows) for _, rows, _ in lines] + [wording.count(found.rows_in)],
            "Such as": [shown for _, _, shown in lines] + [""],
        }
    )


def unused(found: Contacts | CustomerFile) -> list[str]:
    """Say which columns cannot be compared, and why."""
    if isinstance(found, Contacts):
        return []
    return [f"Not compared: '{header}' {why}." for header, why in found.unused]
