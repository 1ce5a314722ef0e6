"""Numbers as they are said: digits, units, codes, and what is not known."""

import datetime as dt
import math

import pytest

from dashboard import wording

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "GBP 0"),
        (412.4, "GBP 410"),
        (8.34, "GBP 8.3"),
        (8, "GBP 8"),
        (0.834, "GBP 0.83"),
        (0.004, "GBP 0.004"),
        (99.6, "GBP 100"),
        (38_123, "GBP 38,000"),
        (-38_123, "GBP −38,000"),
        (999_999, "GBP 1 million"),
        (1_234_567, "GBP 1.2 million"),
        (-16_343_651, "GBP −16 million"),
        (2.5e12, "GBP 2.5 trillion"),
        (3e15, "GBP 3,000 trillion"),
        (NAN, "not known"),
        (INF, "no limit"),
        (-INF, "no lower limit"),
    ],
)
def test_money_has_its_code_and_two_digits(amount, said):
    assert wording.money(amount, "GBP") == said


@pytest.mark.parametrize("currency", [None, ""])
def test_money_without_a_known_currency_is_a_number(currency):
    assert wording.money(412, currency) == "410"
    assert wording.money_exactly(412, currency) == "412.00"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (16_343_651, "GBP 16,343,651.00"),
        (-0.5, "GBP −0.50"),
        (0, "GBP 0.00"),
        (NAN, "not known"),
        (INF, "no limit"),
    ],
)
def test_money_on_hover_has_all_its_digits(amount, said):
    assert wording.money_exactly(amount, "GBP") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (0.0083, "0.83 %"),
        (0.00001, "under 0.01 %"),
        (0.6312, "63 %"),
        (0.9994, "over 99 %"),
        (1, "100 %"),
        (1.2, "120 %"),
        (-0.031, "−3.1 %"),
        (12.34, "1,200 %"),
        (NAN, "not known"),
    ],
)
def test_percent(share, said):
    assert wording.percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "less than 1 in 100"),
        (0.02, "2 in 100"),
        (0.05, "1 in 10"),
        (0.5, "5 in 10"),
        (0.949, "9 in 10"),
        (0.96, "96 in 100"),
        (0.999, "more than 99 in 100"),
        (NAN, "not known"),
    ],
)
def test_chances_are_told_in_people(share, said):
    assert wording.chance(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.21, "21 of 100"),
        (0.008, "0.8 of 100"),
        (0, "0 of 100"),
        (1e-12, "fewer than 0.01 of 100"),
        (NAN, "not known"),
    ],
)
def test_shares_of_a_hundred(share, said):
    assert wording.of_hundred(share) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "no customers"),
        (1, "1 customer"),
        (1.4, "1 customer"),
        (2, "2 customers"),
        (5942, "5,942 customers"),
        (10**9, "1,000,000,000 customers"),
        (NAN, "an unknown number of customers"),
    ],
)
def test_counts_agree_with_their_noun(amount, said):
    assert wording.count(amount, "customer") == said


def test_counts_know_irregular_nouns_and_none():
    assert wording.count(2, "company", "companies") == "2 companies"
    assert wording.count(0, "company", "companies") == "no companies"
    assert wording.count(5942) == "5,942"
    assert wording.count(NAN) == "not known"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (380, 450, "between GBP 380 and GBP 450, 8 in 10"),
        (411, 413, "between GBP 411 and GBP 413, 8 in 10"),
        (411.0, 411.0, "about GBP 411, 8 in 10"),
        (-30, 5, "between GBP −30 and GBP 5, 8 in 10"),
        (NAN, 5, "range not known"),
        (0, INF, "between GBP 0 and no limit, 8 in 10"),
    ],
)
def test_ranges_tell_their_ends_apart_and_their_level(low, high, said):
    assert wording.money_between(low, high, "GBP").replace("411.0", "411") == said


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (152.86, 151.6, 154.2, "GBP 153"),
        (935_000, 920_000, 955_000, "GBP 940,000"),
        (153, 200, 300, "GBP 150"),
        (1234.4, 1234.0, 1234.9, "GBP 1,234"),
    ],
)
def test_money_stands_inside_its_own_range_once_rounded(value, low, high, said):
    assert wording.money_inside(value, low, high, "GBP").replace("\u00a0", " ") == said


def test_ranges_of_shares():
    assert wording.between(0.62, 0.64, wording.percent) == "between 62 % and 64 %, 8 in 10"


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (0.4, "0.4 months"),
        (1, "1 month"),
        (1.02, "1 month"),
        (7.44, "7.4 months"),
        (24, "2 years"),
        (30, "2.5 years"),
        (NAN, "not known"),
        (INF, "longer than anybody was followed"),
    ],
)
def test_durations(duration, said):
    assert wording.months(duration) == said


def test_every_date_has_its_year():
    day = dt.date(2011, 12, 9)
    assert wording.date(day) == "9 December 2011"
    assert wording.short_date(day) == "9 Dec 2011"
    assert wording.month(day) == "December 2011"


def test_times_the_average():
    assert wording.times(1.42) == "1.4 times the average"
    assert wording.times(NAN) == "not known"


HOSTILE = (
    "![p](http://evil.test/pixel.png)",
    "[click](javascript:alert(1))",
    ":red[x] :material/home:",
    "$E=mc^2$",
    "<img src=x onerror=1>",
    "`code` **bold** _it_ ~~gone~~ | # h",
    "www.evil.test",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_user_text_keeps_every_sign_and_loses_its_meaning(text):
    escaped = wording.escape(text)
    assert escaped.replace("\\", "") == text
    bare = [
        i for i, sign in enumerate(escaped) if sign in "[]()<>$`*_:!#|~." and escaped[i - 1] != "\\"
    ]
    assert not bare


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\t c", "a b c"),
        ("safe\u202eevil", "safe evil"),
        ("\x00\x1b[31m", r"\[31m"),
        ("", ""),
        (12346, "12346"),
        (None, "None"),
    ],
)
def test_user_text_stays_on_one_line(text, line):
    assert wording.escape(text) == line


def test_long_text_is_cut():
    assert wording.shorten("x" * 100, 10) == "x" * 9 + "…"
    assert wording.shorten("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_in_a_sentence(parts, said):
    assert wording.listed(parts) == said


def test_numbers_stay_on_one_line_with_their_unit():
    said = wording.unbroken("GBP 8.6 million is 86 % of it, EUR −3 too; ask 3 people")
    assert said == "GBP\u00a08.6\u00a0million is 86\u00a0% of it, EUR\u00a0−3 too; ask 3 people"
    ranged = wording.unbroken("between 1 and 2, 8 in 10 (n = 2,349); 400 in 12 months")
    assert ranged == "between 1 and 2, 8\u00a0in\u00a010 (n\u00a0=\u00a02,349); 400 in 12 months"


def test_only_the_first_letter_is_raised():
    assert wording.capital("gBP and more") == "GBP and more"
    assert wording.capital("") == ""
