"""Renewals tested at quarter-ends: what is used and counted, and what a range learns."""

import dataclasses

import numpy as np
import pytest

from models.contracts.holdout import hold_out_at, hold_out_renewals
from models.contracts.rolling import HALF_YEAR, LAST_CUTS, ContractRolling, rolling_renewals
from models.contracts.subscribers import subscribers
from models.decisions.scenario import Scenario
from models.surprise import ASSUMED, FEWEST_CUTS
from models.transactions.subscriptions import read_subscriptions


def test_quarter_ends_are_tested_and_most_come_inside(analysis):
    rolled = analysis.rolling
    assert 8 <= len(rolled.cuts) <= LAST_CUTS
    assert rolled.inside >= 0.7 * len(rolled.cuts)
    assert all(cut.end - cut.cut == HALF_YEAR for cut in rolled.cuts)
    for cut in rolled.cuts:
        assert cut.renewals.low < cut.renewals.predicted < cut.renewals.high
        assert abs(cut.renewals.error) < 0.05


def test_renewals_are_counted_from_the_list_itself(analysis):
    cut = analysis.rolling.cuts[-1]
    listed = analysis.subscriptions
    before = subscribers(listed, cut.cut).running.set_index(["customer", "spell"])["renewals"]
    after = subscribers(listed, cut.end).frame.set_index(["customer", "spell"])["renewals"]
    assert cut.renewals.actual == (after.reindex(before.index) - before).sum()
    assert cut.customers == len(before)


def test_nothing_after_a_cut_enters_its_forecast(analysis):
    cut = analysis.rolling.cuts[-1]
    early = dataclasses.replace(analysis.subscriptions, last_day=cut.end)
    again = hold_out_at(early, cut.cut, HALF_YEAR, analysis.rolling.known_by(cut.cut), draws=30)
    assert again.renewals == cut.renewals


def test_what_is_known_on_a_day_rests_on_tests_that_had_ended(analysis):
    rolled = analysis.rolling
    assert rolled.known_by(rolled.cuts[0].end - 1) == ASSUMED
    later = rolled.known_by(rolled.cuts[FEWEST_CUTS - 1].end)
    assert later.cuts == FEWEST_CUTS
    assert rolled.known_by(analysis.subscriptions.last_day).cuts == len(rolled.cuts)


def test_every_renewal_of_a_month_is_forecast_and_counted_once(analysis):
    months = analysis.rolling.months
    frame = analysis.people.frame
    total = (frame["left"]).sum()
    assert 0 < np.nansum(months.came[:, 0]) < total
    assert np.nansum(months.forecast[:, 0]) == pytest.approx(np.nansum(months.came[:, 0]), rel=0.1)
    assert (months.variance[:, 0] < months.forecast[:, 0]).all()


def test_past_misses_widen_the_range_of_a_value_and_do_not_move_it(analysis):
    calm = dataclasses.replace(analysis, rolling=ContractRolling())
    assert calm.surprise == ASSUMED
    wide, narrow = calm.values(Scenario()), analysis.values(Scenario())
    assert wide.total == narrow.total
    assert wide.high - wide.low > 1.1 * (narrow.high - narrow.low)


def test_the_hold_out_takes_what_was_known_at_its_cut(analysis):
    asked = []

    def known_by(day):
        asked.append(day)
        return ASSUMED

    tested = hold_out_renewals(analysis.subscriptions, known_by=known_by)
    assert asked == [tested.cut]


def test_a_snapshot_has_no_quarters(tmp_path):
    path = tmp_path / "snapshot.csv"
    rows = [f"c{i},{i % 5 + 1},{'no' if i % 3 else 'yes'}" for i in range(50)]
    path.write_text("\n".join(["customer,tenure,churn", *rows]))
    read = read_subscriptions(path, leaving_means="yes", leavers="all")
    assert rolling_renewals(read).cuts == ()
