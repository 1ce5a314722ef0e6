"""How a file comes in: dropped, its columns confirmed, and matched with the link that wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import session, wording
from dashboard.links import Reading

if TYPE_CHECKING:
    from models.transactions.cleaning import Rule


def say_notices() -> None:
    """Say what there is to say about the last file or link."""
    for sentence in session.visit().notices:
        st.warning(wording.escape(sentence, longest=600), icon=":material/info:")


def remind(page: Path) -> None:
    """Say that a dropped file waits, with the way to it."""
    draft = session.visit().draft
    if draft is None:
        return
    name = wording.escape(draft.name)
    st.info(f"**{name}** is here, but not open yet.", icon=":material/schedule:")
    st.page_link(page, label="Look at its columns", icon=":material/table_view:")


def drop() -> None:
    """Draw the place where a file is dropped."""
    key = session.upload_key()
    st.file_uploader(
        "Drop a file of purchases or subscriptions: CSV, Excel or Parquet, up to 200 MB",
        type=["csv", "tsv", "txt", "gz", "xlsx", "xlsm", "xls", "parquet"],
        max_upload_size=200,
        key=key,
        on_change=session.receive,
        args=(key,),
    )


def ask_for_linked_file() -> None:
    """Say which file a link was made for; show nothing until that file is here."""
    link = session.awaited()
    if link is None:
        return
    st.title("This link was made for another file")
    day = f", with data until {wording.date(link.last_day)}" if link.last_day else ""
    st.markdown(
        f"It was made for **{wording.escape(link.file) or 'a file without a name'}**{day}. "
        "A link carries settings, never the file. Drop that file here to see the same numbers; "
        "until then nothing of the link is applied."
    )
    say_notices()
    drop()
    st.button(
        "Forget the link and open the demo company",
        on_click=session.forget_link,
        icon=":material/link_off:",
    )


def rules(reading: Reading, known: Sequence[Rule]) -> None:
    """Draw the cleaning rules in the order in which they are applied, with a switch where one is.

    Parameters
    ----------
    reading
        How the open file is read.
    known
        The rules of its kind of company.
    """
    if all(rule.fixed for rule in known):
        for rule in known:
            st.markdown(f"**Left out: {rule.label}.** {rule.reason}")
        return
    off = set(reading.rules_off)
    with st.form("rules", border=False):
        for rule in known:
            on = st.toggle(
                f"Leave out: {rule.label}",
                value=rule.name not in off,
                disabled=rule.fixed,
                help=rule.reason,
                key=f"rule:{rule.name}:{reading.key}",
            )
            off = off - {rule.name} if on or rule.fixed else off | {rule.name}
        told = st.form_submit_button("Read the file with these rules")
    if told and tuple(sorted(off)) != reading.rules_off:
        session.read_as(replace(reading, rules_off=tuple(sorted(off))))
        st.rerun()
