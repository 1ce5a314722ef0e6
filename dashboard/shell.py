"""What surrounds every page: its place, the strip, and what is shown instead when there is none."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import charts, intake, session, strip, wording
from models.errors import TenureError

PAGES: Final = Path(__file__).parent / "app_pages"
ICON: Final = Path(__file__).parent / "static" / "tenure.svg"
TRUST: Final = PAGES / "data_and_trust.py"
DECIDE: Final = PAGES / "keep_or_replace.py"
TRUST_TITLE: Final = "Data and trust"
LOG: Final = logging.getLogger(__name__)


def navigation() -> StreamlitPage:
    """Return the page asked for. One page answers one question; the order is the meeting's."""
    pages = [
        st.Page(PAGES / name, title=title, help=question, default=name == "brief.py")
        for name, title, question in (
            ("brief.py", "Brief", "What should we do this quarter?"),
            ("who_stays.py", "Who stays", "When do customers leave, and is it getting better?"),
            ("worth.py", "Worth", "What is a customer worth, and when is our money back?"),
            ("ideal_customer.py", "Ideal customer", "Whom should we win more of, and whom not?"),
            ("keep_or_replace.py", "Keep or replace", "Discount to keep them, or replace them?"),
            ("plan.py", "Plan", "When must new customers come, and how does it pay for itself?"),
            ("decisions.py", "Decisions", "Who does what by Friday, and were we right last time?"),
            ("data_and_trust.py", TRUST_TITLE, "Can this data carry it?"),
        )
    ]
    st.logo(ICON)
    return st.navigation(pages, position="top")


def show(page: StreamlitPage) -> None:
    """Draw the strip and the page, or say in a sentence why there is nothing to draw."""
    if session.awaited() is not None:
        session.write_address()
        intake.ask_for_linked_file()
        return
    intake.say_notices()
    try:
        _show_company(page)
    except TenureError as error:
        st.error(wording.escape(error, longest=1000), icon=":material/error:")
    except Exception:
        LOG.exception("The page %s could not be drawn", page.title)
        st.error(
            "This page met something it does not know how to handle. Nothing you entered is lost: "
            "try another page, or another setting. What happened stands in the server's log.",
            icon=":material/error:",
        )


def _show_company(page: StreamlitPage) -> None:
    on_trust = page.title == TRUST_TITLE
    try:
        company = _company()
    except TenureError:
        session.write_address()
        if not on_trust:
            st.page_link(TRUST, label="Look at the file", icon=":material/table_view:")
            raise
    else:
        strip.show(company, TRUST)
        st.html(charts.stylesheet())
        session.write_address()
    if session.visit().draft is not None and not on_trust:
        intake.remind(TRUST)
    page.run()
    session.warm_next()


def _company() -> session.Company:
    """Return the open company; while it is being made, say how far that is."""
    if session.ready():
        return session.company()
    place = st.empty()
    with place.container():
        status = st.status("Opening the company", expanded=True)
        bar = status.progress(0.0, "Starting")
    try:
        return session.company(lambda text, share: bar.progress(share, wording.escape(text)))
    finally:
        place.empty()
