"""What a shop's customers and a company's subscribers are called, looked up instead of asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from models.relation import Relation


@dataclass(frozen=True)
class Words:
    """The words of one kind of company.

    Attributes
    ----------
    customer
        One customer.
    money
        What the money in the file is.
    """

    customer: str
    money: str


WORDS: Final[Mapping[Relation, Words]] = {
    "shop": Words(customer="customer", money="net of returns"),
    "subscription": Words(customer="subscriber", money="as paid"),
}
