"""Where a contact log and a file of customers are dropped, and what became of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard import beside, panels, session, wording
from dashboard.companies import Companion, Part
from dashboard.company import Company
from models.contacts import Contacts
from models.customer_file import CustomerFile
from models.errors import TenureError

TITLES: Final[dict[Part, tuple[str, str]]] = {
    "contacts": (
        "Contact log",
        "One row per contact: customer, date, channel, reason, hours to answer, rating",
    ),
    "customers": (
        "Customer file",
        "One row per customer: its number as in your file, then whatever is known",
    ),
}
READ: Final = {"contacts": beside.contacts, "customers": beside.customer_file}
VOUCHED: Final = {
    True: "Yes, all of it was known then",
    False: "No, or nobody knows",
}
AS_RECOGNISED: Final = "as recognised"


def show(company: Company) -> None:
    """Draw both places side by side."""
    for place, part in zip(st.columns(2, gap="medium"), TITLES, strict=True):
        with place.container(border=True, height="stretch"):
            _one(company, part)


def _one(company: Company, part: Part) -> None:
    title, what = TITLES[part]
    st.header(title)
    key = f"{session.upload_key()}:{part}"
    st.file_uploader(
        what,
        type=["csv", "tsv", "txt", "gz", "xlsx", "xlsm", "xls", "parquet"],
        max_upload_size=200,
        key=key,
        on_change=session.receive_beside,
        args=(part, key),
    )
    meant = next((one for one in session.visit().missing if one.part == part), None)
    if meant is not None:
        name = wording.escape(meant.file) or "a file without a name"
        st.warning(f"The link was made with **{name}**: drop it here.", icon=":material/link:")
    companion = company.source.companion(part)
    if companion is None:
        return
    whose = "" if companion.owner else " (comes with this company)"
    st.markdown(f"**{wording.escape(companion.name)}**{whose}")
    found: Contacts | CustomerFile | None = None
    try:
        found = session.derived(READ[part], companion)
    except TenureError as error:
        st.error(wording.escape(error, longest=1000), icon=":material/error:")
    if found is not None:
        st.markdown(panels.said(beside.matched(company.analysis, found)))
        if part == "customers":
            _vouch(companion)
        with st.expander("Where every row went"):
            st.table(beside.ledger(found), hide_index=True, border="horizontal")
            panels.because(beside.unused(found))
    if companion.owner:
        _correct(companion, found)
        st.button("Put this file away", on_click=session.forget_beside, args=(part,),
                  type="tertiary", key=f"forget:{part}")  # fmt: skip


def _vouch(companion: Companion) -> None:
    """Ask what only the file's owner knows: whether all of it was known at the start."""
    answers = list(VOUCHED)
    known = companion.known_when_won
    answer = st.radio(
        "Was everything in it known when each customer was won?",
        answers,
        index=None if known is None else answers.index(known),
        format_func=VOUCHED.get,
        key=f"vouched:{companion.fingerprint[:12]}",
        help="What was written down later may only say what became of a customer. Until you "
        "answer, it is shown nowhere as a sign of whom to win.",
    )
    if answer is not None and answer != known:
        session.lay_beside(replace(companion, known_when_won=answer))
        st.rerun()


def _correct(companion: Companion, found: Contacts | CustomerFile | None) -> None:
    """Let the columns be corrected."""
    try:
        headers = session.derived(beside.headers, companion)
    except TenureError:
        return
    seen = {} if found is None else beside.recognised(found)
    now = dict(companion.columns)
    with (
        st.expander("Which column is which", expanded=found is None),
        st.form(f"beside:{companion.part}", border=False),
    ):
        chosen = {
            role: st.selectbox(
                f"{label}: {wording.shorten(seen[role])}" if role in seen else label,
                range(len(headers) + 1),
                index=min(now.get(role, 0), len(headers)),
                format_func=lambda n: wording.shorten(headers[n - 1]) if n else AS_RECOGNISED,
                key=f"beside:{companion.fingerprint[:12]}:{role}",
            )
            for role, label in beside.COLUMNS[companion.part].items()
        }
        told = st.form_submit_button("Read it with these columns")
    columns = tuple((role, place) for role, place in chosen.items() if place)
    if told and columns != companion.columns:
        session.lay_beside(replace(companion, columns=columns))
        st.rerun()
