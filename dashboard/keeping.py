"""The tabs of Keep or replace: each is drawn, and computed, once somebody opens it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import (
    charts,
    controls,
    deciding,
    experiments,
    exports,
    panels,
    session,
    swapping,
    whom,
    wording,
)
from dashboard.session import Company
from dashboard.wording.relations import WORDS
from models.decisions.engine import Decision, Option
from models.decisions.scenario import Scenario
from models.decisions.segments import VALUE_AND_RISK, Mix

if TYPE_CHECKING:
    from dashboard.charts import Theme

RANKS = {"Money": "value", "Return per 1 spent": "return_per_1"}


def cases(decision: Decision, currency: str | None) -> None:
    """Show the verdict under each answer to the gap, the one that is set marked."""
    for place, (verdict, ahead, is_set) in zip(
        st.columns(3, gap="small"), deciding.cases(decision, currency), strict=True
    ):
        mark = ":material/check_circle: " if is_set else ""
        place.markdown(f"{mark}{verdict}  \n:small[:gray[{panels.said(ahead)}]]")


def reasons(
    company: Company,
    decision: Decision,
    scenario: Scenario,
    mix: Option,
    *,
    theme: Theme,
    currency: str | None,
) -> None:
    """Say why, rank the options, and show where the discount's money goes."""
    one = WORDS[company.analysis.relation].customer
    clock = company.analysis.state.axis.clock
    panels.because(deciding.because(decision, scenario, clock, currency, one))
    by = st.segmented_control("Rank by", list(RANKS), default="Money", required=True)
    st.table(
        deciding.ranked(decision, RANKS[by or "Money"], currency, mix),
        hide_index=True,
        border="horizontal",
    )
    st.subheader("Where the discount's money goes")
    panels.figure(
        charts.money_goes(deciding.ledger(decision), theme, currency=currency), key="decide_money"
    )


def settling(
    company: Company, decision: Decision, scenario: Scenario, theme: Theme, currency: str | None
) -> None:
    """Show what matters most, and the test that would settle it."""
    now = deciding.lead(decision)
    pulls = deciding.matters(company.analysis, scenario, now, currency)
    panels.because([deciding.what_turns(pulls, now, currency)])
    panels.figure(charts.matters(pulls, theme, currency=currency, turns=-now), key="decide_matters")
    lines = deciding.rulers(decision, deciding.FURTHER, 0.0, currency)
    panels.figure(charts.rulers(lines, theme), key="decide_further")
    st.subheader("Test it first")
    analysis = company.analysis
    trial = getattr(analysis, "trial", None)
    test, tried = experiments.planned(analysis, scenario)
    panels.because(
        [
            experiments.past(trial, analysis.relation),
            experiments.worth(test, currency, tried, scenario),
        ]
    )
    if trial is not None:
        with st.expander("How your test was checked", icon=":material/fact_check:"):
            panels.because(experiments.checks(trial))
    st.download_button(
        "Test brief to hand over",
        experiments.brief(test, tried, company.name, currency),
        file_name=exports.file_name("test_brief.txt", company.kind),
        mime="text/plain",
        icon=":material/download:",
        on_click="ignore",
        disabled=test.per_group is None,
    )


def giving(company: Company, scenario: Scenario, currency: str | None) -> None:
    """Show the best option of each segment, and the list a budget pays for."""
    analysis = company.analysis
    file = company.source.companion("customers")
    by = st.selectbox(
        "Segments by",
        session.derived(whom.ways, file),
        format_func=lambda way: wording.capital(way.removeprefix("first_").replace("_", " ")),
    )
    found = session.derived(whom.sorted_by, by, file)
    mix = whom.mixed(analysis, found, scenario)
    panels.because(
        said for said in (whom.mix_sentence(mix, currency), whom.pooled_sentence(found)) if said
    )
    st.dataframe(whom.segment_table(mix, currency), hide_index=True)
    st.subheader("Whom to offer it, within a budget")
    targets(company, scenario, currency)


def targets(company: Company, scenario: Scenario, currency: str | None) -> None:
    """Show the list of those the discount pays for, best return first, up to the budget."""
    panels.setting(st.columns([1, 2])[0], "budget", f"Budget{panels.unit(currency)}")
    chosen = whom.listed(company.analysis, scenario, scenario.budget, "keep")
    panels.because([whom.list_sentence(chosen, len(company.analysis.roster), currency)])
    if not chosen.taken:
        return
    st.dataframe(
        whom.list_table(chosen, company.analysis, session.customer_label, currency),
        hide_index=True,
    )
    ask = st.empty()
    named = ask.checkbox(
        "Put names into the file",
        value=not session.names_hidden(),
        help="Otherwise every customer has the made-up label of the screen. Names leave this "
        "machine with the file: send it only to those who may see them.",
    )
    hidden = replace(session.visit(), names_shown=False)
    st.download_button(
        f"The whole list, {wording.count(chosen.taken, 'customer')}, CSV",
        whom.list_csv(chosen, company.analysis, str if named else hidden.label, company.kind),
        file_name=exports.file_name("target_list.csv", company.kind),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def exchanging(scenario: Scenario, theme: Theme, currency: str | None) -> None:
    """Show the largest customers against the newcomers that would make up for them."""
    kept = swapping.swap_scenario(scenario)
    found = session.derived(swapping.swaps, kept)
    labels = [session.customer_label(swap.customer) for swap in found]
    panels.because([swapping.swap_sentence(found, labels[0], currency)])
    st.dataframe(swapping.swap_table(found, labels, currency), hide_index=True)
    with st.columns([1, 2])[0]:
        place = st.selectbox("Look closer at", range(len(found)), format_func=labels.__getitem__)
    closer = session.derived(swapping.exchanged, kept, found[place].customer)
    if closer is None:
        return
    panels.because(swapping.exchange_sentences(closer, labels[place], currency))
    panels.figure(charts.exchange(closer, theme, currency=currency), key="decide_exchange")


def service(decision: Decision, currency: str | None) -> None:
    """Draw the controls of a service beside the discount, its need in the label."""
    need = deciding.service_title(decision)
    with st.expander(
        f"Service instead of a discount: {panels.said(need)}", icon=":material/support_agent:"
    ):
        controls.more(((None, controls.SERVICE),), currency)


def best_by_value(company: Company, scenario: Scenario) -> Mix:
    """Return the best mix by value and risk, for the bar beside the others."""
    found = session.derived(whom.sorted_by, VALUE_AND_RISK)
    return whom.mixed(company.analysis, found, scenario)
