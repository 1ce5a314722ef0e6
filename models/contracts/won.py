"""`Won` for a subscription: everybody as they joined, and what came of them.

Worth counts from joining to the horizon: what was paid so far, and for the renewals not due yet
what the fitted models expect of somebody who has renewed as often. Money is discounted to the day
of joining. Who came back counts from the first time on, and only the first time.
"""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.business import Business
from models.contracts.fits import Retentions
from models.contracts.subscribers import PLAN, Subscribers
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH, DAYS_PER_YEAR, MONTHS_PER_YEAR, date_of
from models.profiles.shop import SECOND, STAYED
from models.profiles.traits import Trait, attribute, nominal, season, weekday
from models.profiles.won import VALUE, Outcome, Won
from models.transactions.subscriptions import GRACE_DAYS

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

YEAR: Final = round(DAYS_PER_YEAR)
_OFFER: Final = re.compile(r"offer|discount|promo|coupon|voucher|rabatt|aktion")
_WITHOUT: Final = re.compile(r"(none|no|no offer|full price|without|keine?r?|-)", re.IGNORECASE)
_PHRASES: Final = {"country": "living in {}", "region": "living in {}"}


def won_subscribers(people: Subscribers, fitted: Retentions, business: Business) -> Won:
    """Return the subscribers of a company as they joined, with what came of them.

    Raises
    ------
    EvidenceError
        When those who left before some day are missing from the file, whatever they had in common.
    """
    if people.delayed:
        raise EvidenceError(
            f"{_missing(people)}, so nobody can say what all who were won had in common. Give a "
            "file that keeps everybody who ever left."
        )
    frame = people.frame.sort_values(["customer", "spell"], kind="stable")
    first = ~frame["customer"].duplicated()
    worth = _worth(people, fitted, business)[frame.index]
    frame, worth = frame[first].reset_index(drop=True), worth[first.to_numpy()]
    traits = _traits(people, frame)
    notes: list[str] = []
    full = _without_offer(traits)
    if full is None:
        notes.append(
            "The file does not say who joined with an offer, so everybody counts as full price."
        )
    age = frame["age_days"].to_numpy(np.float64)
    new = age <= YEAR
    if people.last_day is not None:
        new = (frame["start"] > people.last_day - YEAR).to_numpy(bool)
    a_year = MONTHS_PER_YEAR / people.period_months
    paying = frame["price"].to_numpy(np.float64) * a_year * frame["running"].to_numpy(float)
    return Won(
        customer=frame["customer"].to_numpy(object),
        traits=traits,
        outcomes={one.name: one for one in _outcomes(people, frame, worth, business)},
        full_price=full,
        new=new,
        revenue=paying,
        company_revenue=float((people.running["price"] * a_year).sum()),
        currency=people.currency,
        has_money=people.has_money,
        horizon_months=business.horizon_months,
        notes=tuple(notes),
        in_full="joined without an offer",
    )


def _missing(people: Subscribers) -> str:
    """Say which leavers the file does not have."""
    entry = people.frame["entry_days"].to_numpy(np.float64)
    late = entry > 0
    if people.last_day is None or not late.any():
        return "Of those who left, the file holds only the last period's"
    since = int((people.frame["start"].to_numpy(np.float64) + entry)[late].max())
    return f"The file has nobody who left before {date_of(since).isoformat()}"


def _traits(people: Subscribers, frame: pd.DataFrame) -> tuple[Trait, ...]:
    """Return what is known of the day somebody joined."""
    names = [name for name in people.attributes if name != PLAN]
    found = [attribute(name, frame[name], _PHRASES.get(name)) for name in names]
    if frame["plan"].notna().any():
        found.insert(0, attribute(PLAN, frame["plan"]))
    if people.last_day is not None:
        start = frame["start"].to_numpy(np.int64)
        found.append(nominal("season", "Season of joining", season(start), "joined in {}"))
        found.append(nominal("weekday", "Weekday of joining", weekday(start), "joined on a {}"))
    return tuple(trait for trait in found if trait is not None)


def _without_offer(traits: tuple[Trait, ...]) -> Bools | None:
    """Return who joined without an offer; None where no column tells."""
    for trait in traits:
        plain = [i for i, level in enumerate(trait.levels) if _WITHOUT.fullmatch(level.strip())]
        if _OFFER.search(trait.name.lower()) and plain:
            return np.asarray(trait.codes == plain[0])
    return None


def _outcomes(
    people: Subscribers, frame: pd.DataFrame, worth: Floats, business: Business
) -> list[Outcome]:
    """Return what subscribers can be judged by."""
    period, months = people.period_months, business.horizon_months
    unit = "margin" if people.has_money else "payments"
    found = [
        Outcome(
            VALUE, f"Value over {months} months", "worth", worth, False,
            f"The {unit} of the first {months} months, discounted to the day of joining: what was "
            "paid, and what the forecast expects of renewals not due yet.",
        )
    ]  # fmt: skip
    if people.last_day is None:
        return found
    watched = (people.last_day - frame["start"]).to_numpy(np.float64)
    renewals = frame["renewals"].to_numpy(np.int64)
    year = math.ceil(MONTHS_PER_YEAR / period)

    def renewed(times: int) -> Floats:
        due = times * period * DAYS_PER_MONTH + GRACE_DAYS
        return np.where(watched >= due, (renewals >= times).astype(float), np.nan)

    found.append(
        Outcome(
            STAYED, "Staying 12 months", "staying 12 months", renewed(year), True,
            "Renewed the payment that came due after 12 months; of those for whom it has come due.",
        )
    )  # fmt: skip
    if year > 1:
        found.append(
            Outcome(
                SECOND, "First renewal", "renewing the first time", renewed(1), True,
                "Renewed the first payment that came due; of those for whom it has.",
            )
        )  # fmt: skip
    return found


def _worth(people: Subscribers, fitted: Retentions, business: Business) -> Floats:
    """Return margin over the horizon from joining, for every row of the subscribers' frame."""
    frame, period = people.frame, people.period_months
    most = int(business.horizon_months // period)
    when = np.array([business.rate.factor(months=float(t * period)) for t in range(most + 1)])
    margin = business.margin if people.has_money else 1.0
    served = business.cost_to_serve * period
    price = frame["price"].to_numpy(np.float64) if people.has_money else np.ones(len(frame))
    made = frame["renewals"].to_numpy(np.int64)
    each = price.copy()
    if people.has_money:
        payments = np.maximum(frame["payments"].to_numpy(np.float64), 1)
        each = frame["amount"].to_numpy(np.float64) / payments
    worth = (margin * each - served) * np.cumsum(when)[np.minimum(made, most)]
    goes_on = (frame["running"] & ~frame["leaving"]).to_numpy(bool)
    for label, one in fitted.used.items():
        rows = fitted.members[label] & goes_on
        for n in np.unique(made[rows & (made < most)]):
            same = rows & (made == n)
            ahead = one.chosen.survival(np.arange(1, most - n + 1), np.array([n]))
            worth[same] += (margin * price[same] - served) * float(ahead.ravel() @ when[n + 1 :])
    return np.asarray(worth)
