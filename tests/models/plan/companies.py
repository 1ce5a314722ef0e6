"""States and outlooks of small companies, made without a file."""

import datetime as dt

import numpy as np

from models.decisions.shop import build_state
from models.decisions.subscription import Subscribers, build_subscription_state
from models.draws import joint_draws
from models.plan import Outlook
from models.samples import ParetoNBDTruth
from tests.models.decisions.people import company

START = dt.date(2024, 3, 1)


def shop_state(customers=1_200):
    people, model, spend = company(customers, seed=4, truth=ParetoNBDTruth(0.9, 7, 1.5, 40))
    draws = joint_draws(people, model, spend, draws=40, past_misses=0.05)
    return build_state(people, model, spend, draws=draws)


def subscription_state(months=12):
    groups = Subscribers(
        np.array([0.0, 1, 3, 6]), np.array([400.0, 300, 200, 100]), np.array([90.0, 95, 100, 100]),
        months, 80.0, new_per_month=30,
    )  # fmt: skip
    rng = np.random.default_rng(3)
    chances = np.array([0.7, 1.5]) * np.exp(0.08 * rng.standard_normal((41, 2)))
    chances[0] = 0.7, 1.5
    return build_subscription_state(groups, chances)


def outlook(state, **changes):
    period = round(state.axis.clock.months) if state.subscription else 1
    due = np.concatenate([[0.0], np.full(period, 1 / period)])
    known = {
        "start": START, "wait": 0.0, "due": due, "season": (), "season_why": "", "shock": 0.1,
        "people": 0.05, "assumed": False,
    }  # fmt: skip
    return Outlook(**known | changes)
