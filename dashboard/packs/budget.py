"""The plan as a workbook whose totals follow its assumptions.

Every setting stands on one sheet. Margin, cost to serve and the cost of a new customer are live:
the months and their totals are formulas of them. The others decide who leaves and who comes, which
a spreadsheet cannot compute; they are listed as they were.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any, Final

from dashboard.packs.contents import Pack

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LIVE: Final = ("margin", "cost_to_serve", "acquisition_cost")
YEAR: Final = 12
FIRST: Final = 5  # row of the first month, counted from 0
ASSUMED_FROM: Final = 5  # row of the first assumption
LINE: Final = 15  # points of a line of text
WHY: Final = 70  # characters that the column of reasons is wide

# Heading, what is in the cell ("{r}" is its row), and its format. Text in braces is a column.
COLUMNS: Final = (
    ("Today's customers who leave", "departures", "people"),
    ("Newcomers who come", "arrivals", "people"),
    ("Their campaign starts", "campaign_start", "date"),
    ("Newcomers paid for", "ordered", "people"),
    ("Dearer by volume, times", "dearer", "times"),
    ("Cost of each", "=acquisition_cost*F{r}", "money"),
    ("Revenue, today's customers", "revenue_today", "money"),
    ("Revenue, newcomers", "revenue_new", "money"),
    ("Months served, today's customers", "served_today", "people"),
    ("Months served, newcomers", "served_new", "people"),
    ("Margin, today's customers", "=margin*H{r}-cost_to_serve*J{r}", "money"),
    ("Margin, newcomers", "=margin*I{r}-cost_to_serve*K{r}", "money"),
    ("Discounts and handling", "discount", "money"),
    ("Contacting", "contact", "money"),
    ("Service", "care", "money"),
    ("Winning newcomers", "=E{r}*G{r}", "money"),
    ("Net cash", "=L{r}+M{r}-N{r}-O{r}-P{r}-Q{r}", "money"),
    ("Net cash so far", "=SUM(R${first}:R{r})", "money"),
)
SUMMED: Final = "BCEHIJKLMNOPQR"
RANGED: Final = {
    "B": "departures",
    "C": "arrivals",
    "L": "margin_today",
    "M": "margin_new",
    "Q": "acquisition",
    "R": "net_cash",
}


def budget_xlsx(pack: Pack) -> bytes:
    """Return the plan as a workbook: `Budget`, `Assumptions` and `Decision`."""
    import xlsxwriter  # 60 ms that no page needs

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": f"Budget, {pack.company}", "comments": pack.whose})
    styles = _styles(book)
    months, assumed, decided = (
        book.add_worksheet(name) for name in ("Budget", "Assumptions", "Decision")
    )
    _assumptions(book, assumed, styles, pack)
    _months(months, styles, pack)
    _decision(decided, styles, pack)
    for sheet in (months, assumed, decided):
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + pack.whose.replace("&", "&&")[:200] + "&RTenure, page &P of &N")
    book.close()
    return stream.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    money = {"num_format": "#,##0"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#64748b"}),
        "mark": book.add_format({"bold": True, "font_color": "#b45309"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "money": book.add_format(money),
        "people": book.add_format({"num_format": "#,##0.0"}),
        "times": book.add_format({"num_format": "0.00"}),
        "number": book.add_format({"num_format": "#,##0.######", "valign": "top"}),
        "date": book.add_format({"num_format": "d mmm yyyy", "align": "left"}),
        "month": book.add_format({"num_format": "mmmm yyyy", "align": "left"}),
        "total": book.add_format({**money, "bold": True, "top": 1}),
        "live": book.add_format(
            {"num_format": "#,##0.######", "bg_color": "#d3e5f7", "border": 1, "valign": "top"}
        ),
    }


def _heading(sheet: Worksheet, styles: dict[str, Format], pack: Pack, title: str) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    mark = "mark" if pack.source.kind == "invented" else "note"
    sheet.write_string(1, 0, pack.whose, styles[mark])


def _assumptions(book: Workbook, sheet: Worksheet, styles: dict[str, Format], pack: Pack) -> None:
    """Write every setting; the live ones under a name that the formulas use."""
    _heading(sheet, styles, pack, "Assumptions")
    note = "Change a blue cell and the budget follows. The others are settings to change in Tenure."
    sheet.write_string(2, 0, note, styles["note"])
    heads = ("Setting", "Value", "Unit", "In words", "Where it comes from", "Why", "Name")
    for column, head in enumerate(heads):
        sheet.write_string(ASSUMED_FROM - 1, column, head, styles["head"])
    for row, one in enumerate(pack.assumptions(), start=ASSUMED_FROM):
        value, source, said = one.value, one.source, one.said
        if one.name == "acquisition_cost" and value is None:
            value, source, said = pack.plan.cost, "computed", "the most one may cost: nobody said"
        texts = (one.label, None, one.unit, said, source, one.why, one.name)
        # Not every program grows a row with its text.
        sheet.set_row(row, LINE * math.ceil(len(one.why) / WHY))
        for column, text in enumerate(texts):
            if text is not None:
                sheet.write_string(row, column, text, styles["wrap" if column == 5 else "text"])
        if isinstance(value, int | float):
            sheet.write_number(row, 1, value, styles["live" if one.name in LIVE else "number"])
        elif value:
            sheet.write_string(row, 1, value, styles["text"])
        if one.name in LIVE:
            book.define_name(one.name, f"=Assumptions!$B${row + 1}")
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 2, 12)
    sheet.set_column(3, 4, 26)
    sheet.set_column(5, 5, WHY)
    sheet.set_column(6, 6, 26)
    sheet.freeze_panes(ASSUMED_FROM, 1)


def _months(sheet: Worksheet, styles: dict[str, Format], pack: Pack) -> None:
    """Write the months, then the totals of the first twelve and of all."""
    plan, table = pack.plan, _table(pack)
    _heading(sheet, styles, pack, "Budget by month")
    said = "Margins, cost of newcomers, net cash and all totals are formulas of Assumptions."
    sheet.write_string(2, 0, said, styles["note"])
    money = f", {pack.currency}" if pack.currency else ""
    sheet.write_string(FIRST - 1, 0, "Month", styles["head"])
    for column, (head, _, style) in enumerate(COLUMNS, start=1):
        unit = money if style == "money" else ""
        sheet.write_string(FIRST - 1, column, f"{head}{unit}", styles["head"])
    for place, line in enumerate(table.to_dict("records")):
        row = FIRST + place
        if line["first_day"] is None:
            sheet.write_number(row, 0, line["month"], styles["text"])
        else:
            sheet.write_datetime(row, 0, _at(line["first_day"]), styles["month"])
        for column, (_, what, style) in enumerate(COLUMNS, start=1):
            _cell(sheet, (row, column), what, line, styles[style])
    last = FIRST + len(table)
    year = min(YEAR, len(table))
    _total(sheet, styles, table, (last + 1, f"First {year} months", FIRST + year))
    _total(sheet, styles, table, (last + 2, f"All {len(table)} months", last))
    for offset, (end, words) in enumerate((("low", "at least"), ("high", "at most"))):
        row = last + 4 + offset
        label = f"First {year} months, 8 in 10: {words}"
        sheet.write_string(row, 0, label, styles["note"])
        for letter, name in RANGED.items():
            value = float(getattr(plan.sums[name], end))
            sheet.write_number(row, ord(letter) - 65, value, styles["money"])
    note = (
        "These two lines are as computed at the settings exported; they do not follow the formulas."
    )
    sheet.write_string(last + 6, 0, note, styles["note"])
    for offset, text in enumerate(plan.notes):
        sheet.write_string(last + 8 + offset, 0, text, styles["note"])
    sheet.set_row(FIRST - 1, 48)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(COLUMNS), 13)
    sheet.freeze_panes(FIRST, 1)


def _table(pack: Pack) -> pd.DataFrame:
    """Return the plan's months with what the sheet needs beside, and what the formulas give."""
    table = pack.plan.months.copy()
    table["dearer"] = table["cost_each"] / pack.plan.cost if pack.plan.cost else 0.0
    table["so_far"] = table["net_cash"].cumsum()
    return table


