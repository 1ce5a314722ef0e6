"""The invented magazine: what was planted comes out, and its decision is that of its people."""

import numpy as np
import pytest

from models.contracts.curves import model_staying, staying
from models.contracts.subscribers import COHORT, PLAN
from models.decisions import contract
from models.decisions.horizon import RENEWALS
from models.periods import DAYS_PER_MONTH
from models.samples.truth import PLANS
from models.survival import EVERYONE

TRUTH = {plan.name: (plan.a, plan.b) for plan in PLANS}


def test_everybody_is_read(analysis):
    ledger, people = analysis.subscriptions.ledger, analysis.people
    assert (ledger.rows_in, ledger.rows_used, len(people)) == (12_001, 12_001, 12_001)
    assert len(people.running) == 6_941
    assert people.period_months == 12
    assert float(ledger.amount_used) == pytest.approx(people.frame["amount"].sum())


@pytest.mark.parametrize("plan", sorted(TRUTH))
def test_kaplan_meier_recovers_the_planted_retention(analysis, plan):
    curve = next(c for c in staying(analysis.people, PLAN) if c.label == plan)
    truth = contract.survival(*TRUTH[plan], np.arange(1, 8))
    for year, share in enumerate(truth, start=1):
        low, high = curve.band_at(12 * year)
        # three standard errors of an 80 % band, and what the tested offer added
        assert abs(curve.at(12 * year) - share) < 3 / 1.2816 * (high - low) / 2 + 0.006
        assert curve.followed_at(12 * year) >= 100


@pytest.mark.parametrize("plan", sorted(TRUTH))
def test_sbg_recovers_the_planted_chances(analysis, plan):
    fitted = analysis.fitted.plans[plan].simple
    errors = np.sqrt(np.diag(fitted.fit.covariance))  # of the logarithms
    assert np.log([fitted.a, fitted.b]) == pytest.approx(np.log(TRUTH[plan]), abs=3 * errors.max())


def test_plans_are_told_apart_and_together_cover_everybody(analysis):
    fitted = analysis.fitted
    assert fitted.by_plan
    assert np.sum([fitted.members[label] for label in fitted.used], axis=0).tolist() == [1] * 12_001
    assert fitted.log_likelihood > fitted.everyone.chosen.log_likelihood + 100


def test_the_model_runs_through_the_curve_it_was_fitted_on(analysis):
    for plan, one in analysis.fitted.plans.items():
        seen = next(c for c in staying(analysis.people, PLAN) if c.label == plan)
        model = model_staying(analysis.people, one, 50, seed=1)
        for year in range(1, 7):
            assert model.at(12 * year) == pytest.approx(seen.at(12 * year), abs=0.02)


def test_channels_and_cohorts_have_curves(analysis):
    assert {c.label for c in staying(analysis.people, COHORT)} == {
        str(y) for y in range(2018, 2026)
    }
    by_channel = {c.label: c.at(12) for c in staying(analysis.people, "channel")}
    assert by_channel["recommendation"] > by_channel["website"] > by_channel["kiosk voucher"]
    assert [c.label for c in staying(analysis.people)] == [EVERYONE]


def test_the_last_year_was_forecast_without_being_seen(analysis):
    tested = analysis.holdout
    assert tested.customers > 6_000
    assert abs(tested.renewals.error) < 0.02
    assert tested.nobody_leaves / tested.renewals.actual - 1 > 0.15
    assert abs(tested.renewals.error) < abs(tested.last_period / tested.renewals.actual - 1)


def due_months(analysis):
    return analysis.people.running["due_days"].to_numpy() / DAYS_PER_MONTH


