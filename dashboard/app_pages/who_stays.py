import streamlit as st

from dashboard import charts, panels, session, staying
from models.cohorts import DEFINITIONS, MEASURES
from models.errors import EvidenceError
from models.survival import EVERYONE

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
found, window = session.derived(staying.findings), staying.window(analysis)


@st.fragment
def leaving() -> None:
    """Curves of staying, with what to look at and whom to compare."""
    what, whom, which = st.columns([5, 3, 4], gap="medium", vertical_alignment="bottom")
    quantity = what.segmented_control(
        "What to follow",
        staying.QUANTITIES,
        default="Still buying",
        required=True,
        key="stays_quantity",
        persist_state="session",
    )
    choices = staying.comparisons(analysis)
    alone = quantity == "Still a customer"
    by = whom.selectbox(
        "Compare",
        list(choices),
        key="stays_by",
        disabled=alone,
        persist_state="session",
    )
    try:
        lines = session.derived(staying.curves, quantity, None if alone else choices[by])
    except EvidenceError as reason:
        panels.refusal(reason)
        return
    labels = [line.label for line in lines]
    picked = which.multiselect(
        "Lines",
        labels,
        max_selections=5,
        key=f"stays_lines:{company.key}:{quantity}:{by}",
        placeholder="2 best, 2 worst, everyone" if len(labels) > 5 else "all",
        disabled=len(labels) < 2,
    )
    picture, reasons = st.columns([2, 1], gap="medium")
    with picture.container(border=True, height="stretch"):
        panels.figure(
            charts.survival(
                staying.shown(lines, picked),
                theme,
                fitted=session.derived(staying.fitted) if alone else None,
                title=staying.title(quantity, window),
                height=300,
            ),
            key="stays_curves",
        )
    with reasons.container(border=True, height="stretch"):
        st.header("Because")
        panels.because(found.because)
        if not alone:
            panels.because([session.derived(staying.leaving_said)])
        if lines[0].label == EVERYONE:
            panels.because([staying.said_of(lines[0], quantity, window)])
    st.caption(f"{staying.method(quantity, window)} Bands hold 8 in 10.")


@st.fragment
def newer_and_older() -> None:
    """One cohort per row."""
    first, second, third, fourth = st.columns(4, gap="medium", vertical_alignment="bottom")
    period = first.segmented_control(
        "Period", ["month", "quarter", "year"], default="quarter", required=True, key="grid_period"
    )
    measure = second.selectbox(
        "Cells show", list(MEASURES), format_func=MEASURES.get, key="grid_measure"
    )
    counted = third.selectbox(
        "Counted as",
        list(DEFINITIONS),
        format_func=DEFINITIONS.get,
        disabled=measure != "customers",
        key="grid_definition",
    )
    as_table = fourth.toggle("As a table", key="grid_table")
    grid = session.derived(staying.grid, period, measure, counted)
    if as_table:
        st.dataframe(charts.triangle_table(grid, currency=currency), hide_index=True)
    else:
        panels.figure(charts.triangle(grid, theme, currency=currency), key="grid")
    for sentence in charts.triangle_notes(grid):
        st.caption(sentence)


panels.verdict(found.headline)
leaving()
better, triangle, layers = st.tabs(["Is it getting better?", "Triangle", "Layer cake"])
with better:
    title = f"Bought again within {staying.WITHIN}"
    panels.figure(charts.bought_again(found.cohorts, theme, title=title), key="stays_better")
    panels.because([found.trend])
    st.caption(f"{found.left_out} Hollow: left out, or not all of them followed that long (…).")
with triangle:
    newer_and_older()
with layers:
    cake = session.derived(staying.cake, "month")
    panels.figure(charts.layer_cake(cake, theme, currency=currency), key="stays_cake")
    st.caption("Thick old layers are customers who stay; thin new ones are bought every year.")
