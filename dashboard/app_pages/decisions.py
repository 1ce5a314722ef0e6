from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import (
    compared,
    deciding,
    exports,
    listing,
    logbook,
    needs,
    packing,
    panels,
    session,
    whom,
)
from dashboard.wording.relations import WORDS
from models.decisions.segments import VALUE_AND_RISK
from models.errors import TenureError

company = session.company()
analysis, currency = company.analysis, company.currency or None
scenario = analysis.answerable(session.scenario())
decision = analysis.decide(scenario)
one = WORDS[analysis.relation].customer
try:
    owner = logbook.owner_of(company)
    entries, saved = logbook.kept(company, owner), logbook.proposals(owner)
except TenureError as error:
    st.warning(panels.said(error), icon=":material/error:")
    owner, entries, saved = None, [], {}


def first_things(option: str, budget: float | None) -> None:
    """Show whom to turn to, what that brings, and the file of it."""
    found = session.derived(whom.listed, scenario, budget, option)
    offer, waits = listing.offer_said(scenario, option), listing.waits(scenario, option)
    brings = listing.list_sentence(found, currency, one, waits=waits)
    st.caption(panels.said(f"{offer}. {brings}"))
    table = listing.list_table(
        analysis, found, offer, session.customer_label, currency, waits=waits
    )
    columns = {
        name: st.column_config.NumberColumn(said, format="localized", width=100, help=name)
        for name, said in listing.shown_as(currency).items()
    }
    # The offer is the same in every row: it stands above on the screen, and in the file.
    st.dataframe(table, hide_index=True, height=290, column_config=columns | {"Offer": None},
                 alt="Whom to turn to first")  # fmt: skip
    with st.popover("Take the list, CSV", icon=":material/download:", type="tertiary"):
        named = st.checkbox("With customers' names, as in the file", key="list_names")
        label = replace(session.visit(), names_shown=named).label
        st.download_button(
            "Download",
            partial(listing.list_csv, analysis, found, offer, label, company.kind, waits=waits),
            file_name=exports.file_name("first.csv", company.kind),
            mime="text/csv",
            on_click="ignore",
        )


def two_scenarios() -> None:
    """Lay two scenarios side by side."""
    known = {
        compared.NOW: scenario.to_settings(),
        compared.BEGAN: replace(session.visit(), settings={}).scenario().to_settings(),
        **{name: kept.settings for name, kept in saved.items()},
    }
    left, right = st.columns(2, gap="medium")
    first = left.selectbox("Compare", list(known), key="scenario_one")
    rest = [name for name in known if name != first]
    second = right.selectbox("with", rest[::-1], key="scenario_two")
    both = [analysis.answerable(compared.readable(known[name])) for name in (first, second)]
    answers = [analysis.decide(one) for one in both]
    names = (first, second)
    for place, answer in zip((left, right), answers, strict=True):
        with place.container(border=True, height="stretch"):
            st.markdown(f"**{panels.said(deciding.headline(answer, currency or ''))}**")
    apart = compared.differing(*both, names, currency)
    if apart.empty:
        st.caption("Both have the same settings: move one on any page, or choose another.")
    else:
        st.table(apart, hide_index=True)
    st.table(compared.options_compared(*answers, names, currency), hide_index=True)
    st.table(compared.turns_compared(*answers, names, currency), hide_index=True)
    for place, name in zip(st.columns(2, gap="medium"), names, strict=True):
        if name != compared.NOW and place.button("Use these settings", key=f"use:{name}"):
            session.set_knobs(**known[name])
            st.rerun()


begin = session.derived(whom.listed, scenario, None, "keep")
outcomes = [entry.outcome for entry in entries if entry.outcome]
waiting = listing.waits(scenario, "keep")
panels.verdict(listing.headline(begin, decision.best, currency, outcomes, one, waits=waiting))
todo, write = st.columns([3, 2], gap="medium")
with todo.container(border=True, height="stretch"):
    st.header("Whom first")
    offers = ["keep", *(["service"] if scenario.service_save_rate is not None else [])]
    which, cap = st.columns(2, vertical_alignment="bottom")
    option = which.selectbox("Offer", offers, format_func=deciding.NAMES.get, key="list_option")
    budget = cap.number_input(
        f"Spend at most{panels.unit(currency)}", min_value=0.0, value=None,
        placeholder="no limit", key="list_budget",
    )  # fmt: skip
    first_things(option, budget)
with write.container(border=True, height="stretch"):
    st.header("What is decided")
    try:
        logbook.save_form(company, decision, scenario)
    except TenureError as reason:
        panels.refusal(reason)

right_, next_, two, groups, files = st.tabs(
    ["Were we right?", listing.NEXT[analysis.relation], "Two scenarios", "By segment", "Take away"],
    key="decisions_tabs", on_change="rerun",
)  # fmt: skip
with right_:
    logbook.log(company, entries)
if next_.open:
    with next_:
        needs.show(company)
if two.open:
    with two:
        logbook.save_scenario(company, scenario)
        two_scenarios()
if groups.open:
    with groups:
        mix = whom.mixed(analysis, session.derived(whom.sorted_by, VALUE_AND_RISK), scenario)
        panels.because([whom.mix_sentence(mix, currency)])
        st.dataframe(whom.segment_table(mix, currency), hide_index=True)
if files.open:
    with files:
        packing.buttons(company, st.container(horizontal=True), "decisions")
