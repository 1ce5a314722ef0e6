"""What a visitor has open and has set, and everything that is kept between two runs of a page.

This is the only file that touches `st.session_state` and Streamlit's caches. The company is kept
once, as a finished and frozen `Analysis`, under the SHA-256 of its file and the way it was read;
the settings are kept per visitor and written to the address line, so that the address is the
scenario. Caches are never keyed by a table: Streamlit hashes only a sample of a large one.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import streamlit as st

from dashboard import companies, links
from dashboard.companies import Kind, Source
from dashboard.links import Link, Reading
from dashboard.work import Progress, Work
from models.decisions.scenario import Scenario
from models.errors import TenureError
from models.periods import date_of

if TYPE_CHECKING:
    from models.analysis import Analysis

    from models.decisions.scenario import Scenario

T = TypeVar("T")

STATE: Final = "tenure"
EXAMPLE, YOURS, ASSUMED = "example", "yours", "assumed"
KEEP_DERIVED: Final = 256
KEEP_SECONDS: Final = 3600


@dataclass(frozen=True)
class Company:
    """The company on the screen: its finished analysis and what to call it.

    Attributes
    ----------
    analysis
        Everything that was computed from the file; the same object for every visitor.
    source, reading
        The file, and how it was read.
    """

    analysis: Analysis
    source: Source
    reading: Reading

    @property
    def name(self) -> str:
        """What the screen calls the company."""
        return self.source.name

    @property
    def kind(self) -> Kind:
        """`real`, `invented` or `yours`."""
        return self.source.kind

    @property
    def key(self) -> str:
        """A string that changes whenever the numbers may."""
        return f"{self.source.fingerprint}/{self.reading.key}"

    @property
    def currency(self) -> str:
        """ISO code of the money, or an empty string when neither file nor visitor says."""
        return self.analysis.transactions.currency or self.source.currency or ""


@dataclass(frozen=True)
class _State:
    """Everything one visitor has chosen. Replaced, never changed."""

    source: Source
    reading: Reading = field(default_factory=Reading)
    settings: Mapping[str, Any] = field(default_factory=dict)
    draft: Source | None = None
    awaited: Link | None = None
    notices: tuple[str, ...] = ()
    names_shown: bool = False
    edition: int = 0


def _state() -> _State:
    if STATE not in st.session_state:
        begin()
    state: _State = st.session_state[STATE]
    return state


def _change(**changes: object) -> None:
    st.session_state[STATE] = replace(_state(), **changes)


# ---- opening ---------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _shipped() -> Source:
    return companies.server_file() or companies.wholesaler()


def begin() -> None:
    """Open the first company of a visit, or ask for the one the address line was made for."""
    if STATE in st.session_state:
        return
    link = links.decode(st.query_params.to_dict())
    st.session_state[STATE] = _State(source=_shipped())
    if link is None:
        return
    if link.is_for(_shipped()):
        _open(_shipped(), link.reading, link.settings)
    else:
        _change(awaited=link)


def awaited() -> Link | None:
    """Return the link whose file is not open yet, or None. Nothing of it has been applied."""
    return _state().awaited


def dismiss_link() -> None:
    """Forget the link that waits for its file, and go on with the company that is open."""
    _change(awaited=None)


def notices() -> tuple[str, ...]:
    """Return what has to be said about the address line, as plain sentences."""
    return _state().notices


def _open(source: Source, reading: Reading, texts: Mapping[str, str]) -> None:
    begins = Scenario.from_settings(source.examples).to_settings()
    settings: dict[str, Any] = {}
    refused: list[str] = []
    for name, text in texts.items():
        try:
            value = getattr(Scenario.from_settings({name: links.number_or_text(text)}), name)
        except TenureError as error:
            refused.append(f"The link's {name} was not used. {error}")
        else:
            if begins[name] != value:
                settings[name] = value
    _change(
        source=source,
        reading=reading,
        settings=settings,
        awaited=None,
        draft=None,
        notices=tuple(refused),
        edition=_state().edition + 1,
    )


# ---- the company -----------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=6)
def _work(fingerprint: str, reading_key: str, _source: Source, _reading: Reading) -> Work[Analysis]:
    return Work(lambda report: _analyse(_source, _reading, report))


def _analyse(source: Source, reading: Reading, report: Progress) -> Analysis:
    from models.analysis import analyse

    from dashboard import reading as rooms  # imports pandas, DuckDB and lifelines

    report("Reading the file", 0.02)
    transactions = rooms.transactions(source, reading)
    analysis = analyse(transactions, progress=report)
    gc.collect()
    gc.freeze()  # what lives as long as the server need not be walked after every slider move
    return analysis


def warm() -> None:
    """Begin the analysis that the first visitor will ask for."""
    source = _shipped()
    _work(source.fingerprint, Reading().key, source, Reading())


def ready() -> bool:
    """Whether the open company can be shown at once."""
    state = _state()
    return _work(state.source.fingerprint, state.reading.key, state.source, state.reading).done


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
    source, reading = _state().source, _state().reading
    work = _work(source.fingerprint, reading.key, source, reading)
    try:
        return Company(work.result(progress), source, reading)
    except TenureError:
        raise
    except Exception:
        _work.clear(source.fingerprint, reading.key, source, reading)  # a second try may succeed
        raise


@st.cache_resource(show_spinner=False, max_entries=KEEP_DERIVED, ttl=KEEP_SECONDS)
def _kept(company_key: str, name: str, arguments: str, _make: Callable[[], object]) -> object:
    return _make()


def derived(function: Callable[..., T], *arguments: object, **options: object) -> T:
    """Return `function(analysis, *arguments, **options)`, computed once per company and arguments.

    The result is shared by all visitors: it must not be changed. Arguments enter the key by their
    `repr`, so they have to be plain values or frozen dataclasses, never tables.
    """
    opened = company()
    name = f"{function.__module__}.{function.__qualname__}"
    key = repr((arguments, sorted(options.items())))
    result = _kept(opened.key, name, key, lambda: function(opened.analysis, *arguments, **options))
    return cast("T", result)


# ---- the settings ----------------------------------------------------------------------------


def scenario() -> Scenario:
    """Return the settings of this visit: what was set, else the company's examples."""
    state = _state()
    return Scenario.from_settings({**state.source.examples, **state.settings})


