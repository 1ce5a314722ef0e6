"""Care: what the tab asks of an analysis, and its table. No streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import beside, wording
from dashboard.charts.why import Row
from dashboard.wording import care as words
from models.care import Care, Lever, care_of, shop_cases, subscription_cases
from models.errors import EvidenceError

if TYPE_CHECKING:
    from dashboard.companies import Companion
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.scenario import Scenario

NO_LOG: Final = (
    "No contact log is open. Drop a file with one row per contact (customer, date, channel, "
    "reason, hours to answer, rating) on Data and trust: it shows which contacts go with staying, "
    "and what answering may cost."
)


def care(analysis: Analysis | ContractAnalysis, log: Companion | None, scenario: Scenario) -> Care:
    """Return how customers are looked after.

    Raises
    ------
    EvidenceError
        When there is no log, or too little in it.
    """
    if log is None:
        raise EvidenceError(NO_LOG)
    contacts = beside.contacts(analysis, log)
    values = analysis.values(scenario)
    if analysis.relation == "shop":
        cases = shop_cases(analysis.transactions, analysis.customers, values)
    else:
        cases = subscription_cases(analysis.people, values)
    return care_of(cases, contacts)


def rows(found: Care) -> list[Row]:
    """Return every comparison as a row of the chart: what was not answered first."""
    looks = (
        *found.unanswered,
        *(c.loss for c in found.channels if c.loss is not None),
        *found.answers,
    )
    return [
        Row(
            words.group(one), one.times.best, one.times.low, one.times.high,
            words.said(one, found.event), one.times.best > 1 if one.announced else None,
        )
        for one in looks
    ]  # fmt: skip


def table(found: Care, cost: float | None, currency: str | None) -> pd.DataFrame:
    """Return the channels as a table."""
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Channel": [c.name for c in found.channels],
            "Contacts": [wording.count(c.contacts) for c in found.channels],
            "Customers": [wording.count(c.customers) for c in found.channels],
            "Never answered": [
                "–" if c.unanswered is None else wording.percent(c.unanswered.best)
                for c in found.channels
            ],
            "Usual hours": [
                "–" if c.hours is None else wording.number(c.hours) for c in found.channels
            ],
            "Rating": [
                "–" if c.rating is None else wording.number(c.rating.best) for c in found.channels
            ],
            "Lost after it": [
                "–" if c.loss is None else wording.percent(c.loss.share.best)
                for c in found.channels
            ],
            f"Worth of one today{money}": [
                "–" if c.worth is None else
                f"{wording.number(c.worth.best, 3)} ({wording.number(c.worth.low, 3)} to "
                f"{wording.number(c.worth.high, 3)})"
                for c in found.channels
            ],
            "Pays if it holds": [words.must_hold(c, cost) for c in found.channels],
        }
    )  # fmt: skip


def service_knobs(lever: Lever, cost: float) -> dict[str, float]:
    """Return the service lever of Keep or replace that answering everybody amounts to."""
    share = lever.of_leavers
    return {
        "service_cost": round(lever.monthly(cost), 6),
        "service_save_rate": round(share.best, 6),
        "service_save_rate_low": round(share.low, 6),
        "service_save_rate_high": round(share.high, 6),
    }
