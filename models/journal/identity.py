"""Whether this is a newer file of a company that was here before.

A file's bytes tell only whether it is the very same file. For a newer one the customers tell: an
even sample of them is kept with the day each first came, as keyed hashes of 32 bits, so that no
name can be read back from them. Two companies that both number their customers from 1 share the
numbers, but not the first days.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.analysis import Analysis
from models.contracts import ContractAnalysis
from models.journal.records import Record
from models.periods import date_of
from models.relation import Analysed

KEPT: Final = 200
FEWEST: Final = 3  # customers with the same first day, before two files are one company's
LEAST: Final = 0.2  # share of the customers found again that came on the same first day
BYTES: Final = 4


@dataclass(frozen=True)
class Sample(Record):
    """Some of a file's customers, as nobody can read them.

    Attributes
    ----------
    customers
        Hash of a customer, and the day number each first came.
    name
        What the file was called.
    relation
        `shop` or `subscription`.
    until
        Last day of the file; None when it has no dates.
    """

    customers: Mapping[str, int]
    name: str
    relation: str
    until: dt.date | None

    def seen_in(self, customers: Mapping[str, int]) -> tuple[int, int]:
        """Return how many of the sample are among hashed customers, and how many came the same day.

        Parameters
        ----------
        customers
            What `hashed` returns for the other file.
        """
        found = [one for one in self.customers if one in customers]
        return len(found), sum(customers[one] == self.customers[one] for one in found)

    def alike(self, customers: Mapping[str, int]) -> bool:
        """Whether a file is so like the sample that somebody should be asked."""
        found, same = self.seen_in(customers)
        return same >= max(min(FEWEST, len(self.customers)), 1) and same >= LEAST * found


def hashed(analysis: Analysis | ContractAnalysis, key: str) -> dict[str, int]:
    """Return the day number each customer first came, by the customer's keyed hash.

    Customers of a file without dates are nobody's: the result is empty.
    """
    if isinstance(analysis, Analysis):
        days = analysis.customers.frame.set_index("customer")["first"]
    else:
        days = analysis.people.frame.groupby("customer")["start"].min().dropna()
    return {_hash(key, name): int(day) for name, day in days.items()}


def sample(analysis: Analysis | ContractAnalysis, key: str, name: str) -> Sample:
    """Return what tells a later file of the same company from another's.

    Parameters
    ----------
    analysis
        The company.
    key
        What customers are hashed with.
    name
        What its file is called.
    """
    customers = hashed(analysis, key)
    return Sample(
        customers={one: customers[one] for one in sorted(customers)[:KEPT]},
        name=name,
        relation=analysis.relation,
        until=covered(analysis)[1],
    )


def covered(analysis: Analysed) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of a file; None and None when it has no dates."""
    first, last = analysis.log.first_day, analysis.log.last_day
    return (None, None) if first is None or last is None else (date_of(first), date_of(last))


def _hash(key: str, customer: object) -> str:
    """Return 32 bits of a keyed hash, in hex."""
    text = str(customer).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=BYTES, key=key.encode()).hexdigest()
