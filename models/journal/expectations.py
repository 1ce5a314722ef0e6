"""A number the next file can check: what is expected of today's customers until a day.

The number is one that is also tested on Data and trust: purchase days, or their money, of those who
are customers of a shop today; those among a subscription's customers who leave. Its range holds the
parameters, what people do by themselves, and how far off earlier forecasts were. What was decided
shifts it by the engine's own account of the offer: every person's hazard of leaving is cut while it
runs, and the discount comes off what is paid.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from models.analysis import Analysis
from models.contracts import ContractAnalysis
from models.contracts.subscribers import Subscribers
from models.decisions.case import Case, build_case
from models.decisions.offers import Offer, paths, still_there
from models.decisions.scenario import Scenario
from models.decisions.state import State
from models.draws import SEED
from models.errors import EvidenceError, SettingError
from models.futures import Histories, expected, futures
from models.journal.identity import covered
from models.journal.records import Expectation
from models.periods import DAYS_PER_MONTH, DAYS_PER_WEEK, day_number

Floats = npt.NDArray[np.float64]

RANGE: Final = (0.1, 0.9)
DRAWS: Final = 200
LONGEST_MONTHS: Final = 12
LEAST_DAYS: Final = 7

MEASURES: Final = {
    "revenue": "Revenue from today's customers",
    "purchases": "Purchases by today's customers",
    "leavers": "Today's subscribers who leave",
}


def measures(analysis: Analysis | ContractAnalysis) -> tuple[str, ...]:
    """Return what can be expected of a company, the usual one first; empty without dates."""
    if isinstance(analysis, Analysis):
        return ("revenue", "purchases") if analysis.transactions.has_money else ("purchases",)
    return () if covered(analysis)[1] is None else ("leavers",)


def longest(analysis: Analysis | ContractAnalysis) -> dt.date:
    """Return the latest check date: a year from the last day, and no further than the file's span.

    Raises
    ------
    EvidenceError
        When the file has no dates.
    """
    first, last = covered(analysis)
    if first is None or last is None:
        raise EvidenceError(
            "This file has no dates, so no later one can tell what came of a decision: bring one "
            "with start and end dates."
        )
    return last + min(last - first, dt.timedelta(days=round(LONGEST_MONTHS * DAYS_PER_MONTH)))


def expect(
    analysis: Analysis | ContractAnalysis,
    scenario: Scenario,
    chosen: str,
    until: dt.date,
    measure: str,
) -> Expectation:
    """Return what is expected of today's customers until a day, if things are done as decided.

    Parameters
    ----------
    analysis, scenario
        The company, and the settings.
    chosen
        `nothing`, `keep`, `service` or `replace`. Newcomers are nobody's customers today, so that
        replacing changes nothing here.
    until
        The check date.
    measure
        One of `measures(analysis)`.

    Raises
    ------
    SettingError
        When the day is less than a week ahead or beyond `longest`, or nothing of that kind can be
        measured here.
    EvidenceError
        When the file has no dates.
    """
    last, end = covered(analysis)[1], longest(analysis)
    assert last is not None
    if not LEAST_DAYS <= (until - last).days <= (end - last).days:
        raise SettingError(
            f"The check date {until:%d %B %Y} cannot be answered for: choose one from "
            f"{last + dt.timedelta(days=LEAST_DAYS):%d %B %Y} to {end:%d %B %Y}."
        )
    if measure not in measures(analysis):
        raise SettingError(f"{measure!r} cannot be measured in this file.")
    case = build_case(analysis.state_for(scenario), analysis.answerable(scenario))
    if isinstance(analysis, Analysis):
        days = (until - last).days
        base = _spent(analysis, days, measure)
        changed = _shop_change(analysis.state, case, chosen, days, measure)
        customers = len(analysis.customers)
    else:
        customers, base, changed = _leaving(analysis, case, chosen, last, until)
    without, drawn = base
    shifted = np.resize(changed[1:] if len(changed) > 1 else changed, len(drawn)) * drawn
    low, high = np.quantile(shifted, RANGE)
    centre = without * float(changed[0])
    return Expectation(
        measure=measure,
        since=last,
        until=until,
        customers=customers,
        expected=centre,
        low=min(float(low), centre),
        high=max(float(high), centre),
        without=without,
    )


def _spent(analysis: Analysis, days: int, measure: str) -> tuple[float, Floats]:
    """Return the expected total and totals that could come, both in season."""
    log, kind = analysis.transactions, int(measure == "revenue")
    people = Histories.of(analysis.customers.frame)
    weeks = days / DAYS_PER_WEEK
    beyond = analysis.rolling.beyond[kind]
    season = beyond.in_season(log.last_day + 1, log.last_day + days)
    centre = expected(analysis.lifetimes, analysis.spend, people, weeks)[kind]
    drawn = futures(analysis.lifetimes, analysis.spend, people, weeks, draws=DRAWS)[kind]
    spread = beyond.over(days / DAYS_PER_MONTH)
    shocks = np.exp(spread * np.random.default_rng(SEED).standard_normal(len(drawn)))
    return season * centre, season * drawn * shocks


def _offered(case: Case, chosen: str) -> tuple[Offer, float] | None:
    """Return the offer that was decided on and the share of the group that gets it."""
    if chosen == "keep":
        return case.offer, 1.0
    if chosen == "service" and case.service is not None:
        return case.service, case.service_share
    return None


def _shop_change(state: State, case: Case, chosen: str, days: int, measure: str) -> Floats:
    """Return what a decision multiplies a shop's total by, shape `(K,)`, the best estimate first.

    With the discount d on the share of purchases that is made at the offer's price, revenue is
    ``1 + share (within - d taken - without) / without``, all undiscounted to the check date.
    """
    offered = _offered(case, chosen)
    if offered is None:
        return np.ones(1)
    offer, share = offered
    clock = case.axis.clock
    periods = clock.periods(days / DAYS_PER_MONTH)
    offer = replace(offer, horizon=periods, window=min(offer.window, periods), log_v=0.0)
    path = paths(case.axis, offer)
    money = measure == "revenue"
    gain = path.within - path.without
    if money:
        gain = gain - offer.depth * (path.window_taken_by_stayers + path.window_taken_by_saved)
        gain = gain + offer.later_spend * path.after_taken
    group, everybody = case.people, state.group()
    few, all_of_them = (group.money, everybody.money) if money else (group.orders, everybody.orders)
    return 1 + share * _total(few, gain) / _total(all_of_them, path.without)


def _leaving(
    analysis: ContractAnalysis, case: Case, chosen: str, since: dt.date, until: dt.date
) -> tuple[int, tuple[float, Floats], Floats]:
    """Return subscribers today, how many leave (mean and draws), and what the decision changes.

    Whoever has cancelled already leaves at the end of the paid period, whatever is decided; the
    model counts them too, because those it learnt from had cancelled some time before they left.
    """
    frame = analysis.people.frame
    here, renewed = frame["running"].to_numpy(bool), frame["renewals"].to_numpy()
    ahead = renewals_until(analysis.people, day_number(until))
    gone = float((here & frame["leaving"].to_numpy(bool) & (ahead > 0)).sum())
    spread = 0.0
    drawn = np.zeros(len(analysis.parameters.miss_z))
    for label, models in analysis.parameters.chosen.items():
        who = analysis.fitted.members[label] & here
        each = np.stack([1 - model.survival(ahead[who], renewed[who]) for model in models])
        drawn += each.sum(axis=1)
        spread += float((each[0] * (1 - each[0])).sum())
    chance, shock = np.random.default_rng(SEED).standard_normal((2, len(drawn)))
    beyond = analysis.surprise.over((until - since).days / DAYS_PER_MONTH)
    could = (drawn + np.sqrt(spread) * chance) * np.exp(beyond * shock)
    centre = max(float(drawn[0]), gone)
    changed = _leavers_change(analysis.state, case, chosen, np.bincount(ahead[here]))
    if centre > 0:
        changed = (gone + (centre - gone) * changed) / centre
    return int(here.sum()), (centre, np.maximum(could, gone)[1:]), changed


def renewals_until(people: Subscribers, day: int) -> npt.NDArray[np.int64]:
    """Return how many renewals of each come due by a day.

    Half a day more, because a year of 365 days holds an anniversary of one of 365.25.
    """
    assert people.last_day is not None
    period = people.period_months * DAYS_PER_MONTH
    left = day - people.last_day + 0.5 - people.frame["due_days"].to_numpy(np.float64)
    return (np.nan_to_num(left) // period + 1).clip(min=0).astype(np.int64)


def _leavers_change(
    state: State, case: Case, chosen: str, weights: npt.NDArray[np.int64]
) -> Floats:
    """Return what a decision multiplies a subscription's leavers by, shape `(K,)`.

    Parameters
    ----------
    state, case, chosen
        The company, the scenario and the option.
    weights
        Subscribers by how many renewals come due before the check date.
    """
    offered = _offered(case, chosen)
    if offered is None:
        return np.ones(1)
    offer, share = offered
    group, everybody = case.people.persons, state.group().persons
    gone, saved = np.zeros(len(group)), np.zeros(len(group))
    for renewals, count in enumerate(weights):
        if renewals and count:
            without = np.exp(renewals * case.axis.phase()[0])
            proactive = case.asks is None or offer is case.service
            kept = (
                _kept(case, offer, renewals) - without
                if proactive
                else _saved_at_cancel(case, renewals)
            )
            gone = gone + count * _total(everybody, 1 - without)
            saved = saved + count * _total(group, kept)
    return 1 - share * np.divide(saved, gone, out=np.zeros_like(saved), where=gone > 0)


def _total(weights: Floats, values: Floats) -> Floats:
    """Return the sum over hazards by draw, shape `(K,)`."""
    total: Floats = (weights * values).sum(axis=1)
    return total


def _kept(case: Case, offer: Offer, renewals: int) -> Floats:
    """Return the chance to be there after some renewals with an offer, by draw and hazard."""
    window = min(renewals, offer.window)
    rest = renewals - window
    held = np.exp(window * case.axis.phase(1 - offer.effect)[0])
    if not rest:
        return held
    loose = np.exp(case.axis.phase(1 + offer.bounce)[0])
    after: Floats = held * loose * np.exp(case.axis.phase()[0]) ** (rest - 1)
    return after


def _saved_at_cancel(case: Case, renewals: int) -> Floats:
    """Return the chance to be there after some renewals only because of the cancel button."""
    stays = np.exp(case.axis.phase()[0])
    asks = 0.0 if case.asks is None else case.asks
    total: Floats = np.zeros(1)
    for t in range(1, min(renewals, case.stands) + 1):
        unasked = (stays * (1 - asks)) ** (t - 1)
        there = still_there(case.axis, case.offer, renewals - t)
        sooner = there - stays ** (renewals - t)
        total = total + unasked * ((1 - stays) * case.offer.effect * there + stays * asks * sooner)
    return total
