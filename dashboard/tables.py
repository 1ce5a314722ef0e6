"""Finished results as small tables: one row per thing said, ready for the screen.

Plain data frames; no streamlit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pandas as pd

from dashboard import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.lifetimes.base import FitReport
    from models.transactions.assumptions import Assumption
    from models.transactions.cleaning import Ledger


class Fitted(Protocol):
    """A fitted model, whatever it is of."""

    @property
    def log_likelihood(self) -> float:
        """The total log-likelihood."""

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters by name."""

    @property
    def report(self) -> FitReport:
        """How the search ended."""


def ledger(book: Ledger, currency: str) -> pd.DataFrame:
    """Return where every row and all money went, as text that is safe in Markdown.

    Columns `What`, `Rows` and the money with its currency. The first line is the sum of all others.
    """
    lines = [
        ("In the file", book.rows_in, book.amount_in),
        ("Used", book.rows_used, book.amount_used),
        *((f"Left out: {line.reason}", line.rows, line.amount) for line in book.excluded),
    ]
    return pd.DataFrame(
        {
            "What": [wording.escape(what, longest=120) for what, _, _ in lines],
            "Rows": [wording.count(rows) for _, rows, _ in lines],
            f"Money, {currency}" if currency else "Money": [
                wording.money_exactly(amount, None) for _, _, amount in lines
            ],
        }
    )


def fits(models: Iterable[tuple[str, Fitted]]) -> pd.DataFrame:
    """Return one row per fitted model: `model`, `log-likelihood`, `parameters`, `fit`."""
    return pd.DataFrame(
        [
            {
                "model": name,
                "log-likelihood": model.log_likelihood,
                "parameters": ", ".join(
                    f"{name} {value:.4g}" for name, value in model.parameters.items()
                ),
                "fit": model.report.sentence,
            }
            for name, model in models
        ]
    )


def assumptions(taken: Iterable[Assumption]) -> pd.DataFrame:
    """Return every guess taken instead of a question: `what`, `taken as`, `why`."""
    return pd.DataFrame(
        [(wording.capital(one.what), one.value, one.why) for one in taken],
        columns=["what", "taken as", "why"],
    )
