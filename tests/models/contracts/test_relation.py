"""What is asked of any company, put to a subscription and to a shop."""

import datetime as dt

import numpy as np
import pytest

from models import samples
from models.analysis import analyse
from models.contracts.fits import fit_retentions
from models.contracts.subscribers import subscribers
from models.contracts.worth import best_total
from models.decisions.scenario import Scenario
from models.periods import day_number
from models.relation import Analysed, Log
from models.report.company import company_report, company_table
from models.transactions.log import read_transactions

YEAR = 365


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    samples.shop(300, seed=6, weeks=104, acquisition_weeks=78).log.to_csv(path, index=False)
    return analyse(read_transactions(path))


@pytest.fixture(params=["shop", "analysis"])
def company(request):
    return request.getfixturevalue(request.param)


def asked(protocol):
    return [name for name in vars(protocol) if not name.startswith("_")]


def test_every_company_answers_what_the_frame_of_a_page_asks(company):
    for name in asked(Analysed):
        getattr(company, name)
    for name in asked(Log):
        getattr(company.log, name)
    assert company.customer_count == len(company_table(company, company.values(Scenario())))
    assert company_report(company, Scenario())["data"]["customers"] == company.customer_count


def test_leaving_is_seen_in_one_of_them(shop, analysis):
    assert (shop.relation, shop.customers_today) == ("shop", None)
    assert (analysis.relation, analysis.customers_today) == ("subscription", 6941)


def test_what_all_are_worth_today_is_what_they_were_worth_on_the_last_day(company, scenario):
    worth = company.worth_on(company.log.last_day, scenario)
    assert worth == pytest.approx(company.values(scenario).total)


def test_a_year_ago_is_as_it_was_known_then(analysis, scenario):
    day = analysis.log.last_day - YEAR
    people = subscribers(analysis.subscriptions, day)
    known = best_total(people, fit_retentions(people), analysis.answerable(scenario).business)
    assert analysis.worth_on(day, scenario) == pytest.approx(known)
    assert known < analysis.values(scenario).total  # the magazine has grown


def test_before_the_first_day_nothing_is_known(company, scenario):
    assert np.isnan(company.worth_on(day_number(dt.date(1999, 1, 1)), scenario))
