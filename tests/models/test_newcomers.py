"""What the next customer brings, against newcomers simulated one by one."""

import numpy as np
import pytest

from models.alternatives import Alternatives
from models.business import Business
from models.draws import joint_draws
from models.lifetimes import GammaGamma, ParetoNBD
from models.periods import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from models.samples import ParetoNBDTruth, SpendTruth, exponential_lifetimes, shop
from tests.models.decisions.people import customers_of

COMPANIES = 40
NONE = np.zeros(0)
LAW, SPEND = ParetoNBDTruth(), SpendTruth()


def simulated(business, newcomers=300_000):
    """Discounted margin of a newcomer: the first order now and every later one, one by one."""
    rng = np.random.default_rng(4)
    rate = rng.gamma(LAW.r, 1 / LAW.alpha, newcomers)
    life = exponential_lifetimes(rng, newcomers, LAW)
    weeks = np.minimum(life, business.horizon_months * WEEKS_PER_MONTH)
    owner = np.repeat(np.arange(newcomers), rng.poisson(rate * weeks))
    age = rng.uniform(0, weeks[owner])
    scale = rng.gamma(SPEND.q, 1 / SPEND.gamma, newcomers)
    first = rng.gamma(SPEND.p, 1 / scale)
    later = rng.gamma(SPEND.p, 1 / scale[owner])
    now = business.rate.factor(months=12.0) ** (age / WEEKS_PER_YEAR)
    return business.margin * (first.sum() + (now * later).sum()) / newcomers


def estimated(seed, business):
    """Return what a newcomer is said to bring in one company, and the ends of its 80 % range.

    As in a real file, customers of the first months may be older than it and do not count.
    """
    sample = shop(1_500, seed=seed)
    people = customers_of(sample.log, sample.last_day)
    frame = people.frame
    frame["older_than_file"] = frame["first"] < people.first_day + 180
    # Recent newcomers have models of their own; what everybody's say does not enter.
    everybody = ParetoNBD(LAW.r, LAW.alpha, LAW.s, LAW.beta)
    spend = GammaGamma(SPEND.p, SPEND.q, SPEND.gamma)
    drawn = joint_draws(people, everybody, spend, draws=60, seed=seed)
    found = Alternatives(drawn, NONE, NONE, NONE, NONE).newcomer(business)
    return (found[0], *np.quantile(found[1:], [0.1, 0.9]))


def test_a_newcomer_brings_what_simulated_newcomers_bring():
    business = Business(margin=0.5)
    truth = simulated(business)
    best, low, high = np.array([estimated(seed, business) for seed in range(COMPANIES)]).T
    assert best.mean() == pytest.approx(truth, rel=0.03)
    assert np.median(best) == pytest.approx(truth, rel=0.04)
    inside = (low <= truth) & (truth <= high)
    assert 0.65 <= inside.mean() <= 0.92
