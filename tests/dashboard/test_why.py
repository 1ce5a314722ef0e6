"""Why and where, in words and pictures: what is said follows from what was found."""

import re
from pathlib import Path

import numpy as np
import pytest

from dashboard import leavers
from dashboard.charts.theme import alt_text
from dashboard.charts.why import Row, ratios, reasons
from dashboard.companies import magazine, wholesaler
from dashboard.wording import why as words
from models.contracts.subscribers import subscribers
from models.drivers import Doubt, Drivers, Effect, Ranged, find_reasons
from models.errors import EvidenceError
from models.losses.judging import Loss
from models.losses.shop import ANYTHING, RETURNED
from models.losses.subscriptions import UNANSWERED
from models.transactions.subscriptions import read_subscriptions

MAGAZINE = Path(__file__).resolve().parents[2] / "data" / "magazine"
NEVER = re.compile(
    r"\b(hazard|posterior|covariate|mle|frailty|p80|censored|lift|caus(es|ed by))\b", re.I
)
KIOSK = Effect(
    "acquisition_channel", "kiosk", 2349, 1100, Ranged(1.49, 1.42, 1.56), Ranged(1.42, 1.37, 1.48),
    Ranged(0.72, 0.7, 0.75), 0.0, announced=True, steady=True,
)  # fmt: skip
PRINT = Effect(
    "plan", "Print", 5327, 1602, Ranged(0.42, 0.41, 0.44), Ranged(0.45, 0.43, 0.47), None, 0.0,
    announced=True, steady=False, early=Ranged(0.34, 0.32, 0.36), late=Ranged(0.53, 0.5, 0.56),
)  # fmt: skip
OFFER = Effect(
    "first_offer", "voucher", 4494, 2000, Ranged(1.0, 0.96, 1.05), Ranged(1.2, 1.15, 1.25), None,
    1.0, announced=False, steady=True,
)  # fmt: skip
PRICE = Doubt("price", "refused", "It is the latest price.")
STATUS = Doubt("status", "asked", "By its name it says how things stand later.")
LATE = Loss(
    UNANSWERED, "delivery complaint", 448, 462, 142, 73.5, Ranged(0.307, 0.28, 0.34),
    Ranged(1.93, 1.76, 2.11), 0.0, announced=True, recent=28, at_stake=Ranged(1265, 1137, 1383),
)  # fmt: skip
BACK = Loss(
    RETURNED, ANYTHING, 1794, 4052, 574, 678.1, Ranged(0.142, 0.135, 0.149),
    Ranged(0.85, 0.8, 0.89), 0.045, announced=True, recent=418, at_stake=Ranged(-3e5, -4e5, -2e5),
)  # fmt: skip


def found(*effects, event="leaving"):
    return Drivers(event, 12_000, 5060, ("plan", "acquisition_channel"), effects, (PRICE, STATUS),
                   1, 365.25, -40_000.0, 0.63)  # fmt: skip


def test_the_headline_is_the_strongest_of_what_goes_with_losing():
    said = words.drivers_headline(found(PRINT, KIOSK, OFFER))
    assert said == (
        "Acquisition channel: kiosk: these 2,349 customers leave 1.5 times as fast as others alike "
        "in the rest (between 1.4 and 1.6, 8 in 10)."
    )
    back = words.drivers_headline(found(PRINT, KIOSK, OFFER, event="second purchase"))
    assert back.startswith("Plan: Print: these 5,327 customers come back for a second order 0.42")


def test_nothing_is_said_to_matter_when_nothing_holds_up():
    said = words.drivers_headline(found(OFFER))
    assert said.startswith("Nothing known at the start goes with leaving beyond chance")


def test_a_ratio_that_changes_and_one_that_only_seems_are_told():
    said = words.drivers_because(found(PRINT, KIOSK, OFFER))
    assert said[0].endswith(
        "The difference changes with age: 0.34 times as fast in the first 12 months, 0.53 times "
        "after."
    )
    assert said[-1].startswith("First offer: voucher only seems to matter: 1.2 times as fast")


