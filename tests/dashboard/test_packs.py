"""Files to take away: formulas that recompute, charts that can be edited, one page to print."""

import io
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from dashboard import companies, opening
from dashboard.links import Reading
from dashboard.packing import KINDS, make
from dashboard.packs.budget import budget_xlsx
from dashboard.packs.contents import Pack
from dashboard.packs.page import brief_html
from dashboard.packs.slides import decision_pptx
from dashboard.visit import Visit
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario

EVIL = '=cmd|"/c calc"!A1 <script>alert(1)</script>'


@cache
def opened(kind):
    source = {"real": companies.wholesaler, "invented": companies.magazine}[kind]()
    return opening.analysed(source, Reading()), source


@pytest.fixture(params=["real", "invented"], scope="module")
def pack(request):
    analysis, source = opened(request.param)
    visit = Visit(source)
    return Pack(analysis, source, visit.scenario(), visit.badge)


class Sheet:
    """Just enough of a spreadsheet: sums, products and names, evaluated on demand."""

    def __init__(self, data):
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.budget, self.assumed = self.book["Budget"], self.book["Assumptions"]
        self.names = {
            name: self.assumed[one.value.split("!")[1].replace("$", "")]
            for name, one in self.book.defined_names.items()
        }

    def change(self, name, value):
        self.names[name].value = value

    @cache  # noqa: B019
    def at(self, cell):
        value = self.budget[cell].value
        if not str(value).startswith("="):
            return value or 0
        text = value[1:].replace("$", "")
        text = re.sub(r"SUM\((\w)(\d+):\w(\d+)\)", self.sum, text)
        for name, place in self.names.items():
            text = text.replace(name, repr(place.value))
        text = re.sub(r"\b([A-Z]\d+)\b", lambda found: repr(self.at(found[1])), text)
        assert re.fullmatch(r"[\d.eE+*() -]+", text), text
        return eval(text)

    def sum(self, found):
        column, first, last = found.groups()
        return repr(sum(self.at(f"{column}{row}") for row in range(int(first), int(last) + 1)))

    def year(self):
        """Return the totals of the first twelve months by the name of their column."""
        [row] = [c.row for c in self.budget["A"] if str(c.value).startswith("First 12 months")
                 and ":" not in c.value]  # fmt: skip
        columns = {"margin_today": "L", "margin_new": "M", "acquisition": "Q", "net_cash": "R"}
        return {name: self.at(f"{letter}{row}") for name, letter in columns.items()}


CHANGES = [
    {},
    {"margin": 0.31},
    {"acquisition_cost": 75.0, "cost_to_serve": 0.25},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_changing_an_assumption_gives_the_totals_of_the_screen(pack, changes):
    sheet = Sheet(budget_xlsx(pack))
    for name, value in changes.items():
        sheet.change(name, value)
    settings = {**pack.settings.to_settings(), **changes, "plan_offer": _offer(pack)}
    screen = replace(pack, scenario=Scenario.from_settings(settings)).plan
    for name, total in sheet.year().items():
        assert total == pytest.approx(screen.sums[name].best, abs=1), name


def _offer(pack):
    """The offer of the exported plan, which a spreadsheet does not choose anew."""
    return pack.plan.offer


def test_the_numbers_beside_the_formulas_are_those_they_give(pack):
    data = budget_xlsx(pack)
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Budget"]
    sheet = Sheet(data)
    formulas = [
        cell for row in sheet.budget.iter_rows() for cell in row if str(cell.value)[:1] == "="
    ]
    assert len(formulas) > 200
    for cell in formulas:
        assert sheet.at(cell.coordinate) == pytest.approx(shown[cell.coordinate].value)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_recomputes_the_total_of_the_screen(pack, tmp_path):
    sheet = Sheet(budget_xlsx(pack))
    sheet.change("margin", 0.31)
    path = tmp_path / "changed.xlsx"
    sheet.book.save(path)
    (tmp_path / "out").mkdir()
    convert = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", home, "--headless", *convert, str(path)], check=True, capture_output=True
    )
    made = openpyxl.load_workbook(tmp_path / "out" / "changed.xlsx", data_only=True)["Budget"]
    [total] = [row[17].value for row in made.iter_rows() if row[0].value == "First 12 months"]
    settings = {**pack.settings.to_settings(), "margin": 0.31, "plan_offer": _offer(pack)}
    screen = replace(pack, scenario=Scenario.from_settings(settings)).plan
    assert total == pytest.approx(screen.sums["net_cash"].best, abs=1)


def test_every_assumption_stands_on_one_sheet_with_its_source(pack):
    sheet = Sheet(budget_xlsx(pack)).assumed
    listed = {row[6].value: row for row in sheet.iter_rows(min_row=6) if row[6].value}
    settings = pack.settings.to_settings()
    assert set(listed) == set(settings)
    for name, row in listed.items():
        assert row[1].value == settings[name]
        assert row[4].value == pack.badge(name)
        assert (row[5].value == KNOBS[name].why) == (pack.badge(name) == "assumed"), name


