"""Planted care is found, nothing is found where there is none, and the future never counts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.care import Cases, care_of, subscription_cases
from models.care.channels import ALL, NEVER
from models.contacts import Contacts, read_contacts
from models.contracts import analyse_subscriptions
from models.decisions.scenario import Scenario
from models.errors import EvidenceError
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine"
COMPLAINT = "delivery complaint"


@pytest.fixture(scope="module")
def company():
    return analyse_subscriptions(read_subscriptions(MAGAZINE / "subscriptions.csv"))


@pytest.fixture(scope="module")
def cases(company):
    return subscription_cases(company.people, company.values(Scenario(margin=0.65)))


@pytest.fixture(scope="module")
def contacts(company):
    people = company.people
    return read_contacts(MAGAZINE / "contacts.csv", people.frame["customer"], people.last_day)


@pytest.fixture(scope="module")
def found(cases, contacts):
    return care_of(cases, contacts)


def test_only_the_planted_difference_is_announced(found):
    announced = {one.name for one in found.unanswered if one.announced}
    assert announced == {ALL, COMPLAINT}
    assert not [c.name for c in found.channels if c.loss is not None and c.loss.announced]
    assert not [one.name for one in found.answers if one.kind == NEVER and one.announced]


def test_the_planted_hazards_lie_in_the_range(found):
    """Complaints multiply the hazard of leaving by 3 unanswered, by 1.5 answered."""
    complaint = next(one for one in found.unanswered if one.name == COMPLAINT)
    answered = 1.5 * 0.17  # about the hazard at a renewal; share lost is 1 - exp(-hazard)
    truth = (1 - np.exp(-2 * answered)) / (1 - np.exp(-answered))
    assert complaint.times.low - 0.2 < truth < complaint.times.high + 0.2
    shares = {c.name: c.unanswered.best for c in found.channels}
    planted = {"phone": 0.06, "e-mail": 0.22, "chat": 0.12, "social": 0.45, "shop": 0.03}
    assert shares == pytest.approx(planted, abs=0.02)


def test_one_customer_never_carries_a_channels_worth(found):
    worth = {c.name: c.worth for c in found.channels}
    assert worth["social"] is None  # the one large subscriber was last in touch there
    assert worth["phone"].low < worth["phone"].best < worth["phone"].high


def test_contacts_after_leaving_and_of_the_future_change_nothing(cases, contacts, found):
    left = cases.frame[cases.frame["lost"]].drop_duplicates("customer", keep="last")
    late = pd.DataFrame(
        {
            "customer": left["customer"], "day": left["due"] + 1, "reason": COMPLAINT,
            "channel": "social", "hours": np.nan, "rating": 1.0,
        }
    )  # fmt: skip
    frame = pd.concat([contacts.frame, late]).sort_values(["customer", "day"], kind="stable")
    again = care_of(cases, replace(contacts, frame=frame.reset_index(drop=True)))
    for part in ("contacts", "reached", "channels", "unanswered", "answers", "lever"):
        assert getattr(again, part) == getattr(found, part), part


def test_the_lever_adds_up(found):
    lever = found.lever
    assert lever.about == COMPLAINT
    assert lever.held.low < lever.held.best < lever.held.high
    assert lever.break_even.best == pytest.approx(lever.held.best * lever.worth / lever.contacts)
    # At the break-even cost as many answers pay for one customer as it takes to hold one.
    takes = lever.contacts / lever.held.best
    assert lever.needed(lever.break_even.best) == pytest.approx(takes)
    yearly = 12 * lever.customers * lever.monthly(7.0)
    assert yearly == pytest.approx(7.0 * lever.contacts)


def chance(seed, ignoring=0.0, customers=1500):
    """Half-years of a company: a fifth is lost, and more of those who were ignored."""
    draw = np.random.default_rng(seed)
    names = [f"c{k}" for k in range(customers)]
    ignored = draw.random(customers) < 0.3
    lost = draw.random(customers) < 0.2 + ignoring * ignored
    frame = pd.DataFrame(
        {
            "customer": names, "begins": 0, "due": 180, "lost": lost, "stratum": 0,
            "recent": True, "worth": 50.0,
        }
    )  # fmt: skip
    log = pd.DataFrame(
        {
            "customer": names, "day": 90, "reason": "question", "channel": "chat",
            "hours": np.where(ignored, np.nan, 2.0), "rating": np.nan,
        }
    )  # fmt: skip
    today = pd.DataFrame({"customer": names, "worth": 50.0})
    columns = tuple((name, name) for name in ("customer", "date", "hours"))
    contacts = Contacts("log", "f", log, columns, customers, (), 90, 90)
    return Cases("half-year", frame, today), contacts


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_difference_gives_a_lever(seed):
    found = care_of(*chance(seed, 0.2))
    assert found.lever is not None
    ignored = next(one for one in found.unanswered if one.name == ALL)
    assert ignored.times.low < 2.2
    assert ignored.times.high > 1.8


def test_chance_alone_seldom_gives_a_lever():
    assert sum(care_of(*chance(seed)).lever is not None for seed in range(40)) <= 4


def test_nothing_is_said_of_fewer_than_thirty():
    cases, contacts = chance(1)
    few = replace(contacts, frame=contacts.frame.head(29))
    with pytest.raises(EvidenceError, match="Only 29 customers"):
        care_of(cases, few)
