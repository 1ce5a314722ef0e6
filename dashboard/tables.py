"""Finished results as small tables: one row per thing said, ready for the screen.

Plain data frames; no streamlit. Money stays a number, so that tables sort and copy as numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.lifetimes import Lifetimes
    from models.transactions.assumptions import Assumption
    from models.transactions.cleaning import Ledger


def ledger(book: Ledger) -> pd.DataFrame:
    """Return where every row and all money went: columns `what`, `rows`, `money`.

    The first line is the sum of all others.
    """
    lines = [
        ("In the file", book.rows_in, book.amount_in),
        ("Used", book.rows_used, book.amount_used),
        *((f"Left out: {line.reason}", line.rows, line.amount) for line in book.excluded),
    ]
    table = pd.DataFrame(lines, columns=["what", "rows", "money"])
    table["money"] = table["money"].astype(float).round(2)
    return table


def fits(models: Iterable[Lifetimes]) -> pd.DataFrame:
    """Return one row per fitted model: `model`, `log-likelihood`, `parameters`, `fit`."""
    return pd.DataFrame(
        [
            {
                "model": model.name,
                "log-likelihood": model.log_likelihood,
                "parameters": ", ".join(
                    f"{name} {value:.4g}" for name, value in model.parameters.items()
                ),
                "fit": model.report.sentence,
            }
            for model in models
        ]
    )


def assumptions(taken: Iterable[Assumption]) -> pd.DataFrame:
    """Return every guess taken instead of a question: `what`, `taken as`, `why`."""
    return pd.DataFrame(
        [(wording.capital(one.what), one.value, one.why) for one in taken],
        columns=["what", "taken as", "why"],
    )
