"""Why and where customers leave, in sentences: what goes with it, reasons told, losses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from dashboard.wording.numbers import between, count, money, money_between, months, number, percent
from dashboard.wording.text import capital, listed
from models.drivers import Doubt, Drivers, Effect, Reasons
from models.drivers.watched import Event
from models.losses.contacted import CONTACTS, IN_A_WEEK, NOT_IN_A_WEEK, ContactLosses
from models.losses.judging import Loss
from models.losses.shop import FIRST, LAST, RETURNED, WENT
from models.losses.subscriptions import ANSWERED, DELAY, RATING, REASON, UNANSWERED
from models.periods import DAYS_PER_MONTH

MOST: Final = 3
HARDLY: Final = 1.1
_DO: Final[dict[Event, str]] = {
    "leaving": "leave",
    "second purchase": "come back for a second order",
}
_ALIKE: Final = {"contact": "comparable customers who were still there as well"}
_STAKE_OF: Final = {"renewal": "about"}  # what subscribers are worth; in shops what is ordered
_AFTER: Final = {
    REASON: "{}",
    ANSWERED: "{}, answered",
    UNANSWERED: "{}, never answered",
    RATING: "rating of an answer: {}",
    IN_A_WEEK: "{}, answered in a week",
    NOT_IN_A_WEEK: "{}, no answer in a week",
    DELAY: "delivery: {}",
    FIRST: "first order: {}",
    LAST: "later order: {}",
    RETURNED: "sent back: {}",
    WENT: "{}",
}


def column(name: str) -> str:
    """Return what the screen calls a column."""
    return capital(name.replace("_", " "))


def group(effect: Effect) -> str:
    """Return which customers an effect is about."""
    return f"{column(effect.attribute)}: {effect.value}"


def bad(effect: Effect, event: Event) -> bool:
    """Return whether the ratio is bad news: leaving sooner, or coming back later."""
    return (effect.rate.best > 1) == (event == "leaving")


def drivers_headline(found: Drivers) -> str:
    """Return the strongest of what goes with losing customers."""
    told = [e for e in found.effects if e.announced and bad(e, found.event)]
    if told:
        return effect_said(told[0], found)
    looks = count(len(found.effects), "comparison")
    return (
        f"Nothing known at the start goes with {_noun(found.event)} beyond chance: {looks} of "
        f"{count(found.customers, 'customer')}."
    )


def effect_said(effect: Effect, found: Drivers) -> str:
    """Return one effect as a sentence."""
    rate = effect.rate
    return (
        f"{group(effect)}: these {count(effect.customers, 'customer')} {_DO[found.event]} "
        f"{number(rate.best)} times as fast as others alike in the rest "
        f"({between(rate.low, rate.high, number)}).{_with_age(effect, found)}"
    )


def _with_age(effect: Effect, found: Drivers) -> str:
    if effect.steady or effect.early is None or effect.late is None:
        return ""
    age = months(found.parts_at_days / DAYS_PER_MONTH)
    return (
        f" The difference changes with age: {number(effect.early.best)} times as fast in the first "
        f"{age}, {number(effect.late.best)} times after."
    )


def drivers_because(found: Drivers) -> list[str]:
    """Return the other things to know: what else goes with it, and what only seems to."""
    told = [e for e in found.effects if e.announced]
    headline = next((e for e in told if bad(e, found.event)), None)
    said = [effect_said(e, found) for e in told if e is not headline][:MOST]
    seeming = [e for e in found.effects if not e.announced and _only_seems(e)]
    for e in sorted(seeming, key=lambda e: -abs(math.log(e.alone.best)))[:1]:
        said.append(
            f"{group(e)} only seems to matter: {number(e.alone.best)} times as fast looked at "
            f"alone, {number(e.rate.best)} times among customers alike in the rest."
        )
    return said


def _only_seems(effect: Effect) -> bool:
    alone, rate = effect.alone, effect.rate
    clear = alone.low > HARDLY or alone.high < 1 / HARDLY
    return clear and rate.low < 1 < rate.high


def drivers_method(found: Drivers) -> str:
    """Return how the ratios come about, in plain words."""
    seen = {"leaving": "left", "second purchase": "came back"}[found.event]
    small = ""
    if found.uncounted:
        small = f" {count(found.uncounted, 'customer')} of groups under 30 are left out."
    return (
        f"Cox regression on {count(found.customers, 'customer')}, of whom {count(found.events)} "
        f"{seen}: each value against all others of its column, with "
        f"{listed([column(a).lower() for a in found.attributes])} held alike.{small} Coloured "
        f"rows hold up after correction for {count(len(found.effects))} looks; grey ones may be "
        f"chance. What goes with {_noun(found.event)} need not cause it."
    )


def doubt(one: Doubt) -> str:
    """Return why a column is not compared."""
    return f"{column(one.column)}: {one.why}"


def _noun(event: Event) -> str:
    return {"leaving": "leaving", "second purchase": "coming back"}[event]


def reason(name: str) -> str:
    """Return what the screen calls a reason."""
    return capital(name)


def reasons_headline(found: Reasons) -> str:
    """Return the most frequent reason that can be changed, and how much can be."""
    can = found.changeable
    first = next((r for r in found.found if r.changeable and r.share is not None), None)
    lead = "No reason told can be changed."
    if first is not None and first.share is not None:
        lead = f"“{capital(first.name)}” is the reason told most: {percent(first.share.best)}."
    return (
        f"{lead} {percent(can.best)} leave for a reason somebody could change "
        f"({between(can.low, can.high, percent)})."
    )


def reasons_because(found: Reasons, currency: str | None) -> list[str]:
    """Return what the last year's leavers cost by reason."""
    said = []
    costly = [r for r in found.found if r.lost and r.recent and r.share is not None]
    for r in sorted(costly, key=lambda r: -(r.lost or 0.0))[:MOST]:
        can = "" if r.changeable else "; nobody can change that"
        said.append(
            f"“{capital(r.name)}” took {count(r.recent, 'subscriber')} in the last 12 months, "
            f"worth about {money(r.lost or 0.0, currency)} had they stayed{can}."
        )
    untold = [r for r in found.found if r.share is None]
    total = sum(r.leavers for r in found.found)
    said += [f"{percent(r.leavers / total)} of all who left told no reason." for r in untold]
    return said


