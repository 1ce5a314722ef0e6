"""The tab that says why customers leave and where; everything in it is computed when asked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import briefing, charts, leavers, panels, session
from dashboard.charts.why import Row, ratios
from dashboard.charts.why import reasons as reasons_chart
from dashboard.session import Company
from dashboard.wording import why as words
from models.decisions.scenario import Scenario
from models.drivers import Drivers
from models.losses.judging import Loss

EVERYTHING = "everything"
MOST_ROWS = 8


def show(company: Company) -> None:
    """Draw the tab."""
    log, shop = company.source.companion("contacts"), company.analysis.relation == "shop"
    views = leavers.views(company.analysis.relation, contacts=log is not None)
    view = st.segmented_control(
        "Look at", views, default=views[0], required=True, key=f"why:{company.analysis.relation}"
    )
    with panels.or_refused():
        if view == leavers.REASONS:
            _reasons(company)
        elif view == leavers.SERVICE and shop:
            told = session.derived(leavers.after_contacting, log)
            _losses(company, told.losses, "contact", words.contacted_method(told))
        elif view == leavers.SERVICE:
            found = session.derived(leavers.after_contacts, log, _scenario(company))
            _losses(company, found, "renewal", words.CONTACTS_METHOD)
        elif view == leavers.PRODUCTS:
            lost = session.derived(leavers.after_purchases)
            _losses(company, lost.losses, "purchase", words.products_method(lost.days))
        else:
            _drivers(company)


def _scenario(company: Company) -> Scenario:
    return briefing.money_only(company.analysis.answerable(session.scenario()))


def _laid_out(
    headline: str, chart: charts.Figure, because: Sequence[str], method: str, table: pd.DataFrame
) -> None:
    st.markdown(f"**{panels.said(headline)}**")
    picture, said = st.columns([2, 1], gap="medium")
    with picture.container(border=True, height="stretch"):
        panels.figure(chart, key="why_chart")
    with said.container(border=True, height="stretch"):
        st.header("Because")
        panels.because(because)
    st.caption(panels.said(method))
    with st.expander("The numbers"):
        st.dataframe(table, hide_index=True, column_config=COLUMNS)


COLUMNS = {
    name: st.column_config.NumberColumn(name, format=form)
    for form, names in {
        "percent": ("of those who told one", "lost", "lost from", "lost to", "expected"),
        "%.2f": ("times as fast", "times as often", "8 in 10 from", "to", "looked at alone",
                 "times as long"),
        "%.3f": ("by luck alone",),
        "%,.0f": ("worth had they stayed", "at stake a year"),
    }.items()
    for name in names
}  # fmt: skip


def _drivers(company: Company) -> None:
    file = company.source.companion("customers")
    plainly = session.derived(leavers.drivers, (), file)
    names = leavers.choosable(plainly)
    chosen: list[str] = []
    if names:
        chosen = st.multiselect(
            "Also compare",
            list(names),
            placeholder="columns left out unless you vouch for them",
            key=f"why_also:{company.key}",
            help="Choose a column only if each of its values was known when the customer came.",
        )
    found = session.derived(leavers.drivers, tuple(names[name] for name in chosen), file)
    unit = {"leaving": "leave", "second purchase": "come back"}[found.event]
    _laid_out(
        words.drivers_headline(found),
        ratios(
            _effects(found), session.theme(), unit=f"How many times as fast they {unit} as others"
        ),
        words.drivers_because(found) or ["Nothing else stands out."],
        words.drivers_method(found),
        leavers.effects_table(found),
    )
    if found.left_out:
        with st.expander("Columns that were not compared, and why"):
            panels.because(leavers.left_out(found))


def _effects(found: Drivers) -> list[Row]:
    return [
        Row(
            words.group(e), e.rate.best, e.rate.low, e.rate.high, words.effect_said(e, found),
            words.bad(e, found.event) if e.announced else None,
        )
        for e in found.effects[:MOST_ROWS]
    ]  # fmt: skip


def _reasons(company: Company) -> None:
    usual = session.derived(leavers.reasons, _scenario(company))
    chosen = st.multiselect(
        "Nobody can change",
        [reason.name for reason in usual.found if reason.changeable is not None],
        default=leavers.fixed(usual),
        format_func=words.reason,
        placeholder="every reason can be changed",
        key=f"why_fixed:{company.key}",
        help="Reasons that are beyond anybody's reach; by their words until you choose.",
    )
    found = session.derived(leavers.reasons, _scenario(company), tuple(sorted(chosen)))
    _laid_out(
        words.reasons_headline(found),
        reasons_chart(found, session.theme()),
        words.reasons_because(found, company.currency or None),
        words.REASONS_METHOD,
        leavers.reasons_table(found),
    )


def _losses(company: Company, found: tuple[Loss, ...], what: str, method: str) -> None:
    currency = company.currency or None
    kinds = list(dict.fromkeys(x.kind for x in found))
    if len(kinds) > 1:
        kind = st.selectbox(
            "After", [EVERYTHING, *sorted(kinds)], format_func=words.kind, key=f"why_kind:{what}"
        )
        found = tuple(x for x in found if kind in (EVERYTHING, x.kind))
    rows = [
        Row(
            words.after(x), x.times.best, x.times.low, x.times.high,
            words.loss_said(x, currency, what), x.times.best > 1 if x.announced else None,
        )
        for x in found[:MOST_ROWS]
    ]  # fmt: skip
    _laid_out(
        words.losses_headline(found, currency, what),
        ratios(rows, session.theme(), unit="How many times as many are lost as expected"),
        words.losses_because(found, currency, what) or ["Nothing else stands out."],
        method,
        leavers.losses_table(found),
    )
