"""Those who came together: period by period, one age across all of them, and in layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import charts, panels, session
from dashboard.relations import room

if TYPE_CHECKING:
    from models.cohorts import Triangle

MOST_AGES: Final = 13


@st.fragment
def show(company: session.Company) -> None:
    """Draw the triangle with its controls, one of its ages, and the layer cake."""
    with panels.or_refused():
        grid = _chosen(company)
        _one_age(grid, _triangle(grid, company), company)
    with panels.or_refused():
        cake = session.derived(room(company.analysis).staying.cake)
        panels.figure(
            charts.layer_cake(cake, session.theme(), currency=company.currency or None),
            key="stays_cake",
        )
        st.caption("Thick old layers are customers who stay; thin new ones are bought every year.")


def _chosen(company: session.Company) -> Triangle:
    """Ask what the cells are, and return the triangle of that."""
    stays = room(company.analysis).staying
    relation = company.analysis.relation
    first, second, third = st.columns([2, 3, 3], gap="medium", vertical_alignment="bottom")
    period = first.segmented_control(
        "Period",
        ["month", "quarter", "year"],
        default=stays.PERIOD,
        required=True,
        key=f"grid_period:{relation}",
    )
    measure = second.selectbox(
        "Cells show", list(stays.CELLS), format_func=stays.CELLS.get, key=f"grid_cells:{relation}"
    )
    counted = "in"
    if stays.COUNTED:
        counted = third.selectbox(
            "Counted as",
            list(stays.COUNTED),
            format_func=stays.COUNTED.get,
            disabled=measure != "customers",
            key=f"grid_counted:{relation}",
        )
    scenario = company.analysis.answerable(session.scenario())
    return session.derived(stays.grid, period, measure, counted, scenario.margin)


def _triangle(grid: Triangle, company: session.Company) -> int | None:
    """Draw the triangle, and return the age of the cell that was clicked."""
    currency, clicked = company.currency or None, None
    if st.toggle("As a table", key="grid_table"):
        st.dataframe(charts.triangle_table(grid, currency=currency), hide_index=True)
    else:
        cells = charts.triangle(grid, session.theme(), currency=currency)
        key = f"grid:{company.key}:{grid.period}:{grid.measure}:{grid.words}"
        clicked = charts.clicked_age(panels.clickable(cells, key=key))
    st.caption(" ".join(charts.triangle_notes(grid)))
    return clicked


def _one_age(grid: Triangle, clicked: int | None, company: session.Company) -> None:
    """Follow one column of the triangle across the cohorts: the one that was clicked, or chosen."""
    ages = [age for age in range(len(grid.average)) if len(grid.age(age)[0]) > 1]
    if not ages:
        return
    first = clicked if clicked in ages else ages[min(1, len(ages) - 1)]
    shown = ages[:MOST_AGES] if first in ages[:MOST_AGES] else [*ages[: MOST_AGES - 1], first]
    age = st.segmented_control(
        f"Follow one {grid.period} across all of them: click a cell, or choose",
        shown,
        default=first,
        required=True,
        key=f"grid_age:{grid.period}:{len(ages)}:{clicked}",
    )
    panels.figure(
        charts.one_age(grid, age, session.theme(), currency=company.currency or None),
        key="grid_one_age",
    )
