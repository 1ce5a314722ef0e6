"""What goes with leaving: planted effects are found, nothing is found where nothing is planted."""

import numpy as np
import pandas as pd
import pytest

from models.drivers import Watched, find_drivers
from models.drivers.effects import NOISE, chances
from models.drivers.groups import grouped
from models.drivers.watched import SEASON
from models.errors import EvidenceError
from models.regressions import cox

CHANNELS = ("kiosk", "website", "advice", "mail")
REGIONS = ("north", "south", "east")


def company(seed, n=600, channel=0.0, late=0.0):
    """Customers of four channels and three regions; kiosk's leave exp(channel) as fast.

    Offers are given mostly at the kiosk and do nothing. From day 120 on the kiosk's effect is
    `late` larger.
    """
    rng = np.random.default_rng(seed)
    known = pd.DataFrame({"channel": rng.choice(CHANNELS, n), "region": rng.choice(REGIONS, n)})
    kiosk = (known["channel"] == "kiosk").to_numpy()
    known["offer"] = np.where(rng.random(n) < np.where(kiosk, 0.8, 0.15), "voucher", "none")
    rate = np.exp(channel * kiosk)
    days = rng.exponential(200, n) / rate
    days = np.where(days > 120, 120 + (days - 120) * np.exp(-late * kiosk), days)
    start = np.floor(rng.uniform(18_000, 18_700, n))
    end = 18_900 - start
    known = known.astype(object)
    return Watched("leaving", np.ceil(np.minimum(days, end)), days <= end, None, start, known, ())


def of(drivers, value):
    return next(effect for effect in drivers.effects if effect.value == value)


def announced(watched):
    """Return which (attribute, value) would be announced: the step that decides, and no other."""
    groups, _ = grouped(watched, watched.attributes)
    by_luck = chances(groups, cox(groups.watch(watched.attributes)))
    return {(name, groups.values[name][k]) for (name, k), p in by_luck.items() if p <= NOISE}


def test_the_step_that_decides_is_the_one_that_is_used():
    watched = company(0, channel=0.4)
    told = {(e.attribute, e.value) for e in find_drivers(watched).effects if e.announced}
    assert announced(watched) == told
    assert ("channel", "kiosk") in told


def test_planted_effects_are_found_with_honest_ranges():
    rates = [of(find_drivers(company(seed, channel=0.4)), "kiosk").rate for seed in range(4)]
    assert sum(rate.low <= np.exp(0.4) <= rate.high for rate in rates) >= 2


def test_a_planted_effect_is_announced_seven_times_in_ten():
    companies = [company(seed, n=800, channel=0.4) for seed in range(24)]
    told = [("channel", "kiosk") in announced(one) for one in companies]
    assert np.mean(told) >= 0.7


def test_nothing_is_announced_where_nothing_is_planted():
    told = [bool(announced(company(seed, n=400))) for seed in range(100, 170)]
    assert np.mean(told) <= 0.10


def test_an_offer_is_not_blamed_for_its_channel():
    found = find_drivers(company(1, n=4000, channel=0.6))
    offer = of(found, "voucher")
    assert offer.alone.low > 1.15
    assert offer.alone.best > 1.2 > offer.rate.high
    assert not offer.announced
    assert of(found, "kiosk").announced


def test_a_ratio_that_changes_with_age_is_told_twice():
    found = find_drivers(company(2, n=6000, channel=0.1, late=1.0))
    kiosk = of(found, "kiosk")
    assert not kiosk.steady
    assert kiosk.early.best < kiosk.rate.best < kiosk.late.best
    assert of(find_drivers(company(2, n=6000, channel=0.4)), "kiosk").steady


def test_longer_is_the_inverse_of_faster():
    kiosk = of(find_drivers(company(3, n=5000, channel=0.5)), "kiosk")
    assert kiosk.time.best == pytest.approx(1 / kiosk.rate.best, rel=0.05)


def test_of_two_values_one_is_told_and_both_are_one_test():
    found = find_drivers(company(4, n=2000, channel=0.2))
    assert [e.value for e in found.effects if e.attribute == "offer"] == ["voucher"]
    assert len(found.effects) == len(CHANNELS) + len(REGIONS) + 1


def test_small_groups_go_together_and_too_small_ones_are_counted_out():
    watched = company(5, n=1500)
    known = watched.known.copy()
    known.loc[:9, "region"] = "isle"
    watched = Watched("leaving", watched.days, watched.seen, None, watched.start, known, ())
    found = find_drivers(watched)
    assert found.uncounted == 10
    assert found.customers == 1490
    known.loc[:99, "region"] = [f"isle {i // 20}" for i in range(100)]
    found = find_drivers(Watched("leaving", watched.days, watched.seen, None, None, known, ()))
    assert of(found, "all others").customers == 100


def test_a_column_that_says_what_another_says_is_left_out():
    watched = company(6, n=1500)
    known = watched.known.assign(
        country=watched.known["region"].replace({"south": "A", "east": "A"})
    )
    found = find_drivers(Watched("leaving", watched.days, watched.seen, None, None, known, ()))
    assert "country" not in found.attributes
    assert next(d.why for d in found.left_out if d.column == "country").startswith("It follows")


def test_a_value_that_another_column_says_is_told_once():
    watched = company(7, n=2000)
    mail = watched.known["channel"] == "mail"
    design = np.where(mail, "no page", np.where(np.arange(2000) % 2, "old page", "new page"))
    known = watched.known.assign(page=design)
    found = find_drivers(Watched("leaving", watched.days, watched.seen, None, None, known, ()))
    told = [e.value for e in found.effects if e.attribute == "page"]
    assert len(told) == 1
    assert told[0] in {"old page", "new page"}


def test_where_nothing_can_be_compared_the_reason_is_said():
    watched = company(8, n=300)
    bare = watched.known.assign(channel="website", region=None, offer="none")
    with pytest.raises(EvidenceError, match="nothing can be compared"):
        find_drivers(Watched("leaving", watched.days, watched.seen, None, None, bare, ()))
    with pytest.raises(EvidenceError, match="No leaving was seen yet"):
        Watched("leaving", watched.days, watched.seen & False, None, None, bare, ())


def test_many_equal_customers_cost_no_more():
    one = company(9, n=1000, channel=0.4)
    many = Watched(
        "leaving", np.tile(one.days, 50), np.tile(one.seen, 50), None, np.tile(one.start, 50),
        pd.concat([one.known] * 50, ignore_index=True), (),
    )  # fmt: skip
    known = tuple(one.attributes)
    few, lots = (of(find_drivers(all_of, also=known), "kiosk") for all_of in (one, many))
    assert lots.rate.best == pytest.approx(few.rate.best, rel=1e-2)
    assert np.log(lots.rate.high / lots.rate.best) == pytest.approx(
        np.log(few.rate.high / few.rate.best) / np.sqrt(50), rel=1e-2
    )


def test_the_season_is_no_doubt():
    watched = company(10)
    known = watched.known.assign(**{SEASON: "April to June"})
    found = find_drivers(Watched("leaving", watched.days, watched.seen, None, None, known, ()))
    assert [d.kind for d in found.left_out if d.column == SEASON] == ["refused"]