def test_the_rows_of_the_break_evens_agree_with_the_headline():
    analysis, source = opened("invented")
    visit = Visit(source).with_knobs({"save_rate": 0.3})
    pack = Pack(analysis, source, visit.scenario(), visit.badge)
    turns = {label: turn for label, turn, _ in pack.turns()}
    assert len(turns) == len(pack.turns())
    limit = turns["Discount, if it still saves as many"]
    assert f"even if it still saved as many, it would have to stay under {limit}." in pack.verdict
    assert turns["Discount, a smaller one saving fewer"].startswith("No discount pays")
    assert f"may cost up to {turns['Cost of a new customer']};" in pack.verdict


def texts_of(data):
    """Every text and every formula of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    return (
        [str(cell.value) for cell in cells if cell.data_type == "s"],
        [str(cell.value) for cell in cells if cell.data_type == "f"],
    )


def test_a_name_that_looks_like_a_formula_stays_a_text(pack):
    evil = replace(pack, source=replace(pack.source, name=EVIL))
    texts, formulas = texts_of(budget_xlsx(evil))
    assert any("cmd|" in text for text in texts)
    assert not any("cmd|" in formula for formula in formulas)
    page = brief_html(evil).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    with zipfile.ZipFile(io.BytesIO(decision_pptx(evil))) as deck:
        assert not any(b"<script" in deck.read(name) for name in deck.namelist() if ".xml" in name)


def test_every_file_says_whose_numbers_it_shows(pack):
    mark = {"real": "Real company", "invented": "Invented company"}[pack.source.kind]
    until = {"real": "data until 9 December 2011", "invented": "data until 31 December 2025"}
    for said in (
        "\n".join(texts_of(budget_xlsx(pack))[0]),
        brief_html(pack).decode(),
        *_slides(pack),
    ):
        assert mark in said
        assert until[pack.source.kind] in said
        assert pack.currency in said


def _slides(pack):
    """The text of each slide."""
    deck = Presentation(io.BytesIO(decision_pptx(pack)))
    return ["\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
            for slide in deck.slides]  # fmt: skip


def test_the_slides_have_charts_that_can_be_edited(pack):
    deck = Presentation(io.BytesIO(decision_pptx(pack)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 2
    options, cash = charts
    assert list(options.plots[0].series[0].values) == [one[1] for one in pack.options()]
    assert list(options.plots[0].categories) == [one[0] for one in pack.options()]
    months = pack.plan.months.head(12)
    assert list(cash.plots[0].series[0].values) == pytest.approx(
        (months["margin_today"] + months["margin_new"]).tolist()
    )
    for chart in charts:
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        assert book.active["B2"].value is not None
    errors = options.plots[0].series[0]._element.findall(".//{*}errBars/{*}plus//{*}pt/{*}v")
    assert [float(v.text) for v in errors] == pytest.approx([o[3] - o[1] for o in pack.options()])


def test_the_slides_begin_with_the_verdict_and_end_with_the_settings(pack):
    deck = Presentation(io.BytesIO(decision_pptx(pack)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert pack.verdict.startswith(titles[0])
    assert titles[0].count(". ") == 0
    assert pack.verdict.removeprefix(titles[0]).strip() in _slides(pack)[0]
    assert len(titles) == 5
    [table] = [shape.table for shape in deck.slides[4].shapes if shape.has_table]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert ["Margin", f"{pack.settings.margin:.0%}".replace("%", " %"), "example"] in rows


class Tags(HTMLParser):
    """Everything a page would fetch, and whether its tags close."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched = [], []

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in {"src", "href"}]
        if tag not in {"meta", "rect", "path"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in {"rect", "path"}:
            return
        assert self.open.pop() == tag


def test_the_page_to_print_fetches_nothing_and_is_whole(pack):
    page = brief_html(pack).decode()
    tags = Tags()
    tags.feed(page)
    assert tags.fetched == []
    assert tags.open == []
    assert "url(" not in page
    assert page.count('class="card"') == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_button_makes_its_file_from_what_is_set(kind):
    analysis, source = opened("invented")
    before = make(kind, analysis, source, Visit(source))
    after = make(kind, analysis, source, Visit(source).with_knobs({"margin": 0.33}))
    assert before[:2] in {b"PK", b"<!"}
    said = _said(kind, after)
    assert "33 %" in said
    assert "33 %" not in _said(kind, before)


def _said(kind, data):
    if kind == "budget":
        return "\n".join(texts_of(data)[0])
    if kind == "page":
        return data.decode()
    deck = Presentation(io.BytesIO(data))
    tables = [s.table for slide in deck.slides for s in slide.shapes if s.has_table]
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def test_no_file_names_a_customer(pack):
    frame = pack.analysis.values(pack.settings).frame
    names = [str(name) for name in frame["customer"][:300] if len(str(name)) > 4]
    said = "\n".join(
        (_said("budget", budget_xlsx(pack)), brief_html(pack).decode(), *_slides(pack))
    )
    assert not any(re.search(rf"\b{re.escape(name)}\b", said) for name in names)


def test_nothing_slow_is_imported_before_a_button_is_pressed():
    program = (
        "import sys, dashboard.packing\n"
        "print([n for n in ('pptx', 'xlsxwriter', 'sqlalchemy') if n in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert "[]" in done.stdout
