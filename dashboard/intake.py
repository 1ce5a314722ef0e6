"""How a file comes in: dropped, its columns confirmed, and matched with the link that wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import session, wording
from dashboard.links import Reading
from models.errors import TenureError

if TYPE_CHECKING:
    from models.transactions.guessing import Guess

NOBODY: Final = "no such column"
MAIN: Final = {
    "customer": "Who bought",
    "date": "When",
    "amount": "How much money",
    "order": "Order number",
    "quantity": "Pieces",
    "price": "Price of a piece",
    "product": "What was bought",
    "country": "Country",
}
MORE: Final = {
    "channel": "Channel",
    "discount": "Discount",
    "refund": "Refunded",
    "status": "Status",
    "currency": "Currency",
    "cost": "Cost",
}
CURRENCIES: Final = (
    *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY"),
    *("KRW", "MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "USD", "ZAR"),
)
DATE_ORDERS: Final = {
    "": "as the column says",
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}


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
    st.info(f"**{name}** is here, and waits for a look at its columns.", icon=":material/schedule:")
    st.page_link(page, label="Look at its columns", icon=":material/table_view:")


def drop() -> None:
    """Draw the place where a file is dropped."""
    key = session.upload_key()
    st.file_uploader(
        "Drop a file of purchases: CSV, Excel or Parquet, up to 200 MB",
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


def columns() -> None:
    """Draw which column is which, to be corrected, and read the file in that way when told."""
    try:
        with st.spinner("Looking at the columns"):
            raw, guess = session.guessed()
    except TenureError as error:
        st.error(wording.escape(error, longest=1000), icon=":material/error:")
        return
    source, reading = session.visit().considered
    st.markdown(
        f"**{wording.escape(raw.name)}**: {wording.count(raw.rows, 'row')}, "
        f"{wording.count(len(raw.headers), 'column')}. "
        + " ".join(wording.escape(note, longest=300) for note in raw.notes)
    )
    for question in guess.questions:
        st.warning(wording.escape(question, longest=400), icon=":material/help:")
    guesses = {role: guess.guess(role) for role in (*MAIN, *MORE)}
    guessed = {role: found.column + 1 if found else 0 for role, found in guesses.items()}
    now = guessed | dict(reading.columns)
    with st.form("columns", border=False):
        chosen: dict[str, int] = {}
        with st.grid(4, min_column_width=220, gap="medium"):
            for role, label in MAIN.items():
                with st.container(gap="xsmall"):
                    chosen[role] = _choice(role, label, raw.headers, now[role], source.fingerprint)
                    st.caption(_sample(guesses[role], now[role] == guessed[role]))
        with st.expander("More columns, and how dates are written"), st.grid(4, gap="medium"):
            for role, label in MORE.items():
                chosen[role] = _choice(role, label, raw.headers, now[role], source.fingerprint)
            order = st.selectbox(
                "Order of a date",
                list(DATE_ORDERS),
                index=list(DATE_ORDERS).index(reading.date_order),
                format_func=DATE_ORDERS.__getitem__,
            )
            currency = st.selectbox(
                "Currency",
                ["", *CURRENCIES],
                index=["", *CURRENCIES].index(reading.currency),
                format_func=lambda code: code or "as the file says",
            )
            sheet = 0
            if raw.sheets:
                sheet = st.selectbox(
                    "Sheet",
                    range(len(raw.sheets) + 1),
                    index=reading.sheet,
                    format_func=lambda n: raw.sheets[n - 1] if n else "the one with the table",
                )
        told = st.form_submit_button(
            "Read the file with these columns", icon=":material/play_arrow:", type="primary"
        )
    if told:
        changed = tuple(sorted((r, c) for r, c in chosen.items() if c != guessed[r]))
        session.read_as(
            replace(reading, columns=changed, date_order=order, sheet=sheet, currency=currency)
        )
        st.rerun()


def _choice(role: str, label: str, headers: Sequence[str], place: int, file: str) -> int:
    """Draw the columns a role may have and return the 1-based position chosen, 0 for none."""
    position: int = st.selectbox(
        label,
        range(len(headers) + 1),
        index=place,
        format_func=lambda n: wording.shorten(headers[n - 1]) if n else NOBODY,
        key=f"column:{role}:{file[:12]}:{place}",
    )
    return position


def _sample(found: Guess | None, as_guessed: bool) -> str:
    """Return what the column holds and how sure the guess is, safe for Markdown."""
    if not as_guessed:
        return "chosen by you"
    if found is None:
        return "not in the file"
    values = ", ".join(wording.escape(value, longest=20) for value in found.samples[:2])
    return f"{wording.percent(found.confidence)} sure · {values}"


def rules(reading: Reading) -> None:
    """Draw the switches of the cleaning rules, in the order in which they are applied."""
    from models.transactions.cleaning import RULES

    off = set(reading.rules_off)
    with st.form("rules", border=False):
        for rule in RULES:
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
