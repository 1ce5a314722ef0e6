"""The lists of who buys or renews next, as the page shows them and as files."""

import pandas as pd
import pytest

from dashboard import wanting
from models.drivers.effects import Ranged
from models.needs import NextProducts, NextPurchases

LAST = 20_000  # 2024-10-04


@pytest.fixture
def dates():
    frame = pd.DataFrame(
        {
            "customer_id": [1, 2, 3], "customer": ["=1+1", "b", "c"], "chance": [0.9, 0.4, 0.8],
            "low": LAST + 3.0, "day": [LAST + 40.0, LAST + 20.0, LAST + 9.0], "high": LAST + 200.0,
            "gap": [30.0, 20.0, None], "overdue": [12.0, 50.0, None],
        }
    )  # fmt: skip
    return NextPurchases(frame, LAST, 365)


def likely(*, beats):
    names = pd.Series(["tea, tin, bag"], index=[1])
    return NextProducts(("tea",), 0.5, 0.4, Ranged(0.1, 0.05, 0.15), 300, 91, beats, names)


def test_the_overdue_come_by_their_chance_and_the_others_by_their_date(dates):
    assert wanting.purchase_table(dates, None, "overdue", str)["Customer"].tolist() == ["=1+1", "b"]
    table = wanting.purchase_table(dates, None, "soon", str)
    assert table["Customer"].tolist() == ["c", "b", "=1+1"]
    assert table["Next purchase, if any"].tolist()[0] == "2024-10-13"


def test_products_are_named_only_where_they_beat_the_best_sellers(dates):
    named = wanting.purchase_table(dates, likely(beats=True), "overdue", str)
    assert named["Likely next"].tolist() == ["tea, tin, bag", ""]
    assert "Likely next" not in wanting.purchase_table(dates, likely(beats=False), "overdue", str)
    assert "nothing is named" in wanting.products_said(likely(beats=False))
    assert "nothing is named" not in wanting.products_said(likely(beats=True))


def test_the_file_runs_nothing_in_a_spreadsheet(dates):
    table = wanting.purchase_table(dates, None, "overdue", str)
    assert "\n'=1+1," in wanting.as_csv(table, "invented").decode("utf-8-sig")


@pytest.mark.parametrize(("months", "said"), [(12, "not to be made"), (1, "still being there")])
def test_renewals_say_what_their_chance_is(months, said):
    found = pd.DataFrame(
        {"customer": ["a"], "day": [LAST + 5], "renewals": [2], "chance": [0.25], "worth": [9.0]}
    )
    assert said in wanting.renewals_said(found, LAST, months)
    table = wanting.renewal_table(found, str, "EUR")
    assert table.iloc[0, :2].tolist() == ["a", "2024-10-09"]
