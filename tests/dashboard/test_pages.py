"""Every page as a visitor meets it: first run, settings moved, a file of their own, a link."""

import gzip
import re

import pytest

from dashboard import shell

FOLDER = "app_pages"
PAGES = (
    "brief",
    "who_stays",
    "worth",
    "ideal_customer",
    "keep_or_replace",
    "plan",
    "decisions",
    "data_and_trust",
)
# Words of statistics that a marketing manager has no use for; Data and trust may use them.
NEVER = (
    "hazard|posterior|covariate|MLE|frailty|P80|tornado|free rider|bluffer|sleeping dog|"
    "counterfactual|open/contract|lift|at risk|censored"
)
CSV = "Kunde;Datum;Betrag\n" + "".join(
    f"K{customer};{1 + (7 * customer + 11 * visit) % 28:02d}.{1 + visit % 12:02d}.2024;"
    f"{10 + customer % 7 + visit},50\n"
    for customer in range(80)
    for visit in range(customer % 9 + 1)
)


def open_page(test, name):
    return test.switch_page(f"{FOLDER}/{name}.py").run()


def drop(test, name, data):
    open_page(test, "data_and_trust")
    test.file_uploader[0].upload(name, data, "text/csv")
    return test.run()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_the_demo(app, name):
    test = open_page(app(), name)
    assert not test.exception
    assert not test.error
    assert len(test.title) == 1


@pytest.mark.parametrize("name", [name for name in PAGES if name != "data_and_trust"])
def test_no_page_uses_words_of_statistics(app, sentences, name):
    said = "\n".join(sentences(open_page(app(), name)))
    assert not re.findall(rf"\b(?:{NEVER})\b", said)


def test_the_strip_says_whose_numbers_these_are(app):
    strip = app().markdown[0].value
    for fact in (
        "Real company",
        "British gift wholesaler",
        "GBP · data until 9 Dec 2011 · 5,850 customers",
    ):
        assert fact in strip


def test_what_the_numbers_rest_on_is_one_click_away(app, sentences):
    test = app()
    said = "\n".join(sentences(test))
    for fact in (
        "Money is net of returns.",
        "Counted with a margin of 40 %, example.",
        "Planning from 10 Dec 2011, the day after your data.",
        "Your file stays on this machine.",
        "Customers' names are hidden.",
    ):
        assert fact in said
    names = next(switch for switch in test.toggle if switch.label == "Show names")
    assert "Customers' names are shown." in "\n".join(sentences(names.set_value(True).run()))


def test_the_strip_says_what_is_an_example_on_every_page(app, sentences):
    said = sentences(open_page(app(), "worth"))
    assert (
        "Real British gift wholesaler, 2009-2011, GBP. "
        "Margin and acquisition cost are examples: change them." in said
    )


def test_the_brief_has_four_numbers_each_with_its_range(app):
    test = app()
    assert len(test.metric) == 4
    notes = [caption.value for caption in test.caption]
    assert sum("8 in 10" in note.replace("\u00a0", " ") for note in notes) == 4


def test_the_verdict_moves_with_the_cost_of_a_new_customer(app, sentences):
    test = open_page(app(), "data_and_trust")
    cost = next(box for box in test.number_input if box.label.startswith("Cost of a new"))
    cost.set_value(5000.0).run()
    assert test.query_params["acquisition_cost"] == "5000"
    brief = open_page(test, "brief")
    assert "you assume GBP 5,000" in brief.title[0].value.replace("\u00a0", " ")
    assert any("Margin is an example: change it." in said for said in sentences(brief))


def test_the_address_brings_a_scenario_back(app, sentences):
    first = app()
    address = dict(first.query_params)
    second = app(**{**address, "margin": "0.25"})
    assert "Counted with a margin of 25 %." in "\n".join(sentences(second))
    assert second.query_params["margin"] == "0.25"


