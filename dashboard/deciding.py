"""Keep or replace, from the decision to what is drawn and said; no streamlit, tested as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import briefing, wording
from dashboard.charts import Bar, Ruler
from dashboard.charts.matters import Pull
from dashboard.visit import TESTED, YOURS
from dashboard.wording.verdicts import TURNS, how_sure, stakes_of, verdict
from models.decisions.breakevens import BreakEven
from models.decisions.engine import Decision, Option
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.decisions.sensitivity import what_matters

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.decisions.offers import Clock
    from models.relation import Analysed

NAMES: Final = {
    "nothing": "Do nothing",
    "keep": "Keep with the discount",
    "service": "Keep with service",
    "replace": "Let go and replace",
    "mix": "Best mix by segment",
}
CASES: Final = {
    "not_replaced": "If leavers' places stay empty",
    "refilled": "If leavers' places are filled anyway",
    "fixed_budget": "With the same money for either",
}
ANSWERS: Final = {
    "keep": ("Keep", "green"),
    "replace": ("Replace", "blue"),
    "neither": ("Do nothing", "gray"),
    "too close": ("Too close to call", "orange"),
}
LINES: Final = {
    "margin_kept": "Margin kept from those who are saved",
    "later_spend": "Later spending of those who took it",
    "to_saved": "To those who are saved",
    "to_stayers": "To those who would have stayed anyway",
    "handling": "Handling",
    "contact": "Contacting",
}
GAINS: Final = ("margin_kept", "later_spend")
HORIZONS: Final = ("save_rate", "depth", "acquisition_cost", "replacement_ratio", "margin")
FURTHER: Final = ("discount", "stayers_taking", "service_save_rate")
MOST_RATIO: Final = 2.0
# What a break-even is of, where it is not of the discount alone.
CLAIMS: Final = {
    "acquisition_cost": "replacing pays",
    "replacement_ratio": "keeping wins",
}


def headline(decision: Decision, currency: str) -> str:
    """Return the page's answer: the break-even first."""
    if decision.verdict in {"replace", "too close"}:
        return verdict(stakes_of(decision, currency))
    return briefing.headline(decision, currency)


def bars(decision: Decision, currency: str | None, mix: Option | None = None) -> list[Bar]:
    """Return the options, with what they cost and bring per 1 spent; an unknown one says why."""
    options = (*decision.options, *([mix] if mix else []))
    return [_bar(option, decision, currency) for option in options]


def _bar(option: Option, decision: Decision, currency: str | None) -> Bar:
    if option.value is None:
        said = service_need(decision) if option.name == "service" else "no cost is set yet"
        return Bar(NAMES[option.name], 0.0, 0.0, 0.0, said, unknown=said)
    return Bar(
        NAMES[option.name],
        option.value,
        option.low if option.low is not None else option.value,
        option.high if option.high is not None else option.value,
        spent(option, currency),
    )


def service_need(decision: Decision) -> str:
    """Return what a service that nobody has measured would have to save."""
    turn = decision.break_evens["service_save_rate"]
    if turn.value is None:
        return turn.sentence.rstrip(".").lower()
    cost = decision.settings["service_cost"]
    money = "for the same money " if cost is None else ""
    return f"{money}pays from {wording.of_hundred(turn.value)} leavers saved"


def cases(decision: Decision, currency: str | None) -> list[tuple[str, str, bool]]:
    """Return each answer to the gap: `(Markdown of the verdict, its money, whether it is set)`."""
    found = []
    for outcome in decision.cases:
        word, colour = ANSWERS[outcome.verdict]
        known = {one.name: one.value for one in outcome.options if one.value is not None}
        first, second = sorted(known, key=lambda name: -known[name])[:2]
        ahead = wording.money(known[first] - known[second], currency)
        named = {"nothing": "doing nothing", "keep": "the discount", "service": "service",
                 "replace": "replacing"}  # fmt: skip
        found.append(
            (
                f"{CASES[outcome.counterfactual]}: :{colour}[**{word}**]",
                f"{ahead} ahead of {named[second]}",
                outcome.counterfactual == decision.settings["counterfactual"],
            )
        )
    return found


