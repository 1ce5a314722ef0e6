"""One large customer against several small ones, as tables and sentences; no streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dashboard import briefing, wording
from dashboard.deciding import whole
from models.decisions.exchange import Exchange, exchange
from models.decisions.scenario import Scenario
from models.decisions.swaps import Swap, biggest

if TYPE_CHECKING:
    from models.relation import Analysed

EASE: Final = {"yes": "Yes", "tight": "Tight", "no": "No"}


def swaps(analysis: Analysed, scenario: Scenario) -> tuple[Swap, ...]:
    """Return the largest customers against the newcomers that would replace each."""
    return biggest(analysis.values(scenario), analysis.state, scenario)


def swap_scenario(scenario: Scenario) -> Scenario:
    """Return a scenario with only the settings that a swap depends on, so that it is kept."""
    kept = ("acquisition_cost", "lead_time_months", "new_ramp")
    asked = {name: getattr(scenario, name) for name in kept}
    return Scenario.from_settings({**briefing.money_only(scenario).to_settings(), **asked})


def exchanged(analysis: Analysed, scenario: Scenario, customer: str) -> Exchange | None:
    """Return one large customer against the newcomers that bring its revenue."""
    roster, new = analysis.roster, analysis.state.newcomers
    places = np.flatnonzero(roster.customer == customer)
    swap = next((one for one in swaps(analysis, scenario) if one.customer == customer), None)
    if not len(places) or swap is None or swap.by_revenue is None or new.revenue_year <= 0:
        return None
    return exchange(analysis.state, roster, scenario, int(places[0]), swap.by_revenue)


def exchange_sentences(found: Exchange, label: str, currency: str | None) -> list[str]:
    """Say how sure the revenue is either way, how much hangs on one account, and the cash."""
    many = wording.count(found.number, "newcomer")
    said = [
        f"{label} is {wording.percent(found.share)} of all revenue expected; in a year it is still "
        f"there with a chance of {wording.chance(found.stays)}: all of it or nothing.",
        f"Of {many} {wording.percent(found.newcomers_stay)} are expected to be there in a year, "
        f"give or take {wording.percent(found.newcomers_spread)}; at least half of them with a "
        f"chance of {wording.chance(found.newcomers_half)}.",
    ]
    if found.swap is not None:
        deepest = float(found.swap.min())
        first = (
            f"need {wording.money(-deepest, currency)} before they bring any"
            if deepest < 0
            else "bring money from the first day"
        )
        said.append(
            f"The newcomers {first}; by the end of {wording.months(float(found.months[-1]))} they "
            f"have brought {wording.money(float(found.swap[-1]), currency)}, the account "
            f"{wording.money(float(found.keep[-1]), currency)}."
        )
    return said


def swap_table(found: tuple[Swap, ...], labels: list[str], currency: str | None) -> pd.DataFrame:
    """Return the swaps as a table; `labels` stand for the customers."""
    money = f", {currency}" if currency else ""
    return pd.DataFrame(
        {
            "Customer": labels,
            f"Revenue, 12 months{money}": [whole(swap.revenue) for swap in found],
            "New ones, same revenue": [whole(swap.by_revenue) for swap in found],
            "Same profit": [whole(swap.by_profit) for swap in found],
            "Weeks of intake": [
                "–" if swap.weeks is None else wording.number(swap.weeks) for swap in found
            ],
            "Realistic?": [EASE[swap.ease] for swap in found],
            "Discount worth giving": [wording.percent(swap.worth_giving) for swap in found],
            "Earns nothing at": [wording.percent(swap.earns_nothing) for swap in found],
        }
    )


def swap_sentence(found: tuple[Swap, ...], label: str, currency: str | None) -> str:
    """Return the largest customer's case in a sentence."""
    first = found[0]
    if first.by_revenue is None or first.weeks is None:
        return "The file does not tell how many new customers come in, so none can be exchanged."
    return (
        f"{label} is expected to spend {wording.money(first.revenue, currency)} in the next twelve "
        f"months. {wording.count(first.by_revenue, 'new customer')} bring the same revenue: "
        f"{wording.number(first.weeks)} weeks of everybody who comes in today. A lasting discount "
        f"of up to {wording.percent(first.worth_giving)} still beats exchanging; at "
        f"{wording.percent(first.earns_nothing)} the account earns nothing."
    )
