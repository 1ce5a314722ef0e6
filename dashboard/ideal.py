"""Ideal customers: what the page asks of an analysis, as tables and cards. No streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import beside, exports, wording
from dashboard.cards import Card as Tile
from dashboard.charts import Span
from dashboard.companies import Companion, Kind, Source
from dashboard.relations import room
from dashboard.spending import spent
from dashboard.wording import ideal as words
from models.errors import EvidenceError
from models.profiles import Costs, Found, Profiles, Won, cards, channels, find_profiles
from models.profiles.cards import Card
from models.profiles.channels import Channel, channel_trait
from models.profiles.won import VALUE
from models.segments import Segments

if TYPE_CHECKING:
    from models.decisions.scenario import Scenario
    from models.relation import Analysed

MOST_BARS: Final = 8


class Study:
    """One company's customers as they were won; each question is answered once.

    Attributes
    ----------
    won
        The customers.
    """

    def __init__(self, won: Won) -> None:
        self.won = won
        self._found: dict[object, Profiles | EvidenceError] = {}

    def usual(self) -> tuple[str, ...]:
        """Return the names of the traits that may be used unless somebody says otherwise."""
        return tuple(trait.name for trait in self.won.traits if not trait.left_out)

    def profiles(
        self, outcome: str, traits: tuple[str, ...], *, in_full: bool = False
    ) -> Profiles | None:
        """Return what goes with an outcome, None when it cannot be told; `why` says why not."""
        key = (outcome, traits, in_full)
        if key not in self._found:
            self._found[key] = self._find(outcome, traits, in_full=in_full)
        found = self._found[key]
        return None if isinstance(found, EvidenceError) else found

    def why(self, outcome: str, traits: tuple[str, ...]) -> str:
        """Return why an outcome cannot be told, empty when it can."""
        found = self._found.get((outcome, traits, False))
        return str(found) if isinstance(found, EvidenceError) else ""

    def _find(
        self, outcome: str, traits: tuple[str, ...], *, in_full: bool
    ) -> Profiles | EvidenceError:
        within, members = self.won.paid_in_full if in_full else (None, None)
        names = set(traits)
        if in_full:
            names = {one.name for one in self.won.traits if one.name in names and one.targetable}
        try:
            return find_profiles(self.won, outcome, traits=names, within=within, members=members)
        except EvidenceError as reason:
            return reason

    def cards(self, outcome: str, traits: tuple[str, ...], costs: Costs) -> tuple[Card, ...]:
        """Return the three cards."""
        return cards(
            self.profiles(outcome, traits),
            self.profiles(VALUE, traits),
            self.profiles(VALUE, traits, in_full=True),
            costs,
        )


def study(analysis: Analysed, scenario: Scenario, file: Companion | None = None) -> Study:
    """Return a company's customers as they were won, and what a file of customers says of them.

    Raises
    ------
    EvidenceError
        When it cannot be seen who was won, or how.
    """
    won = analysis.won(scenario)
    if file is None:
        return Study(won)
    why = "" if file.known_when_won else beside.NOT_VOUCHED
    return Study(won.told_beside(beside.customer_file(analysis, file).frame, why))


def costs(source: Source, average: float | None, currency: str | None) -> tuple[Costs, str]:
    """Return what a new customer costs, by channel where a table of spending says so.

    Also why such a table cannot be used, as a sentence; empty when it can, or there is none.
    """
    found, why_not = spent(source.spending, currency)
    by_channel = {} if found is None else {name: one.each for name, one in found.channels.items()}
    return Costs(average, by_channel), why_not


def channel_table(
    analysis: Analysed, won: Won, known: Costs, margin: float
) -> tuple[tuple[Channel, ...], dict[str, str]]:
    """Return the channels, and for each when its cost has come back, in words."""
    trait = channel_trait(won)
    found = channels(won, known.by_channel)
    if trait is None or not won.has_money:
        return found, {}
    try:
        lines = room(analysis).ideal.earned_by(analysis, trait.name)
    except EvidenceError:
        return found, {}
    back = {}
    for one in found:
        cost = known.average if one.cost is None else one.cost
        if cost is not None and one.name in lines:
            back[one.name] = words.payback(lines[one.name].payback(margin, cost))
    return found, back


def segments(analysis: Analysed) -> dict[str, Segments]:
    """Return a company's segments.

    Raises
    ------
    EvidenceError
        When the file is too short or too thin.
    """
    found: dict[str, Segments] = room(analysis).ideal.segments(analysis)
    return found


def worth(card: Card, currency: str | None, months: int) -> list[Tile]:
    """Return what one of a card's customers is worth, against the average; none where nobody is."""
    one = card.found
    if one is None:
        return []
    times, span = words.against(one)
    ends = wording.money_between(one.value_low, one.value_high, currency)
    worth = wording.money(one.value, currency)
    return [Tile(words.worth_of(months), worth, wording.capital(ends), times, f"({span})")]


