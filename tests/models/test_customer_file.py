"""A file of customers is matched, every row is accounted for, and text stays text."""

import pandas as pd
import pytest

from models.customer_file import read_customer_file
from models.errors import ColumnError, DataError

KNOWN = pd.Series(["17850", "12583", "12584", "111"])
FORMULA = '=HYPERLINK("http://x";"y")'


def file(tmp_path, text, **asked):
    path = tmp_path / "customers.csv"
    path.write_text(text, encoding="utf-8")
    return read_customer_file(path, KNOWN, name="customers.csv", **asked)


@pytest.fixture
def messy(tmp_path):
    return file(
        tmp_path,
        "Branche\tKunde\tKlasse\tImmer\n"
        "Handel\t17850.0\tA\tja\n"
        f"{FORMULA}\t12583\tB\tja\n"
        f"{FORMULA}\t12583\tB\tja\n"
        "Handel\t12583\tB\tja\n"
        "Handel\t\tA\tja\n"
        "@SUM(A1)\t99\tA\tja\n"
        "\t12584\tB\tja\n",
    )


def test_every_row_is_used_or_left_out_with_its_reason(messy):
    assert {line.rule: line.rows for line in messy.left_out} == {
        "nobody": 1, "repeated": 1, "second": 1, "unknown_customer": 1,
    }  # fmt: skip
    assert messy.matched + sum(line.rows for line in messy.left_out) == messy.rows_in
    assert (messy.matched, messy.known) == (3, 4)


def test_the_customer_column_is_the_one_that_names_customers(messy):
    assert messy.customer == "Kunde"
    assert sorted(messy.frame.index) == ["12583", "12584", "17850"]


def test_a_formula_is_kept_as_the_text_it_is_and_the_first_row_counts(messy):
    assert messy.frame.loc["12583", "Branche"] == FORMULA
    assert pd.isna(messy.frame.loc["12584", "Branche"])
    assert messy.of(pd.Series(["111", "17850"]))["Klasse"].tolist()[1] == "A"


def test_columns_that_tell_nobody_apart_are_named(messy):
    assert dict(messy.unused) == {"Immer": "says the same of everybody"}


def test_numbers_are_told_in_quarters_and_names_not_at_all(tmp_path):
    rows = "\n".join(f"{k},{k * 1.5},kind {k},a{k}@b.c" for k in range(1000, 1400))
    path = tmp_path / "wide.csv"
    path.write_text(f"id,turnover,code,email\n{rows}\n", encoding="utf-8")
    found = read_customer_file(path, pd.Series([str(k) for k in range(1000, 1400)]))
    assert found.frame["turnover"].value_counts().tolist() == [100] * 4
    assert dict(found.unused) == {
        "code": "has 400 different values", "email": "describes a person",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("true", "false"), ("Yes", "No"), ("ja", "nein"), ("Y", "N")]
)
def test_flags_are_told_as_yes_and_no(tmp_path, yes, no):
    found = file(tmp_path, f"id,newsletter\n17850,{yes}\n12583,{no}\n12584,\n")
    assert found.frame["newsletter"].tolist()[:2] == ["yes", "no"]
    assert pd.isna(found.frame["newsletter"].tolist()[2])


def test_neither_numbers_of_rows_nor_what_became_of_customers_tell_them_apart(tmp_path):
    labels = [str(k) for k in range(1000, 1100)]
    rows = "\n".join(
        f"{k},{int(k) + 7},{int(k) % 2},{int(k) % 3 % 2},x{int(k) % 2}" for k in labels
    )
    path = tmp_path / "leaky.csv"
    path.write_text(f"id,Account no,is_active,churned,size\n{rows}\n", encoding="utf-8")
    found = read_customer_file(path, pd.Series(labels))
    assert found.attributes == ("size",)
    assert dict(found.unused) == {
        "Account no": "numbers rows",
        "is_active": "may say what became of a customer",
        "churned": "may say what became of a customer",
    }


@pytest.mark.parametrize(
    ("text", "asked", "error", "said"),
    [
        ("a,b\nx,1\ny,2\n", {}, DataError, "No column of 'customers.csv' names a customer"),
        ("id,b\n111,1\n", {"customer": "b"}, DataError, "Not one of the 1 rows"),
        ("id,b\n111,1\n", {"customer": "c"}, ColumnError, "There is no column 'c'"),
        ("id,b\n111,1\n", {}, ColumnError, "nothing to compare customers by"),
    ],
)
def test_what_cannot_be_matched_is_refused_in_a_sentence(tmp_path, text, asked, error, said):
    with pytest.raises(error, match=said):
        file(tmp_path, text, **asked)
