"""The plan in `analysis.json`: one row a month, dates as dates, and the words HOUSE gave it."""

import json

from models.decisions import Scenario
from models.plan import make_plan
from models.report import plain
from tests.models.plan.companies import outlook

SCENARIO = Scenario(margin=0.6, acquisition_cost=40, lead_time_months=2)


def test_a_plan_is_written_month_by_month(state):
    plan = plain(make_plan(state, SCENARIO, outlook(state)).to_dict())
    assert len(plan["months"]) == 36
    third = plan["months"][2]
    assert third["first_day"] == "2024-05-01"
    assert third["campaign_start"] == "2024-03-01"
    assert plan["months"][0]["campaign_start"] is None
    assert {
        "month",
        "departures",
        "arrivals",
        "spend",
        "gap",
        "cash_p50",
        "cash_p80",
        "cash_p90",
    } < (set(third))
    assert third["cash_p50"] <= third["cash_p80"] <= third["cash_p90"]
    assert set(plan["financing"]) >= {"share", "deepest", "deepest_month", "first_month"}
    json.dumps(plan, allow_nan=False)
