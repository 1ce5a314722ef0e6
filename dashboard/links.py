"""A scenario as a link: which file it was made for, how it was read, and every setting.

The link carries no data: the file's fingerprint, its name and last day (so that the page can ask
for it), the position of corrected columns, the switched rules, and the settings. What comes back
from an address line was typed by a stranger, so nothing here is trusted beyond its shape; the
knobs decide what a value may be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Final

from dashboard.companies import Companion, Part, Source

SHORT: Final = 16  # hex digits of the fingerprint: 64 bits tell any two files of a company apart
LONGEST: Final = 120  # characters of a name or a value that are kept

FILE, NAME, DAY = "data", "file", "until"
COLUMNS, RULES, CUT, ORDER, SHEET = "columns", "rules_off", "cut", "date_order", "sheet"
MONEY: Final = "currency"
RELATION, LEFT, LEAVERS, PERIOD = "relation", "left_means", "leavers", "period_months"
COVERS: Final = "covers"
LOGGED: Final = "from_log"
READING: Final = (
    *(COLUMNS, RULES, CUT, ORDER, SHEET, MONEY),
    *(RELATION, LEFT, LEAVERS, PERIOD, COVERS),
)
BESIDE: Final[Mapping[Part, str]] = {"contacts": "contact_log", "customers": "customer_file"}
RESERVED: Final = frozenset(
    {FILE, NAME, DAY, LOGGED, *READING, *BESIDE.values(), "embed", "embed_options"}
)


@dataclass(frozen=True)
class Reading:
    """How a file is read, where the visitor differs from the guess.

    Attributes
    ----------
    columns
        Role and 1-based column position, sorted by role; position 0 means "no such column".
    rules_off
        Names of the cleaning rules that are switched off, sorted.
    until
        Nothing after this day is used; None means the whole file.
    date_order
        `dmy`, `mdy` or `ymd`; empty for what the column itself says.
    sheet
        1-based position of the sheet of a workbook; 0 for the one that looks like a table.
    currency
        ISO code where the file names none; empty for what the file says.
    relation
        `shop` or `subscription`; empty for what the columns say.
    left_means
        The value of the leaving column that says somebody left; empty when nobody was asked.
    leavers
        `all` or `last-period`: whose leaving a file without dates holds; empty when not asked.
    period_months
        Months between renewals; 0 for what the file says.
    covers
        The last day the file covers; None for that of its last row.
    """

    columns: tuple[tuple[str, int], ...] = ()
    rules_off: tuple[str, ...] = ()
    until: dt.date | None = None
    date_order: str = ""
    sheet: int = 0
    currency: str = ""
    relation: str = ""
    left_means: str = ""
    leavers: str = ""
    period_months: int = 0
    covers: dt.date | None = None

    @property
    def key(self) -> str:
        """The reading as a string, equal for equal readings."""
        return repr(astuple(self))


@dataclass(frozen=True)
class Beside:
    """A file that a link's company had beside it: which, what to ask for, and how it was read."""

    part: Part
    data: str
    file: str
    columns: tuple[tuple[str, int], ...] = ()
    known_when_won: bool | None = None

    @classmethod
    def of(cls, one: Companion) -> Beside:
        """Return a file as a link names it."""
        return cls(one.part, one.fingerprint[:SHORT], one.name, one.columns, one.known_when_won)

    @property
    def text(self) -> str:
        """The file as a query value: its fingerprint, whether it was vouched for, columns, name."""
        vouched = {True: "yes", False: "no", None: ""}[self.known_when_won]
        return "~".join([self.data, vouched, _joined(self.columns), self.file[:LONGEST]])

    @classmethod
    def read(cls, part: Part, text: str) -> Beside | None:
        """Return what a query value names, None when it names nothing."""
        data, vouched, columns, file = (*text.split("~", 3), "", "", "")[:4]
        if not re.fullmatch(rf"[0-9a-f]{{{SHORT}}}", data):
            return None
        known = {"yes": True, "no": False}.get(vouched)
        return cls(part, data, file[:LONGEST], _pairs(columns), known)


