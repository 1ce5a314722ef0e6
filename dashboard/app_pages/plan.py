import pandas as pd
import streamlit as st

from dashboard import charts, controls, deciding, panels, planning, session
from dashboard.wording import plan as words
from models.plan import Plan, make_plan

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
MORE = (
    ("New customers", ("pipeline", "catch_up_months", "new_ramp", "acquisition_growth",
                       "acquisition_cost_spread")),
    ("Today's customers", ("plan_offer", "cost_to_serve", "horizon_months")),
)  # fmt: skip


@st.fragment
def plan_panel() -> None:
    """Sliders and everything that moves with them; nothing else is drawn again."""
    scenario = planning.plannable(analysis.state, analysis.answerable(session.scenario()))
    known = session.derived(planning.outlook_of)
    plan = make_plan(analysis.state, scenario, known)
    panels.verdict(words.headline(plan, currency))
    if analysis.state.has_money:
        money = words.money_line(plan, currency), words.financing_line(plan, currency)
        st.markdown("  \n".join(panels.said(line) for line in money))
    target, growth, lead, cost, sure = st.columns(5, gap="medium")
    controls.choice(target, "plan_for")
    controls.slider(growth, "growth")
    controls.slider(lead, "lead_time_months", label="Lead time, months")
    controls.slider(
        cost, "acquisition_cost", label=f"New customer{panels.unit(currency)}",
        most=3 * session.derived(deciding.usual_newcomer), start=plan.cost,
    )  # fmt: skip
    controls.slider(sure, "certainty", label="Certainty")

    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("Who leaves, and who must come")
        panels.figure(charts.people(plan, theme), key="plan_people")
    with right.container(border=True, height="stretch"):
        st.header("Cash the plan takes and brings")
        panels.figure(charts.cash(plan, theme, currency=currency), key="plan_cash")
    details(plan)
    with st.expander("More settings", icon=":material/tune:"):
        controls.more(MORE, currency)


def numbers(table: pd.DataFrame) -> None:
    """Draw a table whose numbers stand right and have their commas."""
    counted = st.column_config.NumberColumn(format="localized")
    columns = dict.fromkeys(table.select_dtypes("number").columns, counted)
    st.dataframe(table, hide_index=True, column_config=columns, height="content")


def details(plan: Plan) -> None:
    """Show the calendar, the budget, and what certainty and growth cost."""
    names = ["Calendar", "Budget", "Certainty", "Growth"]
    calendar, budget, sure, growing = st.tabs(names, on_change="rerun")
    before = session.derived(planning.last_year)
    if calendar.open:
        with calendar:
            panels.because(words.because(plan, currency))
            numbers(planning.calendar_table(plan, currency))
            for note in plan.notes:
                st.caption(panels.said(note))
    if budget.open:
        with budget:
            numbers(planning.budget_table(plan, currency))
            numbers(planning.sums_table(plan, currency))
            st.caption(words.HOW_TOTALS)
            panels.because([words.beside_last_year(plan, before, currency)])
            numbers(planning.last_year_table(plan, before, currency))
    if sure.open:
        with sure:
            chart, table = st.columns([3, 2], gap="medium")
            with chart:
                panels.figure(
                    charts.price_of_certainty(plan, theme, currency=currency), key="plan_price"
                )
            with table:
                numbers(planning.price_table(plan, currency))
    if growing.open:
        with growing:
            scenario = analysis.answerable(session.scenario())
            known = session.derived(planning.outlook_of)
            plans = planning.growth_steps(analysis.state, scenario, known)
            decision = analysis.decide(scenario)
            panels.because(words.growth_lines(plans, decision, scenario.growth, currency))
            numbers(planning.growth_table(plans, currency))


plan_panel()
