import streamlit as st

from dashboard import briefing, charts, panels, session, worth
from dashboard.wording import worth as words
from models.errors import EvidenceError
from models.survival import EVERYONE
from models.worth import bands, examples, quadrant

company = session.company()
analysis, currency, theme = company.analysis, company.currency or None, session.theme()
scenario = analysis.answerable(session.scenario())
values = session.derived(briefing.worth, briefing.money_only(scenario))
decision, customers = analysis.decide(scenario), len(analysis.customers)


def money_back() -> None:
    """When what winning a customer cost is earned back, and what each year brings."""
    choices = worth.comparisons(analysis)
    by = st.segmented_control("Compare", list(choices), default=EVERYONE, required=True)
    try:
        lines = session.derived(worth.earnings, choices[by])
    except EvidenceError as reason:
        panels.refusal(reason)
        return
    cost = scenario.acquisition_cost
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("Margin earned by a new customer")
        panels.figure(
            charts.payback(lines, theme, margin=scenario.margin, cost=cost, currency=currency),
            key="worth_payback",
        )
        panels.because([words.paid_back(lines, scenario.margin, cost, currency)])
    with right.container(border=True, height="stretch"):
        st.header("Margin by year of the relationship")
        try:
            years = session.derived(worth.years)
        except EvidenceError as reason:
            panels.refusal(reason)
            return
        panels.figure(
            charts.by_year(years, theme, margin=scenario.margin, currency=currency),
            key="worth_years",
        )
        st.caption(words.years_seen(lines[-1]))


@st.fragment
def one_customer() -> None:
    """One customer, from the first purchase on; the name stays hidden unless it is switched on."""
    chosen = examples(values)
    which = st.segmented_control(
        "An example of", list(chosen), default="Slipping away", required=True, key="worth_who"
    )
    told = worth.story(analysis, values, chosen[which])
    with st.container(border=True):
        st.header(session.customer_label(told.customer))
        last_day = analysis.transactions.last_day
        panels.figure(
            charts.story(told, theme, last_day=last_day, currency=currency), key="worth_story"
        )
        panels.because([words.story(told, values, currency)])


panels.verdict(words.headline(decision, values, customers, currency))
margin, rate, horizon, cost = st.columns(4, gap="medium")
panels.setting(margin, "margin", "Margin, %")
panels.setting(rate, "annual_rate", "Interest per year, %")
panels.setting(horizon, "horizon_months", "Counted ahead, months")
panels.setting(cost, "acquisition_cost", f"Cost of a new customer{panels.unit(currency)}")

spread, reasons = st.columns([2, 1], gap="medium")
with spread.container(border=True, height="stretch"):
    st.header("Where the worth lies, from small customers to large")
    panels.figure(charts.value_bands(bands(values), theme, currency=currency), key="worth_bands")
with reasons.container(border=True, height="stretch"):
    st.header("Because")
    panels.because([words.everybody(values, currency), words.afford(decision, values, currency)])
    if values.has_money:
        panels.because([words.held(session.derived(worth.held), customers)])

holders, back, one = st.tabs(["Who holds the money", "When is our money back?", "One customer"])
with holders:
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("Chance and worth")
        panels.figure(
            charts.quadrant(quadrant(values), theme, currency=currency), key="worth_kinds"
        )
    if values.has_money:
        with right.container(border=True, height="stretch"):
            st.header("Money so far")
            who = session.derived(worth.held)
            panels.figure(charts.concentration(who, theme, height=420), key="worth_held")
with back:
    if values.has_money:
        money_back()
    else:
        st.info("The file has no money, so nothing can be paid back.")
with one:
    one_customer()
st.info(panels.said(words.afford(decision, values, currency)), icon=":material/savings:")
