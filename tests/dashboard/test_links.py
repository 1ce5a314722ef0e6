import datetime as dt
from pathlib import Path

import pytest

from dashboard import links
from dashboard.companies import Source
from dashboard.links import Link, Reading

DATA = "0123456789abcdef"


def test_a_link_comes_back_as_it_went():
    link = Link(
        data=DATA,
        file="orders & more.csv",
        last_day=dt.date(2011, 12, 9),
        reading=Reading(
            columns=(("customer", 3), ("date", 0)),
            rules_off=("adjustment", "test_order"),
            until=dt.date(2010, 12, 31),
            date_order="mdy",
            sheet=2,
            currency="EUR",
            relation="subscription",
            left_means="Ja, & nein",
            leavers="last-period",
            period_months=12,
            covers=dt.date(2011, 12, 31),
        ),
        settings={"margin": "0.4", "channel": "everybody"},
    )
    assert links.decode(links.encode(link)) == link


@pytest.mark.parametrize(
    "typed",
    [{"relation": "love"}, {"leavers": "none"}, {"period_months": "-3"}, {"period_months": "61"}],
)
def test_an_answer_nobody_can_give_is_no_answer(typed):
    link = links.decode({"data": DATA, **typed})
    assert link is not None
    assert link.reading == Reading()
    assert link.settings == {}


def test_a_link_says_nothing_it_does_not_need():
    assert links.encode(Link(data=DATA)) == {"data": DATA}


@pytest.mark.parametrize("data", ["", "0123", "zzzzzzzzzzzzzzzz", "../../etc/passwd", DATA + "g"])
def test_an_address_without_a_fingerprint_is_no_link(data):
    assert links.decode({"data": data, "margin": "0.4"}) is None


@pytest.mark.parametrize(
    "name", ["__class__", "Margin", "a", "margin.x", "m" * 60, "embed", "<script>"]
)
def test_a_setting_has_the_shape_of_a_name(name):
    link = links.decode({"data": DATA, name: "1"})
    assert link is not None
    assert link.settings == {}


def test_what_a_stranger_typed_is_cut_to_size():
    link = links.decode({"data": DATA, "file": "x" * 5000, "margin": "9" * 5000})
    assert link is not None
    assert len(link.file) == links.LONGEST
    assert len(link.settings["margin"]) == links.LONGEST


@pytest.mark.parametrize("text", ["2011-02-30", "yesterday", "9999999", ""])
def test_a_day_that_does_not_exist_is_left_out(text):
    link = links.decode({"data": DATA, "until": text, "cut": text})
    assert link is not None
    assert link.last_day is None
    assert link.reading.until is None


@pytest.mark.parametrize("text", ["customer", "customer-x", "customer--3", "-3", "..", "a-1;b-2"])
def test_columns_that_do_not_parse_are_left_out(text):
    link = links.decode({"data": DATA, "columns": text})
    assert link is not None
    assert link.reading.columns == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date_order", "dym"),
        ("sheet", "-1"),
        ("sheet", "100"),
        ("rules_off", "A;B"),
        ("sheet", "²"),
    ],
)
def test_a_way_of_reading_that_does_not_exist_is_left_out(name, text):
    link = links.decode({"data": DATA, name: text})
    assert link is not None
    assert link.reading == Reading()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0.25", 0.25),
        ("1e3", 1000.0),
        ("true", True),
        ("everybody", "everybody"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("", ""),
    ],
)
def test_a_value_is_what_it_plainly_means(text, value):
    found = links.number_or_text(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("value", [0.4, 36.0, 1e-9, 123456.789, True, "list", 7])
def test_a_value_survives_the_address_line(value):
    assert links.number_or_text(links.as_text(value)) == value


def test_a_link_knows_its_file():
    source = Source(Path("a.csv"), "a.csv", "yours", DATA + "f" * 48)
    assert Link(data=DATA).is_for(source)
    assert not Link(data="f" * 16).is_for(source)


def test_equal_readings_have_one_key():
    reading = Reading(columns=(("date", 2),), until=dt.date(2011, 1, 1))
    assert reading.key == Reading(columns=(("date", 2),), until=dt.date(2011, 1, 1)).key
    assert reading.key != Reading(columns=(("date", 3),), until=dt.date(2011, 1, 1)).key
