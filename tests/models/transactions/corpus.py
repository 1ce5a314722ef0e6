"""Purchases under hard headers: renamed, translated, abbreviated, misleading, or without any.

Each file is the demo's lines with some of its columns under names nobody listed, other columns that
look like money or quantities among them, in any order. `truth` says which column plays which role.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.models.transactions.exports import demo_lines, demo_orders

NAMES = {
    "customer": "customer_id|Kundennummer|buyer|cust|who|Klantnr|party key|shopper|ID Cliente|x1|"
    "acct|Member #|PersonKey|kunde_id|c",
    "date": "date|Datum|purchase_dt|when bought|Day|ts|trx_day|Kauf am|bought on|d|x2|posted",
    "amount": "amount|Umsatz|price paid|amt|sum paid|paid total|rev|x3|Summe EUR|takings|value|v|"
    "money spent|Rechnungssumme|tot",
    "order": "order_id|Beleg|trx|ticket nr|x4|invoice ref|bon_id|basket no|doc",
    "product": "product|Artikel|sku code|x5|what|item ref|goods|Ware Nr",
    "quantity": "quantity|Menge|pcs|n|x6|how many|Stk.|unit cnt",
    "price": "unit price|Einzelpreis|each|x7|price/unit|EP|per piece",
}
DISTRACTORS = {
    "rating": lambda line, rng: str(rng.randint(1, 5)),
    "stars": lambda line, rng: str(rng.randint(1, 5)),
    "age": lambda line, rng: str(18 + line.customer % 60),
    "points": lambda line, rng: str(rng.randint(0, 400)),
    "tax": lambda line, rng: f"{0.2 * line.price * line.quantity:.2f}",
    "shipping fee": lambda line, rng: rng.choice(["0.00", "3.95", "4.95"]),
    "weight_kg": lambda line, rng: f"{rng.random() * 3:.3f}",
    "store": lambda line, rng: f"S{line.customer % 7}",
    "cashier": lambda line, rng: f"K{rng.randint(1, 25)}",
    "row_no": lambda line, rng: str(rng.randint(10_000, 99_999)),
    "delivery days": lambda line, rng: str(rng.randint(1, 9)),
    "satisfaction": lambda line, rng: str(rng.randint(0, 10)),
    "country": lambda line, rng: line.country,
}


@dataclass(frozen=True)
class Puzzle:
    """A file and which header plays which role."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    truth: dict[str, str]


def puzzle(seed: int) -> Puzzle:
    """Return one of the files: by line or by order, named in one of the ways."""
    rng = random.Random(seed)
    by_order = rng.random() < 0.5
    roles = ["customer", "date", "amount"]
    if rng.random() < 0.6:
        roles.append("order")
    if not by_order:
        roles += rng.choice([[], ["product"], ["product", "quantity"],
                             ["product", "quantity", "price"]])  # fmt: skip
    cells = _by_order(roles) if by_order else _by_line(roles, rng)
    unnamed = rng.random() < 0.25
    names = {role: rng.choice(NAMES[role].split("|")) for role in roles}
    others = rng.sample(sorted(DISTRACTORS), rng.randint(0, 4))
    for other in others:
        names[other] = other
        for line, cell in cells:
            cell[other] = DISTRACTORS[other](line, rng)
    order = rng.sample(sorted(names), len(names))
    shown = {key: f"Column {i + 1}" if unnamed else names[key] for i, key in enumerate(order)}
    return Puzzle(
        tuple(shown[key] for key in order),
        tuple(tuple(cell[key] for key in order) for _, cell in cells),
        {role: shown[role] for role in roles},
    )


def _by_order(roles):
    return [
        (lines[0], {
            "customer": str(lines[0].customer), "date": f"{lines[0].at:%Y-%m-%d}",
            "amount": f"{sum(n.quantity * n.price for n in lines):.2f}", "order": lines[0].order,
        })
        for lines in demo_orders()
    ]  # fmt: skip


def _by_line(roles, rng):
    start = rng.randint(0, 3_000)
    return [
        (line, {
            "customer": str(line.customer), "date": f"{line.at:%Y-%m-%d}", "order": line.order,
            "amount": f"{line.quantity * line.price:.2f}", "product": line.product,
            "quantity": str(line.quantity), "price": f"{line.price:.2f}",
        })
        for line in demo_lines()[start : start + 2_500]
    ]  # fmt: skip
