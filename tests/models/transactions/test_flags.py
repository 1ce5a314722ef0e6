"""Columns of yes and no describe customers, whatever they write; outcomes and people do not."""

import numpy as np
import pandas as pd
import pytest

from models.profiles.traits import LATER, PROTECTED, why_not
from models.transactions.columns import recognise
from models.transactions.log import read_transactions
from models.transactions.reading import open_table
from models.transactions.vocabulary import is_protected, says_outcome


def written(tmp_path, **columns):
    """A log of 200 orders of 50 customers with more columns."""
    table = pd.DataFrame(
        {
            "customer": np.arange(200) % 50,
            "date": pd.date_range("2023-01-01", periods=200, freq="2D"),
            "amount": 10.0 + np.arange(200) % 7,
        }
    ).assign(**columns)
    path = tmp_path / "orders.csv"
    table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("TRUE", "false"), ("ja", "nein")])
def test_a_flag_becomes_an_attribute_of_yes_and_no(tmp_path, yes, no):
    path = written(tmp_path, Newsletter=np.where(np.arange(200) % 50 < 20, yes, no))
    log = read_transactions(path, customer="customer", date="date", amount="amount")
    told = log.labels().set_index("customer")["first_newsletter"]
    assert told.value_counts().to_dict() == {"no": 30, "yes": 20}
    assert told["3"] == "yes"


def test_other_numbers_do_not(tmp_path):
    path = written(tmp_path, level=np.arange(200) % 3, Active=np.arange(200) % 2)
    log = read_transactions(path, customer="customer", date="date", amount="amount")
    assert log.attributes == ()


@pytest.mark.parametrize("wrong", [0, 3])
def test_a_column_that_repeats_who_left_under_another_name_is_no_attribute(tmp_path, wrong):
    rng = np.random.default_rng(1)
    churn = np.where(rng.random(400) < 0.3, "Yes", "No")
    copy = np.where(churn == "Yes", "1", "0")
    copy[:wrong] = np.where(copy[:wrong] == "1", "0", "1")
    path = tmp_path / "snapshot.csv"
    pd.DataFrame(
        {
            "customerID": [f"C{k}" for k in range(400)],
            "tenure": rng.integers(1, 60, 400),
            "MonthlyCharges": rng.choice([20.5, 30.5, 55.25], 400),
            "SeniorCitizen": rng.integers(0, 2, 400),
            "PaperlessBilling": rng.choice(["Yes", "No"], 400),
            "Batch": copy,
            "Churn": churn,
        }
    ).to_csv(path, index=False)
    found = dict(recognise(open_table(path)).attributes)
    assert set(found) == {"senior_citizen", "paperless_billing"}


@pytest.mark.parametrize(
    "header", ["SeniorCitizen", "senior", "Age", "Alter", "gender", "Religion", "is_pensioner"]
)
def test_who_people_are_is_left_out_unless_somebody_asks(header):
    assert is_protected(header)
    assert why_not(header) == PROTECTED


@pytest.mark.parametrize(("header", "why"), [("newsletter", ""), ("last status", LATER)])
def test_other_flags_are_not_protected(header, why):
    assert not is_protected(header)
    assert why_not(header) == why


@pytest.mark.parametrize("header", ["is_active", "Renewed", "left", "converted", "Subscriber"])
def test_names_of_outcomes_are_known(header):
    assert says_outcome(header)
    assert not says_outcome("PaperlessBilling")
