"""How much more a rule's customers bring, measured on the half that did not find it.

The ratio of means R = mean of the group / mean of everybody has the variance (linearised)
    Var R = [s_g^2 / n - 2 R s_g^2 / N + R^2 s^2 / N] / m^2,
s_g the group's spread, drawn towards everybody's coefficient of variation by `STEADY` customers.
R - 1 is shrunk towards 0 by empirical Bayes: with tau^2 the variance of true effects among the
rules tested (by moments, at least `LEAST_SPREAD`), it is multiplied by tau^2 / (tau^2 + Var R)
(Efron & Morris 1975).

A rule passes when, on capped amounts, a one-sided test in the direction found on the other
half stays below a false discovery rate of 10 % among all rules tested (Benjamini & Hochberg 1995);
the second of two conditions has to pass within the first, and the first within the second; when
the range of R lies on one side of 1; and when no customer brings more than 30 % of the group's
worth. It is announced when it passes whichever single customer is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, stdtr

from models.profiles.cells import Cells
from models.profiles.rules import Bools, Rule
from models.profiles.search import MORE, Z80, Candidate
from models.profiles.traits import FEWEST, Floats

FALSE_DISCOVERIES: Final = 0.10
MOST_BY_ONE: Final = 0.30
STEADY: Final = 30
LEAST_SPREAD: Final = 0.1**2  # true effects are taken to differ by a tenth of the average or more


@dataclass(frozen=True)
class Ratio:
    """A group's mean over everybody's: estimate after shrinking, and its 80 % range."""

    times: float
    low: float
    high: float

    def scaled(self, by: float) -> Ratio:
        """Return the ratio to another average."""
        return Ratio(self.times * by, self.low * by, self.high * by)


@dataclass(frozen=True)
class Alike:
    """What a rule's customers bring over what others do who are alike in some traits.

    Attributes
    ----------
    ratio
        The ratio, with its 80 % range.
    held
        Labels of the traits in which they are alike.
    """

    ratio: Ratio
    held: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A rule with what was measured of it.

    Attributes
    ----------
    rule
        The rule.
    sign
        1 where it brings more than the average, -1 where less.
    customers, measured
        How many it holds for, and how many of them measured it.
    outcome
        The outcome asked about, over the average, with its range.
    mean
        The outcome's mean in the group, `outcome.times` x the average.
    value, value_low, value_high
        Worth of one of its customers over the horizon, with its range.
    worth
        The same over the average.
    by_one
        Share of the group's worth that its largest customer brings; `largest` is that customer's
        row in `Won`.
    revenue_share, new_share
        Share of the company's revenue, and of its new customers, of the last twelve months.
    money
        What the group brings more than as many average customers, in the outcome's unit.
    holds_without
        How many customers could be left out, each the one that supports it most, before the rule
        no longer passed; -1 when it does not pass, at most 2.
    rests_on_one
        Whether one customer brings more than 30 % of its worth.
    score, slack
        As in `Candidate`.
    alike
        The same comparison among customers alike in the other announced traits; None where the
        rule has two conditions, or too few customers can be compared so.
    """

    rule: Rule
    sign: int
    customers: int
    measured: int
    outcome: Ratio
    mean: float
    value: float
    value_low: float
    value_high: float
    worth: Ratio
    by_one: float
    largest: int
    revenue_share: float
    new_share: float
    money: float
    holds_without: int
    rests_on_one: bool
    score: float
    slack: float
    alike: Alike | None = None

    @property
    def announced(self) -> bool:
        """Whether the rule passes whichever customer is left out."""
        return self.holds_without >= 1

    @property
    def only_seems(self) -> bool:
        """Whether nothing is left of the difference among customers alike in the other traits."""
        if self.alike is None:
            return False
        low, high = self.alike.ratio.low, self.alike.ratio.high
        return low < 1 < high and not low <= self.outcome.times <= high


@dataclass(frozen=True)
class Sums:
    """Count, sum and sum of squares of a group."""

    n: float
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Mean, 0 for nobody."""
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Variance, 0 for nobody."""
        return max(self.squares / self.n - self.mean**2, 0.0) if self.n else 0.0

    def less(self, other: Sums) -> Sums:
        """Return the sums without a part."""
        return Sums(self.n - other.n, self.total - other.total, self.squares - other.squares)

    def without(self, value: float, times: int = 1) -> Sums:
        """Return the sums with one customer of this value, or several, left out."""
        return Sums(
            self.n - times, self.total - times * value, max(self.squares - times * value**2, 0.0)
        )


class Measured:
    """One outcome of one half, added up by combination of traits."""

    def __init__(self, cells: Cells, values: Floats) -> None:
        inside = np.isfinite(values)
        filled = np.nan_to_num(values)
        self.n = cells.added(inside.astype(float))
        self.total = cells.added(filled)
        self.squares = cells.added(filled**2)
        self.most = cells.largest(filled, inside)
        self.everybody = self.sums(np.ones(len(cells), bool))

    def sums(self, cells: Bools) -> Sums:
        """Add up the combinations in which a rule holds."""
        where = np.flatnonzero(cells)
        return Sums(
            float(self.n[where].sum()),
            float(self.total[where].sum()),
            float(self.squares[where].sum()),
        )


