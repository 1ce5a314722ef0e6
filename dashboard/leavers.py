"""Why and where customers leave: what the tab asks of an analysis, and its tables.

No streamlit here. Functions take the analysis first, so that `session.derived` can keep their
results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import beside
from dashboard.wording import why as words
from models.drivers import (
    Drivers,
    Reasons,
    find_drivers,
    find_reasons,
    watched_customers,
    watched_subscribers,
)
from models.errors import EvidenceError
from models.losses.contacted import ContactLosses, lost_after_contacting
from models.losses.judging import Loss
from models.losses.shop import ShopLosses, lost_after_purchases
from models.losses.subscriptions import lost_after_contacts

if TYPE_CHECKING:
    from dashboard.companies import Companion
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.scenario import Scenario
    from models.relation import Relation

SOONER: Final = "Who leaves sooner"
AGAIN: Final = "Who comes back"
REASONS: Final = "Reasons told"
SERVICE: Final = "After a contact"
PRODUCTS: Final = "Products and returns"
VIEWS: Final = {"shop": (AGAIN, PRODUCTS), "subscription": (SOONER, REASONS, SERVICE)}
NO_LOG: Final = (
    "No contact log is open. Drop a file with one row per contact (customer, date, channel, "
    "reason, hours to answer, rating) on Data and trust: it shows which complaints cost customers."
)


def views(relation: Relation, *, contacts: bool) -> tuple[str, ...]:
    """Return what can be looked at; in a shop contacts only where there is a log of them."""
    return (*VIEWS[relation], SERVICE) if relation == "shop" and contacts else VIEWS[relation]


def drivers(
    analysis: Analysis | ContractAnalysis,
    also: tuple[str, ...] = (),
    file: Companion | None = None,
) -> Drivers:
    """Return what goes with leaving, or with coming back for a second order.

    Parameters
    ----------
    analysis
        The company.
    also
        Columns somebody vouches for.
    file
        A file of customers beside the company's own.

    Raises
    ------
    EvidenceError
        When nothing can be compared.
    """
    more, withheld = None, ""
    if file is not None:
        more = beside.customer_file(analysis, file).frame
        withheld = "" if file.known_when_won else beside.NOT_VOUCHED
    if analysis.relation == "shop":
        watched = watched_customers(analysis.transactions, analysis.customers, more, withheld)
    else:
        watched = watched_subscribers(analysis.people, more, withheld)
    return find_drivers(watched, also)


def choosable(found: Drivers) -> dict[str, str]:
    """Return what the screen calls the columns somebody may vouch for, and their names."""
    return {words.column(d.column): d.column for d in found.left_out if d.kind != "refused"}


def reasons(
    analysis: ContractAnalysis, scenario: Scenario, unchangeable: tuple[str, ...] | None = None
) -> Reasons:
    """Return the reasons told on leaving, with what leaving costs at a scenario.

    Parameters
    ----------
    analysis, scenario
        The company, and somebody's settings.
    unchangeable
        Reasons nobody can do anything about; judged by their words when not given.

    Raises
    ------
    EvidenceError
        When the file has none.
    """
    return find_reasons(analysis.people, analysis.values(scenario), unchangeable)


def fixed(found: Reasons) -> list[str]:
    """Return the reasons that count as ones nobody can change."""
    return [reason.name for reason in found.found if reason.changeable is False]


def after_contacts(
    analysis: ContractAnalysis, log: Companion | None, scenario: Scenario
) -> tuple[Loss, ...]:
    """Return how many are lost after contacts, with what it costs at a scenario.

    Raises
    ------
    EvidenceError
        When there is no log, or no renewal has come due.
    """
    if log is None:
        raise EvidenceError(NO_LOG)
    contacts = beside.contacts(analysis, log)
    return lost_after_contacts(analysis.people, contacts, analysis.values(scenario))


def after_contacting(analysis: Analysis, log: Companion) -> ContactLosses:
    """Return how many of a shop's customers stay away after contacts.

    Raises
    ------
    EvidenceError
        When too few got in touch.
    """
    contacts = beside.contacts(analysis, log)
    return lost_after_contacting(analysis.transactions, analysis.customers, contacts)


def after_purchases(analysis: Analysis) -> ShopLosses:
    """Return after which products and returns customers stay away.

    Raises
    ------
    EvidenceError
        When the file has no products.
    """
    return lost_after_purchases(analysis.transactions, analysis.customers)


def effects_table(found: Drivers) -> pd.DataFrame:
    """Return every comparison as a table."""
    return pd.DataFrame(
        {
            "column": [words.column(e.attribute) for e in found.effects],
            "value": [e.value for e in found.effects],
            "customers": [e.customers for e in found.effects],
            "times as fast": [e.rate.best for e in found.effects],
            "8 in 10 from": [e.rate.low for e in found.effects],
            "to": [e.rate.high for e in found.effects],
            "looked at alone": [e.alone.best for e in found.effects],
            "times as long": [None if e.time is None else e.time.best for e in found.effects],
            "by luck alone": [e.chance for e in found.effects],
        }
    )


def reasons_table(found: Reasons) -> pd.DataFrame:
    """Return the reasons as a table."""
    can = {True: "yes", False: "no", None: ""}
    return pd.DataFrame(
        {
            "reason": [r.name for r in found.found],
            "leavers": [r.leavers for r in found.found],
            "of those who told one": [None if r.share is None else r.share.best
                                      for r in found.found],
            "can be changed": [can[r.changeable] for r in found.found],
            "left in the last 12 months": [r.recent for r in found.found],
            "worth had they stayed": [r.lost for r in found.found],
        }
    )  # fmt: skip


def losses_table(found: tuple[Loss, ...]) -> pd.DataFrame:
    """Return losses as a table."""
    table = pd.DataFrame(
        {
            "after": [words.after(x) for x in found],
            "customers": [x.customers for x in found],
            "cases": [x.cases for x in found],
            "lost": [x.share.best for x in found],
            "lost from": [x.share.low for x in found],
            "lost to": [x.share.high for x in found],
            "expected": [x.expected / x.cases for x in found],
            "times as often": [x.times.best for x in found],
            "8 in 10 from": [x.times.low for x in found],
            "to": [x.times.high for x in found],
            "at stake a year": [None if x.at_stake is None else x.at_stake.best for x in found],
            "by luck alone": [x.chance for x in found],
            "compared with": [x.against for x in found],
        }
    )
    return table if any(x.against for x in found) else table.drop(columns="compared with")


def left_out(found: Drivers) -> list[str]:
    """Return which columns were not compared, and why, as sentences."""
    return [words.doubt(one) for one in found.left_out]
