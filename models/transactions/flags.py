"""Columns of yes and no, however a file writes them: `1` and `0`, `true` and `false`, `ja`, `nein`.

As attributes of customers they are told as `yes` and `no`, whatever stands in the cell.
"""

from __future__ import annotations

from typing import Final

from models.transactions.cells import words
from models.transactions.database import literal
from models.transactions.profiles import ColumnProfile

YES: Final = words("1|1.0|true|t|yes|y|on|ja|j|wahr|oui|vrai|si|sí|sim|verdadero|vero")
NO: Final = words("0|0.0|false|f|no|n|off|nein|falsch|non|faux|não|nao|falso")


def is_flag(column: ColumnProfile) -> bool:
    """Return whether a column holds one word for yes and one for no, and nothing else."""
    found = {text.lower() for text in column.texts}
    return len(found) == 2 and len(found & YES) == 1 and len(found & NO) == 1


def told_sql(column: ColumnProfile) -> str:
    """Return the expression of a cell as an attribute: its text, of a flag `yes` or `no`."""
    text = f"nullif(trim({column.name}), '')"
    if not is_flag(column):
        return text
    cases = " ".join(
        f"WHEN {literal(one.lower())} THEN '{'yes' if one.lower() in YES else 'no'}'"
        for one in sorted(column.texts)
    )
    return f"CASE lower(trim({column.name})) {cases} ELSE {text} END"