REASONS_METHOD: Final = (
    "Share of all subscribers who have left for each reason by each age; together they are "
    "everybody who left. Worth had they stayed: the mean worth of running subscribers of the same "
    "plan with as many renewals. Grey: what nobody can change, or no reason told."
)


def kind(name: str) -> str:
    """Return what the screen calls a kind of loss."""
    return capital({FIRST: "a product in the first order", LAST: "a product in a later order",
                    RETURNED: "a product sent back"}.get(name, name))  # fmt: skip


def after(loss: Loss) -> str:
    """Return after what customers were lost."""
    return capital(_AFTER[loss.kind].format(loss.name))


def losses_headline(found: Sequence[Loss], currency: str | None, what: str) -> str:
    """Return the announced loss with most money at stake; `what` is a case, `renewal`."""
    worse = [x for x in found if x.announced and x.times.best > 1]
    if not worse:
        return (
            "Nothing here loses customers beyond what chance would: "
            f"{count(len(found), 'comparison')} with {_ALIKE.get(what, f'comparable {what}s')}."
        )
    return loss_said(max(worse, key=_stake), currency, what)


def losses_because(found: Sequence[Loss], currency: str | None, what: str) -> list[str]:
    """Return the other announced losses, then what goes with staying."""
    worse = sorted((x for x in found if x.announced and x.times.best > 1), key=lambda x: -_stake(x))
    better = [x for x in found if x.announced and x.times.best < 1]
    return [loss_said(x, currency, what) for x in (*worse[1 : MOST + 1], *better[:2])]


def loss_said(loss: Loss, currency: str | None, what: str) -> str:
    """Return one loss as a sentence."""
    cost = ""
    if loss.at_stake is not None and loss.at_stake.low > 0:
        stake = loss.at_stake
        of = _STAKE_OF.get(what, "orders of about")
        cost = (
            f" At stake: {of} {money(stake.best, currency)} a year "
            f"({money_between(stake.low, stake.high, currency)})."
        )
    return (
        f"{after(loss)}: {number(loss.times.best)} times as many are lost as expected "
        f"({between(loss.times.low, loss.times.high, number)}), {percent(loss.share.best)} of "
        f"{count(loss.cases, what)} against {percent(loss.expected / loss.cases)}.{cost}"
    )


def _stake(loss: Loss) -> float:
    return loss.lost - loss.expected if loss.at_stake is None else loss.at_stake.best


CONTACTS_METHOD: Final = (
    "Renewals after a contact in the paid period before them, against renewals of the same plan, "
    "number and year without one; later contacts are not looked at. Coloured rows hold up after "
    "correction for all looks. What goes with leaving need not cause it: whoever praises may have "
    "been going to stay anyway."
)


def contacted_method(found: ContactLosses) -> str:
    """Return how a shop's losses after contacts come about."""
    days = count(found.days, "day")
    others = sum(one.against == CONTACTS for one in found.losses)
    beside = ""
    if others:
        beside = (
            f" Where few follow an order so soon ({others} of {len(found.losses)} rows), contacts "
            "about other things take their place, and only more losses are told."
        )
    untold = ""
    if found.untold:
        untold = f" Of {count(found.untold, 'more group')} there are too few to tell."
    return (
        f"Lost: no order in the {days} that begin a week after, a plain fact. Contacts within a "
        "week after an order are compared with orders nobody wrote about, of customers who had "
        f"bought as often and as quickly by then, in the same four weeks: both are still "
        f"there.{beside}{untold} "
        f"{count(found.compared)} of {count(found.contacts, 'contact')} have an order in the year "
        "before and all those days after. At stake: what customers who came back ordered in that "
        "time, before costs. Coloured rows hold up after correction for all looks. Goes "
        "with staying away, need not cause it."
    )


def products_method(days: int) -> str:
    """Return how a shop's losses come about."""
    return (
        f"Lost: no order in the {count(days, 'day')} after a purchase, a plain fact. Compared with "
        "purchases of the same quarter, as many orders so far and a basket of about the same "
        f"size; what is sent back within 30 days counts, and the {count(days, 'day')} begin after "
        "them; of delivery times (the longest fifth) and ratings (the lowest two fifths of the "
        "scale) only purchases that have one are compared. At stake: what customers who came back "
        "ordered in that time, before costs. Coloured rows hold up "
        "after correction for all looks. Goes with staying away, need not cause it."
    )
