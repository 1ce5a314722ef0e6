"""Which column is which, and what only the file's owner knows: asked before a file is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import asking, session, wording
from dashboard.links import Reading
from models.errors import TenureError

if TYPE_CHECKING:
    from dashboard.asking import FileKind
    from models.transactions.columns import Mapping as Columns
    from models.transactions.guessing import Guess
    from models.transactions.rawtable import RawTable

NOBODY: Final = "no such column"
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


def ask() -> None:
    """Draw which column is which, to be corrected, and read the file in that way when told."""
    from dashboard import opening  # imports DuckDB

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
    wanted = _kind(guess, reading, source.fingerprint)
    guesses = asking.proposed(guess, wanted)
    guessed = {role: found.column + 1 for role, found in guesses.items()}
    now = guessed | dict(reading.columns)
    if wanted == "subscription" and not asking.dated(now):
        reading, now["flag"] = _leaving(guess, reading, now.get("flag", 0), source.fingerprint)
    with st.form("columns", border=False):
        form = _Form(raw, guesses, guessed, now, source.fingerprint)
        chosen, changed = _fields(form, wanted, reading)
        told = st.form_submit_button(
            "Read the file with these columns", icon=":material/play_arrow:", type="primary"
        )
    if not told:
        return
    seen = opening.kind_of(guess, Reading())
    question = asking.open_question(now | chosen, changed) if wanted == "subscription" else ""
    if question:
        st.error(question, icon=":material/help:")
        return
    columns = {**chosen, **({"flag": now["flag"]} if now.get("flag") else {})}
    session.read_as(
        replace(
            changed,
            relation="" if wanted == seen else wanted,
            columns=tuple(sorted((r, c) for r, c in columns.items() if c != guessed.get(r, 0))),
        )
    )
    st.rerun()


def _kind(guess: Columns, reading: Reading, file: str) -> FileKind:
    """Ask what is in the file; the columns' answer stands until it is changed."""
    from dashboard import opening  # imports DuckDB

    wanted: FileKind = st.segmented_control(
        "What is in this file?",
        list(asking.KINDS),
        format_func=asking.KINDS.__getitem__,
        default=opening.kind_of(guess, reading),
        required=True,
        key=f"relation:{file[:12]}",
    )
    return wanted


def _leaving(guess: Columns, reading: Reading, place: int, file: str) -> tuple[Reading, int]:
    """Ask what only the file's owner knows: which value means leaving, and whose is in the file."""
    st.markdown("**Two questions that a file without dates cannot answer itself**")
    first, second, third = st.columns(3, gap="medium")
    headers = guess.headers
    with first:
        place = _choice("flag", "Which column says who left?", headers, place, file)
    means = ""
    if place:
        column = asking.flag(guess, place)
        values = list(column.values)
        means = second.radio(
            f"Which value of {wording.escape(column.header, longest=40)} means: left?",
            values,
            index=values.index(reading.left_means) if reading.left_means in values else None,
            format_func=lambda value: wording.escape(column.values[value], longest=60),
            key=f"left:{file[:12]}:{place}",
        )
    known = list(asking.LEAVERS)
    leavers = third.radio(
        "Whose leaving is in the file?",
        known,
        index=known.index(reading.leavers) if reading.leavers else None,
        format_func=asking.LEAVERS.__getitem__,
        key=f"leavers:{file[:12]}",
    )
    return replace(reading, left_means=means or "", leavers=leavers or ""), place


@dataclass(frozen=True)
class _Form:
    """What the form of columns begins with: guesses by role, and positions guessed and in force."""

    raw: RawTable
    guesses: Mapping[str, Guess]
    guessed: Mapping[str, int]
    now: Mapping[str, int]
    file: str

    def choose(self, role: str, label: str) -> int:
        """Draw the columns a role may have, with what the present one holds."""
        place = self.now.get(role, 0)
        position = _choice(role, label, self.raw.headers, place, self.file)
        st.caption(_sample(self.guesses.get(role), place == self.guessed.get(role, 0)))
        return position


def _fields(form: _Form, wanted: FileKind, reading: Reading) -> tuple[dict[str, int], Reading]:
    """Draw the fields for one kind of company, and return the positions and the reading chosen."""
    chosen: dict[str, int] = {}
    with st.grid(4, min_column_width=220, gap="medium"):
        for role, label in asking.MAIN[wanted].items():
            with st.container(gap="xsmall"):
                chosen[role] = form.choose(role, label)
    with st.expander("More columns, and how dates are written"), st.grid(4, gap="medium"):
        for role, label in asking.MORE[wanted].items():
            chosen[role] = _choice(role, label, form.raw.headers, form.now.get(role, 0), form.file)
        return chosen, _how_written(form.raw, wanted, reading)


def _how_written(raw: RawTable, wanted: FileKind, reading: Reading) -> Reading:
    """Draw what holds for the whole file, and return the reading with it."""
    order = st.selectbox(
        "Order of a date",
        list(DATE_ORDERS),
        index=list(DATE_ORDERS).index(reading.date_order),
        format_func=DATE_ORDERS.__getitem__,
    )
    currency = st.selectbox(
        "Currency",
        ["", *CURRENCIES],
        index=["", *CURRENCIES].index(reading.currency) if reading.currency in CURRENCIES else 0,
        format_func=lambda code: code or "as the file says",
    )
    covers = st.date_input(
        "Last day the file covers",
        value=reading.covers,
        help="Left empty: the last day of any row. A list of subscriptions says it less well than "
        "purchases do: name the day it was made.",
    )
    period = reading.period_months
    if wanted != "shop":
        period = st.selectbox(
            "Paid",
            list(asking.PERIODS),
            index=list(asking.PERIODS).index(period) if period in asking.PERIODS else 0,
            format_func=asking.PERIODS.__getitem__,
        )
    sheet = 0
    if raw.sheets:
        sheet = st.selectbox(
            "Sheet",
            range(len(raw.sheets) + 1),
            index=reading.sheet,
            format_func=lambda n: raw.sheets[n - 1] if n else "the one with the table",
        )
    return replace(
        reading,
        date_order=order,
        currency=currency,
        covers=covers,
        period_months=period,
        sheet=sheet,
    )


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
