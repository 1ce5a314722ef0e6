"""The Brief in words: the verdict, four numbers and what they rest on.

Asks the analysis and writes strings; no streamlit, so it is tested as strings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.cards import Card
from dashboard.relations import room
from dashboard.wording.relations import WORDS, Words
from dashboard.wording.verdicts import newcomer_limit, no_discount, stakes_of, verdict
from models.decisions.scenario import Scenario
from models.periods import DAYS_PER_YEAR

if TYPE_CHECKING:
    from models.cohorts import LayerCake
    from models.decisions.engine import Decision
    from models.relation import Analysed
    from models.values import Values

YEAR: Final = round(DAYS_PER_YEAR)


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


def cake(analysis: Analysed) -> LayerCake:
    """Return revenue by quarter, stacked by when its customers came.

    Raises
    ------
    EvidenceError
        When the file cannot tell.
    """
    return room(analysis).brief.cake(analysis)


def cake_marks(analysis: Analysed) -> str:
    """Return what the marks in the layer cake mean."""
    return room(analysis).brief.cake_marks(analysis)


def headline(decision: Decision, currency: str) -> str:
    """Return the verdict as a break-even: first the discount, then the new customer."""
    known = stakes_of(decision, currency)
    if known.choice == "keep":
        return verdict(known)
    return f"{no_discount(known)} {newcomer_limit(known)}"


def cards(
    analysis: Analysed, now: Values, year_ago: float, decision: Decision, currency: str
) -> list[Card]:
    """Return the four numbers, in the order of the page."""
    words = WORDS[analysis.relation]
    says = room(analysis).brief
    return [
        _together(words, now, year_ago, currency),
        says.active(analysis, now),
        says.each(now, currency),
        Card(
            f"The most a new {words.customer} may cost",
            wording.money_inside(decision.v_new, decision.v_new_low, decision.v_new_high, currency),
            wording.capital(
                wording.money_between(decision.v_new_low, decision.v_new_high, currency)
            ),
        ),
    ]


def _together(words: Words, now: Values, year_ago: float, currency: str) -> Card:
    label = f"All {words.customer}s together are worth"
    worth = wording.money_inside(now.total, now.low, now.high, currency)
    reach = wording.capital(wording.money_between(now.low, now.high, currency))
    if not year_ago > 0:
        return Card(label, worth, reach)
    step = now.total / year_ago - 1
    sure = not now.low <= year_ago <= now.high
    # The hyphen, not the minus sign: Streamlit draws its arrow downwards for a hyphen only.
    sign = "+" if step >= 0 else "-" if sure else wording.MINUS
    return Card(
        label,
        worth,
        reach if sure else f"{reach}: the change may be chance",
        f"{sign}{wording.percent(abs(step))}",
        f"a year ago {wording.money(year_ago, currency)}",
        sure,
    )


def because(analysis: Analysed, decision: Decision, currency: str) -> list[str]:
    """Return up to three reasons with their numbers."""
    one = WORDS[analysis.relation].customer
    discount = _discount_ledger(decision, currency, one)
    return [*room(analysis).brief.reasons(analysis), *([discount] if discount else [])]


def _discount_ledger(decision: Decision, currency: str, one: str) -> str:
    depth = float(decision.settings["depth"] or 0)
    kept, given = decision.lines["margin_kept"], decision.lines["to_stayers"]
    if depth <= 0 or given <= 0:
        return ""
    margin = wording.money(abs(kept), currency)
    then = (
        f"keeps {margin} of margin from those it saves"
        if kept > 0
        else f"costs {margin} of margin besides: more leave when it ends than it saves"
    )
    offered = f"A discount of {wording.percent(depth)}"
    if decision.settings["channel"] == "at_cancel":
        offered = f"At the cancel button, {wording.percent(depth)} off"
    return (
        f"{offered} gives {wording.money(given, currency)} to {one}s who would have stayed anyway, "
        f"and {then}."
    )
