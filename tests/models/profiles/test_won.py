"""What was known on the day, and what came of it: later rows move the second, never the first."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.analysis import analyse
from models.business import Business
from models.contracts.fits import fit_retentions
from models.contracts.subscribers import subscribers
from models.contracts.won import won_subscribers
from models.decisions.scenario import Scenario
from models.errors import EvidenceError
from models.lived import expected_weeks
from models.profiles import Costs, cards, channels, find_profiles
from models.samples import shop
from models.samples.shop import ParetoNBDTruth, SpendTruth
from models.transactions.first_orders import first_orders
from models.transactions.log import read_transactions
from models.transactions.subscriptions import read_subscriptions
from tests.models.contracts.conftest import MAGAZINE

ROWS = [
    # customer, date, product, name, quantity, price, discount, country
    ("A", "2021-01-05", "p1", "RED BAG", 2, 10.0, 0, "DE"),
    ("A", "2021-01-05", "p2", "BLUE MUG", 1, 50.0, 0, "DE"),
    ("A", "2021-06-01", "p1", "RED BAG", 1, 5.0, 5, "FR"),
    ("B", "2021-03-05", "p1", "RED BAG", 10, 8.0, 2, None),
    ("B", "2021-08-05", "p2", "BLUE MUG", 1, 50.0, 0, "IT"),
    ("C", "2021-04-05", "p2", "BLUE MUG", 1, 60.0, 0, "DE"),
]
HEADERS = ("Customer ID", "Order Date", "SKU", "Product Name", "Quantity", "Price", "Discount",
           "Country")  # fmt: skip


def read(tmp_path, rows, **options):
    path = tmp_path / "rows.csv"
    pd.DataFrame(rows, columns=HEADERS).to_csv(path, index=False)
    roles = {"customer": "Customer ID", "date": "Order Date", "product": "SKU", "price": "Price",
             "quantity": "Quantity", "discount": "Discount", "country": "Country"}  # fmt: skip
    return read_transactions(path, **roles, **options)


def test_the_first_order_is_read_off_its_own_day(tmp_path):
    first = first_orders(read(tmp_path, ROWS))
    assert list(first["money"]) == [70.0, 80.0, 60.0]
    assert list(first["lines"]) == [2, 1, 1]
    assert list(first["product"]) == ["BLUE MUG", "RED BAG", "BLUE MUG"]
    assert list(first["discounted"]) == [0, 1, 0]
    assert np.isnan(first["paid"][0])  # nothing was sold before, so nothing was usual
    assert list(first["paid"][1:]) == [0.8, 1.2]
    assert list(first["full_price"].round(4)) == [round(70 / 75, 4), round(50 / 130, 4), 1.0]


def test_a_country_that_is_missing_on_the_day_is_not_taken_from_later_orders(tmp_path):
    first = first_orders(read(tmp_path, ROWS))
    assert list(first["country"].fillna("?")) == ["DE", "?", "DE"]


def test_nothing_dated_later_changes_what_was_known(tmp_path):
    """Every first order stays as it was when all that happened afterwards is changed."""
    known = ["money", "lines", "product", "paid", "discounted", "country"]
    before = first_orders(read(tmp_path, ROWS))[known]
    later = [*ROWS, ("A", "2021-09-01", "p2", "BLUE MUG", 90, 1.0, 40, "US"),
             ("B", "2021-09-01", "p1", "RED BAG", 50, 99.0, 0, "US"),
             ("D", "2021-09-02", "p1", "RED BAG", 1, 99.0, 0, "US")]  # fmt: skip
    after = first_orders(read(tmp_path, later))[known][: len(before)]
    pd.testing.assert_frame_equal(before, after)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    made = shop(1500, seed=9)
    rng = np.random.default_rng(2)
    folder = tmp_path_factory.mktemp("shop")
    country = dict(zip(made.truth["customer"], rng.choice(["DE", "FR", "IT"], 1500), strict=True))
    log = made.log.assign(country=made.log["customer"].map(country))
    log.to_csv(folder / "shop.csv", index=False)
    return analyse(read_transactions(folder / "shop.csv"))


def test_worth_is_what_a_newcomer_is_expected_to_bring(sample):
    """Recovery: the mean over everybody is the simulated law's own expectation for a newcomer."""
    law, spend = ParetoNBDTruth(), SpendTruth()
    won = sample.won(Scenario(margin=0.5))
    _, weeks = expected_weeks(law.s, np.array([law.beta]), Business(0.5))
    each = 0.5 * spend.p * spend.gamma / (spend.q - 1)
    truth = each * (1 + law.r / law.alpha * weeks[0])
    assert np.nanmean(won.outcomes["value"].values) == pytest.approx(truth, rel=0.07)


