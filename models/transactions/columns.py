"""Which column is which: recognised by its name and by its content, with a reason for each guess.

The user can correct every guess with `Mapping.with_roles`; what was corrected is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from models.errors import ColumnError
from models.transactions.dates import (
    ORDERS,
    DateFormat,
    NumericParts,
    decide_order,
    numeric_parts,
    numeric_parts_sql,
    plain_format,
)
from models.transactions.guessing import Guess, guess_roles, kind_of
from models.transactions.layout import amount_source, extra_attributes, layout_of
from models.transactions.numbers import NumberFormat
from models.transactions.platforms import platform_of
from models.transactions.profiles import ColumnProfile, profile
from models.transactions.vocabulary import NUMBER_ROLES, ROLES, fold

if TYPE_CHECKING:
    from models.transactions.reading import RawTable

KIND_SENTENCES: Final = {
    "subscriptions": "a list of subscriptions (one row per contract, with its start and end)",
    "snapshot": "a snapshot of customers (how long each has stayed and whether they left)",
    "customers": "a list of customers without their purchases",
}
SUBSCRIBED: Final = ("subscriptions", "snapshot")
NOT_MONEY: Final = "none"
DOUBTFUL: Final = 0.75


@dataclass(frozen=True)
class Mapping:
    """Which column plays which role, and how its cells are written.

    Attributes
    ----------
    kind
        `"transactions"`, `"subscriptions"`, `"snapshot"` or `"customers"`.
    guesses
        One `Guess` per role found, in the order of `vocabulary.ROLES`.
    headers
        The shown name of every column of the file.
    dates
        How the date column writes its days; None without one.
    numbers
        (role, format) of every number column in use.
    amount_from
        `"amount"`, `"quantity*price"`, `"price"` or `"none"` (a file without money).
    layout
        `"row"`: every row carries its own amount; `"first_row"`: an order's amount stands on its
        first row only; `"repeated"`: an order's total is repeated on each of its rows.
    attributes
        (name, 0-based column) of what is known about a customer at the first purchase.
    return_mark
        What the order number of a return starts with, such as `"C"`; None when there is no mark.
    questions
        What a careful reader would ask before trusting the guesses.
    dropped
        Roles of which the user said that no column plays them.
    """

    kind: str
    guesses: tuple[Guess, ...]
    headers: tuple[str, ...]
    dates: DateFormat | None
    numbers: tuple[tuple[str, NumberFormat], ...]
    amount_from: str
    layout: str = "row"
    attributes: tuple[tuple[str, int], ...] = ()
    platform: str | None = None
    guest: str | None = None
    return_mark: str | None = None
    questions: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    raw: RawTable | None = field(default=None, repr=False, compare=False)
    profiles: tuple[ColumnProfile, ...] = field(default=(), repr=False, compare=False)

    def guess(self, role: str) -> Guess | None:
        """Return the guess for a role, None when no column plays it."""
        return next((guess for guess in self.guesses if guess.role == role), None)

    def column(self, role: str) -> str | None:
        """Return the engine's name of the column that plays a role (`c3`), or None."""
        guess = self.guess(role)
        return None if guess is None else f"c{guess.column + 1}"

    def header(self, role: str) -> str:
        """Return the shown name of the column that plays a role, empty when none does."""
        guess = self.guess(role)
        return "" if guess is None else guess.header

    def number(self, role: str) -> NumberFormat:
        """Return how the column of a number role is written."""
        return dict(self.numbers)[role]

    @property
    def date_order(self) -> str | None:
        """Return the order of day, month and year in the date column."""
        return self.dates.order if self.dates else None

    @property
    def decimal(self) -> str:
        """Return the decimal mark of the money column."""
        role = "price" if self.amount_from == "quantity*price" else self.amount_from
        return dict(self.numbers)[role].decimal if role in dict(self.numbers) else "."

    def with_roles(
        self, *, date_order: str | None = None, drop: Sequence[str] = (), **roles: str | int | None
    ) -> Mapping:
        """Return a copy in which the user's choices replace the guesses.

        Parameters
        ----------
        date_order
            `"dmy"`, `"mdy"` or `"ymd"` for the date column.
        drop
            Roles that no column plays.
        **roles
            Role name = header, or 1-based position; None leaves the guess as it is.

        Raises
        ------
        ColumnError
            For a role or column that does not exist, or cells that cannot play the role.
        """
        chosen = {role: self._position(role, c) for role, c in roles.items() if c is not None}
        self._refuse_twins(chosen)
        unknown = [role for role in drop if role not in ROLES]
        if unknown:
            raise ColumnError(f"There is no role '{unknown[0]}'. The roles are {', '.join(ROLES)}.")
        kept = [
            guess for guess in self.guesses
            if guess.role not in {*chosen, *drop} and guess.column not in chosen.values()
        ]  # fmt: skip
        picked = [
            Guess(role, i, self.headers[i], 1.0, "You chose it.", self.profiles[i].examples)
            for role, i in chosen.items()
        ]
        kind = "transactions" if "date" in chosen else self.kind
        dropped = tuple(sorted({*self.dropped, *drop} - set(chosen)))
        changed = replace(self, guesses=tuple(kept + picked), kind=kind, dropped=dropped)
        return settle(changed, date_order)

    def _refuse_twins(self, chosen: dict[str, int]) -> None:
        for role, i in chosen.items():
            twin = next((r for r, j in chosen.items() if j == i and r != role), None)
            if twin is not None:
                raise ColumnError(
                    f"Column '{self.headers[i]}' cannot be both the {role} and the {twin}: "
                    "name another column for one of them."
                )

    def _position(self, role: str, column: str | int) -> int:
        if role not in ROLES:
            raise ColumnError(f"There is no role '{role}'. The roles are {', '.join(ROLES)}.")
        return self.place(role, column)

    def place(self, role: str, column: str | int) -> int:
        """Return the 0-based column that somebody names by its header or its 1-based position.

        `role` says what for, should there be none.

        Raises
        ------
        ColumnError
            When there is no such column.
        """
        listed = ", ".join(f"{i} {header}" for i, header in enumerate(self.headers, start=1))
        for i, header in enumerate(self.headers):
            if column == header or (isinstance(column, str) and fold(column) == fold(header)):
                return i
        if str(column).isdigit() and 1 <= int(column) <= len(self.headers):
            return int(column) - 1
        raise ColumnError(
            f"There is no column '{column}' for the {role}. The file has these columns: {listed}."
        )


