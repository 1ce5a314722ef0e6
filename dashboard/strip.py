"""The strip that never leaves: whose numbers these are, and what they rest on."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import session, wording
from dashboard.session import Company
from dashboard.visit import YOURS
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
    said = "" if session.badge("margin") == YOURS else ", example"
    return [
        f"{company.currency or 'no currency named'}, net of returns"
        if transactions.has_money
        else "no money in the file",
        f"margin {margin}{said}",
        f"data until {wording.short_date(date_of(transactions.last_day))}",
        f"planning from {wording.short_date(planning)} (the day after your data)",
        wording.count(len(company.analysis.customers), "customer"),
        "your file stays on this machine; names "
        + ("hidden" if session.names_hidden() else "shown"),
    ]


def show(company: Company, own_file: Path) -> None:
    """Draw the strip for the open company, with the way to the page that takes a file."""
    title, colour, icon = KINDS[company.kind]
    line = f"**{wording.escape(company.name)}** · " + " · ".join(facts(company))
    said, switches = st.columns([6, 1], vertical_alignment="center")
    said.markdown(f":small[:{colour}-badge[{icon} {title}] :gray[{line}]]")
    with switches.container(gap=None):
        st.page_link(own_file, label="Use your own file", icon=":material/upload_file:")
        st.toggle(
            "Show names",
            value=not session.names_hidden(),
            key=SWITCH,
            on_change=session.switch_names,
            args=(SWITCH,),
        )
