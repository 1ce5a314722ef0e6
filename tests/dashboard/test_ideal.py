"""Ideal customers on the screen: cards, sentences, the file to take away and the page itself."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard import charts, ideal, ideal_file
from dashboard.wording import ideal as words
from models.errors import EvidenceError
from models.profiles import Costs, channels
from models.profiles.measure import Alike, Ratio
from models.profiles.won import VALUE
from models.segments import Segments
from tests.models.profiles.companies import company, trait, won


@pytest.fixture(scope="module")
def study():
    return ideal.Study(company(3, 3000, noise=2))


@pytest.fixture(scope="module")
def profiles(study):
    return study.profiles(VALUE, study.usual())


def test_the_headline_names_the_group_and_what_one_is_worth(study, profiles):
    best = study.cards(VALUE, study.usual(), Costs(60.0))[0]
    said = words.headline(best, profiles, "EUR")
    assert said.startswith(f"Win more customers like this: {best.found.rule.sentence}; each worth")
    assert "times the average" in said


def test_where_nothing_passes_the_page_says_so():
    nothing = ideal.Study(company(12, planted=False))
    told = nothing.profiles(VALUE, nothing.usual())
    shown = nothing.cards(VALUE, nothing.usual(), Costs(60.0))
    if told.announced:
        pytest.skip("one company in ten may announce something")
    assert words.headline(shown[0], told, "EUR").startswith("Nothing that is known")
    assert words.who(shown[0], "EUR").startswith("Nothing passes the tests")
    assert words.who(shown[1], "EUR").startswith("Nothing passes the tests")
    assert words.facts(shown[0], "EUR", 36) == []


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (None, "Say what a new customer costs"),
        (1.0, "Nobody we can describe."),
        (1e6, "Order below 50"),
    ],
)
def test_costs_more_is_said_only_where_it_does(study, cost, said):
    card = study.cards(VALUE, study.usual(), Costs(cost))[1]
    assert words.who(card, "EUR").startswith(said) or (cost == 1e6 and card.holds)
    least = f"The least is brought by: {card.found.rule.sentence}."
    assert words.why(card).endswith("" if cost == 1e6 else least)


def test_every_number_of_a_card_has_its_range_and_its_count(study):
    for card in study.cards(VALUE, study.usual(), Costs(60.0)):
        if card.found is None:
            continue
        told = dict(words.facts(card, "EUR", 36))
        assert "8 in 10" in told["Worth of one in 3 years"]
        assert "8 in 10" in told["Against the average"]
        assert ", measured on " in told["Customers"]
        assert told["One costs"] == "EUR 60"


def test_a_card_has_one_large_number_with_its_range_and_times_the_average(study):
    for card in study.cards(VALUE, study.usual(), Costs(60.0)):
        if card.found is None:
            continue
        [tile] = ideal.worth(card, "EUR", 36)
        assert tile.label == "Worth of one in 3 years"
        assert tile.value == words.money(card.found.value, "EUR")
        assert tile.note.startswith("Between EUR")
        assert tile.change.endswith("times the average")
        low, high = (float(end) for end in tile.before.strip("()").split(" to "))
        assert low <= float(tile.change.split()[0]) <= high
    assert ideal.worth(replace(card, found=None), "EUR", 36) == []


def test_the_card_to_win_instead_says_of_whom_and_by_how_much(study):
    _, worst, instead = study.cards(VALUE, study.usual(), Costs(60.0))
    assert worst.found is not None
    assert instead.found is not None
    [(label, said)] = words.instead(instead, worst, "EUR")
    assert label == f"Instead of “{worst.found.rule.sentence}”"
    times = instead.found.value / worst.found.value
    assert said.startswith(f"brings {words.number(times)} times as much each")
    assert words.beside(instead, worst, "EUR")[0] == f"{label}: {said}."
    close = replace(worst, found=replace(worst.found, value_high=instead.found.value))
    assert words.instead(instead, close, "EUR")[0][1].startswith("not surely more")
    assert words.instead(instead, replace(worst, found=None), "EUR") == []
    dear = replace(worst, cost=90.0)
    assert words.instead(instead, dear, "EUR")[0][1].endswith("one costs EUR 60 against EUR 90")


def test_one_line_says_times_range_and_count(profiles):
    line = words.goes_with(profiles.singles[0], profiles)
    assert "times the average (" in line
    assert ", n = " in line


def test_a_trait_that_only_seems_to_matter_is_told_so(profiles):
    one = replace(profiles.singles[0], outcome=Ratio(1.4, 1.2, 1.6), alike=None)
    assert "only seems" not in words.goes_with(one, profiles)
    one = replace(one, alike=Alike(Ratio(1.02, 0.94, 1.1), ("Plan", "Channel")))
    assert words.goes_with(one, profiles).endswith(
        " It only seems to matter: among customers alike in plan and channel, no difference is "
        "left (0.94 to 1.1 times the others)."
    )
    [line] = words.only_seeming((replace(one, alike=None), one))
    assert line.startswith(f"{words.capital(one.rule.sentence)} only seems to matter: among")
    still = replace(one, alike=Alike(Ratio(1.3, 1.1, 1.5), ("Plan",)))
    assert "only seems" not in words.goes_with(still, profiles)


def test_a_question_is_answered_once(study):
    assert study.profiles(VALUE, study.usual()) is study.profiles(VALUE, study.usual())


def test_an_outcome_too_few_can_be_judged_by_says_why():
    small = ideal.Study(company(1, 90))
    assert small.profiles(VALUE, small.usual()) is None
    assert "Only 90 customers can be judged" in small.why(VALUE, small.usual())
    assert all(card.found is None for card in small.cards(VALUE, small.usual(), Costs(9.0)))


def test_the_csv_runs_no_formula():
    rng = np.random.default_rng(1)
    code = rng.integers(0, 2, 2000)
    traits = (trait("=cmd", ("=1+1", "@x"), code),)
    people = won(rng, traits, np.where(code == 0, 300.0, 100.0) * rng.lognormal(0, 0.4, 2000))
    study = ideal.Study(people)
    content = ideal.audience_csv(study.profiles(VALUE, study.usual()), "EUR", "invented")
    table = pd.read_csv(io.BytesIO(content))
    assert set(table["company"]) == {"invented"}
    assert len(table) >= 1
    for column in table.select_dtypes("object"):
        assert not table[column].dropna().str.startswith(("=", "+", "-", "@")).any()


def test_the_file_is_one_safe_page(study, profiles):
    sheet = ideal_file.Sheet("<b>Shop</b>", "invented", "31 December 2025", ["margin 50 %"], "EUR")
    shown = study.cards(VALUE, study.usual(), Costs(60.0))
    page = ideal_file.ideal_file(sheet, shown, profiles, ["A note & more"], 36)
    assert "<b>Shop</b>" not in page
    assert "&lt;b&gt;Shop&lt;/b&gt;" in page
    assert "INVENTED COMPANY" in page
    assert "data until 31 December 2025" in page
    assert "A note &amp; more" in page
    assert words.WARNING in page
    assert "http" not in page
    assert "C000" not in page


def test_bars_say_what_they_show(profiles):
    rows = ideal.bars(profiles.singles, profiles)
    drawn = charts.spans(rows, "light", unit="Times the average", centre=1.0)
    for row in rows:
        assert row.says.rstrip(".") in charts.alt_text(drawn)
    assert drawn.layout.height > 60 * len(rows)


def test_channels_are_told_by_what_they_bring_and_cost():
    people = company(4, 3000)
    from dataclasses import replace

    ways = replace(people.traits[0], name="channel", levels=("post", "web", "shop", "fair"))
    found = channels(replace(people, traits=(ways,)), {"post": 50.0, "fair": 1e6})
    said = words.channels(found, "EUR")
    assert said.startswith("Post pays best")
    assert "Costs more than it brings: fair" in said
    table = ideal.channel_rows(found, {"post": "3 months"}, "EUR")
    assert table["Channel"].iloc[0] == "post"
    assert set(table["Cost of one, EUR"]) >= {"50", "not known"}


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (None, "not yet"),
        ((0, 0, 0), "at once"),
        ((7, 5, 9), "7 months (5 to 9)"),
        ((7, 7, 7), "7 months"),
        ((7, 5, float("inf")), "7 months (5 or more)"),
    ],
)
def test_payback_in_words(back, said):
    assert words.payback(back) == said


def test_movement_is_told_in_heads_and_money():
    found = Segments(
        ("Best", "Rest"), np.array([0, 0, 1, -1]), np.array([0, 1, 1, 0]),
        np.array([9.0, 8, 1, 0]), np.array([9.0, 2, 1, 5]), 14_000, 14_365, "",
    )  # fmt: skip
    assert "more fell than rose: no customers went up" in words.movement(found, "EUR")
    assert "1 went down (EUR −6)" in words.movement(found, "EUR")
    assert "Of 2 in “Best” a period ago, 50 % still are" in words.best_segment(found)
    rows = ideal.segment_rows(found, "EUR")
    assert list(rows["went down"]) == ["1", "0"]


def test_a_company_without_first_orders_is_refused():
    class Thin:
        def won(self, _scenario):
            raise EvidenceError("Nobody's first purchase is known.")

    with pytest.raises(EvidenceError, match="Nobody's first"):
        ideal.study(Thin(), None)
