import streamlit as st

from dashboard import briefing, care, charts, exports, ideal, ideal_file, panels, session
from dashboard.wording import ideal as words
from models.errors import EvidenceError

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
scenario = analysis.answerable(session.scenario())
with st.spinner("Looking at everybody as they were won"):
    file = company.source.companion("customers")
    study = session.derived(ideal.study, briefing.money_only(scenario), file)
won = study.won
costs, uncosted = ideal.costs(company.source, scenario.acquisition_cost, currency)
place = st.container()

outcome_place, traits_place, margin, cost = st.columns([4, 3, 3, 3], vertical_alignment="bottom")
outcome = outcome_place.selectbox(
    "A good customer is one with",
    list(won.outcomes),
    format_func=lambda name: won.outcomes[name].label,
    key=f"ideal_outcome:{analysis.relation}",
    persist_state="session",
    help=" ".join(f"{one.label}: {one.how}" for one in won.outcomes.values()),
)
with traits_place.popover("What may be used", width="stretch"):
    names = {trait.name: trait.label for trait in won.traits}
    chosen = st.multiselect(
        "Known when a customer was won",
        list(names),
        default=list(study.usual()),
        format_func=names.get,
        key=f"ideal_traits:{company.key}",
        persist_state="session",
    )
    st.caption(words.population(won))
    panels.because(words.left_out(won))
traits = tuple(name for name in names if name in chosen)
panels.setting(margin, "margin", "Margin, %")
panels.setting(cost, "acquisition_cost", f"Cost of a new customer{panels.unit(currency)}")

profiles = study.profiles(outcome, traits)
shown = study.cards(outcome, traits, costs)
with place:
    panels.verdict(words.headline(shown[0], profiles, currency))

for column, card in zip(st.columns(3, gap="medium"), shown, strict=True):
    with column.container(border=True, height="stretch", gap="xsmall"):
        st.header(words.TITLES[card.kind])
        st.markdown(f"**{panels.said(words.who(card, currency))}**")
        for line in words.beside(card, shown[1], currency):
            st.caption(panels.said(line))
        st.space("stretch")  # the numbers of all three stand beside each other
        for tile in ideal.worth(card, currency, won.horizon_months):
            panels.tile(tile, colour="gray")
        for label, fact in words.counted(card, currency):
            panels.row(label, fact)


def goes_with() -> None:
    """Show what goes with the outcome, and say what that does not mean."""
    if profiles is None:
        panels.refusal(EvidenceError(study.why(outcome, traits)))
        return
    singles = profiles.singles
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header(f"What goes with {profiles.outcome.label.lower()}")
        if singles:
            rows = ideal.bars(singles, profiles)
            drawn = charts.spans(rows, theme, unit="Times the average", centre=1.0)
            panels.figure(drawn, key="ideal_influence", height="stretch")
            st.caption("Ranked by the money it makes a difference of. Lines are 8 in 10.")
        else:
            st.write("No single trait passes the tests.")
    with right.container(border=True, height="stretch"):
        st.header("What it does not mean")
        st.info(words.WARNING, icon=":material/info:")
        panels.because(words.only_seeming(singles))
        labels = [
            session.customer_label(str(won.customer[one.largest])) for one in profiles.resting
        ]
        panels.because(words.resting(profiles.resting, labels))
        st.caption(panels.said(words.tested(profiles)))


def by_channel() -> None:
    """Show what each channel's customers are worth, whether they stay, cost and payback."""
    found, back = ideal.channel_table(analysis, won, costs, scenario.margin)
    if not found:
        st.info("The file does not say through which channel customers came: add such a column.")
        return
    if uncosted:
        st.warning(panels.said(uncosted))
    panels.because([words.channels(found, currency)])
    drawn = charts.spans(
        ideal.channel_bars(found, currency),
        theme,
        unit=f"Worth of one{panels.unit(currency)} (upright line: cost of winning one)",
        mark="costs",
    )
    panels.figure(drawn, key="ideal_channels")
    st.table(ideal.channel_rows(found, back, currency), hide_index=True)


def moving() -> None:
    """Show segments with their usual names, and who moved between them."""
    try:
        found = session.derived(ideal.segments)
    except EvidenceError as reason:
        panels.refusal(reason)
        return
    name = st.segmented_control("Segments", list(found), default=next(iter(found)), required=True)
    one = found[name]
    panels.because([words.movement(one, currency), words.best_segment(one)])
    st.dataframe(ideal.segment_rows(one, currency), hide_index=True)
    st.caption(one.how)


def take_away() -> None:
    """Rules to copy, as a table and as one page."""
    if profiles is None or not profiles.announced:
        st.info("No rule passes the tests, so there is no audience to copy.")
        return
    for one in profiles.announced[:5]:
        st.code(one.rule.sentence, language=None, wrap_lines=True)
    sheet = ideal_file.sheet(company.name, company.kind, analysis, scenario, session.badge)
    page = ideal_file.ideal_file(sheet, shown, profiles, won.notes, won.horizon_months)
    st.download_button("The ideal customer on one page (HTML)", page,
                       exports.file_name("ideal_customer.html", company.kind),
                       "text/html", on_click="ignore")  # fmt: skip
    st.download_button("All rules as audiences (CSV)",
                       ideal.audience_csv(profiles, currency, company.kind),
                       exports.file_name("audiences.csv", company.kind),
                       "text/csv", on_click="ignore")  # fmt: skip


shows = {
    f"What goes with {won.outcomes[outcome].label.lower()}": goes_with,
    "Channels": by_channel,
    "Care": lambda: care.show(company),
    "Segments": moving,
    "Take it away": take_away,
}
tabs = st.tabs(list(shows), key=f"ideal_tabs:{analysis.relation}", on_change="rerun")
for tab, show in zip(tabs, shows.values(), strict=True):
    if tab.open:
        with tab:
            show()
panels.because(won.notes)
