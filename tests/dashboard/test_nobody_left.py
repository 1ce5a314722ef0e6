"""A young list of subscriptions: the pages say the most that may leave, not that nobody will."""

import pytest

from dashboard.subscription import fitness, staying, trust, worth
from models.contracts import analyse_subscriptions
from models.contracts.curves import staying as still_there
from models.transactions.subscriptions import read_subscriptions

KNOWN = "leave at a renewal, 9 in 10 sure"


@pytest.fixture(scope="module")
def young(tmp_path_factory):
    path = tmp_path_factory.mktemp("young") / "young.csv"
    rows = [f"S{i},20{20 + i % 5}-{1 + i % 12:02d}-{1 + i % 28:02d},,9.5,year" for i in range(120)]
    path.write_text("\n".join(["subscriber_id,started,ended,price,interval", *rows]))
    return analyse_subscriptions(read_subscriptions(path))


def test_who_stays_says_the_most_that_may_leave(young):
    found = staying.findings(young)
    assert found.headline.startswith("Nobody has left yet: at most ")
    assert found.headline.endswith(f"{KNOWN}.")
    assert "100 of 100" not in found.headline
    assert found.because[0].startswith("Nobody has left yet: 120 subscribers, followed for up to ")


def test_worth_and_the_fitness_of_the_file_say_it_as_well(young):
    assert KNOWN in worth.little_known(young)
    assert sum(KNOWN in finding.text for finding in fitness.findings(young)) == 1


def test_the_test_of_the_forecast_knows_one_candidate(young):
    assert "no law of leaving can be fitted" in trust.winner(young)
    names = trust.tournament(young)["model"]
    assert list(names).count("nobody left, everybody") == 1
    assert [name for name, _ in trust.fits(young)] == ["nobody left, everybody"]


def test_everybody_followed_so_long_is_counted_where_nobody_leaves(young):
    ages = young.people.frame["age_days"] / (365.25 / 12)
    curve = still_there(young.people)[0]
    for month in (3, 12, 24):
        assert curve.followed_at(month) == (ages >= month).sum()
