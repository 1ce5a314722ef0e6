"""The shipped magazine beside the truth it was drawn from."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.samples import magazine

SHIPPED = Path(__file__).resolve().parents[3] / "data" / "magazine"


@pytest.fixture(scope="session")
def shipped():
    return SHIPPED


@pytest.fixture(scope="session")
def sample():
    return magazine()


@pytest.fixture(scope="session")
def subscriptions(sample):
    """The shipped table with dates, renewals made, who left, and what nobody could see."""
    dates = ["start_date", "end_date"]
    table = pd.read_csv(SHIPPED / "subscriptions.csv", parse_dates=dates, keep_default_na=False)
    table["end_date"] = pd.to_datetime(table["end_date"])
    table = table.merge(sample.hidden, on="subscriber_id", validate="one_to_one")
    last = pd.Timestamp(sample.truth.last_day)
    table["left"] = table["status"] == "ended"
    years = whole_years(table["start_date"], table["end_date"].fillna(last))
    table["renewals"] = years - table["left"]
    table["due"] = whole_years(table["start_date"], pd.Series(last, table.index))
    return table


@pytest.fixture(scope="session")
def contacts():
    return pd.read_csv(SHIPPED / "contacts.csv", parse_dates=["date"], keep_default_na=False)


@pytest.fixture(scope="session")
def spend():
    return pd.read_csv(SHIPPED / "acquisition_spend.csv")


@pytest.fixture(scope="session")
def renewals(subscriptions, contacts):
    """One row per renewal that came due: who, which, whether left, the year's complaint."""
    lived = subscriptions["renewals"] + subscriptions["left"]
    row = np.repeat(np.arange(len(subscriptions)), lived)
    table = subscriptions.iloc[row].reset_index(drop=True)
    table["year"] = table.groupby("subscriber_id").cumcount()
    table["leaves"] = table["left"] & (table["year"] == table["renewals"])
    log = contacts.merge(subscriptions[["subscriber_id", "start_date"]], on="subscriber_id")
    log["year"] = whole_years(log["start_date"], log["date"])
    log["ignored"] = log["hours_to_answer"] == ""
    key = ["subscriber_id", "year"]
    for name, reason in (("complaint", "delivery complaint"), ("question", "question")):
        found = log[log["reason"] == reason].set_index(key)["ignored"].rename(name)
        state = table.join(found, on=key)[name]
        table[name] = state.map({False: "answered", True: "unanswered"}).fillna("none")
    table["due_date"] = [
        start.replace(year=start.year + year + 1)
        for start, year in zip(table["start_date"], table["year"], strict=True)
    ]
    return table


def whole_years(start, end):
    """Years completed from each start to each end."""
    before = (end.dt.month * 100 + end.dt.day) < (start.dt.month * 100 + start.dt.day)
    return end.dt.year - start.dt.year - before