# What a formula comes to at the settings exported, for viewers that do not compute.
GIVES: Final = {
    "G": "cost_each",
    "L": "margin_today",
    "M": "margin_new",
    "Q": "acquisition",
    "R": "net_cash",
    "S": "so_far",
}


def _cell(
    sheet: Worksheet, place: tuple[int, int], what: str, line: dict[Any, Any], style: Format
) -> None:
    row, column = place
    if what.startswith("="):
        formula = what.format(r=row + 1, first=FIRST + 1)
        sheet.write_formula(row, column, formula, style, float(line[GIVES[chr(65 + column)]]))
    elif isinstance(line[what], dt.date):
        sheet.write_datetime(row, column, _at(line[what]), style)
    elif line[what] is not None:
        sheet.write_number(row, column, float(line[what]), style)


def _total(
    sheet: Worksheet, styles: dict[str, Format], table: pd.DataFrame, line: tuple[int, str, int]
) -> None:
    """Write a line of sums down to a row (the last one, counted from 1)."""
    row, label, last = line
    sheet.write_string(row, 0, label, styles["total"])
    for column, (_, what, _style) in enumerate(COLUMNS, start=1):
        letter = chr(65 + column)
        if letter not in SUMMED:
            sheet.write_blank(row, column, None, styles["total"])
            continue
        values = table[GIVES.get(letter, what)][: last - FIRST]
        formula = f"=SUM({letter}{FIRST + 1}:{letter}{last})"
        sheet.write_formula(row, column, formula, styles["total"], float(values.sum()))


def _decision(sheet: Worksheet, styles: dict[str, Format], pack: Pack) -> None:
    """Write the verdict, the options with their ranges, and where it turns."""
    _heading(sheet, styles, pack, "Decision")
    sheet.write_string(2, 0, pack.verdict, styles["text"])
    sheet.write_string(3, 0, pack.sure, styles["note"])
    money = f", {pack.currency}" if pack.currency else ""
    heads = ("Option", f"More than doing nothing{money}", "At least, 8 in 10", "At most, 8 in 10",
             f"Cash tied up{money}")  # fmt: skip
    for column, head in enumerate(heads):
        sheet.write_string(5, column, head, styles["head"])
    row = 6
    for name, *amounts in pack.options():
        sheet.write_string(row, 0, name, styles["text"])
        for column, amount in enumerate(amounts, start=1):
            sheet.write_number(row, column, amount, styles["money"])
        row += 1
    row += 1
    for column, head in enumerate(("Where it turns", "Break-even", "You are here")):
        sheet.write_string(row, column, head, styles["head"])
    for turn in pack.turns():
        row += 1
        for column, text in enumerate(turn):
            sheet.write_string(row, column, text, styles["text"])
    sheet.write_string(row + 2, 0, "As computed at the settings exported.", styles["note"])
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 4, 22)


def _at(day: dt.date) -> dt.datetime:
    """Return a day as spreadsheets keep it."""
    return dt.datetime.combine(day, dt.time())
