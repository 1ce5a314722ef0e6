"""A reader's story against the raw file and against the truth that was planted in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.contracts.fits import fit_retentions
from models.contracts.stories import looks, renewal_chances, story
from models.contracts.subscribers import subscribers
from models.errors import EvidenceError
from models.periods import date_of
from models.samples.truth import PLANS
from tests.models.contracts.conftest import MAGAZINE


@pytest.fixture(scope="module")
def raw():
    frame = pd.read_csv(MAGAZINE / "subscriptions.csv", parse_dates=["start_date", "end_date"])
    return frame.set_index("subscriber_id")


@pytest.fixture(scope="module")
def known(analysis):
    return looks(analysis.subscriptions, analysis.fitted)


def told(analysis, worth, who, known=()):
    row = int(np.flatnonzero(worth.frame["customer"] == who)[0])
    return story(analysis.people, worth, row, known)


@pytest.mark.parametrize("who", ["S00001", "S00008", "S00017", "S12001"])
def test_a_story_is_that_of_the_raw_row(analysis, worth, raw, known, who):
    line, one = raw.loc[who], told(analysis, worth, who, known)
    ends = line["end_date"] if line["status"] == "ended" else pd.Timestamp("2026-01-01")
    due = [line["start_date"] + pd.DateOffset(years=k) for k in range(9)]
    paid = [day.date() for day in due if day < ends]
    assert [date_of(int(day)) for day in one.days] == paid
    assert one.amounts.sum() == pytest.approx(line["paid_to_date"])
    assert one.amounts[-1] == pytest.approx(line["price_paid"])
    assert one.earned == pytest.approx(0.65 * line["paid_to_date"])
    assert (one.ended is None) == (line["status"] == "running")
    for day, chance in zip(one.looked, one.chances, strict=True):
        made = sum(when <= date_of(int(day)) for when in paid) - 1
        if one.ended == day:
            assert chance == 0.0
            continue
        model = [fitted for then, fitted in known if then <= day][-1].used[line["plan"]].chosen
        share = model.survival(made + 1) / model.survival(made)
        assert chance == pytest.approx(float(share))


def test_each_look_back_was_fitted_on_nothing_later(analysis, known):
    assert [date_of(day).year for day, _ in known] == list(range(2019, 2026))
    for day, fitted in known[:2]:
        again = fit_retentions(subscribers(analysis.subscriptions, day))
        for plan, one in again.used.items():
            assert fitted.used[plan].chosen.parameters == one.chosen.parameters


def test_a_readers_chance_is_the_planted_one(analysis, chance):
    """Among readers alike to us, the mean of the hidden chances; and what Beta(a, b) says."""
    frame = analysis.people.frame.assign(
        ours=renewal_chances(analysis.people, analysis.fitted),
        truth=1 - chance.reindex(analysis.people.frame["customer"]).to_numpy(),
    )
    alike = frame[frame["running"]].groupby(["plan", "renewals"])
    checked = 0
    for (plan, made), group in alike:
        if len(group) < 150:
            continue
        law = next(one for one in PLANS if one.name == plan)
        planted = (law.b + made) / (law.a + law.b + made)
        error = 4 * group["truth"].std() / np.sqrt(len(group))
        assert group["ours"].iloc[0] == pytest.approx(group["truth"].mean(), abs=error + 0.005)
        assert group["ours"].iloc[0] == pytest.approx(planted, abs=0.03)
        checked += 1
    assert checked >= 12


def test_who_left_or_cancelled_renews_no_more(analysis):
    gone = analysis.people.frame["observed"].to_numpy(bool)
    chances = renewal_chances(analysis.people, analysis.fitted)
    assert (chances[gone] == 0).all()
    assert (chances[~gone] > 0.5).all()
    frame = analysis.people.frame.assign(leaving=True)
    assert not renewal_chances(replace(analysis.people, frame=frame), analysis.fitted).any()


@pytest.mark.parametrize(("row", "why"), [(20_000, "no customer in row"), (0, "not since when")])
def test_what_cannot_be_told_is_refused(analysis, worth, row, why):
    with pytest.raises(EvidenceError, match=why):
        story(replace(analysis.people, last_day=None), worth, row)
