"""What customers are worth, as sentences: earned so far, still to come, and what one may cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard.wording.numbers import (
    chance,
    count,
    date,
    money,
    money_between,
    months,
    number,
    percent,
)
from dashboard.wording.text import listed
from models.periods import date_of
from models.survival import EVERYONE

if TYPE_CHECKING:
    from models.decisions.engine import Decision
    from models.earned import Concentration, Earned
    from models.stories import Story
    from models.values import Values


_HARDLY: Final = 0.05


def afford(decision: Decision, values: Values, currency: str | None) -> str:
    """Say the most a new customer may cost, with its range: what one ordered today is worth."""
    if decision.v_new <= 0:
        return "A new customer does not earn back any cost at this margin."
    unit = currency if values.has_money else None
    what = "" if values.has_money else " orders' worth"
    return (
        f"You can afford up to {money(decision.v_new, unit)}{what} per new customer "
        f"({money_between(decision.v_new_low, decision.v_new_high, unit)}), counting "
        f"{months(values.business.horizon_months)} of margin."
    )


def headline(decision: Decision, values: Values, customers: int, currency: str | None) -> str:
    """Say what an average customer will still bring, and the most a new one may cost."""
    unit = currency if values.has_money else None
    what = "" if values.has_money else " orders"
    per = values.total / customers if customers else math.nan
    return (
        f"The average customer will still bring {money(per, unit)}{what}. "
        f"A new one may cost up to {money(decision.v_new, unit)}{what}."
    )


def held(who: Concentration, customers: int) -> str:
    """Say how much the largest customers hold."""
    one = max(round(customers / 100), 1)
    return (
        f"The largest {count(one, 'customer')} (top 1 %) brought {percent(who.top(0.01))} of the "
        f"money so far, the top 10 % {percent(who.top(0.10))}."
    )


def everybody(values: Values, currency: str | None) -> str:
    """Say what all customers together are worth, earned and still to come."""
    if not values.has_money:
        return (
            f"All customers together have made {count(values.earned, 'purchase')} and will likely "
            f"make {number(values.total)} more ({money_between(values.low, values.high, None)})."
        )
    return (
        f"All customers together have earned {money(values.earned, currency)} of margin and will "
        f"likely bring {money(values.total, currency)} more "
        f"({money_between(values.low, values.high, currency)})."
    )


def paid_back(
    lines: Sequence[Earned], margin: float, cost: float | None, currency: str | None
) -> str:
    """Say when groups of customers have paid back what winning one costs."""
    if cost is None:
        return "Nobody has said what a new customer costs: set it to see when it is paid back."
    said, never = [], []
    for line in lines:
        who = "everyone" if line.label == EVERYONE else line.label
        back = line.payback(margin, cost)
        if back is None:
            never.append(who)
        elif back[0] == 0:
            said.append(f"{who} with the first purchase")
        else:
            said.append(f"{who} after {months(back[0])}")
    opening = f"A cost of {money(cost, currency)} is paid back by {listed(said)}" if said else ""
    if not never:
        return f"{opening}."
    rest = f"by {listed(never)} as far as anybody was followed"
    if opening:
        return f"{opening}; not {rest}."
    return f"A cost of {money(cost, currency)} is not paid back {rest}."


def years_seen(line: Earned) -> str:
    """Say how far customers whose first purchase is known were followed."""
    return (
        f"{count(line.customers, 'customer')} whose first purchase is surely their first, followed "
        f"for up to {months(float(line.months[-1]))}; money earned, not forecast."
    )


def story(told: Story, values: Values, currency: str | None) -> str:
    """Tell one customer's past and future; the label stays out of it."""
    first, last = date_of(int(told.days[0])), date_of(int(told.days[-1]))
    horizon = months(values.business.horizon_months)
    bought = (
        f"Bought once, on {date(first)}"
        if len(told.days) == 1
        else f"Bought {count(len(told.days), 'time')} from {date(first)} to {date(last)}"
    )
    earned = f", which earned {money(told.earned, currency)} of margin" if values.has_money else ""
    past = f"{bought}{earned}. The chance of still being a customer is {chance(told.p_alive)}"
    if told.expected_orders < _HARDLY:
        return f"{past}; hardly any purchase is expected in {horizon}."
    orders = number(told.expected_orders)
    coming = f"about {orders} more {'purchase' if orders == '1' else 'purchases'}"
    if not values.has_money:
        return f"{past}; {coming} are expected in {horizon}."
    nothing = money(told.high, currency) == money(0, currency)
    span = "most likely nothing" if nothing else money_between(told.low, told.high, currency)
    worth = money(told.value, currency)
    return f"{past}; {coming} are expected in {horizon}, worth {worth} ({span})."
