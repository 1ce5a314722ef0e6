import streamlit as st

from dashboard import briefing, charts, controls, deciding, panels, session
from models.decisions.scenario import Scenario

company = session.company()
analysis, currency = company.analysis, company.currency or None
theme = session.theme()
MORE = (
    ("The offer", ("channel", "list_share", "stayers_taking", "reference_depth", "save_rate_low",
                   "save_rate_high", "bounce", "later_spend", "contact_cost", "redemption_cost",
                   "controllable")),
    ("A service instead", ("service_cost", "service_save_rate", "service_share")),
    ("New customers", ("replacement_ratio", "lead_time_months", "new_ramp",
                       "acquisition_cost_spread", "acquisition_growth", "counterfactual",
                       "budget")),
    ("Money", ("annual_rate", "horizon_months", "cost_to_serve")),
)  # fmt: skip


AT_CANCEL = ("at_cancel", "asks_only_for_discount", "cancel_window_months")


@st.fragment
def decision_panel(strip_shows: float) -> None:
    """Sliders and everything that moves with them; nothing else is drawn again."""
    scenario = analysis.answerable(session.scenario())
    if scenario.margin != strip_shows:
        st.rerun()
    decision = analysis.decide(scenario)
    most = 3 * session.derived(deciding.usual_newcomer)
    panels.verdict(deciding.headline(decision, scenario, currency or ""))
    cost, depth, saved, duration, margin = st.columns(5, gap="medium")
    start = decision.cac_star
    controls.slider(
        cost, "acquisition_cost", label=f"New customer{panels.unit(currency)}", most=most,
        start=start,
    )  # fmt: skip
    controls.slider(depth, "depth")
    controls.slider(saved, "save_rate", label="Of 100 leavers, saved")
    controls.slider(duration, "duration_months", label="Months")
    controls.slider(margin, "margin")

    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("What each option brings")
        bars = deciding.bars(decision, currency)
        best = deciding.NAMES[decision.best]
        panels.figure(
            charts.options(bars, theme, currency=currency, best=best), key="decide_options"
        )
        for note in decision.notes:
            st.caption(panels.said(note))
    with right.container(border=True, height="stretch"):
        st.header("Where it turns")
        lines = deciding.rulers(decision, deciding.HORIZONS, most, currency)
        panels.figure(charts.rulers(lines, theme), key="decide_turns")

    why, money, further, big = st.tabs(
        ["Because", "Where the money goes", "What matters most", "One big for several small"]
    )
    with why:
        panels.because(deciding.because(decision, scenario, currency))
        by = st.segmented_control(
            "Rank by", ["Money", "Return per 1 spent"], default="Money", required=True
        )
        order = "value" if by == "Money" else "return_per_1"
        st.table(deciding.ranked(decision, order, currency), hide_index=True, border="horizontal")
    with money:
        panels.figure(
            charts.money_goes(deciding.ledger(decision), theme, currency=currency),
            key="decide_money",
        )
    with further:
        now = deciding.lead(decision)
        pulls = deciding.matters(analysis, scenario, now, currency)
        panels.because([deciding.what_turns(pulls, now, currency)])
        panels.figure(
            charts.matters(pulls, theme, currency=currency, turns=-now), key="decide_matters"
        )
        lines = deciding.rulers(decision, deciding.FURTHER, most, currency)
        panels.figure(charts.rulers(lines, theme), key="decide_further")
    with big:
        swapping(scenario)
    with st.expander("More settings", icon=":material/tune:"):
        controls.more(MORE, currency, () if analysis.state.subscription else AT_CANCEL)


def swapping(scenario: Scenario) -> None:
    """Show the largest customers against the newcomers that would make up for them."""
    kept = briefing.money_only(scenario).with_knob("acquisition_cost", scenario.acquisition_cost)
    found = session.derived(deciding.swaps, kept)
    labels = [session.customer_label(swap.customer) for swap in found]
    panels.because([deciding.swap_sentence(found, labels[0], currency)])
    st.dataframe(deciding.swap_table(found, labels, currency), hide_index=True)


decision_panel(session.scenario().margin)
