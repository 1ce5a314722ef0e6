"""Who stays, before anything is drawn: choices, numbers behind the lines, costs, both companies."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard import staying
from dashboard.shop import staying as shop
from dashboard.staying import Danger
from dashboard.subscription import staying as subscription
from models.comparing import Difference
from models.danger import DangerousMonth, Risk
from models.errors import EvidenceError
from models.survival import EVERYONE, Curve


def analysis(days=730, attributes=()):
    log = SimpleNamespace(
        first_day=14000,
        last_day=14000 + days - 1,
        attributes=attributes,
        has_money=True,
        mapping=SimpleNamespace(guess=lambda role: None),
    )
    first = np.linspace(log.first_day, log.last_day, 200).astype(int)
    older = first < log.first_day + days // 4
    people = SimpleNamespace(
        frame=pd.DataFrame({"first": first, "older_than_file": older}), attributes=attributes
    )
    fitted = SimpleNamespace(name="Pareto/NBD")
    return SimpleNamespace(transactions=log, customers=people, lifetimes=fitted)


def test_a_file_too_short_to_leave_older_customers_out_counts_them_and_says_so():
    assert "are left out" in shop.method(analysis(730), shop.BUYING)
    short = analysis(730)
    short.customers.frame["older_than_file"] = True
    assert "older than it are counted" in shop.method(short, shop.BUYING)
    assert shop.title(short, shop.BUYING).startswith("Customers ")


@pytest.mark.parametrize(
    ("days", "said"),
    [(730, "26 weeks"), (546, "26 weeks"), (545, "182 days"), (90, "30 days"), (3, "1 day")],
)
def test_buying_again_is_looked_for_in_half_a_year_or_a_third_of_a_shorter_file(days, said):
    company = analysis(days)
    assert shop.window(company) == said
    assert said in shop.title(company, shop.BUYING)
    assert said in shop.method(company, shop.BUYING)
    assert said in shop.saying(company, shop.BUYING).share


@pytest.mark.parametrize("quantity", shop.QUANTITIES)
def test_every_quantity_has_a_title_and_a_method(quantity):
    assert shop.title(analysis(), quantity).startswith("New customers ")
    assert shop.estimator(analysis(), quantity).endswith(".")
    assert shop.method(analysis(), quantity).endswith(".")


def test_everything_known_at_the_start_can_be_compared():
    opened = analysis(attributes=("first_product", "first_country"))
    assert shop.comparisons(opened) == {
        "Month they came": "month",
        "Quarter they came": "quarter",
        "Year they came": "year",
        "First country": "first_country",
        "Size of the first order": "first basket",
        "First product": "first_product",
    }
    assert list(shop.kinds(opened)) == ["First country", "Size of the first order", "First product"]


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        (None, None, None),
        (None, "plan", None),
        ("plan", None, "plan"),
        ("plan", "plan", "plan"),
        ("plan", "year", ("plan", "year")),
    ],
)
def test_two_choices_are_crossed(one, other, by):
    assert staying.crossed(one, other) == by


def curve(label, share=0.5, months=14):
    level = np.full(months, share)
    return Curve(label, "q", np.arange(months), level, level, level, np.full(months, 50))


def test_chosen_lines_are_drawn_else_a_few_that_tell_most():
    found = (curve(EVERYONE), *(curve(f"g{i}", i / 10) for i in range(8)))
    assert [c.label for c in staying.shown(found, ["g3", "g5"])] == ["g3", "g5"]
    assert [c.label for c in staying.shown(found, [])] == [EVERYONE, "g0", "g1", "g6", "g7"]
    assert staying.shown(found, ["gone with another company"])[0].label == EVERYONE
    assert len(staying.shown(found, [f"g{i}" for i in range(8)])) == staying.MOST_LINES


def test_the_numbers_behind_the_lines():
    one = Difference("a", 12.0, 0.5, 0.4, 9.0, 8.0, 13.0, 0.001)
    table = staying.numbers([curve(EVERYONE), curve("a", months=5)], [one], times=True)
    assert list(table["Group"]) == [EVERYONE, "a"]
    assert list(table["After"]) == ["12 months", "4 months"]
    assert list(table["Share"]) == ["50 %", "50 %"]
    assert table["Against everybody else"].tolist() == ["", "+10.0 points, not noise"]
    assert table["Mean time"].iloc[0] == "6.5 of 13 months"
    assert "Mean time" not in staying.numbers([curve("a")], [], times=False)


def test_a_refusal_when_no_group_is_left():
    with pytest.raises(EvidenceError, match="No group is large enough"):
        staying.one_line([])


def danger(*marked):
    ages, level = np.arange(1, 7), np.full(6, 0.05)
    risk = Risk("month", ages, level, level, level, level, np.full(6, 90), marked)
    return Danger("t", "Months", risk, 1_000.0, ())


def values(total=100_000.0, alive=2_000, has_money=True):
    frame = pd.DataFrame({"p_alive": np.ones(alive)})
    return SimpleNamespace(
        frame=frame, total=total, low=0.8 * total, high=1.2 * total, has_money=has_money
    )


def test_a_dangerous_month_costs_its_leavers_beyond_the_usual():
    month = DangerousMonth(4, 0.12, 0.10, 0.14, 0.05, 0.06, 0.04, 0.08)
    (cost,) = staying.costs(danger(month), values())
    # 1,000 newcomers a year, 6 of 100 of them lost beyond the usual, each worth 50.
    assert cost.leavers == pytest.approx(60)
    assert cost.money == pytest.approx(3_000)
    assert cost.low == pytest.approx(1_000 * 0.04 * 40)
    assert cost.high == pytest.approx(1_000 * 0.08 * 60)
    assert staying.costs(danger(), values()) == ()


def test_without_money_a_dangerous_month_has_leavers_and_no_price():
    month = DangerousMonth(4, 0.12, 0.10, 0.14, 0.05, 0.06, 0.04, 0.08)
    (cost,) = staying.costs(danger(month), values(has_money=False))
    assert cost.leavers == pytest.approx(60)
    assert np.isnan(cost.money)


def test_both_kinds_of_company_answer_the_same_questions():
    def questions(room):
        return {
            name
            for name, thing in vars(room).items()
            if not name.startswith("_") and getattr(thing, "__module__", "") == room.__name__
        }

    only_shops = {"window", "silence", "silence_said"}
    assert questions(shop) - questions(subscription) == only_shops
    assert questions(subscription) <= questions(shop)
