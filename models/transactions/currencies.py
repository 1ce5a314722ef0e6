"""Which currency the money is in, and which one is kept when there are several."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.transactions.cells import CURRENCY_CODES
from models.transactions.columns import Mapping
from models.transactions.rawtable import RawTable


@dataclass(frozen=True)
class KeptCurrency:
    """The currency of the analysis.

    Attributes
    ----------
    code
        Such as `"GBP"`; None when the file does not say.
    only
        The code rows must carry, when the file has several; else None.
    why
        How it was found out; empty when there is nothing to say.
    """

    code: str | None
    only: str | None = None
    why: str = ""


def kept_currency(raw: RawTable, mapping: Mapping, asked: str | None) -> KeptCurrency:
    """Return the currency to keep: the one asked for, else the one with most rows."""
    column = mapping.column("currency")
    if column is None:
        if asked:
            return KeptCurrency(asked)
        return _named_elsewhere(mapping)
    counts = raw.database.run(
        f"SELECT upper(trim({column})) AS code, count(*) AS n FROM {raw.table} "
        f"WHERE trim({column}) <> '' GROUP BY code ORDER BY n DESC, code"
    ).to_pylist()
    if not counts:
        return KeptCurrency(asked)
    codes = [row["code"] for row in counts]
    kept = asked if asked in codes else codes[0]
    if len(codes) == 1:
        return KeptCurrency(kept)
    others = ", ".join(f"{row['n']:,} rows in {row['code']}" for row in counts
                       if row["code"] != kept)  # fmt: skip
    why = f"The file holds several currencies; {kept} is kept and {others} are left out."
    return KeptCurrency(kept, kept, why)


def _named_elsewhere(mapping: Mapping) -> KeptCurrency:
    """Look for the currency in the cells or the header of the money column."""
    role = "price" if mapping.amount_from == "quantity*price" else mapping.amount_from
    form = dict(mapping.numbers).get(role)
    if form is not None and form.currency:
        return KeptCurrency(form.currency, None, f"The cells of the {role} name it.")
    for word in re.findall(r"[A-Z]{3}|[$£€]", mapping.header(role) if form else ""):
        code = {"$": "USD", "£": "GBP", "€": "EUR"}.get(word, word)
        if code in CURRENCY_CODES:
            return KeptCurrency(code, None, f"The header '{mapping.header(role)}' names it.")
    return KeptCurrency(None)