def test_traits_of_a_cut_file_are_those_of_the_whole(sample):
    """What is known of those won by a day does not change with what happens after it."""
    log = sample.transactions
    cut = log.until(log.last_day - 200)
    early, whole = first_orders(cut), first_orders(log).set_index("customer_id")
    same = whole.loc[early["customer_id"]]
    for column in ("money", "lines", "country"):
        assert list(early[column]) == list(same[column])


def test_only_customers_whose_first_order_was_seen_take_part(sample):
    frame = sample.customers.frame
    assert len(sample.won(Scenario())) == (~frame["older_than_file"]).sum()


def test_money_of_the_last_year_is_shared_out_of_the_whole_company(sample):
    won = sample.won(Scenario())
    assert 0 < won.revenue.sum() <= won.company_revenue + 1e-6


@pytest.fixture(scope="module")
def magazine():
    people = subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
    return won_subscribers(people, fit_retentions(people), Business(0.65))


def test_the_magazines_planted_profile_is_found(magazine):
    """PROVENANCE.md: loyalty comes with plan and channel; regions and days plant nothing."""
    profiles = find_profiles(magazine)
    best, worst, instead = cards(profiles, profiles, None, Costs(85.6, {"kiosk voucher": 65.0}))
    assert best.found.rule.sentence == "took Print + digital and came through recommendation"
    assert worst.found.rule.sentence == "took Digital and came through kiosk voucher"
    assert not worst.holds
    assert worst.cost == 65.0
    assert instead.found is None
    named = {trait for one in profiles.announced for trait in one.rule.traits}
    assert named == {"plan", "channel", "first_offer"}


def test_staying_follows_the_planted_channels(magazine):
    found = {one.name: one for one in channels(magazine, {"website": 70.0})}
    assert found["recommendation"].staying.mean > found["website"].staying.mean
    assert found["website"].staying.mean > found["kiosk voucher"].staying.mean
    assert found["website"].gain == pytest.approx(found["website"].value.mean - 70)
    assert found["direct mail"].cost is None
    truth = {"website": 0.627 * 0.55 + 0.851 * 0.45, "kiosk voucher": 0.53 * 0.55 + 0.803 * 0.45}
    for name, share in truth.items():
        assert found[name].staying.low - 0.02 < share < found[name].staying.high + 0.02


def test_who_did_not_pay_in_full_is_told_by_the_offer(magazine):
    within, members = magazine.paid_in_full
    assert within.said == "joined without an offer"
    offers = next(trait for trait in magazine.traits if trait.name == "first_offer")
    assert (members == (offers.codes == offers.levels.index("none"))).all()


def test_a_file_without_its_earlier_leavers_is_refused():
    people = subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
    since = 17_897
    later = people.frame[people.frame["ended"].isna() | (people.frame["ended"] >= since)]
    entry = (since - later["start"]).clip(lower=0).astype(float)
    cut = replace(people, frame=later.assign(entry_days=entry), delayed=True)
    with pytest.raises(EvidenceError, match="nobody who left before 2019-01-01"):
        won_subscribers(cut, fit_retentions(people), Business())


def test_a_snapshot_of_the_last_leavers_is_refused():
    people = subscribers(read_subscriptions(MAGAZINE / "subscriptions.csv"))
    snapshot = replace(people, last_day=None, delayed=True)
    with pytest.raises(EvidenceError, match="only the last period's"):
        won_subscribers(snapshot, fit_retentions(people), Business())
