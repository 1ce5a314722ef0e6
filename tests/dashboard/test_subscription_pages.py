"""Every page on the invented magazine, the way there and back, and a snapshot of one's own."""

import re

import pytest

from dashboard import companies, relations, shell, shop, subscription

SNAPSHOT = "customer,months,churned,monthly charges\n" + "".join(
    f"C{n},{1 + n % 30},{'yes' if n % 3 == 0 else 'no'},{20 + n % 4}\n" for n in range(300)
)
PAGES = sorted(path.stem for path in shell.PAGES.glob("*.py"))


@pytest.fixture(scope="module")
def magazine():
    return companies.magazine()


def press(test, label):
    return next(button for button in test.button if button.label == label).click().run()


def open_page(test, name):
    return test.switch_page(f"app_pages/{name}.py").run()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_the_magazine_and_says_that_it_is_invented(app, magazine, name):
    test = open_page(app(data=magazine.fingerprint[:16]), name)
    assert not test.exception
    assert not test.error
    assert len(test.title) == 1
    assert "Invented company" in test.markdown[0].value


@pytest.mark.parametrize("name", ["brief", "data_and_trust"])
def test_the_way_to_the_other_company_keeps_the_page(app, magazine, name):
    test = open_page(app(), name)
    title = test.title[0].value
    test = press(test, "See a subscription company")
    assert "Invented company" in test.markdown[0].value
    assert test.title[0].value != title
    assert test.query_params["data"] == magazine.fingerprint[:16]
    test = press(test, "See a real shop")
    assert "Real company" in test.markdown[0].value
    assert test.title[0].value == title


def test_the_strip_says_whose_subscribers_these_are(app, sentences, magazine):
    test = app(data=magazine.fingerprint[:16])
    for fact in ("EUR", "data until 31 Dec 2025", "12,001 subscribers, 6,941 of them today"):
        assert fact in test.markdown[0].value
    said = "\n".join(sentences(test))
    assert "Money is as paid." in said
    assert "Counted with a margin of 65 %, example." in said


def test_the_brief_of_the_magazine_speaks_of_subscribers(app, sentences, magazine):
    test = app(data=magazine.fingerprint[:16])
    said = "\n".join(sentences(test))
    assert [metric.label for metric in test.metric][1] == "Subscribers today"
    assert "Of 6,178 subscribers on 31 Dec 2024, 85 of 100 were still there" in said
    assert "digital keeps 86 of 100 at the first renewal, Digital 63" in said
    said = [caption.value.replace("\u00a0", " ") for caption in test.caption]
    assert sum("8 in 10" in one for one in said) >= 4


def test_the_test_of_the_forecast_is_of_renewals(app, magazine):
    test = open_page(app(data=magazine.fingerprint[:16]), "data_and_trust")
    assert test.table[0].value["Rows"].tolist() == ["12,001", "12,001"]
    assert any("5,060 of 12,001 subscriptions have ended" in said.value for said in test.markdown)


def drop(test, name, data):
    open_page(test, "data_and_trust")
    test.file_uploader[0].upload(name, data.encode(), "text/csv")
    return test.run()


READ = "Read the file with these columns"


def test_a_snapshot_is_asked_about_and_then_opens(app):
    test = press(drop(app(), "members.csv", SNAPSHOT), READ)
    assert "never guessed" in test.error[0].value
    assert "Real company" in test.markdown[0].value
    test.radio[0].set_value("yes").run()
    test = press(test, READ)
    assert "whose leaving" in test.error[0].value
    test.radio[1].set_value("all").run()
    test = press(test, READ)
    assert not test.error
    assert "no dates" in test.markdown[0].value
    assert "300 subscribers, 200 of them today" in test.markdown[0].value
    assert (test.query_params["left_means"], test.query_params["leavers"]) == ("yes", "all")
    assert any(button.label == "See a real shop" for button in test.button)
    for name in PAGES:
        open_page(test, name)
        assert not test.exception, name
        assert not test.error, name


def test_the_link_of_a_snapshot_carries_the_answers(app):
    test = drop(app(), "members.csv", SNAPSHOT)
    test.radio[0].set_value("yes").run()
    test.radio[1].set_value("last-period").run()
    sender = press(test, READ)
    receiver = app(**dict(sender.query_params))
    assert receiver.title[0].value == "This link was made for another file"
    receiver.file_uploader[0].upload("members.csv", SNAPSHOT.encode(), "text/csv").run()
    assert receiver.markdown[0].value == sender.markdown[0].value


def test_both_kinds_of_company_are_spoken_of_through_rooms_of_the_same_names():
    for room in ("brief", "fitness", "trust"):
        said = [
            {name for name in vars(getattr(side, room)) if re.match(r"[a-z]", name)}
            & {name for name, value in vars(getattr(side, room)).items() if _own(value, side)}
            for side in (shop, subscription)
        ]
        extra = said[0] ^ said[1]
        assert extra <= {"weeks", "by_tenth"}, room  # purchases alone come week by week


def _own(value, side):
    return callable(value) and getattr(value, "__module__", "").startswith(side.__name__)


def test_the_room_is_that_of_the_relation():
    class Company:
        relation = "subscription"

    assert relations.room(Company()) is subscription
