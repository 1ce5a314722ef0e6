"""Invented companies whose best option was carried out person by person; sixty in `make bench`."""

import pytest

from tests.bench.bench_verdicts import company

KNOWN = (1, 2, 6, 9, 10, 11, 12, 14)


@pytest.fixture(scope="module")
def verdicts():
    return [company(seed) for seed in KNOWN]


def test_keep_replace_and_neither_all_occur(verdicts):
    assert {truth for truth, *_ in verdicts} == {"keep", "replace", "nothing"}


def test_the_verdict_is_right_or_too_close(verdicts):
    clear = [one for one in verdicts if one[1] > 2 * one[2]]
    assert len(clear) >= len(verdicts) - 1
    assert all(said in {truth, "too close"} for truth, _, _, said, _ in clear)
    assert sum(said == "too close" for *_, said, _ in clear) < len(clear) / 2
