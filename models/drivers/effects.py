"""How much faster those with an attribute leave, or come back, than others alike in the rest.

All attributes enter one Cox model together, so that a first offer is not blamed for the channel it
is given in. Each value is compared with everybody else's, weighted by how many they are; what an
attribute shows on its own stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from models.comparing import holm
from models.drivers.doubts import FEWEST, Doubt, doubts
from models.drivers.groups import MONTH, Grouped, grouped
from models.drivers.watched import Event, Watched
from models.errors import EvidenceError
from models.regressions import Ratios, Watch, changes_with_age, cox, weibull
from models.survival import LEVEL

Floats = npt.NDArray[np.float64]

NOISE: Final = 0.05
MANY_ROWS: Final = 10_000
_NORMAL: Final = NormalDist()
Z80: Final = _NORMAL.inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True)
class Ranged:
    """A best estimate with its 80 % range."""

    best: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """One value of one attribute, against everybody else alike in the other attributes.

    Attributes
    ----------
    attribute, value
        Which customers.
    customers, events
        How many of them there are, and how many of those the event was seen for.
    rate
        How many times as fast the event comes.
    alone
        The same when no other attribute is looked at.
    time
        How many times as long it takes, under a Weibull law; None where that has no answer.
    chance
        How often luck alone brings so large a difference among as many looks (Holm).
    announced
        Whether that is at most 5 in 100.
    steady
        Whether the ratio stays the same as customers grow older.
    early, late
        The ratio before and after half of all events; None when it is steady.
    """

    attribute: str
    value: str
    customers: int
    events: int
    rate: Ranged
    alone: Ranged
    time: Ranged | None
    chance: float
    announced: bool
    steady: bool
    early: Ranged | None = None
    late: Ranged | None = None


@dataclass(frozen=True)
class Drivers:
    """What goes with leaving, or with coming back.

    Attributes
    ----------
    event
        What the ratios are about.
    customers, events
        How many customers were compared, and how many events were seen.
    attributes
        Those compared.
    effects
        Announced ones first, the largest differences before smaller ones.
    left_out
        Columns that were not used, with the reason.
    uncounted
        Customers of groups too small to be compared.
    parts_at_days
        The age that parts `early` from `late`, in days.
    log_likelihood, concordance
        Of the Cox model; see `models.regressions.Ratios`.
    """

    event: Event
    customers: int
    events: int
    attributes: tuple[str, ...]
    effects: tuple[Effect, ...]
    left_out: tuple[Doubt, ...]
    uncounted: int
    parts_at_days: float
    log_likelihood: float
    concordance: float


def find_drivers(watched: Watched, also: Sequence[str] = ()) -> Drivers:
    """Compare customers by everything known at the start.

    Parameters
    ----------
    watched
        Customers followed until an event.
    also
        Columns somebody vouches for although there is a doubt about them; refused ones stay out.

    Raises
    ------
    EvidenceError
        When no attribute has two groups of 30 customers, or they cannot be told apart.

    Notes
    -----
    beta from the Cox model on indicators of the values. For a value v of an attribute whose values
    have shares p, the contrast is c_v = beta_v - sum_{k != v} p_k beta_k / (1 - p_v), the ratio
    exp(c_v), its variance that of a sum under the covariance of beta. Two-sided Wald tests of all
    contrasts together are corrected by Holm (1979); of two values only the rarer one is counted,
    since the other is the same test. Whether a ratio stays the same is tested per attribute
    (`changes_with_age`), corrected likewise.
    """
    doubted = [d for d in doubts(watched) if d.kind == "refused" or d.column not in also]
    left_out = {d.column for d in doubted}
    groups, dropped = grouped(watched, [c for c in watched.attributes if c not in left_out])
    if not groups.values:
        raise EvidenceError(
            f"No column tells customers apart in two groups of at least {FEWEST} customers with "
            "events, so nothing can be compared."
        )
    attributes = tuple(groups.values)
    watch = groups.watch(attributes)
    fitted = cox(watch)
    told = _with_ages(groups, watch, fitted, _effects(groups, fitted))
    _, _, day = watch.halves()
    return Drivers(
        watched.event, groups.customers, groups.events, attributes,
        tuple(sorted(told, key=_order)), (*doubted, *dropped), groups.uncounted, day,
        fitted.log_likelihood, fitted.concordance,
    )  # fmt: skip


def _order(effect: Effect) -> tuple[bool, float, str, str]:
    size = abs(np.log(effect.rate.best)) if effect.announced else effect.chance
    return not effect.announced, -size if effect.announced else size, effect.attribute, effect.value


def chances(groups: Grouped, fitted: Ratios) -> dict[tuple[str, int], float]:
    """Return how often luck alone brings each told difference, corrected for all looks (Holm).

    Parameters
    ----------
    groups, fitted
        Customers by their groups, and the Cox model of all attributes together.

    Returns
    -------
    dict
        By attribute and place of the value in `groups.values`.
    """
    alone = {}
    for attribute in groups.values:
        for place in _told(groups, attribute):
            rate, error = _measured(fitted, _contrast(groups, attribute, place))
            alone[attribute, place] = 2 * _NORMAL.cdf(-abs(rate) / error)
    return dict(zip(alone, holm(list(alone.values()), len(alone)), strict=True))


def _effects(groups: Grouped, fitted: Ratios) -> list[Effect]:
    """Return the effects as one constant ratio each."""
    # Weibull costs more per row than Cox; months are fine enough for very many different days.
    step = MONTH if len(groups.rows) > MANY_ROWS else 0.0
    longer = _or_none(weibull, groups.watch(tuple(groups.values), step=step))
    singles = {
        attribute: fitted if len(groups.values) == 1 else cox(groups.watch((attribute,)))
        for attribute in groups.values
    }
    sizes = {attribute: groups.sizes(attribute) for attribute in groups.values}
    found = []
    for (attribute, place), chance in chances(groups, fitted).items():
        contrast = _contrast(groups, attribute, place)
        customers, events = sizes[attribute]
        found.append(
            Effect(
                attribute, groups.values[attribute][place],
                int(customers[place]), int(events[place]),
                rate=_ratio(fitted, contrast), alone=_ratio(singles[attribute], contrast),
                time=None if longer is None else _ratio(longer, contrast),
                chance=chance, announced=chance <= NOISE, steady=True,
            )
        )  # fmt: skip
    return found


def _told(groups: Grouped, attribute: str) -> list[int]:
    """Return the values that are told: of two, the rarer one says everything."""
    places = groups.compared(attribute)
    return places[1:] if len(places) == 2 else places


def _with_ages(
    groups: Grouped, watch: Watch, fitted: Ratios, effects: list[Effect]
) -> list[Effect]:
    """Return the effects with early and late ratios where one ratio would not be true."""
    names = list(groups.values)
    tests = changes_with_age(
        watch, fitted,
        [[groups.column(name, k) for k in groups.compared(name)[1:]] for name in names],
    )  # fmt: skip
    moving = {name for name, p in zip(names, holm(tests, len(tests)), strict=True) if p <= NOISE}
    if not moving:
        return effects
    first, second, _ = watch.halves()
    halves = [_or_none(cox, part) for part in (first, second)]
    told = []
    for effect in effects:
        if effect.attribute in moving:
            place = groups.values[effect.attribute].index(effect.value)
            contrast = _contrast(groups, effect.attribute, place)
            early, late = (None if half is None else _ratio(half, contrast) for half in halves)
            told.append(replace(effect, steady=False, early=early, late=late))
        else:
            told.append(effect)
    return told


def _or_none(fit: Callable[[Watch], Ratios], watch: Watch) -> Ratios | None:
    try:
        return fit(watch)
    except EvidenceError:
        return None


def _contrast(groups: Grouped, attribute: str, place: int) -> dict[str, float]:
    """Return the weights of an attribute's columns that compare one value with all others."""
    share, places = groups.sizes(attribute)[0], groups.compared(attribute)
    weights = -share / (share[places].sum() - share[place])
    weights[place] = 1.0
    return {groups.column(attribute, k): float(weights[k]) for k in places[1:]}


def _measured(fitted: Ratios, contrast: dict[str, float]) -> tuple[float, float]:
    weights = np.array([contrast.get(name, 0.0) for name in fitted.names])
    value = float(weights @ fitted.log_ratios)
    return value, float(np.sqrt(weights @ fitted.covariance @ weights))


def _ratio(fitted: Ratios, contrast: dict[str, float]) -> Ranged:
    value, error = _measured(fitted, contrast)
    low, high = np.exp([value - Z80 * error, value + Z80 * error])
    return Ranged(float(np.exp(value)), float(low), float(high))
