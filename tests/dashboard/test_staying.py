"""Who stays, before anything is drawn: windows, choices, and what is said when little is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from dashboard import staying, worth
from models.survival import EVERYONE, Curve


def analysis(days=730, attributes=()):
    log = SimpleNamespace(first_day=14000, last_day=14000 + days - 1, attributes=attributes)
    return SimpleNamespace(transactions=log)


@pytest.mark.parametrize(
    ("days", "said"),
    [(730, "26 weeks"), (546, "26 weeks"), (545, "182 days"), (90, "30 days"), (3, "1 day")],
)
def test_buying_again_is_looked_for_in_half_a_year_or_a_third_of_a_shorter_file(days, said):
    window = staying.window(analysis(days))
    assert window == said
    assert said in staying.title("Still buying", window)
    assert said in staying.method("Still buying", window)


@pytest.mark.parametrize("quantity", staying.QUANTITIES)
def test_every_quantity_has_a_title_and_a_method(quantity):
    assert staying.title(quantity, "26 weeks").startswith("Customers ")
    assert staying.method(quantity, "26 weeks").endswith(".")


def test_attributes_of_the_file_can_be_compared():
    opened = analysis(attributes=("first_product", "first_country"))
    assert staying.comparisons(opened) == {
        EVERYONE: None,
        "When they came": "cohort",
        "First product": "first_product",
        "First country": "first_country",
    }
    assert list(worth.comparisons(opened)) == ["First country", "First product", EVERYONE]
    assert list(worth.comparisons(analysis())) == [EVERYONE]


def curve(label, share=0.5):
    level = np.full(14, share)
    return Curve(label, "q", np.arange(14.0), level, level, level, np.full(14, 50))


def test_chosen_lines_are_drawn_else_a_few_that_tell_most():
    found = (curve(EVERYONE), *(curve(f"g{i}", i / 10) for i in range(8)))
    assert [c.label for c in staying.shown(found, ["g3", "g5"])] == ["g3", "g5"]
    assert [c.label for c in staying.shown(found, [])] == [EVERYONE, "g0", "g1", "g6", "g7"]
    assert staying.shown(found, ["gone with another company"])[0].label == EVERYONE