def raw_ratio(group: Sums, everybody: Sums) -> tuple[float, float]:
    """Return a group's mean over everybody's, and its standard error."""
    if group.n < 2 or everybody.mean <= 0:
        return 1.0, np.inf
    times = group.mean / everybody.mean
    usual = times**2 * everybody.variance
    spread = (group.n * group.variance + STEADY * usual) / (group.n + STEADY)
    variance = (
        spread / group.n
        - 2 * times * spread / everybody.n
        + times**2 * everybody.variance / everybody.n
    )
    return times, float(np.sqrt(max(variance, 0.0))) / everybody.mean


def true_spread(raw: Sequence[tuple[float, float]]) -> float:
    """Return the variance of true effects among some raw ratios, by moments."""
    known = [(times - 1) ** 2 - error**2 for times, error in raw if np.isfinite(error)]
    return max(float(np.mean(known)), LEAST_SPREAD) if known else LEAST_SPREAD


def shrunk(raw: tuple[float, float], spread: float) -> Ratio:
    """Shrink a raw ratio towards 1 and give it its 80 % range."""
    times, error = raw
    if spread <= 0 or not np.isfinite(error):
        return Ratio(1.0, 1.0, 1.0)
    kept = spread / (spread + error**2)
    centre = 1 + kept * (times - 1)
    reach = Z80 * np.sqrt(kept) * error
    return Ratio(float(centre), float(max(centre - reach, 0.0)), float(centre + reach))


def doubt(group: Sums, scope: Sums, sign: int, moved: float = 0.0) -> float:
    """Return the one-sided p-value that a group's mean differs from the rest of its scope.

    The larger of two: Welch's, careful where the group's own spread is large, and the one with the
    scope's spread, careful where the group's happens to be small. `moved` is taken off the gap,
    divided by the smaller of both: what customers left out could take away.
    """
    rest = scope.less(group)
    fewer = min(group.n, rest.n)
    if fewer < FEWEST or scope.variance == 0:
        return 1.0
    gap = sign * (group.mean - rest.mean) - moved / (fewer - 1)
    own = np.sqrt(group.variance / group.n + rest.variance / rest.n)
    pooled = np.sqrt(scope.variance * (1 / group.n + 1 / rest.n))
    welch = float(stdtr(fewer - 1, -gap / own)) if own > 0 else float(gap <= 0)
    return max(welch, float(ndtr(-gap / pooled)))


def pass_at(doubts: Sequence[float] | Floats, rate: float = FALSE_DISCOVERIES) -> Bools:
    """Return which tests pass at a false discovery rate (Benjamini & Hochberg 1995)."""
    p = np.asarray(doubts, np.float64)
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / max(len(p), 1))
    passed = np.zeros(len(p), bool)
    if len(below):
        passed[order[: below[-1] + 1]] = True
    return passed


def p_values(
    cells: Cells, tested: Sequence[Candidate], capped: Measured, most_left_out: int
) -> Floats:
    """Return each candidate's p-value on capped amounts: against the rest, and within its parts.

    Returns
    -------
    ndarray
        Shape `(most_left_out + 1, candidates)`: the largest it could be with none, one, ...
        customers left out.
    """
    everybody = capped.everybody
    top = float(capped.most.max(initial=0.0))
    moved = MORE * max(top - everybody.mean, everybody.mean)
    found = np.ones((most_left_out + 1, len(tested)))
    for place, one in enumerate(tested):
        group = capped.sums(cells.holds(one.rule))
        scopes = [everybody]
        if len(one.rule.conditions) > 1:
            scopes += [capped.sums(cells.holds(part)) for part in one.rule.conditions]
        for left_out in range(most_left_out + 1):
            found[left_out, place] = max(
                doubt(group, scope, one.sign, left_out * moved) for scope in scopes
            )
    return found


def keeps_its_side(
    sums: tuple[Sums, Sums], sign: int, spread: float, most: tuple[float, float], left_out: int
) -> bool:
    """Return whether a ratio's range keeps its side of 1 without those who support it most.

    Parameters
    ----------
    sums
        Of the group, and of everybody.
    sign
        The side.
    spread
        Variance of true effects.
    most
        The largest value in the group, and outside it.
    left_out
        How many customers of that value are left out.
    """
    group, everybody = sums
    if sign > 0:
        group, everybody = group.without(most[0], left_out), everybody.without(most[0], left_out)
    else:
        everybody = everybody.without(most[1], left_out)
    # One customer moves the spread as well: it is halved for each who is left out.
    less = max(spread / 2**left_out, LEAST_SPREAD)
    ratio = shrunk(raw_ratio(group, everybody), less)
    return ratio.low > 1 if sign > 0 else ratio.high < 1
