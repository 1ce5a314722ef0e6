"""What a column looks like: a sample of the file, and per column its values with their counts.

Recognition judges a sample; only the order of day and month is decided on the whole column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.transactions.cells import NOBODY
from models.transactions.dates import date_share, styles_in
from models.transactions.numbers import NumberFormat, number_format, number_share, to_float
from models.transactions.sampling import SAMPLE_ROWS, blocks

if TYPE_CHECKING:
    from models.transactions.reading import RawTable

Codes = npt.NDArray[np.int64]

_FLOAT_LABEL: Final = re.compile(r"\d+\.0+")


@dataclass(frozen=True)
class ColumnProfile:
    """One column of the sample.

    Attributes
    ----------
    position
        0-based place in the file.
    header
        The shown name.
    texts
        Trimmed value -> number of cells; empty cells are left out.
    codes
        Per sampled row the number of its value, -1 where the cell is empty.
    """

    position: int
    header: str
    texts: Mapping[str, int]
    codes: Codes = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The column's name in the engine."""
        return f"c{self.position + 1}"

    @cached_property
    def filled(self) -> float:
        """Share of sampled rows with a value."""
        return float((self.codes >= 0).mean()) if len(self.codes) else 0.0

    @cached_property
    def date_share(self) -> float:
        """Share of filled cells that read as dates."""
        return date_share(self.texts)

    @cached_property
    def number_share(self) -> float:
        """Share of filled cells that read as numbers."""
        return number_share(self.texts)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """Date styles in the column, most frequent first."""
        return styles_in(self.texts)

    @cached_property
    def number_format(self) -> NumberFormat:
        """How the column writes its numbers."""
        return number_format(self.header, self.texts)

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """Return the value of every sampled row as a number, NaN where it is none."""
        decimal = self.number_format.decimal
        values = np.array(
            [np.nan if v is None else v for v in (to_float(t, decimal) for t in self.texts)]
            + [np.nan]
        )
        return values[self.codes]

    @cached_property
    def looks_float(self) -> bool:
        """Whether every value is a whole number written as `17850.0`."""
        return bool(self.texts) and all(_FLOAT_LABEL.fullmatch(text) for text in self.texts)

    @property
    def examples(self) -> tuple[str, ...]:
        """The three most frequent values."""
        return tuple(sorted(self.texts, key=lambda text: (-self.texts[text], text))[:3])


def profile(raw: RawTable) -> tuple[ColumnProfile, ...]:
    """Return the profile of every column, from blocks of rows spread over the file."""
    names = [f"c{i + 1}" for i in range(len(raw.headers))]
    columns = ", ".join(f"trim({name}) AS {name}" for name in names)
    picked = raw.sample or f"{raw.table} WHERE {_sampled(raw.rows)} ORDER BY source_row"
    table = raw.database.run(f"SELECT {columns} FROM {picked}")
    return tuple(
        _column(i, raw.headers[i], table.column(name).to_pandas())
        for i, name in enumerate(names)
    )  # fmt: skip


def _sampled(rows: int) -> str:
    """Return the condition that picks the sampled blocks."""
    if rows <= SAMPLE_ROWS:
        return "true"
    return " OR ".join(f"source_row BETWEEN {b.start} AND {b.stop - 1}" for b in blocks(rows))


def _column(position: int, header: str, cells: pd.Series[str]) -> ColumnProfile:
    values = cells.where(cells != "", None)
    codes, uniques = pd.factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    texts = {str(text): int(n) for text, n in zip(uniques, counts, strict=True)}
    return ColumnProfile(position, header, texts, codes.astype(np.int64))


def empty_share(column: ColumnProfile) -> float:
    """Return the share of rows that name nobody: blank, `N/A`, `guest` and the like."""
    nobody = sum(n for text, n in column.texts.items() if text.lower() in NOBODY)
    return 1.0 - column.filled + nobody / max(1, len(column.codes))
