import numpy as np
import pytest

from models.danger import dangerous_in, risk_when_seen
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH
from models.survival import Curve, kaplan_meier


def subscribers(seed, customers=2_000, planted=0.0):
    """Leaving at 4 % a month; in month 6 at `planted` more; watched for 1 to 24 months."""
    rng = np.random.default_rng(seed)
    leaves = rng.geometric(0.04, customers) - rng.uniform(size=customers)
    caught = (leaves > 5) & (rng.uniform(size=customers) < planted)
    leaves[caught] = 5 + rng.uniform(size=caught.sum())
    watched = rng.uniform(1, 24, customers)
    days = np.minimum(leaves, watched) * DAYS_PER_MONTH
    return kaplan_meier(np.floor(days), leaves <= watched)


def test_a_planted_month_is_found_and_priced():
    (danger,) = risk_when_seen(subscribers(1, planted=0.12)).dangerous
    assert danger.month == 6
    assert danger.leaving == pytest.approx(0.04 + 0.96 * 0.12, abs=0.03)
    assert danger.low < danger.leaving < danger.high
    assert danger.usual == pytest.approx(0.04, abs=0.02)
    # 0.96^5 of all who came are still there; 0.12 of them are caught, 0.04 would have left anyway.
    assert danger.extra == pytest.approx(0.96**5 * 0.96 * 0.12, abs=0.03)
    cost, low, high = danger.yearly_cost(1_200, 50.0, 40.0, 60.0)
    assert cost == pytest.approx(1_200 * 50 * danger.extra)
    assert low < cost < high


def test_the_risk_is_smoothed_over_months_and_the_first_stands_apart():
    found = risk_when_seen(subscribers(2), apart=1)
    assert found.ages[0] == 1
    assert found.smooth[0] == pytest.approx(found.leaving[0])
    inside = found.followed > 200
    assert np.std(found.smooth[inside]) < np.std(found.leaving[inside])
    np.testing.assert_allclose(found.smooth[inside], 0.04, atol=0.02)
    assert (found.low <= found.smooth).all()
    assert (found.smooth <= found.high).all()


def test_renewals_are_counted_among_those_whose_renewal_came_due():
    made, left = np.array([0] * 30 + [1] * 70), np.array([1] * 30 + [0] * 70)
    curve = kaplan_meier((made + left) * DAYS_PER_MONTH, left)
    found = risk_when_seen(curve, unit="renewal", apart=1)
    assert found.leaving[0] == pytest.approx(0.3)
    assert found.followed[0] == 100
    assert found.low[0] < 0.3 < found.high[0]


def test_even_leaving_raises_few_alarms():
    alarms = [len(risk_when_seen(subscribers(seed)).dangerous) for seed in range(30)]
    assert np.mean(alarms) <= 0.15


def test_a_handful_of_customers_proves_nothing():
    assert risk_when_seen(subscribers(1, customers=30, planted=0.12)).dangerous == ()


def test_the_first_and_the_last_month_are_never_called_dangerous():
    redrawn = np.tile([1.0, 0.5, 0.48, 0.46, 0.2], (50, 1))
    assert dangerous_in(redrawn, redrawn[0]) == ()


def test_unseen_goodbyes_cannot_be_counted():
    months = np.arange(3.0)
    share = np.array([1.0, 0.9, 0.8])
    unseen = Curve(
        "Everyone",
        "still a customer",
        months,
        share,
        share,
        share,
        np.array([9, 9, 9]),
        smooth=True,
    )
    with pytest.raises(EvidenceError, match="Nobody saw the goodbyes"):
        risk_when_seen(unseen)
