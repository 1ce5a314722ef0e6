"""Columns are recognised by name, by platform and by content, and every guess can be changed."""

from __future__ import annotations

import random

import pytest

from models.errors import ColumnError
from models.transactions.cleaning import Rules
from models.transactions.columns import Mapping, recognise
from models.transactions.log import read_transactions
from tests.models.transactions.exports import PLATFORMS, Export, generic
from tests.models.transactions.tables import raw_table

CORE = ("customer", "date", "amount", "order", "product", "quantity", "price", "country")


def recognised(export: Export) -> Mapping:
    return recognise(raw_table(export.headers, export.rows))


def renamed(export: Export, names: list[str], order: list[int]) -> Export:
    """Return the export with other header names and its columns in another order."""
    new = dict(zip(export.headers, names, strict=True))
    return Export(
        export.name,
        tuple(names[i] for i in order),
        tuple(tuple(row[i] for i in order) for row in export.rows),
        {role: new[header] for role, header in export.roles.items()},
    )


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda build: build.__name__)
def test_a_platform_is_known_by_its_header_row(platform):
    export = platform()
    mapping = recognised(export)
    assert mapping.platform == export.name
    assert {role: mapping.header(role) for role in export.roles} == export.roles


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda build: build.__name__)
def test_every_platform_gives_the_same_money_and_the_same_customers(platform):
    export, plain = platform(), generic()
    rules = Rules(frozenset({"not_a_product"}))  # order files do not say what was in an order
    log = read_transactions(raw_table(export.headers, export.rows), rules=rules)
    expected = read_transactions(raw_table(plain.headers, plain.rows), rules=rules)
    assert len(log.labels()) == len(expected.labels())
    assert abs(log.ledger.amount_in - expected.ledger.amount_in) < 1
    assert (log.first_day, log.last_day) == (expected.first_day, expected.last_day)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("names", ["removed", "nonsense"])
def test_content_alone_names_the_columns(names, seed):
    export = generic()
    count = len(export.headers)
    order = list(range(count))
    random.Random(seed).shuffle(order)
    given = [f"Column {i + 1}" if names == "removed" else f"zq{i * 7}" for i in range(count)]
    blind = renamed(export, given, order)
    mapping = recognised(blind)
    assert {role: mapping.header(role) for role in CORE} == blind.roles


@pytest.mark.parametrize("german", [False, True])
def test_english_and_german_headers(german):
    export = generic("%d.%m.%Y" if german else "%m/%d/%Y", german=german)
    mapping = recognised(export)
    assert {role: mapping.header(role) for role in CORE} == export.roles
    assert mapping.decimal == ("," if german else ".")
    assert mapping.date_order == ("dmy" if german else "mdy")


def test_a_guess_says_why_and_how_sure_it_is():
    mapping = recognised(generic())
    for guess in mapping.guesses:
        assert 0 < guess.confidence <= 1
        assert guess.why.endswith(".")
        assert guess.samples


def test_without_names_the_guesses_are_less_sure():
    export = generic()
    blind = renamed(export, [f"Column {i}" for i in range(8)], list(range(8)))
    named, unnamed = recognised(export), recognised(blind)
    assert all(
        unnamed.guess(role).confidence < named.guess(role).confidence
        for role in ("customer", "date", "amount")
    )


def test_a_total_grows_with_the_quantity_and_a_price_does_not():
    export = generic()
    drop = export.headers.index("Line Total")
    priced = [i for i in range(8) if i != drop]
    rows = [[row[i] for i in priced] for row in export.rows]
    mapping = recognise(raw_table([f"Column {i}" for i in range(7)], rows))
    assert mapping.amount_from == "quantity*price"


@pytest.mark.parametrize("column", ["Item", "item", 2])
def test_a_correction_takes_a_header_or_a_position(column):
    mapping = recognised(generic()).with_roles(customer=column)
    guess = mapping.guess("customer")
    assert (guess.header, guess.confidence) == ("Item", 1.0)
    assert mapping.guess("product") is None


def test_a_role_can_be_dropped():
    mapping = recognised(generic()).with_roles(drop=["amount"])
    assert mapping.amount_from == "quantity*price"


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ({"customer": "Kunde"}, "There is no column 'Kunde' for the customer"),
        ({"amount": "Country"}, "cannot be the amount: only 0% of its cells are numbers"),
        ({"date": "Country"}, "cannot be the date: none of the cells looked at is one"),
        ({"customer": "Country", "product": "Country"}, "cannot be both the customer and the prod"),
        ({"wine": "Country"}, "There is no role 'wine'"),
        ({"date_order": "ydm"}, "'ydm' is not a date order"),
    ],
)
def test_an_impossible_correction_is_refused_with_a_sentence(roles, sentence):
    with pytest.raises(ColumnError, match=sentence):
        recognised(generic()).with_roles(**roles)


@pytest.mark.parametrize(
    ("headers", "row", "kind"),
    [
        (["id", "Customer ID", "Plan", "Interval", "Status", "Start (UTC)", "Ended At (UTC)"],
         ["s{}", "c{}", "Gold", "month", "active", "2024-01-0{}", "2025-01-0{}"], "subscriptions"),
        (["account", "start date", "end date"], ["c{}", "2024-01-0{}", "2025-01-0{}"],
         "subscriptions"),
        (["customerID", "tenure", "Churn"], ["c{}", "{}", "Yes"], "snapshot"),
        (["Customer ID", "Total Spent", "Total Orders"], ["c{}", "{}.50", "{}"], "customers"),
    ],
)  # fmt: skip
def test_other_kinds_of_file_are_named_and_refused(headers, row, kind):
    rows = [[cell.format(i) for cell in row] for i in range(1, 10)]
    raw = raw_table(headers, rows)
    assert recognise(raw).kind == kind
    with pytest.raises(ColumnError, match="Bring a log of purchases or payments"):
        read_transactions(raw)


def test_people_and_outcomes_are_not_attributes():
    export = generic()
    extra = ("First Name", "City", "Churn score", "Loyalty card", "Newsletter")
    values = ("Ada", "Leeds", "high", "gold", "yes")
    other = ("Bob", "York", "low", "silver", "no")
    rows = [(*row, *(values if i % 2 else other)) for i, row in enumerate(export.rows)]
    mapping = recognise(raw_table((*export.headers, *extra), rows))
    names = {name for name, _ in mapping.attributes}
    assert names == {"product", "country", "loyalty_card", "newsletter"}


def test_a_personal_header_is_no_attribute_even_in_german():
    rows = [[f"{i % 40}", "2024-01-02", "1.50", "Ada" if i % 2 else "Bob"] for i in range(400)]
    mapping = recognise(raw_table(["Kunde", "Datum", "Betrag", "Vorname"], rows))
    assert mapping.attributes == ()
