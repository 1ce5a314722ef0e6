"""Columns that know the outcome are refused or asked about; honest ones pass."""

import numpy as np
import pandas as pd
import pytest

from models.drivers import Watched, doubts, find_drivers


def company(columns, seed=0, n=1200):
    """Customers who leave at yearly renewals; `columns` makes what is known of them."""
    rng = np.random.default_rng(seed)
    start = np.floor(rng.uniform(17_000, 19_000, n))
    theta = rng.beta(0.9, 1.6, n)
    end = 19_300 - start
    days = 365.0 * rng.geometric(np.clip(theta, 1e-3, 1))
    seen = days <= end
    days = np.minimum(days, end)
    known = pd.DataFrame(columns(rng, days, seen, start)).astype(object)
    return Watched("leaving", days, seen, None, start, known, ())


def kinds(watched):
    return {doubt.column: doubt.kind for doubt in doubts(watched)}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("churn score", "refused"),
        ("Cancellation note", "refused"),
        ("retained", "refused"),
        ("reason told", "asked"),
        ("status", "asked"),
        ("latest rating", "asked"),
        ("renewal_test", "asked"),
        ("current tariff", "asked"),
        ("Age group", "protected"),
        ("gender", "protected"),
        ("Religion", "protected"),
        ("Senior Citizen", "protected"),
        ("ethnicity", "protected"),
        ("Familienstand", "protected"),
        ("channel", None),
        ("first_offer", None),
        ("language", None),
        ("coverage", None),
        ("engagement plan", None),
        ("trace", None),
    ],
)
def test_names_give_columns_away(column, kind):
    watched = company(lambda rng, days, *_: {column: rng.choice(["a", "b", "c"], len(days))})
    assert kinds(watched).get(column) == kind


def test_a_column_filled_on_leaving_is_asked_about():
    def column(rng, days, seen, start):
        return {"outcome code": np.where(seen, rng.choice(["x", "y"], len(days)), None)}

    found = doubts(company(column))
    assert [doubt.kind for doubt in found] == ["asked"]
    assert found[0].why.startswith(("All ", "Of "))
    assert "known when the customer came" in found[0].why


def test_a_column_that_only_stayers_have_is_asked_about():
    def column(rng, days, seen, start):
        return {"club": np.where(~seen & (rng.random(len(days)) < 0.4), "gold", "plain")}

    found = doubts(company(column))
    assert "nobody left" in found[0].why


def test_a_column_given_to_those_who_stayed_long_enough_is_asked_about():
    # Everybody whose renewal fell into one autumn was put into a test: nobody who left before is.
    def column(rng, days, seen, start):
        reached = days > 365 * 3
        return {"group": np.where(reached & (rng.random(len(days)) < 0.7), "offer", "rest")}

    found = doubts(company(column))
    assert len(found) == 1
    assert "seems to be given later" in found[0].why


def test_honest_columns_raise_no_doubt():
    def column(rng, days, seen, start):
        impatient = days < np.quantile(days, 0.3)
        return {
            "channel": np.where(rng.random(len(days)) < 0.3 + 0.4 * impatient, "kiosk", "web"),
            "region": rng.choice(["a", "b", "c", "d"], len(days)),
            "year": (start // 365).astype(int).astype(str),
        }

    assert [seed for seed in range(40) if doubts(company(column, seed))] == []


def test_what_is_asked_about_can_be_vouched_for_and_what_is_refused_cannot():
    def column(rng, days, seen, start):
        return {"status": rng.choice(["a", "b"], len(days)), "churned": np.where(seen, "y", "n"),
                "gender": rng.choice(["f", "m"], len(days)),
                "channel": rng.choice(["kiosk", "web"], len(days))}  # fmt: skip

    watched = company(column)
    assert find_drivers(watched).attributes == ("channel",)
    assert set(find_drivers(watched, also=("status",)).attributes) == {"status", "channel"}
    assert set(find_drivers(watched, also=("gender", "churned")).attributes) == {
        "gender",
        "channel",
    }
