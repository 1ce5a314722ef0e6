"""What the magazine planted is found, and what it did not plant is not announced."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter

from models.drivers import find_drivers, find_reasons, watched_subscribers
from models.drivers.reasons import UNTOLD, changeable
from models.errors import EvidenceError
from models.survival import kaplan_meier

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine"


@pytest.fixture(scope="module")
def drivers(people):
    return find_drivers(watched_subscribers(people))


@pytest.fixture(scope="module")
def reasons(people):
    return find_reasons(people)


def test_channels_and_plans_are_found_and_first_offers_are_not(drivers):
    told = {(e.attribute, e.value): e for e in drivers.effects if e.announced}
    assert {key[0] for key in told} == {"channel", "plan"}
    assert told["channel", "kiosk voucher"].rate.low > 1.2
    assert told["channel", "recommendation"].rate.high < 0.8
    # Plans keep their own mixture of patient and impatient people: the impatient leave first.
    plan = told["plan", "Print + digital"]
    assert not plan.steady
    assert plan.early.best < plan.late.best < 1


def test_a_first_offer_looks_worse_alone_than_within_its_channel(drivers):
    voucher = next(e for e in drivers.effects if e.value == "first year 25 % off")
    assert voucher.alone.low > 1.1
    assert voucher.rate.low < 1 < voucher.rate.high


def test_what_is_known_later_is_left_out(drivers):
    why = {doubt.column: doubt for doubt in drivers.left_out}
    assert why["price"].kind == "refused"
    assert "latest price" in why["price"].why
    assert "renewal_test" not in drivers.attributes


def test_the_renewal_test_of_the_magazine_would_be_asked_about(people):
    watched = watched_subscribers(people)
    table = pd.read_csv(MAGAZINE / "subscriptions.csv", dtype=str, keep_default_na=False).set_index(
        "subscriber_id"
    )["renewal_test"]
    group = table.reindex(people.frame["customer"]).replace("", None).to_numpy(object)
    known = watched.known.assign(put_into=group)
    found = find_drivers(replace(watched, known=known))
    asked = [doubt for doubt in found.left_out if doubt.column == "put_into"]
    assert [doubt.kind for doubt in asked] == ["asked"]


def test_reasons_add_up_to_everybody_who_left(people, reasons):
    whole = kaplan_meier(people.frame["age_days"], people.frame["observed"])
    for month in (13, 25, 61):
        added = sum(reason.curve.at(month) for reason in reasons.found)
        assert added == pytest.approx(1 - whole.at(month), abs=1e-9)
    assert sum(reason.leavers for reason in reasons.found) == people.frame["observed"].sum()


def test_the_share_over_time_is_that_of_aalen_and_johansen(people, reasons):
    frame = people.frame
    kind = np.where(~frame["observed"], 0, np.where(frame["reason"] == "delivery", 1, 2))
    slow = AalenJohansenFitter(alpha=0.2, jitter_level=1e-6, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it breaks ties at random, and may say so
        slow.fit(frame["age_days"], kind, event_of_interest=1)
    curve = next(reason.curve for reason in reasons.found if reason.name == "delivery")
    assert curve.share[-1] == pytest.approx(float(slow.cumulative_density_.iloc[-1, 0]), rel=1e-4)
    error = (curve.high[-1] - curve.share[-1]) / 1.2815515655
    assert error == pytest.approx(float(slow.variance_.iloc[-1]) ** 0.5, rel=1e-3)


def test_what_can_be_changed_is_what_was_planted(reasons):
    # One leaver in ten had a reason nothing can change; 15 % of all told none, whatever it was.
    stays = {reason.name for reason in reasons.found if reason.changeable is False}
    assert stays == {"moved", "died"}
    assert reasons.changeable.low < 0.9 < reasons.changeable.high or reasons.changeable.best == (
        pytest.approx(0.9, abs=0.01)
    )
    untold = next(reason for reason in reasons.found if reason.name == UNTOLD)
    assert untold.share is None
    assert untold.leavers / sum(r.leavers for r in reasons.found) == pytest.approx(0.15, abs=0.02)


def test_the_list_of_unchangeable_reasons_can_be_set(people):
    found = find_reasons(people, unchangeable=("price",))
    assert [reason.name for reason in found.found if reason.changeable is False] == ["price"]


@pytest.mark.parametrize(
    ("reason", "can"),
    [("moved", False), ("Customer died", False), ("verstorben", False),
     ("went out of business", False), ("price", True), ("removed content", True),
     ("tod", False), ("method of payment", True)],
)  # fmt: skip
def test_reasons_are_judged_by_their_words(reason, can):
    assert changeable(reason) is can


def test_a_file_without_reasons_says_so(people):
    frame = people.frame.assign(reason=None)
    with pytest.raises(EvidenceError, match="does not say why"):
        find_reasons(replace(people, frame=frame))
