"""What an order file notes of how a purchase went: how long it took to deliver, how it was rated.

Such columns are known after the purchase only, so they describe no customer and explain no value;
here they are compared with what the same customers did next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from models.transactions.cleaning import USED
from models.transactions.database import literal
from models.transactions.log import Transactions
from models.transactions.numbers import NumberFormat
from models.transactions.rows import charged_rows
from models.transactions.vocabulary import fold

LATE: Final = 0.8  # later than four in five
LOW: Final = 0.4  # the lowest two fifths of the scale
_NUMBERS: Final = 0.9
_DELAY: Final = re.compile(
    r"\b(delay\w*|days? late|delivery (days?|time|duration)|days to deliver\w*|"
    r"(shipping|transit|fulfil\w*) (days?|time|duration)|lieferzeit|lieferdauer|liefertage|"
    r"verspatung\w*|lieferverzug)\b"
)
_SCORE: Final = re.compile(
    r"\b(rating|stars|satisfaction|csat|nps|(review|survey|service|delivery) score|score|"
    r"bewertung|zufriedenheit)\b"
)
# Scores that somebody gave a customer, not a customer a purchase.
_JUDGED: Final = re.compile(
    r"\b(churn\w*|risk|credit|fraud|lead|propensity|predict\w*|rfm|loyalty|clv|ltv|engagement|"
    r"product|item|average|avg|mean)\b"
)


@dataclass(frozen=True)
class Experience:
    """A column that says how a purchase went.

    Attributes
    ----------
    header, column
        Its shown name, and the engine's.
    form
        How its numbers are written.
    bad
        Which end of it is bad.
    """

    header: str
    column: str
    form: NumberFormat
    bad: str

    @property
    def worst(self) -> str:
        """Which of several values of one purchase day counts: SQL's name of the aggregate."""
        return "max" if self.bad == "high" else "min"


def experiences(transactions: Transactions) -> tuple[Experience, ...]:
    """Return the columns of a log that say how a purchase went, by name and content."""
    mapping = transactions.mapping
    # Small whole numbers are taken for a quantity by their looks alone; such a header knows better.
    taken = {g.column for g in mapping.guesses if g.role != "quantity" or g.confidence == 1}
    found = []
    for column in mapping.profiles:
        words = fold(column.header)
        bad = "high" if _DELAY.search(words) else "low" if _SCORE.search(words) else ""
        plain = bad and column.position not in taken and not _JUDGED.search(words)
        if plain and column.number_share >= _NUMBERS and len(column.texts) > 1:
            found.append(Experience(column.header, column.name, column.number_format, bad))
    return tuple(found)


def noted(transactions: Transactions, one: Experience) -> str:
    """Return the table of what a column says of each purchase day: `customer_id`, `day`, `value`.

    Of several values the worst counts; returns and empty cells are left out.
    """
    raw = transactions.mapping.raw
    assert raw is not None
    value = f"{one.form.sql(one.column)} AS noted"
    rows = charged_rows(raw, transactions.mapping, transactions.rules, transactions.reading, value)
    name = transactions.database.new_name("noted")
    transactions.database.run(
        f"CREATE TABLE {name} AS SELECT customer_id, day, "
        f"CAST({one.worst}(noted) AS DOUBLE) AS value FROM ({rows}) "
        f"JOIN {transactions.tables.customers} USING (customer) "
        f"WHERE rule = {USED} AND sale AND noted IS NOT NULL AND day <= {transactions.last_day} "
        "GROUP BY customer_id, day"
    )
    return name


def bad_ones(transactions: Transactions, one: Experience, table: str) -> str | None:
    """Return the query of the purchase days with a bad value; None where all are alike.

    Columns `customer_id`, `day` and `name`, which says where bad begins.
    """
    edges = transactions.database.run(
        f"WITH e AS (SELECT min(value) + {LOW} * (max(value) - min(value)) AS low FROM {table}) "
        f"SELECT quantile_disc(value, {LATE}) AS late, max(value) FILTER (value <= low) AS low, "
        f"min(value) AS least, max(value) AS most FROM {table}, e"
    ).to_pylist()[0]
    if edges["least"] is None or edges["least"] == edges["most"]:
        return None
    late, low = float(edges["late"]), float(edges["low"])
    says = f"over {late:g}" if one.bad == "high" else f"{low:g} or less"
    meets = f"value > {late!r}" if one.bad == "high" else f"value <= {low!r}"
    return (
        f"SELECT customer_id, day, {literal(f'{one.header} {says}')} AS name FROM {table} "
        f"WHERE {meets}"
    )