def recognise(raw: RawTable, *, date_order: str | None = None) -> Mapping:
    """Recognise the columns of a table.

    Parameters
    ----------
    raw
        The table as text.
    date_order
        The order of day and month, when the user knows it.

    Raises
    ------
    ColumnError
        When the date column mixes two orders and none was given.
    """
    profiles = profile(raw)
    platform = platform_of(raw.headers)
    guesses = guess_roles(profiles, platform)
    mapping = Mapping(
        kind=platform.kind if platform else kind_of(guesses, profiles),
        guesses=guesses, headers=raw.headers, dates=None, numbers=(), amount_from=NOT_MONEY,
        platform=platform.name if platform else None, guest=platform.guest if platform else None,
        raw=raw, profiles=profiles,
    )  # fmt: skip
    return settle(mapping, date_order)


def settle(mapping: Mapping, date_order: str | None = None) -> Mapping:
    """Return the mapping with formats, layout and attributes decided for its columns."""
    if date_order is not None and date_order not in ORDERS:
        raise ColumnError(f"'{date_order}' is not a date order. Choose {', '.join(ORDERS)}.")
    guesses = tuple(sorted(mapping.guesses, key=lambda guess: ROLES.index(guess.role)))
    by_role = {guess.role: mapping.profiles[guess.column] for guess in guesses}
    numbers = tuple(
        (role, _number_format(role, by_role[role], mapping.guess(role)))
        for role in NUMBER_ROLES if role in by_role
    )  # fmt: skip
    dates = date_format(mapping, by_role["date"], date_order) if "date" in by_role else None
    layout = layout_of(by_role)
    settled = replace(
        mapping, guesses=guesses, numbers=numbers, dates=dates, layout=layout.name,
        amount_from=amount_source(by_role), return_mark=layout.return_mark,
        attributes=extra_attributes(mapping.profiles, guesses),
    )  # fmt: skip
    return replace(settled, questions=_questions(settled))


def _number_format(role: str, column: ColumnProfile, guess: Guess | None) -> NumberFormat:
    if guess is not None and guess.confidence == 1.0 and column.number_share < 0.5:
        raise ColumnError(
            f"Column '{column.header}' cannot be the {role}: only {column.number_share:.0%} of its "
            f"cells are numbers; the first are {_listed(column)}. Choose another column."
        )
    return column.number_format


def date_format(mapping: Mapping, column: ColumnProfile, asked: str | None = None) -> DateFormat:
    """Decide how a column writes its days.

    Raises
    ------
    ColumnError
        When its cells are not dates, or mix two orders and none was `asked` for.
    """
    if not column.styles:
        raise ColumnError(
            f"Column '{column.header}' cannot be the date: none of the cells looked at is one; "
            f"the first are {_listed(column)}. Choose another column, or write dates as 2011-12-31."
        )
    if "numeric" not in column.styles:
        return plain_format(column.header, column.styles, column.texts)
    parts = numeric_parts(column.texts)
    if mapping.raw is not None and not (parts.day_first or parts.month_first):
        # The sample could not decide; perhaps a cell elsewhere in the column can.
        result = mapping.raw.database.run(numeric_parts_sql(column.name, mapping.raw.table))
        parts = NumericParts(*(cells[0].as_py() for cells in result.itercolumns()))
    return decide_order(column.header, column.styles, parts, asked)


def _listed(column: ColumnProfile) -> str:
    return ", ".join(f"'{text}'" for text in column.examples) or "empty"


def _questions(mapping: Mapping) -> tuple[str, ...]:
    if mapping.kind in SUBSCRIBED:
        return _doubted(mapping, ("customer", "start", "end", "tenure", "flag"))
    questions = []
    if mapping.dates and not mapping.dates.decided:
        questions.append(f"{mapping.dates.evidence} Is that right?")
    needed = ("customer", "date")
    questions += [f"Which column is the {role}?" for role in needed if mapping.guess(role) is None]
    questions += _doubted(mapping, needed)
    if mapping.amount_from == NOT_MONEY:
        questions.append("Is there a column with the money of each row? Without one, only orders "
                         "are counted.")  # fmt: skip
    elif mapping.amount_from == "price":
        questions.append(f"Is '{mapping.header('price')}' the money of the whole row?")
    for role, form in mapping.numbers:
        if not form.decided and role in {"amount", "price"}:
            questions.append(form.evidence + " Is that right?")
    return tuple(questions)


def _doubted(mapping: Mapping, roles: Sequence[str]) -> tuple[str, ...]:
    """Return a question for each of some roles whose guess is a weak one."""
    found = (mapping.guess(role) for role in roles)
    return tuple(
        f"Is '{guess.header}' the {guess.role}? {guess.why}"
        for guess in found
        if guess is not None and guess.confidence < DOUBTFUL
    )
