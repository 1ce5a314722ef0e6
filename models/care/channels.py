"""`Care`: staying and worth by how customers got in touch, and what answering everybody would pay.

Channels are compared with comparable cases without them. A contact that nobody answered is compared
with answered ones about the same thing, so that who complains is not held against who asks. All of
it says what goes together; only a test could say what causes what.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.care.watched import Cases
from models.contacts import Contacts
from models.drivers.effects import Z80, Ranged
from models.errors import EvidenceError
from models.losses.judging import FEWEST, Loss, add_up, judge
from models.losses.subscriptions import contacts_before
from models.periods import MONTHS_PER_YEAR
from models.survival import proportion

Bools = npt.NDArray[np.bool_]

THROUGH: Final = "in touch through"
UNANSWERED: Final = "never answered"
RATED: Final = "answer rated"
WAITED: Final = "waited for an answer"
NEVER: Final = "never in touch"
ALL: Final = "any reason"
LOW, HIGH = "low (two fifths)", "high (two fifths)"
DAY: Final = 24.0
WITHIN, LONGER = "a day at most", "more than a day"
MOST_NAMES: Final = 12
ONE_CUSTOMER: Final = 0.3


@dataclass(frozen=True)
class Channel:
    """One way of getting in touch.

    Attributes
    ----------
    name
        As in the file.
    customers, contacts
        How many customers got in touch so, and how often.
    unanswered
        Share that nobody answered; None where the file does not say.
    hours
        Median hours until an answer; None without any.
    rating, rated
        Mean rating of an answer, None with fewer than 30, and how many there are.
    loss
        Cases after such a contact against comparable ones; None with fewer than 30 customers.
    worth
        Mean worth from today of those still there whose last contact was so; None with fewer than
        30 of them, where one of them has more than 30 % of it, or without money.
    """

    name: str
    customers: int
    contacts: int
    unanswered: Ranged | None
    hours: float | None
    rating: Ranged | None
    rated: int
    loss: Loss | None
    worth: Ranged | None


@dataclass(frozen=True)
class Lever:
    """What answering everybody could bring in a year, if answering is what makes the difference.

    Attributes
    ----------
    about
        What the contacts were about, or `any reason`.
    contacts
        Contacts of the last 12 months that nobody answered.
    held
        Customers who would have stayed, had they been lost as often as after answered contacts.
    of_leavers
        `held` as a share of all who were lost in those months.
    worth
        What one of them would have been worth; NaN without money.
    customers
        Customers today.
    """

    about: str
    contacts: int
    held: Ranged
    of_leavers: Ranged
    worth: float
    customers: int

    @property
    def break_even(self) -> Ranged:
        """The most that answering one contact may cost, in money."""
        each = self.worth / self.contacts
        return Ranged(*(each * n for n in (self.held.best, self.held.low, self.held.high)))

    def needed(self, cost: float) -> float:
        """Return of how many contacts one has to hold a customer for answering to pay."""
        return self.worth / cost if cost > 0 else math.inf

    def monthly(self, cost: float) -> float:
        """Return what answering all of them costs per customer and month."""
        return cost * self.contacts / (MONTHS_PER_YEAR * self.customers)


@dataclass(frozen=True, eq=False)
class Care:
    """How customers are looked after.

    Attributes
    ----------
    event
        As of `Cases`.
    contacts, customers, reached
        Contacts in use; customers there were, and how many of them ever got in touch before a case.
    answers_known
        Whether the log says which contacts were answered.
    channels
        Most used first.
    unanswered
        Contacts nobody answered against answered ones about the same thing: of any reason first.
    answers
        Ratings and waits for an answer, and customers who never got in touch.
    lever
        None where no difference between answered and unanswered passes the test.
    """

    event: str
    contacts: int
    customers: int
    reached: int
    answers_known: bool
    channels: tuple[Channel, ...]
    unanswered: tuple[Loss, ...]
    answers: tuple[Loss, ...]
    lever: Lever | None


def care_of(cases: Cases, contacts: Contacts) -> Care:
    """Judge a contact log by who stayed.

    Raises
    ------
    EvidenceError
        When fewer than 30 customers got in touch before a case that can be judged.
    """
    contacts = replace(contacts, frame=_while_customers(cases, contacts.frame))
    log = contacts_before(cases.frame, contacts.frame)
    if log["customer"].nunique() < FEWEST:
        raise EvidenceError(
            f"Only {log['customer'].nunique():,} customers got in touch before a {cases.event} "
            f"that can be judged; {FEWEST} are the fewest to say anything of. Bring a longer log."
        )
    # A missing answer only means something where most contacts have one.
    answers = contacts.has("hours") and bool(contacts.frame["hours"].notna().mean() > 0.5)
    judged = judge(pd.DataFrame(_looks(cases.frame, log, contacts, answers=answers)))
    unanswered = _unanswered(cases.frame, log) if answers else ()
    return Care(
        cases.event,
        len(contacts.frame),
        cases.frame["customer"].nunique(),
        log["customer"].nunique(),
        answers,
        _channels(cases, contacts, {one.name: one for one in judged if one.kind == THROUGH},
                  answers=answers),
        unanswered,
        tuple(one for one in judged if one.kind != THROUGH),
        _lever(cases, log, unanswered),
    )  # fmt: skip


def _while_customers(cases: Cases, log: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts without those of customers who had left by then for good."""
    final = cases.frame.sort_values("due", kind="stable").drop_duplicates("customer", keep="last")
    gone = final[final["lost"] & ~final["customer"].isin(set(cases.today["customer"]))]
    left = gone.set_index("customer")["due"].reindex(log["customer"]).to_numpy(np.float64)
    return log[~(log["day"].to_numpy() >= left)].reset_index(drop=True)


