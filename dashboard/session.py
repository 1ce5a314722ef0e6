"""What is kept between two runs of a page: the visit, and everything that was computed.

This is the only file that touches `st.session_state` and Streamlit's caches. The company is kept
once, as a finished and frozen `Analysis`, under the SHA-256 of its file and the way it was read;
the settings are kept per visitor and written to the address line, so that the address is the
scenario. Caches are never keyed by a table: Streamlit hashes only a sample of a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

import streamlit as st

from dashboard import companies, loading
from dashboard.companies import Companion, Part, Source
from dashboard.company import Company
from dashboard.links import Link, Reading
from dashboard.visit import YOURS, Visit
from dashboard.work import Progress, Work, settle
from models.errors import TenureError
from models.periods import date_of

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.scenario import Scenario
    from models.journal import Journal
    from models.transactions.columns import Mapping as Columns
    from models.transactions.rawtable import RawTable

T = TypeVar("T")

VISIT: Final = "visit"
KEEP_COMPANIES: Final = 6
KEEP_DERIVED: Final = 256
KEEP_SECONDS: Final = 3600


# ---- the visit -------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _shipped() -> tuple[Source, ...]:
    return companies.shipped()


def visit() -> Visit:
    """Return what this visitor has open and has set; it begins with the address line."""
    if VISIT not in st.session_state:
        st.session_state[VISIT] = Visit.arriving(_shipped(), st.query_params.to_dict())
    kept: Visit = st.session_state[VISIT]
    return kept


def _keep(changed: Visit) -> None:
    st.session_state[VISIT] = changed


def awaited() -> Link | None:
    """Return the link whose file is not open yet, or None. Nothing of it has been applied."""
    return visit().awaited


def forget_link() -> None:
    """Go on with the company that is open, the link forgotten."""
    _keep(visit().without_link())


def switch(fingerprint: str) -> None:
    """Go to another company, on the same page; meant for `on_click`."""
    _keep(visit().switched(fingerprint))


def upload_key() -> str:
    """Return the key of the place where files are dropped; a file that was taken changes it."""
    return f"upload:{visit().edition}"


def receive(key: str) -> None:
    """Take the file dropped at the widget with this key; meant for `on_change`.

    The bytes go to a file of our own; the widget, which held them in memory, begins anew.
    """
    dropped = st.session_state[key]
    if dropped is None:
        return
    try:
        _keep(visit().received(companies.uploaded(dropped, dropped.name)))
    except TenureError as error:
        _keep(visit().refused(str(error)))


def receive_beside(part: Part, key: str) -> None:
    """Take the file dropped at the widget with this key to lie beside the open one."""
    dropped = st.session_state[key]
    if dropped is None:
        return
    try:
        lay_beside(companies.laid_beside(dropped, dropped.name, part))
    except TenureError as error:
        _keep(visit().refused(str(error)))


def lay_beside(companion: Companion) -> None:
    """Let a file lie beside the open one, in place of the last of its part."""
    _keep(visit().with_companion(companion))


def forget_beside(part: Part) -> None:
    """Forget the visitor's own file of this part."""
    _keep(visit().without_companion(part))


def forget_draft() -> None:
    """Forget the file that waits for its columns."""
    _keep(visit().without_draft())


def read_as(reading: Reading) -> None:
    """Open the file that waits, else the open company once more, read in this way."""
    _keep(visit().read_as(reading))


def write_address() -> None:
    """Write the whole scenario to the address line, on every page."""
    wanted = visit().address()
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


# ---- the company -----------------------------------------------------------------------------


def _analyse(source: Source, reading: Reading, report: Progress) -> Analysis | ContractAnalysis:
    report("Reading the file", 0.02)
    made: Analysis | ContractAnalysis = loading.what_reads().analysed(source, reading, report)
    return made


def _look_ahead(source: Source, reading: Reading, analysis: Analysis | ContractAnalysis) -> None:
    """Compute what the first page asks for below its verdict, which does not wait for it."""
    from dashboard import briefing

    begins = briefing.money_only(Visit(source, found=analysis.found).scenario())
    for slow in (briefing.worth, briefing.worth_a_year_ago):
        _derive(Company(analysis, source, reading), slow, (begins,), {})
    settle()


@st.cache_resource(show_spinner=False, max_entries=KEEP_COMPANIES)
def _shared(fingerprint: str, what: str, _make: Callable[[], object]) -> object:
    return _make()


@st.cache_resource(show_spinner=False, max_entries=KEEP_COMPANIES, scope="session")
def _own(fingerprint: str, what: str, _make: Callable[[], object]) -> object:
    return _make()


def _once(source: Source, what: str, make: Callable[[], T]) -> T:
    """Return what was made of this file before, or make it; an upload's stays with its visitor."""
    keep = _shared if source.owner is None else _own
    return cast("T", keep(source.fingerprint, what, make))


def _work(source: Source, reading: Reading) -> Work[Analysis | ContractAnalysis]:
    """Return the analysis of a file, begun if need be."""
    how = (source, reading)
    begin = partial(Work, partial(_analyse, *how), partial(_look_ahead, *how))
    return _once(source, f"analysis {reading.key}", begin)


