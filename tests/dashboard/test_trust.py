"""How earlier forecasts are told: every cut, both signs, and who won."""

import pytest

from dashboard.findings import carries, inside, missed
from dashboard.shop import trust
from models import samples
from models.analysis import analyse
from models.holdouts import Forecast
from models.transactions.log import read_transactions


def analysed(folder, weeks: int):
    path = folder / "shop.csv"
    log = samples.shop(300, seed=6, weeks=weeks, acquisition_weeks=weeks * 3 // 4).log
    log.to_csv(path, index=False)
    return analyse(read_transactions(path))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return analysed(tmp_path_factory.mktemp("shop"), 104)


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    return analysed(tmp_path_factory.mktemp("short"), 20)


def test_every_cut_stands_in_the_table_and_the_last_weeks_close_it(shop):
    table = trust.table(shop)
    assert len(table) == len(shop.rolling.cuts) + 1
    assert table["came"].iloc[-1] == shop.holdout.purchases.actual
    inside = table["came"].between(table["low"], table["high"])
    assert (table["came inside"] == inside.map({True: "inside", False: "outside"})).all()
    assert (table["nobody leaves"] > table["forecast"]).all()


def test_the_summary_counts_and_names_the_months(shop):
    said = trust.summary(shop)
    assert said.startswith(f"Inside the range at {shop.rolling.inside} of 4 quarter-ends; off by ")
    assert "Furthest from their forecast were" in said
    assert "from 14 months" in trust.carried(shop)
    assert "24 whole months" in trust.carried(shop)


def test_a_file_too_short_says_so_and_assumes(short):
    assert (
        trust.summary(short) == "The file is too short to test the forecast at more than one cut."
    )
    assert trust.carried(short).count("assumed") == 2


@pytest.mark.parametrize(
    ("held", "missed", "answer"),
    [
        (5, 1, "This data carries a forecast: its range held in 5 of 6 tests on the past; "),
        (1, 0, "Little tested yet: its range held in 1 of 1 test on the past; "),
        (4, 2, "This data carries a forecast: "),
        (2, 4, "Use the forecast with care: its range held in only 2 of 6 tests on the past; "),
        (0, 2, "Use the forecast with care: "),
        (2, 3, "Use the forecast with care: its range held in only 2 of 5 tests on the past; "),
    ],
)
def test_the_verdict_doubts_ranges_that_fail_more_often_than_chance(held, missed, answer):
    outside = Forecast(predicted=80, low=70, high=90, actual=100)
    inside = Forecast(predicted=110, low=90, high=130, actual=100)
    said = carries([outside] * missed + [inside] * held, 26)
    assert said.startswith(answer)
    assert said.endswith(f"the last 26 weeks came {'10 % below' if held else '20 % above'} it.")


def test_weeks_that_brought_nothing_have_no_share_to_be_off_by():
    nothing = Forecast(predicted=0.2, low=0, high=1, actual=0)
    some = Forecast(predicted=110, low=90, high=130, actual=100)
    assert carries([some, nothing], 21).endswith("the last 21 weeks brought nothing.")
    assert inside(nothing) == "inside the range"
    assert missed([nothing]) == "nothing at all came after any of them"
    assert missed([nothing, some]) == "off by +10 % to +10 %"


def test_the_page_answers_whether_the_data_carries_it(shop, short):
    assert trust.verdict(shop).startswith("This data carries a forecast: ")
    assert trust.verdict(short).startswith("Little tested yet: ")
    assert carries([], 0).startswith("The file is too short to test a forecast")


def test_the_tournament_ranks_by_criterion_and_names_the_winner(shop):
    table = trust.tournament(shop)
    fitted = table[table["criterion"].notna()]
    assert fitted["criterion"].is_monotonic_increasing
    assert set(fitted["model"]) == {one.name for one in shop.candidates}
    said = trust.winner(shop)
    assert "lowest BIC" in said
    nearest = fitted.loc[fitted.iloc[:, -1].abs().idxmin(), "model"]
    assert f"{nearest} came nearest" in said


def test_every_model_and_every_naive_rule_is_tried_at_every_cut(shop):
    table = trust.tournament(shop).set_index("model")
    made = trust.cuts(shop)
    assert list(table.index[-2:]) == ["As in the weeks before", "As a year before"]
    assert table.shape[1] == 3 + len(made)  # likelihood, criterion, typical miss, and the cuts
    for place, cut in enumerate(made):
        column = table.iloc[:, 3 + place]
        assert column["NBD"] == pytest.approx(cut.error("NBD"), abs=1e-6)
        assert column["Pareto/NBD"] == pytest.approx(cut.error("Pareto/NBD"), abs=1e-4)
    off = table.loc["NBD"].iloc[3:].to_numpy(float)
    assert table.loc["NBD", "typically"] == pytest.approx((off**2).mean() ** 0.5)


def test_weeks_and_tenths_are_those_of_the_cut(shop):
    assert trust.weeks(shop, 0).came.sum() == shop.rolling.cuts[0].purchases.actual
    last = trust.by_tenth(shop)
    assert last["customers"].sum() == shop.holdout.customers
