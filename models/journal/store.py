"""Where decisions are kept: an embedded database, or another one by its address.

By default an SQLite file in the user's own data folder, made when something is first saved;
`TENURE_DATABASE` names another place as an SQLAlchemy address, such as
`postgresql+psycopg://tenure@db/tenure`. Three tables whose rows hold plain JSON: what a later
version adds goes into the JSON, so that no table ever changes. Every write is one transaction, so
that visitors who save at the same moment both find their decision again.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from uuid import NAMESPACE_OID, uuid4, uuid5

from sqlalchemy import JSON, Column, Engine, MetaData, String, Table, create_engine, delete, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from models.errors import FileError, SettingError
from models.journal.identity import Sample
from models.journal.records import Decided, Outcome, Proposal, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

R = TypeVar("R", bound=Record)
T = TypeVar("T")
Kind = Literal["decision", "scenario", "outcome"]

VARIABLE: Final = "TENURE_DATABASE"
FILE: Final = "decisions.sqlite"
WAITS: Final = 15  # seconds one writer waits for another
KEY: Final = "key"

KINDS: Final[dict[type[Record], Kind]] = {
    Decided: "decision",
    Proposal: "scenario",
    Outcome: "outcome",
}

_TABLES: Final = MetaData()
_COMPANIES: Final = Table(
    "companies", _TABLES,
    Column("id", String(36), primary_key=True),
    Column("content", JSON, nullable=False),
)  # fmt: skip
_FILES: Final = Table(
    "files", _TABLES,
    Column("fingerprint", String(80), primary_key=True),
    Column("company", String(36), nullable=False, index=True),
)  # fmt: skip
_RECORDS: Final = Table(
    "records", _TABLES,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("company", String(36), nullable=False, index=True),
    Column("created", String(32), nullable=False),
    Column("content", JSON, nullable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A company that was here before and that an open file seems to belong to.

    Attributes
    ----------
    company
        Its id.
    sample
        What was kept of its latest file.
    found, same
        How many of the sample are in the open file, and how many came on the same first day.
    """

    company: str
    sample: Sample
    found: int
    same: int


