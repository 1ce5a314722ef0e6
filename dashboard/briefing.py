"""The Brief in words: the verdict, four numbers and what they rest on.

Asks the analysis and writes strings; no streamlit, so it is tested as strings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.wording import staying
from dashboard.wording.verdicts import Stakes, newcomer_limit, no_discount, verdict
from models.cohorts.returning import plain_fact
from models.cohorts.triangle import LayerCake, layer_cake
from models.decisions.scenario import Scenario
from models.earned import concentration
from models.errors import DataError, EvidenceError
from models.periods import DAYS_PER_YEAR
from models.values import Values

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.decisions.engine import Decision
    from models.relation import Analysed

YEAR: Final = round(DAYS_PER_YEAR)
LARGEST: Final = 0.01
FEWEST: Final = 100  # customers below which "the largest 1 %" is nobody


@dataclass(frozen=True)
class Card:
    """One of the four numbers.

    Attributes
    ----------
    label, value
        What it is, and the number with its unit.
    note
        Its range, or what stands behind it.
    change
        Against a year ago, signed, as text that begins with + or -; empty for none.
    before
        What it was a year ago; empty for none.
    """

    label: str
    value: str
    note: str
    change: str = ""
    before: str = ""


def money_only(scenario: Scenario) -> Scenario:
    """Return a scenario with only the settings that values depend on, so that they are kept."""
    return Scenario(
        margin=scenario.margin,
        annual_rate=scenario.annual_rate,
        horizon_months=scenario.horizon_months,
        cost_to_serve=scenario.cost_to_serve,
    )


def worth(analysis: Analysed, scenario: Scenario) -> Values:
    """Return what customers are worth today."""
    return analysis.values(scenario)


def worth_a_year_ago(analysis: Analysed, scenario: Scenario) -> float:
    """Return what everybody together was worth a year before the file's end; NaN if unknown."""
    last = analysis.log.last_day
    return math.nan if last is None else analysis.worth_on(last - YEAR, scenario)


def cake(analysis: Analysis) -> LayerCake:
    """Return revenue by quarter, stacked by the quarter its customers first bought in."""
    return layer_cake(analysis.transactions, period="quarter")


def cake_marks(analysis: Analysis) -> str:
    """Return what the marks in the layer cake mean."""
    said = "Thick old layers mean customers who stay; thin ones mean revenue won anew every year."
    log = analysis.transactions
    if analysis.customers.frame["older_than_file"].any():
        said += " † may contain customers from before the file."
    if log.unfinished_quarter:
        said += f" {log.unfinished_quarter} is pale: it had not ended with the file."
    return said


def stakes(decision: Decision, scenario: Scenario, currency: str) -> Stakes:
    """Return what the verdict's sentence is made of."""
    turns = decision.break_evens
    return Stakes(
        choice=decision.verdict,
        offer=scenario.channel,
        depth=scenario.depth,
        duration_months=scenario.duration_months,
        depth_limit=turns["discount"].value,
        saved=scenario.save_rate,
        saved_limit=turns["save_rate"].value,
        cost=scenario.acquisition_cost,
        cost_limit=decision.cac_star,
        currency=currency or None,
    )


def headline(decision: Decision, scenario: Scenario, currency: str) -> str:
    """Return the verdict as a break-even: first the discount, then the new customer."""
    known = stakes(decision, scenario, currency)
    if known.choice == "keep":
        return verdict(known)
    return f"{no_discount(known)} {newcomer_limit(known)}"


def cards(
    analysis: Analysis, now: Values, year_ago: float, decision: Decision, currency: str
) -> list[Card]:
    """Return the four numbers, in the order of the page."""
    return [
        _together(now, year_ago, currency),
        _buyers(analysis, now),
        _each(now, currency),
        Card(
            "The most a new customer may cost",
            wording.money(decision.v_new, currency),
            wording.capital(
                wording.money_between(decision.v_new_low, decision.v_new_high, currency)
            ),
        ),
    ]


def _together(now: Values, year_ago: float, currency: str) -> Card:
    change = ""
    if year_ago > 0:
        step = now.total / year_ago - 1
        # The hyphen, not the minus sign: Streamlit draws its arrow downwards for a hyphen only.
        change = f"{'-' if step < 0 else '+'}{wording.percent(abs(step))}"
    return Card(
        "All customers together are worth",
        wording.money(now.total, currency),
        wording.capital(wording.money_between(now.low, now.high, currency)),
        change,
        f"a year ago {wording.money(year_ago, currency)}" if change else "",
    )


def _buyers(analysis: Analysis, now: Values) -> Card:
    frame = analysis.customers.frame
    recent = (frame["last"] > analysis.transactions.last_day - YEAR).to_numpy()
    again = float(now.frame["buys_12m"].to_numpy()[recent].sum())
    of_all = again / now.buyers_12m if now.buyers_12m else 0.0
    reach = wording.between(now.buyers_low * of_all, now.buyers_high * of_all, _three)
    return Card(
        "Bought in the last 12 months",
        wording.count(int(recent.sum())),
        f"{_three(again)} of them will likely buy again within a year, {reach}",
    )


def _each(now: Values, currency: str) -> Card:
    people = len(now.frame)
    earned, coming = now.earned / people, now.total / people
    reach = wording.money_between(now.low / people, now.high / people, currency)
    return Card(
        "Value of a customer",
        wording.money(earned + coming, currency),
        f"{wording.money(earned, currency)} earned so far, {wording.money(coming, currency)} still "
        f"to come ({reach})",
    )


def _three(amount: float) -> str:
    return wording.number(round(amount), digits=3)


def because(analysis: Analysis, decision: Decision, currency: str) -> list[str]:
    """Return three reasons with their numbers."""
    return [
        reason
        for reason in (
            _came_back(analysis),
            _few_hold_much(analysis),
            _discount_ledger(decision, currency),
        )
        if reason
    ]


def _came_back(analysis: Analysis) -> str:
    try:
        fact = plain_fact(analysis.transactions)
    except (DataError, EvidenceError):
        return ""
    return staying.came_back_between(fact)


def _few_hold_much(analysis: Analysis) -> str:
    if not analysis.transactions.has_money or len(analysis.customers) < FEWEST:
        return ""
    held = concentration(analysis.customers.frame["amount"]).top(LARGEST)
    return (
        f"The largest {wording.percent(LARGEST)} of customers hold {wording.percent(held)} of the "
        "revenue so far: what is true of the average is not true of them."
    )


def _discount_ledger(decision: Decision, currency: str) -> str:
    depth = float(decision.settings["depth"] or 0)
    kept, given = decision.lines["margin_kept"], decision.lines["to_stayers"]
    if depth <= 0 or given <= 0:
        return ""
    return (
        f"A discount of {wording.percent(depth)} gives {wording.money(given, currency)} to "
        f"customers who would have stayed anyway, and keeps {wording.money(kept, currency)} of "
        "margin from those it saves."
    )
