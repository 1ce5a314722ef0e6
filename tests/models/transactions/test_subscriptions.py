"""Lists of subscriptions: every row accounted for, leaving never guessed from a flag."""

import datetime as dt
from collections import Counter

import pandas as pd
import pytest

from models.errors import ColumnError, DataError, SettingError
from models.periods import DAYS_PER_MONTH, date_of, day_number
from models.transactions.columns import recognise
from models.transactions.contracts import months_of
from models.transactions.reading import open_table
from models.transactions.subscriptions import read_subscriptions

HEADERS = ("customer_id", "start_date", "end_date", "plan", "price", "status", "reason")


def file_of(folder, rows, headers=HEADERS):
    path = folder / "subscriptions.csv"
    pd.DataFrame(rows, columns=headers).to_csv(path, index=False)
    return path


def plain(count, month="2022-01"):
    """Customers who started on days of a month and run on."""
    return [
        (f"p{i}", f"{month}-{i % 28 + 1:02d}", "", "A", "10", "active", "") for i in range(count)
    ]


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    rows = [
        *plain(6),
        ("left", "2022-01-05", "2022-03-05", "A", "10", "ended", "price"),
        ("", "2022-01-05", "", "A", "10", "active", ""),
        ("no start", "soon", "", "A", "10", "active", ""),
        ("odd end", "2022-01-05", "perhaps", "A", "10", "active", ""),
        ("backwards", "2022-03-05", "2022-01-05", "A", "10", "ended", ""),
        ("too late", "2022-09-01", "", "A", "10", "active", ""),
        ("trial", "2022-02-01", "", "A", "10", "trialing", ""),
        ("same day", "2022-02-01", "2022-02-01", "A", "10", "ended", ""),
        ("twice", "2022-02-02", "", "B", "10", "active", ""),
        ("twice", "2022-02-02", "", "B", "10", "active", ""),
        ("expires", "2022-02-03", "2022-12-03", "B", "10", "cancelled", "price"),
        ("moves", "2022-01-03", "2022-03-03", "A", "10", "ended", ""),
        ("moves", "2022-03-05", "", "B", "30", "active", ""),
        ("returns", "2022-01-03", "2022-02-03", "A", "10", "ended", ""),
        ("returns", "2022-05-03", "", "A", "10", "active", ""),
        ("two at once", "2022-01-03", "", "A", "10", "active", ""),
        ("two at once", "2022-02-03", "", "B", "30", "active", ""),
    ]
    path = file_of(tmp_path_factory.mktemp("messy"), rows)
    return read_subscriptions(path, end=dt.date(2022, 6, 30), period_months=1)


def test_the_ledger_adds_up_and_names_every_reason(messy):
    ledger = messy.ledger
    assert ledger.rows_in == 23
    assert ledger.rows_in == ledger.rows_used + sum(line.rows for line in ledger.excluded)
    assert ledger.amount_in == ledger.amount_used + sum(line.amount for line in ledger.excluded)
    assert {line.rule: line.rows for line in ledger.excluded} == {
        "missing_customer": 1, "repeated_export": 1, "unreadable_start": 1, "unreadable_end": 1,
        "outside_period": 1, "ends_before_start": 1, "never_paid": 2,
    }  # fmt: skip


def test_an_end_ahead_has_not_happened(messy):
    row = messy.lives().set_index("customer").loc["expires"]
    assert not row["observed"]
    assert not row["left"]
    assert row["leaving"]
    assert row["age_days"] == pytest.approx(4 * DAYS_PER_MONTH + 27)


def test_a_change_of_plan_is_not_a_leaving_and_a_return_is_a_new_start(messy):
    lives = messy.lives()
    assert Counter(lives["customer"])["moves"] == Counter(lives["customer"])["two at once"] == 1
    moved = lives[lives["customer"] == "moves"].iloc[0]
    assert (moved["plan"], moved["price"], moved["subscriptions"]) == ("B", 30, 2)
    assert not moved["observed"]
    assert moved["renewals"] == 5
    both = lives[lives["customer"] == "two at once"].iloc[0]
    assert both["price"] == 40
    back = lives[lives["customer"] == "returns"]
    assert back["observed"].tolist() == [True, False]
    assert back["spell"].tolist() == [1, 2]


