"""What is asked about a file before it is read, and what is never guessed."""

import pytest

from dashboard import asking
from dashboard.companies import Source
from dashboard.links import Reading
from dashboard.opening import analysed, columns, kind_of, table
from models.errors import ColumnError

SNAPSHOT = "customer,months,churned,monthly charges,total charges,card\n" + "".join(
    f"C{n},{1 + n % 30},{'yes' if n % 3 == 0 else 'no'},20,{20 * (1 + n % 30)},{n % 2}\n"
    for n in range(200)
)
PAYMENTS = "customer,date,amount\n" + "".join(
    f"C{n},2024-{1 + month:02d}-01,20\n" for n in range(40) for month in range(1 + n % 12)
)


@pytest.fixture
def source(tmp_path):
    def write(text):
        path = tmp_path / "file.csv"
        path.write_text(text)
        return Source(path, "file.csv", "yours", "f" * 64)

    return write


@pytest.fixture
def snapshot(source):
    return source(SNAPSHOT)


def test_columns_say_which_kind_it_is_until_somebody_says_otherwise(snapshot):
    mapping = columns(table(snapshot), Reading())
    assert kind_of(mapping, Reading()) == "subscription"
    assert kind_of(mapping, Reading(relation="shop")) == "shop"


def test_nothing_is_asked_of_dates():
    assert asking.open_question({"start": 2, "end": 3}, Reading()) == ""


@pytest.mark.parametrize(
    ("places", "reading", "question"),
    [
        ({}, Reading(), "since when and one for until when"),
        ({"start": 2}, Reading(), "read it as payments"),
        ({"tenure": 2}, Reading(), "which column tells who left"),
        ({"tenure": 2, "flag": 3}, Reading(), "never guessed"),
        ({"tenure": 2, "flag": 3}, Reading(left_means="yes"), "whose leaving"),
        ({"tenure": 2, "flag": 3}, Reading(left_means="yes", leavers="all"), ""),
    ],
)
def test_each_open_question_is_asked_in_its_turn(places, reading, question):
    asked = asking.open_question(places, reading)
    assert question in asked
    assert bool(asked) == bool(question)


def test_an_unanswered_question_keeps_a_file_closed(snapshot):
    with pytest.raises(ColumnError, match="never guessed"):
        analysed(snapshot, Reading())


def test_the_answers_turn_the_numbers_round(snapshot):
    def today(means):
        return analysed(snapshot, Reading(left_means=means, leavers="all")).customers_today

    assert today("yes") + today("no") == 200
    assert today("yes") == sum(n % 3 != 0 for n in range(200))


def test_whose_leaving_is_in_the_file_changes_what_is_watched(snapshot):
    answers = [Reading(left_means="yes", leavers=leavers) for leavers in asking.LEAVERS]
    assert [analysed(snapshot, reading).people.delayed for reading in answers] == [False, True]


def test_the_values_of_a_flag_stand_with_their_rows_the_commonest_first(snapshot):
    mapping = columns(table(snapshot), Reading())
    found = asking.flag(mapping, mapping.guess("flag").column + 1)
    assert found.header == "churned"
    assert list(found.values) == ["no", "yes"]
    assert found.values["yes"] == "yes (67 rows)"


def test_money_of_subscriptions_is_found_by_what_it_is_called(snapshot):
    found = asking.proposed(columns(table(snapshot), Reading()), "subscription")
    assert found["price"].header == "monthly charges"
    assert found["amount"].header == "total charges"


def test_a_price_that_was_put_away_stays_away(snapshot):
    answers = Reading(left_means="yes", leavers="all")
    dropped = Reading(columns=(("price", 0),), left_means="yes", leavers="all")
    assert analysed(snapshot, answers).log.has_money
    assert not analysed(snapshot, dropped).log.has_money


def test_a_log_of_payments_called_subscriptions_is_refused_with_the_way_on(source):
    with pytest.raises(ColumnError, match="read it as payments"):
        analysed(source(PAYMENTS), Reading(relation="subscription"))
    assert analysed(source(PAYMENTS), Reading()).relation == "shop"
    told = analysed(source(PAYMENTS), Reading(relation="payments"))
    assert told.relation == "subscription"
    assert told.people.period_months == 1
    assert len(told.people) == 40
