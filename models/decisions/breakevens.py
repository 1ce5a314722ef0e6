"""Where the decision turns: for each knob the value at which two options are worth the same.

Every break-even is a root of what the bars show, found on the same case and evaluated again; when
there is none, a sentence says which side always wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from scipy.optimize import brentq

from models.decisions.case import Case, service_offer
from models.decisions.knobs import KNOBS
from models.decisions.ledger import Floats
from models.decisions.scenario import Scenario

TOLERANCE: Final = 1e-9
"""Largest difference, relative to the money at stake, that still counts as the same worth."""

DEEPEST: Final = KNOBS["depth"].high
DEPTHS: Final = np.geomspace(1e-3, DEEPEST, 24)

LOOKS: Final = 9  # points at which a curve is looked at before a root is sought between two

Side = Literal["above", "below"]


@dataclass(frozen=True)
class BreakEven:
    """Where a knob turns the decision.

    Attributes
    ----------
    name
        The knob, or `discount` for the depth at an unchanged effect. `depth` is the slider's: with
        less discount fewer are saved.
    value
        The knob's value at the turn, in its own unit; None when there is none.
    here
        Where the scenario stands; None when nobody knows.
    pays
        The side on which the offer pays (for the acquisition cost: on which keeping does).
    sentence
        Why there is no break-even, else an empty string.
    """

    name: str
    value: float | None
    here: float | None
    pays: Side
    sentence: str = ""


def break_evens(case: Case, scenario: Scenario, stake: float) -> dict[str, BreakEven]:
    """Return every break-even of a case at its best estimate.

    Parameters
    ----------
    case
        With one row.
    stake
        Money at stake, which the tolerance is relative to.
    """
    found = [
        _save_rate(case, scenario, stake),
        _discount(case, scenario, stake),
        _depth(case, scenario),
        _acquisition_cost(case, scenario),
        _replacement_ratio(case),
        _margin(case, scenario, stake),
        _stayers(case, scenario, stake),
        _service_rate(case, scenario, stake),
    ]
    return {item.name: item for item in found}


def straight(value: Callable[[float], float], stake: float) -> float | None:
    """Return the root of a straight line, or None when it is level or the line is not straight."""
    start, end = value(0.0), value(1.0)
    if abs(end - start) <= TOLERANCE * stake:
        return None
    root = -start / (end - start)
    return root if abs(value(root)) <= TOLERANCE * max(stake, abs(end - start)) else None


def crossing(values: Callable[[Floats], Floats]) -> float | None:
    """Return the first root between 0 and 1, or None; `values` takes many places at once."""
    at = np.linspace(0, 1, LOOKS)
    seen = values(at)
    for i in range(LOOKS - 1):
        if seen[i] < 0 <= seen[i + 1]:

            def value(place: float) -> float:
                return float(values(np.array([place]))[0])

            return float(brentq(value, at[i], at[i + 1], xtol=1e-16, rtol=1e-15))
    return None


def _kept(case: Case) -> float:
    return float(case.keep()[0])


def _save_rate(case: Case, scenario: Scenario, stake: float) -> BreakEven:
    name, here = "save_rate", scenario.save_rate
    share = scenario.controllable * scenario.shape

    def values(effects: Floats) -> Floats:
        return replace(case, offer=replace(case.offer, effect=effects[:, None])).keep()

    if share <= 0:
        return BreakEven(
            name, None, here, "above", "At a discount of zero nobody is saved and nothing is paid."
        )
    if values(np.zeros(1))[0] >= -TOLERANCE * stake:
        return BreakEven(name, None, here, "above", "The offer costs nothing, so any save pays.")
    root = crossing(values)
    if root is None or root / share > 1:
        return BreakEven(name, None, here, "above", "No save rate can pay for this offer.")
    return BreakEven(name, root / share, here, "above")


def _discount(case: Case, scenario: Scenario, stake: float) -> BreakEven:
    """Return the depth at which the offer, still saving as many, would break even."""
    moved = float(case.refill_change(case.offer)[0])  # who leaves stays the same, and so this

    def value(depth: float) -> float:
        priced = replace(case, offer=replace(case.offer, depth=depth))
        return float(priced.discount().net[0]) + moved

    root = straight(value, stake)
    if root is not None and 0 <= root <= 1:
        return BreakEven("discount", root, scenario.depth, "below")
    sentence = (
        "Even free of charge the offer saves too little to pay for itself."
        if value(0.0) <= 0
        else "Any discount pays while it saves as many."
    )
    return BreakEven("discount", None, scenario.depth, "below", sentence)


def _depth(case: Case, scenario: Scenario) -> BreakEven:
    """Return the depth at which the slider meets the turn, the largest if there are two.

    A smaller discount saves fewer and a larger one more, as `Scenario.shape` says; so what a
    contact costs sets a least discount too, and only between the two does the offer pay.
    """

    def values(depths: Floats) -> Floats:
        shapes = scenario.shape_at(depths[:, None])
        offer = replace(
            case.offer,
            effect=scenario.acting(scenario.save_rate, shapes),
            depth=depths[:, None],
            bounce=scenario.bounce * shapes,
        )
        return replace(case, offer=offer).keep()

    seen = values(DEPTHS)
    top = int(np.argmax(seen))
    low, high = DEPTHS[max(top - 1, 0)], DEPTHS[min(top + 1, len(DEPTHS) - 1)]
    at = DEPTHS
    if top > 0 and seen[top] <= 0:  # the little that may pay lies between two looks
        at = np.linspace(low, high, len(DEPTHS))
        seen = values(at)
    pays = np.flatnonzero(seen > 0)
    if not len(pays):
        return BreakEven("depth", None, scenario.depth, "below", "No discount pays, however small.")
    last = int(pays[-1])
    if last == len(at) - 1:
        return BreakEven("depth", None, scenario.depth, "below", "Any discount pays.")
    root = brentq(lambda depth: float(values(np.array([depth]))[0]), at[last], at[last + 1])
    return BreakEven("depth", float(root), scenario.depth, "below")


def _acquisition_cost(case: Case, scenario: Scenario) -> BreakEven:
    """Return the cost of a new customer above which replacing is not the best option.

    Two straight lines: replacing against letting go, and keeping against replacing; the first to
    turn decides.
    """
    name, here = "acquisition_cost", scenario.acquisition_cost
    dearer, leavers = case.dearer(), float(case.leavers()[0])
    worth = float(case.newcomer()[0])
    if leavers <= 0:
        return BreakEven(name, None, here, "above", "Nobody is expected to leave.")
    limits = [worth / dearer]
    kept = float(case.discount().net[0])
    if case.counterfactual == "refilled":

        def against_refilling(cost: float) -> float:
            return _kept(replace(case, cost=np.array([cost])))

        start, slope = against_refilling(0.0), against_refilling(1.0) - against_refilling(0.0)
        if start > 0:
            limits.append(0.0)
        elif slope > 0:
            limits.append(-start / slope)
    elif kept > 0:
        limits.append((worth - kept / leavers / case.ratio) / dearer)
    root = min(limits)
    if root <= 0:
        return BreakEven(
            name, None, here, "above", "Replacing does not pay even if a new customer were free."
        )
    return BreakEven(name, root, here, "above")


def _replacement_ratio(case: Case) -> BreakEven:
    """Return how many newcomers per leaver would make replacing as good as keeping."""
    name, here = "replacement_ratio", case.ratio
    if case.cost is None:
        return BreakEven(
            name, None, here, "below", "The cost of a new customer is needed to answer this."
        )
    kept, leavers = float(case.discount().net[0]), float(case.leavers()[0])
    surplus = float((case.newcomer() - case.cost * case.dearer())[0])
    if case.refills:
        root = _refilled_ratio(case, kept)
    else:
        root = kept / leavers / surplus if leavers > 0 and surplus > 0 and kept > 0 else None
    if root is None or root <= 0:
        sentence = (
            "Keeping does not pay, so no ratio makes it better."
            if kept <= 0
            else "Keeping is better at any ratio."
        )
        return BreakEven(name, None, here, "below", sentence)
    # An offer that loses by itself can only gain by what it puts off: the more, the better.
    return BreakEven(name, root, here, "above" if kept < 0 else "below")


def _refilled_ratio(case: Case, kept: float) -> float | None:
    """Return the root in the ratio when leavers are refilled; a rising cost bends the line."""
    if case.growth == 0:
        each = float(replace(case, ratio=1.0).refill_change(case.offer)[0])
        return -kept / each if each * kept < 0 else None

    def value(log_ratio: float) -> float:
        moved = replace(case, ratio=float(np.exp(log_ratio))).refill_change(case.offer)
        return kept + float(moved[0])

    low, high = np.log(1e-3), np.log(1e4)
    if value(low) * value(high) > 0 or kept == 0:
        return None
    root = float(brentq(value, low, high, xtol=1e-12, rtol=1e-12))
    return float(np.exp(root)) if abs(value(root)) <= 1e-6 * max(abs(kept), 1e-12) else None


def _margin(case: Case, scenario: Scenario, stake: float) -> BreakEven:
    """Return the margin at which the offer breaks even.

    A higher margin makes a saved customer worth more, and, where leavers are refilled, the newcomer
    who would come instead: the offer may pay on either side.
    """

    def value(margin: float) -> float:
        return _kept(case.at(margin=margin))

    root, here = straight(value, stake), value(scenario.margin)
    if root is not None and 0 < root <= 1:
        side: Side = "above" if value(1.0) > value(0.0) else "below"
        return BreakEven("margin", root, scenario.margin, side)
    sentence = "It pays at any margin." if here > 0 else "No margin can pay for this offer."
    return BreakEven("margin", None, scenario.margin, "above", sentence)


def _stayers(case: Case, scenario: Scenario, stake: float) -> BreakEven:
    name = "stayers_taking"
    if case.asks is not None:
        return BreakEven(
            name, None, None, "below", "Only those who ask to cancel are offered anything."
        )
    here = scenario.stayers_taking

    moved = float(case.refill_change(case.offer)[0])

    def value(takers: float) -> float:
        taken = replace(case, offer=replace(case.offer, takers=takers))
        return float(taken.discount().net[0]) + moved

    root = straight(value, stake)
    if root is not None and 0 <= root <= 1:
        return BreakEven(name, root, here, "below")
    sentence = (
        "It pays even if everybody takes it."
        if value(1.0) > 0
        else "It does not pay even if nobody takes it who would have stayed anyway."
    )
    return BreakEven(name, None, here, "below", sentence)


def _service_rate(case: Case, scenario: Scenario, stake: float) -> BreakEven:
    name, here = "service_save_rate", scenario.service_save_rate
    if scenario.controllable <= 0:
        return BreakEven(name, None, here, "above", "Nobody leaves for a reason it can change.")
    if service_offer(case, scenario, np.zeros((1, 1))).care_cost <= 0:
        return BreakEven(name, None, here, "above", "The service costs nothing, so any save pays.")

    def values(effects: Floats) -> Floats:
        offer = service_offer(case, scenario, effects[:, None])
        return replace(case, service=offer).serve()

    if values(np.zeros(1))[0] >= -TOLERANCE * stake:
        return BreakEven(name, None, here, "above", "It pays for itself even if it saves nobody.")
    root = crossing(values)
    if root is None or root / scenario.controllable > 1:
        return BreakEven(name, None, here, "above", "No save rate can pay for this service.")
    return BreakEven(name, root / scenario.controllable, here, "above")
