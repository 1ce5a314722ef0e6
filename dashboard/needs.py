"""The tab that says when each customer's next purchase or renewal comes, and of what."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import briefing, exports, panels, session, wanting
from dashboard.company import Company
from models.errors import EvidenceError
from models.needs import NextProducts


def show(company: Company) -> None:
    """Draw the tab."""
    with panels.or_refused():
        if company.analysis.relation == "shop":
            _purchases(company)
        else:
            _renewals(company)


def _purchases(company: Company) -> None:
    found = session.derived(wanting.dates)
    st.markdown(f"**{panels.said(wanting.dates_said(found))}**")
    said = []
    try:
        said.append(wanting.check_said(session.derived(wanting.check)))
    except EvidenceError as reason:
        said.append(str(reason))
    likely: NextProducts | None = None
    try:
        likely = session.derived(wanting.products)
        said.append(wanting.products_said(likely))
    except EvidenceError as reason:
        said.append(str(reason))
    order = st.segmented_control(
        "First", list(wanting.ORDERS), format_func=wanting.ORDERS.get, default="overdue",
        required=True, key="needs_order",
    )  # fmt: skip
    _listed(
        company,
        wanting.purchase_table(found, likely, order, session.customer_label),
        partial(wanting.purchase_table, found, likely, order, session.customer_label, None),
        "next_purchases.csv",
    )
    panels.because(said)


def _renewals(company: Company) -> None:
    analysis, currency = company.analysis, company.currency or None
    scenario = briefing.money_only(analysis.answerable(session.scenario()))
    found = session.derived(wanting.renewals, scenario)
    people = analysis.people
    said = wanting.renewals_said(found, people.last_day, people.period_months)
    st.markdown(f"**{panels.said(said)}**")
    _listed(
        company,
        wanting.renewal_table(found, session.customer_label, currency),
        partial(wanting.renewal_table, found, session.customer_label, currency, None),
        "next_renewals.csv",
    )


def _listed(company: Company, table: pd.DataFrame, everybody: partial, name: str) -> None:
    """Show the first customers, and offer the file of all of them."""
    st.dataframe(table, hide_index=True, height=380, alt="When customers buy or renew next")
    st.download_button(
        "Everybody, CSV",
        lambda: wanting.as_csv(everybody(), company.kind),
        file_name=exports.file_name(name, company.kind),
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