def test_nothing_after_a_day_is_known_on_it(messy):
    then = messy.lives(day_number(dt.date(2022, 2, 20))).set_index("customer")
    assert not then.loc["left", "observed"]
    assert "returns" in then.index
    assert then["start"].max() <= day_number(dt.date(2022, 2, 20))


@pytest.mark.parametrize(
    ("end", "renewals", "left"),
    [
        ("2023-01-10", 0, True),
        ("2023-01-14", 0, True),  # four days late is late, not another year
        ("2023-02-10", 1, False),  # the second renewal has not come due when the file ends
        ("2022-06-01", 0, True),
        ("", 1, False),
    ],
)
def test_renewals_are_anniversaries(tmp_path, end, renewals, left):
    gone = ("y", "2022-01-01", "2023-01-01", "A", "10", "", "")
    rows = [("x", "2022-01-10", end, "A", "10", "", ""), gone, *plain(3, "2023-03")]
    path = file_of(tmp_path, rows)
    row = read_subscriptions(path, end=dt.date(2023, 6, 30), period_months=12).lives()
    row = row.set_index("customer").loc["x"]
    assert (row["renewals"], row["left"]) == (renewals, left)


def test_months_of_the_calendar_count_alike(tmp_path):
    rows = [
        (f"c{m}", f"2023-{m:02d}-28", f"2024-{m:02d}-28", "A", "10", "", "") for m in range(1, 13)
    ]
    read = read_subscriptions(file_of(tmp_path, rows * 2), end=dt.date(2025, 1, 31), price="price")
    assert set(read.lives()["age_days"]) == {12 * DAYS_PER_MONTH}


def test_the_last_day_does_not_wait_for_announced_ends(tmp_path):
    rows = [*plain(40), ("a", "2022-02-01", "2023-02-01", "A", "10", "", "")]
    read = read_subscriptions(file_of(tmp_path, rows))
    assert read.last_day == day_number(dt.date(2022, 2, 1))
    old = [(f"o{i}", "2018-01-05", f"20{19 + i % 5}-01-05", "A", "10", "", "") for i in range(40)]
    read = read_subscriptions(file_of(tmp_path, old))
    assert read.last_day == day_number(dt.date(2023, 1, 5))
    assert read.period_months == 12  # all ends fall on anniversaries


def test_ends_that_nearly_everybody_has_are_terms(tmp_path):
    rows = [
        (f"t{i}", f"2022-01-{i % 28 + 1:02d}", "2027-01-01", "A", "10", "", "") for i in range(30)
    ]
    rows += [("gone", "2021-01-01", "2021-07-01", "A", "10", "", "")] * 1
    read = read_subscriptions(file_of(tmp_path, rows), end=dt.date(2022, 6, 1))
    assert read.ends_are_terms
    assert not read.lives()["leaving"].any()


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("12", 12), ("1", 1), ("monthly", 1), ("year", 12), ("Annual", 12), ("52 W", 12),
        ("12 M", 12), ("1 Y", 12), ("every 3 months", 3), ("quarterly", 3), ("4 weeks", 1),
        ("gold", None), ("", None), ("400", None),
    ],
)  # fmt: skip
def test_words_for_a_period(text, months):
    assert months_of(text) == months


FLAGS = ("customerID", "tenure", "Contract", "MonthlyCharges", "Churn")


@pytest.fixture
def snapshot(tmp_path):
    rows = [
        (f"c{i}", str(i % 6), "monthly", "20.5", "Yes" if i % 3 == 0 else "No") for i in range(60)
    ]
    return file_of(tmp_path, rows, FLAGS)


def test_the_meaning_of_a_flag_is_asked(snapshot):
    with pytest.raises(ColumnError, match="which value those who left have") as said:
        read_subscriptions(snapshot, leavers="all")
    assert "'No' (40 cells), 'Yes' (20 cells)" in str(said.value)
    assert "--leaving-column 'Churn' --leaving-means" in said.value.command
    with pytest.raises(ColumnError, match="No cell looked at in 'Churn' is 'gone'"):
        read_subscriptions(snapshot, leaving_means="gone", leavers="all")


