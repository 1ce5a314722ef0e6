"""Keep or replace, as a sentence: the break-even first, the assumption beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from dashboard.wording.numbers import (
    UNKNOWN,
    chance,
    money,
    money_inside,
    of_hundred,
    percent,
)

if TYPE_CHECKING:
    from models.decisions.engine import Decision

Choice = Literal["keep", "replace", "neither", "too close"]

WHO: Final = {
    "everybody": "to everybody",
    "list": "to a list of those with most money at stake",
    "at_cancel": "at the cancel button",
}


TURNS: Final = {
    "discount": "Discount, if it still saves as many",
    "depth": "Discount, a smaller one saving fewer",
}

LEAST_DEPTH: Final = 1e-3  # a tenth of a percent off is no offer to anybody


@dataclass(frozen=True)
class Stakes:
    """What a verdict is made of.

    Attributes
    ----------
    choice
        What the money says.
    offer
        Who gets the discount: a key of `WHO`, or words such as `to customers in Germany`.
    service
        Whether the offer is better service instead of a discount.
    depth
        The discount as planned, a fraction of the price.
    depth_limit
        The discount up to which it pays while it saves as many; None or below zero when none does.
    depth_turn
        The discount at which the slider meets the turn, a smaller one saving fewer; None when no
        discount pays, or any does.
    saved, saved_limit
        Of those who would leave, the share that is assumed to be saved, and the least that pays;
        None when no share pays.
    cost, cost_limit
        What a new customer costs (None: nobody said), and up to which cost replacing beats keeping.
    worth, worth_low, worth_high
        What a new customer is worth, and so the most one may cost; 8 in 10, and amounts are rounded
        to stand inside.
    currency
        Code, or None.
    """

    choice: Choice
    offer: str = "everybody"
    service: bool = False
    depth: float = math.nan
    depth_limit: float | None = None
    depth_turn: float | None = None
    saved: float = math.nan
    saved_limit: float | None = None
    cost: float | None = None
    cost_limit: float | None = None
    worth: float | None = None
    worth_low: float = math.nan
    worth_high: float = math.nan
    currency: str | None = None


def stakes_of(decision: Decision, currency: str | None) -> Stakes:
    """Return what the verdict of a decision is made of."""
    known: dict[str, Any] = dict(decision.settings)
    turns = decision.break_evens
    serving = decision.best == "service"
    rate = "service_save_rate" if serving else "save_rate"
    return Stakes(
        choice=decision.verdict,
        offer=known["channel"],
        service=serving,
        depth=known["depth"],
        depth_limit=turns["discount"].value,
        depth_turn=turns["depth"].value,
        saved=math.nan if known[rate] is None else known[rate],
        saved_limit=turns[rate].value,
        cost=known["acquisition_cost"],
        cost_limit=decision.cac_star,
        worth=decision.v_new,
        worth_low=decision.v_new_low,
        worth_high=decision.v_new_high,
        currency=currency or None,
    )


def verdict(stakes: Stakes) -> str:
    """Return the verdict as two sentences: about the discount, then about new customers."""
    opening = {
        "keep": keeping,
        "replace": replacing,
        "neither": no_discount,
        "too close": close_call,
    }[stakes.choice]
    second = "" if stakes.choice == "replace" else f" {newcomer_limit(stakes)}"
    return opening(stakes) + second


def keeping(stakes: Stakes) -> str:
    """Say that the discount pays, and what it needs."""
    plan = f"{_plan(stakes)} {_who(stakes)} pays"
    if stakes.saved_limit is None or math.isnan(stakes.saved_limit):
        return f"{plan}."
    if stakes.saved_limit <= 0:
        return f"{plan} even if nobody is saved by it."
    return _need(stakes)


def no_discount(stakes: Stakes) -> str:
    """Say that the discount does not pay, and how small it would have to be."""
    limit, turn = stakes.depth_limit, stakes.depth_turn
    if any(_known(one) >= stakes.depth for one in (limit, turn)):
        # The discount itself would pay, or a larger one: what fails lies elsewhere, and the need
        # says what.
        return _turn(stakes) if stakes.choice == "replace" else _need(stakes)
    if _seen(turn):
        return (
            f"{_plan(stakes)} {_who(stakes)} does not pay: it would have to stay under "
            f"{percent(_known(turn))}."
        )
    opening = f"No discount {_who(stakes)} pays here"
    if not _seen(limit):
        return f"{opening}, however small."
    return (
        f"{opening}: even if it still saved as many, it would have to stay under "
        f"{percent(_known(limit))}."
    )


def replacing(stakes: Stakes) -> str:
    """Say that replacing pays more, and up to which cost."""
    opening = "Replacing beats keeping"
    if not _positive(stakes.cost_limit):
        return f"{opening}. {no_discount(stakes)}"
    limit = _amount(stakes, stakes.cost_limit)
    here = (
        ""
        if stakes.cost is None or math.isnan(stakes.cost)
        else f"; you assume {money(stakes.cost, stakes.currency)}"
    )
    return f"{opening} up to {limit} per new customer{here}. {no_discount(stakes)}"


def close_call(stakes: Stakes) -> str:
    """Say that the ranges overlap too much, and what would settle it."""
    return f"Too close to call with what is known. {_need(stakes)}"


def newcomer_limit(stakes: Stakes) -> str:
    """Say the most a new customer may cost."""
    if stakes.worth is None or math.isnan(stakes.worth):
        return "What a new customer may cost is not known."
    if stakes.worth <= 0:
        return "A new customer does not earn back any cost."
    said = f"A new customer may cost up to {_amount(stakes, stakes.worth)}"
    if stakes.cost is None or math.isnan(stakes.cost):
        return f"{said}."
    return f"{said}; you assume {money(stakes.cost, stakes.currency)}."


def how_sure(p_best: float, tested: bool, choice: Choice = "keep") -> str:
    """Say how often the verdict holds; only as a chance when its inputs are data or tested."""
    if math.isnan(p_best) or p_best < 0:
        return f"How sure this is: {UNKNOWN}."
    if not tested:
        return "How sure this is depends on assumptions that nobody has tested yet."
    said = "one of the two is better" if choice == "too close" else "this is the better choice"
    return f"In {chance(p_best).replace(' in ', ' of ')} futures {said}."


def _need(stakes: Stakes) -> str:
    """Say what the discount would need."""
    plan = f"{_plan(stakes)} {_who(stakes)}"
    if stakes.saved_limit is None or math.isnan(stakes.saved_limit) or stakes.saved_limit > 1:
        return f"{plan} does not pay at any share of leavers saved."
    needed = of_hundred(max(stakes.saved_limit, 0.0))
    return f"{plan} pays only if at least {needed} leavers are saved{_here(stakes)}."


def _turn(stakes: Stakes) -> str:
    """Say what the discount would need in the room that is left beside another answer."""
    limit = _known(stakes.saved_limit)
    if not 0 < limit <= 1:
        return _need(stakes)
    needed = of_hundred(limit)
    return f"{_plan(stakes)} {_who(stakes)} pays from {needed} leavers saved{_here(stakes)}."


def _plan(stakes: Stakes) -> str:
    """Write the offer as planned."""
    if stakes.service:
        return "Better service"
    if math.isnan(stakes.depth):
        return "A discount"
    return f"{percent(stakes.depth)} off"


def _who(stakes: Stakes) -> str:
    """Write who gets the discount."""
    return WHO.get(stakes.offer, stakes.offer)


def _here(stakes: Stakes) -> str:
    """Write the share saved that is assumed."""
    if math.isnan(stakes.saved):
        return ""
    return f"; you assume {of_hundred(stakes.saved).removesuffix(' of 100')}"


def _amount(stakes: Stakes, limit: float | None) -> str:
    """Write what a new customer may cost, rounded alike wherever it is said."""
    return money_inside(_known(limit), stakes.worth_low, stakes.worth_high, stakes.currency)


def _seen(depth: float | None) -> bool:
    """Return whether a discount is known and more than next to nothing."""
    return _known(depth) >= LEAST_DEPTH


def _positive(value: float | None) -> bool:
    """Return whether a value is known and above zero."""
    return value is not None and not math.isnan(value) and value > 0


def _known(value: float | None) -> float:
    """Return a value that was found to be known."""
    return math.nan if value is None else value
