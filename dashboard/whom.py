"""Who gets what: the best option of each segment, and the list a budget pays for.

Plain values in and out; no streamlit, so it is tested as values. The list is what the Decisions
page and its exports use too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import beside, exports, wording
from dashboard.deciding import NAMES
from models.decisions.segments import VALUE_AND_RISK, Mix, Row, Segments, best_mix, segments
from models.decisions.targets import Targets, target_list
from models.transactions.vocabulary import is_protected

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.companies import Companion, Kind
    from models.decisions.roster import Roster
    from models.decisions.scenario import Scenario
    from models.relation import Analysed

SHOWN: Final = 10
SHORT: Final = {
    "nothing": "nothing",
    "keep": "discount",
    "service": "service",
    "replace": "replace",
}


def sorted_by(analysis: Analysed, by: str, file: Companion | None = None) -> Segments:
    """Return a company's customers by segment, told apart also by a file of customers."""
    return segments(_roster(analysis, file), by)


def ways(analysis: Analysed, file: Companion | None = None) -> list[str]:
    """Return what customers can be sorted by; nothing that looks protected by law."""
    traits = (name for name in _roster(analysis, file).traits if not is_protected(name))
    return [VALUE_AND_RISK, *traits]


def _roster(analysis: Analysed, file: Companion | None) -> Roster:
    if file is None:
        return analysis.roster
    return analysis.roster.told_beside(beside.customer_file(analysis, file).frame)


def mixed(analysis: Analysed, found: Segments, scenario: Scenario) -> Mix:
    """Return the best mix."""
    return best_mix(analysis.state_for(scenario), found, scenario)


def mix_sentence(mix: Mix, currency: str | None) -> str:
    """Say what the mix is and what it brings."""
    parts: dict[str, float] = {}
    for row, (name, share) in zip(mix.rows, mix.chosen, strict=True):
        parts[name] = parts.get(name, 0.0) + share * row.customers
        if share < 1:
            parts["nothing"] = parts.get("nothing", 0.0) + (1 - share) * row.customers
    said = wording.listed(
        [f"{SHORT[name]} for {wording.count(people, 'customer')}" for name, people in parts.items()]
    )
    total = mix.total
    value, low, high = total.value or 0.0, total.low or 0.0, total.high or 0.0
    reach = wording.money_between(low, high, currency)
    sentence = f"Best mix: {said}. It brings {wording.money(value, currency)} ({reach})."
    if mix.newcomers:
        more = wording.count(mix.newcomers, "extra new customer")
        sentence += f" The rest of the money wins {more}."
    if mix.marginal is not None:
        sentence += f" The next {currency or 'unit'} would bring {wording.number(mix.marginal)}."
    return sentence


def segment_table(mix: Mix, currency: str | None) -> pd.DataFrame:
    """Return every segment with the money of every option against doing nothing."""
    money = f", {currency}" if currency else ""
    columns = [name for name in ("keep", "service", "replace") if mix.rows[0].option(name).value is
               not None]  # fmt: skip
    return pd.DataFrame(
        {
            "Segment": [wording.capital(row.name) for row in mix.rows],
            "Customers": [wording.count(row.customers) for row in mix.rows],
            "Would leave": [wording.count(row.leavers) for row in mix.rows],
            "Best": [_best(row) for row in mix.rows],
            **{f"{NAMES[name]}{money}": [_span(row, name) for row in mix.rows] for name in columns},
            "Back per 1 spent": [_back(row) for row in mix.rows],
        }
    )


def _best(row: Row) -> str:
    return wording.capital(SHORT[row.best]) if row.sure else "Too close"


def _span(row: Row, name: str) -> str:
    option = row.option(name)
    if option.value is None or option.low is None or option.high is None:
        return "–"
    low, high = wording.number(option.low), wording.number(option.high)
    return f"{wording.number(option.value)} ({low} to {high})"


def _back(row: Row) -> str:
    back = row.option(row.best).return_per_1
    return "–" if back is None else wording.number(back)


def pooled_sentence(found: Segments) -> str:
    """Say which groups were put together, if any."""
    if not found.pooled:
        return ""
    groups = wording.count(found.pooled, "group")
    return f"{groups} from which fewer than 30 would leave in a year are shown together."


def listed(analysis: Analysed, scenario: Scenario, budget: float | None, option: str) -> Targets:
    """Return whom an offer pays for within a budget."""
    return target_list(
        analysis.state_for(scenario), analysis.roster, scenario, budget=budget, option=option
    )


def list_sentence(found: Targets, everybody: int, currency: str | None) -> str:
    """Say how long the list is, what it costs and brings, and what more money would bring."""
    if not len(found):
        return (
            f"For none of the {wording.count(everybody)} customers does the offer bring more than "
            "it gives away, so nobody is on the list. A smaller discount, or only those who ask to "
            "cancel, may change that."
        )
    within = ""
    if found.taken < len(found):
        within = f". {wording.count(found.taken)} of them are within the budget"
    sentence = (
        f"The offer pays for {wording.count(len(found))} of {wording.count(everybody)} customers"
        f"{within}: expected to cost "
        f"{wording.money(found.spend, currency)}, in 9 of 10 futures at most "
        f"{wording.money(found.spend_p90, currency)}, and to bring "
        f"{wording.money(found.value, currency)}."
    )
    if found.taken < len(found):
        sentence += (
            f" The next {currency or 'unit'} spent would bring {wording.number(found.marginal)}."
        )
    return sentence


def list_table(
    found: Targets, analysis: Analysed, label: Callable[[str], str], currency: str | None
) -> pd.DataFrame:
    """Return the first customers of the list, best return first."""
    table = found.table(analysis.roster, SHOWN)
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Customer": [label(str(customer)) for customer in table["customer"]],
            f"Brings{money}": [wording.number(value) for value in table["net_value"]],
            f"Costs{money}": [wording.number(value) for value in table["cost"]],
            "Brings per 1 spent": [
                "–" if pd.isna(value) else wording.number(value) for value in table["per_1"]
            ],
            "Gone within a year": [wording.percent(share) for share in table["leaves"]],
        }
    )


def list_csv(found: Targets, analysis: Analysed, label: Callable[[str], str], kind: Kind) -> bytes:
    """Return the whole list as CSV that a spreadsheet opens and does not run.

    Parameters
    ----------
    found, analysis
        The list and its company.
    label
        How a customer is written: hidden, unless the visitor switched names on.
    kind
        Where the company's data come from; an invented one is named in every row.
    """
    return exports.members_csv(found.table(analysis.roster), analysis.log, label, kind)
