"""Whom to turn to first, why, and what that brings; no streamlit, tested as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dashboard import exports, wording
from models.decisions.scenario import Scenario
from models.decisions.targets import Targets
from models.journal import Outcome
from models.periods import MONTHS_PER_YEAR, date_of

if TYPE_CHECKING:
    from dashboard.companies import Kind
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis

MOST_SHOWN: Final = 500
STAKE: Final = "Revenue at stake in a year"
GAIN: Final = "Expected gain"
COST: Final = "Expected cost"
INSTEAD: Final = "Pay for new ones instead. "
NEXT: Final = {"shop": "Who buys next", "subscription": "Next renewals"}


def list_table(
    analysis: Analysis | ContractAnalysis,
    targets: Targets,
    offer: str,
    label: Callable[[str], str],
    currency: str | None,
    *,
    waits: bool = False,
) -> pd.DataFrame:
    """Return whom to turn to, first things first: reason, offer, expected money, cost.

    Where the offer pays for nobody, these are the customers with most money at stake, and the offer
    is to talk to them. An offer that `waits` for those who ask to cancel is nobody's turn, so those
    it pays for come by the money at stake too.
    """
    roster, money = analysis.roster, f", {currency}" if currency else ""
    year = MONTHS_PER_YEAR / analysis.state.axis.clock.months
    paying = targets.taken > 0
    order = np.arange(targets.taken)
    if waits:
        order = (-roster.at_stake[targets.place[: targets.taken]]).argsort()
    order = order[:MOST_SHOWN]
    place = targets.place[order] if paying else (-roster.at_stake).argsort()[:MOST_SHOWN]
    stake = year * roster.at_stake[place]
    table = pd.DataFrame(
        {
            "Customer": [label(str(customer)) for customer in roster.customer[place]],
            "Why": [
                f"{wording.of_hundred(gone)} like this are gone in a year"
                for gone in roster.leaving[place]
            ],
            f"{STAKE}{money}": stake.round(),
        }
    )
    if paying:
        table["Offer"] = offer
        table[f"{GAIN}{money}"] = targets.net[order].round(2)
        table[f"{COST}{money}"] = targets.cost[order].round(2)
    return table


def list_csv(
    analysis: Analysis | ContractAnalysis,
    targets: Targets,
    offer: str,
    label: Callable[[str], str],
    kind: Kind,
    *,
    waits: bool = False,
) -> bytes:
    """Return the list as CSV, every text safe for a spreadsheet; an invented company says so."""
    table = list_table(analysis, targets, offer, label, analysis.log.currency or None, waits=waits)
    table["Customer"] = [exports.cell(text) for text in table["Customer"]]
    last = analysis.log.last_day
    table["Data until"] = "" if last is None else date_of(last).isoformat()
    if kind == "invented":
        table["Company"] = exports.INVENTED
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def offer_said(scenario: Scenario, option: str) -> str:
    """Return the offer in words."""
    length = wording.months(scenario.duration_months)
    if option == "service":
        return f"Service for {length}"
    asked = ", if they ask to cancel" if waits(scenario, option) else ""
    return f"{wording.percent(scenario.depth)} off for {length}{asked}"


def waits(scenario: Scenario, option: str) -> bool:
    """Return whether an offer is sent to nobody, and waits for those who ask to cancel."""
    return option == "keep" and scenario.channel == "at_cancel"


def shown_as(currency: str | None) -> dict[str, str]:
    """Return the names of the list's numbers on a screen, where they stand side by side."""
    money = f", {currency}" if currency else ""
    short = {STAKE: "At stake", GAIN: "Gain", COST: "Cost"}
    return {f"{name}{money}": f"{said}{money}" for name, said in short.items()}


def list_sentence(
    targets: Targets, currency: str | None, one: str = "customer", *, waits: bool = False
) -> str:
    """Return what the list brings and costs, and what the next unit of money would bring.

    Parameters
    ----------
    targets, currency
        Whom the offer pays for; code of the money.
    one
        What one customer is called.
    waits
        Whether the offer waits for those who ask to cancel.
    """
    if not targets.taken:
        return (
            f"The offer as set costs more than it saves for every single {one}, so the list "
            "shows where most money is at stake instead: ask these first what would keep them."
        )
    of_all = "" if targets.taken == len(targets) else f" of the {wording.count(len(targets))}"
    listed = f"{wording.count(targets.taken, one)}{of_all} it pays for"
    if waits:
        listed = f"Nobody is written to. Here are {listed}, most money at stake first"
    said = (
        f"{listed}: expected to cost {wording.money(targets.spend, currency)}, in 9 of 10 futures "
        f"at most {wording.money(targets.spend_p90, currency)}, and to bring "
        f"{wording.money(targets.value, currency)} beyond that."
    )
    if targets.marginal:
        unit = f"{currency} 1" if currency else "1"
        said += f" The next {unit} spent would bring {wording.money(targets.marginal, currency)}."
    return said


def headline(
    targets: Targets,
    best: str,
    currency: str | None,
    outcomes: Sequence[Outcome],
    one: str = "customer",
    *,
    waits: bool = False,
) -> str:
    """Return the page's answer: what to do first, and how often we were right.

    Parameters
    ----------
    targets
        Whom the offer pays for.
    best
        The option that brings most: where it is not the offer, what is said is not against it.
    currency, outcomes
        Code of the money; what came of past decisions.
    one
        What one customer is called.
    waits
        Whether the offer waits for those who ask to cancel.
    """
    first = (
        _offered(targets, best, currency, one, waits=waits)
        if targets.taken
        else f"Send no discount: as set, it pays for no single {one}. "
        f"{INSTEAD if best == 'replace' else ''}"
        f"{'Still talk' if best == 'replace' else 'Talk'} to those listed first."
    )
    if not outcomes:
        return first
    inside = sum(outcome.inside for outcome in outcomes)
    return (
        f"{first} {inside} of {wording.count(len(outcomes), 'past decision')} came out inside the "
        "expected range."
    )


def _offered(targets: Targets, best: str, currency: str | None, one: str, *, waits: bool) -> str:
    """Say to whom the offer goes, and what it brings."""
    many, brings = wording.count(targets.taken, one), wording.money(targets.value, currency)
    said = (
        f"Wait for those who ask to cancel: offered to {many} then, the discount is expected to "
        f"bring {brings}."
        if waits
        else f"Start with {many}: the offer is expected to bring {brings}."
    )
    return f"{said} Winning new ones brings more." if best == "replace" else said
