"""Ideal customers as sentences: cards, what goes with value, channels and segments."""

from __future__ import annotations

import math
from typing import Final

from dashboard.wording.numbers import (
    LEVEL,
    count,
    date,
    money,
    money_between,
    months,
    number,
    percent,
    times,
)
from dashboard.wording.text import capital, listed
from models.periods import date_of
from models.profiles import Card, Channel, Found, Profiles, Won
from models.profiles.measure import Ratio
from models.segments import Segments

TITLES: Final = {
    "ideal": "Ideal: win more of them",
    "costs_more": "Costs more than it brings",
    "win_instead": "Win instead",
}
WARNING: Final = (
    "Going together is not causing: groups may differ in more than is said here, and making "
    "somebody meet a rule need not change what they bring. Try it on a part before spending on all."
)


def headline(card: Card, profiles: Profiles | None, currency: str | None) -> str:
    """Say whom to win more of."""
    if profiles is None or card.found is None:
        return (
            "Nothing that is known when customers are won tells the good ones from the others "
            "surely enough to spend on it."
        )
    one = card.found
    worth = f"each worth {money(one.value, currency)}, {times(one.worth.times)}"
    if profiles.outcome.name != "value":
        worth = f"{_mean(one, profiles)}; {worth}"
    return f"Win more customers like this: {one.rule.sentence}; {worth}."


def _mean(one: Found, profiles: Profiles) -> str:
    """Say a share and the average it stands against."""
    return (
        f"{percent(one.mean)} {profiles.outcome.said}, against {percent(profiles.average)} of all"
    )


def ratio(one: Found) -> str:
    """Say how many times the average, with the range."""
    found = one.outcome
    return f"{_times(found)}, {_range(found.low, found.high)}"


def _range(low: float, high: float) -> str:
    one, two = _ends(low, high)
    return f"between {one} and {two}, {LEVEL}"


def _ends(low: float, high: float) -> tuple[str, str]:
    """Write both ends of a range with as many digits as it takes to tell them apart."""
    digits = _digits(low, high)
    return number(low, digits), number(high, digits)


def _digits(low: float, high: float) -> int:
    return next((n for n in (2, 3) if number(low, n) != number(high, n)), 4)


def _times(ratio: Ratio) -> str:
    """Say how many times the average with the digits of its range, so that it stands inside."""
    return times(ratio.times, _digits(ratio.low, ratio.high))


def who(card: Card, currency: str | None) -> str:
    """Return who a card is about, or in short why nobody; `why` says more."""
    one = card.found
    if card.kind == "costs_more" and not card.holds:
        return _nobody_costs_more(card)
    if card.kind == "win_instead" and not card.holds:
        if card.cost is None:
            return "Say what a new customer costs, to see who would repay it at full price."
        return (
            f"Nobody we can describe is sure to repay {money(card.cost, currency)} when won at "
            "full price."
        )
    if one is None:
        return "Nothing passes the tests: no group is surely better than the average."
    return capital(one.rule.sentence)


def _nobody_costs_more(card: Card) -> str:
    if card.found is None:
        return "Nothing passes the tests: no group is surely worse than the average."
    if card.cost is None:
        return "Say what a new customer costs, to see who costs more."
    if card.found.value < card.cost:
        return f"Nobody surely; perhaps: {card.found.rule.sentence}."
    return "Nobody we can describe."


def why(card: Card) -> str:
    """Say whose numbers stand on a card of which nobody is surely one; empty where somebody is."""
    if card.found is None or card.kind != "costs_more" or card.holds:
        return ""
    least = f"The least is brought by: {card.found.rule.sentence}."
    if card.cost is None:
        return least
    if card.found.value < card.cost:
        return ""
    return f"Every group brings more than a new customer costs. {least}"


def facts(card: Card, currency: str | None, horizon_months: int) -> list[tuple[str, str]]:
    """Return a card's numbers, each with what it is."""
    one = card.found
    if one is None:
        return []
    return [
        (
            worth_of(horizon_months),
            f"{money(one.value, currency)}, "
            f"{money_between(one.value_low, one.value_high, currency)}",
        ),
        (
            "Against the average",
            f"{_times(one.worth)}, {_range(one.worth.low, one.worth.high)}",
        ),
        *counted(card, currency),
    ]


