"""Planted complaints are found; nothing is found where they are shuffled or come too late."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.contacts import read_contacts
from models.contracts import analyse_subscriptions
from models.decisions.scenario import Scenario
from models.losses.subscriptions import (
    ANSWERED,
    DELAY,
    REASON,
    UNANSWERED,
    lost_after_contacts,
    renewals,
)
from models.samples.magazine import magazine
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[3] / "data" / "magazine"
COMPLAINT = "delivery complaint"


@pytest.fixture(scope="module")
def analysis():
    return analyse_subscriptions(read_subscriptions(MAGAZINE / "subscriptions.csv"))


@pytest.fixture(scope="module")
def people(analysis):
    return analysis.people


@pytest.fixture(scope="module")
def contacts(people):
    return read_contacts(MAGAZINE / "contacts.csv", people.frame["customer"], people.last_day)


@pytest.fixture(scope="module")
def losses(analysis, contacts):
    values = analysis.values(Scenario())
    return {(x.kind, x.name): x for x in lost_after_contacts(analysis.people, contacts, values)}


@pytest.fixture(scope="module")
def chance(people):
    """Each due renewal's own chance not to be made, which no company can see."""
    hidden = magazine().hidden.set_index("subscriber_id")["chance"]
    return hidden.reindex(renewals(people)["customer"]).to_numpy()


def test_renewals_are_counted_to_the_day(people):
    cases = renewals(people)
    assert cases["lost"].sum() == people.frame["left"].sum()
    assert len(cases) == people.frame["renewals"].sum() + people.frame["left"].sum()
    assert (cases["due"] <= people.last_day).all()
    leap = cases[(cases["begins"] % 1 == 0)].head(500)
    begins = pd.to_datetime(leap["begins"], unit="D")
    due = pd.to_datetime(leap["due"], unit="D")
    assert (begins + pd.DateOffset(years=1) == due).mean() > 0.99


@pytest.mark.parametrize(("kind", "factor"), [(UNANSWERED, 3.0), (ANSWERED, 1.5)])
def test_planted_complaints_are_found_with_their_size(chance, losses, kind, factor):
    found = losses[kind, COMPLAINT]
    planted = (1 - (1 - chance) ** factor).mean() / chance.mean()
    assert found.announced
    assert found.times.low * 0.97 <= planted <= found.times.high * 1.03
    assert found.at_stake.low > 0


def test_contacts_without_an_effect_are_not_announced(losses):
    for name in ("question", "change of address"):
        for kind in (REASON, ANSWERED, UNANSWERED):
            assert not losses[kind, name].announced
    assert losses[REASON, "praise"].times.high < 1  # those who praise were going to stay


def test_contacts_dated_after_leaving_change_nothing(people, contacts, losses):
    frame = people.frame.set_index("customer")
    gone = frame[frame["observed"]].index.to_numpy()
    late = pd.DataFrame(
        {
            "customer": np.repeat(gone, 2),
            "day": np.stack([frame.loc[gone, "ended"], frame.loc[gone, "ended"] + 5], 1).ravel(),
            "reason": COMPLAINT, "channel": "phone", "hours": 1.0, "rating": np.nan,
        }
    )  # fmt: skip
    late = late[late["day"] <= people.last_day].astype({"day": "int64"})
    more = replace(contacts, frame=pd.concat([contacts.frame, late], ignore_index=True))
    again = {(x.kind, x.name): x for x in lost_after_contacts(people, more)}
    for key, loss in losses.items():
        assert again[key] == replace(loss, at_stake=None)


def test_shuffled_contacts_announce_nothing(people, contacts):
    rng = np.random.default_rng(5)
    cases, announced = renewals(people), 0
    for _ in range(10):
        # Everybody's contacts are dealt anew over all periods lived, whoever lived them.
        place = rng.integers(len(cases), size=len(contacts.frame))
        drawn = cases.iloc[place]
        frame = contacts.frame.assign(
            customer=drawn["customer"].to_numpy(), day=drawn["begins"].to_numpy() + 100
        )
        found = lost_after_contacts(people, replace(contacts, frame=frame))
        announced += any(loss.announced for loss in found)
    assert announced <= 1


def test_a_group_under_thirty_is_not_told(people, contacts):
    few = contacts.frame[contacts.frame["reason"] == COMPLAINT].head(29)
    assert lost_after_contacts(people, replace(contacts, frame=few.reset_index(drop=True))) == ()


def test_deliveries_noted_in_the_log_are_compared(people, contacts):
    late = contacts.frame["reason"] == COMPLAINT
    told = np.where(late, "over 3", "3 at most")
    found = lost_after_contacts(people, replace(contacts, frame=contacts.frame.assign(delay=told)))
    of = {x.name: x for x in found if x.kind == DELAY}
    same = next(x for x in found if (x.kind, x.name) == (REASON, COMPLAINT))
    assert set(of) == {"over 3", "3 at most"}
    assert (of["over 3"].lost, of["over 3"].times) == (same.lost, same.times)
    assert of["over 3"].announced
