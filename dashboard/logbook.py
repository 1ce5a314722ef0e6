"""What was decided, on the page: to save it, to recognise its company, to see what came of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import charts, decided, panels, session, wording
from dashboard.decided import Kept
from dashboard.deciding import NAMES
from models.decisions.engine import Decision
from models.decisions.scenario import Scenario
from models.errors import EvidenceError, TenureError
from models.journal import (
    Decided,
    Match,
    Outcome,
    Proposal,
    actual,
    begins_later,
    covered,
    expect,
    hashed,
    longest,
    measures,
    sample,
)

if TYPE_CHECKING:
    from dashboard.session import Company


def owner_of(company: Company) -> str | None:
    """Return the id of the company this file is known to belong to; ask when it looks like one."""
    journal = session.journal()
    if not journal.begun:
        return None
    known = journal.company_of(company.source.fingerprint)
    if known is None:
        match = journal.like(session.derived(hashed, journal.key))
        if match is not None:
            _ask(company, match)
    return known


def _ask(company: Company, match: Match) -> None:
    with st.container(border=True):
        st.markdown(panels.said(decided.likeness(match)))
        yes, no, _ = st.columns([2, 2, 5])
        if yes.button("Yes, the same company", key="journal_same"):
            adopt(company, match.company)
            st.rerun()
        if no.button("No, another one", key="journal_other"):
            adopt(company)
            st.rerun()


def adopt(company: Company, known: str | None = None) -> str:
    """Note whose file this is, and return the company's id."""
    journal = session.journal()
    name = "" if company.kind == "yours" and session.names_hidden() else company.name
    noted = sample(company.analysis, journal.key, name or "an earlier upload")
    return journal.adopt(company.source.fingerprint, noted, known)


def kept(company: Company, owner: str | None) -> list[Kept]:
    """Return the company's decisions, each with what came of it where this file can tell."""
    journal = session.journal()
    outcomes = journal.kept(owner, Outcome)
    found = []
    for key, made in journal.kept(owner, Decided).items():
        outcome, caveat = outcomes.get(key), ""
        try:
            fresh = _scored(company, made)
        except EvidenceError as reason:
            caveat = "" if outcome else str(reason)
        else:
            if fresh is not None and (outcome is None or fresh.data_until >= outcome.data_until):
                if owner and fresh != outcome:
                    journal.save(owner, fresh, key)
                outcome = fresh
                if begins_later(company.analysis, made.data_first):
                    caveat = decided.UNDERSTATED
        found.append(Kept(key, made, outcome, caveat))
    return found


def _scored(company: Company, made: Decided) -> Outcome | None:
    """Return what came of a decision; None while the data does not reach its check date."""
    last = covered(company.analysis)[1]
    promised = made.expectation
    if last is None or last < promised.until:
        return None
    came = session.derived(actual, promised)
    return Outcome(came, promised.holds(came), last)


def save_form(company: Company, decision: Decision, scenario: Scenario) -> None:
    """Draw what a decision needs: what is done, what is measured, until when, by whom."""
    analysis, currency = company.analysis, company.currency or None
    first, last = covered(analysis)
    latest = longest(analysis)
    assert last is not None
    options = [one.name for one in decision.options if one.value is not None]
    chosen = st.selectbox(
        "We will",
        options,
        index=options.index(decision.best) if decision.best in options else 0,
        format_func=NAMES.__getitem__,
        key=f"decide_what:{company.key}",
    )
    by, when = st.columns(2)
    until = when.date_input(
        "Check it on",
        decided.check_date(last, latest),
        min_value=last + dt.timedelta(weeks=1),
        max_value=latest,
        key=f"decide_when:{company.key}",
        help="The number is counted from the day after your data up to this day.",
    )
    measured = measures(analysis)
    measure = by.selectbox(
        "Measured by", measured, format_func=decided.SHORT.get, key=f"decide_by:{company.key}"
    )
    if not isinstance(until, dt.date):
        return
    promised = session.derived(expect, scenario, chosen, until, measure)
    st.markdown(panels.said(decided.promise(promised, currency)))
    with st.form("decide", border=False):
        named, owned = st.columns([3, 2])
        name = named.text_input("Decision", placeholder="Spring offer to the list", max_chars=120)
        owner = owned.text_input("Who sees to it", placeholder="Ann", max_chars=80)
        pressed = st.form_submit_button("Save the decision", icon=":material/bookmark_add:")
    if not pressed:
        return
    try:
        made = decided.decided(
            (name, owner, chosen),
            decision,
            scenario,
            promised,
            currency=company.currency,
            badge=session.badge,
            data_first=first,
        )
        session.journal().save(adopt(company), made)
    except TenureError as error:
        st.warning(panels.said(error), icon=":material/error:")
    else:
        st.success(
            panels.said(f"Saved: {made.name}. {made.owner} looks again on {wording.date(until)}."),
            icon=":material/bookmark_added:",
        )


def log(company: Company, entries: list[Kept]) -> None:
    """Draw past decisions with what came of them."""
    if not entries:
        st.caption(
            "No decision is saved for this company yet. Once one is, the next file that reaches "
            "its check date tells whether what came lies in the expected range."
        )
        return
    spans = decided.spans_of(entries)
    if spans:
        panels.figure(
            charts.spans(
                spans, session.theme(), unit="per cent of what was expected",
                centre=100.0, mark="what came",
            ),
            key="decided_spans",
        )  # fmt: skip
    st.dataframe(decided.log_table(entries), hide_index=True, alt="Decisions and what came of them")
    for note in dict.fromkeys(one.caveat for one in entries if one.caveat):
        st.caption(panels.said(note))
    st.caption(f"{decided.ADVICE} Kept in {panels.said(session.journal().place)}.")
    with st.popover("Forget one", type="tertiary"):
        by_key = {one.key: one.decided.name for one in entries}
        gone = st.selectbox("Decision", list(by_key), format_func=by_key.__getitem__)
        if st.button("Forget it", key="journal_forget"):
            session.journal().forget(gone)
            st.rerun()


def proposals(owner: str | None) -> dict[str, Proposal]:
    """Return the saved scenarios by name, the newest of each name."""
    return {one.name: one for one in session.journal().kept(owner, Proposal).values()}


def save_scenario(company: Company, scenario: Scenario) -> None:
    """Draw where the settings get a name."""
    last = covered(company.analysis)[1]
    with st.form("scenario", border=False):
        named, go = st.columns([4, 2], vertical_alignment="bottom")
        name = named.text_input("Name these settings", placeholder="Half the list", max_chars=120)
        pressed = go.form_submit_button("Save the scenario", icon=":material/save:")
    if not pressed:
        return
    try:
        made = Proposal(name, scenario.to_settings(), last or dt.date.today())
        session.journal().save(adopt(company), made)
    except TenureError as error:
        st.warning(panels.said(error), icon=":material/error:")
    else:
        st.success(panels.said(f"Saved: {made.name}."), icon=":material/check:")