def test_whose_leaving_a_snapshot_holds_is_asked(snapshot):
    with pytest.raises(SettingError, match="only those who left in the last period") as said:
        read_subscriptions(snapshot, leaving_means="Yes")
    assert "--leavers all or --leavers last-period" in said.value.command
    assert "--" not in str(said.value)  # pages show it too
    with pytest.raises(SettingError, match="not one of all or last-period"):
        read_subscriptions(snapshot, leaving_means="Yes", leavers="some")


def test_the_opposite_meaning_gives_the_opposite_file(snapshot):
    yes, no = (
        read_subscriptions(snapshot, leaving_means=word, leavers="all").lives()["observed"]
        for word in ("yes", "No")
    )
    assert (yes != no).all()


def test_who_never_paid_stands_in_the_ledger_of_a_snapshot(snapshot):
    read = read_subscriptions(snapshot, leaving_means="Yes", leavers="last-period")
    assert {line.rule: line.rows for line in read.ledger.excluded} == {"never_paid": 10}
    lives = read.lives()
    assert (lives["age_days"] - lives["entry_days"]).to_numpy() == pytest.approx(DAYS_PER_MONTH)


def test_a_flag_beside_dates_wins_over_the_end_cell_when_it_is_named(tmp_path):
    headers = ("customer_id", "start_date", "end_date", "price", "Churn")
    rows = [
        *((f"a{i}", "2021-01-05", "2021-06-05", "10", "1") for i in range(3)),
        *((f"b{i}", "2021-01-05", "2021-06-05", "10", "0") for i in range(3)),
        ("c", "2022-01-05", "", "10", "1"),
    ]
    path = file_of(tmp_path, rows, headers)
    end = dt.date(2022, 6, 1)
    assert read_subscriptions(path, end=end).lives()["observed"].sum() == 6
    read = read_subscriptions(path, end=end, leaving_column="Churn", leaving_means="1")
    assert read.lives()["observed"].sum() == 3
    assert [(line.rule, line.rows) for line in read.ledger.excluded] == [("no_leaving_day", 1)]


@pytest.mark.parametrize(
    ("headers", "rows", "words"),
    [
        (("customer_id", "plan"), [("a", "A")] * 3, "gives the start and the end"),
        (HEADERS, [("a", "x", "2022-01-01", "A", "1", "", "")] * 3, "the start and the end"),
        (
            HEADERS,
            [(c, "2022-01-01", "2022-01-01", "A", "1", "", "") for c in "abc"],
            "Not one of the 3 rows",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path, headers, rows, words):
    path = file_of(tmp_path, rows, headers)
    with pytest.raises((ColumnError, DataError), match=words) as said:
        read_subscriptions(path)
    assert str(said.value).endswith(".")


@pytest.mark.parametrize("dropped", [(), ("price",), ("price", "amount")])
def test_money_the_user_put_away_stays_away(tmp_path, dropped):
    headers = ("customer_id", "start_date", "end_date", "price paid", "paid to date")
    path = file_of(
        tmp_path,
        [("a", "2021-01-05", "", "10", "30"), ("b", "2021-02-05", "2021-03-05", "10", "20")],
        headers,
    )
    mapping = recognise(open_table(path)).with_roles(drop=dropped)
    assert mapping.questions == ()
    read = read_subscriptions(mapping.raw, mapping=mapping, end=dt.date(2021, 4, 1))
    assert (read.has_money, read.has_paid) == ("price" not in dropped, "amount" not in dropped)


def test_ends_that_a_header_says_have_happened_are_none_ahead(tmp_path):
    # Stripe writes `Ended At` only once it has; that nobody starts any more does not matter.
    headers = ["Customer ID", "Plan", "Interval", "Status", "Currency", "Amount", "Start (UTC)"]
    rows = [
        (f"cus_{i}", "basic", "month", "canceled" if i % 4 == 0 else "active", "usd", "20.00",
         f"2023-{1 + i % 12:02d}-05 10:00", f"2024-{1 + i % 12:02d}-05 10:00" if i % 4 == 0 else "")
        for i in range(120)
    ]  # fmt: skip
    path = tmp_path / "stripe.csv"
    pd.DataFrame(rows, columns=[*headers, "Ended At (UTC)"]).to_csv(path, index=False)
    read = read_subscriptions(path)
    assert date_of(read.last_day).isoformat() == "2024-09-05"
    assert read.currency == "USD"
    assert int(read.lives()["observed"].sum()) == 30
