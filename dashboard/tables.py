"""Finished results as small tables: one row per thing said, ready for the screen.

Plain data frames; no streamlit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard import wording
from models.periods import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.backtest import HoldOut
    from models.lifetimes import Lifetimes
    from models.transactions.assumptions import Assumption
    from models.transactions.cleaning import Ledger


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


def forecasts(test: HoldOut) -> pd.DataFrame:
    """Return what each model and each naive rule forecast, nearest first.

    Columns `forecast by`, `purchases`, `off by` (a fraction).
    """
    naive = {
        "Pareto/NBD": "Pareto/NBD (used for every forecast)",
        "NBD": "Naive: nobody ever leaves (NBD)",
    }
    lines = [(naive.get(name, name), total) for name, total in test.candidates.items()]
    lines.append(("Naive: the same as in the weeks before", test.last_period))
    table = pd.DataFrame(lines, columns=["forecast by", "purchases"])
    table["off by"] = table["purchases"] / test.purchases.actual - 1
    table = table.loc[table["off by"].abs().sort_values().index]
    came = pd.DataFrame({"forecast by": ["What came"], "purchases": [test.purchases.actual]})
    return pd.concat([came, table], ignore_index=True)


def cuts(tests: Iterable[HoldOut]) -> pd.DataFrame:
    """Return one row per cut: `known until`, `weeks`, `forecast`, its range, `came`, `inside`."""
    return pd.DataFrame(
        [
            {
                "known until": date_of(test.cut),
                "weeks": test.weeks,
                "forecast": test.purchases.predicted,
                "low": test.purchases.low,
                "high": test.purchases.high,
                "came": test.purchases.actual,
                "inside": test.purchases.inside,
            }
            for test in tests
        ]
    )


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
