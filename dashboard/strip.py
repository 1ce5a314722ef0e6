"""The strip that never leaves: whose numbers these are, and what they rest on."""

from __future__ import annotations

import streamlit as st

from dashboard import session, wording
from dashboard.session import Company
from models.periods import date_of

KINDS = {
    "real": ("Real company", "green", ":material/verified:"),
    "invented": ("Invented company", "orange", ":material/science:"),
    "yours": ("Your company", "blue", ":material/lock:"),
}
SWITCH = "names_switch"


def facts(company: Company) -> list[str]:
    """Return what the strip says, in its order, as plain text."""
    transactions = company.analysis.transactions
    planning = date_of(transactions.last_day + 1)
    margin = wording.percent(session.scenario().margin)
    said = {"yours": "", "example": ", example", "assumed": ", assumed"}[session.badge("margin")]
    return [
        f"{company.currency or 'no currency named'}, net of returns"
        if transactions.has_money
        else "no money in the file",
        f"margin {margin}{said}",
        f"data until {wording.short_date(date_of(transactions.last_day))}",
        f"planning from {wording.short_date(planning)} (the day after your data)",
        wording.count(len(company.analysis.customers), "customer"),
        "your file stays on this machine",
    ]


def show(company: Company) -> None:
    """Draw the strip for the open company."""
    title, colour, icon = KINDS[company.kind]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(title, color=colour, icon=icon)
        st.caption(
            f"**{wording.escape(company.name)}** · " + " · ".join(facts(company)), width="content"
        )
        st.toggle(
            "Show names",
            value=not session.names_hidden(),
            key=SWITCH,
            on_change=session.switch_names,
            args=(SWITCH,),
            help="Names and e-mail addresses are hidden on the screen and in downloads.",
        )
