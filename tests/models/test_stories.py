"""A story is told once more from the raw rows, with pandas and the published integral."""

import numpy as np
import pytest
from scipy.integrate import quad

from models.customers import customers
from models.errors import EvidenceError
from models.lifetimes import ParetoNBD, fit_paretonbd
from models.periods import day_number
from models.samples.shop import shop
from models.stories import looking_back, story
from tests.models.test_earned import read
from tests.models.test_worth import values_of


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    frame = shop(700, seed=5).log
    log = read(frame, folder)
    return log, customers(log), frame


def p_alive(model, x, t_x, T):
    """Schmittlein, Morrison and Colombo 1987: still here against gone at some y since t_x."""

    def gone(y):
        bought = ((model.alpha + T) / (model.alpha + y)) ** (model.r + x)
        return (
            model.s * bought * ((model.beta + T) / (model.beta + y)) ** model.s / (model.beta + y)
        )

    return 1 / (1 + quad(gone, t_x, T)[0])


def test_a_story_is_that_of_the_raw_rows(opened):
    """Every week anew: the rows up to that week and the published integral, with today's fit."""
    log, people, frame = opened
    model = fit_paretonbd(people.counts())
    row = int(np.argsort(people.frame["orders"].to_numpy())[-20])
    who = people.frame["customer"][row]
    mine = frame[frame["customer"] == who].groupby("date")["amount"].sum()
    assert len(mine) > 5
    told = story(log, people, values_of(np.ones(len(people))), row, model)
    days = np.array([day_number(day.date()) for day in mine.index])
    assert list(told.days) == list(days)
    assert told.amounts == pytest.approx(mine.to_numpy())
    assert told.looked[0] - days[0] < 7
    assert told.looked[-1] == log.last_day
    for look, chance in zip(told.looked, told.chances, strict=True):
        bought = days[days <= look]
        weeks = [(day - days[0]) / 7 for day in (bought[-1], look)]
        assert chance == pytest.approx(p_alive(model, len(bought) - 1, *weeks), rel=1e-3)


def test_what_comes_later_changes_no_earlier_chance():
    model = ParetoNBD(r=0.6, alpha=10.0, s=0.6, beta=12.0)
    looked, chances = looking_back(np.array([900, 1010, 1190]), 1300, model)
    earlier, before = looking_back(np.array([900, 1010]), 1300 - 7 * 20, model)
    assert list(looked[: len(earlier)]) == list(earlier)
    assert list(chances[: len(before)]) == list(before)


def test_a_chance_rises_only_with_a_purchase():
    model = ParetoNBD(r=0.6, alpha=10.0, s=0.6, beta=12.0)
    days = np.array([900, 1010, 1190])
    looked, chances = looking_back(days, 1300, model)
    rises = looked[1:][np.diff(chances) > 0]
    assert len(rises)
    assert all(((look - 7 < days) & (days <= look)).any() for look in rises)


def test_without_a_model_nothing_is_said_of_the_past(opened):
    log, people, _ = opened
    told = story(log, people, values_of(np.ones(len(people))), 0)
    assert len(told.looked) == len(told.chances) == 0


def test_a_row_that_is_not_there_is_refused(opened):
    log, people, _ = opened
    with pytest.raises(EvidenceError, match="no customer in row 7000: there are 700"):
        story(log, people, values_of([1.0]), 7000)