# ---- tables and bars -------------------------------------------------------------------------


def bars(found: tuple[Found, ...], profiles: Profiles) -> list[Span]:
    """Return what goes with the outcome as bars, by the money it makes a difference of."""
    return [
        Span(
            wording.capital(one.rule.sentence),
            one.outcome.times,
            one.outcome.low,
            one.outcome.high,
            words.goes_with(one, profiles),
            aside=f"n = {wording.count(one.customers)}",
        )
        for one in found[:MOST_BARS]
    ]


def channel_bars(found: tuple[Channel, ...], currency: str | None) -> list[Span]:
    """Return what a channel's customers are worth, with what one costs as a mark."""
    return [
        Span(
            one.name,
            one.value.mean,
            one.value.low,
            one.value.high,
            words.channel(one, currency),
            mark=one.cost,
            aside=f"n = {wording.count(one.customers)}",
        )
        for one in found
    ]


def channel_rows(
    found: tuple[Channel, ...], back: Mapping[str, str], currency: str | None
) -> pd.DataFrame:
    """Return the channels as a table."""
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Channel": [one.name for one in found],
            "Customers": [wording.count(one.customers) for one in found],
            f"Worth of one{money}": [wording.number(one.value.mean, 3) for one in found],
            "8 in 10": [
                f"{wording.number(one.value.low, 3)} to {wording.number(one.value.high, 3)}"
                for one in found
            ],
            "Staying 12 months": [
                "–" if one.staying is None else wording.percent(one.staying.mean) for one in found
            ],
            f"Cost of one{money}": [
                "not known" if one.cost is None else wording.number(one.cost) for one in found
            ],
            "Paid back": [back.get(one.name, "–") for one in found],
        }
    )


def segment_rows(found: Segments, currency: str | None) -> pd.DataFrame:
    """Return a row per segment: how many, their money, and who came from where."""
    count, _ = found.moved()
    sizes, money = found.sizes()
    places = range(len(found.names))
    label = f"Money of the period, {currency}" if currency else "Money of the period"
    return pd.DataFrame(
        {
            "Segment": list(found.names),
            "Customers": [wording.count(int(n)) for n in sizes],
            label: [wording.number(float(amount), 3) for amount in money],
            "A period ago": [wording.count(int(count[k].sum())) for k in places],
            "of these still in it": [wording.count(int(count[k, k])) for k in places],
            "went up": [wording.count(int(count[k, :k].sum())) for k in places],
            "went down": [wording.count(int(count[k, k + 1 :].sum())) for k in places],
            "New customers in it": [wording.count(int(count[-1, k])) for k in places],
        }
    )


def audience_rows(found: tuple[Found, ...], currency: str | None) -> pd.DataFrame:
    """Return every announced rule as an audience definition, safe for a spreadsheet."""
    money = f", {currency}" if currency else ""
    rows = [
        {
            "audience": exports.cell(one.rule.sentence),
            **_halves(one),
            "direction": "more than average" if one.sign > 0 else "less than average",
            "customers": one.customers,
            "measured on": one.measured,
            "times the average": one.outcome.times,
            "times, low": one.outcome.low,
            "times, high": one.outcome.high,
            f"worth of one{money}": one.value,
            "worth, low": one.value_low,
            "worth, high": one.value_high,
            "share of revenue, 12 months": one.revenue_share,
            "share of new customers, 12 months": one.new_share,
        }
        for one in found
    ]
    return pd.DataFrame(rows)


def _halves(found: Found) -> dict[str, str]:
    """Return the rule's conditions as trait and level, two at most besides what all share."""
    named = {}
    for place in range(2):
        known = found.rule.conditions[place] if place < len(found.rule.conditions) else None
        named[f"trait {place + 1}"] = exports.cell(known.what) if known else ""
        named[f"is {place + 1}"] = exports.cell(known.level) if known else ""
    return named


def audience_csv(profiles: Profiles, currency: str | None, kind: Kind) -> bytes:
    """Return the announced rules as CSV that a spreadsheet opens and does not run."""
    table = exports.marked(audience_rows(profiles.announced, currency), kind)
    return table.to_csv(
        index=False, float_format=exports.DIGITS, lineterminator="\n"
    ).encode("utf-8-sig")  # fmt: skip
