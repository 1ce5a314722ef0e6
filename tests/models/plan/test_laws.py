"""What every plan has to obey, for shops and for subscriptions."""

import datetime as dt

import numpy as np
import pytest

from models.decisions import Scenario
from models.decisions.case import build_case
from models.plan import LEVELS, make_plan
from models.plan.flows import offer_changes, without_offer
from models.plan.growth import growth_steps, leavers_growth_can_bear
from tests.models.plan.companies import START, outlook

HELD = Scenario(
    margin=0.6, acquisition_cost=40, acquisition_growth=0.3, cost_to_serve=0.4, lead_time_months=2
)
OFFER = Scenario(
    annual_rate=0, margin=0.6, depth=0.15, save_rate=0.4, redemption_cost=0.3, contact_cost=0.7,
    stayers_taking=0.8, service_cost=0.5, service_save_rate=0.2, service_margin=0.1,
)  # fmt: skip


@pytest.fixture(params=["revenue", "customers"])
def scenario(request):
    return HELD.with_knob("plan_for", request.param)


def plan_of(state, scenario, **changes):
    return make_plan(state, scenario, outlook(state, **changes))


def test_customers_and_money_add_up(state, scenario):
    plan = plan_of(state, scenario.with_knob("plan_offer", "discount"))
    t = {name: column.to_numpy() for name, column in plan.months.items()}
    there = t["customers_today"] + t["customers_new"]
    before = np.concatenate([[plan.customers], there[:-1]])
    moved = t["arrivals"] - t["departures"] - t["departures_new"]
    assert before + moved == pytest.approx(there)
    assert t["cost_each"] * t["ordered"] == pytest.approx(t["acquisition"])
    for who in ("today", "new"):
        earned = scenario.margin * t[f"revenue_{who}"]
        served = scenario.cost_to_serve * t[f"served_{who}"]
        assert earned - served == pytest.approx(t[f"margin_{who}"])
    spent = t["discount"] + t["contact"] + t["care"] + t["acquisition"]
    assert t["margin_today"] + t["margin_new"] - spent == pytest.approx(t["net_cash"])
    assert t["net_cash"] - t["margin_undisturbed"] == pytest.approx(t["plan_cash"])
    assert t["discount"].sum() > 0
    assert plan.sums["net_cash"].best == pytest.approx(t["net_cash"][:12].sum())


def test_the_target_is_held_once_the_first_campaign_has_come(state, scenario):
    table = plan_of(state, scenario).months
    assert (table["gap"].head(2) > 0).all()
    assert table["gap"].iloc[2:].to_numpy() == pytest.approx(np.zeros(len(table) - 2), abs=1e-6)


def test_no_lead_time_no_gap(state, scenario):
    table = plan_of(state, scenario.with_knob("lead_time_months", 0)).months
    assert table["gap"].to_numpy() == pytest.approx(np.zeros(len(table)), abs=1e-6)
    assert table["campaign_start"].iloc[0] == START


def test_campaigns_start_a_lead_time_before_on_days_with_a_year(subscription, scenario):
    table = plan_of(subscription, scenario).months
    assert table["campaign_start"].iloc[:2].isna().all()
    assert table["campaign_start"].iloc[2] == START
    assert table["campaign_start"].iloc[12] == dt.date(2025, 1, 1)
    assert table["ordered"].iloc[0] == pytest.approx(table["arrivals"].iloc[2])


def test_growing_takes_more_newcomers_and_dearer_ones(state, scenario):
    plans = growth_steps(state, scenario, outlook(state))
    arrivals = [p.sums["arrivals"].best for p in plans]
    each = [p.months["cost_each"].head(12).max() for p in plans]
    assert arrivals == sorted(arrivals)
    assert arrivals[0] < arrivals[-1]
    assert each == sorted(each)


def test_growth_can_bear_what_it_brings(state):
    held, *_, grown = growth_steps(state, HELD.with_knob("acquisition_cost", 1), outlook(state))
    bear = leavers_growth_can_bear(grown, held)
    each = held.months["margin_undisturbed"].sum() / held.customers
    gain = grown.months["plan_cash"].sum() - held.months["plan_cash"].sum()
    assert bear * each == pytest.approx(gain)
    assert leavers_growth_can_bear(held, held) is None