def default_place(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> str:
    """Return the address of the database: `TENURE_DATABASE`, else a file of the user's own."""
    named = environment.get(VARIABLE, "").strip()
    if named:
        return named
    home = Path.home() if home is None else home
    if sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        folder = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return f"sqlite:///{(folder / 'tenure' / FILE).as_posix()}"


class Journal:
    """Everything that was decided and saved, for every company.

    Reading a journal that was never written to finds nothing and makes no file. Safe to be shared
    by threads and by processes.

    Parameters
    ----------
    address
        Where it is, as SQLAlchemy writes it.

    Raises
    ------
    SettingError
        When the address is none.
    """

    def __init__(self, address: str) -> None:
        try:
            self._address = make_url(address)
        except ArgumentError:
            raise SettingError(
                f"{VARIABLE} is not the address of a database: write it like "
                "sqlite:////home/me/decisions.sqlite or postgresql+psycopg://user@host/name."
            ) from None

    @property
    def place(self) -> str:
        """Where decisions are kept, for people; without a password."""
        file = self._file
        return str(file) if file else self._address.render_as_string(hide_password=True)

    @property
    def begun(self) -> bool:
        """Whether anything may have been written: False while its file does not exist."""
        return self._file is None or self._file.exists()

    # ---- whose file this is ------------------------------------------------------------------

    @cached_property
    def key(self) -> str:
        """What customers are hashed with: random, one for the journal, made when first needed."""
        made = {"customers": secrets.token_hex(16)}

        def once(connection: Connection) -> str:
            kept = _content(connection, KEY)
            if kept is None:
                connection.execute(_COMPANIES.insert().values(id=KEY, content=made))
            return str((kept or made)["customers"])

        return self._write(once)

    def company_of(self, fingerprint: str) -> str | None:
        """Return the company that a file is known to belong to."""
        asked = select(_FILES.c.company).where(_FILES.c.fingerprint == fingerprint)
        with self._reading() as connection:
            return None if connection is None else connection.execute(asked).scalar_one_or_none()

    def like(self, customers: Mapping[str, int]) -> Match | None:
        """Return the company whose earlier file is most like these hashed customers, if any is."""
        with self._reading() as connection:
            if connection is None:
                return None
            rows = connection.execute(select(_COMPANIES).where(_COMPANIES.c.id != KEY)).all()
        kept = [(row.id, Sample.from_content(row.content)) for row in rows]
        matches = [
            Match(company, one, *one.seen_in(customers))
            for company, one in kept
            if one.alike(customers)
        ]
        return max(matches, key=lambda match: match.same, default=None)

    def adopt(self, fingerprint: str, sample: Sample, company: str | None = None) -> str:
        """Note that a file belongs to a company, a new one by default, and return its id.

        The sample kept of a company is that of its newest file.
        """
        # The same id for everybody who opens a new company's file at the same moment.
        chosen = company or self.company_of(fingerprint) or str(uuid5(NAMESPACE_OID, fingerprint))
        content = sample.to_content()

        def noted(connection: Connection) -> None:
            connection.execute(delete(_FILES).where(_FILES.c.fingerprint == fingerprint))
            connection.execute(_FILES.insert().values(fingerprint=fingerprint, company=chosen))
            kept = _content(connection, chosen)
            if kept is None or (kept["until"] or "") <= (content["until"] or ""):
                connection.execute(delete(_COMPANIES).where(_COMPANIES.c.id == chosen))
                connection.execute(_COMPANIES.insert().values(id=chosen, content=content))

        self._write(noted)
        return chosen

    # ---- what is kept ------------------------------------------------------------------------

    def save(self, company: str, record: Record, record_id: str | None = None) -> str:
        """Keep a record and return its id; one of the same kind and id is replaced.

        An outcome has the id of its decision.
        """
        kind = KINDS[type(record)]
        chosen = record_id or str(uuid4())
        row = {
            "id": chosen,
            "kind": kind,
            "company": company,
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "content": record.to_content(),
        }

        def replaced(connection: Connection) -> None:
            same = (_RECORDS.c.id == chosen) & (_RECORDS.c.kind == kind)
            connection.execute(delete(_RECORDS).where(same))
            connection.execute(_RECORDS.insert().values(row))

        self._write(replaced)
        return chosen

    def kept(self, company: str | None, record: type[R]) -> dict[str, R]:
        """Return a company's records of one kind by their id, the oldest first.

        One that this version cannot read is passed over and stays where it is.
        """
        asked = (
            select(_RECORDS.c.id, _RECORDS.c.content)
            .where(_RECORDS.c.company == company, _RECORDS.c.kind == KINDS[record])
            .order_by(_RECORDS.c.created, _RECORDS.c.id)
        )
        with self._reading() as connection:
            rows = [] if connection is None else connection.execute(asked).all()
        found: dict[str, R] = {}
        for row in rows:
            try:
                found[row.id] = record.from_content(row.content)
            except SettingError:
                continue
        return found

    def forget(self, record_id: str) -> None:
        """Delete a record, and what came of it."""
        self._write(lambda db: db.execute(delete(_RECORDS).where(_RECORDS.c.id == record_id)))

    # ---- the database ------------------------------------------------------------------------

    @property
    def _file(self) -> Path | None:
        """The file of an SQLite database; None for any other."""
        name = self._address.database
        embedded = self._address.get_backend_name() == "sqlite"
        return Path(name) if embedded and name and name != ":memory:" else None

    @cached_property
    def _engine(self) -> Engine:
        waits = {"timeout": WAITS} if self._address.get_backend_name() == "sqlite" else {}
        return create_engine(self._address, connect_args=waits)

    @cached_property
    def _ready(self) -> bool:
        """Make the tables that are missing, once."""
        if self._file is not None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _TABLES.create_all(self._engine)
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """Open the database for reading; None when nothing was ever written."""
        if not self.begun:
            yield None
            return
        with self._refusing("read"):
            _ = self._ready
            with self._engine.connect() as connection:
                yield connection

    def _write(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction; once more when another visitor was quicker."""
        with self._refusing("written to"):
            _ = self._ready
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                with self._engine.begin() as connection:
                    return work(connection)

    @contextmanager
    def _refusing(self, what: str) -> Iterator[None]:
        """Turn what a database complains of into a sentence."""
        try:
            yield
        except (SQLAlchemyError, OSError, ImportError) as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise FileError(
                f"Decisions are kept in {self.place}, which cannot be {what} ({said}). Everything "
                f"else goes on working; to keep them elsewhere, start Tenure with {VARIABLE} set "
                "to the address of another database."
            ) from None


def _content(connection: Connection, company: str) -> dict[str, Any] | None:
    """Return what is kept of a company."""
    asked = select(_COMPANIES.c.content).where(_COMPANIES.c.id == company)
    kept: dict[str, Any] | None = connection.execute(asked).scalar_one_or_none()
    return kept
