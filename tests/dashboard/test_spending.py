"""A table of spending is used, or refused in a sentence that the page can show."""

import pytest

from dashboard.spending import spent

TABLE = "month,channel,newcomers,spend{}\n2025-01,web,10,500{}\n2025-02,web,10,700{}\n"


@pytest.mark.parametrize(
    ("of", "company"), [("EUR", "EUR"), ("EUR", ""), ("EUR", None), (None, "GBP")]
)
def test_spending_in_the_companys_currency_is_used(tmp_path, of, company):
    found, why_not = spent(table(tmp_path, of), company)
    assert found.channels["web"].each == 60
    assert why_not == ""


def test_spending_in_another_currency_is_refused_in_a_sentence(tmp_path):
    found, why_not = spent(table(tmp_path, "EUR"), "GBP")
    assert found is None
    assert "is in EUR, but the money of this company is in GBP" in why_not


def table(folder, currency):
    path = folder / "spend.csv"
    more = ("", "") if currency is None else (",currency", f",{currency}")
    path.write_text(TABLE.format(more[0], more[1], more[1]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,channel\n2025-01,web\n", "has no column 'newcomers'"),
        ("month,channel,newcomers,spend\nJanuary,web,3,9\n", "is no month like 2025-01"),
        ("month,channel,newcomers,spend\n2025-01,web,0,9\n", "needs at least one"),
    ],
)
def test_a_bad_table_is_a_sentence_and_no_error(tmp_path, text, said):
    path = tmp_path / "spend.csv"
    path.write_text(text, encoding="utf-8")
    found, why_not = spent(path, "EUR")
    assert found is None
    assert said in why_not


def test_without_a_table_there_is_nothing_to_say():
    assert spent(None, "EUR") == (None, "")