def test_the_value_is_that_of_the_people_themselves(analysis, worth, scenario, chance):
    held = analysis.people.running
    theta = chance.loc[held["customer"]].to_numpy()
    price, due = held["price"].to_numpy(), due_months(analysis)
    truth = sum(
        scenario.margin * price * (1 - theta) ** t
        * scenario.rate.factor(months=1) ** (due + 12 * (t - 1))
        for t in range(1, RENEWALS + 1)
    ).sum()  # fmt: skip
    assert worth.low <= truth <= worth.high
    assert worth.total == pytest.approx(truth, rel=0.02)
    assert worth.total == pytest.approx(worth.frame["value"].sum())
    assert worth.alive == 6_941


def test_a_newcomer_is_worth_what_the_planted_law_says(analysis, worth, scenario):
    new, v = analysis.new, scenario.rate.factor(years=1)
    truth = 0.0
    for share, first, price, plan in zip(
        new.shares, new.first, new.prices, new.models, strict=True
    ):
        later = contract.worth_to_horizon(*TRUTH[plan], v, RENEWALS) - 1
        truth += share * scenario.margin * (first + price * later)
    assert worth.new_customer == pytest.approx(truth, rel=0.03)


def discounted(scenario, due, months):
    return scenario.rate.factor(months=1) ** (due + months)


def test_an_offer_to_everybody_is_worth_what_people_make_of_it(analysis, scenario, chance):
    """Person by person: each has a theta, an offer takes a share of it away for one renewal."""
    offer = {"channel": "everybody", "save_rate": 0.36, "save_rate_low": 0.36}
    offer |= {"save_rate_high": 0.36, "bounce": 0.0, "contact_cost": 1.0}
    found = analysis.decide(scenario.from_settings({**scenario.to_settings(), **offer}))
    held = analysis.people.running
    theta = chance.loc[held["customer"]].to_numpy()
    price, due = held["price"].to_numpy(), due_months(analysis)
    rng = np.random.default_rng(7)
    gain = 0.0
    for _ in range(200):
        would_leave = rng.random(len(theta)) < theta
        saved = would_leave & (rng.random(len(theta)) < 0.36)
        here = saved.copy()
        for t in range(RENEWALS):
            gain += (here * price * discounted(scenario, due, 12 * t)).sum() * scenario.margin / 200
            here &= rng.random(len(theta)) >= theta
        takes = ~would_leave | saved
        gain -= (takes * price * 0.2 * discounted(scenario, due, 0)).sum() / 200
    truth = gain - len(held)
    option = found.option("keep")
    assert option.value == pytest.approx(truth, rel=0.04)
    assert found.verdict == "replace"


def test_at_the_cancel_button_only_leavers_cost_a_discount(analysis, scenario, chance):
    fixed = {"save_rate": 0.36, "save_rate_low": 0.36, "save_rate_high": 0.36, "bounce": 0.0}
    fixed |= {"channel": "at_cancel", "asks_only_for_discount": 0.0, "contact_cost": 0.0}
    option = analysis.decide(scenario.from_settings({**scenario.to_settings(), **fixed})).option(
        "keep"
    )
    held = analysis.people.running
    theta = chance.loc[held["customer"]].to_numpy()
    price, due = held["price"].to_numpy(), due_months(analysis)
    v = scenario.rate.factor(years=1)
    life = sum(((1 - theta) * v) ** t for t in range(RENEWALS))
    each = theta * 0.36 * price * discounted(scenario, due, 0) * (scenario.margin * life - 0.2)
    assert option.value == pytest.approx(each.sum(), rel=0.04)
    assert option.value > 0


def test_a_saved_leaver_is_valued_below_a_stayer(analysis, scenario):
    """Half of what would leave is saved at no cost: worth less than as many average subscribers."""
    free = {"channel": "at_cancel", "depth": 0.2, "contact_cost": 0.0, "bounce": 0.0}
    free |= {"save_rate": 0.5, "save_rate_low": 0.5, "save_rate_high": 0.5}
    free |= {"asks_only_for_discount": 0.0}
    found = analysis.decide(scenario.from_settings({**scenario.to_settings(), **free}))
    per_saved = found.lines["margin_kept"] / (0.5 * found.leavers)
    average = analysis.values(scenario).total / 6_941
    assert per_saved < average
