"""From customers and an outcome to the rules that hold: find on one half, measure on the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from models.errors import ColumnError, EvidenceError
from models.profiles.alike import compared_alike
from models.profiles.cells import Cells, collapse
from models.profiles.measure import (
    MOST_BY_ONE,
    Found,
    Measured,
    Ratio,
    keeps_its_side,
    p_values,
    pass_at,
    raw_ratio,
    shrunk,
    true_spread,
)
from models.profiles.rules import Condition, Rule, conditions
from models.profiles.search import Z80, Candidate, candidates, capped
from models.profiles.traits import FEWEST, Floats, Trait
from models.profiles.won import VALUE, Outcome, Won

Bools = npt.NDArray[np.bool_]

LEAST: Final = 4 * FEWEST
MOST_LEFT_OUT: Final = 2


@dataclass(frozen=True, eq=False)
class Profiles:
    """What goes with an outcome, as rules that passed.

    Attributes
    ----------
    outcome
        What was asked about.
    average, value
        Everybody's mean outcome, and their mean worth over the horizon.
    group
        Those looked at, all together, beside everybody; its rule is what they have in common.
    customers, judged
        How many customers there are, and of how many the outcome is known.
    found
        Every rule that was measured, announced or not, those of one condition first.
    tested
        How many rules were tested, out of how many looked at.
    looked_at
        How many rules of one or two conditions there were.
    """

    outcome: Outcome
    average: float
    value: float
    group: Found
    customers: int
    judged: int
    found: tuple[Found, ...]
    tested: int
    looked_at: int

    @property
    def announced(self) -> tuple[Found, ...]:
        """The rules that passed, by the money they make a difference of."""
        passed = [one for one in self.found if one.announced]
        return tuple(sorted(passed, key=lambda one: (-abs(one.money), one.rule.sentence)))

    @property
    def singles(self) -> tuple[Found, ...]:
        """The rules of one condition that passed: what goes with the outcome.

        Of two that are each other's opposite, the one that fewer customers meet; of several limits
        to one amount, the one that makes most difference.
        """
        alone: list[Found] = []
        for one in self.announced:
            told = any(
                one.sign == other.sign
                and (one.rule.covers(other.rule) or other.rule.covers(one.rule))
                for other in alone
            )
            if len(one.rule.conditions) == 1 and not told:
                alone.append(one)
        return tuple(
            one for one in alone
            if not any(
                one.rule.mirrors(other.rule) and other.customers < one.customers for other in alone
            )
        )  # fmt: skip

    @property
    def resting(self) -> tuple[Found, ...]:
        """Groups that would pass but rest on one customer."""
        return tuple(one for one in self.found if one.rests_on_one)


def find_profiles(
    won: Won,
    outcome: str = VALUE,
    *,
    traits: Collection[str] | None = None,
    within: Condition | None = None,
    members: Bools | None = None,
) -> Profiles:
    """Find what customers with a good, or a bad, outcome had in common when they were won.

    Parameters
    ----------
    won
        The customers.
    outcome
        What is asked about.
    traits
        Names of the traits that may be used; by default all but those left out with a reason.
    within, members
        Only these customers, shape `(customers,)`, and what they have in common; everybody by
        default. Multiples are those of everybody's average all the same.

    Raises
    ------
    ColumnError
        When there is no such outcome or trait.
    EvidenceError
        When too few customers can be judged, or nothing is known of them.
    """
    asked, used = _asked(won, outcome, traits)
    among = np.ones(len(won), bool) if members is None else members
    values = np.where(among, asked.values, np.nan)
    judged = np.isfinite(values)
    if judged.sum() < LEAST:
        raise EvidenceError(
            f"Only {int(judged.sum())} customers can be judged by “{asked.label.lower()}”, and "
            f"{LEAST} are needed to find a profile on one half and measure it on the other. "
            "Choose another outcome, or give a longer file."
        )
    cells, listed = collapse(used), conditions(used)
    low = np.full(len(won), np.nan)
    low[judged] = capped(values[judged])
    kept = candidates(cells, listed, used, np.where(won.finding, low, np.nan))
    kept = tuple(replace(one, rule=Rule(one.rule.conditions, within)) for one in kept)
    measure = _Measure(won, cells, asked, among, low)
    return Profiles(
        outcome=asked,
        average=measure.all_average,
        value=measure.all_value,
        group=measure.together(within),
        customers=int(among.sum()),
        judged=int(judged.sum()),
        found=compared_alike(cells, measure.capped, measure.all(kept)),
        tested=len(kept),
        looked_at=len(listed) * (len(listed) + 1) // 2,
    )


def _asked(
    won: Won, outcome: str, names: Collection[str] | None
) -> tuple[Outcome, tuple[Trait, ...]]:
    """Return the outcome and the traits asked for."""
    if outcome not in won.outcomes:
        known = ", ".join(won.outcomes)
        raise ColumnError(f"There is no outcome '{outcome}' in this file: choose {known}.")
    known_traits = {trait.name for trait in won.traits}
    if names is not None and not set(names) <= known_traits:
        missing = sorted(set(names) - known_traits)[0]
        raise ColumnError(
            f"Nothing called '{missing}' was known when customers were won: choose among "
            f"{', '.join(sorted(known_traits)) or 'nothing'}."
        )
    used = tuple(
        trait for trait in won.traits
        if (not trait.left_out if names is None else trait.name in names)
    )  # fmt: skip
    if not used:
        raise EvidenceError(
            "The file says nothing about customers at the moment they were won: add a column such "
            "as country, channel or product."
        )
    return won.outcomes[outcome], used


class _Measure:
    """Everything a candidate is measured on."""

    def __init__(self, won: Won, cells: Cells, asked: Outcome, among: Bools, low: Floats) -> None:
        self.won, self.cells, self.among = won, cells, among
        worth = won.outcomes[VALUE].values
        self.worths = np.where(among, worth, np.nan)
        values = np.where(among, asked.values, np.nan)
        self.outcome, self.capped, self.worth = (
            Measured(cells, np.where(won.finding, np.nan, one))
            for one in (values, low, self.worths)
        )
        self.average, self.value, self.value_error = (
            _mean(values)[0], *_mean(self.worths),
        )  # fmt: skip
        self.all_average, self.all_value = _mean(asked.values)[0], _mean(worth)[0]
        self.people = cells.added(among.astype(float))
        self.revenue = cells.added(np.where(among, won.revenue, 0.0))
        self.new = cells.added((among & won.new).astype(float))

    def all(self, kept: tuple[Candidate, ...]) -> tuple[Found, ...]:
        """Measure all candidates together."""
        holds = [self.cells.holds(one.rule) for one in kept]
        passed = [pass_at(p) for p in p_values(self.cells, kept, self.capped, MOST_LEFT_OUT)]
        spread = max(
            true_spread([raw_ratio(amounts.sums(w), amounts.everybody) for w in holds])
            for amounts in (self.capped, self.outcome)
        )  # fmt: skip
        found = []
        for place, one in enumerate(kept):
            outcome, worth = (
                shrunk(raw_ratio(one_of.sums(holds[place]), one_of.everybody), spread)
                for one_of in (self.outcome, self.worth)
            )
            measured = self._one(one, holds[place], outcome, worth)
            good = [
                bool(passed[k][place])
                and one.spare >= k
                and measured.measured >= FEWEST + k
                and self._keeps_its_side(holds[place], one.sign, spread, k)
                for k in range(MOST_LEFT_OUT + 1)
            ]
            level = [*good, False].index(False) - 1
            rests = bool(passed[0][place]) and measured.by_one > MOST_BY_ONE
            found.append(
                replace(measured, holds_without=-1 if rests else level, rests_on_one=rests)
            )
        return tuple(found)

    def together(self, rule: Condition | None) -> Found:
        """Return everybody who is looked at as one group."""
        everywhere = np.ones(len(self.cells), bool)
        whole = Candidate(Rule((), rule), 1, 1.0, 0.0, 0.0)
        one = Ratio(1.0, 1.0, 1.0)
        found = self._one(whole, everywhere, one, one)
        low, high = (_share(end, self.all_value) for end in (found.value_low, found.value_high))
        return replace(found, worth=Ratio(found.worth.times, low, high))

    def _keeps_its_side(self, holds: Bools, sign: int, spread: float, left_out: int) -> bool:
        most = [float(self.outcome.most[side].max(initial=0.0)) for side in (holds, ~holds)]
        sums = self.outcome.sums(holds), self.outcome.everybody
        return keeps_its_side(sums, sign, spread, (most[0], most[1]), left_out)

    def _one(self, one: Candidate, holds: Bools, ratio: Ratio, worth: Ratio) -> Found:
        rows = np.flatnonzero(holds[self.cells.cell] & self.among)
        brought = np.nan_to_num(self.worths[rows])
        place = int(np.argmax(brought)) if len(rows) else 0
        total = float(brought.sum())
        value = worth.times * self.value
        # What is uncertain: the group's ratio, and the mean it multiplies.
        common = Z80 * worth.times * self.value_error
        low = value - float(np.hypot((worth.times - worth.low) * self.value, common))
        high = value + float(np.hypot((worth.high - worth.times) * self.value, common))
        people = float(self.people[holds].sum())
        return Found(
            rule=one.rule,
            sign=one.sign,
            customers=round(people),
            measured=round(self.outcome.sums(holds).n),
            outcome=ratio.scaled(_share(self.average, self.all_average)),
            mean=ratio.times * self.average,
            value=value,
            value_low=low,
            value_high=high,
            worth=worth.scaled(_share(self.value, self.all_value)),
            by_one=_share(float(brought[place]), total) if len(rows) else 0.0,
            largest=int(rows[place]) if len(rows) else 0,
            revenue_share=_share(float(self.revenue[holds].sum()), self.won.company_revenue),
            new_share=_share(float(self.new[holds].sum()), float(self.won.new.sum())),
            money=(ratio.times * self.average - self.all_average) * people,
            holds_without=-1,
            rests_on_one=False,
            score=one.score,
            slack=one.slack,
        )


def _mean(values: Floats) -> tuple[float, float]:
    """Return the mean of those who can be judged, and its standard error."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 0.0
    return float(known.mean()), float(known.std() / np.sqrt(len(known)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
