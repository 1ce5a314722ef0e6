"""Three cards for a meeting: whom to win more of, who costs more than they bring, whom instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from models.profiles.find import MOST_LEFT_OUT, Profiles
from models.profiles.measure import Found
from models.profiles.search import SMALLEST_SHARE

Kind = Literal["ideal", "costs_more", "win_instead"]

MOST_NEAR: Final = 3


@dataclass(frozen=True)
class Card:
    """One answer.

    Attributes
    ----------
    kind
        Which question it answers.
    found
        The group; None when nothing passes.
    near
        Groups so nearly as good, or as bad, that one customer could have put them first; without
        `found`, those that pass only as long as nobody is left out.
    holds
        Whether the card's title is true of the group: of `costs_more`, whether the whole range of
        what one brings lies below what one costs. False together with a group means that it is
        the nearest there is.
    cost
        What winning one costs; None when nobody has said.
    """

    kind: Kind
    found: Found | None
    near: tuple[Found, ...]
    holds: bool
    cost: float | None


def cards(
    ideal: Profiles | None, worth: Profiles | None, in_full: Profiles | None, cost: float | None
) -> tuple[Card, Card, Card]:
    """Return the three cards.

    Parameters
    ----------
    ideal
        Profiles by the outcome the user chose; None where it cannot be judged.
    worth
        Profiles by worth over the horizon.
    in_full
        The same among customers who paid in full on their first order, by traits that an audience
        can be chosen by.
    cost
        What winning one new customer costs; None when it is not known.
    """
    return _ideal(ideal, cost), _costs_more(worth, cost), _win_instead(in_full, cost)


def _ideal(profiles: Profiles | None, cost: float | None) -> Card:
    best, near = _first(profiles, 1)
    return Card("ideal", best, near, best is not None, cost)


def _costs_more(profiles: Profiles | None, cost: float | None) -> Card:
    if cost is not None:
        worst, near = _first(profiles, -1, lambda one: one.value_high < cost)
        if worst is not None:
            return Card("costs_more", worst, near, True, cost)
    least, beside = _first(profiles, -1)
    return Card("costs_more", least, beside, False, cost)


def _win_instead(profiles: Profiles | None, cost: float | None) -> Card:
    repays, near = _first(profiles, 1, lambda one: cost is None or one.value_low > cost)
    if repays is None and profiles is not None and profiles.group.customers:
        repays = profiles.group  # nobody stands out, so all who paid in full are looked at together
    holds = repays is not None and cost is not None and repays.value_low > cost
    return Card("win_instead", repays, near, holds, cost)


def _first(
    profiles: Profiles | None, sign: int, also: Callable[[Found], bool] = lambda _one: True
) -> tuple[Found | None, tuple[Found, ...]]:
    """Return the group furthest from the average, and those that one customer could put first."""
    if profiles is None:
        return None, ()
    least = SMALLEST_SHARE * profiles.customers
    passing = [
        one for one in profiles.found
        if one.holds_without >= 0 and one.sign == sign and one.customers >= least and also(one)
    ]  # fmt: skip
    ranked = sorted(passing, key=lambda one: (-sign * one.score, one.rule.sentence))
    first = next((one for one in ranked if one.announced), None)
    if first is None:
        return None, tuple(ranked[:MOST_NEAR])
    return first, nearly(first, ranked)


def nearly(first: Found, ranked: Sequence[Found]) -> tuple[Found, ...]:
    """Return which of the others one customer could have put in the place of the first."""
    close = [
        one for one in ranked
        if one is not first
        and first.sign * (first.score - one.score) <= first.slack + one.slack
    ]  # fmt: skip
    if first.holds_without < MOST_LEFT_OUT:
        others = [one for one in ranked if one.announced and one is not first and one not in close]
        close += others[:1]
    return tuple(close[:MOST_NEAR])
