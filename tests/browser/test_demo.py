"""The first minute, as it is shown to managers: every number is read off the page, nothing rigged.

Each step leaves a picture in tests/screenshots/ (demo-1-... to demo-8-...).
"""

import re
import zipfile
from pathlib import Path

import pytest

EXPORT = Path(__file__).resolve().parents[2] / "data" / "online_retail_II" / "invoices.csv.gz"
DROP = "Drop a file of purchases"
MOST_PRESSES = 80

pytestmark = pytest.mark.browser


def amount(text):
    """Return the first number in a text."""
    return float(re.search(r"[\d,]+(?:\.\d+)?", text)[0].replace(",", ""))


def move(visitor, label, done, key="ArrowRight"):
    """Move a slider step by step until the page says what is waited for; return the verdicts."""
    thumb = visitor.page.get_by_role("slider", name=re.compile(label)).first
    seen = [visitor.verdict]
    for _ in range(MOST_PRESSES):
        if done(visitor.verdict):
            return seen
        thumb.press(key)
        visitor.settle()
        seen.append(visitor.verdict)
    raise AssertionError(f"{label} moved {MOST_PRESSES} steps: {seen[-1]}")


def choose(visitor, label, words):
    """Choose from a list among the further settings."""
    page = visitor.page
    page.get_by_text("More settings").click()
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=words).click()
    visitor.settle()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


def shown(visitor, name):
    """Keep a picture of a page that answers its question."""
    visitor.picture(name)
    said = visitor.page.get_by_test_id("stMain").inner_text()
    assert not re.search("does not know how to handle|Traceback", said), name
    assert visitor.verdict


def go_to(visitor, teaser):
    visitor.page.get_by_role("button", name=teaser).first.click()
    visitor.page.wait_for_timeout(500)
    visitor.page.locator("h1").first.wait_for(timeout=90_000)
    return visitor.settle()


def test_the_first_minute(visit, tmp_path):
    visitor = visit().open()

    # 0-8 s: the answer for a real company, before anybody has touched anything.
    limit = amount(visitor.verdict.split("may cost up to GBP")[1])
    assert "Real company" in visitor.strip
    shown(visitor, "demo-1-brief")

    # 8-20 s: what a new customer may cost is where replacing stops to pay.
    visitor.go("Keep or replace")
    assert amount(visitor.verdict.split("keeping up to GBP")[1]) == limit
    seen = move(visitor, "^New customer", lambda said: not said.startswith("Replacing beats"))
    last_that_pays = amount(seen[-2].split("you assume GBP")[1])
    assert last_that_pays <= limit * 1.05
    shown(visitor, "demo-2-replacing-stops")

    # 20-32 s: the invented magazine; its file tells when subscriptions were ended, so the discount
    # waits at the cancel button, where it pays until the slider passes the break-even.
    go_to(visitor, "See a subscription company")
    assert "Invented company" in visitor.strip
    assert "No discount" not in visitor.verdict
    seen = move(visitor, "^Discount", lambda said: "stay under" in said)
    pays = amount(re.search(r"([\d.]+) % off at the cancel button pays", seen[-2])[1])
    stops = amount(seen[-1].split("stay under")[1])
    assert pays - 1 <= stops <= pays + 1
    shown(visitor, "demo-3-magazine-discount")

    # 32-42 s: the wholesaler's largest customers against several small ones.
    go_to(visitor, "See a real shop")
    visitor.page.get_by_role("tab", name="One big for several small").click()
    visitor.settle()
    assert visitor.page.get_by_text(re.compile("new customers bring the same revenue")).count()
    shown(visitor, "demo-4-one-for-several")

    # 42-52 s: when they leave, when newcomers must come, and what certainty costs.
    shown(visitor.go("Who stays"), "demo-5-who-stays")
    visitor.go("Plan")
    assert re.search(r"\b20\d\d\b", visitor.verdict)
    shown(visitor, "demo-6-plan")
    said = visitor.page.get_by_test_id("stMain").inner_text()
    visitor.page.get_by_role("slider", name=re.compile("^Certainty")).first.press("ArrowRight")
    visitor.settle()
    assert visitor.page.get_by_test_id("stMain").inner_text() != said

    # 52-60 s: the decision, with owner and check date; the pack; a file of one's own.
    visitor.go("Decisions")
    page = visitor.page
    page.get_by_label("Decision", exact=True).fill("No discount this spring")
    page.get_by_label("Who sees to it").fill("Ann")
    page.get_by_role("button", name="Save the decision").click()
    page.get_by_text("Saved: No discount this spring").wait_for()
    shown(visitor.settle(), "demo-7-decisions")
    page.get_by_role("tab", name="Take away").click()
    visitor.settle()
    for name, suffix in (("Budget with formulas", "xlsx"), ("Decision as slides", "pptx")):
        with page.expect_download() as started:
            page.get_by_role("button", name=name).first.click()
        saved = tmp_path / f"pack.{suffix}"
        started.value.save_as(saved)
        assert zipfile.is_zipfile(saved)
    assert not visitor.other_hosts
    visitor.go("Data and trust")
    page.get_by_role("region", name=DROP).locator("input").set_input_files(EXPORT)
    page.get_by_role("button", name="Read the file with these columns").wait_for(timeout=90_000)
    shown(visitor.settle(), "demo-8-own-file")
