"""Planted traits are found, noise is not announced, and no customer decides a card alone."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from models.errors import ColumnError, EvidenceError
from models.profiles import Costs, cards, find_profiles
from models.profiles.cells import collapse
from models.profiles.rules import Rule, conditions
from models.profiles.search import candidates, capped
from models.profiles.won import VALUE
from tests.models.profiles.companies import company, trait, won

RELATED = {"country", "order"}


def about_noise(found):
    return not set(found.rule.traits) <= RELATED


def test_planted_traits_are_found_and_noise_is_hardly_ever_announced():
    """Share of announced rules that name a trait without any effect, mean over 100 companies."""
    false_share, found = [], {"country": 0, "order": 0}
    for seed in range(100):
        announced = find_profiles(company(seed)).announced
        false = sum(map(about_noise, announced))
        false_share.append(false / len(announced) if announced else 0.0)
        for name in found:
            found[name] += any(one.rule.traits == (name,) for one in announced)
    assert np.mean(false_share) <= 0.10
    assert found["country"] >= 90
    assert found["order"] >= 90


def test_where_nothing_is_planted_hardly_any_company_announces_anything():
    announced = [
        bool(find_profiles(company(seed, planted=False)).announced) for seed in range(100, 150)
    ]
    assert np.mean(announced) <= 0.10


def test_a_pair_is_announced_where_only_both_together_matter():
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 2, 4000), rng.integers(0, 2, 4000)
    worth = np.where(a & b, 300.0, 100.0) * rng.lognormal(0, 0.5, 4000)
    levels = ("no", "yes")
    profiles = find_profiles(won(rng, (trait("a", levels, a), trait("b", levels, b)), worth))
    best = cards(profiles, profiles, None, Costs(None))[0].found
    assert best.rule.sentence == "a yes and b yes"
    assert best.worth.low < 2 < best.worth.high  # 300 against (300 + 3 x 100) / 4


def truth(sentence):
    """What customers of a country are truly worth against the average; noise is worth 1."""
    if not sentence.startswith("country"):
        return 1.0
    return (2.0 if sentence == "country Germany" else 1.0) / 1.25


def test_ranges_hold_the_truth_about_eight_times_in_ten():
    inside = [
        one.worth.low <= truth(one.rule.sentence) <= one.worth.high
        for seed in range(300, 360)
        for one in find_profiles(company(seed, noise=4)).found
        if len(one.rule.conditions) == 1 and one.rule.traits != ("order",)
    ]
    assert len(inside) > 200
    assert 0.70 <= np.mean(inside) <= 0.92


@pytest.mark.parametrize("seed", [3, 8, 11])
def test_leaving_any_one_customer_out_tells_the_same_story(seed):
    """A card's rule still passes, and what comes first is it or was named as nearly as good."""
    people = company(seed, noise=3)
    whole = find_profiles(people)
    before = cards(whole, whole, whole, Costs(60.0))
    worth = people.outcomes[VALUE].values
    for row in [*np.argsort(worth)[-80:], *np.argsort(worth)[:20], *range(0, 1200, 20)]:
        left = find_profiles(without(people, row))
        for old, new in zip(before, cards(left, left, left, Costs(60.0)), strict=True):
            told = {one.rule for one in (old.found, *old.near) if one}
            assert new.found is None or new.found.rule in told
            if old.found is None:
                continue
            still = next(
                (one for one in (*left.found, left.group) if one.rule == old.found.rule), None
            )
            assert still is left.group or still.holds_without >= 0
            assert old.found.value_low < still.value < old.found.value_high
            assert old.holds == new.holds


def without(people, row):
    keep = np.arange(len(people)) != row
    kept = {name: replace(one, values=one.values[keep]) for name, one in people.outcomes.items()}
    return replace(
        people,
        customer=people.customer[keep],
        traits=tuple(replace(one, codes=one.codes[keep]) for one in people.traits),
        outcomes=kept,
        new=people.new[keep],
        revenue=people.revenue[keep],
    )


