"""Why subscribers are worth less, or more, to us than by the rules other tools use.

Each step changes one assumption and computes the whole total anew, so nothing is left over to
explain. With n subscribers paying p on average every l months, c the share of those asked in the
last year who did not renew, m the margin, H the horizon, v the monthly discount factor, w_i the
months until i's next payment and S_i(j) the chance that i makes j more renewals:

    formula      n p / c                                    average revenue / churn
    margin       m n p / c
    horizon      m n p sum_(t l <= H) (1 - c)^t
    discounting  m n p sum_(t l <= H) (1 - c)^t v^(t l)
    due          m p sum_i sum_(j >= 1) (1 - c)^j v^(w_i + (j - 1) l)     the next one not today
    cancelled    the same without those who have cancelled and run out
    renewing     m p sum_i sum_j S_i(j) v^(w_i + (j - 1) l)
    price        m sum_i p_i sum_j S_i(j) v^(w_i + (j - 1) l)
    service      less the cost to serve

From last year's revenue those who still pay go on to the horizon first, then leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.bridges import Bridge, bridge
from models.business import Business
from models.contracts.fits import Retentions
from models.contracts.payments import last_year, payments
from models.contracts.subscribers import Subscribers
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR

Floats = npt.NDArray[np.float64]


def reconcile_subscribers(
    people: Subscribers, fitted: Retentions, business: Business
) -> tuple[Bridge, ...]:
    """Lead from three numbers of other tools to the worth of all subscribers.

    Parameters
    ----------
    people, fitted
        The subscribers and how they renew.
    business
        Margin, discount rate and horizon.

    Returns
    -------
    tuple of Bridge
        From average revenue over churn (left out where everybody renewed), and, where the file has
        dates, from the last year's revenue and from all revenue so far.

    Raises
    ------
    EvidenceError
        When the file has no money, or nobody was asked to renew in the last year.
    """
    if not people.has_money:
        raise EvidenceError(
            "The file has no money, so there is no other tool's number to lead over to ours."
        )
    churn = yearly_churn(people)
    ahead = _Ahead.of(people, fitted, business, 1 - churn)
    facts = {
        "margin": business.margin,
        "horizon_months": business.horizon_months,
        "annual_rate": business.rate.rate,
        "period_months": people.period_months,
        "churn": churn,
        "customers": ahead.heads,
        "cancelled": ahead.heads - float(ahead.count.sum()),
    }
    found = []
    if churn > 0:
        found.append(bridge("formula", ahead.revenue / churn, ahead.thinned(churn), facts))
    if people.last_day is not None:
        year, staying = last_year(people)
        total = float(people.frame["amount"].sum())
        stopped = {"stopped": business.margin * staying} if staying < year else {}
        later = stopped | ahead.repeated()
        found.append(bridge("last_year", year, {"margin": business.margin * year} | later, facts))
        past = {"margin": business.margin * total, "past": business.margin * year}
        found.append(bridge("so_far", total, past | later, facts))
    return tuple(found)


def yearly_churn(people: Subscribers) -> float:
    """Return the share of those asked to renew in the last twelve months who did not.

    Somebody paying by the month is asked twelve times. In a snapshot, which has no dates, every
    renewal that was watched counts.

    Raises
    ------
    EvidenceError
        When nobody was asked.
    """
    frame = people.frame
    left = frame["left"].to_numpy(bool)
    if people.last_day is None:
        entered = np.rint(frame["entry_days"] / (people.period_months * DAYS_PER_MONTH))
        gone, renewed = float(left.sum()), float((frame["renewals"] - entered).sum())
    else:
        paid = payments(people)
        since = paid.watched - paid.before - MONTHS_PER_YEAR
        made, asked = paid.made - 1, paid.made * people.period_months
        gone = float((left & (asked > since)).sum())
        old = np.clip(since // people.period_months, 0, made)
        renewed = float((made - old).sum())
    if gone + renewed <= 0:
        raise EvidenceError(
            "Nobody was asked to renew in the last twelve months of the file, so there is no churn "
            "rate to compare with: give a longer list."
        )
    return gone / (gone + renewed)


@dataclass(frozen=True, eq=False)
class _Ahead:
    """Payments to come, of subscribers alike in model, renewals made and day of the next payment.

    `heads` and `revenue` (a period's) are of all subscribers. By kind of subscriber: `every` counts
    all, `count` and `price` (summed) those who have not cancelled, shape `(kinds,)`; `due` marks
    payments to the horizon, `when` discounts them, `own` is the chance of each and `flat` that of
    an average renewal rate, shape `(kinds, payments)`.
    """

    heads: float
    revenue: float
    every: Floats
    count: Floats
    price: Floats
    due: Floats
    when: Floats
    own: Floats
    flat: Floats
    business: Business
    period: int

    @classmethod
    def of(
        cls, people: Subscribers, fitted: Retentions, business: Business, renews: float
    ) -> _Ahead:
        frame = people.running.copy()
        frame["label"] = ""
        for label, members in fitted.members.items():
            frame.loc[members[people.frame["running"].to_numpy(bool)], "label"] = label
        pays = (~frame["leaving"]).astype(float)
        kinds = (
            frame.assign(every=1.0, count=pays, paid=pays * frame["price"])
            .groupby(["label", "renewals", "due_days"])[["every", "count", "paid"]]
            .sum()
            .reset_index()
        )
        places = np.arange(int(business.horizon_months // people.period_months) + 1)
        months = kinds["due_days"].to_numpy()[:, None] / DAYS_PER_MONTH
        months = months + people.period_months * places
        due = (months <= business.horizon_months).astype(float)
        return cls(
            heads=float(len(frame)),
            revenue=float(frame["price"].sum()),
            every=kinds["every"].to_numpy(np.float64),
            count=kinds["count"].to_numpy(np.float64),
            price=kinds["paid"].to_numpy(np.float64),
            due=due,
            when=due * business.rate.factor(months=1.0) ** months,
            own=_chances(fitted, kinds, len(places)),
            flat=np.asarray(renews ** (1.0 + places), np.float64),
            business=business,
            period=people.period_months,
        )

    def thinned(self, churn: float) -> dict[str, float]:
        """Return the formula's steps: margin, horizon, discounting, next due, chances, prices."""
        margin, mean = self.business.margin, self.revenue / self.heads
        t = np.arange(int(self.business.horizon_months // self.period) + 1)
        stay = (1 - churn) ** t
        later = np.array([self.business.rate.factor(months=float(k)) for k in t * self.period])
        flat = (self.when * self.flat).sum(axis=1)
        steps = {
            "margin": margin * self.revenue / churn,
            "horizon": margin * self.revenue * float(stay.sum()),
            "discounting": margin * self.revenue * float(stay @ later),
            "due": margin * mean * float(self.every @ flat),
        }
        if self.heads > self.count.sum():
            steps["cancelled"] = margin * mean * float(self.count @ flat)
        steps["renewing"] = margin * mean * float(self.count @ (self.when * self.own).sum(axis=1))
        return steps | self._worth("price")

    def repeated(self) -> dict[str, float]:
        """Return the same people paying to the horizon, discounted, and leaving."""
        paid = self.business.margin * self.price
        return {
            "ahead": float(paid @ self.due.sum(axis=1)),
            "discounting": float(paid @ self.when.sum(axis=1)),
            "leaving": float(paid @ (self.when * self.flat).sum(axis=1)),
        } | self._worth("renewing")

    def _worth(self, key: str) -> dict[str, float]:
        """Return what they are worth, before and after the cost to serve."""
        payments = (self.when * self.own).sum(axis=1)
        steps = {key: self.business.margin * float(self.price @ payments)}
        if self.business.cost_to_serve:
            served = self.business.cost_to_serve * self.period * float(self.count @ payments)
            steps["service"] = steps[key] - served
        return steps


def _chances(fitted: Retentions, kinds: pd.DataFrame, payments: int) -> Floats:
    """Return the chance of each coming payment by kind, shape `(kinds, payments)`."""
    made = kinds["renewals"].to_numpy(np.float64)
    chance = np.zeros((len(kinds), payments))
    for label, one in fitted.used.items():
        who = (kinds["label"] == label).to_numpy()
        chance[who] = one.chosen.survival(np.arange(1, payments + 1), made[who, None])
    return chance
