import streamlit as st

from dashboard import charts, controls, deciding, keeping, panels, session

company = session.company()
analysis, currency = company.analysis, company.currency or None
theme = session.theme()
MORE = (
    ("The offer", ("channel", "list_share", "duration_months", "offer_ends", "stayers_taking",
                   "reference_depth", "save_rate_low", "save_rate_high", "bounce", "later_spend",
                   "contact_cost", "redemption_cost", "controllable", "asks_only_for_discount",
                   "cancel_window_months")),
    ("New customers", ("replacement_ratio", "lead_time_months", "new_ramp",
                       "acquisition_cost_spread", "acquisition_growth")),
    ("Money", ("annual_rate", "horizon_months", "cost_to_serve")),
)  # fmt: skip
AT_CANCEL = ("at_cancel", "asks_only_for_discount", "cancel_window_months")
TABS = ("Because", "Who gets what", "What matters, and a test", "One big for several small")


@st.fragment
def decision_panel(strip_shows: float) -> None:
    """Sliders and everything that moves with them; nothing else is drawn again."""
    scenario = analysis.answerable(session.scenario())
    if scenario.margin != strip_shows:
        st.rerun()
    decision = analysis.decide(scenario)
    mix = keeping.best_by_value(company, scenario).total
    most = 3 * session.derived(deciding.usual_newcomer)
    panels.verdict(deciding.headline(decision, currency or ""))
    cost, depth, saved, margin, gap = st.columns(5, gap="medium")
    controls.slider(
        cost, "acquisition_cost", label=f"New customer{panels.unit(currency)}", most=most,
        start=decision.cac_star,
    )  # fmt: skip
    controls.slider(depth, "depth")
    controls.slider(saved, "save_rate", label="Leavers saved")
    controls.slider(margin, "margin")
    controls.choice(gap, "counterfactual", label="The gap they leave", marked=False)
    keeping.cases(decision, currency)

    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        st.header("What each option brings")
        bars = deciding.bars(decision, currency, mix)
        best = deciding.NAMES[decision.best]
        panels.figure(
            charts.options(bars, theme, currency=currency, best=best), key="decide_options"
        )
        st.caption(panels.said(deciding.rests_on(session.badge, decision)))
        for note in decision.notes:
            st.caption(panels.said(note))
    with right.container(border=True, height="stretch"):
        st.header("Where it turns")
        lines = deciding.rulers(decision, deciding.HORIZONS, most, currency)
        panels.figure(charts.rulers(lines, theme), key="decide_turns")

    keeping.service(decision, currency)
    why, who, settle, big = st.tabs(TABS, on_change="rerun")
    if why.open:
        with why:
            keeping.reasons(company, decision, scenario, mix, theme=theme, currency=currency)
    if who.open:
        with who, panels.or_refused():
            keeping.giving(company, scenario, currency)
    if settle.open:
        with settle:
            keeping.settling(company, decision, scenario, theme, currency)
    if big.open:
        with big:
            keeping.exchanging(scenario, theme, currency)
    with st.expander("More settings", icon=":material/tune:"):
        controls.more(MORE, currency, () if analysis.state.subscription else AT_CANCEL)


decision_panel(session.scenario().margin)
