"""Keep, replace, or neither: the verdict on one scenario in one company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from models.decisions.breakevens import BreakEven, break_evens
from models.decisions.case import Case, build_case
from models.decisions.knobs import KNOBS
from models.decisions.ledger import Floats, Lines
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.decisions.trial import Trial

SURE: Final = 0.8
"""Chance of being best below which two options are too close to call."""

ROUNDING: Final = 1e-9
"""Money smaller than this share of a period's revenue is no money."""

NAMES: Final = ("nothing", "keep", "service", "replace")

Verdict = Literal["keep", "replace", "neither", "too close"]


@dataclass(frozen=True)
class Option:
    """One thing to do about those who would leave.

    Attributes
    ----------
    name
        `nothing`, `keep` (discount), `service` or `replace`.
    value, low, high
        Money more than doing nothing to the horizon, with its 80 % range; None when unknown.
    cost
        What it costs, discounted.
    return_per_1
        Money back for each 1 spent; None when nothing is spent.
    p_best
        Share of the draws in which this option is the best.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    cost: float | None
    return_per_1: float | None
    p_best: float


@dataclass(frozen=True)
class Outcome:
    """The verdict under one answer to what happens to the gap that leavers leave.

    Attributes
    ----------
    counterfactual
        Not replaced, refilled, or the same money for either; without a known acquisition cost all
        three are as if nobody were replaced.
    options
        All four; those that cannot be valued say None.
    verdict, best, p_best
        The verdict in a word, the option it names, and the chance that it is the best.
    kept
        The discount against what happens without it, at the best estimate.
    """

    counterfactual: str
    options: tuple[Option, ...]
    verdict: Verdict
    best: str
    p_best: float
    kept: float

    def option(self, name: str) -> Option:
        """Return an option by its name."""
        return next(option for option in self.options if option.name == name)


@dataclass(frozen=True)
class Decision:
    """The answer to a scenario.

    Attributes
    ----------
    settings
        Every knob by its name.
    options
        All options; those that cannot be valued say None.
    cases
        The same verdict under each answer to what happens to the gap.
    break_evens
        By knob, each with `you are here`.
    verdict, best, p_best
        The verdict in a word, the option it names, and the chance that it is the best.
    lines
        The discount's ledger at the best estimate: margin kept, then costs by who gets them.
    contacted, leavers
        Customers the offer reaches, and how many would leave while it runs.
    v_new, v_new_low, v_new_high
        Worth of a newcomer, first order now, before the cost of winning one: the most a new
        customer may cost.
    v_keep
        Worth of the offer per expected leaver, net of what stayers take.
    cac_star
        Most a new customer may cost before keeping or doing nothing is better.
    ratio, extra_cost
        Newcomers per leaver, and what each extra one costs at that volume (None if unknown).
    counterfactual
        What happens to the gap; `not_replaced` when the acquisition cost is unknown.
    notes
        What was assumed, as sentences.
    trial
        The company's own randomised test of an offer; None when its file holds none.
    """

    settings: Mapping[str, float | str | None]
    options: tuple[Option, ...]
    cases: tuple[Outcome, ...]
    break_evens: Mapping[str, BreakEven]
    verdict: Verdict
    best: str
    p_best: float
    lines: Mapping[str, float]
    contacted: float
    leavers: float
    v_new: float
    v_new_low: float
    v_new_high: float
    v_keep: float
    cac_star: float
    ratio: float
    extra_cost: float | None
    counterfactual: str
    notes: tuple[str, ...]
    trial: Trial | None = None

    def option(self, name: str) -> Option:
        """Return an option by its name."""
        return next(option for option in self.options if option.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain values, ready for JSON."""
        return {
            "settings": dict(self.settings),
            "options": [
                {key: getattr(option, key) for key in Option.__dataclass_fields__}
                for option in self.options
            ],
            "break_evens": {
                name: {"value": item.value, "here": item.here, "sentence": item.sentence}
                for name, item in self.break_evens.items()
            },
            "verdict": self.verdict,
            "best": self.best,
            "p_best": self.p_best,
            "cases": {
                outcome.counterfactual: {"verdict": outcome.verdict, "best": outcome.best}
                for outcome in self.cases
            },
            "counterfactual": self.counterfactual,
            "lines": dict(self.lines),
            "contacted": self.contacted,
            "leavers": self.leavers,
            "new_customer": {
                "value": self.v_new,
                "low": self.v_new_low,
                "high": self.v_new_high,
                "most_it_may_cost": self.cac_star,
                "extra_cost": self.extra_cost,
                "per_leaver": self.ratio,
            },
            "keep_per_leaver": self.v_keep,
            "trial": None if self.trial is None else self.trial.to_dict(),
        }


