"""What a list of subscriptions is good for and what it cannot say, as sentences with their numbers.

Plain strings from a finished analysis; no streamlit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.findings import Finding, adds_up, came, ranked
from dashboard.subscription import leaving
from models.periods import DAYS_PER_MONTH
from models.transactions.spells import CONTRACT_RULES

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis
    from models.contracts.holdout import ContractHoldOut

FEW: Final = 300
# Why a row may be left out: none of these rows says what a subscription has to, so all stay on.
RULES: Final = tuple(replace(rule, fixed=True) for rule in CONTRACT_RULES)


def findings(analysis: ContractAnalysis) -> list[Finding]:
    """Return what the file carries, best first."""
    return ranked([*_staying(analysis), *_value(analysis), *_missing(analysis)])


def where_it_went(analysis: ContractAnalysis, currency: str) -> str:
    """Return the sentence under the ledger: that it adds up, and what its money is."""
    listed = analysis.subscriptions
    what = "There is no money in it."
    if listed.has_money:
        each = "what was paid so far" if listed.has_paid else "the price of one period"
        what = f"The money of a row is {each}."
    return f"{adds_up(listed.ledger)} {what}"


def test_result(test: ContractHoldOut, currency: str) -> str:
    """Return what the hold-out said of the renewals that came due."""
    people = wording.count(test.customers, "subscriber")
    return came(test.until, test.weeks, people, test.renewals, "renewal")


def _staying(analysis: ContractAnalysis) -> Iterator[Finding]:
    log, people = analysis.log, analysis.people
    left = int(people.frame["observed"].sum())
    seen = f"{wording.count(left)} of {wording.count(len(people.frame), 'subscription')} have ended"
    few = left < FEW
    if nobody := leaving.nobody_left(analysis):
        yield Finding("partly", f"Who stays. {nobody}")
    elif log.first_day is None or log.last_day is None:
        yield Finding(
            "partly",
            f"Who stays: {seen}. The file says how long, but not since when: cohorts, seasons and "
            "a test of the forecast need start and end dates.",
        )
    else:
        days = log.last_day - log.first_day + 1
        yield Finding(
            "partly" if few else "yes",
            f"Who stays: {seen}, over {wording.months(days / DAYS_PER_MONTH)}, each on a known day."
            + (" That is little: every range is wide because of it." if few else ""),
        )
    if people.delayed:
        yield Finding(
            "partly",
            "How long people stay: who left before a certain day (in a snapshot, the last period) "
            "is not in the file, so everybody is watched from then on, and ranges are wider.",
        )
    if analysis.holdout is None:
        yield Finding("no", f"Testing the forecast: {analysis.holdout_why}")
    else:
        yield Finding(
            "yes",
            f"Testing the forecast: the renewals of its last "
            f"{wording.count(analysis.holdout.weeks)} weeks were kept aside and forecast without "
            "them.",
        )


def _value(analysis: ContractAnalysis) -> Iterator[Finding]:
    listed = analysis.subscriptions
    if not listed.has_money:
        yield Finding(
            "no", "What subscribers are worth: no column holds a price. Choose one above."
        )
        return
    yield Finding(
        "yes",
        "What subscribers are worth: the file has what each pays"
        + (" and has paid." if listed.has_paid else "; what was paid so far is price x periods."),
    )
    if not listed.currency:
        yield Finding("partly", "Currency: the file names none. Choose it above.")


def _missing(analysis: ContractAnalysis) -> Iterator[Finding]:
    mapping = analysis.subscriptions.mapping
    if mapping.column("reason") is None:
        yield Finding("no", "Why they left: no column of reasons.")
    if mapping.column("cost") is None:
        yield Finding("no", "Profit: no column of costs. The margin stays an example until set.")
