"""The Worth page: every tab on both kinds of company and on files that lack money or dates."""

from functools import partial

import pytest
import streamlit as st

from dashboard import companies, links
from dashboard.worth import TABS

READ = "Read the file with these columns"
NO_MONEY = "Kunde;Datum\n" + "".join(
    f"K{customer};{1 + (7 * customer + 11 * visit) % 28:02d}.{1 + visit % 12:02d}.2024\n"
    for customer in range(80)
    for visit in range(customer % 9 + 1)
)
NO_DATES = "customer,months,churned,monthly charges\n" + "".join(
    f"C{n},{1 + n % 30},{'yes' if n % 3 == 0 else 'no'},{20 + n % 4}\n" for n in range(300)
)


def press_read(test):
    return next(button for button in test.button if button.label == READ).click().run()


def drop(test, name, data):
    test.switch_page("app_pages/data_and_trust.py").run()
    return test.file_uploader[0].upload(name, data.encode(), "text/csv").run()


def magazine(app):
    return app(data=companies.magazine().fingerprint[: links.SHORT])


def shop_without_money(app):
    return press_read(drop(app(), "besuche.csv", NO_MONEY))


def subscribers_without_dates(app):
    test = drop(app(), "members.csv", NO_DATES)
    for place, answer in enumerate(("yes", "all")):
        test.radio[place].set_value(answer).run()
        press_read(test)
    return test


COMPANIES = {
    "shop": lambda app: app(),
    "magazine": magazine,
    "shop without money": shop_without_money,
    "subscribers without dates": subscribers_without_dates,
}
HEADERS = {
    "Who holds the worth": "Chance and worth",
    "When is our money back?": "When the money is back",
    "Why other tools differ": "Why",
    "One customer": "Customer",
}
REFUSED = {
    ("shop without money", "When is our money back?"): "no money",
    ("shop without money", "Why other tools differ"): "no money",
    ("subscribers without dates", "When is our money back?"): "not since when",
    ("subscribers without dates", "One customer"): "not since when",
}


@pytest.fixture
def at(monkeypatch):
    """Return a function that opens the page at a tab, which a test cannot click on."""
    tabs = st.tabs

    def opened(test, tab):
        monkeypatch.setattr(st, "tabs", partial(tabs, default=tab))
        return test.switch_page("app_pages/worth.py").run()

    return opened


def printed(test):
    return [element.value for element in (*test.title, *test.markdown, *test.caption)]


@pytest.mark.parametrize("company", COMPANIES)
def test_every_tab_opens_or_says_why_not(app, at, sentences, company):
    test = COMPANIES[company](app)
    for tab in TABS:
        at(test, tab)
        assert not test.exception, tab
        why = REFUSED.get((company, tab))
        assert any(head.value.startswith(HEADERS[tab]) for head in test.header) == (not why), tab
        if why:
            assert any(why in said for said in sentences(test)), tab


def test_a_higher_margin_changes_the_numbers_of_the_page(app, at):
    test = at(app(), "Why other tools differ")
    before = printed(test)
    box = next(box for box in test.number_input if box.label.startswith("Margin"))
    after = printed(box.set_value(box.value + 10).run())
    assert not test.exception
    assert after[0] != before[0]


def test_a_dearer_customer_is_paid_back_later(app, at):
    test = at(magazine(app), "When is our money back?")
    before = printed(test)
    box = next(box for box in test.number_input if box.label.startswith("Cost of a new"))
    after = printed(box.set_value(200.0).run())
    assert not test.exception
    assert any("paid" in said or "back" in said for said in set(after) - set(before))
