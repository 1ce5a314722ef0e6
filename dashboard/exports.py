"""What leaves the page: a link with every setting, a table of customers, everything computed.

Plain values in and out; no streamlit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from models.periods import date_of

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.companies import Kind
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.scenario import Scenario
    from models.relation import Log

# A spreadsheet takes a cell that begins with one of these for a formula and runs it.
RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
DIGITS: Final = "%.10g"
INVENTED: Final = "invented"


def link(url: str, address: Mapping[str, str]) -> str:
    """Return the address of a page with every setting, and no data, in it."""
    return f"{url}?{urlencode(address)}"


def cell(text: str) -> str:
    """Return text that a spreadsheet shows as written and does not run."""
    return f"'{text}" if text.startswith(RUNS) else text


def file_name(name: str, kind: Kind) -> str:
    """Return the name of a file to take away; that of an invented company says so first."""
    return f"invented-{name}" if kind == "invented" else name


def customers_csv(
    analysis: Analysis | ContractAnalysis,
    scenario: Scenario,
    label: Callable[[str], str],
    kind: Kind,
) -> bytes:
    """Return one row per customer as CSV that a spreadsheet opens.

    Of an invented company every row says so, in a column of its own: a line above the header would
    make the file no CSV any more, and a name is lost when rows are copied on.

    Parameters
    ----------
    analysis, scenario
        The company, and the settings its customers are valued at.
    label
        What stands for a customer: a made-up label, or the name as in the file.
    kind
        Where the company's data come from.
    """
    from models.report.company import company_table

    table = company_table(analysis, analysis.values(scenario))
    return members_csv(table, analysis.log, label, kind)


def members_csv(table: pd.DataFrame, log: Log, label: Callable[[str], str], kind: Kind) -> bytes:
    """Return a table with a column `customer` as CSV.

    Every row says in which currency its money is, until when the data go, and if the company is
    invented.
    """
    until = "" if log.last_day is None else date_of(log.last_day).isoformat()
    said = table.assign(currency=log.currency or "", data_until=until)
    return labelled_csv(marked(said, kind), label)


def slug(name: str) -> str:
    """Return words as the beginning of a file's name: `big_slipping_away`."""
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def marked(table: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Return a table that says in every row if the company is invented."""
    return table.assign(company=INVENTED) if kind == "invented" else table


def labelled_csv(table: pd.DataFrame, label: Callable[[str], str]) -> bytes:
    """Return a table with a column `customer` as CSV, everybody under a label.

    Parameters
    ----------
    table
        One row per customer.
    label
        What stands for a customer: a made-up label, or the name as in the file.
    """
    table = table.copy()
    table["customer"] = [cell(label(str(customer))) for customer in table["customer"]]
    # Without the byte order mark Excel reads UTF-8 as if it were an older code page.
    return table.to_csv(index=False, float_format=DIGITS, lineterminator="\n").encode("utf-8-sig")


def analysis_json(analysis: Analysis | ContractAnalysis, scenario: Scenario, kind: Kind) -> bytes:
    """Return everything computed at these settings, as the command line writes it.

    `data.invented` is added: whether the company does not exist.
    """
    from models.report.company import company_report

    content = company_report(analysis, scenario)
    content["data"]["invented"] = kind == "invented"
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