def test_more_certainty_takes_more_cash_and_counts_on_less_revenue(state, scenario):
    plans = [plan_of(state, scenario.with_knob("certainty", level)) for level in LEVELS]
    need = [p.needed for p in plans]
    revenue = [p.revenue_least for p in plans]
    assert need == sorted(need)
    assert need[0] < need[-1]
    assert revenue == sorted(revenue, reverse=True)
    assert dict(plans[0].price) == pytest.approx(dict(zip(LEVELS, need, strict=True)))


def test_a_year_is_surer_than_its_months(state, scenario):
    plan = plan_of(state, scenario, shock=0.2)
    year = plan.months.head(12)
    gone = plan.sums["departures"]
    assert gone.low > year["departures_low"].sum()
    assert gone.high < year["departures_high"].sum()


def test_more_chance_wider_months(state, scenario):
    calm, wild = (plan_of(state, scenario, shock=s).months for s in (0.02, 0.4))
    width = [(t["departures_high"] - t["departures_low"]).sum() for t in (calm, wild)]
    assert width[0] < width[1]
    assert calm["departures"].to_numpy() == pytest.approx(wild["departures"].to_numpy())


def test_the_season_moves_money_between_months_and_not_people(shop):
    season = np.log(np.linspace(0.7, 1.3, 12))
    flat, wavy = (plan_of(shop, HELD, season=s) for s in ((), tuple(season)))
    assert wavy.months["season"].head(12).mean() == pytest.approx(1)
    assert wavy.months["arrivals"].to_numpy() == pytest.approx(flat.months["arrivals"].to_numpy())
    march, december = 0, 9
    ratio = wavy.months["revenue_today"] / flat.months["revenue_today"]
    assert ratio[march] == pytest.approx(np.exp(season[2]) / np.exp(season).mean())
    assert ratio[december] == pytest.approx(np.exp(season[11]) / np.exp(season).mean())


@pytest.mark.parametrize("offer", ["offer", "service"])
def test_an_offer_by_month_adds_up_to_its_ledger(state, offer):
    case = build_case(state, OFFER)
    lines = case.discount() if offer == "offer" else case.care()
    _adds_up(case, getattr(case, offer), lines)


def test_an_offer_at_the_cancel_button_adds_up_to_its_ledger(subscription):
    scenario = OFFER.with_knob("channel", "at_cancel").with_knob("duration_months", 24)
    case = build_case(subscription, scenario)
    _adds_up(case, case.offer, case.discount())


def _adds_up(case, offer, lines):
    flows = offer_changes(case, offer, offer.horizon)
    kept = case.margin * flows.revenue.sum(axis=1)
    care = flows.care.sum(axis=1)
    assert kept - care == pytest.approx(lines.margin_kept + lines.later_spend - lines.care)
    assert flows.discount.sum(axis=1) == pytest.approx(lines.to_saved + lines.to_stayers)
    assert flows.handling.sum(axis=1) == pytest.approx(lines.handling)
    contacted = np.broadcast_to(lines.contact, len(flows.contact))
    assert flows.contact.sum(axis=1) == pytest.approx(contacted)
    plain = without_offer(case.axis, case.people, offer.horizon)
    assert ((plain + flows).leaving > -1e-9).all()


def test_an_offer_is_carried_only_while_it_pays(subscription):
    known = outlook(subscription)
    poor = HELD.with_knob("save_rate", 0.0)
    assert make_plan(subscription, poor, known).offer == "nothing"
    rich = HELD.with_knob("save_rate", 0.9).with_knob("stayers_taking", 0.0)
    assert make_plan(subscription, rich, known).offer == "discount"
    assert (
        make_plan(subscription, rich.with_knob("plan_offer", "nothing"), known).offer == "nothing"
    )


def test_an_unknown_cost_is_the_most_a_newcomer_may_cost(state):
    plan = plan_of(state, HELD.with_knob("acquisition_cost", None))
    assert not plan.cost_known
    worth = build_case(state, HELD).newcomer()[0]
    assert plan.cost == pytest.approx(worth)
    assert any("Nobody has said" in note for note in plan.notes)


def test_without_dates_months_are_numbered(subscription):
    plan = plan_of(subscription, HELD, start=None)
    assert plan.months["first_day"].isna().all()
    assert plan.to_dict()["months"][0]["month"] == 1


def test_a_plan_that_pays_for_itself_says_when(state):
    cheap = plan_of(state, HELD.with_knob("acquisition_cost", 0))
    assert cheap.needed == 0
    assert cheap.financing.payback_month == 0
    dear = plan_of(state, HELD.with_knob("acquisition_cost", 5_000))
    assert dear.financing.payback_month is None
    assert dear.financing.share < 1
    assert dear.financing.deepest > 0
