"""A trait that only goes with another one is told so; one that matters by itself is not."""

import numpy as np
import pytest

from models.business import Business
from models.contracts.fits import fit_retentions
from models.contracts.subscribers import subscribers
from models.contracts.won import won_subscribers
from models.profiles import find_profiles
from models.transactions.subscriptions import read_subscriptions
from tests.models.contracts.conftest import MAGAZINE
from tests.models.profiles.companies import trait, won


def company(seed, customers=3_000, gift=1.0):
    """Germans bring twice as much and are given most of the gifts, which bring `gift` times."""
    rng = np.random.default_rng(seed)
    country = rng.choice(3, customers, p=[0.3, 0.4, 0.3])
    given = rng.random(customers) < np.where(country == 0, 0.75, 0.15)
    worth = 100 * np.where(country == 0, 2.0, 1.0) * np.where(given, gift, 1.0)
    traits = (
        trait("country", ("Germany", "France", "Italy"), country),
        trait("gift", ("none", "a mug"), given.astype(int)),
    )
    return won(rng, traits, worth * rng.lognormal(0, 0.8, customers))


def seeming(profiles):
    return {one.rule.conditions[0].trait for one in profiles.announced
            if len(one.rule.conditions) == 1 and one.only_seems}  # fmt: skip


def test_what_only_goes_with_another_trait_is_told():
    told = [seeming(find_profiles(company(seed))) for seed in range(20)]
    assert sum("gift" in names for names in told) >= 14
    assert not any("country" in names for names in told)


def test_what_matters_by_itself_is_not_doubted_and_keeps_its_size():
    for seed in range(20):
        profiles = find_profiles(company(seed, gift=1.5))
        assert not seeming(profiles)
        mug = next(one for one in profiles.found if one.rule.sentence == "gift a mug")
        assert mug.alike.held == ("Country",)
        assert mug.alike.ratio.times == pytest.approx(1.5, rel=0.25)


def test_the_range_among_customers_alike_holds_the_truth_eight_times_in_ten():
    inside = []
    for seed in range(40):
        found = find_profiles(company(seed)).found
        mug = next(one for one in found if one.rule.sentence == "gift a mug")
        if mug.alike is not None:
            inside.append(mug.alike.ratio.low <= 1 <= mug.alike.ratio.high)
    assert len(inside) >= 30
    assert 0.65 <= np.mean(inside) <= 0.95


def test_the_magazines_first_offers_change_nothing_by_themselves():
    """PROVENANCE.md: who renews depends on plan and channel; offers are only given out by them."""
    people = subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
    company = won_subscribers(people, fit_retentions(people), Business(0.65))
    staying = find_profiles(company, "stayed")
    told = [one for one in staying.singles if one.rule.conditions[0].trait == "first_offer"]
    assert told
    assert all(one.only_seems and set(one.alike.held) == {"Plan", "Channel"} for one in told)
    assert seeming(staying) == {"first_offer"}
    gift = next(
        one for one in find_profiles(company).singles if one.rule.sentence.endswith("welcome gift")
    )
    assert gift.only_seems
