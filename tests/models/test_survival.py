import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.errors import DataError, EvidenceError
from models.periods import DAYS_PER_MONTH
from models.survival import EVERYONE, Curve, kaplan_meier, pick, proportion

ROOT = Path(__file__).resolve().parents[2]

# Freireich et al. (1963), remission of leukaemia under 6-MP, in weeks; the survival shares are
# those printed for it in Kleinbaum and Klein, Survival Analysis, chapter 2.
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 9 + [0] * 12
PRINTED = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}


def curve(label="a", share=(1.0, 0.8, 0.4), months=(0, 6, 12), followed=(90, 60, 40), **kwargs):
    share = np.array(share, dtype=float)
    return Curve(
        label,
        "still there",
        np.array(months, dtype=float),
        share,
        np.maximum(share - 0.1, 0),
        np.minimum(share + 0.1, 1),
        np.array(followed),
        **kwargs,
    )


def test_kaplan_meier_is_the_published_curve():
    km = kaplan_meier(REMISSION, RELAPSED)
    for week, share in PRINTED.items():
        assert km.at(week / DAYS_PER_MONTH) == pytest.approx(share, abs=5e-5)
    assert km.median == pytest.approx(23 / DAYS_PER_MONTH)
    assert km.followed_at(0) == 21
    assert km.followed_at(10 / DAYS_PER_MONTH) == 15


def test_bands_are_the_log_log_bands():
    km = kaplan_meier(REMISSION, RELAPSED, level=0.95)
    # S = .8067 at 7: the log-log interval of Kalbfleisch and Prentice, written out.
    spread = sum(d / (n * (n - d)) for d, n in ((3, 21), (1, 17))) ** 0.5
    share = (18 / 21) * (16 / 17)
    width = 1.959964 * spread / abs(np.log(share))
    low, high = km.band_at(7 / DAYS_PER_MONTH)
    assert (low, high) == pytest.approx((share ** np.exp(width), share ** np.exp(-width)), abs=1e-6)
    wider = kaplan_meier(REMISSION, RELAPSED).band_at(7 / DAYS_PER_MONTH)
    assert low < wider[0] < wider[1] < high


def test_weights_and_repeated_rows_say_the_same():
    rng = np.random.default_rng(1)
    days, seen = rng.integers(0, 30, 300), rng.integers(0, 2, 300)
    rows, n = np.unique(np.stack([days, seen]), axis=1, return_counts=True)
    one, other = kaplan_meier(days, seen), kaplan_meier(rows[0], rows[1], weights=n)
    for name in ("months", "share", "low", "high", "followed"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name))


def test_delayed_entry_counts_nobody_before_they_were_watched():
    # Three watched from the start, three only from day 10: at day 5 one of three leaves, at day 20
    # one of five.
    late = kaplan_meier(
        [5, 30, 30, 20, 30, 30], [1, 0, 0, 1, 0, 0], entry_days=[0, 0, 0, 10, 10, 10]
    )
    assert late.at(6 / DAYS_PER_MONTH) == pytest.approx(2 / 3)
    assert late.at(25 / DAYS_PER_MONTH) == pytest.approx(2 / 3 * 4 / 5)


def test_the_last_to_leave_takes_the_curve_to_zero_without_closing_the_band():
    km = kaplan_meier([1, 2, 3], [1, 1, 1])
    assert km.share[-1] == 0
    assert km.low[-1] == 0
    assert km.high[-1] == km.high[-2] > 0


@pytest.mark.parametrize(
    ("days", "seen", "more", "words"),
    [
        ([5, -1], [1, 0], {}, r"Customer 1 \(duration -1 days.*0 days or more"),
        ([5, np.nan], [1, 0], {}, "does not have a duration"),
        ([5, 6], [1, 2], {}, "neither seen leaving"),
        ([5, 6], [1, 0], {"weights": [1, 0.5]}, "whole number of customers"),
        ([5, 6], [1, 0], {"entry_days": [0, 9]}, "before coming under observation"),
        ([], [], {}, "at least one customer"),
        ([5, 6], [1], {}, "one of each per customer"),
    ],
)
def test_impossible_observations_are_refused_in_a_sentence(days, seen, more, words):
    with pytest.raises(DataError, match=words):
        kaplan_meier(days, seen, **more)


@pytest.mark.parametrize("month", [-1, 12.5, 100])
def test_a_curve_does_not_speak_beyond_its_evidence(month):
    with pytest.raises(EvidenceError, match=r"has seen months 0 to 12\.0"):
        curve().at(month)
    with pytest.raises(EvidenceError):
        curve().band_at(month)
    assert np.isnan(curve().share_at([month])).all()
    assert curve().followed_at(100) == 0


def test_steps_stay_and_smooth_curves_slide():
    assert curve().at(9) == 0.8
    assert curve(smooth=True).at(9) == pytest.approx(0.6)
    assert curve().median == 12
    assert curve(smooth=True).median == pytest.approx(6 + 6 * 0.3 / 0.4)
    assert curve(share=(1, 0.9, 0.7)).median is None


@pytest.mark.parametrize(
    "broken",
    [
        {"months": (0, 6, 6)},
        {"months": (-1, 6, 7)},
        {"share": (1.0, 0.8, 1.4)},
        {"followed": (9, 5, -1)},
        {"months": (0, 6)},
        {"level": 80},
    ],
)
def test_a_curve_is_valid_when_born(broken):
    with pytest.raises(DataError, match="The curve 'a'"):
        curve(**broken)


def test_wilson_bands_are_the_published_ones():
    # Newcombe (1998), table I: 81 of 263 and 0 of 20, 95 %.
    _, low, high = proportion([81, 0], [263, 20], level=0.95)
    np.testing.assert_allclose(low, [0.2553, 0.0], atol=5e-5)
    np.testing.assert_allclose(high, [0.3662, 0.1611], atol=5e-5)


def test_at_most_five_curves_are_picked_by_the_stated_rule():
    groups = [curve(label=f"g{k}", share=(1, 0.9, 0.1 * k)) for k in range(1, 8)]
    small = curve(label="tiny", share=(1, 0.9, 0.0), followed=(90, 60, 29))
    young = curve(label="young", share=(1, 0.1), months=(0, 2), followed=(90, 60))
    whole = curve(label=EVERYONE)
    shown = [c.label for c in pick([whole, *groups, small, young])]
    assert shown == [EVERYONE, "g1", "g2", "g6", "g7"]
    assert [c.label for c in pick([whole, *groups[:3]])] == [EVERYONE, "g1", "g2", "g3"]
    assert pick([whole]) == (whole,)
    assert [c.label for c in pick([small])] == ["tiny"]


def test_lifelines_is_not_imported_before_a_curve_is_asked_for():
    program = "import sys, models.survival, models.leaving; print('lifelines' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"