def decide(state: State, scenario: Scenario) -> Decision:
    """Value every option and say which is best.

    The value of an option is at the best estimate of everything; its range comes from draws of the
    fitted parameters, of the save rate and of the acquisition cost together.

    Raises
    ------
    SettingError
        When the scenario asks for something this company does not have.
    """
    case = build_case(state, scenario)
    central = case.central()
    ledgers = Ledgers.of(case)
    here = weigh(case, ledgers)
    lines = ledgers.discount
    leavers = float(central.leavers()[0])
    worth = case.newcomer()
    stake = float(np.abs(lines.margin_kept[0]) + lines.cost[0]) or 1.0
    turns = break_evens(central, scenario, stake)
    turn = turns["acquisition_cost"].value
    low, high = between(worth)
    return Decision(
        settings=scenario.to_settings(),
        options=here.options,
        cases=tuple(
            here
            if word == case.counterfactual
            else weigh(replace(case, counterfactual=word), ledgers)
            for word, _ in KNOBS["counterfactual"].choices
        ),
        break_evens=turns,
        verdict=here.verdict,
        best=here.best,
        p_best=here.p_best,
        lines={name: float(getattr(lines, name)[0]) for name in Lines.__dataclass_fields__},
        contacted=case.people.people,
        leavers=leavers,
        v_new=float(worth[0]),
        v_new_low=low,
        v_new_high=high,
        v_keep=here.kept / leavers if leavers > 0 else 0.0,
        cac_star=turn if turn is not None else 0.0,
        ratio=case.ratio,
        extra_cost=None if case.cost is None else float(case.cost[0]) * case.dearer(),
        counterfactual=case.counterfactual if case.cost is not None else "not_replaced",
        notes=state.notes + _notes(case),
    )


@dataclass(frozen=True)
class Ledgers:
    """The ledgers of discount and service, which no counterfactual changes."""

    discount: Lines
    service: Lines | None

    @classmethod
    def of(cls, case: Case) -> Ledgers:
        """Return the ledgers of a case."""
        return cls(case.discount(), None if case.service is None else case.care())


def weigh(case: Case, ledgers: Ledgers) -> Outcome:
    """Value every option of a case and say which is the best."""
    values, costs = option_values(case, ledgers)
    best, p_best, chances = _best(values, ROUNDING * float(case.people.money[0].sum()))
    kept = float(values["keep"][0] - (values["replace"][0] if case.refills else 0.0))
    return Outcome(
        counterfactual=case.counterfactual,
        options=tuple(
            _option(name, values[name], costs[name], chances[name])
            if name in values
            else Option(name, None, None, None, None, None, 0.0)
            for name in NAMES
        ),
        verdict=_verdict(best, p_best),
        best=best,
        p_best=p_best,
        kept=kept,
    )


def option_values(case: Case, ledgers: Ledgers) -> tuple[dict[str, Floats], dict[str, float]]:
    """Return each option's money per draw against doing nothing, and what it costs."""
    lines, care = ledgers.discount, ledgers.service
    values = {"nothing": np.zeros(len(lines.cost)), "keep": lines.net}
    costs = {"nothing": 0.0, "keep": float(lines.cost[0])}
    if care is not None:
        values["service"] = case.service_share * care.net
        costs["service"] = case.service_share * float(care.cost[0])
    if case.cost is None:
        return values, costs
    if case.counterfactual == "fixed_budget":
        _spend_budget(case, values, costs)
        return values, costs
    instead = case.substitution()
    paid = case.ratio * float(case.leavers()[0] * case.cost[0]) * case.dearer()
    if case.refills:
        values["keep"] = values["keep"] + case.refill_change(case.offer) + instead
        if case.service is not None:
            moved = case.service_share * case.refill_change(case.service)
            values["service"] = values["service"] + moved + instead
        costs = {name: cost + (paid if name != "nothing" else 0.0) for name, cost in costs.items()}
    values["replace"], costs["replace"] = instead, paid
    return values, costs


def _spend_budget(case: Case, values: dict[str, Floats], costs: dict[str, float]) -> None:
    """Let every option spend the same money: offers up to the budget, or new customers."""
    assert case.cost is not None
    budget = costs["keep"] if case.budget is None else case.budget
    for name in ("keep", "service"):
        if name in values and costs[name] > 0:
            share = min(1.0, budget / costs[name])
            values[name], costs[name] = share * values[name], share * costs[name]
    values["replace"] = case.won(budget) * case.newcomer() - budget
    costs["replace"] = budget


def _best(values: Mapping[str, Floats], nothing: float) -> tuple[str, float, dict[str, float]]:
    """Return the best option, how often it is the best, and the same for every option.

    A tie goes to doing nothing, which comes first; money up to `nothing` is rounding.
    """
    names = list(values)
    table = np.stack([values[name] for name in names])
    table = np.where(np.abs(table) <= nothing, 0.0, table)
    winner = int(np.argmax(table[:, 0]))
    draws = table[:, 1:] if table.shape[1] > 1 else table
    share = np.bincount(np.argmax(draws, axis=0), minlength=len(names)) / draws.shape[1]
    return names[winner], float(share[winner]), dict(zip(names, share.tolist(), strict=True))


def _verdict(best: str, p_best: float) -> Verdict:
    if p_best < SURE:
        return "too close"
    if best == "nothing":
        return "neither"
    return "replace" if best == "replace" else "keep"


def _option(name: str, values: Floats, cost: float | None, p_best: float) -> Option:
    low, high = between(values)
    value = float(values[0])
    back = (value + cost) / cost if cost else None
    return Option(name, value, low, high, cost, back, p_best)


def between(values: Floats) -> tuple[float, float]:
    """Return the 80 % range of the draws, widened if need be to hold the best estimate."""
    draws = values[1:] if len(values) > 1 else values
    low, high = np.quantile(draws, [0.1, 0.9])
    return min(float(low), float(values[0])), max(float(high), float(values[0]))


def _notes(case: Case) -> tuple[str, ...]:
    if case.cost is None:
        return (
            "Nobody has said what a new customer costs: the verdict holds as long as one costs "
            "more than the amount shown.",
        )
    surplus = float((case.newcomer() - case.cost * case.dearer())[0])
    if case.counterfactual == "not_replaced" and surplus > 0:
        return (
            "A new customer is worth more than one costs: winning more of them pays whether or "
            "not anybody is kept.",
        )
    return ()
