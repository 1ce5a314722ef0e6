"""Recognition on hard files, and whether it is as sure as it is right."""

from __future__ import annotations

from collections import Counter

import pytest

from models.transactions.columns import recognise
from tests.models.transactions.corpus import puzzle
from tests.models.transactions.tables import raw_table

SEEDS = range(40)
JUDGED = ("customer", "date", "amount", "order", "product", "quantity", "price")


@pytest.fixture(scope="module")
def solved():
    return [(one, recognise(raw_table(one.headers, one.rows))) for one in map(puzzle, SEEDS)]


@pytest.mark.parametrize(
    ("role", "least"), [("customer", 0.95), ("date", 1.0), ("amount", 0.95), ("order", 0.9)]
)
def test_who_when_and_how_much_are_found_under_any_name(solved, role, least):
    asked = [
        mapping.header(role) == one.truth[role] for one, mapping in solved if role in one.truth
    ]
    assert sum(asked) >= least * len(asked)


def test_a_rating_is_never_multiplied_with_the_money(solved):
    wrong = Counter(mapping.amount_from for one, mapping in solved if "quantity" not in one.truth)
    assert wrong["quantity*price"] <= 0.05 * wrong.total()


@pytest.mark.parametrize(("low", "high", "least"), [(0.5, 0.85, 0.75), (0.85, 0.95, 0.8),
                                                     (0.95, 1.0, 0.95)])  # fmt: skip
def test_guesses_are_at_least_as_right_as_they_are_sure(solved, low, high, least):
    right = [
        one.truth.get(guess.role) == guess.header
        for one, mapping in solved
        for guess in mapping.guesses
        if guess.role in JUDGED and low <= guess.confidence < high
    ]
    assert len(right) >= 15
    assert sum(right) >= least * len(right)


def test_a_rating_beside_the_price_paid():
    rows = [
        (
            f"c{i % 40}",
            f"2023-{1 + i % 12:02d}-{1 + i % 28:02d}",
            f"{3 + i % 17}.95",
            str(1 + i % 5),
        )
        for i in range(400)
    ]
    mapping = recognise(raw_table(("client", "bought", "price paid", "rating"), rows))
    assert (mapping.amount_from, mapping.header("amount")) == ("amount", "price paid")
    assert mapping.guess("quantity") is None
