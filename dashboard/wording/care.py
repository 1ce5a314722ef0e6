"""How well customers are looked after, in sentences."""

from __future__ import annotations

from typing import Final

from dashboard.wording.numbers import between, count, money, money_between, number, percent
from dashboard.wording.text import capital, listed
from models.care import Care, Channel, Lever
from models.care.channels import ALL, NEVER, RATED, THROUGH, UNANSWERED, WAITED
from models.losses.judging import Loss

MOST: Final = 3
_GROUP: Final = {
    THROUGH: "{}",
    UNANSWERED: "{}, never answered",
    RATED: "Answer rated {}",
    WAITED: "Waited {}",
    NEVER: "Never in touch",
}
_CASES: Final = {"renewal": ("renewal", "were not made"), "half-year": ("half-year", "were silent")}
METHOD: Final = {
    "renewal": "Each renewal that has come due is compared with others of the same plan, number "
    "and year; only contacts in the year before it count. Unanswered contacts are compared with "
    "answered ones about the same thing. It goes together; only a test shows what causes what.",
    "half-year": "Half-years of customers who had bought in the year before are compared with "
    "others who had bought as often and as recently; only contacts before a half-year count. It "
    "goes together; only a test shows what causes what.",
}


def group(loss: Loss) -> str:
    """Return which cases a comparison is about."""
    if loss.kind == UNANSWERED and loss.name == ALL:
        return "Never answered, whatever it was about"
    return capital(_GROUP[loss.kind].format(loss.name))


def said(loss: Loss, event: str) -> str:
    """Return one comparison as a sentence."""
    case, lost = _CASES[event]
    against = {UNANSWERED: "after answered ones about the same thing"}
    than = against.get(loss.kind, "of others alike")
    return (
        f"{group(loss)}: {percent(loss.share.best)} of {count(loss.cases, case)} "
        f"({count(loss.customers, 'customer')}) {lost}, {number(loss.times.best)} times as many "
        f"as {than} "
        f"({between(loss.times.low, loss.times.high, number)})."
    )


def headline(found: Care) -> str:
    """Return what matters most about care."""
    told = [one for one in found.unanswered if one.announced and one.times.best > 1]
    if told:
        return said(min(told, key=lambda one: (one.name == ALL, one.chance)), found.event)
    if not found.answers_known:
        return (
            "The log does not say which contacts were answered: add a column with the hours until "
            "an answer to see what silence costs."
        )
    return (
        "Whether a contact was answered makes no difference that passes the test, among "
        f"{count(found.contacts, 'contact')} of {count(found.reached, 'customer')}."
    )


def because(found: Care) -> list[str]:
    """Return what else passes the test, and what does not."""
    looks = (*found.answers, *(c.loss for c in found.channels if c.loss is not None))
    told = [said(one, found.event) for one in looks if one.announced][:MOST]
    silent = [c for c in found.channels if c.unanswered is not None]
    if silent:
        most = max(silent, key=lambda c: c.unanswered.best if c.unanswered else 0.0)
        assert most.unanswered is not None
        told.append(
            f"{capital(most.name)} is answered least: {percent(most.unanswered.best)} of "
            f"{count(most.contacts, 'contact')} never were."
        )
    never = found.customers - found.reached
    told.append(
        f"{count(never)} of {count(found.customers, 'customer')} "
        f"({percent(never / found.customers)}) were in touch before none of their "
        f"{found.event}s."
    )
    plain = [c.name for c in found.channels if c.loss is not None and not c.loss.announced]
    if plain:
        told.append(
            f"The channel by itself ({listed([capital(name) for name in plain])}) goes with no "
            "difference that passes the test."
        )
    return told


def lever(found: Lever, currency: str | None) -> str:
    """Say what answering everybody could bring, and what an answer may cost."""
    about = "contacts" if found.about == ALL else f"contacts about “{found.about}”"
    sentence = (
        f"In the last 12 months {count(found.contacts)} {about} were never answered. If answering "
        f"is what makes the difference, it would have held {number(found.held.best)} customers "
        f"({between(found.held.low, found.held.high, number)}), "
        f"{percent(found.of_leavers.best)} of all who left."
    )
    pays = found.break_even
    if pays.best == pays.best:  # NaN without money
        sentence += (
            f" It pays while an answer costs less than {money(pays.best, currency)} "
            f"({money_between(pays.low, pays.high, currency)})."
        )
    return sentence


def at_cost(found: Lever, cost: float, currency: str | None) -> str:
    """Say whether answering pays at a cost per contact."""
    takes = found.contacts / found.held.best
    answer = "it pays" if cost <= found.break_even.low else (
        "it does not pay" if cost > found.break_even.high else "it is too close to call"
    )  # fmt: skip
    return (
        f"At {money(cost, currency)} an answer, {answer}: it has to hold one of every "
        f"{number(found.needed(cost))} who write, and the log has one of every {number(takes)}."
    )


def must_hold(channel: Channel, cost: float | None) -> str:
    """Return of how many contacts a channel has to hold one customer to pay."""
    if channel.worth is None or not cost:
        return "–"
    return f"1 of {number(channel.worth.best / cost)}"
