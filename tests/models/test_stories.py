"""A story is told once more from the raw rows, with pandas and the published integral."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from models.backtest import rolling
from models.customers import customers
from models.errors import EvidenceError
from models.lifetimes import ParetoNBD, fit_paretonbd
from models.periods import day_number
from models.samples.shop import shop
from models.stories import looking_back, story
from models.transactions.log import read_transactions
from tests.models.test_earned import read
from tests.models.test_worth import values_of


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    frame = shop(700, seed=5).log
    log = read(frame, folder)
    return log, customers(log), frame, folder


def p_alive(model, x, t_x, T):
    """Schmittlein, Morrison and Colombo 1987: still here against gone at some y since t_x."""

    def gone(y):
        bought = ((model.alpha + T) / (model.alpha + y)) ** (model.r + x)
        return (
            model.s * bought * ((model.beta + T) / (model.beta + y)) ** model.s / (model.beta + y)
        )

    return 1 / (1 + quad(gone, t_x, T)[0])


def test_a_story_is_that_of_the_raw_rows(opened):
    """Every week anew: rows up to that week, and a fit of the rows up to the quarter before it."""
    log, people, frame, folder = opened
    known = [(cut.cut, cut.model) for cut in rolling(log).cuts][:2]
    assert len(known) == 2
    row = int(np.argsort(people.frame["orders"].to_numpy())[-20])
    who = people.frame["customer"][row]
    mine = frame[frame["customer"] == who].groupby("date")["amount"].sum()
    assert len(mine) > 5
    told = story(log, people, values_of(np.ones(len(people))), row, known)
    days = np.array([day_number(day.date()) for day in mine.index])
    assert list(told.days) == list(days)
    assert told.amounts == pytest.approx(mine.to_numpy())
    assert told.looked[0] - max(days[0], known[0][0]) < 7
    assert told.looked[-1] == log.last_day
    refitted = []
    for cut, model in known:
        then = frame[frame["date"] <= pd.Timestamp("1970-01-01") + pd.Timedelta(days=cut)]
        path = folder / f"until{cut}.csv"
        then.to_csv(path, index=False)
        end = date.fromordinal(date(1970, 1, 1).toordinal() + cut)
        again = fit_paretonbd(customers(read_transactions(path, end=end)).counts())
        assert again.parameters == pytest.approx(model.parameters, rel=1e-4)
        refitted.append((cut, again))
    for look, chance in zip(told.looked, told.chances, strict=True):
        model = [fit for cut, fit in refitted if cut <= look][-1]
        bought = days[days <= look]
        weeks = [(day - days[0]) / 7 for day in (bought[-1], look)]
        assert chance == pytest.approx(p_alive(model, len(bought) - 1, *weeks), rel=1e-3)


def test_what_comes_later_changes_no_earlier_chance():
    model = ParetoNBD(r=0.6, alpha=10.0, s=0.6, beta=12.0)
    known = [(1000, model), (1200, model)]
    looked, chances = looking_back(np.array([900, 1010, 1190]), 1300, known)
    earlier, before = looking_back(np.array([900, 1010]), 1300 - 7 * 20, known)
    assert list(looked[: len(earlier)]) == list(earlier)
    assert list(chances[: len(before)]) == list(before)
    assert chances[np.searchsorted(looked, 1190)] > chances[np.searchsorted(looked, 1190) - 1]


def test_before_anything_was_fitted_nothing_is_said():
    looked, chances = looking_back(np.array([900]), 1300, [])
    assert len(looked) == len(chances) == 0


def test_a_row_that_is_not_there_is_refused(opened):
    log, people, _, _ = opened
    with pytest.raises(EvidenceError, match="no customer in row 7000: there are 700"):
        story(log, people, values_of([1.0]), 7000)
