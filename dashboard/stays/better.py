"""Is it getting better: each cohort's share, and what moved the share of all customers."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, panels, session
from dashboard.relations import room
from dashboard.stays import compared
from dashboard.wording import comparing as words


def show(company: session.Company) -> None:
    """Draw newer against older cohorts, and a change split into behaviour and mix."""
    now, why = st.columns(2, gap="medium")
    with now.container(border=True, height="stretch"), panels.or_refused():
        _newer(company)
    with why.container(border=True, height="stretch"), panels.or_refused():
        _moved(company)


def _newer(company: session.Company) -> None:
    stays = room(company.analysis).staying
    found = session.derived(stays.better)
    panels.figure(
        charts.bought_again(found.cohorts, session.theme(), title=found.title, since=stays.SINCE),
        key="stays_better",
        height="stretch",
    )
    panels.because(found.said)
    if found.marked:
        st.caption(f"{found.left_out} Hollow: left out, or not all followed that long (…).")


def _moved(company: session.Company) -> None:
    stays = room(company.analysis).staying
    told = compared(company)
    kinds = stays.kinds(told.analysis)
    by = st.selectbox(
        "Why the share changed, with customers told apart by",
        list(kinds),
        key=f"stays_kinds:{company.key}",
    )
    if by is None:
        st.info("The file says nothing that would tell kinds of customers apart.")
        return
    split = session.derived(stays.changed, kinds[by], of=told)
    panels.figure(
        charts.change(split.change, session.theme(), title=stays.CHANGED), key="stays_change"
    )
    panels.because([*stays.changed_said(split), words.kinds(split.change)])
