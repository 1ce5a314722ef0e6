import streamlit as st

from dashboard import briefing, charts, panels, session
from dashboard.relations import room
from dashboard.wording import worth as words
from dashboard.wording.relations import WORDS
from dashboard.worth import TABS, asks
from models.worth import bands

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
scenario = analysis.answerable(session.scenario())
values = session.derived(briefing.worth, briefing.money_only(scenario))
decision, one = analysis.decide(scenario), WORDS[analysis.relation].customer

panels.verdict(words.headline(decision, values, asks.here(values), currency, one))
margin, rate, horizon, cost = st.columns(4, gap="medium")
panels.setting(margin, "margin", "Margin, %")
panels.setting(rate, "annual_rate", "Interest per year, %")
panels.setting(horizon, "horizon_months", "Counted ahead, months")
panels.setting(cost, "acquisition_cost", f"Cost of a new {one}{panels.unit(currency)}")

spread, reasons = st.columns([2, 1], gap="medium")
with spread.container(border=True, height="stretch"):
    st.header(f"Where the worth lies, from small {one}s to large")
    chart = charts.value_bands(bands(values), theme, currency=asks.unit(company, values), one=one)
    panels.figure(chart, key="worth_bands")
    st.caption(words.bands_drawn(one))
with reasons.container(border=True, height="stretch"):
    st.header("Because")
    panels.because(
        [
            words.everybody(values, currency, one),
            words.afford(decision, values, currency, one),
            *filter(None, [room(analysis).worth.little_known(analysis)]),
        ]
    )
    if values.has_money:
        held = session.derived(room(analysis).worth.held)
        panels.because(said for said in [words.held(held, len(values.frame), one)] if said)

for tab, show in zip(st.tabs(list(TABS), on_change="rerun"), TABS.values(), strict=True):
    if tab.open:
        with tab:
            show(company, values)
st.info(panels.said(words.most(decision, values, currency, one)), icon=":material/savings:")