@dataclass(frozen=True)
class Link:
    """What an address line asks for.

    Attributes
    ----------
    data
        First hex digits of the file's SHA-256.
    file, last_day
        What to ask for when the file is not open.
    reading
        How that file was read.
    settings
        Knob name and text, not yet checked.
    logged
        Names of the settings that were taken from a contact log, sorted.
    beside
        Files of the visitor's own that lay beside it. The link names them, and carries none.
    """

    data: str
    file: str = ""
    last_day: dt.date | None = None
    reading: Reading = field(default_factory=Reading)
    settings: Mapping[str, str] = field(default_factory=dict)
    logged: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()

    def is_for(self, source: Source) -> bool:
        """Whether the link was made for this file."""
        return source.fingerprint.startswith(self.data)


def encode(link: Link) -> dict[str, str]:
    """Return the query parameters of a link."""
    parameters = {FILE: link.data, NAME: link.file, DAY: _iso(link.last_day)}
    reading = link.reading
    parameters[COLUMNS] = _joined(reading.columns)
    parameters[RULES] = ".".join(reading.rules_off)
    parameters[CUT] = _iso(reading.until)
    parameters[ORDER] = reading.date_order
    parameters[MONEY] = reading.currency
    parameters[SHEET] = str(reading.sheet or "")
    parameters[RELATION] = reading.relation
    parameters[LEFT] = reading.left_means
    parameters[LEAVERS] = reading.leavers
    parameters[PERIOD] = str(reading.period_months or "")
    parameters[COVERS] = _iso(reading.covers)
    parameters[LOGGED] = ".".join(link.logged)
    parameters |= {BESIDE[one.part]: one.text for one in link.beside}
    parameters |= link.settings
    return {name: text for name, text in parameters.items() if text}


def decode(parameters: Mapping[str, str]) -> Link | None:
    """Return the link in some query parameters, or None when they hold none."""
    data = parameters.get(FILE, "").lower()
    if not re.fullmatch(r"[0-9a-f]{16,64}", data):
        return None
    settings = {
        name: text[:LONGEST]
        for name, text in parameters.items()
        if name not in RESERVED and re.fullmatch(r"[a-z][a-z0-9_]{1,40}", name)
    }
    return Link(
        data=data[:SHORT],
        file=parameters.get(NAME, "")[:LONGEST],
        last_day=_date(parameters.get(DAY, "")),
        reading=Reading(
            columns=_pairs(parameters.get(COLUMNS, "")),
            rules_off=_names(parameters.get(RULES, "")),
            until=_date(parameters.get(CUT, "")),
            date_order=_one_of(parameters.get(ORDER, ""), ("dmy", "mdy", "ymd")),
            currency="".join(re.findall(r"\A[A-Z]{3}\Z", parameters.get(MONEY, ""))),
            sheet=_below(100, parameters.get(SHEET, "")),
            relation=_one_of(parameters.get(RELATION, ""), ("shop", "subscription", "payments")),
            left_means=parameters.get(LEFT, "")[:LONGEST],
            leavers=_one_of(parameters.get(LEAVERS, ""), ("all", "last-period")),
            period_months=_below(61, parameters.get(PERIOD, "")),
            covers=_date(parameters.get(COVERS, "")),
        ),
        settings=settings,
        logged=_names(parameters.get(LOGGED, "")),
        beside=tuple(
            found
            for part, name in BESIDE.items()
            if (found := Beside.read(part, parameters.get(name, ""))) is not None
        ),
    )


def number_or_text(text: str) -> int | float | str | bool:
    """Return what a query value most plainly means: a whole number, a number, yes/no or a word."""
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", text, re.IGNORECASE):
        return float(text)
    return text


def as_text(value: object) -> str:
    """Return a setting as the text that `number_or_text` reads back as the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _joined(columns: Sequence[tuple[str, int]]) -> str:
    return ".".join(f"{role}-{position}" for role, position in columns)


def _pairs(text: str) -> tuple[tuple[str, int], ...]:
    found = re.findall(r"(?:^|\.)([a-z][a-z0-9_]{0,40})-(\d{1,4})(?=\.|$)", text[:1000])
    return tuple(sorted((name, int(number)) for name, number in found))


def _names(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(re.findall(r"(?:^|\.)([a-z][a-z0-9_]{0,40})(?=\.|$)", text[:1000]))))


def _one_of(text: str, known: Sequence[str]) -> str:
    return text if text in known else ""


def _below(limit: int, text: str) -> int:
    """Return a whole number below a limit, 0 for anything else."""
    return int(_one_of(text, [str(n) for n in range(limit)]) or 0)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
