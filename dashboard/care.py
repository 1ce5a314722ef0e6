"""The tab that says which contacts go with staying, and what answering them may cost."""

from __future__ import annotations

import streamlit as st

from dashboard import briefing, cared, panels, session
from dashboard.charts.why import ratios
from dashboard.company import Company
from dashboard.visit import LOGGED
from dashboard.wording import care as words

START = 5.0


def show(company: Company) -> None:
    """Draw the tab."""
    analysis, currency = company.analysis, company.currency or None
    scenario = briefing.money_only(analysis.answerable(session.scenario()))
    with panels.or_refused():
        found = session.derived(cared.care, company.source.companion("contacts"), scenario)
        st.markdown(f"**{panels.said(words.headline(found))}**")
        picture, told = st.columns([3, 2], gap="medium")
        with picture.container(border=True, height="stretch"):
            chart = ratios(
                cared.rows(found), session.theme(),
                unit="Times as many lost as of others alike",
            )  # fmt: skip
            panels.figure(chart, key="care_chart")
            st.caption("Lines are 8 in 10. What is grey may be chance.")
        with told.container(border=True, height="stretch"):
            st.header("In words")
            panels.because(words.because(found))
            st.header("What an answer may cost")
            cost = st.number_input(
                f"Cost of one contact{panels.unit(currency)} :orange-badge[example]",
                min_value=0.0, value=START, step=1.0, key=f"care_cost:{analysis.relation}",
                persist_state="session",
                help="What one answered contact costs you: wages, tools, goodwill.",
            )  # fmt: skip
            _lever(company, found, cost)
        st.table(cared.table(found, cost, currency), hide_index=True)
        st.caption(panels.said(words.METHOD[found.event]))


def _lever(company: Company, found: cared.Care, cost: float) -> None:
    """Say what answering could bring, and offer to try it on Keep or replace."""
    currency = company.currency or None
    if found.lever is None:
        st.write("No difference passes the test, so there is nothing that an answer could pay for.")
        return
    st.markdown(panels.said(words.lever(found.lever, currency)))
    if cost and company.analysis.log.has_money:
        st.markdown(panels.said(words.at_cost(found.lever, cost, currency)))
    if company.analysis.relation == "subscription":
        st.button(
            "Try this service on Keep or replace",
            icon=":material/support_agent:",
            on_click=session.set_knobs,
            kwargs={"source": LOGGED, **cared.service_knobs(found.lever, cost)},
        )
    else:
        st.caption("A shop's silence is not yet leaving, so no service is set from it.")
