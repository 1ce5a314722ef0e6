"""How a file comes in: dropped on a page, and matched with the link that wants it."""

from __future__ import annotations

import streamlit as st

from dashboard import session, wording


def ask_for_linked_file() -> None:
    """Say which file a link was made for; show nothing until that file is here."""
    link = session.awaited()
    if link is None:
        return
    day = f", with data until {wording.date(link.last_day)}" if link.last_day else ""
    st.title("This link was made for another file")
    st.write(
        f"It was made for **{wording.escape(link.file) or 'a file without a name'}**{day}. "
        "The file itself does not travel with a link. Drop it here to see the same numbers; "
        "until then nothing of the link is applied."
    )
    st.button(
        "Forget the link and open the demo company",
        on_click=session.dismiss_link,
        icon=":material/link_off:",
    )
