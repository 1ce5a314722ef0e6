"""Keep or replace: each control moves at least one printed number, one by one."""

from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import companies, links

PAGE = "app_pages/keep_or_replace.py"
TABS = ("Because", "Who gets what", "What matters, and a test", "One big for several small")
SLIDERS = ("New customer", "Discount", "Leavers saved", "Margin")
NUMBERS = {  # each with what has to be set beside it before it can matter
    "Cost to serve": {},
    "For how long": {},
    "Would have stayed anyway": {},
    "Discount the save rate was measured at": {},
    "More leave right after": {},
    "Later spending": {},
    "Cost per customer contacted": {},
    "Handling cost": {},
    "Leave for a reason": {},
    "New customers for one who leaves": {},
    "Campaign start": {},
    "Extra newcomers against": {},
    "Uncertainty of that cost": {},
    "How fast that cost rises": {},
    "Interest per year": {},
    "Horizon": {},
    "Saved, in a poor case": {},
    "Saved, in a good case": {},
    "Length of the list": {"channel": "list"},
    "Service cost": {"service_save_rate": "0.2"},
    "Of 100 who would leave, saved by service": {},
    "Customers who get the service": {"service_save_rate": "0.2"},
    "Extra margin it brings": {"service_save_rate": "0.2"},
    "Saved by service, in a poor case": {"service_save_rate": "0.2"},
    "Saved by service, in a good case": {"service_save_rate": "0.2"},
}
AT_CANCEL = (  # only subscribers ask to cancel
    "Ask only for the discount",
    "Offer stands at the cancel button",
)
STEPS = {  # away from the end of its range that a setting stands at
    "Extra newcomers against": -0.5,
    "Horizon": -12.0,
    "Would have stayed anyway": -20.0,
    "More leave right after": 0.5,
    "Leave for a reason": -20.0,
    "How fast that cost rises": 0.5,
    "Length of the list": 20.0,
    "Customers who get the service": -20.0,
}
LISTS = {
    "The gap they leave": ("fixed_budget", {}),
    "Who gets the offer": ("list", {}),
    "When it ends": ("never", {}),
}


def printed(test):
    """Return every number of the page: words, tables and what charts read out."""
    said = [element.value for element in (*test.title, *test.markdown, *test.caption)]
    drawn = [chart.proto.spec for chart in test.get("plotly_chart")]
    return [*said, *[table.value.to_csv() for table in test.table], *drawn]


def start(source, **knobs):
    """Open the page on a company that ships, with some knobs set."""
    file = Path(companies.__file__).parent / "app.py"
    test = AppTest.from_file(file, default_timeout=120)
    for name, value in {"data": source.fingerprint[: links.SHORT], **knobs}.items():
        test.query_params[name] = value
    return test.run().switch_page(PAGE).run()


@pytest.fixture(scope="module")
def page():
    """Return a function that opens the page on the wholesaler, with some knobs set."""
    return partial(start, companies.wholesaler())


@pytest.fixture(scope="module")
def opened(page):
    kept = {}

    def find(knobs):
        key = tuple(sorted(knobs.items()))
        if key not in kept:
            kept[key] = page(**knobs)
        return kept[key]

    return find


def starts(widgets, label):
    return next(widget for widget in widgets if widget.label.startswith(label))


def test_the_page_opens_with_five_controls_and_three_answers(opened):
    test = opened({})
    assert not test.exception
    assert len(test.slider) + len(test.select_slider) == len(SLIDERS)
    assert sum("ahead of" in element.value for element in test.markdown) == 3
    assert any("your data" in caption.value for caption in test.caption)
    assert [tab.label for tab in test.tabs] == list(TABS)


@pytest.mark.parametrize("label", SLIDERS)
def test_each_slider_changes_a_printed_number(page, label):
    test = page()
    before = printed(test)
    slider = starts([*test.slider, *test.select_slider], label)
    options = getattr(slider, "options", None)
    new = options[len(options) // 2] if options else slider.value + 3 * slider.step
    assert printed(slider.set_value(new).run()) != before


@pytest.mark.parametrize("label", NUMBERS)
def test_each_number_changes_a_printed_number(opened, label):
    test = opened(NUMBERS[label])
    box = starts(test.number_input, label)
    was = box.value
    before = printed(test)
    test = box.set_value((was or 0) + STEPS.get(label, 2.0)).run()
    assert not test.exception
    assert printed(test) != before
    starts(test.number_input, label).set_value(was).run()


@pytest.mark.parametrize("label", LISTS)
def test_each_list_changes_a_printed_number(opened, label):
    word, knobs = LISTS[label]
    test = opened(knobs)
    before = printed(test)
    box = starts(test.selectbox, label)
    was = box.value
    test = box.select(word).run()
    assert not test.exception
    assert printed(test) != before
    starts(test.selectbox, label).select(was).run()


@pytest.fixture(scope="module")
def magazine():
    return start(companies.magazine(), channel="at_cancel")


@pytest.mark.parametrize("label", AT_CANCEL)
def test_each_number_of_the_cancel_button_changes_a_printed_number(magazine, label):
    box = starts(magazine.number_input, label)
    was = box.value
    before = printed(magazine)
    test = box.set_value(was + 12.0).run()
    assert not test.exception
    assert printed(test) != before
    starts(test.number_input, label).set_value(was).run()


def test_who_gets_the_offer_changes_a_printed_number_of_subscribers(magazine):
    before = printed(magazine)
    test = starts(magazine.selectbox, "Who gets the offer").select("everybody").run()
    assert not test.exception
    assert printed(test) != before


def test_a_shop_has_no_cancel_button(opened):
    labels = [box.label for box in opened({}).number_input]
    assert not any(label.startswith(AT_CANCEL) for label in labels)


def test_ranking_by_return_orders_the_table_anew(opened):
    test = opened({"service_save_rate": "0.3", "service_cost": "0.02", "acquisition_cost": "900"})
    by_money = list(test.table[0].value["Option"])
    test.button_group[0].set_value("Return per 1 spent").run()
    assert not test.exception
    assert list(test.table[0].value["Option"]) != by_money
