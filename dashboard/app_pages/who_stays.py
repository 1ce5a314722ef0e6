import streamlit as st

from dashboard import charts, panels, session, staying, why
from dashboard.relations import room
from dashboard.stays import better, cohorts, compared, danger
from dashboard.wording import comparing as words
from models.errors import EvidenceError
from models.survival import Curve

company = session.company()
analysis, theme = company.analysis, session.theme()
stays = room(analysis).staying
told, found = compared(company), session.derived(stays.findings)
choices = stays.comparisons(told.analysis)


@st.fragment
def leaving() -> None:
    """Curves of staying, with what to look at and whom to compare."""
    quantity, *several = stays.QUANTITIES
    *what, one, two, which = st.columns(
        [5, 3, 3, 4] if several else 3, gap="medium", vertical_alignment="bottom"
    )
    if what:
        quantity = what[0].segmented_control(
            "What to follow",
            stays.QUANTITIES,
            default=quantity,
            required=True,
            key=f"stays_quantity:{analysis.relation}",
            persist_state="session",
        )
    first = one.selectbox(
        "Compare", [staying.ALONE, *choices], key=f"stays_by:{company.key}", persist_state="session"
    )
    second = two.selectbox(
        "and by",
        [staying.NOTHING_ELSE, *choices],
        key=f"stays_and:{company.key}",
        disabled=first == staying.ALONE,
        persist_state="session",
    )
    by = staying.crossed(choices.get(first), choices.get(second))
    try:
        lines = session.derived(stays.curves, quantity, by, of=told)
        whole = staying.one_line(lines)
    except EvidenceError as reason:
        panels.refusal(reason)
        return
    labels = [line.label for line in lines]
    picked = which.multiselect(
        "Lines",
        labels,
        max_selections=staying.MOST_LINES,
        key=f"stays_lines:{company.key}:{quantity}:{by}",
        placeholder="2 best, 2 worst, everyone" if len(labels) > staying.MOST_LINES else "all",
        disabled=len(labels) < 2,
    )
    draw(quantity, by, staying.shown(lines, picked))
    differing = () if by is None else session.derived(stays.differences, quantity, by, of=told)
    with st.expander("The numbers behind the lines"):
        times = whole.share[0] > staying.NEARLY_ALL
        st.dataframe(staying.numbers(lines, differing, times=times), hide_index=True)
        st.caption(stays.estimator(analysis, quantity))


def draw(quantity: str, by: str | tuple[str, ...] | None, lines: tuple[Curve, ...]) -> None:
    """Draw the lines beside what they say."""
    picture, reasons = st.columns([2, 1], gap="medium")
    with picture.container(border=True, height="stretch"):
        panels.figure(
            charts.survival(
                lines,
                theme,
                fitted=session.derived(stays.fitted, quantity) if by is None else None,
                since=stays.SINCE,
                title=stays.title(analysis, quantity),
                first=found.first if (quantity, by) == (stays.QUANTITIES[0], None) else "",
                height=290,
            ),
            key="stays_curves",
            height="stretch",
        )
    with reasons.container(border=True, height="stretch"):
        everyone = session.derived(stays.said_of, quantity)
        if by is None:
            st.header("Because")
            panels.because([everyone, *found.because])
        else:
            st.header("What differs")
            differing = session.derived(stays.differences, quantity, by, of=told)
            panels.because(words.differences(differing, stays.saying(analysis, quantity)))
            panels.because([everyone])
    st.caption(f"{staying.BANDS} {stays.method(analysis, quantity)}")


panels.verdict(found.headline)
leaving()
TABS = {
    "Is it getting better?": better,
    "Dangerous months": danger,
    "Cohorts": cohorts,
    "Why and where": why,
}
for tab, content in zip(st.tabs(list(TABS), on_change="rerun"), TABS.values(), strict=True):
    if tab.open:
        with tab, panels.or_refused():
            content.show(company)
