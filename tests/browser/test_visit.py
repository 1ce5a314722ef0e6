"""A visitor's way through the app in a real browser, against the real server."""

import gzip
import re
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT / "data" / "online_retail_II" / "invoices.csv.gz"
DROP = "Drop a file of purchases"
PAGES = (
    "Brief",
    "Who stays",
    "Worth",
    "Ideal customer",
    "Keep or replace",
    "Plan",
    "Decisions",
    "Data and trust",
)
# What Streamlit 1.67 itself brings along, seen on a page of bare widgets.
BASELINE = {
    "svg-img-alt": "the chart inside a metric",
    "presentation-role-conflict": "the file uploader",
    "target-size": "the parts of a date",
}

BROKEN = re.compile("does not know how to handle|encountered an error|Traceback")

pytestmark = pytest.mark.browser


def test_the_headers_keep_other_hosts_out(server):
    with urllib.request.urlopen(server, timeout=10) as answer:
        headers = answer.headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_the_first_visit_shows_the_verdict_without_scrolling(visit):
    visitor = visit().open()
    place = visitor.page.locator("h1").first.bounding_box()
    assert place["y"] + place["height"] < 768
    assert "A new customer may cost up to GBP" in visitor.verdict
    assert "British gift wholesaler" in visitor.strip
    numbers = visitor.page.get_by_test_id("stMetric")
    assert numbers.count() == 4
    lowest = numbers.nth(3).bounding_box()
    assert lowest["y"] + lowest["height"] < 768
    assert not visitor.other_hosts


