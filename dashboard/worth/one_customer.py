"""One customer, from the first purchase on; the name stays hidden unless it is switched on."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, panels, session
from dashboard.relations import room
from dashboard.session import Company
from dashboard.wording import worth as words
from dashboard.worth import asks
from models.values import Values


@st.fragment
def show(company: Company, values: Values) -> None:
    """Draw the tab."""
    analysis, unit = company.analysis, asks.unit(company, values)
    says = room(analysis).worth
    chosen = says.examples(analysis, values)
    which = st.segmented_control(
        "An example of",
        list(chosen),
        default=says.DOUBT,
        required=True,
        key=f"worth_who:{company.key}",
    )
    with st.container(border=True), panels.or_refused():
        told = says.story(analysis, values, chosen[which], session.derived(says.known))
        st.header(session.customer_label(told.customer))
        chart = charts.story(
            told,
            session.theme(),
            last_day=analysis.log.last_day,
            currency=unit,
            each=says.EACH,
            chance=says.LOOKED,
        )
        panels.figure(chart, key="worth_story")
        panels.because([words.story(told, values, unit)])
        if len(told.looked) > 1:
            st.caption(says.LOOKED_BACK)
