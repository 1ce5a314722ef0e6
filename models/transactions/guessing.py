"""From names and contents to one guess per role.

The name of a column speaks first, its content confirms or contradicts; where the name says nothing
the content speaks alone. Confidences are calibrated on recast files: of the guesses made at about
90 %, some 90 % are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.transactions.cells import words
from models.transactions.evidence import date_columns, judge
from models.transactions.judgement import Judgement
from models.transactions.platforms import Platform, columns_for
from models.transactions.profiles import ColumnProfile, empty_share
from models.transactions.vocabulary import NUMBER_ROLES, ROLES, is_personal, name_rank

_PLATFORM: Final = 0.98
_AGREED: Final = 0.97
_NAMED: Final = 0.93
_WEAKLY_NAMED: Final = 0.8
_EMPTY: Final = 0.75
_ROWS_EACH: Final = 1.5
_WEAK_NAMES: Final = words(
    "value|net|gross|total|count|items|rate|group|class|day|tag|data|id|user|guest|account|item|"
    "volume|market|source|name|type|state|end|start|months|weeks|left|charges|wert|sales|cid|"
    "description|products|brand|family"
)


@dataclass(frozen=True)
class Guess:
    """One column's role.

    Attributes
    ----------
    column
        0-based place in the file.
    confidence
        0..1; 1 when the user chose it.
    why
        One sentence.
    samples
        The most frequent values.
    """

    role: str
    column: int
    header: str
    confidence: float
    why: str
    samples: tuple[str, ...]


def guess_roles(profiles: Sequence[ColumnProfile], platform: Platform | None) -> tuple[Guess, ...]:
    """Return one guess per role that some column plays."""
    taken: dict[int, str] = {}
    guesses: dict[str, Guess] = {}
    if platform:
        for role in platform.roles:
            guess = _by_platform(role, profiles, platform, taken)
            if guess:
                guesses[role] = guess
                taken[guess.column] = role
    else:
        _by_name_and_content(profiles, guesses, taken)
        guesses = _listed_once(profiles, guesses)
    return tuple(sorted(guesses.values(), key=lambda guess: ROLES.index(guess.role)))


def _listed_once(profiles: Sequence[ColumnProfile], guesses: dict[str, Guess]) -> dict[str, Guess]:
    """Return the guesses as those of a list of subscriptions, where every row seems to be one.

    A row that starts and may be cancelled, of a customer who hardly ever has another, is no order:
    the day it was written down is then not a day of purchase.
    """
    start, end = guesses.get("start"), guesses.get("end", guesses.get("cancelled"))
    customer = guesses.get("customer")
    if start is None or end is None or customer is None or start.confidence < _WEAKLY_NAMED:
        return guesses
    column = profiles[customer.column]
    if int((column.codes >= 0).sum()) > _ROWS_EACH * len(column.texts):
        return guesses
    kept = {
        role: guess for role, guess in guesses.items() if role not in {"date", "order", "cancelled"}
    }
    return {**kept, "end": replace(end, role="end")}


def kind_of(guesses: Sequence[Guess], profiles: Sequence[ColumnProfile]) -> str:
    """Return what kind of file the roles describe."""
    roles = {guess.role for guess in guesses}
    by_role = {guess.role: profiles[guess.column] for guess in guesses}
    if {"start", "end"} <= roles and "date" not in roles:
        return "subscriptions"
    if {"tenure", "flag"} <= roles and "date" not in roles:
        return "snapshot"
    customer = by_role.get("customer")
    once = customer is not None and len(customer.texts) == int((customer.codes >= 0).sum())
    if "date" not in roles and (once or {"tenure", "flag"} & roles):
        return "customers"
    return "transactions"


def _by_platform(
    role: str, profiles: Sequence[ColumnProfile], platform: Platform, taken: dict[int, str]
) -> Guess | None:
    """Take the platform's preferred column, or a later one that is much better filled."""
    columns = [i for i in columns_for(platform, role, [p.header for p in profiles])
               if i not in taken]  # fmt: skip
    if not columns:
        return None
    fullest = min(empty_share(profiles[i]) for i in columns)
    best = next(i for i in columns if empty_share(profiles[i]) <= max(0.5, fullest + 0.2))
    column = profiles[best]
    why = f"{platform.name} exports keep the {role} in '{column.header}'."
    return Guess(role, best, column.header, _PLATFORM, why, column.examples)


