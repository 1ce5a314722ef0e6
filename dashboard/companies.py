"""The companies a visitor can open without a file of their own, and where a file lies.

No streamlit here: a company is a place on disk, a name and what is known about it beforehand.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final, Literal

from models.errors import FileError
from models.transactions.uploads import store_upload

Kind = Literal["real", "invented", "yours"]
Part = Literal["contacts", "customers"]

ROOT: Final = Path(__file__).resolve().parents[1]
SERVER_FILE: Final = "TENURE_FILE"
CHUNK: Final = 1 << 20


class Upload:
    """Bytes a visitor sent, in a private file that goes when nobody holds this any more."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        stored = store_upload(stream, name=name)
        self.path, self.fingerprint = stored.path, stored.fingerprint
        weakref.finalize(self, stored.discard)


@dataclass(frozen=True)
class Companion:
    """A file that lies beside a company's own, and how it is read.

    Attributes
    ----------
    part
        `contacts`: a log of them; `customers`: what else is known of each customer.
    path, name, fingerprint
        Where the bytes lie, what the screen calls them, and their SHA-256 in hex.
    columns
        Role and 1-based column position, where the visitor differs from the guess.
    known_when_won
        Whether the visitor says that all of it was known when each customer was won; None while
        nobody was asked.
    owner
        As of a `Source`.
    """

    part: Part
    path: Path
    name: str
    fingerprint: str
    columns: tuple[tuple[str, int], ...] = ()
    known_when_won: bool | None = None
    owner: Upload | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Source:
    """A file that can be opened as a company.

    Attributes
    ----------
    path, name
        Where the bytes lie, and what the screen calls them.
    kind
        `real` and `invented` ship with Tenure; `yours` came from the visitor or the server.
    about
        One sentence for the top of the Brief.
    examples
        Settings by the name of their knob that nobody has confirmed yet.
    currency
        ISO code when the file itself does not say.
    last_day
        The day the file was exported, when its rows do not say.
    teaser
        What leads here from another company; empty for a file of the visitor's own.
    fingerprint
        SHA-256 of the bytes, in hex.
    spending
        A table of what was spent on winning customers, by month and channel.
    owner
        For an upload: whoever holds it keeps the bytes on disk. None for a file that is not ours.
    beside
        Files that lie beside it; of each part the last one counts. The company is the same one
        without them.
    """

    path: Path
    name: str
    kind: Kind
    fingerprint: str
    about: str = ""
    currency: str | None = None
    last_day: dt.date | None = None
    teaser: str = ""
    examples: Mapping[str, Any] = field(default_factory=dict)
    spending: Path | None = None
    owner: Upload | None = field(default=None, repr=False, compare=False)
    beside: tuple[Companion, ...] = field(default=(), compare=False)

    def companion(self, part: Part) -> Companion | None:
        """Return the file of this part that lies beside this one, or None."""
        found = [one for one in self.beside if one.part == part]
        return found[-1] if found else None

    def without(self, part: Part) -> Source:
        """Return the source without the visitor's own file of this part."""
        kept = tuple(one for one in self.beside if one.part != part or one.owner is None)
        return replace(self, beside=kept)

    def with_companion(self, companion: Companion) -> Source:
        """Return the source with another file beside it, in place of the visitor's last one."""
        kept = self.without(companion.part)
        return replace(kept, beside=(*kept.beside, companion))


def fingerprint_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex, without holding the file in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def wholesaler() -> Source:
    """Return the real company that Tenure opens on."""
    folder = ROOT / "data" / "online_retail_II"
    path = folder / "online_retail_II.parquet"
    return Source(
        path=path,
        name="British gift wholesaler",
        kind="real",
        fingerprint=fingerprint_of(path),
        about="Real British gift wholesaler, 2009-2011, GBP.",
        currency="GBP",
        teaser="See a real shop",
        examples=json.loads((folder / "settings.json").read_text(encoding="utf-8")),
    )


def magazine() -> Source:
    """Return the invented company whose customers subscribe, and whose truth is known."""
    folder = ROOT / "data" / "magazine"
    path = folder / "subscriptions.csv"
    log = folder / "contacts.csv"
    known = json.loads((folder / "company.json").read_text(encoding="utf-8"))
    return Source(
        path=path,
        name=known["name"],
        kind="invented",
        fingerprint=fingerprint_of(path),
        about=known["about"],
        currency=known["currency"],
        last_day=dt.date.fromisoformat(known["last_day"]),
        spending=folder / "acquisition_spend.csv",
        teaser="See a subscription company",
        examples=json.loads((folder / "settings.json").read_text(encoding="utf-8")),
        beside=(Companion("contacts", log, log.name, fingerprint_of(log)),),
    )


def shipped() -> tuple[Source, ...]:
    """Return every company that can be opened without a file, the one to begin with first.

    Raises
    ------
    FileError
        When `TENURE_FILE` names something that is not a file.
    """
    own = server_file()
    return (*([own] if own else []), wholesaler(), magazine())


def uploaded(stream: IO[bytes], name: str) -> Source:
    """Return the file a visitor sent, copied chunk by chunk under a name of our own.

    Raises
    ------
    FileError
        When it is larger than what is accepted.
    """
    owner = Upload(stream, name)
    return Source(owner.path, name, "yours", owner.fingerprint, owner=owner)


def laid_beside(stream: IO[bytes], name: str, part: Part) -> Companion:
    """Return a file a visitor sent to lie beside the company's own, copied chunk by chunk.

    Raises
    ------
    FileError
        When it is larger than what is accepted.
    """
    owner = Upload(stream, name)
    return Companion(part, owner.path, name, owner.fingerprint, owner=owner)


def server_file() -> Source | None:
    """Return the file that the server was started with (`TENURE_FILE`), or None.

    Raises
    ------
    FileError
        When the variable names something that is not a file.
    """
    place = os.environ.get(SERVER_FILE, "").strip()
    if not place:
        return None
    path = Path(place).expanduser()
    if not path.is_file():
        raise FileError(
            f"{SERVER_FILE} names {path}, which is not a file on this machine: "
            "start again with the path of a CSV, Excel or Parquet file."
        )
    return Source(path=path, name=path.name, kind="yours", fingerprint=fingerprint_of(path))
