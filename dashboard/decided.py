"""What was decided, and were we right; no streamlit, tested as values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard import briefing, wording
from dashboard.charts.spans import Span
from dashboard.deciding import NAMES
from models.decisions.engine import Decision
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.journal import MEASURES, Decided, Expectation, Match, Outcome

WEEKS_TO_CHECK: Final = 13
SHORT: Final = {"revenue": "Revenue", "purchases": "Purchases", "leavers": "Leavers"}
ADVICE: Final = (
    "One number cannot tell whether the offer worked: it tells whether the forecast was right. A "
    "test with a control group tells the rest."
)
UNDERSTATED: Final = (
    "This file begins later than the one a decision was made on: customers who had bought only "
    "before it begins pass for new ones, so what came is counted too low."
)


@dataclass(frozen=True)
class Kept:
    """A decision with its id, and what came of it if that can be told.

    `caveat` says why it cannot, or what is wrong with the number; empty otherwise.
    """

    key: str
    decided: Decided
    outcome: Outcome | None
    caveat: str = ""


def decided(
    said: tuple[str, str, str],
    decision: Decision,
    scenario: Scenario,
    promised: Expectation,
    *,
    currency: str,
    badge: Callable[[str], str],
    data_first: dt.date | None,
) -> Decided:
    """Return a decision as it is kept: `said` are its name, its owner and the option chosen."""
    name, owner, chosen = said
    return Decided(
        name=name,
        owner=owner,
        chosen=chosen,
        best=decision.best,
        verdict=decision.verdict,
        sentence=briefing.headline(decision, currency),
        settings=scenario.to_settings(),
        expectation=promised,
        currency=currency,
        badges={name: badge(name) for name in KNOBS if badge(name) != "assumed"},
        options=tuple(
            {"name": one.name, "value": one.value, "low": one.low, "high": one.high}
            for one in decision.options
        ),
        data_first=data_first,
    )


def number_said(promised: Expectation, value: float, currency: str | None, digits: int = 3) -> str:
    """Return a measured number in its unit."""
    if promised.measure == "revenue":
        return wording.money(value, currency, digits)
    return wording.number(round(value), digits)


def promise(promised: Expectation, currency: str | None) -> str:
    """Return what is expected, as a sentence that can be checked."""
    low, high = (number_said(promised, end, currency) for end in (promised.low, promised.high))
    without = number_said(promised, promised.without, currency)
    said = (
        f"{MEASURES[promised.measure]} from {wording.date(promised.since + dt.timedelta(days=1))} "
        f"to {wording.date(promised.until)}: {number_said(promised, promised.expected, currency)}, "
        f"between {low} and {high}, {wording.LEVEL}."
    )
    return said if promised.without == promised.expected else f"{said} Doing nothing: {without}."


def log_table(kept: Sequence[Kept]) -> pd.DataFrame:
    """Return the decisions as a table, the newest first."""
    rows = []
    for one in reversed(kept):
        made, promised, money = one.decided, one.decided.expectation, one.decided.currency or None
        ends = [number_said(promised, end, money) for end in (promised.low, promised.high)]
        came = "" if one.outcome is None else number_said(promised, one.outcome.came, money)
        rows.append(
            {
                "Decision": made.name,
                "Who": made.owner,
                "Do": NAMES.get(made.chosen, made.chosen),
                "Checked on": wording.short_date(promised.until),
                "Measured": MEASURES.get(promised.measure, promised.measure),
                "Expected, 8 in 10": f"{ends[0]} to {ends[1]}",
                "Came": came or "–",
                "Result": result(one),
            }
        )
    return pd.DataFrame(rows)


def result(one: Kept) -> str:
    """Return whether a decision came out inside its range, in a word or two."""
    if one.outcome is None:
        return "waits" if not one.caveat else "cannot be told"
    word = "inside" if one.outcome.inside else "outside"
    return f"{word}, see note" if one.caveat else word


def spans_of(kept: Sequence[Kept]) -> list[Span]:
    """Return scored decisions as ranges around what was expected, in per cent of it."""
    found = []
    for one in reversed(kept):
        promised = one.decided.expectation
        if one.outcome is None or promised.expected <= 0:
            continue
        scale = 100 / promised.expected
        money = one.decided.currency or None
        found.append(
            Span(
                label=one.decided.name,
                value=100.0,
                low=scale * promised.low,
                high=scale * promised.high,
                says=f"expected {number_said(promised, promised.expected, money)}, came "
                f"{number_said(promised, one.outcome.came, money)}: {result(one)}",
                mark=scale * one.outcome.came,
            )
        )
    return found


def likeness(match: Match) -> str:
    """Return why a file seems to belong to a company that was here before."""
    until = match.sample.until
    dated = "" if until is None else f" (data until {wording.date(until)})"
    return (
        f"This looks like another file of the company in {match.sample.name}{dated}: of "
        f"{wording.count(len(match.sample.customers), 'customer')} noted then, {match.found} are "
        f"in this file, {match.same} of them with the same first day. Are its decisions to be "
        "checked with it?"
    )


def check_date(last: dt.date, latest: dt.date) -> dt.date:
    """Return the check date to begin with: a quarter ahead, or the latest there is."""
    return min(last + dt.timedelta(weeks=WEEKS_TO_CHECK), latest)
