from typing import Literal

import pandas as pd
import streamlit as st

from dashboard import charts, controls, deciding, packing, panels, planning, session
from dashboard.wording import plan as words
from models.plan import Plan, outlook_of, plan_of, plannable
from models.plan.growth import growth_steps
from models.plan.history import last_year

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
YEAR = 474  # pixels: the names of the columns, twelve months, and that there are more below
MORE = (
    ("New customers", ("pipeline", "catch_up_months", "new_ramp", "acquisition_growth",
                       "acquisition_cost_spread")),
    ("Today's customers", ("plan_offer", "cost_to_serve", "horizon_months")),
)  # fmt: skip


@st.fragment
def plan_panel() -> None:
    """Sliders and everything that moves with them; nothing else is drawn again."""
    plan = plan_of(analysis, session.scenario(), session.derived(outlook_of))
    panels.verdict(words.headline(plan, currency))
    st.markdown("  \n".join(panels.said(line) for line in words.money_lines(plan, currency)))
    target, growth, lead, cost, sure = st.columns(5, gap="medium")
    controls.choice(target, "plan_for", () if plan.has_money else ("revenue",))
    controls.slider(growth, "growth")
    controls.slider(lead, "lead_time_months", label="Lead time, months")
    controls.slider(
        cost, "acquisition_cost", label=f"New customer{panels.unit(currency)}",
        most=3 * session.derived(deciding.usual_newcomer), start=plan.cost,
    )  # fmt: skip
    controls.slider(sure, "certainty", label="Certainty")

    left, right = st.columns([3, 2] if plan.has_money else [1, 0.01], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("Who leaves, and who must come")
        panels.figure(charts.people(plan, theme), key="plan_people")
    if plan.has_money:
        with right.container(border=True, height="stretch"):
            st.header("Cash the plan takes and brings")
            panels.figure(charts.cash(plan, theme, currency=currency), key="plan_cash")
        details(plan)
    else:
        calendar(plan)
    with st.expander("More settings", icon=":material/tune:"):
        controls.more(MORE, currency)


def details(plan: Plan) -> None:
    """Show the calendar, the budget, and what certainty and growth cost."""
    names = ["Calendar", "Budget", "Certainty", "Growth"]
    shows = (calendar, budget, certainty, growing)
    for tab, show in zip(st.tabs(names, on_change="rerun"), shows, strict=True):
        if tab.open:  # nothing in it is computed before somebody asks
            with tab:
                show(plan)


def calendar(plan: Plan) -> None:
    """Show who leaves and who must come, month by month."""
    panels.because(words.because(plan, currency))
    numbers(planning.calendar_table(plan, currency), tall=YEAR)
    for note in plan.notes:
        st.caption(panels.said(note))


def budget(plan: Plan) -> None:
    """Show the money of a year, its totals, and the year before."""
    before = session.derived(last_year)
    numbers(planning.budget_table(plan, currency))
    sums = planning.sums_table(plan, currency)
    written = dict.fromkeys(sums.columns[1:], st.column_config.TextColumn(alignment="right"))
    st.dataframe(sums, hide_index=True, column_config=written, height="content")
    st.caption(words.HOW_TOTALS)
    panels.because([words.beside_last_year(plan, before, currency)])
    numbers(planning.last_year_table(plan, before, currency))
    packing.buttons(company, st.container(), "plan", "budget")


def certainty(plan: Plan) -> None:
    """Show what each step of certainty costs."""
    chart, table = st.columns([3, 2], gap="medium")
    with chart:
        panels.figure(charts.price_of_certainty(plan, theme, currency=currency), key="plan_price")
    with table:
        numbers(planning.price_table(plan, currency))


def growing(_plan: Plan) -> None:
    """Show what growing costs, and what it may cost the customers one has."""
    scenario = plannable(analysis, session.scenario())
    plans = growth_steps(analysis.state, scenario, session.derived(outlook_of))
    decision = analysis.decide(scenario)
    panels.because(words.growth_lines(plans, decision, scenario.growth, currency))
    numbers(planning.growth_table(plans, currency))


def numbers(table: pd.DataFrame, tall: int | Literal["content"] = "content") -> None:
    """Draw a table whose numbers stand right and have their commas, `tall` pixels at most."""
    counted = st.column_config.NumberColumn(format="localized")
    columns = dict.fromkeys(table.select_dtypes("number").columns, counted)
    st.dataframe(table, hide_index=True, column_config=columns, height=tall, placeholder="–")


plan_panel()
