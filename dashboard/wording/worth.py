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
    money_inside,
    months,
    number,
    percent,
)
from dashboard.wording.text import capital, listed
from models.periods import date_of
from models.survival import EVERYONE

if TYPE_CHECKING:
    from models.acquisition import Spending
    from models.decisions.engine import Decision
    from models.earned import Concentration, Payback
    from models.relationship import YearEarned
    from models.stories import Story
    from models.values import Values
    from models.worth import Quadrant


LEAST_TENTH: Final = 20
LEAST_HUNDREDTH: Final = 150
_HARDLY: Final = 0.05
_FAR: Final = "as far as anybody was followed"


def _most(decision: Decision, unit: str | None) -> str:
    """Write the most a new customer may cost, alike wherever it is said."""
    return money_inside(decision.v_new, decision.v_new_low, decision.v_new_high, unit)


def afford(decision: Decision, values: Values, currency: str | None, one: str = "customer") -> str:
    """Say the most a new customer may cost, with its range: what one ordered today is worth."""
    if decision.v_new <= 0:
        return f"A new {one} does not earn back any cost at this margin."
    unit = currency if values.has_money else None
    what = "" if values.has_money else " orders' worth"
    return (
        f"You can afford up to {_most(decision, unit)}{what} per new {one} "
        f"({money_between(decision.v_new_low, decision.v_new_high, unit)}), counting "
        f"{months(values.business.horizon_months)} of margin."
    )


def arriving(decision: Decision, values: Values, currency: str | None) -> str:
    """Say why a newcomer who orders today is worth more than one who is paid for today.

    Empty where campaigns take no time, or the two do not differ.
    """
    lead = float(decision.settings.get("lead_time_months") or 0.0)
    unit = currency if values.has_money else None
    today, later = money(values.new_customer, unit, 3), money(decision.v_new, unit, 3)
    if not lead or today == later or decision.v_new <= 0:
        return ""
    return (
        f"One who orders today is worth {today}; a campaign paid today brings the first order "
        f"{months(lead)} later, which leaves {later}."
    )


def most(decision: Decision, values: Values, currency: str | None, one: str = "customer") -> str:
    """Say the most a new customer may cost, and how it differs from one who orders today."""
    return " ".join(
        part
        for part in (
            afford(decision, values, currency, one),
            arriving(decision, values, currency),
        )
        if part
    )


def headline(
    decision: Decision, values: Values, customers: float, currency: str | None, one: str
) -> str:
    """Say what an average customer will still bring, and the most a new one may cost.

    Parameters
    ----------
    decision, values
        The most a new customer may cost, and what today's are worth.
    customers
        How many there are; of subscribers, those who still are.
    currency
        Code of the money.
    one
        What one of them is called.
    """
    unit = currency if values.has_money else None
    what = "" if values.has_money else " orders"
    per = values.total / customers if customers else math.nan
    return (
        f"The average {one} will still bring {money(per, unit)}{what}. "
        f"A new one may cost up to {_most(decision, unit)}{what}."
    )


def held(who: Concentration, customers: int, one: str) -> str:
    """Say how much the largest customers hold; `one` is what one of them is called.

    Of fewer than a hundred, one in a hundred is nobody; of a handful, neither is one in ten.
    """
    if customers < LEAST_TENTH:
        return ""
    if customers < LEAST_HUNDREDTH:
        tenth = count(round(customers / 10), one)
        return (
            f"The largest {tenth} (top 10 %) brought {percent(who.top(0.10))} of the money so far."
        )
    few = round(customers / 100)
    return (
        f"The largest {count(few, one)} (top 1 %) brought {percent(who.top(0.01))} of the "
        f"money so far, the top 10 % {percent(who.top(0.10))}."
    )


def kinds(
    found: Quadrant,
    what: str,
    currency: str | None,
    one: str = "customer",
    given: str = "if they stay",
) -> str:
    """Say what the most doubtful of the big ones hold, and where the four kinds are parted.

    Parameters
    ----------
    found
        The four kinds.
    what
        What the chance is.
    currency
        Code of the money.
    one
        What one of them is called.
    given
        What worth to come supposes, such as `if they renew`.
    """
    doubtful = found.doubtful
    return (
        f"{doubtful.name}: {count(doubtful.customers, one)} with "
        f"{money(doubtful.total, currency)} to come. The lines are at "
        f"{money(found.split_worth, currency)} to come {given}, and "
        f"{percent(found.split_chance)} {what.lower()}."
    )


def kinds_drawn(one: str) -> str:
    """Say what stands in the picture of chances and worth."""
    return (
        f"A dot is a {one}; of many an even sample is drawn, but every {one} is counted. "
        "The axis of worth is logarithmic."
    )


def bands_drawn(one: str) -> str:
    """Say what stands in the picture of bands."""
    return (
        f"A row holds the {one}s who are each worth that much; its bar is what they will bring "
        "together, with the range that holds in 8 in 10."
    )


def listed_customers(customers: int, shown: int, one: str = "customer") -> str:
    """Say how many customers a list has, and how many of them are shown."""
    if not customers:
        return "Nobody is in this box."
    if shown == customers:
        return f"{capital(count(customers, one))}, those worth most first."
    return f"The {count(shown)} worth most of {count(customers, one)}; the file has all."


def holds(who: Concentration) -> str:
    """Say how much of what is to come the largest customers hold."""
    return (
        f"Of what is still to come, the top 1 % hold {percent(who.top(0.01))}, the top 10 % "
        f"{percent(who.top(0.10))}."
    )


