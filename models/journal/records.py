"""What is kept: a scenario with a name, a decision with its promise, and what became of it.

Each is a frozen value that turns into plain JSON and back. What an older or newer version of Tenure
left out or added is passed over, so that nothing ever has to be migrated. No customer is named in
any of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final, TypeVar

from models.errors import SettingError

LONGEST_NAME: Final = 120
LONGEST_OWNER: Final = 80

R = TypeVar("R", bound="Record")
Setting = float | str | None


class Record:
    """Anything kept: to plain values and back."""

    def to_content(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; dates as `2011-12-09`."""
        return {
            one.name: _plain(getattr(self, one.name))
            for one in fields(self)  # type: ignore[arg-type]
        }

    @classmethod
    def from_content(cls: type[R], content: Mapping[str, Any]) -> R:
        """Return the record that was kept; names it does not know are passed over.

        Raises
        ------
        SettingError
            When something it cannot do without is missing or is not what it should be.
        """
        known: dict[str, Any] = {}
        for one in fields(cls):  # type: ignore[arg-type]
            if one.name in content:
                known[one.name] = _typed(str(one.type), content[one.name])
            elif one.default is MISSING and one.default_factory is MISSING:
                raise SettingError(
                    f"A kept {cls.__name__.lower()} has no '{one.name}': it was written by another "
                    "version of Tenure or changed by hand, and is left where it is."
                )
        return cls(**known)


@dataclass(frozen=True)
class Expectation(Record):
    """A number that the next file can check.

    Attributes
    ----------
    measure
        A key of `MEASURES`: what is counted, among those who were customers on `since`.
    since, until
        Counted after the one day, up to and with the other.
    customers
        How many were customers on `since`.
    expected, low, high
        The number with its 80 % range, if things are done as decided.
    without
        The number expected if nothing were done.
    """

    measure: str
    since: dt.date
    until: dt.date
    customers: int
    expected: float
    low: float
    high: float
    without: float

    def __post_init__(self) -> None:
        if self.until <= self.since:
            raise SettingError(
                f"The check date {self.until} is not after the last day of the data, {self.since}: "
                "choose a later one."
            )
        if not self.low <= self.expected <= self.high:
            raise SettingError("The expected number lies outside its own range.")

    def holds(self, came: float) -> bool:
        """Whether what came lies in the range."""
        return self.low <= came <= self.high


@dataclass(frozen=True)
class Proposal(Record):
    """Settings under a name, to be compared with others later.

    Attributes
    ----------
    name
        What somebody called it.
    settings
        Every knob by its name.
    data_until
        Last day of the file it was made on.
    """

    name: str
    settings: Mapping[str, Setting]
    data_until: dt.date

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _said(self.name, "name", LONGEST_NAME))


@dataclass(frozen=True)
class Decided(Record):
    """A decision, with everything it rested on.

    Attributes
    ----------
    name, owner
        What was decided, and who sees to it.
    chosen
        The option: `nothing`, `keep`, `service` or `replace`.
    best, verdict, sentence
        What the model said was best, its verdict in a word, and as it stood on the screen.
    settings, badges
        Every knob by its name; where each that was not assumed came from.
    options
        Name, value, low and high of every option at the time.
    currency
        Code, or empty.
    expectation
        What the next file will be asked.
    data_first
        First day of the file; a later file has to reach back as far as `expectation.since`.
    """

    name: str
    owner: str
    chosen: str
    best: str
    verdict: str
    sentence: str
    settings: Mapping[str, Setting]
    expectation: Expectation
    currency: str = ""
    badges: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Mapping[str, Any], ...] = ()
    data_first: dt.date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _said(self.name, "name", LONGEST_NAME))
        object.__setattr__(self, "owner", _said(self.owner, "owner", LONGEST_OWNER))


@dataclass(frozen=True)
class Outcome(Record):
    """What came of a decision, as a later file tells it.

    Attributes
    ----------
    came
        The measured number.
    inside
        Whether it lies in the range that was promised.
    data_until
        Last day of the file that told it.
    """

    came: float
    inside: bool
    data_until: dt.date


_DATES: Final = {"dt.date", "dt.date | None"}


def _typed(annotation: str, value: object) -> object:
    """Return a kept value as its field has it."""
    if annotation in _DATES and value is not None:
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise SettingError(f"A kept date reads {value!r}, which is no date.") from None
    if annotation == "Expectation" and isinstance(value, Mapping):
        return Expectation.from_content(value)
    return tuple(value) if isinstance(value, list) else value


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, Record):
        return value.to_content()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _said(text: str, what: str, longest: int) -> str:
    """Return typed text on one line; refuse an empty one."""
    line = " ".join(str(text).split())[:longest]
    if not line:
        raise SettingError(f"The {what} is empty: type one, so that it can be found again.")
    return line
