"""Every guess that was taken instead of a question, in words."""

from __future__ import annotations

from dataclasses import dataclass

from models.transactions.columns import Mapping
from models.transactions.currencies import KeptCurrency
from models.transactions.strays import Stray


@dataclass(frozen=True)
class Assumption:
    """`what` was assumed, the `value` it was given, and `why`."""

    what: str
    value: str
    why: str


def assumptions_of(
    mapping: Mapping, currency: KeptCurrency, stray: Stray | None = None
) -> tuple[Assumption, ...]:
    """Return the assumptions behind a mapping that was not confirmed by anybody."""
    found = [
        Assumption(f"column of the {guess.role}", guess.header, guess.why)
        for guess in mapping.guesses
        if guess.confidence < 1.0
    ]
    if mapping.dates:
        found.append(Assumption("date order", mapping.dates.order, mapping.dates.evidence))
    found += [
        Assumption(f"decimal mark of the {role}", form.decimal, form.evidence)
        for role, form in mapping.numbers
        if not form.decided or form.decimal == ","
    ]
    found += _about_money(mapping)
    if stray is not None:
        found.append(Assumption("dates far from all others", "left out", stray.sentence))
    if currency.why:
        found.append(Assumption("currency", currency.code or "unknown", currency.why))
    return tuple(found)


def _about_money(mapping: Mapping) -> list[Assumption]:
    """Return what was assumed about where the money of a row stands."""
    if mapping.amount_from == "none":
        why = "No column holds money, so orders are counted and nothing is valued."
        return [Assumption("money", "none", why)]
    found = []
    if mapping.amount_from == "quantity*price":
        why = "There is no column with the total of a row, so it is quantity times price."
        found.append(Assumption("amount", "quantity x price", why))
    elif mapping.amount_from == "price":
        why = "There is a price but no quantity and no total, so one piece per row is assumed."
        found.append(Assumption("amount", "price", why))
    if mapping.layout == "first_row":
        why = "Only the first row of an order carries its total; the other rows add nothing."
        found.append(Assumption("total of an order", "first row", why))
    if mapping.layout == "repeated":
        why = "Every row of an order repeats the order's total, so it is counted once per order."
        found.append(Assumption("total of an order", "repeated", why))
    if mapping.return_mark:
        why = f"Order numbers that start with {mapping.return_mark} carry negative rows: returns."
        found.append(Assumption("returns", mapping.return_mark, why))
    return found
