"""Published and re-derived numbers of the shifted-beta-geometric."""

import numpy as np
import pytest

from models.decisions import contract

HIGH_END, REGULAR, LECTURE = (0.668, 3.806), (0.704, 1.182), (0.76367, 1.29583)
V = 1 / 1.1


def test_survival_of_the_high_end_cohort():
    # Fader & Hardie (2007): years 8 to 12 projected from seven years
    assert np.round(contract.survival(*HIGH_END, np.arange(8, 13)), 3) == pytest.approx(
        [0.460, 0.436, 0.414, 0.395, 0.378]
    )


def test_equal_parameters_of_one_leave_one_in_t_plus_one():
    t = np.arange(6)
    assert contract.survival(1, 1, t) == pytest.approx(1 / (t + 1))


def test_lecture_values():
    # Fader's lecture: 100 a year at 10 %
    assert contract.worth_new(*LECTURE, V) == pytest.approx(3.62115, abs=5e-5)
    assert contract.worth_before_renewal(*LECTURE, 4, V) == pytest.approx(5.68381, abs=5e-5)
    assert contract.leaving(*LECTURE) == pytest.approx(0.3708, abs=5e-5)


def test_a_saved_leaver_is_not_an_average_customer():
    worth = [
        contract.worth_stayer(*HIGH_END, 3, V),
        contract.worth_saved(*HIGH_END, 3, V),
        contract.worth_new(*HIGH_END, V),
    ]
    assert np.round(60 * np.array(worth)) == pytest.approx([436, 267, 355])


def test_to_three_payments():
    new = contract.worth_to_horizon(*HIGH_END, V, 2)
    stayer = contract.worth_to_horizon(HIGH_END[0], HIGH_END[1] + 1, V, 2, renewed=3)
    saved = contract.worth_to_horizon(HIGH_END[0] + 1, HIGH_END[1], V, 2, renewed=3)
    assert np.round(60 * np.array([stayer, saved, new])) == pytest.approx([153, 137, 143])


@pytest.mark.parametrize(
    ("parameters", "mean", "present"),
    [(HIGH_END, 5.70, 9.81), (REGULAR, 1.68, 3.49)],
)
def test_when_a_saved_leaver_is_as_good_as_new(parameters, mean, present):
    assert contract.saved_equals_new(*parameters) == pytest.approx(mean, abs=0.005)
    assert contract.saved_equals_new(*parameters, V) == pytest.approx(present, abs=0.005)
    n = contract.saved_equals_new(*parameters)
    a, b = parameters
    assert (a + 1) / (a + 1 + b + n) == pytest.approx(contract.leaving(a, b))


def test_a_long_horizon_is_no_horizon():
    assert contract.worth_to_horizon(*REGULAR, V, 3000) == pytest.approx(
        contract.worth_new(*REGULAR, V), rel=1e-9
    )


def test_break_even_save_rates_at_a_first_renewal():
    # Regular customers: 18, 37 and 61 in 100 at 10, 20 and 30 % off a price of 100, margin 60
    chance, saved = contract.leaving(*REGULAR), 60 * contract.worth_saved(*REGULAR, 0, V)
    rates = [((1 - chance) * off + 1) / (chance * (saved - off)) for off in (10.0, 20.0, 30.0)]
    assert np.round(rates, 2) == pytest.approx([0.18, 0.37, 0.61])