def test_losses_name_their_money_only_when_it_is_surely_a_loss():
    said = words.losses_headline((LATE, BACK), "EUR", "renewal")
    assert said == (
        "Delivery complaint, never answered: 1.9 times as many are lost as expected (between 1.8 "
        "and 2.1, 8 in 10), 31 % of 462 renewals against 16 %. At stake: about EUR 1,300 a year "
        "(between EUR 1,100 and EUR 1,400, 8 in 10)."
    )
    (better,) = words.losses_because((LATE, BACK), "GBP", "purchase")
    assert better.startswith("Sent back: anything at all: 0.85 times as many")
    assert "GBP" not in better
    assert words.losses_headline((BACK,), "GBP", "purchase").startswith("Nothing here loses")


def test_what_is_left_out_can_be_chosen_unless_it_is_refused():
    assert leavers.choosable(found(KIOSK)) == {"Status": "status"}
    assert leavers.left_out(found(KIOSK))[0] == "Price: It is the latest price."


def test_tables_have_a_row_for_everything_found():
    assert leavers.effects_table(found(PRINT, KIOSK, OFFER))["times as fast"].tolist() == [
        0.42, 1.49, 1.0,
    ]  # fmt: skip
    table = leavers.losses_table((LATE, BACK))
    assert table["after"].tolist() == [
        "Delivery complaint, never answered",
        "Sent back: anything at all",
    ]
    assert (table["lost from"] < table["lost"]).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ratios_are_drawn_where_they_are(theme):
    rows = [
        Row("a", 1.5, 1.4, 1.6, "a leaves 1.5 times as fast.", bad=True),
        Row("b", 0.4, 0.3, 0.5, "b leaves 0.4 times as fast.", bad=False),
        Row("c", 1.1, 0.9, 1.3, "c may be chance.", bad=None),
    ]
    chart = ratios(rows, theme, unit="Times as fast")
    *ranges, dots = chart.data
    assert [tuple(one.x) for one in ranges] == [(1.4, 1.6), (0.3, 0.5), (0.9, 1.3)]
    assert list(dots.x) == [1.5, 0.4, 1.1]
    assert len(set(dots.marker.color)) == 3
    low, high = (10**edge for edge in chart.layout.xaxis.range)
    assert low < 0.3
    assert high > 1.6
    assert all(low <= tick <= high for tick in chart.layout.xaxis.tickvals)
    assert alt_text(chart).startswith("Times as fast: a leaves 1.5 times as fast; b leaves")


@pytest.fixture(scope="module")
def told():
    return find_reasons(subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv")))


def test_somebody_else_may_say_which_reasons_can_be_changed(told):
    assert set(leavers.fixed(told)) == {"moved", "died"}
    people = subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
    nothing = find_reasons(people, unchangeable=())
    assert leavers.fixed(nothing) == []
    assert "100 % leave for a reason somebody could change" in words.reasons_headline(nothing)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reasons_are_stacked_to_everybody_who_left(told, theme):
    chart = reasons(told, theme)
    tops = [np.asarray(trace.y) for trace in chart.data[1::2]]
    assert len(tops) == len(told.found)
    assert all((np.diff(np.stack(tops), axis=0) >= -1e-12).ravel())
    last = float(chart.data[0].x[-1])
    whole = sum(float(one.curve.share_at([last])[0]) for one in told.found)
    assert tops[-1][-1] == pytest.approx(whole)
    assert "delivery" in alt_text(chart)


def test_reasons_are_said_with_what_can_be_changed(told):
    assert words.reasons_headline(told) == (
        "“Price” is the reason told most: 32 %. 90 % leave for a reason somebody could change "
        "(between 90 % and 91 %, 8 in 10)."
    )
    assert words.reasons_because(told, "EUR") == ["14 % of all who left told no reason."]
    assert leavers.reasons_table(told)["can be changed"].tolist().count("no") == 2


def test_words_stay_plain(told):
    drivers = found(PRINT, KIOSK, OFFER)
    said = [
        words.drivers_headline(drivers), *words.drivers_because(drivers),
        words.drivers_method(drivers), words.reasons_headline(told), words.REASONS_METHOD,
        words.CONTACTS_METHOD, words.products_method(182), words.loss_said(LATE, "EUR", "renewal"),
    ]  # fmt: skip
    assert [sentence for sentence in said if NEVER.search(sentence)] == []


def test_only_a_shipped_company_brings_its_contact_log():
    log = magazine().companion("contacts")
    assert log is not None
    assert log.path.name == "contacts.csv"
    assert wholesaler().companion("contacts") is None
    with pytest.raises(EvidenceError, match="No contact log is open"):
        leavers.after_contacts(None, None, None)