def worth_of(horizon_months: int) -> str:
    """Return what a card's largest number is."""
    return f"Worth of one in {months(horizon_months)}"


def against(one: Found) -> tuple[str, str]:
    """Return how many times the average one is worth, and the ends of that range."""
    return _times(one.worth), " to ".join(_ends(one.worth.low, one.worth.high))


def counted(card: Card, currency: str | None) -> list[tuple[str, str]]:
    """Return how many there are, their part of the last year, and what one may cost."""
    one = card.found
    if one is None:
        return []
    rows = [
        ("Customers", f"{count(one.customers)}, measured on {count(one.measured)}"),
        ("Of the last 12 months' revenue", percent(one.revenue_share)),
        ("Of the last 12 months' new customers", percent(one.new_share)),
        ("One may cost up to", money(max(one.value, 0.0), currency)),
    ]
    return rows if card.cost is None else [*rows, ("One costs", money(card.cost, currency))]


def instead(card: Card, of: Card, currency: str | None) -> list[tuple[str, str]]:
    """Return why the card is the one to win instead: what one brings against one of the worst.

    Parameters
    ----------
    card, of
        Whom to win instead, and of whom.
    currency
        Code of the money.
    """
    one, rival = card.found, of.found
    if one is None or rival is None or one.rule == rival.rule:
        return []
    label = f"Instead of “{rival.rule.sentence}”"
    if one.value_low <= rival.value_high or rival.value <= 0:
        return [(label, "not surely more: their ranges overlap")]
    more = f"{number(one.value / rival.value)} times as much each"
    costs = (
        ""
        if card.cost is None or of.cost is None
        else f"; one costs {money(card.cost, currency)} against {money(of.cost, currency)}"
        if card.cost != of.cost
        else ", for the same cost"
    )
    return [(label, f"brings {more}{costs}")]


def beside(card: Card, worst: Card, currency: str | None) -> list[str]:
    """Return what stands under whom a card is about: why, instead of whom, and who is near."""
    against = instead(card, worst, currency) if card.kind == "win_instead" else []
    told = [why(card), *(f"{label}: {said}." for label, said in against), near(card)]
    return [line for line in told if line]


def near(card: Card) -> str:
    """Name groups that are nearly as good, empty when there are none."""
    if not card.near:
        return ""
    told = listed([f"“{one.rule.sentence}”" for one in card.near])
    if card.found is None:
        return f"Passes only as long as no customer is left out: {told}."
    return f"So close that one customer could swap them: {told}."


def goes_with(one: Found, profiles: Profiles) -> str:
    """Return one line of what goes with an outcome, with its range and how many."""
    found = one.outcome
    span = f"{' to '.join(_ends(found.low, found.high))}, n = {count(one.customers)}"
    worth = f"worth {_times(found)}"
    if profiles.outcome.is_share:
        worth = f"{percent(one.mean)} {profiles.outcome.said}, {_times(found)}"
    return f"{capital(one.rule.sentence)}: {worth} ({span}).{_only_seems(one)}"


def _only_seems(one: Found) -> str:
    """Say that a trait's difference is that of other traits, empty where it is not."""
    return f" It {_explained(one)}" if _explained(one) else ""


def only_seeming(found: tuple[Found, ...]) -> list[str]:
    """Name the groups whose difference is that of other traits."""
    return [f"{capital(one.rule.sentence)} {_explained(one)}" for one in found if _explained(one)]


def _explained(one: Found) -> str:
    if one.alike is None or not one.only_seems:
        return ""
    held = listed([name.lower() for name in one.alike.held])
    low, high = _ends(one.alike.ratio.low, one.alike.ratio.high)
    return (
        f"only seems to matter: among customers alike in {held}, no difference is left "
        f"({low} to {high} times the others)."
    )


def resting(found: tuple[Found, ...], labels: list[str]) -> list[str]:
    """Name the groups that rest on one customer; `labels` stand for those customers."""
    return [
        f"{capital(one.rule.sentence)}: {percent(one.by_one)} of its worth is {label} alone, so "
        "nothing is concluded."
        for one, label in zip(found, labels, strict=True)
    ]


