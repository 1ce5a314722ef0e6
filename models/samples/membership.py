"""The invented magazine's people, and what becomes of each year by year until they leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.samples.chance import Floats, Ints, pick, uniform
from models.samples.truth import (
    BEYOND_CONTROL,
    BEYOND_CONTROL_WEIGHTS,
    CHANNELS,
    DESKS,
    MONTHS,
    PLANS,
    REASON_WEIGHTS,
    REASONS,
    REGIONS,
    MagazineTruth,
)

Days = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]

ALL_REASONS = (*REASONS, *BEYOND_CONTROL)
_HALVINGS = 60


@dataclass(frozen=True, eq=False)
class People:
    """Who ever subscribed, in the order they came; every field has shape `(people,)`.

    Attributes
    ----------
    month, day
        First day of the subscription: calendar month, and 0-based day within it (below 28, so
        that every anniversary exists).
    plan, channel, region
        Places in `PLANS`, `CHANNELS`, `REGIONS`.
    rank, chance
        Rank within the plan from most to least loyal, and the chance theta of not renewing.
    corporate
        True for the one corporate subscriber.
    """

    month: Days
    day: Ints
    plan: Ints
    channel: Ints
    region: Ints
    rank: Floats
    chance: Floats
    corporate: Bools

    def __len__(self) -> int:
        return len(self.day)

    def anniversary(self, years: npt.ArrayLike) -> Days:
        """Return the day `years` after each start; `years` broadcasts against `(people,)`."""
        later = self.month + 12 * np.asarray(years, np.int64)
        return np.asarray(later.astype("datetime64[D]") + self.day)


@dataclass(frozen=True, eq=False)
class Lives:
    """What became of each person.

    Attributes
    ----------
    years
        Years begun by the last day, shape `(people,)`: the renewals made are one fewer.
    left
        Whether the person left at the end of the last of them, shape `(people,)`.
    complaint
        Contact desk of the year's delivery complaint, -1 for none, shape `(people, years)`.
    ignored
        Whether that complaint was never answered, shape `(people, years)`.
    undisturbed
        Chance to renew after a year without a complaint, shape `(people,)`.
    arm
        "offer" or "control" for those whose renewal was put to the test, else "".
    test_year
        Renewal that was put to the test, counted from 0; -1 for none.
    saved
        Whether the offer held somebody who would have left, shape `(people,)`.
    reason
        Place in `ALL_REASONS` of why the person left, -1 for those who did not.
    """

    years: Ints
    left: Bools
    complaint: Ints
    ignored: Bools
    undisturbed: Floats
    arm: npt.NDArray[np.str_]
    test_year: Ints
    saved: Bools
    reason: Ints


def newcomers(truth: MagazineTruth, seed: int) -> People:
    """Draw everybody who ever subscribes, and add the corporate subscriber."""
    n = sum(truth.cohorts)
    year = np.repeat(np.arange(len(truth.cohorts)), truth.cohorts)
    month = (truth.first_year - 1970 + year) * 12 + pick(uniform(seed, "month", n), MONTHS)
    day = np.floor(uniform(seed, "day", n) * 28).astype(np.int64)
    plan = pick(uniform(seed, "plan", n), [p.weight for p in PLANS])
    rank = uniform(seed, "rank", n)
    chance = np.choose(plan, [p.chance(rank) for p in PLANS])
    tilted = [c.weight * (1 + c.tilt * (2 * rank - 1)) for c in CHANNELS]
    channel = pick(uniform(seed, "channel", n), np.stack(tilted, axis=1))
    region = pick(uniform(seed, "region", n), [r.weight for r in REGIONS])
    company = truth.company_start
    month = np.append(month, (company.year - 1970) * 12 + company.month - 1)
    day = np.append(day, company.day - 1)
    order = np.lexsort((day, month))
    return People(
        month=month.astype("datetime64[M]")[order],
        day=day[order],
        plan=np.append(plan, len(PLANS) - 1)[order],
        channel=np.append(channel, len(CHANNELS) - 1)[order],
        region=np.append(region, 0)[order],
        rank=np.append(rank, 0.0)[order],
        chance=np.append(chance, 0.0)[order],
        corporate=order == n,
    )


def live(people: People, truth: MagazineTruth, seed: int) -> Lives:
    """Take everybody from renewal to renewal until they leave or the file ends."""
    n, most = len(people), len(truth.cohorts)
    complaint, ignored = _complaints(people, most, seed)
    undisturbed = _undisturbed(people, truth)
    hazard = np.where(complaint < 0, 1.0, np.where(ignored, truth.unanswered, truth.answered))
    would_leave = uniform(seed, "renewal", n, most) > undisturbed[:, None] ** hazard
    due = people.anniversary(np.arange(1, most + 1)[:, None]).T
    beyond = uniform(seed, "control", n) < truth.beyond_control
    tested = (due >= _day(truth.season[0])) & (due <= _day(truth.season[1]))
    tested &= ~people.corporate[:, None]
    offered = tested & (uniform(seed, "arm", n) < 0.5)[:, None]
    # One number per person: would the offer hold them, whenever it comes.
    held = (uniform(seed, "saved", n) < truth.save_rate) & ~beyond
    leaves = would_leave & ~(offered & held[:, None]) & (due <= _day(truth.last_day))
    left = np.asarray(leaves.any(axis=1))
    years = np.where(left, leaves.argmax(axis=1), (due <= _day(truth.last_day)).sum(axis=1)) + 1
    reached = tested & (np.arange(most) < years[:, None]) & (due <= _day(truth.last_day))
    met = reached.any(axis=1)
    test_year = np.where(met, reached.argmax(axis=1), -1)
    arm = np.where(met, np.where((reached & offered).any(axis=1), "offer", "control"), "")
    row, last = np.arange(n), years - 1
    return Lives(
        years=years,
        left=left,
        complaint=complaint,
        ignored=ignored,
        undisturbed=undisturbed,
        arm=arm,
        test_year=test_year,
        saved=(arm == "offer") & would_leave[row, test_year] & held,
        reason=_reasons(left, beyond, complaint[row, last] >= 0, ignored[row, last], seed),
    )


def _complaints(people: People, most: int, seed: int) -> tuple[Ints, Bools]:
    """Return the desk of each year's delivery complaint (-1: none), and who got no answer."""
    chance = np.array([p.complaints for p in PLANS])[people.plan]
    chance = chance * np.array([r.complaints for r in REGIONS])[people.region]
    u = uniform(seed, "complaint", len(people), most)
    happens = u < chance[:, None]
    # What is left of the same uniform number says which desk, and whether it answered.
    inside = np.where(happens, u / np.maximum(chance, 1e-300)[:, None], 0.0).ravel()
    kinds = [w for d in DESKS for w in (d.weight * d.unanswered, d.weight * (1 - d.unanswered))]
    kind = pick(inside, kinds).reshape(happens.shape)
    return np.where(happens, kind // 2, -1), happens & (kind % 2 == 0)


def _undisturbed(people: People, truth: MagazineTruth) -> Floats:
    """Return each person's chance s to renew after a quiet year.

    It solves p0 s + p1 s^answered + p2 s^unanswered = 1 - theta, the p being the yearly chances of
    no, an answered and an unanswered complaint in the person's plan, averaged over regions: people
    then renew with 1 - theta on average, and a plan's retention stays that of the paper.
    """
    complains = np.array([p.complaints for p in PLANS])[people.plan]
    ignored = complains * truth.unanswered_share
    low, high = 1 - people.chance, np.ones(len(people))
    for _ in range(_HALVINGS):
        s = (low + high) / 2
        renews = (1 - complains) * s + (complains - ignored) * s**truth.answered
        above = renews + ignored * s**truth.unanswered > 1 - people.chance
        low, high = np.where(above, low, s), np.where(above, s, high)
    return np.where(people.corporate, 1.0, high)


def _reasons(left: Bools, beyond: Bools, complained: Bools, ignored: Bools, seed: int) -> Ints:
    """Return why each person left, as a place in `ALL_REASONS`, -1 for those who stayed."""
    state = np.where(complained, np.where(ignored, 2, 1), 0)
    u = uniform(seed, "reason", len(left))
    ordinary = pick(u, np.array(REASON_WEIGHTS)[state])
    fate = len(REASONS) + pick(u, BEYOND_CONTROL_WEIGHTS)
    return np.where(left, np.where(beyond, fate, ordinary), -1)


def _day(date: dt.date) -> np.datetime64:
    return np.datetime64(date, "D")
