import threading

import pytest

from dashboard.work import Work
from models.errors import DataError


def test_work_runs_once_for_all_who_wait():
    calls = []
    work = Work(lambda report: calls.append(1) or "made")
    assert [work.result(), work.result(lambda *_: None)] == ["made", "made"]
    assert calls == [1]
    assert work.done


def test_a_refusal_reaches_whoever_waits():
    def job(report):
        raise DataError("Nothing was bought in this file.")

    work = Work(job)
    for _ in range(2):
        with pytest.raises(DataError, match="Nothing was bought"):
            work.result()


def test_who_waits_has_the_result_before_what_comes_then():
    released, over, after = threading.Event(), threading.Event(), []

    def then(made):
        released.wait(10)
        after.append(made)
        over.set()

    work = Work(lambda report: "made", then)
    assert (work.result(), after) == ("made", [])
    released.set()
    assert over.wait(10)
    assert after == ["made"]


def test_nothing_comes_after_a_refusal():
    def job(report):
        raise DataError("Nothing was bought in this file.")

    after = []
    with pytest.raises(DataError):
        Work(job, after.append).result()
    assert after == []


def test_stages_are_reported_in_order_and_within_bounds():
    seen, told = threading.Event(), []

    def job(report):
        report("Fitting", 1.7)
        seen.wait(10)
        return 1

    def progress(text, share):
        told.append((text, share))
        if text == "Fitting":
            seen.set()

    assert Work(job).result(progress) == 1
    assert told[-1] == ("Fitting", 1.0)


def test_leaving_the_page_does_not_lose_the_work():
    released = threading.Event()

    def job(report):
        report("Reading", 0.1)
        released.wait(10)
        return "made"

    def leave(text, share):
        raise KeyboardInterrupt

    work = Work(job)
    with pytest.raises(KeyboardInterrupt):
        work.result(leave)
    released.set()
    assert work.result() == "made"
