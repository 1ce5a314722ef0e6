"""The invented magazine's files: the recipe's own bytes, consistent, and readable by the app."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.decisions.scenario import Scenario
from models.samples import MagazineTruth, magazine, write_magazine
from models.samples.__main__ import main
from models.samples.provenance import provenance
from models.samples.truth import PLANS, REGIONS
from models.transactions.columns import recognise
from models.transactions.reading import open_table

SMALL = MagazineTruth(cohorts=(40, 40, 40, 40, 40, 40, 40, 40))


def test_the_recipe_writes_the_shipped_bytes(shipped, tmp_path, capsys):
    assert main([str(tmp_path / "new")]) == 0
    made = sorted((tmp_path / "new").iterdir())
    assert len(capsys.readouterr().out.splitlines()) == len(made)
    assert [path.name for path in made] == sorted(path.name for path in shipped.iterdir())
    for path in made:
        assert path.read_bytes() == (shipped / path.name).read_bytes(), path.name


def test_another_seed_is_another_company(tmp_path):
    first, again, other = (magazine(seed=seed, truth=SMALL) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.subscriptions, again.subscriptions)
    assert (first.subscriptions["plan"] != other.subscriptions["plan"]).any()
    paths = write_magazine(tmp_path, other)
    assert f"**Seed.** {other.seed}." in paths[-1].read_text(encoding="utf-8")


def test_the_folder_says_that_it_is_invented_and_stays_small(shipped):
    page = (shipped / "PROVENANCE.md").read_text(encoding="utf-8")
    assert "INVENTED" in page.splitlines()[0]
    assert json.loads((shipped / "company.json").read_text())["kind"] == "invented"
    assert sum(path.stat().st_size for path in shipped.iterdir()) < 2_000_000


def test_the_page_follows_the_truth(sample):
    moved = replace(sample, truth=replace(sample.truth, save_rate=0.2, unanswered=2.5))
    before, after = (" ".join(provenance(page).split()) for page in (sample, moved))
    assert "**40%**, which is **36% of all who would leave**" in before
    assert "**20%**, which is **18% of all who would leave**" in after
    assert "by **3** when it was not" in before
    assert "by **2.5** when it was not" in after


def test_settings_are_knobs_and_each_says_where_it_comes_from(shipped, spend):
    settings = json.loads((shipped / "settings.json").read_text())
    company = json.loads((shipped / "company.json").read_text())
    scenario = Scenario.from_settings(settings)
    year = spend[spend["month"].str.startswith("2025")]
    cost = year["spend"].sum() / year["new_subscribers"].sum()
    assert scenario.acquisition_cost == pytest.approx(cost, abs=0.01)
    assert scenario.reference_depth == company["renewal_test"]["depth"]
    assert company["settings"].keys() == settings.keys()
    assert {why["source"] for why in company["settings"].values()} == {"data", "assumed"}


def test_the_columns_are_recognised(shipped):
    mapping = recognise(open_table(shipped / "subscriptions.csv"))
    assert mapping.kind == "subscriptions"
    found = {
        role: mapping.header(role)
        for role in ("customer", "start", "end", "status", "plan", "reason", "channel", "currency")
    }
    assert found == {
        "customer": "subscriber_id",
        "start": "start_date",
        "end": "end_date",
        "status": "status",
        "plan": "plan",
        "reason": "cancellation_reason",
        "channel": "acquisition_channel",
        "currency": "currency",
    }


def test_no_hidden_truth_is_exported(sample):
    hidden = set(sample.hidden.columns) - {"subscriber_id"}
    assert not hidden & set(sample.subscriptions.columns)


def test_every_subscription_is_whole(subscriptions, sample):
    table, last = subscriptions, pd.Timestamp(sample.truth.last_day)
    assert table["subscriber_id"].is_unique
    assert table["start_date"].is_monotonic_increasing
    assert table["start_date"].between("2018-01-01", last).all()
    assert (table["end_date"].notna() == table["left"]).all()
    assert (table["end_date"].dropna() <= last).all()
    gone = table[table["left"]]
    assert (gone["end_date"].dt.strftime("%m-%d") == gone["start_date"].dt.strftime("%m-%d")).all()
    assert (gone["end_date"].dt.year > gone["start_date"].dt.year).all()
    assert (table.loc[~table["left"], "cancellation_reason"] == "").all()
    assert set(table["service_rating"]) == {"", "1", "2", "3", "4", "5"}
    assert set(zip(table["country"], table["region"], strict=True)) == {
        (region.country, region.name) for region in REGIONS
    }


def test_payments_add_up(subscriptions, sample):
    truth = sample.truth
    prices = {plan.name: plan.prices for plan in PLANS}

    def price(plan, year):
        return max((since, euros) for since, euros in prices[plan] if since <= year)[1]

    for row in subscriptions.itertuples():
        start, years = row.start_date.year, row.renewals + 1
        due = [price(row.plan, start + t) * row.copies for t in range(years)]
        if row.first_offer.startswith("first year"):
            due[0] *= 0.75
        tested = truth.season[0].year - start  # the year after the tested renewal
        if row.renewal_test == "offer" and tested < years:
            due[tested] *= 1 - truth.depth
        if row.copies > 1:
            due = [paid * (1 - truth.volume_discount) for paid in due]
        assert row.paid_to_date == pytest.approx(sum(due), abs=0.05)
        assert row.price_paid == pytest.approx(due[-1], abs=0.01)
        assert row.price_paid <= row.list_price


def test_one_customer_is_large(subscriptions, sample):
    large = subscriptions[subscriptions["copies"] > 1]
    assert large["copies"].tolist() == [sample.truth.copies]
    assert large["renewal_test"].tolist() == [""]
    running = subscriptions[~subscriptions["left"]]
    assert 0.02 < large["price_paid"].sum() / running["price_paid"].sum() < 0.06


def test_contacts_fall_within_subscriptions(contacts, subscriptions, sample):
    joined = contacts.merge(subscriptions, on="subscriber_id", how="left", validate="many_to_one")
    assert joined["start_date"].notna().all()
    end = joined["end_date"].fillna(pd.Timestamp(sample.truth.last_day) + pd.Timedelta(days=1))
    assert ((joined["date"] >= joined["start_date"]) & (joined["date"] < end)).all()
    silent = contacts["hours_to_answer"] == ""
    assert (contacts.loc[silent, "rating"] == "").all()
    assert silent.mean() == pytest.approx(sample.truth.unanswered_share, abs=0.015)
    assert contacts["date"].is_monotonic_increasing


def test_spending_counts_the_newcomers_of_the_subscriptions(spend, subscriptions):
    won = subscriptions[subscriptions["copies"] == 1]
    month = won["start_date"].dt.strftime("%Y-%m").rename("month")
    counted = won.groupby([month, "acquisition_channel"]).size()
    listed = spend.set_index(["month", "channel"])["new_subscribers"]
    np.testing.assert_array_equal(counted.reindex(listed.index, fill_value=0), listed)
    assert (spend["spend"] > 0).all()
