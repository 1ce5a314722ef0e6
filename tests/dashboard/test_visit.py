import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import links
from dashboard.companies import Companion, Source
from dashboard.links import Reading
from dashboard.visit import ASSUMED, DATA, EXAMPLE, LOGGED, TESTED, YOURS, Visit
from models.decisions.horizon import Finding
from models.errors import SettingError

DEMO = Source(
    Path("demo.parquet"), "Demo", "real", "d" * 64, examples={"margin": 0.4, "acquisition_cost": 60}
)
OWN = Source(Path("x"), "orders.csv", "yours", "a" * 64)


MAGAZINE = Source(Path("m"), "Magazine", "invented", "e" * 64, examples={"margin": 0.65})


def test_each_company_keeps_its_own_settings():
    first = Visit.arriving([DEMO, MAGAZINE], {}).with_knobs({"margin": 0.3})
    second = first.switched(MAGAZINE.fingerprint)
    assert second.source is MAGAZINE
    assert second.scenario().margin == 0.65
    assert second.badge("margin") == EXAMPLE
    again = second.with_knobs({"depth": 0.4}).switched(DEMO.fingerprint)
    assert again.settings == {"margin": 0.3}
    assert again.switched(MAGAZINE.fingerprint).settings == {"depth": 0.4}


def test_from_a_company_all_others_can_be_gone_to():
    visit = Visit.arriving([DEMO, MAGAZINE], {})
    assert visit.elsewhere == (MAGAZINE,)
    assert visit.switched(MAGAZINE.fingerprint).elsewhere == (DEMO,)
    assert visit.switched("0" * 64) == visit


def test_the_last_file_of_the_visitors_own_can_be_gone_back_to():
    owned = [replace(OWN, owner=object(), fingerprint=letter * 64) for letter in "ab"]
    visit = Visit.arriving([DEMO, MAGAZINE], {})
    for source in owned:
        visit = visit.received(source).read_as(Reading(sheet=2))
    assert {source.fingerprint[0] for source in visit.elsewhere} == {"a", "d", "e"}
    demo = visit.switched(DEMO.fingerprint)
    assert demo.elsewhere == (MAGAZINE, owned[1])  # the older file has gone, and its bytes with it
    assert demo.switched(owned[1].fingerprint).reading == Reading(sheet=2)


def test_a_link_to_the_second_company_opens_it():
    address = Visit.arriving([DEMO, MAGAZINE], {}).switched(MAGAZINE.fingerprint).address()
    visit = Visit.arriving([DEMO, MAGAZINE], {**address, "margin": "0.5"})
    assert visit.source is MAGAZINE
    assert visit.scenario().margin == 0.5
    assert visit.switched(DEMO.fingerprint).scenario().margin == 0.4


def test_a_bare_address_opens_the_demo_with_its_examples():
    visit = Visit.arriving([DEMO], {})
    assert visit.source is DEMO
    assert visit.scenario().margin == 0.4
    assert visit.badge("margin") == EXAMPLE
    assert visit.badge("depth") == ASSUMED
    assert visit.notices == ()


def test_an_address_brings_the_visit_back():
    reading = Reading(columns=(("amount", 3),), until=dt.date(2011, 6, 30))
    before = Visit(DEMO, reading).with_knobs({"margin": 0.25, "channel": "list", "depth": 0.0})
    after = Visit.arriving([DEMO], before.address())
    assert after.scenario() == before.scenario()
    assert after.reading == reading
    assert after.settings == before.settings


def test_the_address_carries_every_setting_even_those_nobody_changed():
    address = Visit(DEMO).address()
    known = Visit(DEMO).scenario().to_settings()
    assert {name for name, value in known.items() if value is not None} <= set(address)
    assert links.encode(links.decode(address)) == address


def test_defaults_in_an_address_stay_defaults():
    visit = Visit.arriving([DEMO], Visit(DEMO).address())
    assert visit.settings == {}
    assert visit.badge("margin") == EXAMPLE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("margin", "9"),
        ("margin", "nan"),
        ("margin", "much"),
        ("channel", "pigeon"),
        ("horizon_months", "1e9"),
        ("no_such_knob", "1"),
    ],
)
def test_a_setting_that_cannot_be_is_said_and_not_used(name, text):
    address = {"data": "d" * 16, "depth": "0.2", name: text}
    visit = Visit.arriving([DEMO], address)
    assert visit.scenario() == Visit(DEMO).with_knobs({"depth": 0.2}).scenario()
    [notice] = visit.notices
    assert notice.startswith(f"The link's {name} was not used. ")