def warm() -> None:
    """Begin the analysis that the first visitor will ask for."""
    _work(_shipped()[0], Reading())


def warm_next() -> None:
    """Begin the other shipped company once one of them is on the screen."""
    if visit().source.teaser:
        for source in visit().elsewhere:
            if source.teaser:
                _work(source, Reading())


def ready() -> bool:
    """Whether the open company can be shown, or refused, at once."""
    return _work(visit().source, visit().reading).done


def company(progress: Progress | None = None) -> Company:
    """Return the open company, waiting for its analysis if it is still being made.

    Parameters
    ----------
    progress
        Called with `(what is being done, share behind us)` while waiting.

    Raises
    ------
    TenureError
        When the file cannot carry the analysis; the text is for the visitor.
    """
    source, reading = visit().source, visit().reading
    opened = Company(_work(source, reading).result(progress), source, reading)
    day = opened.analysis.log.last_day
    last_day = None if day is None else date_of(day)
    found = opened.analysis.found
    if (visit().last_day, visit().found) != (last_day, found):
        _keep(visit().learnt(last_day, found))
    return opened


def guessed() -> tuple[RawTable, Columns]:
    """Return the rows of the file under consideration, and which column seems to be which.

    Raises
    ------
    TenureError
        When the file is no table.
    """
    source, reading = visit().considered

    def look() -> tuple[RawTable, Columns]:
        from dashboard import opening  # imports DuckDB

        raw = opening.table(source, reading.sheet)
        return raw, opening.columns(raw, Reading())

    return _once(source, f"columns of sheet {reading.sheet}", look)


@st.cache_resource(show_spinner=False, max_entries=KEEP_DERIVED, ttl=KEEP_SECONDS)
def _kept(company_key: str, name: str, arguments: str, _make: Callable[[], object]) -> object:
    return _make()


def derived(
    function: Callable[..., T], *arguments: object, of: Company | None = None, **options: object
) -> T:
    """Return `function(analysis, *arguments, **options)`, computed once per company and arguments.

    The result is shared by all visitors: it must not be changed. Arguments enter the key by their
    `repr`, so they have to be plain values or frozen dataclasses, never tables. `of` is the open
    company itself unless given, such as told of a customer file.
    """
    return _derive(of or company(), function, arguments, options)


def _derive(
    opened: Company,
    function: Callable[..., T],
    arguments: tuple[object, ...],
    options: Mapping[str, object],
) -> T:
    name = f"{function.__module__}.{function.__qualname__}"
    key = repr((arguments, sorted(options.items())))
    made = _kept(opened.key, name, key, lambda: function(opened.analysis, *arguments, **options))
    return cast("T", made)


@st.cache_resource(show_spinner=False)
def _journal(address: str) -> Journal:
    from models.journal import Journal  # imports SQLAlchemy

    return Journal(address)


def journal() -> Journal:
    """Return where decisions are kept; shared by all visitors.

    Raises
    ------
    SettingError
        When `TENURE_DATABASE` is not the address of a database.
    """
    from models.journal import default_place

    return _journal(default_place())


# ---- the settings ----------------------------------------------------------------------------


def scenario() -> Scenario:
    """Return the settings in force: what was set, else the company's examples."""
    return visit().scenario()


def badge(name: str) -> str:
    """Return where a setting comes from, in words: yours, from your test, example, assumed ..."""
    return visit().badge(name)


def examples_sentence() -> str:
    """Return which of the settings asked for first nobody has confirmed, or an empty string."""
    return visit().examples_sentence()


def set_knobs(source: str = YOURS, **changes: object) -> None:
    """Set knobs by name, in the units of `Scenario`; None takes a knob back to where it began.

    `source` is where they come from if not from the visitor, such as `visit.LOGGED`.

    Raises
    ------
    SettingError
        When a value is outside its knob's range. Nothing is changed then.
    """
    changed = visit().with_knobs(changes, source)
    _keep(replace(changed, edition=changed.edition + 1))
    write_address()


def control_key(name: str) -> str:
    """Return the key for the widget of a knob.

    It changes whenever the knob is set from elsewhere, so that the widget starts from the new
    value; moved by hand, it stays the same widget.
    """
    return f"knob:{name}:{visit().edition}"


def take(name: str, convert: Callable[[Any], object] | None = None) -> None:
    """Set a knob from its own widget; meant for `on_change`.

    Parameters
    ----------
    name
        The knob, whose widget has `key=control_key(name)`.
    convert
        Turns the widget's value into the knob's unit, such as percent into a fraction.
    """
    value = st.session_state[control_key(name)]
    _keep(visit().with_knobs({name: convert(value) if convert else value}))
    write_address()


def names_hidden() -> bool:
    """Whether customers are shown under a made-up label."""
    return not visit().names_shown


def switch_names(key: str) -> None:
    """Show or hide names after the switch with this key; meant for `on_change`."""
    _keep(replace(visit(), names_shown=bool(st.session_state[key])))


def customer_label(customer: str) -> str:
    """Return how a customer is shown: a short label while names are hidden, else as in the file."""
    return visit().label(customer)


def theme() -> Literal["light", "dark"]:
    """Return how the visitor's browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"