def test_a_setting_from_the_address_is_checked(app, sentences):
    address = dict(app().query_params)
    test = app(**{**address, "margin": "7"})
    assert "margin of 40 %, example" in "\n".join(sentences(test))
    assert "The link's margin was not used" in test.warning[0].value.replace("\\", "")


def test_a_link_for_another_file_asks_for_it_and_shows_nothing(app, sentences):
    test = app(data="ab" * 8, file="orders *2025*.csv", until="2025-03-31", margin="0.9")
    assert test.title[0].value == "This link was made for another file"
    said = "\n".join(sentences(test))
    assert "orders \\*2025\\*\\.csv" in said
    assert "31 March 2025" in said
    assert not test.metric
    assert "wholesaler" not in said
    assert test.query_params["margin"] == "0.9"


def test_an_own_file_is_opened_after_a_look_at_its_columns(app, sentences):
    test = drop(app(), "umsatz.csv", CSV.encode("cp1252"))
    assert not test.error
    assert "British gift wholesaler" in test.markdown[0].value
    read = next(b for b in test.button if b.label == "Read the file with these columns")
    read.click().run()
    assert not test.error
    strip = test.markdown[0].value
    assert "Your company" in strip
    assert "umsatz" in strip
    assert "80 customers" in strip
    said = "\n".join(sentences(test))
    assert "margin of 50 %, example" in said
    assert "Counted 17 months ahead" in said
    assert not open_page(test, "brief").exception


def test_a_corrected_column_is_used(app):
    test = drop(app(), "umsatz.csv", CSV.encode())
    amount = next(box for box in test.selectbox if box.label == "How much money")
    amount.set_value(0)
    next(b for b in test.button if b.label == "Read the file with these columns").click().run()
    assert "no money in the file" in test.markdown[0].value
    assert test.query_params["columns"] == "amount-0"


def test_the_file_of_a_link_opens_with_the_settings_of_the_link(app, sentences):
    sender = drop(app(), "umsatz.csv", CSV.encode())
    next(b for b in sender.button if b.label == "Read the file with these columns").click().run()
    address = dict(sender.query_params)
    receiver = app(**{**address, "margin": "0.3"})
    assert receiver.title[0].value == "This link was made for another file"
    receiver.file_uploader[0].upload("umsatz.csv", CSV.encode(), "text/csv").run()
    assert "Your company" in receiver.markdown[0].value
    assert "margin of 30 %" in "\n".join(sentences(receiver))


@pytest.mark.parametrize("name", PAGES)
def test_a_file_with_hardly_anything_in_it_never_breaks_a_page(app, name):
    few = b"customer,date,amount\nAnn,2024-01-01,10\nBob,2024-02-01,20\nAnn,2024-03-01,5\n"
    test = drop(app(), "few.csv", few)
    next(b for b in test.button if b.label == "Read the file with these columns").click().run()
    open_page(test, name)
    assert not test.exception
    assert all("does not know how to handle" not in error.value for error in test.error)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("words.txt", b"Dear all,\nsee you on Monday.\n"),
        ("broken.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:200]),
        ("colours.csv", b"colour,taste\nred,sweet\nblue,sour\n"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(app, name, data):
    test = drop(app(), name, data)
    read = [b for b in test.button if b.label == "Read the file with these columns"]
    if read and not test.error:
        read[0].click().run()
    assert not test.exception
    assert test.error
    assert "does not know how to handle" not in test.error[0].value
    assert "Traceback" not in test.error[0].value


def test_what_a_file_calls_itself_is_never_markdown(app, sentences):
    name = "![p](http://evil.test/p.png) :red[x].csv"
    test = drop(app(), name, CSV.encode())
    next(b for b in test.button if b.label == "Read the file with these columns").click().run()
    for said in sentences(test):
        assert "](http" not in said
        assert ":red[" not in said


def test_pages_are_where_the_navigation_looks():
    assert {path.stem for path in shell.PAGES.glob("*.py")} == set(PAGES)
