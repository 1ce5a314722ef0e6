"""The test that would settle it, and the test the company has already made, in words.

No streamlit, so it is tested as strings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.wording.verdicts import WHO
from models.decisions.experiment import Experiment, plan_experiment
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.periods import date_of

if TYPE_CHECKING:
    from models.decisions.trial import Trial
    from models.relation import Analysed

POOL: Final = {
    "everybody": "all customers",
    "list": "the list of customers with most money at stake",
    "at_cancel": "the customers who ask to cancel",
}


def planned(analysis: Analysed, scenario: Scenario) -> tuple[Experiment, Scenario]:
    """Return the worth and size of a test of the discount as it is set, and what is tested.

    Where no save rate can pay for it, the test is of the same discount offered to fewer: to those
    who ask to cancel, else to the shortest list; as set, when that cannot pay either.
    """
    as_set = plan_experiment(analysis.state_for(scenario), analysis.roster, scenario)
    if as_set.per_group is not None:
        return as_set, scenario
    narrower = {"channel": "list", "list_share": KNOBS["list_share"].low}
    if analysis.state.subscription:
        narrower = {"channel": "at_cancel"}
    other = Scenario.from_settings({**scenario.to_settings(), **narrower})
    test = plan_experiment(analysis.state_for(scenario), analysis.roster, other)
    return (as_set, scenario) if test.per_group is None else (test, other)


def past(trial: Trial | None, relation: str) -> str:
    """Say what the company's own test found, or why none is used."""
    if trial is None:
        where = "a log of purchases tells" if relation == "shop" else "no column of the file says"
        return (
            f"No test of an offer is used, because {where} who was in one: what an offer saves is "
            "assumed."
        )
    if trial.refused:
        return f"A test was found and not used. {trial.refused} What an offer saves is assumed."
    offered, control = trial.offered, trial.control
    when = (
        f"{wording.short_date(date_of(trial.first_day))} to "
        f"{wording.short_date(date_of(trial.last_day))}"
    )
    sentence = (
        f"Your own test ('{trial.column}', renewals due {when}): {wording.percent(offered.share)} "
        f"of {wording.count(offered.people)} left with the offer and "
        f"{wording.percent(control.share)} of {wording.count(control.people)} without it. "
    )
    if not (trial.winner or trial.harm):
        return sentence + "That is within what chance does: no winner."
    if trial.harm:
        return sentence + "The offer drove customers away."
    plan = trial.settings()["save_rate"]
    return sentence + (
        f"So it saved {wording.of_hundred(trial.saved)} leavers "
        f"({wording.between(trial.saved_low, trial.saved_high, wording.percent)}); plans carry "
        f"{wording.percent(plan)}, held back towards what offers usually do."
    )


def checks(trial: Trial) -> list[str]:
    """Return what was checked before the test was believed."""
    return [
        f"Groups as even as planned ({wording.percent(trial.planned)} offered): chance makes them "
        f"this uneven in {wording.percent(trial.mismatch)} of tests; under 0.1 % would stop it.",
        f"Largest difference before the test: {trial.apart:.2f} standard deviations "
        f"({trial.apart_in}).",
        f"Everybody counted in the group they were put into, used or not; {trial.offered.left} and "
        f"{trial.control.left} left, 30 in each are needed.",
    ]


def worth(test: Experiment, currency: str | None, tested: Scenario, scenario: Scenario) -> str:
    """Say how large a test has to be and what it is worth."""
    if test.per_group is None:
        return f"A test cannot help here. {test.reason}"
    size = wording.count(test.per_group)
    start = "Test it"
    if tested.channel != scenario.channel:
        turn = wording.of_hundred(test.break_even or 0.0)
        start = (
            f"{wording.capital(WHO[scenario.channel])} no save rate can pay; "
            f"{WHO[tested.channel]} it would pay from {turn} leavers saved. Test that"
        )
    verb = "left" if test.outcome == "left" else "bought within six months after"
    sentence = (
        f"{start} on {size} customers with the offer and {size} without: that tells "
        f"{wording.percent(test.turned, 3)} who {verb} from {wording.percent(test.plain, 3)} in 8 "
        "of 10 tests."
    )
    if not test.possible:
        sentence += f" That is more than your {wording.count(test.customers)} customers."
    else:
        sentence += (
            f" Reading takes {wording.months(test.months)}; the offer to that group is expected to "
            f"{_result(test, currency)}."
        )
    if test.worth > 0:
        return sentence + (
            f" Knowing the effect first is worth {wording.money(test.effect, currency)}, this test "
            f"{wording.money(test.worth, currency)}."
        )
    return sentence + " On what is assumed now, no result would change the choice."


def _result(test: Experiment, currency: str | None) -> str:
    """Say what the offer to the group of a test is expected to do."""
    if test.cost <= 0:
        return "pay for itself"
    return f"lose {wording.money(test.cost, currency)}"


def brief(test: Experiment, scenario: Scenario, company: str, currency: str | None) -> str:
    """Return the test as a page to hand over, plain text."""
    size = "cannot be sized" if test.per_group is None else wording.count(test.per_group)
    turn = "none" if test.break_even is None else wording.of_hundred(test.break_even)
    outcome = (
        "has not renewed by a week after the renewal"
        if test.outcome == "left"
        else "has bought at least once in the six months after the offer ended"
    )
    length = (
        "for as long as they stay" if scenario.lasting else wording.months(scenario.duration_months)
    )
    lines = [
        f"TEST BRIEF: a discount of {wording.percent(scenario.depth)} for {length}",
        f"Company: {company}",
        "",
        "Question. Does the offer keep enough customers to pay for itself?",
        f"It pays if at least {turn} leavers are saved; assumed: "
        f"{wording.of_hundred(scenario.save_rate)}.",
        "",
        f"Who. Drawn by chance from {POOL[scenario.channel]}, before anybody is chosen by hand.",
        f"Groups. {size} with the offer, {size} without (control). Chance decides for each, once, "
        "and it is written down in a column: offer or control.",
        f"Counted. Each customer who {outcome}, in the group they were put into, used or not.",
        f"Expected. {wording.percent(test.plain, 3)} without the offer; it pays at "
        f"{wording.percent(test.turned, 3)} with it.",
        f"Reading. Once, after {wording.months(test.months)}. Not before: looking every week finds "
        "winners that are none.",
        f"Cost. The offer to one group is expected to {_result(test, currency)}.",
        "",
        "Decide now what will be done:",
        f"- saves at least {turn}: offer it to all of them;",
        "- saves fewer: stop;",
        "- groups of other sizes than planned, or that differed before: find out why, and decide "
        "nothing.",
        "",
        "The next upload with that column is read, checked and used by itself.",
        "Size: two-sided 5 %, power 80 %, against the break-even and not the hope.",
    ]
    return "\n".join(lines) + "\n"
