"""When what winning a customer cost is earned back, and what each year of them brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import charts, panels, session
from dashboard.relations import room
from dashboard.session import Company
from dashboard.spending import spent
from dashboard.wording import worth as words
from dashboard.wording.relations import WORDS
from dashboard.worth import asks
from models.values import Values

if TYPE_CHECKING:
    from models.acquisition import Spending
    from models.earned import Earned


def show(company: Company, values: Values) -> None:
    """Draw the tab."""
    _by_age(company, values)
    with st.container(border=True):
        st.header("Margin by year of the relationship")
        with panels.or_refused():
            _by_year(company, values)


@st.fragment
def _by_age(company: Company, values: Values) -> None:
    """Draw the curves; a refusal is caught in here, since it never leaves a fragment."""
    with panels.or_refused():
        _curves(company, values)


def _curves(company: Company, values: Values) -> None:
    """Draw the curves of each group, and the month in which each has paid back its cost."""
    analysis, theme, unit = company.analysis, session.theme(), asks.unit(company, values)
    says, margin = room(analysis).worth, values.business.margin
    one = WORDS[analysis.relation].customer
    choices = says.comparisons(analysis)
    by = st.segmented_control(
        "Compare",
        list(choices),
        default=next(iter(choices)),
        required=True,
        key=f"worth_by:{company.key}",
    )
    lines = session.derived(says.earnings, choices[by], asks.MOST_GROUPS)
    costs = _spent(company, choices[by], lines)
    groups = asks.paybacks(lines, costs, session.scenario().acquisition_cost)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header(f"What a new {one} has earned, by age")
        chart = charts.payback(groups, theme, margin=margin, currency=unit, one=one)
        panels.figure(chart, key="worth_payback")
    with right.container(border=True, height="stretch"):
        st.header("When the money is back")
        costly = [group for group in groups if group.cost is not None]
        if costly and not asks.at_once(costly, margin):
            chart = charts.paid_back(costly, theme, margin=margin, currency=unit)
            panels.figure(chart, key="worth_paid_back")
        panels.because([words.paid_back(groups, margin, unit, says.EACH, one)])
        badge = session.badge("acquisition_cost")
        st.caption(panels.said(words.cost_source(costs, badge)))


def _spent(company: Company, by: str | None, lines: Sequence[Earned]) -> Spending | None:
    """Return what the groups cost as channels; say so where that cannot be used."""
    read, why_not = spent(company.source.spending, company.currency)
    if why_not and asks.are_channels(by):
        st.warning(panels.said(why_not))
    return asks.by_channel(read, by, lines)


def _by_year(company: Company, values: Values) -> None:
    """Draw the margin of each year, per customer won and per customer left."""
    says, unit = room(company.analysis).worth, asks.unit(company, values)
    years, margin = session.derived(says.years), values.business.margin
    one = WORDS[company.analysis.relation].customer
    chart = charts.years(
        years, session.theme(), margin=margin, currency=unit, left=says.LEFT, one=one
    )
    panels.figure(chart, key="worth_years")
    panels.because([words.years(years, margin, unit, one)])
    st.caption(panels.said(words.years_seen(years, says.EACH, one)))
