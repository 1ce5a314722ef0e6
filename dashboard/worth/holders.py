"""Who holds the worth: four kinds of customers, the largest, and the customers of each kind."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, exports, panels, session
from dashboard.relations import room
from dashboard.session import Company
from dashboard.wording import capital
from dashboard.wording import worth as words
from dashboard.wording.relations import WORDS
from dashboard.worth import asks
from models.values import Values
from models.worth import Quadrant


def show(company: Company, values: Values) -> None:
    """Draw the tab."""
    analysis, theme = company.analysis, session.theme()
    says, unit = room(analysis).worth, asks.unit(company, values)
    kinds, one = says.quadrant(analysis, values), WORDS[analysis.relation].customer
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("Chance and worth")
        chart = charts.quadrant(
            kinds, theme, currency=unit, axis_of=says.CHANCE, one=one, given=says.GIVEN
        )
        panels.figure(chart, key="worth_kinds")
        panels.because([words.kinds(kinds, says.CHANCE, unit, one, says.GIVEN)])
        st.caption(words.kinds_drawn(one))
    with right.container(border=True, height="stretch"):
        st.header("Money so far")
        with panels.or_refused():
            held = session.derived(says.held)
            panels.figure(charts.concentration(held, theme, height=360, one=one), key="worth_held")
            panels.because([words.holds(asks.holds(values))])
    _listed(company, values, kinds)


@st.fragment
def _listed(company: Company, values: Values, kinds: Quadrant) -> None:
    """Draw the customers of one kind, names hidden unless switched on, and a file of them."""
    says, unit = room(company.analysis).worth, asks.unit(company, values)
    one = WORDS[company.analysis.relation].customer
    with st.container(border=True):
        st.header("Who they are")
        names = [box.name for box in kinds.boxes]
        name = st.segmented_control(
            f"{capital(one)}s",
            names,
            default=kinds.doubtful.name,
            required=True,
            key=f"worth_box:{company.key}",
        )
        table = asks.members(kinds, values, name, says.CHANCE, panels.unit(unit))
        shown = table.head(asks.LISTED)
        shown = shown.assign(customer=[session.customer_label(who) for who in shown["customer"]])
        number = st.column_config.NumberColumn(format="%,.0f" if values.has_money else "%,.1f")
        columns = dict.fromkeys(shown.columns, number) | {
            f"{says.CHANCE}, %": st.column_config.NumberColumn(format="%.0f"),
            "customer": st.column_config.TextColumn(capital(one)),
        }
        st.dataframe(shown, hide_index=True, height=280, column_config=columns)
        st.caption(words.listed_customers(len(table), len(shown), one))
        st.download_button(
            f"Download these {one}s (CSV)",
            lambda: exports.members_csv(
                table, company.analysis.log, session.customer_label, company.kind
            ),
            exports.file_name(f"{exports.slug(name)}.csv", company.kind),
            "text/csv",
            icon=":material/download:",
            disabled=table.empty,
        )
