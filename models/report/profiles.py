"""Whom to win more of, as `analysis.json` has it: the three cards and what goes with value."""

from __future__ import annotations

from typing import Any, Final

from models.decisions.scenario import Scenario
from models.errors import EvidenceError
from models.profiles import Costs, Found, cards, find_profiles
from models.relation import Analysed

GOES_WITH: Final = "goes_with"


def profile_facts(analysis: Analysed, scenario: Scenario) -> tuple[list[dict[str, Any]], str]:
    """Return the cards and every trait that goes with value, or why there are none.

    Returns
    -------
    list, str
        One entry per card (`ideal`, `costs_more`, `win_instead`; `rule` is null where nothing
        passes), then one per trait (`goes_with`), by the money it makes a difference of. The text
        is empty unless the list is.
    """
    try:
        won = analysis.won(scenario)
        worth = find_profiles(won)
    except EvidenceError as reason:
        return [], str(reason)
    within, members = won.paid_in_full
    aimed = [one.name for one in won.traits if one.targetable and not one.left_out]
    try:
        in_full = find_profiles(won, traits=aimed, within=within, members=members)
    except EvidenceError:
        in_full = None
    shown = cards(worth, worth, in_full, Costs(scenario.acquisition_cost))
    told = [_entry(card.kind, card.found) | {"holds": card.holds} for card in shown]
    return told + [_entry(GOES_WITH, one) for one in worth.singles], ""


def _entry(card: str, found: Found | None) -> dict[str, Any]:
    names = ("rule", "customers", "measured", "value", "low", "high", "times_average", "times_low",
             "times_high", "revenue_share", "new_customer_share")  # fmt: skip
    if found is None:
        return {"card": card, **dict.fromkeys(names)}
    known = (
        found.rule.sentence, found.customers, found.measured, found.value, found.value_low,
        found.value_high, found.worth.times, found.worth.low, found.worth.high,
        found.revenue_share, found.new_share,
    )  # fmt: skip
    return {"card": card, **dict(zip(names, known, strict=True))}
