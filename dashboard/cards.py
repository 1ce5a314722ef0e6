"""A number as it stands at the top of a page."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import wording


@dataclass(frozen=True)
class Card:
    """One of the four numbers.

    Attributes
    ----------
    label, value
        What it is, and the number with its unit.
    note
        Its range, or what stands behind it.
    change
        Against a year ago, signed, as text that begins with + or -; empty for none.
    before
        What it was a year ago; empty for none.
    sure
        Whether the change is more than the number's own range leaves to chance.
    """

    label: str
    value: str
    note: str
    change: str = ""
    before: str = ""
    sure: bool = True


def heads(people: float) -> str:
    """Return an expected number of people, to three digits."""
    return wording.number(round(people), digits=3)
