"""What leaves the page: a link with every setting, a table of customers, everything computed.

Plain values in and out; no streamlit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.decisions.scenario import Scenario

# A spreadsheet takes a cell that begins with one of these for a formula and runs it.
RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
DIGITS: Final = "%.10g"


def link(url: str, address: Mapping[str, str]) -> str:
    """Return the address of a page with every setting, and no data, in it."""
    return f"{url}?{urlencode(address)}"


def cell(text: str) -> str:
    """Return text that a spreadsheet shows as written and does not run."""
    return f"'{text}" if text.startswith(RUNS) else text


def customers_csv(analysis: Analysis, scenario: Scenario, label: Callable[[str], str]) -> bytes:
    """Return one row per customer as CSV that a spreadsheet opens.

    Parameters
    ----------
    analysis, scenario
        The company, and the settings its customers are valued at.
    label
        What stands for a customer: a made-up label, or the name as in the file.
    """
    from models.report import customers_table

    table = customers_table(analysis.customers, analysis.values(scenario))
    table["customer"] = [cell(label(str(customer))) for customer in table["customer"]]
    # Without the byte order mark Excel reads UTF-8 as if it were an older code page.
    return table.to_csv(index=False, float_format=DIGITS, lineterminator="\n").encode("utf-8-sig")


def analysis_json(analysis: Analysis, scenario: Scenario) -> bytes:
    """Return everything computed at these settings, as the command line writes it."""
    from models.report import report

    content = report(analysis, scenario)
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
