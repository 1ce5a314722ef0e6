"""Which rules are worth measuring: every rule of one or two conditions, on the finding half.

All of them are looked at, not the first good split as in a tree, so that no order of splitting and
no single customer decides which rules exist. Amounts are capped, so that one large customer cannot
carry a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.profiles.cells import Cells, together
from models.profiles.rules import Condition, Rule
from models.profiles.traits import FEWEST, Floats, Trait

Z80: Final = 1.2815515655446004
CAP: Final = 0.975  # amounts above this quantile count as much as the quantile
PROMISING: Final = Z80
ADDS: Final = 2.0  # standard errors by which a second condition must add to the first
PAIRS: Final = 12
ALIKE: Final = 3  # rules about the same traits that are kept when they are as good as each other
SMALLEST_SHARE: Final = 0.02
MORE: Final = 1.2  # a customer left out also moves the spread and where amounts are capped


@dataclass(frozen=True)
class Candidate:
    """A rule that looked good, or bad, on the finding half.

    Attributes
    ----------
    rule
        The rule.
    sign
        1 where it looked better than the average, -1 where worse.
    score
        The nearer end of its 80 % range over the average: what it is ranked by.
    slack
        How far one customer could move the score.
    spare
        How many customers, each as far off as any, could be left out before it no longer looked
        good enough to be measured.
    """

    rule: Rule
    sign: int
    score: float
    slack: float
    spare: float


@dataclass(frozen=True)
class _Half:
    """Count, mean, spread and furthest customer of the finding half."""

    count: float
    mean: float
    spread: float
    furthest: float

    def z(self, n: Floats, money: Floats, of: Floats, mean: Floats | float) -> Floats:
        """Return how many standard errors a group of `n` lies from the mean of `of` customers."""
        with np.errstate(divide="ignore", invalid="ignore"):
            error = self.spread * np.sqrt(n * (1 - n / of))
            return np.nan_to_num((money - n * mean) / error)


def capped(values: Floats) -> Floats:
    """Return amounts with the largest fortieth counted as its smallest."""
    top = float(np.quantile(values, CAP, method="higher"))
    return np.minimum(values, top if top > 0 else float(values.max(initial=0.0)))


def candidates(
    cells: Cells, listed: tuple[Condition, ...], traits: tuple[Trait, ...], values: Floats
) -> tuple[Candidate, ...]:
    """Return the rules that deserve to be measured.

    Parameters
    ----------
    cells, listed, traits
        The customers' combinations, every condition, and the traits they are about.
    values
        Capped outcome per customer; NaN for who is not in the finding half.
    """
    inside = np.isfinite(values)
    n_cell, money_cell = cells.added(inside.astype(float)), cells.added(np.nan_to_num(values))
    half = _Half(
        float(inside.sum()),
        float(values[inside].mean()),
        float(values[inside].std()),
        float(np.abs(values[inside] - values[inside].mean()).max(initial=0.0)),
    )
    if half.spread == 0 or half.mean <= 0 or not listed:
        return ()
    masks = np.array([cells.holds(one) for one in listed])
    n, money = together(masks, n_cell), together(masks, money_cell)
    return (*_singles(half, listed, traits, n, money), *_pairs(half, listed, n, money))


def _scored(
    half: _Half, rule: Rule, sign: int, size: tuple[float, float], clear: float
) -> Candidate:
    """Score a group of (customers, money) that is `clear` standard errors above what it needs."""
    n, money = size
    score = (money / n - sign * Z80 * half.spread / np.sqrt(n)) / half.mean
    # One customer moves the group's mean, and a little of everybody's mean and spread.
    slack = half.furthest / half.mean * (1 / n + 2 / half.count)
    spare = clear * half.spread * np.sqrt(n) / (MORE * half.furthest)
    return Candidate(rule, sign, float(score), float(slack), float(spare))


def alike(found: list[Candidate]) -> list[Candidate]:
    """Return the best of some rules about the same traits, and those one customer could prefer."""
    ranked = sorted(found, key=lambda one: (-one.sign * one.score, one.rule.sentence))
    best = ranked[0]
    return [one for one in ranked if abs(best.score - one.score) <= 2 * (best.slack + one.slack)][
        :ALIKE
    ]


def _singles(
    half: _Half, listed: tuple[Condition, ...], traits: tuple[Trait, ...], n: Floats, money: Floats
) -> list[Candidate]:
    """Return promising conditions; of an ordered trait only the clearest in each direction."""
    alone, brought = np.diag(n), np.diag(money)
    z = half.z(alone, brought, np.full(len(alone), half.count), half.mean)
    enough = (alone >= FEWEST) & (half.count - alone >= FEWEST)
    ordered = {trait.name for trait in traits if trait.ordered}
    kept: dict[tuple[str, int, int], list[Candidate]] = {}
    for place in np.flatnonzero(enough & (np.abs(z) >= PROMISING)):
        one, sign = listed[place], 1 if z[place] > 0 else -1
        size = (float(alone[place]), float(brought[place]))
        found = _scored(half, Rule((one,)), sign, size, abs(float(z[place])) - PROMISING)
        key = (one.trait, sign, -1 if one.trait in ordered else int(place))
        kept.setdefault(key, []).append(found)
    return [one for group in kept.values() for one in alike(group)]


def _pairs(half: _Half, listed: tuple[Condition, ...], n: Floats, money: Floats) -> list[Candidate]:
    """Return the best pairs in each direction in which either condition adds to the other."""
    alone, brought = np.diag(n), np.diag(money)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.nan_to_num(brought / alone)
        better = np.sign(np.nan_to_num(money / n) - half.mean)
        of_first = half.z(n, money, alone[:, None], means[:, None])
        of_second = half.z(n, money, alone[None, :], means[None, :])
    names = np.array([one.trait for one in listed])
    adds = np.minimum(better * of_first, better * of_second)
    wanted = (
        (n >= max(FEWEST, SMALLEST_SHARE * half.count))
        & (adds >= ADDS)
        & (names[:, None] != names[None, :])
    )
    about: dict[tuple[int, str, str], list[Candidate]] = {}
    for one, two in zip(*np.nonzero(np.triu(wanted, 1)), strict=True):
        sign, size = int(better[one, two]), (float(n[one, two]), float(money[one, two]))
        clear = float(adds[one, two]) - ADDS
        found = _scored(half, Rule((listed[one], listed[two])), sign, size, clear)
        about.setdefault((sign, listed[one].trait, listed[two].trait), []).append(found)
    ranked = [one for group in about.values() for one in alike(group)]
    ranked.sort(key=lambda one: (-one.sign * one.score, one.rule.sentence))
    return [one for sign in (1, -1) for one in [r for r in ranked if r.sign == sign][:PAIRS]]
