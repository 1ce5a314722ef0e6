"""From a file to an analysed company, the way the visitor wants it read.

Here it is decided whether a file is a shop's purchases or a list of subscriptions; nothing after
it asks the file again. Imports what reads; what analyses is imported while the engine is reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import asking, loading
from dashboard.companies import Source
from dashboard.links import Reading
from dashboard.work import Progress
from models.errors import ColumnError, FileError
from models.transactions.cleaning import Rules
from models.transactions.columns import SUBSCRIBED, Mapping, recognise
from models.transactions.log import Transactions, read_transactions
from models.transactions.payments import subscriptions_of
from models.transactions.rawtable import RawTable
from models.transactions.reading import SERVER, UPLOAD, open_table
from models.transactions.subscriptions import read_subscriptions

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis


def table(source: Source, sheet: int = 0) -> RawTable:
    """Return the rows of a file as text; `sheet` is a 1-based position, 0 the one that fits.

    Raises
    ------
    FileError
        When the file is gone, or is no table.
    """
    if not source.path.is_file():
        raise FileError(f"{source.name} is no longer kept here: drop it once more.")
    limits = SERVER if source.owner is None else UPLOAD
    raw = open_table(source.path, name=source.name, limits=limits)
    if 0 < sheet <= len(raw.sheets):
        chosen = raw.sheets[sheet - 1]
        raw = open_table(source.path, name=source.name, sheet=chosen, limits=limits)
    return raw


def columns(raw: RawTable, reading: Reading) -> Mapping:
    """Return which column is which: guessed, then corrected by the visitor.

    Raises
    ------
    ColumnError
        When a correction cannot be.
    """
    return recognise(raw).with_roles(
        date_order=reading.date_order or None,
        drop=[role for role, position in reading.columns if position == 0],
        **{role: position for role, position in reading.columns if position > 0},
    )


def kind_of(mapping: Mapping, reading: Reading) -> asking.FileKind:
    """Return what is in a file: as told, else as the columns say.

    That a log holds the payments of subscriptions is never guessed.
    """
    told: dict[str, asking.FileKind] = {
        "shop": "shop", "subscription": "subscription", "payments": "payments"
    }  # fmt: skip
    return told.get(reading.relation, "subscription" if mapping.kind in SUBSCRIBED else "shop")


def analysed(
    source: Source, reading: Reading, progress: Progress | None = None
) -> Analysis | ContractAnalysis:
    """Read a file and compute everything about its company that no setting changes.

    Raises
    ------
    TenureError
        When the rows cannot carry an analysis, or a question about them was not answered.
    """
    raw = table(source, reading.sheet)
    mapping = columns(raw, reading)
    kinds = {"shop": _shop, "subscription": _subscription, "payments": _payments}
    open_as = kinds[kind_of(mapping, reading)]
    return open_as(raw, mapping, source, reading, progress)


def _shop(
    raw: RawTable, mapping: Mapping, source: Source, reading: Reading, progress: Progress | None
) -> Analysis:
    log = _log(raw, mapping, source, reading)
    loading.everything()
    from models.analysis import analyse

    return analyse(log, progress=progress)


def _payments(
    raw: RawTable, mapping: Mapping, source: Source, reading: Reading, progress: Progress | None
) -> ContractAnalysis:
    log = _log(raw, mapping, source, reading)
    listed = subscriptions_of(log, period_months=reading.period_months or None)
    loading.everything()
    from models.contracts import analyse_subscriptions

    return analyse_subscriptions(listed, progress=progress)


def _log(raw: RawTable, mapping: Mapping, source: Source, reading: Reading) -> Transactions:
    return read_transactions(
        raw,
        mapping=mapping,
        rules=Rules(frozenset(reading.rules_off)),
        until=reading.until,
        end=reading.covers or source.last_day,
        currency=reading.currency or source.currency,
    )


def _subscription(
    raw: RawTable, mapping: Mapping, source: Source, reading: Reading, progress: Progress | None
) -> ContractAnalysis:
    places = {guess.role: guess.column + 1 for guess in mapping.guesses}
    if question := asking.open_question(places, reading):
        raise ColumnError(question)
    listed = read_subscriptions(
        raw,
        mapping=mapping,
        date_order=reading.date_order or None,
        until=reading.until,
        end=reading.covers or source.last_day,
        leaving_means=reading.left_means or None,
        leavers=reading.leavers or None,
        period_months=reading.period_months or None,
        currency=reading.currency or source.currency,
    )
    loading.everything()
    from models.contracts import analyse_subscriptions

    return analyse_subscriptions(listed, progress=progress)
