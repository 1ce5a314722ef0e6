"""Dangerous months: when customers leave, what that costs, and what a silence means."""

from __future__ import annotations

import streamlit as st

from dashboard import briefing, charts, panels, session, staying
from dashboard.relations import room
from dashboard.wording import comparing as words


def show(company: session.Company) -> None:
    """Draw the risk of leaving by age, or what a silence means."""
    stays = room(company.analysis).staying
    view = stays.DANGERS[0]
    if len(stays.DANGERS) > 1:
        view = st.segmented_control(
            "Look at", stays.DANGERS, default=view, required=True, key="stays_danger"
        )
    picture, said = st.columns([2, 1], gap="medium")
    with panels.or_refused():
        told = _silence(company) if view == stays.SILENCE else _risk(company, view)
        with picture.container(border=True, height="stretch"):
            panels.figure(told[0], key="stays_risk", height="stretch")
        with said.container(border=True, height="stretch"):
            st.header("Because")
            panels.because(told[1])


def _silence(company: session.Company) -> tuple[charts.Figure, tuple[str, ...]]:
    stays = room(company.analysis).staying
    found = session.derived(stays.silence)
    return charts.silence(found, session.theme()), stays.silence_said(found)


def _risk(company: session.Company, view: str) -> tuple[charts.Figure, tuple[str, ...]]:
    scenario = company.analysis.answerable(session.scenario())
    found = session.derived(room(company.analysis).staying.danger, view)
    values = session.derived(briefing.worth, briefing.money_only(scenario))
    chart = charts.risk(found.risk, session.theme(), title=found.title, under=found.axis)
    lost = [words.cost(one, company.currency or None) for one in staying.costs(found, values)]
    return chart, (*(lost or [words.no_danger(found)]), *found.said)
