"""What the session keeps, asked from small scripts that run as pages do."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import session
from dashboard.companies import Source
from dashboard.links import Reading
from dashboard.work import Work
from models.errors import DataError


@pytest.fixture
def run():
    """Return a function that runs a script, on an address line if one is given."""

    def start(script, **parameters):
        test = AppTest.from_function(script, default_timeout=60)
        for name, value in parameters.items():
            test.query_params[name] = value
        return test.run()

    return start


def moving_a_knob():
    import streamlit as st

    from dashboard import session

    st.slider(
        "Discount",
        0,
        60,
        round(100 * session.scenario().depth),
        key=session.control_key("depth"),
        on_change=session.take,
        args=("depth", lambda percent: percent / 100),
    )
    st.button("Half", on_click=session.set_knobs, kwargs={"depth": 0.5})
    st.button("Back", on_click=session.set_knobs, kwargs={"depth": None})
    st.text(f"{session.scenario().depth} {session.badge('depth')}")


def test_a_knob_follows_its_widget_and_the_address_follows_the_knob(run):
    test = run(moving_a_knob)
    assert test.text[0].value == "0.1 assumed"
    test.slider[0].set_value(20).run()
    assert test.text[0].value == "0.2 yours"
    assert test.query_params["depth"] == "0.2"
    test.slider[0].set_value(30).run()
    assert test.text[0].value == "0.3 yours"


def test_a_widget_follows_a_knob_that_is_set_from_elsewhere(run):
    test = run(moving_a_knob)
    test.slider[0].set_value(20).run()
    test.button[0].click().run()
    assert test.slider[0].value == 50
    test.button[1].click().run()
    assert test.slider[0].value == 10
    assert test.text[0].value == "0.1 assumed"


def showing_names():
    import streamlit as st

    from dashboard import session

    st.toggle("Names", key="names", on_change=session.switch_names, args=("names",))
    st.text(session.customer_label("jane@example.com"))


def test_names_are_hidden_until_the_switch_is_moved(run):
    test = run(showing_names)
    assert test.text[0].value.startswith("Customer ")
    test.toggle[0].set_value(True).run()
    assert test.text[0].value == "jane@example.com"


def waiting():
    import streamlit as st

    from dashboard import session

    link = session.awaited()
    st.text("none" if link is None else link.file)
    st.button("Forget", on_click=session.forget_link)


def test_a_link_waits_for_its_file_until_it_is_forgotten(run):
    test = run(waiting, data="cd" * 8, file="orders.csv")
    assert test.text[0].value == "orders.csv"
    test.button[0].click().run()
    assert test.text[0].value == "none"


@pytest.fixture
def source():
    session._shared.clear()
    return Source(Path("orders.csv"), "orders.csv", "real", "e" * 64)


def test_a_file_read_the_same_way_is_analysed_once(source, monkeypatch):
    calls = []
    monkeypatch.setattr(session, "_analyse", lambda s, how, report: calls.append(how) or how)
    monkeypatch.setattr(session, "_look_ahead", lambda *_: None)
    ways = [Reading(), Reading(), Reading(until=date(2011, 1, 1)), Reading(until=date(2011, 1, 1))]
    works = [session._work(source, how) for how in ways]
    assert [work.result() for work in works] == ways
    assert works[0] is works[1]
    assert works[2] is works[3]
    assert len(calls) == 2


def test_what_was_made_of_a_file_is_known_by_its_bytes_not_its_name(source):
    renamed = Source(Path("copy.csv"), "copy.csv", "real", source.fingerprint)
    other = Source(source.path, source.name, "real", "f" * 64)
    made = session._once(source, "x", object)
    assert session._once(renamed, "x", object) is made
    assert session._once(other, "x", object) is not made
    assert session._once(source, "y", object) is not made


def test_a_derived_result_is_computed_once_per_arguments(source):
    calls = []

    def double(analysis, number):
        calls.append(number)
        return analysis * number

    opened = session.Company(21, source, Reading())
    asked = [session._derive(opened, double, (number,), {}) for number in (2, 2, 3)]
    assert asked == [42, 42, 63]
    assert calls == [2, 3]


def test_a_refused_file_is_refused_again_without_reading_it_again(source, monkeypatch):
    calls = []

    def refuse(*_):
        calls.append(1)
        raise DataError("Nothing was bought in this file.")

    monkeypatch.setattr(session, "_analyse", refuse)
    for _ in range(2):
        with pytest.raises(DataError, match="Nothing was bought"):
            session._work(source, Reading()).result()
    assert isinstance(session._work(source, Reading()), Work)
    assert calls == [1]
