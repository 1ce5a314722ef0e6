"""What a file leaves open: which column is which, and what nobody but its owner can know.

Plain values; no streamlit. A shop's file and a list of subscriptions are asked different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from dashboard.wording import count

if TYPE_CHECKING:
    from dashboard.links import Reading
    from models.transactions.columns import Mapping as Columns
    from models.transactions.guessing import Guess

FileKind = Literal["shop", "subscription", "payments"]

MOST_VALUES: Final = 6
KINDS: Final[Mapping[FileKind, str]] = {
    "shop": "A shop's purchases",
    "subscription": "Subscriptions",
    "payments": "Payments of subscriptions",
}
MAIN: Final[Mapping[FileKind, Mapping[str, str]]] = {
    "shop": {
        "customer": "Who bought",
        "date": "When",
        "amount": "How much money",
        "order": "Order number",
        "quantity": "Pieces",
        "price": "Price of a piece",
        "product": "What was bought",
        "country": "Country",
    },
    "subscription": {
        "customer": "Who subscribes",
        "start": "Since when",
        "end": "Until when (blank: still running)",
        "tenure": "How long, if there are no dates",
        "price": "Paid per period",
        "amount": "Paid so far",
        "plan": "Plan",
        "reason": "Why they left",
    },
    "payments": {
        "customer": "Who subscribes",
        "date": "When it was paid",
        "amount": "How much",
        "product": "What for (plan)",
    },
}
MORE: Final[Mapping[FileKind, Mapping[str, str]]] = {
    "shop": {
        "channel": "Channel",
        "discount": "Discount",
        "refund": "Refunded",
        "status": "Status",
        "currency": "Currency",
        "cost": "Cost",
    },
    "subscription": {
        "channel": "Channel",
        "country": "Country",
        "region": "Region",
        "status": "Status",
        "currency": "Currency",
    },
    "payments": {
        "order": "Invoice number",
        "quantity": "Pieces",
        "price": "Price of a piece",
        "channel": "Channel",
        "country": "Country",
        "refund": "Refunded",
        "status": "Status",
        "currency": "Currency",
    },
}
LEAVERS: Final = {
    "all": "Everybody who ever left",
    "last-period": "Only those who left in the last period",
}
PERIODS: Final = {
    0: "as the file says",
    1: "every month",
    3: "every 3 months",
    6: "every 6 months",
    12: "every year",
    24: "every 2 years",
}


@dataclass(frozen=True)
class Flag:
    """The column that may say who left.

    Attributes
    ----------
    header
        Its name.
    values
        What stands in it and how that is shown, the most frequent first.
    """

    header: str
    values: Mapping[str, str]


def proposed(mapping: Columns, kind: FileKind) -> dict[str, Guess]:
    """Return which column seems to play which role, for one kind of file."""
    from models.transactions.contracts import money_columns  # imports the engine
    from models.transactions.guessing import Guess

    found = {guess.role: guess for guess in mapping.guesses}
    if kind != "subscription":
        return found
    money = money_columns(mapping)
    for role, name in (("price", "price"), ("amount", "paid")):
        found.pop(role, None)
        if name in money:
            column = money[name]
            why = f"It is called '{column.header}'."
            found[role] = Guess(role, column.position, column.header, 0.9, why, column.examples)
    return found


def flag(mapping: Columns, position: int) -> Flag:
    """Return what stands in the column with this 1-based position."""
    column = mapping.profiles[position - 1]
    listed = sorted(column.texts, key=lambda text: (-column.texts[text], text))
    return Flag(
        column.header,
        {text: f"{text} ({count(column.texts[text], 'row')})" for text in listed[:MOST_VALUES]},
    )


def dated(places: Mapping[str, int]) -> bool:
    """Return whether the columns chosen give a start and an end, so that nothing has to be asked.

    `places` has the 1-based position of each role, 0 for none.
    """
    return places.get("start", 0) > 0 and places.get("end", 0) > 0


def open_question(places: Mapping[str, int], reading: Reading) -> str:
    """Return what has to be answered before subscriptions can be read, as a sentence, or nothing.

    Parameters
    ----------
    places
        1-based position of each role, 0 for none; `flag` is the column that says who left.
    reading
        The answers so far.
    """
    if dated(places):
        return ""
    if not places.get("tenure", 0):
        return (
            "A list of subscriptions needs a column for since when and one for until when; or, "
            "without dates, one for how long each has lasted and one that says who left. A log of "
            "single payments has neither: read it as payments of subscriptions."
        )
    if not places.get("flag", 0):
        return "Say which column tells who left."
    if not reading.left_means:
        return (
            "Say which value means that somebody left: half of all files mean the opposite of the "
            "other half, so it is never guessed."
        )
    if not reading.leavers:
        return (
            "Say whose leaving is in the file: taking one for the other makes customers look far "
            "more loyal, or far less, than they are."
        )
    return ""
