"""From the numbers that other tools show to ours, step by step."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, panels, session
from dashboard.relations import room
from dashboard.session import Company
from dashboard.wording import bridges as words
from dashboard.wording.relations import WORDS
from dashboard.worth import asks
from models.values import Values


@st.fragment
def show(company: Company, values: Values) -> None:
    """Draw the tab."""
    analysis, unit = company.analysis, asks.unit(company, values)
    relation = analysis.relation
    with panels.or_refused():
        found = session.derived(room(analysis).worth.bridges, values.business)
        ways = {words.STARTS[relation][over.start]: over for over in found}
        start = st.segmented_control(
            "Start from",
            list(ways),
            default=next(iter(ways)),
            required=True,
            key=f"worth_start:{company.key}",
        )
        over = ways[start]
        left, right = st.columns([3, 2], gap="medium")
        with left.container(border=True, height="stretch"):
            st.header(f"All {WORDS[relation].customer}s together")
            names = words.names(over, relation)
            chart = charts.waterfall(over, session.theme(), names=names, currency=unit)
            panels.figure(chart, key="worth_bridge")
        with right.container(border=True, height="stretch"):
            st.header("Why")
            panels.because([words.told(over, relation, unit), *words.whys(over, relation)])
