"""The strip that never leaves: whose numbers these are, and what they rest on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import exports, packing, session, wording
from dashboard.companies import Source
from dashboard.session import Company
from dashboard.visit import YOURS
from dashboard.wording import relations
from models.periods import date_of

KINDS = {
    "real": ("Real company", "green", ":material/verified:"),
    "invented": ("Invented company", "orange", ":material/science:"),
    "yours": ("Your company", "blue", ":material/lock:"),
}
SWITCH = "names_switch"


def facts(company: Company) -> list[str]:
    """Return what the strip says, in its order, as plain text."""
    analysis, asked = company.analysis, session.scenario()
    log, here = analysis.log, analysis.customers_today
    words = relations.WORDS[analysis.relation]
    counted = analysis.answerable(asked).horizon_months
    margin = wording.percent(asked.margin)
    said = "" if session.badge("margin") == YOURS else ", example"
    return [
        f"{company.currency or 'no currency named'}, {words.money}"
        if log.has_money
        else "no money in the file",
        f"margin {margin}{said}",
        *(
            [f"counted {wording.months(counted)} ahead, for the file is short"]
            if counted < asked.horizon_months
            else []
        ),
        *_time(log.last_day),
        wording.count(analysis.customer_count, words.customer)
        + ("" if here is None else f", {wording.count(here)} of them today"),
        "your file stays on this machine; names "
        + ("hidden" if session.names_hidden() else "shown"),
    ]


def _time(last_day: int | None) -> list[str]:
    if last_day is None:
        return ["a file without dates: today is the day it was made"]
    planning = wording.short_date(date_of(last_day + 1))
    return [
        f"data until {wording.short_date(date_of(last_day))}",
        f"planning from {planning} (the day after your data)",
    ]


def show(company: Company, own_file: Path) -> None:
    """Draw the strip for the open company, with the way to the page that takes a file."""
    title, colour, icon = KINDS[company.kind]
    line = f"**{wording.escape(company.name)}** · " + " · ".join(facts(company))
    said, ways = st.columns([8, 4], vertical_alignment="center")
    said.markdown(f":small[:{colour}-badge[{icon} {title}] :gray[{line}]]")
    with ways, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(own_file, label="Use your own file", icon=":material/upload_file:")
        for source in session.visit().elsewhere:
            _way_to(source)
        st.toggle(
            "Show names",
            value=not session.names_hidden(),
            key=SWITCH,
            on_change=session.switch_names,
            args=(SWITCH,),
        )
        share(company)


def _way_to(source: Source) -> None:
    """Draw the way to another company; the page stays the same."""
    st.button(
        source.teaser or f"Back to {wording.escape(source.name, longest=24)}",
        key=f"switch:{source.fingerprint}",
        on_click=session.switch,
        args=(source.fingerprint,),
        type="tertiary",
        icon=":material/swap_horiz:",
    )


def share(company: Company) -> None:
    """Draw what can be taken away: a link with all settings, and files."""
    visit, scenario = session.visit(), session.scenario()
    # Opening it runs the page again, so that the link holds what a slider has just set.
    with st.popover("Share", type="tertiary", key="share", on_change="rerun"):
        asked = " Whoever opens it is asked for the file." if company.kind == "yours" else ""
        st.caption(f"This page as it is set, to copy: settings travel, data do not.{asked}")
        link = exports.link(st.context.url or "", visit.address())
        st.code(link, language=None, wrap_lines=True, height=110)
        st.download_button(
            "Customers, CSV",
            partial(exports.customers_csv, company.analysis, scenario, visit.label, company.kind),
            file_name=exports.file_name("customers.csv", company.kind),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption(f"Names are {'hidden' if session.names_hidden() else 'in it, as in your file'}.")
        st.download_button(
            "Everything computed, JSON",
            partial(exports.analysis_json, company.analysis, scenario, company.kind),
            file_name=exports.file_name("analysis.json", company.kind),
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        packing.buttons(company, st.container(), "share")