def test_a_link_for_another_file_changes_nothing_and_waits():
    address = {"data": "a" * 16, "file": "orders.csv", "until": "2025-03-31", "margin": "0.9"}
    visit = Visit.arriving([DEMO], address)
    assert visit.scenario() == Visit(DEMO).scenario()
    assert visit.awaited is not None
    assert (visit.awaited.file, visit.awaited.last_day) == ("orders.csv", dt.date(2025, 3, 31))
    assert visit.address() == address


def test_the_file_of_a_waiting_link_opens_with_its_settings():
    address = {"data": "a" * 16, "columns": "amount-4", "margin": "0.9"}
    visit = Visit.arriving([DEMO], address).received(OWN)
    assert visit.source is OWN
    assert visit.reading.columns == (("amount", 4),)
    assert visit.scenario().margin == 0.9
    assert visit.awaited is None


def test_another_file_does_not_get_the_settings_of_a_waiting_link():
    other = replace(OWN, fingerprint="b" * 64)
    visit = Visit.arriving([DEMO], {"data": "a" * 16, "margin": "0.9"}).received(other)
    assert visit.source is DEMO
    assert visit.scenario() == Visit(DEMO).scenario()
    assert visit.awaited is not None
    assert "is not the file the link was made for" in visit.notices[0]
    assert visit.without_link().considered == (other, Reading())


def test_a_dropped_file_waits_for_its_columns():
    visit = Visit(DEMO).with_knobs({"margin": 0.3}).received(OWN)
    assert visit.source is DEMO
    assert visit.considered == (OWN, Reading())
    opened = visit.read_as(Reading(columns=(("date", 2),)))
    assert opened.source is OWN
    assert opened.draft is None
    assert opened.reading.columns == (("date", 2),)


def test_settings_do_not_travel_to_another_company():
    opened = Visit(DEMO).with_knobs({"margin": 0.3}).received(OWN).read_as(Reading())
    assert opened.settings == {}
    assert opened.badge("margin") == ASSUMED
    assert opened.scenario().acquisition_cost is None


def test_what_nobody_confirmed_is_called_an_example():
    assert (
        Visit(DEMO).examples_sentence() == "Margin and acquisition cost are examples: change them."
    )
    assert Visit(OWN).examples_sentence() == "Margin is an example: change it."
    set_by_hand = Visit(DEMO).with_knobs({"margin": 0.3, "acquisition_cost": 10})
    assert set_by_hand.examples_sentence() == ""


def test_reading_the_open_company_again_keeps_its_settings():
    visit = Visit(DEMO).with_knobs({"margin": 0.3}).read_as(Reading(rules_off=("adjustment",)))
    assert visit.source is DEMO
    assert visit.scenario().margin == 0.3


def test_a_knob_can_be_set_and_taken_back():
    visit = Visit(DEMO).with_knobs({"margin": 0.3})
    assert visit.badge("margin") == YOURS
    assert visit.with_knobs({"margin": None}).scenario().margin == 0.4


def test_a_knob_outside_its_range_changes_nothing():
    with pytest.raises(SettingError, match="margin"):
        Visit(DEMO).with_knobs({"margin": 2.0})


def test_widgets_begin_anew_when_another_company_opens():
    visit = Visit(DEMO).received(OWN)
    assert visit.edition > Visit(DEMO).edition
    assert visit.read_as(Reading()).edition > visit.edition


def test_names_are_hidden_until_asked_for():
    visit = Visit(DEMO)
    label = visit.label("jane@example.com")
    assert "jane" not in label
    assert label == visit.label("jane@example.com")
    assert label != visit.label("joan@example.com")
    assert label != Visit(OWN).label("jane@example.com")
    assert replace(visit, names_shown=True).label("jane@example.com") == "jane@example.com"


def test_the_address_of_a_visit_holds_no_customer_data():
    address = Visit(DEMO, last_day=dt.date(2011, 12, 9)).address()
    assert set(address) - set(Visit(DEMO).scenario().to_settings()) == {"data", "file", "until"}


FOUND = {
    "horizon_months": Finding(60.0, "data", "5 renewals of 12 months."),
    "save_rate": Finding(0.3, "tested", "Found in a test."),
    "save_rate_low": Finding(0.2, "tested", "Found in a test."),
}