def rests_on(badge: Callable[[str], str], decision: Decision) -> str:
    """Say where the numbers that decide come from, and how sure the verdict is on them.

    A chance is named only where nothing that decides is assumed.
    """
    named = {"save_rate": "leavers saved", "margin": "margin", "acquisition_cost": "new customer"}
    used = {name: badge(name) for name in named if decision.settings[name] is not None}
    inputs = ", ".join(f"{named[name]} ({where})" for name, where in used.items())
    sound = used.pop("save_rate") == TESTED and set(used.values()) == {YOURS}
    sure = how_sure(decision.p_best, sound, decision.verdict)
    return f"Rests on {inputs}; who leaves and what they spend: your data. {sure}"


def spent(option: Option, currency: str | None) -> str:
    """Return what an option ties up and what comes back for each 1 spent."""
    if not option.cost or option.return_per_1 is None:
        return "costs nothing"
    back = wording.number(option.return_per_1)
    return f"ties up {wording.money(option.cost, currency)}, returns {back} per 1 spent"


def ranked(
    decision: Decision, by: str, currency: str | None, mix: Option | None = None
) -> pd.DataFrame:
    """Return the options as a table, best first by `value` or by `return_per_1`."""
    options = (*decision.options, *([mix] if mix else []))
    known = [option for option in options if option.value is not None]
    known.sort(key=lambda option: -(getattr(option, by) or 0.0))
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Option": [NAMES[option.name] for option in known],
            f"More than doing nothing{money}": [whole(option.value) for option in known],
            f"Cash tied up{money}": [whole(option.cost) for option in known],
            "Back per 1 spent": [
                "–" if option.return_per_1 is None else wording.number(option.return_per_1)
                for option in known
            ],
        }
    )


def whole(amount: float | None) -> str:
    """Write money in a table: whole units, with commas."""
    return "–" if amount is None else wording.count(amount)


def rulers(
    decision: Decision, names: tuple[str, ...], most_cost: float, currency: str | None
) -> list[Ruler]:
    """Return a line per break-even with `you are here`."""
    found = [decision.break_evens[name] for name in names if name in decision.break_evens]
    worth = decision.v_new_low, decision.v_new_high
    return [_ruler(item, most_cost, currency, worth) for item in found]


def _ruler(
    item: BreakEven, most_cost: float, currency: str | None, worth: tuple[float, float]
) -> Ruler:
    """Return one line, long enough for where it turns and where we are."""
    places = [place for place in (item.value, item.here) if place is not None]
    replacing = item.name == "acquisition_cost"
    if replacing:
        # Said of replacing, which pays below the turn, not of keeping, which pays above it.
        label, low, high = "What a new customer costs", 0.0, most_cost
    elif item.name in TURNS:
        label, low, high = TURNS[item.name], 0.0, 0.30
    elif item.name == "replacement_ratio":
        label, low, high = KNOBS[item.name].label, 0.0, MOST_RATIO
    else:
        label, low, high = KNOBS[item.name].label, 0.0, 1.0

    def say(value: float) -> str:
        if replacing:
            return wording.money_inside(value, *worth, currency)
        return wording.number(value) if item.name == "replacement_ratio" else wording.percent(value)

    return Ruler(
        label=label,
        low=min([low, *places]),
        high=max([high, *places]),
        here=item.here,
        break_even=item.value,
        pays="below" if replacing else item.pays,
        say=say,
        reason=item.sentence.rstrip(".").lower() if item.sentence else "",
        claim=CLAIMS.get(item.name, "pays"),
    )


def ledger(decision: Decision) -> list[tuple[str, float]]:
    """Return where the discount's money goes: gains above zero, costs below, in order of size."""
    lines = [
        (label, decision.lines[name] if name in GAINS else -decision.lines[name])
        for name, label in LINES.items()
        if decision.lines.get(name)
    ]
    return sorted(lines, key=lambda line: -abs(line[1]))


