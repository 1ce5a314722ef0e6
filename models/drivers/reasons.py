"""Why those who left say they left: how many by each age, what can be changed, what it costs.

Whoever leaves for one reason cannot leave for another later, so shares over time are cumulative
incidences, not one minus a curve per reason, which would add up to more than everybody.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts.subscribers import Subscribers
from models.drivers.effects import Z80, Ranged
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH, DAYS_PER_YEAR
from models.survival import Curve, proportion
from models.values import Values

Floats = npt.NDArray[np.float64]

UNTOLD: Final = "no reason told"
OTHER: Final = "other reasons"
QUANTITY: Final = "left for this reason"
MOST_REASONS: Final = 8
_UNCHANGEABLE: Final = re.compile(
    r"\b(moved?|moving|relocat\w*|umzug|umgezogen|verzogen|died|dead|death|deceased|verstorben|"
    r"gestorben|tod|todesfall|closed|closure|bankrupt\w*|insolven\w*|out of business|"
    r"geschlossen|geschaftsaufgabe|retired|retirement|graduat\w*|emigrat\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Reason:
    """One reason told.

    Attributes
    ----------
    name
        As in the file.
    leavers
        Who left for it, in the whole file.
    share
        Of all who told a reason, with its 80 % band (Wilson); None for `UNTOLD`.
    changeable
        Whether anybody could do something about it; None for `UNTOLD`.
    curve
        Share of all customers who have left for it by each month since their start.
    recent
        Who left for it in the last 12 months of the file.
    lost
        What they would be worth today had they stayed; None without money.
    """

    name: str
    leavers: int
    share: Ranged | None
    changeable: bool | None
    curve: Curve
    recent: int
    lost: float | None


@dataclass(frozen=True, eq=False)
class Reasons:
    """Every reason, the most frequent first, those who told none last.

    Attributes
    ----------
    found
        The reasons.
    changeable
        Share of those who told a reason whose reason can be changed, with its 80 % band.
    recent_days
        Days that `Reason.recent` looks back; NaN in a file without dates.
    """

    found: tuple[Reason, ...]
    changeable: Ranged
    recent_days: float


def changeable(reason: str) -> bool:
    """Return whether a reason can be changed, by its words: moving away and death cannot."""
    return _UNCHANGEABLE.search(reason.replace("_", " ")) is None


def find_reasons(
    people: Subscribers, values: Values | None = None, unchangeable: Collection[str] | None = None
) -> Reasons:
    """Add up why subscribers left.

    Parameters
    ----------
    people
        Subscribers with their reasons.
    values
        What subscribers are worth at somebody's settings; a leaver counts what those who run today
        with the same plan and as many renewals are worth on average.
    unchangeable
        Reasons nobody can do anything about; judged by their words when not given.

    Raises
    ------
    EvidenceError
        When the file has no reasons.
    """
    frame = people.frame
    left = frame["observed"].to_numpy(bool)
    told = frame["reason"].where(frame["reason"].notna(), UNTOLD).astype(str).to_numpy(object)
    counts = pd.Series(told[left & (told != UNTOLD)]).value_counts()
    if counts.empty:
        raise EvidenceError(
            "The file does not say why anybody left: bring a column with the reasons they told."
        )
    names = list(counts.index[:MOST_REASONS])
    named = np.where(np.isin(told, [*names, UNTOLD]), told, OTHER)
    names += [extra for extra in (OTHER, UNTOLD) if (named[left] == extra).any()]
    stays = {n for n in names if (not changeable(n) if unchangeable is None else n in unchangeable)}
    worth = None if values is None or not values.has_money else worth_of_leavers(people, values)
    recent, days = _recent(people)
    total = int(counts.sum())
    found = []
    for name in names:
        mine = left & (named == name)
        found.append(
            Reason(
                name, int(mine.sum()), _share(int(mine.sum()), total) if name != UNTOLD else None,
                changeable=None if name == UNTOLD else name not in stays,
                curve=incidence(people, mine, name), recent=int((mine & recent).sum()),
                lost=None if worth is None else float(worth[mine & recent].sum()),
            )
        )  # fmt: skip
    can = sum(r.leavers for r in found if r.changeable)
    return Reasons(tuple(found), _share(can, total), days)


def _share(yes: int, of: int) -> Ranged:
    return Ranged(*(float(part[0]) for part in proportion([yes], [of])))


def _recent(people: Subscribers) -> tuple[npt.NDArray[np.bool_], float]:
    if people.last_day is None:
        return np.zeros(len(people.frame), bool), float("nan")
    since = people.last_day - DAYS_PER_YEAR
    ended = people.frame["ended"].to_numpy(np.float64)
    return ended > since, DAYS_PER_YEAR  # NaN, still running, is not


def worth_of_leavers(people: Subscribers, values: Values) -> Floats:
    """Return what each leaver would be worth, NaN for those who stay, shape `(rows,)`.

    The mean worth of those who run today in the same plan, with as many renewals or the nearest
    number that somebody has.
    """
    frame = people.frame
    worth = values.frame.set_index("customer")["value"]
    table = pd.DataFrame(
        {
            "plan": frame["plan"].astype(object).where(frame["plan"].notna(), ""),
            "renewals": frame["renewals"].to_numpy(np.int64),
            "worth": worth.reindex(frame["customer"]).to_numpy(np.float64),
        },
        index=frame.index,
    )
    here = frame["running"].to_numpy(bool) & ~frame["leaving"].to_numpy(bool)
    known = table[here].groupby(["plan", "renewals"])["worth"].mean()
    overall = table[here].groupby("renewals")["worth"].mean()
    answer = np.full(len(frame), np.nan)
    for (plan, renewals), rows in table[~here].groupby(["plan", "renewals"]).groups.items():
        same = known.loc[plan] if plan in known.index.get_level_values(0) else overall
        nearest = np.abs(same.index.to_numpy() - renewals).argmin() if len(same) else None
        if nearest is not None:
            answer[frame.index.get_indexer(rows)] = float(same.iloc[nearest])
    return answer


def incidence(people: Subscribers, mine: npt.NDArray[np.bool_], label: str) -> Curve:
    """Return the share of everybody who has left for one reason by each month since the start.

    Parameters
    ----------
    people
        All subscribers.
    mine
        Who left for the reason, shape `(rows,)`.
    label
        The reason.

    References
    ----------
    Aalen, O. and Johansen, S. (1978). An empirical transition matrix for non-homogeneous Markov
    chains based on censored observations. Scandinavian Journal of Statistics 5. Variance: Marubini,
    E. and Valsecchi, M. G. (1995). Analysing Survival Data from Clinical Trials, ch. 10.
    """
    frame = people.frame
    age, left = frame["age_days"].to_numpy(np.float64), frame["observed"].to_numpy(bool)
    entry = frame["entry_days"].to_numpy(np.float64)
    days, place = np.unique(age[left], return_inverse=True)
    d = np.bincount(place, minlength=len(days)).astype(np.float64)
    own = np.bincount(place, mine[left], len(days))
    n = _followed(age, days) - (_followed(entry, days) if people.delayed else 0.0)
    stays = np.cumprod(1 - d / n)
    before = np.concatenate([[1.0], stays[:-1]])
    share = np.cumsum(before * own / n)
    # (F(t) - F(t_j))^2 a_j, summed over j, multiplied out so that it costs one pass.
    a = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    b, c = before * own / n**2, before**2 * (n - own) * own / n**3
    variance = (
        share**2 * np.cumsum(a) - 2 * share * np.cumsum(share * a) + np.cumsum(share**2 * a)
        + np.cumsum(c) - 2 * (share * np.cumsum(b) - np.cumsum(share * b))
    )  # fmt: skip
    half = Z80 * np.sqrt(np.maximum(variance, 0.0))
    begin = np.zeros(1)
    return Curve(
        label, QUANTITY,
        np.concatenate([begin, days / DAYS_PER_MONTH]),
        np.clip(np.concatenate([begin, share]), 0, 1),
        np.clip(np.concatenate([begin, share - half]), 0, 1),
        np.clip(np.concatenate([begin, share + half]), 0, 1),
        np.concatenate([[n[0]], n]).astype(np.int64),
    )  # fmt: skip


def _followed(ends: Floats, days: Floats) -> Floats:
    return (len(ends) - np.searchsorted(np.sort(ends), days, side="left")).astype(np.float64)