def test_a_value_says_which_file_it_comes_from_and_why():
    visit = Visit(DEMO, found=FOUND)
    assert visit.scenario().horizon_months == 60
    assert visit.badge("horizon_months") == DATA
    assert visit.why("horizon_months") == "5 renewals of 12 months."
    assert visit.badge("save_rate") == TESTED
    by_hand = visit.with_knobs({"horizon_months": 36.0, "save_rate": 0.1})
    assert by_hand.badge("horizon_months") == by_hand.badge("save_rate") == YOURS
    assert by_hand.badge("save_rate_low") == ASSUMED
    assert by_hand.why("horizon_months") == ""
    assert by_hand.with_knobs({"horizon_months": None}).badge("horizon_months") == DATA


def test_a_link_carries_what_was_found_and_it_stays_found():
    address = Visit(DEMO, found=FOUND).address()
    assert address["horizon_months"] == "60"
    there = Visit.arriving([DEMO], address).learnt(None, FOUND)
    assert there.settings == {}
    assert there.badge("horizon_months") == DATA
    older = Visit.arriving([DEMO], {**address, "horizon_months": "36"}).learnt(None, FOUND)
    assert older.scenario().horizon_months == 36
    assert older.badge("horizon_months") == YOURS


def test_what_came_from_a_log_says_so_until_it_is_set_by_hand_also_through_a_link():
    visit = Visit(DEMO).with_knobs({"service_save_rate": 0.12, "service_cost": 2.0}, LOGGED)
    assert visit.badge("service_save_rate") == LOGGED
    there = Visit.arriving([DEMO, MAGAZINE], visit.address())
    assert there.badge("service_save_rate") == LOGGED
    assert there.address() == visit.address()
    away = there.switched(MAGAZINE.fingerprint)
    assert away.badge("service_save_rate") == ASSUMED
    assert away.switched(DEMO.fingerprint).badge("service_cost") == LOGGED
    by_hand = there.with_knobs({"service_save_rate": 0.2})
    assert by_hand.badge("service_save_rate") == YOURS
    assert by_hand.badge("service_cost") == LOGGED
    assert "service_cost" not in there.with_knobs({"service_cost": None}).sources


LOG = Companion("contacts", Path("log"), "log.csv", "c" * 64, owner=object())


def test_a_file_beside_stays_with_its_company_and_goes_with_it():
    visit = Visit.arriving([DEMO, MAGAZINE], {}).with_companion(LOG)
    assert visit.source.companion("contacts") is LOG
    away = visit.switched(MAGAZINE.fingerprint)
    assert away.source.companion("contacts") is None
    assert away.switched(DEMO.fingerprint).source.companion("contacts") is LOG
    newer = replace(LOG, fingerprint="f" * 64)
    assert visit.with_companion(newer).source.beside == (newer,)
    assert visit.without_companion("contacts").source.beside == ()


def test_a_shipped_log_comes_back_when_the_visitors_own_is_put_away():
    shipped = replace(LOG, owner=None, name="contacts.csv")
    visit = Visit.arriving([replace(MAGAZINE, beside=(shipped,))], {})
    assert visit.with_companion(LOG).source.companion("contacts") is LOG
    assert visit.with_companion(LOG).without_companion("contacts").source.beside == (shipped,)
    assert links.BESIDE["contacts"] not in visit.address()


def test_a_link_names_the_files_beside_and_asks_for_them():
    read = replace(LOG, columns=(("customer", 2), ("date", 1)))
    file = Companion("customers", Path("f"), "who~is.csv", "b" * 64, (), True, object())
    address = Visit.arriving([DEMO], {}).with_companion(read).with_companion(file).address()
    asked = Visit.arriving([DEMO], address)
    assert [(one.part, one.file) for one in asked.missing] == [
        ("contacts", "log.csv"), ("customers", "who~is.csv"),
    ]  # fmt: skip
    assert "log.csv" in asked.notices[0]
    assert asked.source.beside == ()
    assert asked.address() == address
    right = asked.with_companion(LOG)
    assert right.source.companion("contacts").columns == read.columns
    assert [one.part for one in right.missing] == ["customers"]
    wrong = right.with_companion(replace(file, fingerprint="0" * 64, known_when_won=None))
    assert wrong.source.companion("customers").known_when_won is None
    assert "is not the customer file" in wrong.notices[0]
    assert right.with_companion(file).address() == address


@pytest.mark.parametrize("typed", ["", "x", "c" * 15, "~" * 9, "C" * 16, "c" * 16 + "~maybe"])
def test_a_strangers_text_for_a_file_beside_does_no_harm(typed):
    address = Visit.arriving([DEMO], {}).address() | {"contact_log": typed}
    assert all(one.known_when_won is None for one in Visit.arriving([DEMO], address).missing)
