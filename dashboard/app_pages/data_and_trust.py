import streamlit as st

from dashboard import (
    bringing,
    columns,
    glossary,
    intake,
    panels,
    session,
    settings,
    tables,
    wording,
)
from dashboard import tested as forecast_tests
from dashboard.relations import room
from models.errors import TenureError

MARKS = {
    "yes": ":green[:material/check_circle:]",
    "partly": ":orange[:material/error:]",
    "no": ":gray[:material/do_not_disturb_on:]",
}

answer = st.container()

with st.container(border=True):
    st.header("Your own file")
    intake.drop()
    draft = session.visit().draft
    if draft is not None:
        columns.ask()
        st.button("Put this file away", on_click=session.forget_draft, type="tertiary")

try:
    company = session.company()
except TenureError as error:
    answer.title("Can this data carry it?")
    st.error(wording.escape(error, longest=1000), icon=":material/error:")
    if draft is None:
        columns.ask()
    st.stop()
analysis, currency = company.analysis, company.currency
says = room(analysis)
with answer:
    panels.verdict(says.trust.verdict(analysis))

if draft is not None:
    waiting = f"**{wording.escape(draft.name)}** is not open yet. What follows is still"
    st.info(f"{waiting} **{wording.escape(company.name)}**.", icon=":material/schedule:")
else:
    with st.expander("Which column is which", icon=":material/table_view:"):
        columns.ask()

counted, able = st.columns([6, 5], gap="medium")
with counted.container(border=True, height="stretch"):
    st.header("Where every row and all money went")
    st.table(
        tables.ledger(analysis.log.ledger, currency),
        hide_index=True,
        border="horizontal",
        alt="Rows and money in the file, used, and left out by reason",
    )
    st.markdown(says.fitness.where_it_went(analysis, currency))
with able.container(border=True, height="stretch", gap="xsmall"):
    st.header("What this file is good for")
    for finding in says.fitness.findings(analysis):
        st.markdown(f"{MARKS[finding.answer]} {finding.text}")
bringing.show(company)
with st.container(border=True):
    st.header("Three settings to make yours")
    settings.three(currency)

rules, tested, models, words = st.tabs(
    ["Cleaning rules", "Was the forecast right?", "Models and assumptions", "Glossary"],
    key="trust_tabs",
    on_change="rerun",
)
with rules:
    intake.rules(company.reading, says.fitness.RULES)
if tested.open:  # nothing in it is computed before somebody asks
    with tested:
        forecast_tests.show(company)
with models:
    st.dataframe(
        tables.fits(says.trust.fits(analysis)),
        hide_index=True,
        column_config={
            "model": "Model",
            "log-likelihood": st.column_config.NumberColumn("Log-likelihood", format="%,.1f"),
            "parameters": "Parameters",
            "fit": st.column_config.TextColumn("How the fit ended", width="large"),
        },
        alt="Every model that was fitted, with its parameters",
    )
    st.dataframe(
        tables.assumptions(analysis.log.assumptions),
        hide_index=True,
        column_config={
            "what": "Assumed",
            "taken as": "Taken as",
            "why": st.column_config.TextColumn("Why", width="large"),
        },
        alt="Every guess that was taken instead of a question",
    )
with words:
    for term in glossary.TERMS:
        st.markdown(
            f"**{term.name}.** {term.meaning}  \n"
            f":gray[{term.formula}. *Elsewhere:* {term.elsewhere}]"
        )