def test_a_group_that_rests_on_one_customer_is_named_and_not_announced():
    people = company(21, 2400, noise=1)
    worth = people.outcomes[VALUE].values.copy()
    spaniards = people.traits[0].codes == 3
    worth[spaniards] *= 3
    worth[np.flatnonzero(spaniards & ~people.finding)[0]] = worth[spaniards].sum()
    people = replace(people, outcomes={VALUE: replace(people.outcomes[VALUE], values=worth)})
    profiles = find_profiles(people)
    assert "country Spain" in [one.rule.sentence for one in profiles.resting]
    assert profiles.resting[0].by_one > 0.4
    assert worth[profiles.resting[0].largest] == worth.max()
    assert not any("Spain" in one.rule.sentence for one in profiles.announced)


def test_no_group_under_thirty_is_announced():
    for seed in range(400, 410):
        for one in find_profiles(company(seed, 400)).announced:
            assert one.measured >= 30


def test_the_halves_depend_on_nobody_else():
    people = company(1)
    assert (without(people, 7).finding == np.delete(people.finding, 7)).all()
    assert 0.45 < people.finding.mean() < 0.55


@pytest.mark.parametrize("seed", range(5))
def test_the_first_split_is_that_of_a_regression_tree(seed):
    """Oracle: of nominal traits, scikit-learn's best first split is the condition of largest z."""
    people = company(seed, 2000, noise=4)
    values = capped(people.outcomes[VALUE].values)
    listed = [one for one in conditions(people.traits) if not one.outside]
    cells = collapse(people.traits)
    columns = np.array([cells.holds(one)[cells.cell] for one in listed]).T
    tree = DecisionTreeRegressor(max_depth=1).fit(columns, values)
    split = Rule((listed[tree.tree_.feature[0]],))
    found = candidates(cells, tuple(listed), people.traits, values)
    singles = [one for one in found if len(one.rule.conditions) == 1]

    def z(one):
        holds = cells.holds(one.rule)[cells.cell]
        gap = values[holds].mean() - values.mean()
        return abs(gap) * np.sqrt(holds.sum() / (1 - holds.mean()))

    best = max(singles, key=z)
    assert best.rule == split or best.rule.mirrors(split)


def test_collapsing_changes_nothing():
    people = company(2, 900)
    cells = collapse(people.traits)
    for one in conditions(people.traits):
        codes = next(t.codes for t in people.traits if t.name == one.trait)
        assert (cells.holds(one)[cells.cell] == one.holds(codes)).all()


def test_what_cannot_be_asked_is_said():
    people = company(1)
    with pytest.raises(ColumnError, match="There is no outcome 'love'"):
        find_profiles(people, "love")
    with pytest.raises(ColumnError, match="Nothing called 'shoe size' was known"):
        find_profiles(people, traits=["shoe size"])
    with pytest.raises(EvidenceError, match="says nothing about customers at the moment"):
        find_profiles(people, traits=[])
    with pytest.raises(EvidenceError, match="Only 50 customers can be judged"):
        find_profiles(people, members=np.arange(len(people)) < 50)


def test_a_channel_is_held_against_its_own_cost():
    people = company(4, 3000)
    ways = replace(people.traits[0], name="channel", levels=("post", "web", "shop", "fair"))
    profiles = find_profiles(replace(people, traits=(ways, *people.traits[1:])))
    least = cards(profiles, profiles, None, Costs(1.0))[1]
    assert not least.holds
    named = next(one for one in profiles.announced if one.sign < 0 and "channel" in one.rule.traits)
    level = named.rule.conditions[0].level
    assert Costs(1.0, {level: 9999.0}).of(named) == (
        1.0 if named.rule.conditions[0].outside else 9999.0
    )
    dear = cards(profiles, profiles, None, Costs(1.0, dict.fromkeys(ways.levels, 9999.0)))[1]
    assert dear.holds
    assert dear.cost == 9999.0
    assert dear.found.value_high < dear.cost
