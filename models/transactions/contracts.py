"""Which column of a list of subscriptions is which, and what it says of leaving.

Start and end dates need no question. A flag does: `Churn`, `retained` and `censor` mean opposite
things by the same 1, so whoever reads one has to be told which value means that somebody left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Named
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.errors import ColumnError, SettingError
from models.transactions.columns import Mapping, date_format
from models.transactions.dates import DateFormat
from models.transactions.numbers import NumberFormat
from models.transactions.profiles import ColumnProfile
from models.transactions.vocabulary import fold

if TYPE_CHECKING:
    from models.transactions.rawtable import RawTable

LEAVERS: Final = ("all", "last-period")
ARMS: Final = 2
NAME_THEM: Final = (
    "Name them with --start-column and --end-column, or with --tenure-column and --leaving-column."
)
_CONTROL: Final = r"control( group)?|ctrl|hold ?out( group)?|kontroll?e?(gruppe)?|no offer"

# Best names first; a role the user chose wins over all of them.
_NAMES: Final[Named[str, str]] = {
    "price": "price paid|monthly charges|monthly charge|mrr|recurring amount|plan amount|"
             "subscription price|unit amount|amount|price|fee|list price|charge|rate|beitrag|"
             "monatsbeitrag|jahresbeitrag|preis|betrag",
    "list_price": "list price|full price|regular price|standard price|listenpreis|normalpreis",
    "paid": "paid to date|total paid|total charges|lifetime revenue|revenue to date|total revenue|"
            "total spent|bezahlt bisher|bisher bezahlt",
    "period": "renewal months|term months|period months|billing months|interval|billing interval|"
              "billing period|subscription billing period|billing cycle|term|len|laufzeit monate",
    "trial_end": "trial end utc|trial end|trial ends at|trial ended at|trial end date|testende",
}  # fmt: skip
_MONTHS: Final = (
    (r"month|monthly|monat|monatlich|m", 1), (r"quarter|quarterly|quartal|vierteljahrlich", 3),
    (r"half year|half yearly|semiannual|halbjahrlich", 6),
    (r"year|yearly|annual|annually|jahr|jahrlich|y", 12),
)  # fmt: skip
_WEEKS_A_YEAR: Final = 52


@dataclass(frozen=True)
class ContractColumns:
    """Where a list of subscriptions keeps what.

    Attributes
    ----------
    mapping
        The recognised roles; `customer`, `start`, `end`, `tenure`, `plan` are used.
    dates
        How start and end write their days; None in a snapshot.
    money
        (role, engine column, format) of `price`, `list_price` and `paid`, where there are any.
    period, trial_end
        Engine columns, or None.
    months
        Text of the period column -> months.
    flag, means
        The column that says who left, and the value that says it; None with end dates alone.
    leavers
        Snapshots only: `"all"` when every past leaver is in the file, `"last-period"` when only
        those of the last period are.
    arm
        The column of a randomised test, as (engine column, header, value of those who got nothing):
        two values, one of which says control.
    """

    mapping: Mapping
    dates: tuple[DateFormat, DateFormat] | None
    money: tuple[tuple[str, str, NumberFormat], ...]
    period: str | None
    trial_end: str | None
    months: tuple[tuple[str, int], ...]
    flag: str | None
    means: str | None
    leavers: str | None
    arm: tuple[str, str, str] | None = None

    @property
    def snapshot(self) -> bool:
        """Whether the file has tenures and no dates."""
        return self.dates is None


def contract_columns(
    raw: RawTable,
    mapping: Mapping,
    *,
    leaving_column: str | int | None = None,
    leaving_means: str | None = None,
    leavers: str | None = None,
    date_order: str | None = None,
) -> ContractColumns:
    """Decide what each column of a list of subscriptions says.

    Raises
    ------
    ColumnError
        When neither start and end nor tenure and flag are there, or a flag's meaning is unknown.
    SettingError
        For a `leavers` that is not one of `LEAVERS`, or a snapshot without it.
    """
    if leaving_column is not None:
        mapping = mapping.with_roles(flag=leaving_column)
    dated = mapping.guess("start") is not None and mapping.guess("end") is not None
    if not dated and mapping.guess("tenure") is None:
        raise ColumnError(_no_time(raw, mapping), NAME_THEM)
    asked = leaving_column is not None or leaving_means is not None
    flag, means = _leaving(raw, mapping, leaving_means) if asked or not dated else (None, None)
    if not dated:
        _check_leavers(raw, leavers)
    money = tuple(
        (role, column.name, column.number_format) for role, column in money_columns(mapping).items()
    )
    period, trial = _named(mapping, "period"), _named(mapping, "trial_end")
    return ContractColumns(
        mapping=mapping,
        dates=_dates(mapping, date_order) if dated else None,
        money=money,
        period=period.name if period else None,
        trial_end=trial.name if trial and dated else None,
        months=_periods(period) if period else (),
        flag=flag, means=means, leavers=None if dated else leavers, arm=_arm(mapping),
    )  # fmt: skip


def money_columns(mapping: Mapping) -> dict[str, ColumnProfile]:
    """Return the columns of `price` (per period), `list_price` and `paid` so far, where there are.

    Found by their names, unless the user chose (`price`, and `amount` for what was paid so far) or
    said that there is none.
    """
    found = {role: _named(mapping, role) for role in ("price", "list_price", "paid")}
    for role, chosen in (("price", "price"), ("paid", "amount")):
        guess = mapping.guess(chosen)
        certain = 0.97 if role == "price" and mapping.platform else 1.0
        if chosen in mapping.dropped:
            found[role] = None
        elif guess is not None and guess.confidence >= certain:
            found[role] = mapping.profiles[guess.column]
    return {role: column for role, column in found.items() if column is not None}


def _arm(mapping: Mapping) -> tuple[str, str, str] | None:
    """Return the column that says who was in the control group of a test, wherever it stands."""
    for column in mapping.profiles:
        controls = [text for text in column.texts if re.fullmatch(_CONTROL, fold(text))]
        if len(column.texts) == ARMS and len(controls) == 1:
            return column.name, column.header, controls[0]
    return None


def _dates(mapping: Mapping, asked: str | None) -> tuple[DateFormat, DateFormat]:
    """Return the formats of start and end; one that cannot be decided follows the other."""
    first, last = (
        mapping.profiles[guess.column]
        for guess in (mapping.guess("start"), mapping.guess("end")) if guess is not None
    )  # fmt: skip
    start = date_format(mapping, first, asked)
    if not last.texts:
        return start, start  # nobody has left yet
    end = date_format(mapping, last, asked)
    numeric = {"dmy", "mdy"}
    if {start.order, end.order} == numeric and start.decided != end.decided:
        known = start if start.decided else end
        return (start, _follow(end, known)) if start.decided else (_follow(start, known), end)
    return start, end


def _follow(form: DateFormat, known: DateFormat) -> DateFormat:
    return DateFormat(known.order, form.styles, known.evidence)


def _leaving(raw: RawTable, mapping: Mapping, means: str | None) -> tuple[str, str]:
    """Return the column that says who left and the value that says it, or ask."""
    guess = mapping.guess("flag")
    if guess is None:
        raise ColumnError(
            f"No column of '{raw.name}' says who left. Choose it, and the value in it that means "
            "somebody left.",
            "Name the column with --leaving-column and the value with --leaving-means.",
        )
    counts = mapping.profiles[guess.column].texts
    listed = sorted(counts, key=lambda text: (-counts[text], text))
    shown = ", ".join(f"'{text}' ({counts[text]:,} cells)" for text in listed[:4])
    if means is None:
        raise ColumnError(
            f"'{guess.header}' says who left, but not by which of its values: {shown}. Half of all "
            "files mean the opposite of the other half, so nothing is assumed: say which value "
            "those who left have.",
            f"Add --leaving-column '{guess.header}' --leaving-means VALUE.",
        )
    found = next((text for text in listed if _same(text, means)), None)
    if found is None:
        raise ColumnError(
            f"No cell looked at in '{guess.header}' is '{means}': they are {shown}. Say "
            "which of them those who left have.",
            "Name it with --leaving-means.",
        )
    return f"c{guess.column + 1}", found


def _same(text: str, means: str) -> bool:
    a, b = (re.sub(r"\.0+$", "", word.strip().lower()) for word in (text, str(means)))
    return a == b


def _check_leavers(raw: RawTable, leavers: str | None) -> None:
    if leavers is not None and leavers not in LEAVERS:
        raise SettingError(f"leavers = {leavers!r} is not one of {' or '.join(LEAVERS)}.")
    if leavers is None:
        raise SettingError(
            f"'{raw.name}' says how long customers have stayed and who left, but not when. Are all "
            "past leavers in it, or only those who left in the last period? Say which: taking the "
            "second for the first makes customers look far more loyal than they are.",
            "Add --leavers all or --leavers last-period.",
        )


def _no_time(raw: RawTable, mapping: Mapping) -> str:
    listed = ", ".join(f"'{header}'" for header in mapping.headers[:12])
    missing = "end" if mapping.guess("start") is not None else "start and the end"
    return (
        f"No column of '{raw.name}' gives the {missing} of each subscription, and none says for "
        f"how long somebody has been a customer. It has the columns {listed}. Choose "
        "which of them do, or bring a list that has them."
    )


def _named(mapping: Mapping, role: str) -> ColumnProfile | None:
    """Return the column with the best of the names of a role, if its cells can play it."""
    names = _NAMES[role].split("|")
    taken = {g.column for g in mapping.guesses
             if g.role in {"customer", "start", "end", "tenure", "flag"}}  # fmt: skip
    ranked = sorted(
        (names.index(fold(p.header)), p.position)
        for p in mapping.profiles
        if fold(p.header) in names and p.position not in taken and _fits(role, p)
    )
    return mapping.profiles[ranked[0][1]] if ranked else None


def _fits(role: str, column: ColumnProfile) -> bool:
    if role == "period":
        return bool(_periods(column))
    return column.date_share >= 0.5 if role == "trial_end" else column.number_share >= 0.8


def _periods(column: ColumnProfile) -> tuple[tuple[str, int], ...]:
    """Return the months of each text of a period column that says how often is paid."""
    read = ((text, months_of(text)) for text in sorted(column.texts))
    return tuple((text, months) for text, months in read if months)


def months_of(text: str) -> int | None:
    """Return the months of `12`, `monthly`, `1 Y`, `52 W` or `every 3 months`; None otherwise."""
    match = re.search(r"(\d+)?\s*([a-z ]*)$", fold(text).replace("every ", ""))
    if match is None or not match.group(0).strip():
        return None
    number, word = int(match.group(1) or 1), match.group(2).strip()
    if not word:
        return number if 1 <= number <= 60 else None
    if re.fullmatch(r"w|weeks?", word) and number % 4 == 0:
        return max(1, round(number * 12 / _WEEKS_A_YEAR))
    for names, months in _MONTHS:
        if re.fullmatch(rf"(?:{names})s?", word):
            return number * months
    return None