def everybody(values: Values, currency: str | None, one: str = "customer") -> str:
    """Say what all customers together are worth, earned and still to come."""
    each = "payment" if one == "subscriber" else "purchase"
    if not values.has_money:
        return (
            f"All {one}s together have made {count(values.earned, each)} and will likely "
            f"make {number(values.total)} more ({money_between(values.low, values.high, None)})."
        )
    return (
        f"All {one}s together have earned {money(values.earned, currency)} of margin and will "
        f"likely bring {money(values.total, currency)} more "
        f"({money_between(values.low, values.high, currency)})."
    )


def paid_back(
    groups: Sequence[Payback],
    margin: float,
    currency: str | None,
    each: str,
    one: str = "customer",
) -> str:
    """Say when groups of customers have paid back what winning one costs.

    Parameters
    ----------
    groups
        With their costs; None where nobody has said one.
    margin
        Fraction of the money that is earned.
    currency
        Code of the costs.
    each
        What money comes in by: `purchase` or `payment`.
    one
        What one of them is called.
    """
    known = [group for group in groups if group.cost is not None]
    if not known:
        return f"Nobody has said what a new {one} costs: set it to see when it is paid back."
    alike = len({group.cost for group in known}) == 1
    found: dict[str, list[str]] = {}
    for group in known:
        who = "everyone" if group.line.label == EVERYONE else group.line.label
        back = group.month(margin)
        when = (
            _FAR
            if back is None
            else f"after {months(back[0])}"
            if back[0]
            else f"with the first {each}"
        )
        found.setdefault(when, []).append(
            who if alike else f"{who} ({money(group.cost or 0.0, currency)})"
        )
    what = f"A cost of {money(known[0].cost or 0.0, currency)}" if alike else "What each costs"
    never = found.pop(_FAR, [])
    said = "; ".join(f"{when} by {listed(who)}" for when, who in found.items())
    if not never:
        return f"{what} is paid back {said}."
    if not said:
        return f"{what} is not paid back by {listed(never)} {_FAR}."
    return f"{what} is paid back {said}; not by {listed(never)} {_FAR}."


def cost_source(spent: Spending | None, badge: str) -> str:
    """Say where the acquisition costs come from; `spent` only where groups are its channels."""
    if spent is None:
        return f"Acquisition cost: one for everybody, from the settings ({badge})."
    return (
        f"Acquisition cost of each channel: spending divided by newcomers in {spent.name}, "
        f"{spent.first} to {spent.last}; of everyone, from the settings ({badge})."
    )


def other_currency(spent: Spending, currency: str) -> str:
    """Say why a table of spending is not used."""
    return (
        f"{spent.name} is in {spent.currency}, but the money of this company is in {currency}: "
        "the costs of its channels are left out. Bring the spending in the same currency."
    )


def years_seen(found: Sequence[YearEarned], each: str, one: str = "customer") -> str:
    """Say who is counted in the years of a relationship.

    Parameters
    ----------
    found
        The years, at least one.
    each
        What money comes in by: `purchase` or `payment`.
    """
    first, last = found[0], found[-1]
    more = f", {count(last.followed)} through year {last.year}" if last.year > 1 else ""
    return (
        f"Bars: margin per {one} ever won, gone or not, with the range that holds in 8 in 10. "
        f"Only whole years count: {count(first.followed, one)} were followed through "
        f"year 1{more}, from their first {each} on. Money earned, not forecast."
    )


def years(
    found: Sequence[YearEarned], margin: float, currency: str | None, one: str = "customer"
) -> str:
    """Say what the first and the last year bring, per customer won and per customer left."""
    first, last = found[0], found[-1]
    begin = f"In year 1 a new {one} brings {money(margin * first.amount, currency)} of margin"
    if last.year == first.year:
        return f"{begin}."
    each = money(margin * last.each, currency)
    return (
        f"{begin}, in year {last.year} {money(margin * last.amount, currency)}: by then "
        f"{percent(last.left)} are left, who bring {each} each."
    )


def story(told: Story, values: Values, currency: str | None) -> str:
    """Tell one customer's past and future; the label stays out of it."""
    first, last = date_of(int(told.days[0])), date_of(int(told.days[-1]))
    did = "Paid" if told.by_payment else "Bought"
    bought = (
        f"{did} once, on {date(first)}"
        if len(told.days) == 1
        else f"{did} {count(len(told.days), 'time')} from {date(first)} to {date(last)}"
    )
    earned = f", which earned {money(told.earned, currency)} of margin" if values.has_money else ""
    if told.ended is not None:
        return f"{bought}{earned}. Left on {date(date_of(told.ended))}; nothing more is expected."
    what = "renewing the next time" if told.by_payment else "still being a customer"
    now = float(told.chances[-1]) if told.by_payment and len(told.chances) else told.p_alive
    past = f"{bought}{earned}. The chance of {what} is {chance(now)}"
    return f"{past}; {_coming(told, values, currency)}."


def _coming(told: Story, values: Values, currency: str | None) -> str:
    """Say what is expected of a customer."""
    horizon = months(values.business.horizon_months)
    each = "payment" if told.by_payment else "purchase"
    if told.expected_orders < _HARDLY:
        return f"hardly any {each} is expected in {horizon}"
    orders = number(told.expected_orders)
    coming = (
        f"about {orders} more {each if orders == '1' else each + 's'} "
        f"{'is' if orders == '1' else 'are'} expected in {horizon}"
    )
    if not values.has_money:
        return coming
    nothing = money(told.high, currency) == money(0, currency)
    span = "most likely nothing" if nothing else money_between(told.low, told.high, currency)
    return f"{coming}, worth {money(told.value, currency)} ({span})"