def violations(visitor):
    """Return what axe finds serious, less what Streamlit itself brings along."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(visitor.page).response["violations"]
    serious = {
        violation["id"]: [node["html"][:160] for node in violation["nodes"] if lit(visitor, node)]
        for violation in found
        if violation["id"] not in BASELINE and violation["impact"] in {"serious", "critical"}
    }
    return {name: nodes for name, nodes in serious.items() if nodes}


def lit(visitor, node):
    """Return whether a node is in use: the label of what cannot be used now may be pale."""
    greyed_out = "place => !!document.querySelector(place)?.closest('label[disabled]')"
    return not visitor.page.evaluate(greyed_out, node["target"][0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fetch_nothing_from_elsewhere(visit, scheme):
    visitor = visit(height=1600, scheme=scheme).open()
    found = {}
    for page in PAGES:
        visitor.go(page).picture(f"{page.lower().replace(' ', '_')}-{scheme}")
        assert not BROKEN.search(visitor.page.inner_text("body"))
        found[page] = violations(visitor)
    assert found == {page: {} for page in PAGES}
    assert not visitor.other_hosts


def test_the_brief_fits_a_phone(visit):
    visitor = visit(390, 844).open()
    for scheme in ("light", "dark"):
        visitor.turn(scheme).picture(f"brief-phone-{scheme}")
    place = visitor.page.locator("h1").first.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert place["y"] < 844
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_setting_moves_the_verdict_and_the_link_brings_it_back(visit):
    visitor = visit().open("/data_and_trust")
    cost = visitor.page.get_by_role("spinbutton", name=re.compile("Cost of a new customer"))
    cost.fill("900")
    cost.press("Enter")
    visitor.settle().go("Brief")
    assert "you assume GBP 900" in visitor.verdict
    assert "acquisition_cost=900" in visitor.page.url
    again = visit().open(visitor.page.url)
    assert again.verdict == visitor.verdict
    assert again.page.url == visitor.page.url


def test_a_link_for_another_file_never_shows_the_demo(visit):
    visitor = visit().open("/?data=abababababababab&file=orders.csv&until=2025-03-31&margin=0.9")
    assert visitor.verdict == "This link was made for another file"
    assert "31 March 2025" in visitor.page.inner_text("body")
    assert visitor.page.get_by_test_id("stMetric").count() == 0
    visitor.page.get_by_role("button", name="Forget the link and open the demo company").click()
    visitor.settle()
    assert "British gift wholesaler" in visitor.strip


def test_an_own_file_opens_with_a_corrected_column(visit, tmp_path):
    copy = tmp_path / "my orders.csv.gz"
    copy.write_bytes(EXPORT.read_bytes())
    visitor = visit().open("/data_and_trust")
    page = visitor.page
    page.get_by_role("region", name=DROP).locator("input").set_input_files(copy)
    page.get_by_text("my orders.csv.gz").first.wait_for()
    visitor.settle()
    assert "British gift wholesaler" in visitor.strip  # nothing opens before the columns are seen
    box = page.get_by_role("combobox", name=re.compile("Order number")).first
    box.click()
    page.get_by_role("option", name="no such column").click()
    visitor.settle()
    page.get_by_role("button", name="Read the file with these columns").click()
    page.get_by_text("Your company").first.wait_for(timeout=90_000)
    visitor.settle()
    assert "my orders.csv.gz" in visitor.strip
    assert "columns=order-0" in page.url
    rows = len(gzip.decompress(EXPORT.read_bytes()).splitlines()) - 1
    assert f"{rows:,} in = " in page.inner_text("body")
    visitor.picture("own-file")
    assert not visitor.other_hosts


def test_the_link_of_an_own_file_asks_for_the_file_and_then_is_the_same_page(visit, tmp_path):
    small = tmp_path / "small.csv"
    small.write_text(
        "customer,date,amount\n"
        + "".join(
            f"C{n},2024-{1 + visit_ % 12:02d}-{1 + (5 * n + visit_) % 28:02d},{20 + n % 5}\n"
            for n in range(60)
            for visit_ in range(n % 7 + 1)
        )
    )
    visitor = visit().open("/data_and_trust")
    visitor.page.get_by_role("region", name=DROP).locator("input").set_input_files(small)
    visitor.page.get_by_role("button", name="Read the file with these columns").last.click()
    visitor.page.get_by_text("Your company").first.wait_for(timeout=90_000)
    visitor.settle()
    other = visit().open(visitor.page.url)
    assert other.verdict == "This link was made for another file"
    assert "small.csv" in other.page.inner_text("body")
    other.page.get_by_role("region", name=DROP).locator("input").set_input_files(small)
    other.page.get_by_text("Your company").first.wait_for(timeout=90_000)
    other.settle()
    assert other.page.url == visitor.page.url


def test_a_file_that_is_no_table_is_refused_in_a_sentence(visit, tmp_path):
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    visitor = visit().open("/data_and_trust")
    visitor.page.get_by_role("region", name=DROP).locator("input").set_input_files(picture)
    alert = visitor.page.get_by_test_id("stAlert").first
    alert.wait_for(timeout=30_000)
    assert "picture" in alert.inner_text()
    assert "Traceback" not in visitor.page.inner_text("body")


def test_names_are_shown_only_when_asked_for(visit):
    visitor = visit().open()
    visitor.page.get_by_role("button", name="Examples").click()
    visitor.page.get_by_text("names are hidden").wait_for()
    visitor.page.get_by_text("Show names").click()
    visitor.page.get_by_text("names are shown").wait_for()
    visitor.settle()


def test_every_page_leads_to_the_other_company_and_the_invented_one_says_so(visit):
    visitor = visit().open()
    for page in PAGES:
        visitor.go(page)
        assert "British gift wholesaler" in visitor.strip
        visitor.press("See a subscription company", "Invented company")
        assert "Magazine (invented)" in visitor.strip
        assert not BROKEN.search(visitor.page.inner_text("body"))
        visitor.picture(f"{page.lower().replace(' ', '_')}-magazine")
        visitor.press("See a real shop", "Real company")
    assert not visitor.other_hosts


def test_each_company_keeps_its_settings_and_its_address(visit):
    visitor = visit().open("/data_and_trust")
    cost = visitor.page.get_by_role("spinbutton", name=re.compile("Cost of a new customer"))
    cost.fill("900")
    cost.press("Enter")
    visitor.settle().press("See a subscription company", "Invented company")
    assert "acquisition_cost=85.6" in visitor.page.url
    again = visit().open(visitor.page.url)
    assert "Magazine (invented)" in again.strip
    visitor.press("See a real shop", "Real company")
    assert "acquisition_cost=900" in visitor.page.url


def test_what_is_taken_away_of_the_invented_company_says_so(visit):
    visitor = visit().open()
    visitor.press("See a subscription company", "Invented company")
    visitor.page.get_by_role("button", name="Share").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Customers, CSV").click()
    assert download.value.suggested_filename == "invented-customers.csv"
    header, first = Path(download.value.path()).read_text("utf-8-sig").splitlines()[:2]
    assert header.endswith(",company")
    assert first.endswith(",invented")


def test_a_snapshot_of_subscribers_opens_once_its_questions_are_answered(visit, tmp_path):
    members = tmp_path / "members.csv"
    members.write_text(
        "customer,months,churned,monthly charges\n"
        + "".join(
            f"C{n},{1 + n % 30},{'yes' if n % 3 == 0 else 'no'},{20 + n % 4}\n" for n in range(300)
        )
    )
    visitor = visit().open("/data_and_trust")
    page = visitor.page
    page.get_by_role("region", name=DROP).locator("input").set_input_files(members)
    read = page.get_by_role("button", name="Read the file with these columns")
    read.last.click()
    page.get_by_text("so it is never guessed").wait_for(timeout=30_000)
    page.get_by_text("yes (100 rows)").click()
    visitor.settle()
    page.get_by_text("Everybody who ever left").click()
    visitor.settle()
    read.last.click()
    page.get_by_text("Your company").first.wait_for(timeout=90_000)
    visitor.settle()
    assert "300 subscribers, 200 of them today" in visitor.strip
    other = visit().open(page.url)
    assert other.verdict == "This link was made for another file"
    other.page.get_by_role("region", name=DROP).locator("input").set_input_files(members)
    other.page.get_by_text("Your company").first.wait_for(timeout=90_000)
    assert other.settle().strip == visitor.strip


def test_a_click_on_the_triangle_chooses_its_age(visit):
    visitor = visit(height=2400).open("/who_stays")
    visitor.page.get_by_role("tab", name="Cohorts").click()
    visitor.settle()
    chosen = visitor.page.get_by_role("radiogroup", name="Follow one quarter").get_by_role(
        "radio", checked=True
    )
    assert chosen.inner_text() == "1"
    cell = visitor.page.locator("g.textpoint text", has_text="70").first
    cell.scroll_into_view_if_needed()
    place = cell.bounding_box()
    # Beside the number, still in its cell.
    visitor.page.mouse.move(place["x"] + 30, place["y"] + 3)
    assert "quarter 4" in visitor.page.locator(".hoverlayer").nth(1).text_content()
    visitor.page.mouse.click(place["x"] + 30, place["y"] + 3)
    visitor.settle()
    assert chosen.inner_text() == "4"
