"""One subscriber's story, and how sure each next renewal is: today, and as it looked before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.contracts.fits import Retention, Retentions, fit_retentions
from models.contracts.payments import payments
from models.contracts.subscribers import OTHERS, PLAN, Subscribers, subscribers
from models.errors import DataError, EvidenceError
from models.periods import months_after, period_starts
from models.stories import Story
from models.survival import EVERYONE
from models.transactions.subscriptions import Subscriptions
from models.values import Values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def renewal_chances(people: Subscribers, fitted: Retentions) -> Floats:
    """Return each customer's chance to make the next renewal, in the order of labels.

    0 for those who have left, or have cancelled and run out.
    """
    frame = people.frame
    pays = (frame["running"] & ~frame["leaving"]).to_numpy(bool)
    chance = np.zeros(len(frame))
    for label, one in fitted.used.items():
        who = fitted.members[label] & pays
        chance[who] = one.chosen.survival(1, frame.loc[who, "renewals"].to_numpy())
    best = frame.assign(chance=chance).groupby("customer", sort=True)["chance"].max()
    return best.to_numpy(np.float64)


def looks(listed: Subscriptions, fitted: Retentions) -> tuple[tuple[int, Retentions], ...]:
    """Return what could be fitted at the end of each calendar year, and today's, in order of time.

    Years that end before anybody was asked to renew are left out.
    """
    if listed.first_day is None or listed.last_day is None:
        return ()
    found = []
    for start in period_starts(listed.first_day, listed.last_day, "year")[1:]:
        if start - 1 >= listed.last_day:
            break
        try:
            found.append((start - 1, fit_retentions(subscribers(listed, start - 1))))
        except DataError:
            continue
    return (*found, (listed.last_day, fitted))


def story(
    people: Subscribers, values: Values, row: int, known: Sequence[tuple[int, Retentions]] = ()
) -> Story:
    """Return the story of the subscriber in a row of `Values.frame`; payments as in `payments`.

    Parameters
    ----------
    people, values
        The subscribers, and what they are worth.
    row
        A place in `Values.frame`.
    known
        Days and what was fitted on nothing after them, in order of time.

    Raises
    ------
    EvidenceError
        When there is no such subscriber, or the file has no dates.
    """
    if not 0 <= row < len(values.frame):
        raise EvidenceError(f"There is no customer in row {row}: there are {len(values.frame)}.")
    if people.last_day is None:
        raise EvidenceError(
            "The file says how long people have subscribed but not since when, so there are no "
            "dates to tell anybody's story by: bring start dates."
        )
    worth = values.frame.iloc[row]
    mine = replace(people, frame=people.frame[people.frame["customer"] == worth["customer"]])
    newest = mine.frame.iloc[-1]
    ended = int(newest["ended"]) if newest["observed"] else None
    spells = [
        [months_after(start, k * people.period_months) for k in range(made)]
        for start, made in mine.frame[["start", "payments"]].to_numpy(np.int64).tolist()
    ]
    days = np.array([day for spell in spells for day in spell], np.int64)
    amounts = payments(mine).rows()["amount"] if people.has_money else np.zeros(len(days))
    end = people.last_day if ended is None else ended - 1
    looked, chances = _looking_back(spells[-1], end, str(newest[PLAN]), known)
    if ended is not None and len(looked):
        looked, chances = np.append(looked, ended), np.append(chances, 0.0)
    return Story(
        customer=str(worth["customer"]),
        days=days,
        amounts=np.asarray(amounts, np.float64),
        p_alive=float(worth["p_alive"]),
        value=float(worth["value"]),
        low=float(worth["value_low"]),
        high=float(worth["value_high"]),
        earned=float(worth["earned"]),
        expected_orders=float(worth["expected_orders"]),
        looked=looked,
        chances=chances,
        ended=ended,
        by_payment=True,
    )


def _looking_back(
    paid: Sequence[int], end: int, plan: str, known: Sequence[tuple[int, Retentions]]
) -> tuple[Ints, Floats]:
    """Return the chance of the next renewal at each payment, and whenever more became known."""
    fits = [day for day, _ in known]
    since = max(paid[0], fits[0]) if fits else end + 1
    seen = sorted({day for day in (*paid, *fits) if since <= day <= end})
    chances = []
    for day in seen:
        made = bisect_right(paid, day) - 1
        fitted = known[bisect_right(fits, day) - 1][1]
        chances.append(float(_model(fitted, plan).chosen.retention(made)))
    return np.array(seen, np.int64), np.array(chances, np.float64)


def _model(fitted: Retentions, plan: str) -> Retention:
    """Return what somebody on a plan was read with; everybody's where the plan was not known."""
    used = fitted.used
    return used.get(plan) or used.get(OTHERS) or used.get(EVERYONE) or fitted.everyone
