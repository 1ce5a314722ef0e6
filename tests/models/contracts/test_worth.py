"""Ranges of what subscribers are worth: the same draws for values and decision, at any horizon."""

from dataclasses import replace

import numpy as np
import pytest

from models.contracts import analyse_subscriptions
from models.contracts.rolling import ContractRolling
from models.contracts.worth import ContractDraws, leaving_over
from models.decisions.scenario import Scenario
from models.draws import DRAWS, scores
from models.lifetimes.contract import BetaDiscreteWeibull
from models.periods import DAYS_PER_MONTH
from models.surprise import Surprise
from models.transactions.subscriptions import read_subscriptions

LAW = BetaDiscreteWeibull(0.9, 20.0)
RATE = 1.1 ** (-1 / 12)


@pytest.fixture(scope="module")
def together(analysis):
    """The magazine with every renewal half a year ahead and laws the engine computes with."""
    frame = analysis.people.frame.assign(due_days=6 * DAYS_PER_MONTH)
    fitted = analysis.fitted
    plans = {label: replace(one, wide=one.simple) for label, one in fitted.plans.items()}
    return replace(
        analysis,
        people=replace(analysis.people, frame=frame),
        fitted=replace(fitted, plans=plans),
        rolling=ContractRolling(),  # nothing was tested: the stated misses are large
    )


@pytest.mark.parametrize("months", [12, 36, 60])
def test_values_and_decision_see_the_same_total_under_every_draw(together, months):
    scenario = Scenario(horizon_months=months, margin=0.4)
    state, draws = together.state_for(scenario), together.draws(months)
    when = np.array([1.1 ** -((6 + 12 * j) / 12) for j in range(months // 12)])
    theta = state.axis.hazard
    assert together.roster.masses.shape[1] == len(theta)
    paid = (1 - theta[:, None]) ** (1 + np.arange(len(when)))
    by_state = 0.4 * state.money[-1] @ (paid @ when)
    frame = together.people.frame
    by_values = np.zeros(DRAWS + 1)
    for label, laws in draws.chosen.items():
        here = frame[frame["running"] & ~frame["leaving"] & together.fitted.members[label]]
        money = here.groupby("renewals")["price"].sum()
        n = money.index.to_numpy(float)[:, None]
        by_values += [
            0.4 * money.to_numpy() @ (one.survival(1 + np.arange(len(when)), n) @ when)
            for one in laws
        ]
    assert by_state == pytest.approx(by_values, rel=1e-6)
    assert by_values.std() > 0.01 * by_values[0]
    worth = together.values(scenario)
    assert worth.total == pytest.approx(by_values[0])
    low, high = np.quantile(by_values[1:], [0.1, 0.9])
    assert worth.low == pytest.approx(low, rel=0.01)
    assert worth.high == pytest.approx(high, rel=0.01)


def test_the_level_of_a_draw_is_that_of_those_who_leave_next(together):
    """As many times more leave at the next renewal as the draw says."""
    known = leaving_over(together.surprise, 36)
    frame = together.people.frame
    for label, laws in together.draws(36).chosen.items():
        made = frame["renewals"][frame["running"] & together.fitted.members[label]]
        plain = together.parameters.chosen[label]
        for k in (1, 77, 200):
            lost = [(1 - law.retention(made)).mean() for law in (laws[k], plain[k])]
            wanted = np.exp(known * together.parameters.miss_z[k])
            assert lost[0] / lost[1] == pytest.approx(wanted, rel=0.08)
        assert laws[0] == plain[0]


def lived(months, shock, companies=600):
    """What a subscription of one month is worth when every month has a shock of its own."""
    rng = np.random.default_rng(7)
    theta = rng.beta(LAW.a, LAW.b, 4000)
    level = np.exp(shock * rng.standard_normal((companies, months)))
    worth = np.zeros(companies)
    for company, row in enumerate(level):
        there = np.cumprod(1 - np.minimum(np.outer(row, theta), 1), axis=0).mean(axis=1)
        worth[company] = there @ RATE ** np.arange(1, months + 1)
    return worth


@pytest.mark.parametrize("months", [12, 36, 60])
def test_eight_in_ten_totals_come_inside_at_any_horizon(months):
    shock = 0.3
    known = Surprise(2.0, shock, 0.0, 1000, 1000)
    laws = {"all": (LAW,) * (DRAWS + 1)}
    leaves = 1 - float(LAW.retention(0))
    drawn = ContractDraws(laws, laws, laws, laws, scores(DRAWS, 1, 1)[:, 0], {"all": leaves})
    t = np.arange(1, months + 1)
    totals = [
        law.survival(t) @ RATE**t
        for law in drawn.missing_by(leaving_over(known, months)).chosen["all"][1:]
    ]
    low, high = np.quantile(totals, [0.1, 0.9])
    worth = lived(months, shock)
    assert 0.75 <= np.mean((low <= worth) & (worth <= high)) <= 0.85


def test_renewals_to_come_never_bring_less_than_nothing(tmp_path):
    path = tmp_path / "three.csv"
    path.write_text(
        "customer_id,start_date,end_date,status,plan,price,billing_months\n"
        "s0,2022-01-25,2024-01-25,ended,A,60,12\ns1,2023-11-11,,active,A,60,12\n"
        "s2,2019-03-15,2020-03-15,ended,B,60,12\n",
        encoding="utf-8",
    )
    worth = analyse_subscriptions(read_subscriptions(path)).values(Scenario())
    assert 0 <= worth.low <= worth.total <= worth.high
    assert 0 <= worth.buyers_low <= worth.buyers_high <= worth.alive
