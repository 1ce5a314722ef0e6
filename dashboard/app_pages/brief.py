import streamlit as st

from dashboard import briefing, charts, panels, session, shell
from models.errors import EvidenceError

company = session.company()
scenario, currency = session.scenario(), company.currency
decision = company.analysis.decide(scenario)

panels.verdict(briefing.headline(decision, currency))

money = briefing.money_only(scenario)
cards = briefing.cards(
    company.analysis,
    session.derived(briefing.worth, money),
    session.derived(briefing.worth_a_year_ago, money),
    decision,
    currency,
)
with st.grid(4, gap="medium", min_column_width=230):
    for card in cards:
        with st.container(border=True, height="stretch", gap="xsmall"):
            panels.tile(card)

picture, reasons = st.columns([2, 1], gap="medium")
with picture.container(border=True, height="stretch"):
    st.header("Acquire or retain? Revenue by when its customers came")
    try:
        cake = session.derived(briefing.cake)
    except EvidenceError as reason:
        panels.refusal(reason)
    else:
        drawn = charts.layer_cake(cake, session.theme(), currency=currency or None, height=300)
        panels.figure(drawn, key="cake")
        st.caption(briefing.cake_marks(company.analysis))
with reasons.container(border=True, height="stretch"):
    st.header("Because")
    panels.because(briefing.because(company.analysis, decision, currency))
    st.page_link(shell.DECIDE, label="Decide", icon=":material/arrow_forward:")
