"""The strip that never leaves: whose numbers these are, and what they rest on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import exports, packing, session, wording
from dashboard.companies import Source
from dashboard.session import Company
from dashboard.visit import DATA, YOURS
from dashboard.wording import relations
from models.periods import date_of

KINDS = {
    "real": ("Real company", "green", ":material/verified:"),
    "invented": ("Invented company", "orange", ":material/science:"),
    "yours": ("Your company", "blue", ":material/lock:"),
}
SWITCH = "names_switch"


def line(company: Company) -> list[str]:
    """Return what the strip always shows, in its order, as plain text."""
    analysis = company.analysis
    log, here = analysis.log, analysis.customers_today
    counted = wording.count(analysis.customer_count, relations.WORDS[analysis.relation].customer)
    until = "no dates" if log.last_day is None else f"data until {_day(log.last_day)}"
    return [
        (company.currency or "no currency named") if log.has_money else "no money in the file",
        until,
        counted if here is None else f"{counted}, {wording.count(here)} of them today",
    ]


def facts(company: Company) -> list[str]:
    """Return what else these numbers rest on, each as a sentence of plain text."""
    analysis, asked = company.analysis, session.scenario()
    log = analysis.log
    said = "" if session.badge("margin") == YOURS else ", example"
    return [
        *([f"Money is {relations.WORDS[analysis.relation].money}."] if log.has_money else []),
        f"Counted with a margin of {wording.percent(asked.margin)}{said}.",
        *_ahead(analysis.answerable(asked).horizon, asked.horizon),
        (
            "The file has no dates: today is the day it was made."
            if log.last_day is None
            else f"Planning from {_day(log.last_day + 1)}, the day after your data."
        ),
        "Your file stays on this machine.",
        f"Customers' names are {'hidden' if session.names_hidden() else 'shown'}.",
    ]


def _ahead(counted: float, asked: float) -> list[str]:
    """Say how far ahead is counted where a file shortens it, or stretches it."""
    ahead = f"Counted {wording.months(counted)} ahead"
    if counted < asked:
        return [f"{ahead}, for the file is short."]
    if session.badge("horizon_months") == DATA:
        return [f"{ahead}. {session.visit().why('horizon_months')}"]
    return []


def _day(number: int) -> str:
    return wording.short_date(date_of(number))


def show(company: Company, own_file: Path) -> None:
    """Draw the strip for the open company, with the way to the page that takes a file."""
    title, colour, icon = KINDS[company.kind]
    said = " · ".join([f"**{wording.escape(company.name)}**", *line(company)])
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(f":small[:{colour}-badge[{icon} {title}] :gray[{said}]]", width="content")
    with row:
        about(company, own_file)
        st.space("stretch")
        st.page_link(
            own_file, label="Use your own file", icon=":material/upload_file:", width="content"
        )
        for source in session.visit().elsewhere:
            _way_to(source)
        share(company)


def about(company: Company, own_file: Path) -> None:
    """Draw what these numbers rest on, examples first, and the switch for names."""
    examples = session.examples_sentence()
    label, icon = ("Examples", ":material/tune:") if examples else ("About", ":material/info:")
    with st.popover(label, type="tertiary", icon=icon, key="about"):
        opening = company.source.about or f"Your file: {wording.escape(company.name)}."
        st.markdown(f"{opening} {examples}")
        if examples:
            st.page_link(own_file, label="Change them", icon=":material/arrow_forward:")
        st.markdown("  \n".join(f":small[:gray[{fact}]]" for fact in facts(company)))
        st.toggle(
            "Show names",
            value=not session.names_hidden(),
            key=SWITCH,
            on_change=session.switch_names,
            args=(SWITCH,),
        )


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
