"""Three cards for a meeting: whom to win more of, who costs more than they bring, whom instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from models.profiles.channels import CHANNEL
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
        What winning one costs, by its channel where that is known; None when nobody has said.
    """

    kind: Kind
    found: Found | None
    near: tuple[Found, ...]
    holds: bool
    cost: float | None


@dataclass(frozen=True)
class Costs:
    """What winning one customer costs: on average, and by channel where that is known."""

    average: float | None
    by_channel: Mapping[str, float] = field(default_factory=dict)

    def of(self, found: Found) -> float | None:
        """Return what winning one of a group costs: its channel's cost, if it names one."""
        for one in found.rule.all:
            if one.trait.endswith(CHANNEL) and not one.outside and one.level in self.by_channel:
                return self.by_channel[one.level]
        return self.average


def cards(
    ideal: Profiles | None, worth: Profiles | None, in_full: Profiles | None, costs: Costs
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
    costs
        What winning one new customer costs.
    """
    best, near = _first(ideal, 1)
    return (
        _card("ideal", best, near, costs, best is not None),
        _costs_more(worth, costs),
        _win_instead(in_full, costs),
    )


def _card(
    kind: Kind, found: Found | None, near: tuple[Found, ...], costs: Costs, holds: bool
) -> Card:
    cost = costs.average if found is None else costs.of(found)
    return Card(kind, found, near, holds, cost)


def _costs_more(profiles: Profiles | None, costs: Costs) -> Card:
    def loses(found: Found) -> bool:
        cost = costs.of(found)
        return cost is not None and found.value_high < cost

    worst, near = _first(profiles, -1, loses)
    if worst is not None:
        return _card("costs_more", worst, near, costs, True)
    least, beside = _first(profiles, -1)
    return _card("costs_more", least, beside, costs, False)


def _win_instead(profiles: Profiles | None, costs: Costs) -> Card:
    def repays(found: Found) -> bool:
        cost = costs.of(found)
        return cost is None or found.value_low > cost

    best, near = _first(profiles, 1, repays)
    if best is None and profiles is not None and profiles.group.customers:
        best = profiles.group  # nobody stands out, so all who paid in full are looked at together
    holds = best is not None and costs.of(best) is not None and repays(best)
    return _card("win_instead", best, near, costs, holds)


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
