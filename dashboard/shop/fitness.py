"""What a log of purchases is good for and what it cannot say, as sentences with their numbers.

Plain strings from a finished analysis; no streamlit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.findings import Finding, adds_up, came, inside, ranked
from models.periods import DAYS_PER_MONTH, date_of
from models.transactions.cleaning import RULES as PURCHASES

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.backtest import HoldOut

RULES: Final = PURCHASES  # why a row may be left out


def findings(analysis: Analysis) -> list[Finding]:
    """Return what the file carries, best first."""
    return ranked(
        [
            *_buying_again(analysis),
            *_value(analysis),
            *_edges(analysis),
            *_missing(analysis),
        ]
    )


def where_it_went(analysis: Analysis, currency: str) -> str:
    """Return the sentence under the ledger: that it adds up, and what returns did."""
    book = analysis.transactions.ledger
    said = adds_up(book)
    if book.returns_rows:
        said += (
            f" Of the rows used, {wording.count(book.returns_rows)} are returns; "
            f"{wording.money(-book.returns_amount, currency)} is taken off the purchases they "
            "belong to"
        )
        if book.returns_left_over:
            said += (
                f", but {wording.money(-book.returns_left_over, currency)} of it belongs to "
                "purchases from before the file and lowers nobody's value"
            )
        said += "."
    return said


def test_result(test: HoldOut, currency: str) -> str:
    """Return what the hold-out said, in purchases and in money, beside the naive forecast."""
    people = wording.count(test.customers, "customer")
    said = came(test.until, test.weeks, people, test.purchases, "purchase")
    if test.money is not None:
        money = test.money
        said += (
            f" In money: {wording.money(money.predicted, currency)} forecast, "
            f"{wording.money(money.actual, currency)} came, {inside(money)}."
        )
    return said


def _buying_again(analysis: Analysis) -> Iterator[Finding]:
    transactions = analysis.transactions
    days = transactions.last_day - transactions.first_day + 1
    customers = analysis.customers
    again = float((customers.frame["x"] > 0).mean())
    few = len(customers) < 300
    yield Finding(
        "partly" if few or days < 180 else "yes",
        f"Who buys again: {wording.count(len(customers), 'customer')} followed for "
        f"{wording.months(days / DAYS_PER_MONTH)}; {wording.percent(again)} of them bought on more "
        "than one day."
        + (" That is little: every range below is wide because of it." if few else ""),
    )
    if analysis.holdout is None:
        yield Finding("no", "Testing the forecast: the file is too short to keep weeks aside.")
    else:
        yield Finding(
            "yes",
            f"Testing the forecast: its last {analysis.holdout.weeks} weeks were kept aside and "
            "forecast without them.",
        )


def _value(analysis: Analysis) -> Iterator[Finding]:
    transactions = analysis.transactions
    if not transactions.has_money:
        yield Finding("no", "What customers are worth: no column holds money. Choose one above.")
        return
    ledger = transactions.ledger
    share = float(ledger.amount_used / ledger.amount_in) if ledger.amount_in else float("nan")
    yield Finding(
        "yes" if share > 0.8 else "partly",
        f"What customers are worth: {wording.percent(share)} of the money in the file belongs to "
        "customers who can be told apart.",
    )
    if not transactions.currency:
        yield Finding("partly", "Currency: the file names none. Choose it above.")


def _edges(analysis: Analysis) -> Iterator[Finding]:
    transactions = analysis.transactions
    older = int(analysis.customers.frame["older_than_file"].sum())
    if older:
        yield Finding(
            "partly",
            f"New customers: {wording.count(older, 'customer')} first seen before "
            f"{wording.date(date_of(transactions.older_before))} may be older than the file. "
            "Trends and values of new customers leave them out.",
        )
    if transactions.unfinished_month:
        yield Finding(
            "partly",
            f"The last month: {transactions.unfinished_month} had not ended when the file did. "
            "It is marked wherever months or quarters are shown.",
        )


def _missing(analysis: Analysis) -> Iterator[Finding]:
    mapping = analysis.transactions.mapping
    if mapping.column("cost") is None:
        yield Finding("no", "Profit: no column of costs. The margin stays an example until set.")
    if mapping.column("discount") is None:
        yield Finding(
            "no",
            "What a discount does: no column of discounts. Decisions are shown as break-evens.",
        )
    yield Finding(
        "no",
        "The day a customer left: shoppers do not say goodbye. The chance that somebody is still "
        "a customer is estimated from their silence.",
    )