def badge(name: str) -> str:
    """Return where a setting comes from: `yours`, `example` of the company, or `assumed`."""
    state = _state()
    if name in state.settings:
        return YOURS
    return EXAMPLE if name in state.source.examples else ASSUMED


def set_knobs(**changes: object) -> None:
    """Set knobs by name, in the units of `Scenario`; None takes a knob back to where it began.

    Raises
    ------
    SettingError
        When a value is outside its knob's range. Nothing is changed then.
    """
    _set(changes)
    _change(edition=_state().edition + 1)


def _set(changes: Mapping[str, Any]) -> None:
    settings = {**_state().settings, **changes}
    settings = {name: value for name, value in settings.items() if value is not None}
    Scenario.from_settings({**_state().source.examples, **settings})
    _change(settings=settings)
    write_link()


def control_key(name: str) -> str:
    """Return the key for the widget of a knob.

    It changes whenever the knob is set from elsewhere, so that the widget starts from the new
    value; moved by hand, it stays the same widget.
    """
    return f"knob:{name}:{_state().edition}"


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
    _set({name: convert(value) if convert else value})


def _last_day() -> dt.date | None:
    try:
        return date_of(company().analysis.transactions.last_day) if ready() else None
    except TenureError:
        return None  # a file that was refused has no last day; the page says why


def write_link() -> None:
    """Write the whole scenario to the address line, on every page."""
    state = _state()
    if state.awaited is not None:
        wanted = links.encode(state.awaited)
    else:
        settings = scenario().to_settings()
        wanted = links.encode(
            Link(
                data=state.source.fingerprint[: links.SHORT],
                file=state.source.name,
                last_day=_last_day(),
                reading=state.reading,
                settings={
                    name: links.as_text(value)
                    for name, value in settings.items()
                    if value is not None
                },
            )
        )
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


# ---- names, colours --------------------------------------------------------------------------


def names_hidden() -> bool:
    """Whether customers are shown under a made-up label."""
    return not _state().names_shown


def switch_names(key: str) -> None:
    """Show or hide names after the switch with this key; meant for `on_change`."""
    _change(names_shown=bool(st.session_state[key]))


def customer_label(customer: str) -> str:
    """Return how a customer is shown: a short label while names are hidden, else as in the file."""
    if not names_hidden():
        return customer
    salted = f"{_state().source.fingerprint}/{customer}"
    return f"Customer {hashlib.sha256(salted.encode()).hexdigest()[:6]}"


def theme() -> str:
    """Return `light` or `dark`, as the visitor's browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"
