"""The tab that lays earlier forecasts beside what came; everything in it is computed when asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import charts, panels, session, wording
from dashboard.relations import room
from dashboard.session import Company
from models.periods import date_of

TOTAL, EACH = "In total", "Week by week"


def show(company: Company) -> None:
    """Draw the tab."""
    analysis = company.analysis
    says = room(analysis)
    trust = says.trust
    if not trust.cuts(analysis):
        st.markdown(panels.said(analysis.holdout_why))
        return
    st.markdown(f"**{panels.said(trust.summary(analysis))}**")
    if analysis.holdout is not None:
        st.markdown(panels.said(says.fitness.test_result(analysis.holdout, company.currency)))
    _cuts(trust.table(analysis))
    st.caption(panels.said(trust.carried(analysis)))
    if trust.TRACKED:
        left, right = st.columns([3, 2], gap="medium")
        with left.container(border=True, height="stretch"):
            _weeks(company)
        with right.container(border=True, height="stretch"):
            _tenths(company)
    with st.container(border=True):
        st.header("Which model, and why")
        st.markdown(panels.said(trust.winner(analysis)))
        _tournament(session.derived(trust.tournament))


def _cuts(table: pd.DataFrame) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        placeholder=wording.UNKNOWN,
        column_config={
            "known until": st.column_config.DateColumn("Known until", format="D MMM YYYY"),
            "weeks": "Weeks",
            "forecast": number("Forecast", format="%,.0f"),
            "low": number("8 in 10 from", format="%,.0f"),
            "high": number("to", format="%,.0f"),
            "came": number("Came", format="%,.0f"),
            "off by": number("Off by", format="percent"),
            "came inside": "The range",
            "nobody leaves": number("If nobody left", format="%,.0f"),
            "weeks before": number("As the weeks before", format="%,.0f"),
            "period before": number("As the period before", format="%,.0f"),
            "year before": number("As a year before", format="%,.0f"),
        },
        alt="What was forecast at every cut with its range, what came, and naive rules",
    )


@st.fragment
def _weeks(company: Company) -> None:
    trust = room(company.analysis).trust
    made = trust.cuts(company.analysis)
    st.header("The weeks after a cut")
    place = st.selectbox(
        "Known until",
        range(len(made)),
        index=len(made) - 1,
        format_func=lambda i: f"{wording.date(date_of(made[i].cut))}, {made[i].weeks} weeks",
        key="tested_cut",
    )
    how = st.segmented_control("Shown", (TOTAL, EACH), default=TOTAL, required=True)
    seen = session.derived(trust.weeks, place)
    total = how == TOTAL
    each = np.array([seen.came, seen.forecast])
    drawn = each.cumsum(axis=1) if total else each
    panels.figure(
        charts.tracking(
            seen.weeks,
            drawn[0],
            drawn[1],
            session.theme(),
            low=seen.low if total else drawn[1],
            high=seen.high if total else drawn[1],
            what="Purchases after the cut, in total" if total else "Purchases in each week",
        ),
        key="tested_weeks",
    )


def _tenths(company: Company) -> None:
    st.header("Who was expected to buy, and who did")
    st.dataframe(
        session.derived(room(company.analysis).trust.by_tenth),
        hide_index=True,
        column_config={
            "tenth": "Tenth",
            "customers": st.column_config.NumberColumn("Customers", format="localized"),
            "expected": st.column_config.NumberColumn("Expected each", format="%.2f"),
            "came": st.column_config.NumberColumn("Came each", format="%.2f"),
        },
        alt="Customers at the last cut by tenths of expected purchases, beside what they bought",
    )
    st.caption("Customers at the last cut, from those expected to buy least to those most.")


def _tournament(table: pd.DataFrame) -> None:
    percent = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        table,
        hide_index=True,
        placeholder=wording.UNKNOWN,
        column_config={
            **dict.fromkeys(table.columns, percent),
            "model": "Model",
            "log-likelihood": st.column_config.NumberColumn("Log-likelihood", format="%,.1f"),
            "criterion": st.column_config.NumberColumn("BIC, lower is better", format="%,.1f"),
            "typically": st.column_config.NumberColumn("Typically off by", format="percent"),
        },
        alt="Every model by likelihood, by its criterion and by its error on what it was not shown",
    )
