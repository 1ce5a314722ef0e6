"""The verdict: its laws, its break-evens, and a shop simulated person by person."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.decisions import KNOBS, Scenario, build_state, decide, what_matters
from models.decisions.case import build_case
from models.decisions.knobs import Knob
from models.decisions.subscription import Subscribers, build_subscription_state
from models.draws import joint_draws
from models.periods import WEEKS_PER_MONTH
from models.samples import ParetoNBDTruth
from models.values import Business, values
from tests.models.decisions.people import company

SETTINGS = Scenario(
    margin=0.6, depth=0.05, reference_depth=0.05, save_rate=0.5, acquisition_cost=60,
    duration_months=6, bounce=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def subscription_state():
    groups = Subscribers(
        np.array([0.0, 1, 3, 6]), np.array([400.0, 300, 200, 100]), np.array([90.0, 95, 100, 100]),
        12, 80.0, new_per_month=30,
    )  # fmt: skip
    rng = np.random.default_rng(3)
    chances = np.array([0.7, 1.5]) * np.exp(0.08 * rng.standard_normal((41, 2)))
    chances[0] = 0.7, 1.5
    return build_subscription_state(groups, chances)


@pytest.fixture(params=["shop", "subscription"])
def state(request, shop_state, subscription_state):
    return shop_state if request.param == "shop" else subscription_state


def random_scenario(rng, state, **fixed):
    def one(knob: Knob):
        if knob.unit == "choice":
            words = [word for word, _ in knob.choices if state.subscription or word != "at_cancel"]
            return str(rng.choice(words))
        if knob.default is None and rng.random() < 0.4:
            return None
        if knob.unit == "months":
            return float(rng.integers(int(knob.low), int(knob.high) + 1))
        high = knob.high if np.isfinite(knob.high) else 40.0
        return float(rng.uniform(knob.low, min(high, 30.0)))

    return Scenario(**{name: one(knob) for name, knob in KNOBS.items()} | fixed)


@pytest.mark.parametrize("seed", range(30))
def test_every_break_even_breaks_even(state, seed):
    scenario = random_scenario(
        np.random.default_rng(seed), state, service_cost=0.2, replacement_ratio=None
    )
    case, decision = build_case(state, scenario).central(), decide(state, scenario)
    lines = case.discount()
    stake = float(abs(lines.margin_kept[0]) + lines.cost[0]) or 1.0
    turns = {name: item.value for name, item in decision.break_evens.items()}
    offer, share = case.offer, scenario.controllable * scenario.shape

    def near_zero(changed):
        assert abs(float(changed.keep()[0])) < 1e-9 * max(stake, abs(changed.refill_change(offer)))

    if turns["save_rate"] is not None:
        effect = np.array([[turns["save_rate"] * share]])
        near_zero(replace(case, offer=replace(offer, effect=effect)))
    if turns["discount"] is not None:
        near_zero(replace(case, offer=replace(offer, depth=turns["discount"])))
    if turns["depth"] is not None:
        there = build_case(state, replace(scenario, depth=turns["depth"])).central()
        kept = abs(float(there.keep()[0]))
        assert kept < 1e-9 * max(stake, abs(there.refill_change(there.offer)[0]))
    if turns["margin"] is not None:
        near_zero(case.at(margin=turns["margin"]))
    ratio = decision.break_evens["replacement_ratio"]
    if ratio.value is not None and case.refills:
        few, many = (
            float(replace(case, ratio=times * ratio.value).keep()[0]) for times in (0.99, 1.01)
        )
        assert (many > few) == (ratio.pays == "above")
    if turns["stayers_taking"] is not None:
        near_zero(replace(case, offer=replace(offer, takers=turns["stayers_taking"])))
    if turns["acquisition_cost"] is not None and scenario.counterfactual != "fixed_budget":
        at = replace(case, cost=np.array([turns["acquisition_cost"]]))
        instead = float(at.substitution()[0])
        keep = float(at.keep()[0]) + (instead if at.refills else 0.0)
        assert instead == pytest.approx(max(0.0, keep), abs=1e-7 * max(stake, abs(instead)))
    for item in decision.break_evens.values():
        assert (item.value is None) == bool(item.sentence)


@pytest.mark.parametrize("contact_cost", [0.0, 0.2])
def test_the_discount_slider_turns_where_it_says(state, contact_cost):
    button = {"channel": "at_cancel"} if state.subscription else {"stayers_taking": 0.7}
    base = Scenario(save_rate=0.4, bounce=0, contact_cost=contact_cost, **button)
    turn = decide(state, base).break_evens["depth"]
    assert 0.02 < turn.value < 0.6
    for depth, pays in ((turn.value - 0.01, True), (turn.value + 0.01, False)):
        there = decide(state, replace(base, depth=depth))
        assert (there.option("keep").value > 0) is pays
        assert there.break_evens["depth"].value == pytest.approx(turn.value, abs=1e-9)


def test_a_slider_that_never_turns_says_so(state):
    dear = decide(state, Scenario(contact_cost=1e4)).break_evens["depth"]
    assert (dear.value, dear.sentence) == (None, "No discount pays, however small.")
    free = Scenario(
        save_rate=1, reference_depth=0.01, stayers_taking=0, contact_cost=0, bounce=0, margin=0.95
    )
    assert decide(state, free).break_evens["depth"].sentence == "Any discount pays."


def test_no_save_rate_pays_when_stayers_take_too_much(shop_state):
    decision = decide(shop_state, Scenario(depth=0.5, duration_months=12))
    turn = decision.break_evens["save_rate"]
    assert turn.value is None
    assert turn.sentence == "No save rate can pay for this offer."
    assert decision.option("keep").value < 0


def test_no_discount_changes_nothing(state):
    decision = decide(state, Scenario(depth=0, contact_cost=0, acquisition_cost=1e6))
    assert decision.option("keep").value == pytest.approx(0, abs=1e-9)
    assert decision.option("keep").high == pytest.approx(0, abs=1e-9)
    assert decision.verdict == "neither"


def test_no_effect_only_costs(state):
    scenario = Scenario(save_rate=0, save_rate_low=0, save_rate_high=0, bounce=0, contact_cost=0)
    decision = decide(state, scenario)
    paid = {name: line for name, line in decision.lines.items() if abs(line) > 1e-9}
    assert set(paid) == {"to_stayers"}
    assert decision.option("keep").value == pytest.approx(-paid["to_stayers"])


@pytest.mark.parametrize(
    "dearer",
    [{"contact_cost": 3}, {"redemption_cost": 2}, {"stayers_taking": 1.0}, {"bounce": 1.0}],
)
def test_a_costlier_offer_never_gains(state, dearer):
    cheap = Scenario(stayers_taking=0.3, bounce=0, contact_cost=0, save_rate=0.3)
    before = decide(state, cheap).option("keep").value
    assert decide(state, replace(cheap, **dearer)).option("keep").value < before


def test_the_ledger_adds_up(state):
    rng = np.random.default_rng(8)
    for _ in range(5):
        scenario = random_scenario(
            rng, state, counterfactual="not_replaced", service_save_rate=None
        )
        decision = decide(state, scenario)
        lines = dict(decision.lines)
        gains = lines.pop("margin_kept") + lines.pop("later_spend")
        keep = decision.option("keep")
        assert gains - sum(lines.values()) == pytest.approx(keep.value)
        assert keep.cost == pytest.approx(sum(lines.values()))
        assert keep.low <= keep.value <= keep.high


def test_one_cost_moves_the_value_by_what_it_costs(shop_state):
    base = Scenario(acquisition_cost=60, lead_time_months=0)
    before = decide(shop_state, base)
    call = decide(shop_state, replace(base, contact_cost=base.contact_cost + 2))
    assert call.option("keep").value == pytest.approx(
        before.option("keep").value - 2 * before.contacted
    )
    dearer = decide(shop_state, replace(base, acquisition_cost=70))
    assert dearer.option("replace").value == pytest.approx(
        before.option("replace").value - 10 * before.ratio * before.leavers
    )
    assert before.option("replace").value == pytest.approx(
        before.ratio * before.leavers * (before.v_new - 60)
    )


def test_the_most_a_new_customer_may_cost(shop_state):
    paying = Scenario(save_rate=0.4, depth=0.03, reference_depth=0.03, bounce=0, contact_cost=0)
    decision = decide(shop_state, replace(paying, lead_time_months=0))
    assert 0 < decision.v_keep < decision.ratio * decision.v_new
    assert decision.cac_star == pytest.approx(decision.v_new - decision.v_keep / decision.ratio)
    losing = decide(shop_state, Scenario(depth=0.3, lead_time_months=0))
    assert losing.cac_star == pytest.approx(losing.v_new)
    assert losing.option("replace").value is None


def test_doubling_all_money_doubles_every_figure(shop_company):
    people, model, spend, _ = shop_company
    twice_people = replace(
        people,
        frame=people.frame.assign(
            amount=2 * people.frame["amount"], mean_spend=2 * people.frame["mean_spend"]
        ),
    )
    twice_spend = replace(spend, gamma=2 * spend.gamma)  # the law of doubled amounts
    scenario = Scenario(acquisition_cost=40, contact_cost=0.5, redemption_cost=0.2, cost_to_serve=1)
    doubled = replace(
        scenario, acquisition_cost=80, contact_cost=1, redemption_cost=0.4, cost_to_serve=2
    )
    once = decide(
        build_state(people, model, spend, draws=joint_draws(people, model, spend, draws=20)),
        scenario,
    )
    draws = joint_draws(twice_people, model, twice_spend, draws=20)
    twice = decide(build_state(twice_people, model, twice_spend, draws=draws), doubled)
    for a, b in zip(once.options, twice.options, strict=True):
        if a.value is None:
            assert a.name == "service"
            continue
        assert (2 * a.value, 2 * a.low, 2 * a.high, 2 * a.cost) == pytest.approx(
            (b.value, b.low, b.high, b.cost), rel=1e-6, abs=1e-6
        )
        assert a.p_best == b.p_best
    assert 2 * once.v_new == pytest.approx(twice.v_new)
    assert once.ratio == pytest.approx(twice.ratio)
    money = {"acquisition_cost"}
    for name, item in once.break_evens.items():
        factor = 2 if name in money else 1
        if item.value is not None:
            assert twice.break_evens[name].value == pytest.approx(factor * item.value, rel=1e-6)


def test_the_same_settings_give_three_verdicts_from_three_files():
    shops = {
        "keep": (ParetoNBDTruth(3, 6, 4, 80), 0.2),
        "replace": (ParetoNBDTruth(0.55, 10.6, 0.61, 11.7), 4.0),
        "neither": (ParetoNBDTruth(0.8, 8, 0.5, 400), 0.15),
    }
    for verdict, (truth, scale) in shops.items():
        people, model, spend = company(1_500, seed=3, truth=truth, scale=scale)
        draws = joint_draws(people, model, spend, draws=40)
        decision = decide(build_state(people, model, spend, draws=draws), SETTINGS)
        assert decision.verdict == verdict
        assert decision.p_best >= 0.8


def test_a_doubtful_effect_is_too_close_to_call(shop_state):
    turn = decide(shop_state, SETTINGS).break_evens["save_rate"].value
    at = replace(SETTINGS, save_rate=turn, acquisition_cost=None)
    decision = decide(shop_state, at)
    assert decision.verdict == "too close"
    assert decision.option("keep").value == pytest.approx(0, abs=1e-6)


def test_the_shop_against_people_simulated_one_by_one(shop_company, shop_state):
    people, model, spend, _ = shop_company
    scenario = Scenario(
        depth=0.1, save_rate=0.6, bounce=0.5, duration_months=6, stayers_taking=1,
        redemption_cost=0.3, contact_cost=0.2,
    )  # fmt: skip
    case = build_case(shop_state, scenario).central()
    rng = np.random.default_rng(21)
    rows = people.frame.loc[np.repeat(people.frame.index.to_numpy(), 200)]
    n, months = len(rows), 36
    alive = rng.random(n) < model.p_alive(rows["x"], rows["t_x"], rows["T"])
    rate = rng.gamma(model.r + rows["x"]) / (model.alpha + rows["T"]) * WEEKS_PER_MONTH
    hazard = rng.gamma(model.s, size=n) / (model.beta + rows["T"]) * WEEKS_PER_MONTH
    rate, hazard = rate.to_numpy(), hazard.to_numpy()
    money = rate * spend.expected(rows["spend_days"], rows["mean_spend"])
    life = rng.exponential(size=n)  # the same luck with and without the offer
    plain, held = life / hazard, life / (0.4 * hazard)
    late = life - 6 * 0.4 * hazard
    loose = 6 + late / (1.5 * hazard)
    after = 7 + (late - 1.5 * hazard) / hazard
    held = np.where(held < 6, held, np.where(loose < 7, loose, after))
    t = np.arange(months)
    v = 1.1 ** (-(t + 0.5) / 12)
    value = np.full(n, -0.2)
    for month in range(months):
        a, b = (np.clip(x - month, 0, 1) * alive for x in (plain, held))
        cost = (0.1 * money + 0.3 * rate) * b if month < 6 else 0.0
        value += v[month] * (0.5 * money * (b - a) - cost)
    per_person = value.reshape(-1, 200).sum(axis=0)  # one total per simulated company
    error = per_person.std() / np.sqrt(200)
    assert float(case.discount().net[0]) == pytest.approx(per_person.mean(), abs=4 * error)
    assert error < 0.02 * abs(per_person.mean())


def test_values_and_engine_agree(shop_company, shop_state):
    people, model, spend, draws = shop_company
    worth = values(people, model, spend, Business(margin=0.4, cost_to_serve=0.1), draws=draws)
    scenario = Scenario(margin=0.4, cost_to_serve=0.1, lead_time_months=0)
    case = build_case(shop_state, scenario).central()
    gone = replace(case, offer=replace(case.offer, effect=np.array([[-1e9]]), contact_cost=0.0))
    lost = -float(gone.discount().margin_kept[0])  # an offer that drives everybody away
    assert worth.total == pytest.approx(lost, rel=1e-5)
    assert worth.new_customer == pytest.approx(decide(shop_state, scenario).v_new, rel=1e-5)
    assert worth.alive == pytest.approx(shop_state.customers_alive, rel=1e-9)


def test_refilling_makes_a_save_worth_less(shop_state):
    paying = Scenario(save_rate=0.9, depth=0.02, reference_depth=0.02, bounce=0, contact_cost=0)
    case = build_case(shop_state, replace(paying, acquisition_cost=5)).central()
    refilled = build_case(
        shop_state, replace(paying, acquisition_cost=5, counterfactual="refilled")
    ).central()
    assert float(refilled.keep()[0]) < float(case.keep()[0])


def test_the_list_costs_less_and_reaches_the_most_at_stake(shop_state):
    everybody = decide(shop_state, Scenario())
    some = decide(shop_state, Scenario(channel="list", list_share=0.2))
    assert some.contacted == pytest.approx(0.2 * everybody.contacted, rel=0.01)
    assert some.option("keep").cost < everybody.option("keep").cost
    share = some.lines["margin_kept"] / everybody.lines["margin_kept"]
    assert share > 0.3
    whole = decide(shop_state, Scenario(channel="list", list_share=1.0))
    assert whole.option("keep").value == pytest.approx(everybody.option("keep").value)


def test_the_same_money_for_either(shop_state):
    scenario = Scenario(acquisition_cost=20, counterfactual="fixed_budget")
    decision = decide(shop_state, scenario)
    assert decision.option("keep").cost == pytest.approx(decision.option("replace").cost)
    half = decide(shop_state, replace(scenario, budget=decision.option("keep").cost / 2))
    assert half.option("keep").value == pytest.approx(decision.option("keep").value / 2)


def test_a_service_is_weighed_beside_the_discount(state):
    scenario = Scenario(service_cost=0.1, service_save_rate=0.5, acquisition_cost=1e6)
    decision = decide(state, scenario)
    assert decision.option("service").value > decision.option("keep").value
    turn = decision.break_evens["service_save_rate"].value
    at = decide(state, replace(scenario, service_save_rate=turn)).option("service")
    assert at.value == pytest.approx(0, abs=1e-8 * at.cost)


def test_what_matters_most_comes_first(state):
    swings = what_matters(state, Scenario(acquisition_cost=60))
    widths = [abs(swing.high - swing.low) for swing in swings]
    assert widths == sorted(widths, reverse=True)
    assert {"save_rate", "margin", "acquisition_cost"} <= {swing.name for swing in swings}


def test_a_decision_is_plain_values(state):
    content = decide(state, Scenario(acquisition_cost=60)).to_dict()
    assert content["settings"] == Scenario(acquisition_cost=60).to_settings()
    assert {option["name"] for option in content["options"]} >= {"nothing", "keep", "replace"}
    assert {"save_rate", "discount", "acquisition_cost", "replacement_ratio", "margin"} <= set(
        content["break_evens"]
    )


def test_a_discount_to_everybody_does_not_pay_at_the_wholesaler():
    from models.customers import customers
    from models.lifetimes import fit_paretonbd, fit_spend
    from models.transactions.log import read_transactions

    data = Path(__file__).resolve().parents[3] / "data" / "online_retail_II"
    people = customers(read_transactions(data / "online_retail_II.parquet"))
    model, spend = fit_paretonbd(people.counts()), fit_spend(people)
    state = build_state(people, model, spend, draws=joint_draws(people, model, spend, draws=10))
    plain = Scenario(save_rate=0.15, bounce=0, contact_cost=0, duration_months=3)
    for margin, low, high in ((0.4, 0.006, 0.008), (0.5, 0.008, 0.0095)):
        decision = decide(state, replace(plain, margin=margin))
        assert decision.verdict == "neither"
        assert low < decision.break_evens["discount"].value < high
    strong = decide(state, replace(plain, save_rate=0.6)).break_evens["discount"].value
    assert 0.03 < strong < 0.04


def test_all_three_answers_to_the_gap_are_those_of_each_by_itself(state):
    scenario = Scenario(acquisition_cost=40, service_cost=0.1, service_save_rate=0.2)
    shown = decide(state, scenario).cases
    assert [one.counterfactual for one in shown] == [
        word for word, _ in KNOBS["counterfactual"].choices
    ]
    for one in shown:
        alone = decide(state, replace(scenario, counterfactual=one.counterfactual))
        assert one.options == alone.options
        assert one.verdict == alone.verdict


def test_a_discount_that_never_ends_runs_to_the_horizon(state):
    ending = Scenario(duration_months=36, horizon_months=36, bounce=0)
    never = replace(ending, duration_months=3, offer_ends="never")
    assert decide(state, never).option("keep") == decide(state, ending).option("keep")


def test_a_service_without_a_cost_costs_what_the_discount_gives(state):
    scenario = Scenario(service_save_rate=0.1, depth=0.1)
    case = build_case(state, scenario)
    people = case.people.central()
    share = float(people.money.sum() / people.persons.sum()) / state.axis.clock.months
    priced = replace(scenario, service_cost=0.1 * share)
    assert decide(state, priced).option("service").value == pytest.approx(
        decide(state, scenario).option("service").value
    )
    earning = replace(priced, service_margin=0.1 * share)
    assert (
        decide(state, earning).option("service").value
        > decide(state, priced).option("service").value
    )


def test_a_margin_that_pays_is_never_said_not_to(state):
    rng = np.random.default_rng(5)
    for _ in range(20):
        scenario = random_scenario(rng, state, counterfactual="refilled", acquisition_cost=20.0)
        turn = decide(state, scenario).break_evens["margin"]
        pays = float(build_case(state, scenario).central().keep()[0]) > 0
        if turn.value is None:
            assert pays == (turn.sentence == "It pays at any margin.")
        elif abs(turn.value - scenario.margin) > 1e-6:
            assert pays == ((scenario.margin > turn.value) == (turn.pays == "above"))