def _by_name_and_content(
    profiles: Sequence[ColumnProfile], guesses: dict[str, Guess], taken: dict[int, str]
) -> None:
    """Fill in guesses from names and contents, the surest pair first."""
    candidates = _candidates(profiles)
    for candidate in sorted(candidates, key=lambda c: (-c.confidence, c.rank, c.guess.column)):
        guess = candidate.guess
        if guess.role not in guesses and guess.column not in taken:
            guesses[guess.role] = guess
            taken[guess.column] = guess.role


@dataclass(frozen=True)
class _Candidate:
    guess: Guess
    rank: int

    @property
    def confidence(self) -> float:
        return self.guess.confidence


def _candidates(profiles: Sequence[ColumnProfile]) -> list[_Candidate]:
    named = {
        (role, p.position): rank
        for role in ROLES
        for p in profiles
        if (rank := name_rank(role, p.header)) is not None and _can_be(role, p)
    }
    dates = date_columns(profiles)
    date_position = _date_position(dates, named)
    day = None if date_position is None else profiles[date_position]
    contents = {(j.role, j.position): j for j in [*dates, *judge(profiles, day)]}
    otherwise = {position for _, position in named}
    found = []
    for role, position in sorted({*named, *contents}):
        column = profiles[position]
        rank = named.get((role, position))
        judgement = contents.get((role, position))
        confidence, why = _combine(role, column, rank, judgement)
        if rank is None and position in otherwise:
            confidence *= 0.5  # its name says something else
        if confidence >= 0.3:
            guess = Guess(role, position, column.header, confidence, why, column.examples)
            found.append(_Candidate(guess, 999 if rank is None else rank))
    return found


def _date_position(
    dates: Sequence[Judgement], named: dict[tuple[str, int], int]
) -> int | None:  # fmt: skip
    by_name = sorted((rank, position) for (role, position), rank in named.items() if role == "date")
    if by_name:
        return by_name[0][1]
    return dates[0].position if dates else None


def _combine(
    role: str, column: ColumnProfile, rank: int | None, judgement: Judgement | None
) -> tuple[float, str]:
    """Return the confidence of a role for a column, and why."""
    header = column.header
    if rank is None:
        if judgement is None or (is_personal(header) and role not in {"customer", "country"}):
            return 0.0, ""
        return judgement.confidence, f"Its content: {judgement.why}."
    if not column.texts:
        return _EMPTY - 0.0005 * rank, f"It is called '{header}', and nobody has an end yet."
    weak = header.strip().lower() in _WEAK_NAMES
    if judgement is not None and judgement.confidence > 0.5:
        return _AGREED - 0.0001 * rank, f"It is called '{header}', and {judgement.why}."
    sure = _WEAKLY_NAMED if weak else _NAMED
    return sure - 0.0005 * rank, f"It is called '{header}'."


def _can_be(role: str, column: ColumnProfile) -> bool:
    """Return whether the content allows a role that the name claims."""
    if not column.texts:
        return role == "end"  # nobody has left yet
    if role in {"date", "start", "end", "cancelled"}:
        return column.date_share >= 0.5
    if role in NUMBER_ROLES or role == "tenure":
        return column.number_share >= 0.8
    if role in {"country", "channel", "segment", "status", "type", "plan", "reason"}:
        return column.date_share < 0.5 and len(column.texts) <= 500
    return column.date_share < 0.9 or column.number_share >= 0.9