def would_leave(decision: Decision, scenario: Scenario, clock: Clock, one: str) -> str:
    """Say how many would leave while the offer runs, and how long that is.

    Parameters
    ----------
    decision, scenario
        The leavers counted, and the offer.
    clock
        What a period is: leavers are counted over whole ones.
    one
        What one customer is called.
    """
    at_cancel = scenario.channel == "at_cancel"
    length = scenario.cancel_window_months if at_cancel else scenario.duration_months
    counted = wording.months(clock.periods(length) * clock.months).removeprefix("1 ")
    lasting = scenario.lasting and not at_cancel
    return (
        f"{'While' if lasting else f'In the {counted}'} the offer runs, "
        f"{wording.count(decision.leavers)} of {wording.count(decision.contacted, one)} would "
        "leave if nothing were done."
    )


def because(
    decision: Decision,
    scenario: Scenario,
    clock: Clock,
    currency: str | None,
    one: str = "customer",
) -> list[str]:
    """Return up to three reasons with their numbers; `one` is what one customer is called."""
    given = decision.lines["to_stayers"] + decision.lines["to_saved"]
    reasons = [would_leave(decision, scenario, clock, one)]
    if given > 0:
        share = decision.lines["to_stayers"] / given
        reasons.append(
            f"Of each {currency or '1'}{' 1' if currency else ''} of discount, "
            f"{wording.percent(share)} goes to {one}s who would have stayed anyway."
        )
    low, high = decision.v_new_low, decision.v_new_high
    reasons.append(
        f"A new {one} is worth {wording.money_inside(decision.v_new, low, high, currency)} "
        f"({wording.money_between(low, high, currency)}) over "
        f"{wording.months(scenario.horizon)}; one who leaves takes "
        f"{wording.number(decision.ratio)} of them to replace."
    )
    return reasons


def lead(decision: Decision) -> float:
    """Return the money by which the discount beats the best other option; below zero, trails it."""
    known = {option.name: option.value for option in decision.options if option.value is not None}
    return known.pop("keep") - max(known.values())


def matters(analysis: Analysed, scenario: Scenario, now: float, currency: str | None) -> list[Pull]:
    """Return what each uncertain setting, moved alone, changes; the largest swing first.

    Parameters
    ----------
    analysis, scenario
        The company, and everything as it is set.
    now
        `lead` of the decision as it is set.
    currency
        Code, or None.
    """
    return [
        Pull(
            KNOBS[swing.name].label,
            swing.low - now,
            swing.high - now,
            _said(swing.name, swing.low_at, currency),
            _said(swing.name, swing.high_at, currency),
        )
        for swing in what_matters(analysis.state, scenario)
    ]


def what_turns(pulls: list[Pull], now: float, currency: str | None) -> str:
    """Say how keeping stands as set now, and which settings alone would turn that."""
    side = "ahead of" if now > 0 else "behind"
    stands = (
        f"As set now, keeping with the discount is {wording.money(abs(now), currency)} {side} the "
        "best other option."
    )
    turning = [
        pull.label
        for pull in pulls
        if min(pull.low, pull.high) + now < 0 < max(pull.low, pull.high) + now
    ]
    if not turning:
        return f"{stands} None of these settings alone turns that."
    return f"{stands} Moved alone, this can turn it: {wording.listed(turning)}."


def _said(name: str, value: float, currency: str | None) -> str:
    unit = KNOBS[name].unit
    if unit == "share":
        return wording.percent(value)
    if unit == "money":
        return wording.money(value, currency)
    return wording.months(value) if unit == "months" else wording.number(value)


def usual_newcomer(analysis: Analysed) -> float:
    """Return what a newcomer is worth at the settings everything starts with."""
    return analysis.decide(Scenario()).v_new


def service_title(decision: Decision) -> str:
    """Return what a service needs, known or not, as the end of a label."""
    turn = decision.break_evens["service_save_rate"]
    here = decision.settings["service_save_rate"]
    stands = "" if here is None else f"; you assume {wording.percent(float(here))}"
    return service_need(decision) + ("" if turn.value is None else stands)
