"""From a dropped contact log or customer file to the sentence it leads to."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import cared, leavers
from dashboard.companies import Companion, fingerprint_of
from dashboard.wording import why as why_words
from models.analysis import analyse
from models.decisions.scenario import Scenario
from models.transactions.log import read_transactions

MAGAZINE = Path(__file__).resolve().parents[2] / "data" / "magazine"
ADDRESS = {"data": fingerprint_of(MAGAZINE / "subscriptions.csv")[:16]}


@pytest.fixture(scope="module")
def log():
    """The magazine's contacts as another system would export them, with rows of nobody."""
    table = pd.read_csv(MAGAZINE / "contacts.csv", dtype=str)
    table = table.set_axis(["Kundennummer", "Datum", "Kanal", "Anliegen", "Stunden", "Note"],
                           axis=1)  # fmt: skip
    nobody = table.tail(40).assign(Kundennummer=[f"=1+{k}" for k in range(40)])
    return pd.concat([table, nobody]).to_csv(index=False, sep=";").encode()


def plain(sentences):
    """Return what a page says without the marks that keep Markdown from reading it."""
    return " ".join(sentences).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def dropped(test, part, name, content):
    """Drop a file at one of the two places, as a visitor does."""
    place = next(box for box in test.file_uploader if box.key.endswith(f":{part}"))
    place.upload(name, content, "text/csv").run()
    assert not test.exception
    return test


def test_a_contact_log_leads_to_the_planted_sentence(app, sentences, log):
    test = app(**ADDRESS).switch_page("app_pages/data_and_trust.py").run()
    dropped(test, "contacts", "kontakte.csv", log)
    said = plain(sentences(test))
    assert "**kontakte.csv**" in said
    assert "of 9,333 contacts belong" in said
    tables = [frame.value for frame in test.table]
    ledger = next(table for table in tables if "Such as" in table)
    rows = ledger.set_index("Rows of the file")
    assert rows.loc["Left out: a customer who is not in the customers' file", "Rows"] == "40"
    assert "'=1+0" in rows.to_string()  # shown as text that no spreadsheet runs
    test.switch_page("app_pages/ideal_customer.py")
    test.session_state["ideal_tabs:subscription"] = "Care"
    test.run()
    said = plain(sentences(test))
    assert "Delivery complaint, never answered: 31" in said
    assert "1.4 times as many as after answered ones" in said


def test_a_customer_file_is_asked_about_before_it_is_used(app, sentences):
    people = pd.read_csv(MAGAZINE / "subscriptions.csv", dtype=str)
    # Known at the start and telling: the plan under another name; half of all customers.
    file = people[["subscriber_id"]].assign(Segment=people["plan"].map({"Digital": "A"}).fillna(
        "B"), Formel="=cmd|' /C calc'!A0").iloc[::2]  # fmt: skip
    test = app(**ADDRESS).switch_page("app_pages/data_and_trust.py").run()
    dropped(test, "customers", "kunden.csv", file.to_csv(index=False).encode())
    said = plain(sentences(test))
    assert "(50 %) are in it" in said
    assert "'Formel' says the same of everybody" in said
    visit = test.session_state["visit"]
    assert visit.source.companion("customers").known_when_won is None
    assert "customer_file" in test.query_params
    vouch = next(radio for radio in test.radio if radio.label.startswith("Was everything"))
    assert vouch.value is None
    vouch.set_value(True).run()
    assert not test.exception
    assert test.session_state["visit"].source.companion("customers").known_when_won is True


def test_a_file_that_does_not_fit_is_refused_in_a_sentence(app, sentences):
    test = app(**ADDRESS).switch_page("app_pages/data_and_trust.py").run()
    dropped(test, "contacts", "x.csv", b"a,b\n1,2\n3,4\n")
    assert any("No column of" in error.value for error in test.error)
    dropped(test, "customers", "y.csv", b"id,b\nq,2\nr,4\n")
    assert sum("customer" in error.value for error in test.error) == 2


def test_the_lever_becomes_the_service_of_keep_or_replace():
    from models.care import Lever
    from models.drivers.effects import Ranged

    lever = Lever("x", 120, Ranged(6, 3, 9), Ranged(0.06, 0.03, 0.09), 100.0, 1000)
    knobs = cared.service_knobs(lever, 5.0)
    assert knobs["service_cost"] == pytest.approx(120 * 5 / 12_000)
    scenario = Scenario.from_settings(knobs)
    assert scenario.service_range == (0.03, 0.09)


def test_a_vouched_customer_file_is_compared_by_on_who_stays_and_sorts_keep_or_replace(
    app, sentences
):
    people = pd.read_csv(MAGAZINE / "subscriptions.csv", dtype=str)
    file = people[["subscriber_id"]].assign(
        Newsletter=people["plan"].eq("Digital").map({True: "1", False: "0"})
    )
    test = app(**ADDRESS).switch_page("app_pages/data_and_trust.py").run()
    dropped(test, "customers", "kunden.csv", file.to_csv(index=False).encode())
    test.switch_page("app_pages/who_stays.py").run()
    compare = next(box for box in test.selectbox if box.label == "Compare")
    assert "Newsletter" not in compare.options  # nobody vouched for it yet
    test.switch_page("app_pages/data_and_trust.py").run()
    next(r for r in test.radio if r.label.startswith("Was everything")).set_value(True).run()
    test.switch_page("app_pages/who_stays.py").run()
    compare = next(box for box in test.selectbox if box.label == "Compare")
    compare.set_value("Newsletter").run()
    assert not test.exception


def test_a_shops_contact_log_tells_after_what_customers_stay_away(tmp_path):
    rng = np.random.default_rng(4)
    bought, touched = [], []
    for customer in range(500):
        day = float(rng.integers(0, 250))
        while day < 600:
            bought.append((f"C{customer}", day))
            harmed = rng.random() < 0.2
            if harmed or rng.random() < 0.2:
                touched.append((f"C{customer}", day + 2, "damaged" if harmed else "question"))
            if rng.random() < (0.5 if harmed else 0.08):
                break
            day += rng.exponential(40.0)
    start = pd.Timestamp("2022-01-01")
    orders = pd.DataFrame(bought, columns=["customer", "date"])
    orders["date"] = start + pd.to_timedelta(orders["date"].astype(int), "D")
    orders.assign(amount="30.00").to_csv(tmp_path / "orders.csv", index=False)
    log = pd.DataFrame(touched, columns=["customer", "date", "reason"])
    log["date"] = start + pd.to_timedelta(log["date"].astype(int), "D")
    path = tmp_path / "orders.csv"
    analysis = analyse(read_transactions(path))
    written = tmp_path / "log.csv"
    log.to_csv(written, index=False)
    companion = Companion("contacts", written, "log.csv", fingerprint_of(written))
    found = leavers.after_contacting(analysis, companion)
    one = found.losses[0]
    assert (one.name, one.announced, one.against) == ("damaged", True, "orders")
    said = why_words.losses_headline(found.losses, "EUR", "contact")
    assert said.startswith("Damaged: ")
    assert "At stake: orders of about EUR" in plain([said])
    assert "both are still there" in why_words.contacted_method(found)
    assert set(leavers.losses_table(found.losses)["compared with"]) <= {"orders", "other contacts"}