def tested(profiles: Profiles) -> str:
    """Say how rules were found and what they had to pass."""
    return (
        f"{count(profiles.looked_at, 'rule')} of one or two traits looked at on one half of "
        f"{count(profiles.judged, 'customer')}, {profiles.tested} measured on the other half, "
        f"{len(profiles.announced)} passed: at most 1 in 10 of those may be a fluke, none has "
        "fewer than 30 customers, none rests on one, and each stands whichever customer is left "
        f"out. {profiles.outcome.how}"
    )


def population(won: Won) -> str:
    """Say who was looked at."""
    return (
        f"{count(len(won), 'customer')} whose first order was seen; only what was known on that "
        "day is used."
    )


def left_out(won: Won) -> list[str]:
    """Return the traits that are not used by default, each with the reason."""
    return [f"{trait.label}: {trait.left_out}" for trait in won.traits if trait.left_out]


def payback(back: tuple[float, float, float] | None) -> str:
    """Say after how many months a cost has come back."""
    if back is None:
        return "not yet"
    month, early, late = back
    if month == 0:
        return "at once"
    if math.isinf(late):
        return f"{months(month)} ({number(early)} or more)"
    if early == late:
        return months(month)
    return f"{months(month)} ({number(early)} to {number(late)})"


def channel(one: Channel, currency: str | None) -> str:
    """Say what a channel's customers are worth and cost."""
    found = one.value
    span = f"{number(found.low, 3)} to {number(found.high, 3)}"
    worth = f"{money(found.mean, currency, 3)} ({span})"
    if one.cost is None:
        return f"worth {worth}"
    return f"worth {worth}, costs {number(one.cost)}"


def channels(found: tuple[Channel, ...], currency: str | None) -> str:
    """Say which channels' customers repay their cost, and which do not."""
    known = [one for one in found if one.cost is not None]
    if not known:
        best = found[0]
        return (
            f"Customers won through {best.name} are worth most: {money(best.value.mean, currency)} "
            "each. No table of spending by channel is known, so costs stand as one average."
        )
    best = max(known, key=lambda one: one.gain or 0.0)
    losing = [one.name for one in known if one.value.high < (one.cost or 0.0)]
    unsure = [
        one.name for one in known if one.value.low <= (one.cost or 0.0) <= one.value.high
    ]  # fmt: skip
    said = (
        f"{capital(best.name)} pays best: one is worth {money(best.value.mean, currency)} and "
        f"costs {money(best.cost or 0.0, currency)}."
    )
    if losing:
        said += f" Costs more than it brings: {listed(losing)}."
    if unsure:
        said += f" Too close to call: {listed(unsure)}."
    return (
        said if losing or unsure else f"{said} Every channel's customers bring more than they cost."
    )


def movement(found: Segments, currency: str | None) -> str:
    """Say whether customers rise or fall, in heads and money."""
    (up, up_money), (_, _), (down, down_money) = found.direction()
    since = f"Between {date(date_of(found.from_day))} and {date(date_of(found.to_day))}"
    verb = "more fell than rose" if down > up else "more rose than fell"
    return (
        f"{since} {verb}: {count(up, 'customer')} went up ({_signed(up_money, currency)}) and "
        f"{count(down)} went down ({_signed(down_money, currency)})."
    )


def best_segment(found: Segments) -> str:
    """Say whether customers become ideal: who reached the best segment, and who left it."""
    counted, _ = found.moved()
    best, were = found.names[0], int(counted[0].sum())
    if not were:
        return f"Nobody was in “{best}” a period ago."
    return (
        f"Of {count(were)} in “{best}” a period ago, {percent(counted[0, 0] / were)} still are; "
        f"{count(int(counted[1:-1, 0].sum()))} rose into it, and {count(int(counted[-1, 0]))} of "
        "those won since are in it already."
    )


def _signed(amount: float, currency: str | None) -> str:
    sign = "+" if amount > 0 else ""
    said = f"{sign}{number(amount)}"
    return f"{currency} {said}" if currency else said
