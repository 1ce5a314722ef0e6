"""What one visitor has open and has set, as a value: every change returns a new visit.

No streamlit here. `session.py` keeps the current one and writes its address.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from dashboard import links
from dashboard.companies import Companion, Part, Source
from dashboard.links import Beside, Link, Reading
from models.errors import TenureError

if TYPE_CHECKING:
    from models.decisions.horizon import Finding
    from models.decisions.scenario import Scenario

EXAMPLE: Final = "example"
YOURS: Final = "yours"
ASSUMED: Final = "assumed"
TESTED: Final = "from your test"
LOGGED: Final = "from your log"
DATA: Final = "from your data"
FOUND: Final[Mapping[str, str]] = {"data": DATA, "tested": TESTED, "assumed": ASSUMED}

PARTS: Final[Mapping[Part, str]] = {"contacts": "contact log", "customers": "customer file"}
ASKED: Final = {"margin": "margin", "acquisition_cost": "acquisition cost"}


@dataclass(frozen=True)
class Place:
    """A company as a visitor left it: its file, how it is read, and the knobs that were set."""

    source: Source
    reading: Reading = field(default_factory=Reading)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """Everything one visitor has chosen.

    Attributes
    ----------
    source, reading
        The open file and how it is read.
    settings
        Knobs the visitor set, by name; the source's examples stand behind them.
    sources
        Which of them are not the visitor's own numbers but were taken from a page: `LOGGED`.
    draft
        A file that was dropped and whose columns wait to be confirmed.
    awaited
        A link whose file is not here. Nothing of it is applied.
    notices
        What has to be said about the last file or link, as plain sentences.
    last_day
        The last day of the open file, once it was read.
    names_shown
        Whether names from the file may be shown.
    edition
        Grows whenever a widget has to begin anew from what is kept here.
    found
        What the open file says of knobs itself: its horizon, and what its own test found.
    places
        Companies that can be gone to, each as it was left: those that are shipped, and the last
        file of the visitor's own.
    missing
        Files that a link names beside the open one and that are not here.
    """

    source: Source
    reading: Reading = field(default_factory=Reading)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    draft: Source | None = None
    awaited: Link | None = None
    notices: tuple[str, ...] = ()
    last_day: dt.date | None = None
    names_shown: bool = False
    edition: int = 0
    found: Mapping[str, Finding] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    missing: tuple[Beside, ...] = ()

    @classmethod
    def arriving(cls, shipped: Sequence[Source], parameters: Mapping[str, str]) -> Visit:
        """Return the visit that an address line asks for, on one of the companies shipped."""
        link = links.decode(parameters)
        visit = cls(source=shipped[0], places=tuple(Place(source) for source in shipped))
        if link is None:
            return visit
        for source in shipped:
            if link.is_for(source):
                return visit.following(link, source)
        return replace(visit, awaited=link)

    def opened(
        self,
        source: Source,
        reading: Reading,
        texts: Mapping[str, str] | None = None,
        logged: Sequence[str] = (),
    ) -> Visit:
        """Return the visit on another file, with the settings of a link as far as they are valid.

        Settings made for the file before do not travel: another company, another margin. Those
        `logged` came from a contact log.
        """
        begins = _scenario(source.examples).to_settings()
        settings: dict[str, Any] = {}
        refused: list[str] = []
        for name, text in (texts or {}).items():
            try:
                value = getattr(_scenario({name: links.number_or_text(text)}), name)
            except TenureError as error:
                refused.append(f"The link's {name} was not used. {error}")
            else:
                if begins[name] != value:
                    settings[name] = value
        sources = {name: LOGGED for name in logged if name in settings}
        there = self._at(Place(source, reading, settings, sources))
        return replace(there, draft=None, awaited=None, notices=tuple(refused))

    def following(self, link: Link, source: Source) -> Visit:
        """Return the visit that a link asks for, once its file is here."""
        there = self.opened(source, link.reading, link.settings, link.logged)
        asked = tuple(
            f"The link was made with a {PARTS[one.part]} beside it, {one.file or 'without a name'}:"
            " drop it on Data and trust; until then what rests on it is not shown."
            for one in link.beside
        )
        return replace(there, missing=link.beside, notices=there.notices + asked)

    def with_companion(self, companion: Companion) -> Visit:
        """Return the visit with another file beside the open one, read as a link says if it does.

        A file that a link did not mean takes the place of the one it meant, and that is said.
        """
        meant = next((one for one in self.missing if one.part == companion.part), None)
        said: tuple[str, ...] = ()
        if meant is not None and companion.fingerprint.startswith(meant.data):
            companion = replace(
                companion, columns=meant.columns, known_when_won=meant.known_when_won
            )
        elif meant is not None:
            said = (
                f"{companion.name} is not the {PARTS[meant.part]} the link was made with, "
                f"{meant.file}: what rests on it will differ.",
            )
        return replace(
            self.without_companion(companion.part),
            source=self.source.with_companion(companion),
            notices=said,
        )

    def without_companion(self, part: Part) -> Visit:
        """Return the visit without the visitor's own file of this part."""
        return replace(
            self,
            source=self.source.without(part),
            missing=tuple(one for one in self.missing if one.part != part),
            notices=(),
            edition=self.edition + 1,
        )

    def _at(self, there: Place) -> Visit:
        """Return the visit at another company, this one kept as it is."""
        here = Place(self.source, self.reading, self.settings, self.sources)
        # Of the visitor's own files only the last is kept, and its bytes with it.
        known = [
            here if place.source == here.source else place
            for place in self.places
            if place.source.owner is None
        ]
        return replace(
            self,
            source=there.source,
            reading=there.reading,
            settings=there.settings,
            sources=there.sources,
            notices=(),
            last_day=None,
            found={},
            missing=(),
            edition=self.edition + 1,
            places=(*known, here) if here.source.owner else tuple(known),
        )

    @property
    def elsewhere(self) -> tuple[Source, ...]:
        """The other companies that can be gone to."""
        return tuple(p.source for p in self.places if p.source != self.source)

    def switched(self, fingerprint: str) -> Visit:
        """Return the visit at another company, as it was left there."""
        found = (place for place in self.places if place.source.fingerprint == fingerprint)
        place = next(found, None)
        return self if place is None else self._at(place)

    def received(self, source: Source) -> Visit:
        """Return the visit after a file was dropped: opened when a link waited for it."""
        if self.awaited is not None and self.awaited.is_for(source):
            return self.following(self.awaited, source)
        said = f"{source.name} is not the file the link was made for: nothing of it was applied."
        notices = () if self.awaited is None else (said,)
        return replace(self, draft=source, notices=notices, edition=self.edition + 1)

    def refused(self, sentence: str) -> Visit:
        """Return the visit after a file could not be taken."""
        return replace(self, notices=(sentence,), edition=self.edition + 1)

    def without_link(self) -> Visit:
        """Return the visit on the company that is open, the link forgotten."""
        return replace(self, awaited=None, notices=())

    def without_draft(self) -> Visit:
        """Return the visit without the file that waits."""
        return replace(self, draft=None, notices=(), edition=self.edition + 1)

    def read_as(self, reading: Reading) -> Visit:
        """Return the visit with the file under consideration read in this way."""
        if self.draft is not None:
            return self.opened(self.draft, reading)
        return replace(self, reading=reading, notices=(), last_day=None, found={})

    def learnt(self, last_day: dt.date | None, found: Mapping[str, Finding]) -> Visit:
        """Return the visit once the file was read: its last day, and what it says of knobs.

        A link carries what was found as it carries everything; that is not yet the visitor's own.
        """
        own = {
            name: value
            for name, value in self.settings.items()
            if name not in found or found[name].value != value
        }
        return replace(self, last_day=last_day, found=found, settings=own)

    @property
    def considered(self) -> tuple[Source, Reading]:
        """The file under consideration and how it is read; a dropped one begins with guesses."""
        return (self.source, self.reading) if self.draft is None else (self.draft, Reading())

    def with_knobs(self, changes: Mapping[str, object], source: str = YOURS) -> Visit:
        """Return the visit with knobs set; None takes a knob back to where it began.

        Parameters
        ----------
        changes
            Values by knob.
        source
            Where they come from: typed by the visitor, or `LOGGED`.

        Raises
        ------
        SettingError
            For an unknown knob or a value outside its range.
        """
        settings = {**self.settings, **changes}
        settings = {name: value for name, value in settings.items() if value is not None}
        sources = {name: said for name, said in self.sources.items() if name not in changes}
        if source != YOURS:
            sources |= dict.fromkeys(changes.keys() & settings, source)
        changed = replace(self, settings=settings, sources=sources)
        changed.scenario()
        return changed

    def scenario(self) -> Scenario:
        """Return the settings in force: what was set, else what the file says, else examples."""
        from models.decisions.horizon import filled  # with the decision engine

        return _scenario({**self.source.examples, **filled(self.settings, self.found)})

    def badge(self, name: str) -> str:
        """Return where a setting comes from, in words; `YOURS` for what the visitor set."""
        from models.decisions.horizon import filled

        if name in self.settings:
            return self.sources.get(name, YOURS)
        if name in filled(self.settings, self.found):
            return FOUND[self.found[name].source]
        return EXAMPLE if name in self.source.examples else ASSUMED

    def why(self, name: str) -> str:
        """Return where the value of a setting comes from, as a sentence; empty for the usual."""
        return self.found[name].why if name in self.found and name not in self.settings else ""

    def examples_sentence(self) -> str:
        """Return which of the settings asked for first nobody has confirmed; empty for none."""
        scenario = self.scenario()
        open_ones = [
            words
            for name, words in ASKED.items()
            if self.badge(name) != YOURS and getattr(scenario, name) is not None
        ]
        if not open_ones:
            return ""
        joined = f"{', '.join(open_ones[:-1])} and {open_ones[-1]}".removeprefix(" and ")
        one = len(open_ones) == 1
        return (
            f"{joined[:1].upper()}{joined[1:]} {'is an example' if one else 'are examples'}: "
            f"change {'it' if one else 'them'}."
        )

    def address(self) -> dict[str, str]:
        """Return the query parameters that bring this visit back, without any data in them."""
        if self.awaited is not None:
            return links.encode(self.awaited)
        settings = self.scenario().to_settings()
        return links.encode(
            Link(
                data=self.source.fingerprint[: links.SHORT],
                file=self.source.name[: links.LONGEST],
                last_day=self.last_day,
                reading=self.reading,
                settings={
                    name: links.as_text(value)
                    for name, value in settings.items()
                    if value is not None
                },
                logged=tuple(sorted(self.sources)),
                beside=self.missing
                + tuple(Beside.of(one) for one in self.source.beside if one.owner is not None),
            )
        )

    def label(self, customer: str) -> str:
        """Return how a customer is shown: as in the file, or a short label while names are hidden.

        The label is the same wherever the same customer of the same file is shown.
        """
        if self.names_shown:
            return customer
        salted = f"{self.source.fingerprint}/{customer}"
        return f"Customer {hashlib.sha256(salted.encode()).hexdigest()[:6]}"


def _scenario(settings: Mapping[str, Any]) -> Scenario:
    # Brings the decision engine along: the first paint does not wait for that.
    from models.decisions.scenario import Scenario

    return Scenario.from_settings(settings)
