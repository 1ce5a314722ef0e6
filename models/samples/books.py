"""The invented magazine's three files, as its own systems would export them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.samples.chance import Floats, Ints, normal, pick, uniform
from models.samples.membership import ALL_REASONS, Days, Lives, People
from models.samples.truth import (
    CHANNELS,
    COMPLAINT,
    DESKS,
    FIRST_OFFERS,
    FIRST_YEAR_DISCOUNT,
    OTHER_CONTACTS,
    PLANS,
    REGIONS,
    MagazineTruth,
    OtherContact,
)

_DISCOUNTED = FIRST_OFFERS.index("first year 25 % off")
_DAYS_AT_RISK = 365
_FULL_MARKS, _LOWEST = 5, 1


def names(people: People) -> npt.NDArray[np.str_]:
    """Return the subscriber numbers, in the order people came."""
    return np.array([f"S{i:05d}" for i in range(1, len(people) + 1)])


def subscriptions(people: People, lives: Lives, truth: MagazineTruth, seed: int) -> pd.DataFrame:
    """Return one row per subscription; what is not known or has not happened is blank."""
    offer = _first_offers(people, seed)
    price, paid, to_date = _payments(people, lives, offer, truth)
    end = people.anniversary(lives.years)
    given = uniform(seed, "reason given", len(people)) >= truth.silent
    reason = np.array(["", *ALL_REASONS])[np.where(given, lives.reason + 1, 0)]
    return pd.DataFrame(
        {
            "subscriber_id": names(people),
            "start_date": people.anniversary(0).astype(str),
            "end_date": np.where(lives.left, end.astype(str), ""),
            "status": np.where(lives.left, "ended", "running"),
            "plan": np.array([p.name for p in PLANS])[people.plan],
            "renewal_months": 12,
            "copies": np.where(people.corporate, truth.copies, 1),
            "list_price": price,
            "price_paid": paid,
            "paid_to_date": to_date,
            "currency": "EUR",
            "acquisition_channel": _channel_names(people),
            "first_offer": np.array(FIRST_OFFERS)[offer],
            "country": np.array([r.country for r in REGIONS])[people.region],
            "region": np.array([r.name for r in REGIONS])[people.region],
            "service_rating": _survey(people, lives, truth, seed),
            "cancellation_reason": reason,
            "renewal_test": lives.arm,
        }
    )


def _first_offers(people: People, seed: int) -> Ints:
    """Return what each newcomer was given; it depends on the channel and changes nothing."""
    by_channel = np.array([c.offers for c in CHANNELS])[people.channel]
    offer = pick(uniform(seed, "first offer", len(people)), by_channel)
    return np.where(people.corporate, 0, offer)


def _channel_names(people: People) -> npt.NDArray[np.str_]:
    found = np.array([c.name for c in CHANNELS])[people.channel]
    return np.where(people.corporate, "sales visit", found)


def _payments(
    people: People, lives: Lives, offer: Ints, truth: MagazineTruth
) -> tuple[Floats, Floats, Floats]:
    """Return list price and price paid for the latest year, and everything paid, in euros."""
    years = np.arange(len(truth.cohorts))
    calendar = people.month.astype("datetime64[Y]").astype(np.int64) + 1970
    term = calendar[:, None] + years
    price = np.zeros(term.shape)
    for place, plan in enumerate(PLANS):
        for since, euros in plan.prices:
            price[(people.plan == place)[:, None] & (term >= since)] = euros
    price *= np.where(people.corporate, truth.copies, 1)[:, None]
    share = np.ones(term.shape)
    share[offer == _DISCOUNTED, 0] -= FIRST_YEAR_DISCOUNT
    share[(lives.arm == "offer")[:, None] & (years == lives.test_year[:, None] + 1)] -= truth.depth
    share[people.corporate] -= truth.volume_discount
    row, last = np.arange(len(people)), lives.years - 1
    paid = np.round(price * share, 2)
    total = np.where(years < lives.years[:, None], paid, 0.0).sum(axis=1)
    return price[row, last], paid[row, last], np.round(total, 2)


def _survey(people: People, lives: Lives, truth: MagazineTruth, seed: int) -> list[str]:
    """Return the latest answer (1 to 5) to "how is our service?"; a symptom, never a cause."""
    n = len(people)
    # About the latest year that is over; those in their first have seen none.
    year = lives.years - np.where(lives.left, 1, 2)
    last = (np.arange(n), np.maximum(year, 0))
    complained = (lives.complaint[last] >= 0) & (year >= 0)
    ignored = complained & lives.ignored[last]
    mood = 4.2 - 1.5 * people.chance - np.where(ignored, 1.4, np.where(complained, 0.6, 0.0))
    marks = np.clip(np.round(mood + 0.8 * normal(seed, "rating", n)), _LOWEST, _FULL_MARKS)
    answered = uniform(seed, "survey", n) < truth.answers_survey
    return [f"{mark:.0f}" if is_in else "" for mark, is_in in zip(marks, answered, strict=True)]


def contacts(people: People, lives: Lives, truth: MagazineTruth, seed: int) -> pd.DataFrame:
    """Return one row per contact, by day and subscriber."""
    lived = np.arange(len(truth.cohorts)) < lives.years[:, None]
    complains, ignored = lived & (lives.complaint >= 0), lives.ignored
    u = uniform(seed, "complaint contact", 3, *lived.shape)
    parts = [_log(people, COMPLAINT, happens=complains, desk=lives.complaint, ignored=ignored, u=u)]
    for kind in OTHER_CONTACTS:
        u = uniform(seed, kind.reason, 6, *lived.shape)
        desk = pick(u[4].ravel(), [d.weight for d in DESKS]).reshape(lived.shape)
        ignored = u[5] < np.array([d.unanswered for d in DESKS])[desk]
        happens = lived & _happens(people, kind, u[3])
        parts.append(
            _log(people, kind.reason, happens=happens, desk=desk, ignored=ignored, u=u[:3])
        )
    log = pd.concat(parts)
    log = log[log["date"] <= np.datetime64(truth.last_day)]
    log = log.sort_values(["date", "subscriber_id", "reason"], ignore_index=True)
    return log.assign(date=log["date"].dt.strftime("%Y-%m-%d"))


def _happens(people: People, kind: OtherContact, u: Floats) -> npt.NDArray[np.bool_]:
    chance = kind.chance * (1 - kind.fades * people.chance)
    return np.asarray(u < chance[:, None])


def _log(
    people: People,
    reason: str,
    *,
    happens: npt.NDArray[np.bool_],
    desk: Ints,
    ignored: npt.NDArray[np.bool_],
    u: Floats,
) -> pd.DataFrame:
    """Write down the contacts that happen; `u` is day, hours, rating: shape `(3, n, years)`."""
    who, year = np.nonzero(happens)
    day, spread, mark = (stream[who, year] for stream in u)
    start: Days = people.anniversary(np.arange(happens.shape[1])[:, None]).T[who, year]
    usual = np.array([d.hours for d in DESKS])[desk[who, year]]
    # Hours spread from a fifth to five times the usual; slow answers please less.
    hours = np.maximum(usual * 5.0 ** (2 * spread - 1), 0.1)
    rating = 1 + np.floor(5 * np.clip(mark * 2, 0, 0.999) ** (0.4 + 0.6 * spread))
    silent = ignored[who, year]
    return pd.DataFrame(
        {
            "subscriber_id": names(people)[who],
            "date": start + np.floor(day * _DAYS_AT_RISK).astype(np.int64),
            "channel": np.array([d.name for d in DESKS])[desk[who, year]],
            "reason": reason,
            "hours_to_answer": np.where(silent, "", [f"{h:.1f}" for h in hours]),
            "rating": np.where(silent | (mark >= 0.5), "", [f"{r:.0f}" for r in rating]),
        }
    )


def acquisition_spend(people: People, truth: MagazineTruth, seed: int) -> pd.DataFrame:
    """Return what winning newcomers cost: one row per month and channel, in euros."""
    months = pd.period_range(f"{truth.first_year}-01", str(truth.last_day)[:7], freq="M")
    month = (people.month.astype(np.int64) - months[0].ordinal)[~people.corporate]
    won = np.zeros((len(months), len(CHANNELS)))
    np.add.at(won, (month, people.channel[~people.corporate]), 1)
    usual = len(month) / len(months) * np.array([c.weight for c in CHANNELS])
    noise = np.exp(truth.noise * normal(seed, "spending", *won.shape))
    each = np.array([c.cost for c in CHANNELS]) * (np.maximum(won, 1) / usual) ** truth.growth
    return pd.DataFrame(
        {
            "month": np.repeat(months.strftime("%Y-%m"), len(CHANNELS)),
            "channel": np.tile([c.name for c in CHANNELS], len(months)),
            "new_subscribers": won.astype(np.int64).ravel(),
            "spend": np.round(np.maximum(won, 1) * each * noise, 2).ravel(),
            "currency": "EUR",
        }
    )


def cost_of_a_newcomer(spend: pd.DataFrame, last_day: dt.date) -> float:
    """Return the euros spent per newcomer over the last calendar year of the file."""
    year = spend[spend["month"].str.startswith(str(last_day.year))]
    return float(year["spend"].sum() / year["new_subscribers"].sum())