def _looks(
    cases: pd.DataFrame, log: pd.DataFrame, contacts: Contacts, *, answers: bool
) -> list[dict[str, object]]:
    """Return the sums of cases with a contact of each kind, for `judge`."""
    groups: list[tuple[str, str, Bools]] = []

    def with_(members: pd.Series[bool]) -> Bools:
        exposed = np.zeros(len(cases), bool)
        exposed[log.loc[members, "case"].to_numpy()] = True
        return exposed

    for name in log["channel"].value_counts().index[:MOST_NAMES]:
        groups.append((THROUGH, str(name), with_(log["channel"] == name)))
    if log["rating"].notna().any():
        low, high = contacts.frame["rating"].min(), contacts.frame["rating"].max()
        step = 0.4 * (high - low)
        groups.append((RATED, LOW, with_(log["rating"] <= low + step + 1e-9)))
        groups.append((RATED, HIGH, with_(log["rating"] >= high - step - 1e-9)))
    if answers:
        groups.append((WAITED, WITHIN, with_(log["hours"] <= DAY)))
        groups.append((WAITED, LONGER, with_(log["hours"] > DAY)))
    first = contacts.frame.groupby("customer")["day"].min().reindex(cases["customer"]).to_numpy()
    groups.append((NEVER, NEVER, ~(first < cases["due"].to_numpy())))
    return [_row(cases, kind, name, exposed) for kind, name, exposed in groups]


def _row(cases: pd.DataFrame, kind: str, name: str, exposed: Bools) -> dict[str, object]:
    worth = cases.loc[exposed & cases["lost"].to_numpy(bool), "worth"].mean()
    sums = {str(name): value for name, value in add_up(cases, exposed).items()}
    return {"kind": kind, "name": name, **sums, "money": worth}


def _unanswered(cases: pd.DataFrame, log: pd.DataFrame) -> tuple[Loss, ...]:
    """Compare unanswered contacts with answered ones about the same thing, case by case."""
    about = log.assign(
        reason=log["reason"].astype(object).where(log["reason"].notna(), ""),
        ignored=log["hours"].isna(),
    )
    # A case with several contacts about one thing is unanswered when any of them was.
    pairs = about.groupby(["case", "reason"], as_index=False)["ignored"].max()
    mine = cases.iloc[pairs["case"].to_numpy()].reset_index(drop=True)
    mine["stratum"] = mine["stratum"].astype(str) + "|" + pairs["reason"].astype(str)
    ignored = pairs["ignored"].to_numpy(bool)
    rows = [_row(mine, UNANSWERED, ALL, ignored)]
    for reason in pairs["reason"].value_counts().index[:MOST_NAMES]:
        same = (pairs["reason"] == reason).to_numpy()
        if reason:
            rows.append(_row(mine[same], UNANSWERED, str(reason), ignored[same]))
    found = judge(pd.DataFrame(rows))
    return tuple(sorted(found, key=lambda one: one.name != ALL))


def _channels(
    cases: Cases, contacts: Contacts, losses: dict[str, Loss], *, answers: bool
) -> tuple[Channel, ...]:
    frame = contacts.frame
    worth = cases.today.set_index("customer")["worth"]
    latest = frame.groupby("customer")["channel"].last()
    found = []
    for name in frame["channel"].value_counts().index[:MOST_NAMES]:
        mine = frame[frame["channel"] == name]
        if mine["customer"].nunique() < FEWEST:
            continue
        there = worth.reindex(latest.index[(latest == name).to_numpy()]).to_numpy(np.float64)
        ignored = Ranged(*(float(part[0]) for part in
                           proportion([mine["hours"].isna().sum()], [len(mine)])))  # fmt: skip
        found.append(
            Channel(
                str(name), mine["customer"].nunique(), len(mine), ignored if answers else None,
                float(mine["hours"].median()) if mine["hours"].notna().any() else None,
                _mean(mine["rating"].to_numpy(np.float64)), int(mine["rating"].notna().sum()),
                losses.get(str(name)), _mean(there),
            )
        )  # fmt: skip
    return tuple(found)


def _mean(values: npt.NDArray[np.float64]) -> Ranged | None:
    """Return a mean with its 80 % range; None of fewer than 30, or where it rests on one."""
    known = values[np.isfinite(values)]
    if len(known) < FEWEST or known.max() > ONE_CUSTOMER * known.sum():
        return None
    mean, error = float(known.mean()), float(known.std(ddof=1) / math.sqrt(len(known)))
    return Ranged(mean, mean - Z80 * error, mean + Z80 * error)


def _lever(cases: Cases, log: pd.DataFrame, unanswered: tuple[Loss, ...]) -> Lever | None:
    """Return what answering would bring: the reasons that pass the test, else all together."""
    passed = [one for one in unanswered if one.announced and one.times.low > 1]
    if not passed:
        return None
    strongest = min(passed, key=lambda one: (one.name == ALL, one.chance))
    frame = cases.frame
    recent = frame["recent"].to_numpy(bool)
    ignored = log["hours"].isna() & recent[log["case"].to_numpy()]
    if strongest.name != ALL:
        ignored &= log["reason"] == strongest.name
    mine = frame.iloc[log.loc[ignored, "case"].unique()]
    lost = int(mine["lost"].sum())
    leavers = int((frame["lost"] & frame["recent"]).sum())
    if not lost or not ignored.any():
        return None
    times = strongest.times
    held = [lost * (1 - 1 / t) for t in (times.best, times.low, times.high)]
    return Lever(
        strongest.name,
        int(ignored.sum()),
        Ranged(*held),
        Ranged(*(n / leavers for n in held)),
        float(mine.loc[mine["lost"], "worth"].mean()),
        len(cases.today),
    )
