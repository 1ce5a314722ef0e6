"""Why a shop's customers are worth less, or more, to us than by the rules other tools use.

Each step changes one assumption and computes the whole total anew, so nothing is left over to
explain. With R the revenue of the last L days (a year, or half a shorter file), B its buyers, c the
share of the buyers of the L days before who did not come back, m the margin, H the horizon, v the
monthly discount factor and w_i the discounted weeks that customer i is expected to live to H if
still a customer:

    formula      R / c                                   average order x orders a year / churn
    margin       m R / c
    horizon      m R/L int_0^H (1 - c)^floor(t/L) dt     the formula's own years, cut at H
    discounting  the same, each month k times v^(k - 1/2)
    leaving      m R/L / |B| sum_B w_i                   the longer somebody stays, the surer
    pace         m sum_B E[rate_i] E[spend_i] w_i        each at the own pace
    gone         m sum_B P(alive_i) E[rate_i] E[spend_i] w_i
    silent       the same over all customers, not only B
    service      less the cost to serve

From last year's revenue the horizon is that year repeated; from all revenue so far, what lies
further back than L days is taken off first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.bridges import Bridge, bridge
from models.business import Business
from models.cohorts import plain_fact
from models.customers import Customers
from models.errors import EvidenceError
from models.lifetimes import ParetoNBD, Spend
from models.lived import expected_weeks
from models.periods import DAYS_PER_WEEK, WEEKS_PER_MONTH
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]


def reconcile(
    transactions: Transactions,
    customers: Customers,
    lifetimes: ParetoNBD,
    spend: Spend | None,
    business: Business,
) -> tuple[Bridge, ...]:
    """Lead from three numbers of other tools to the worth of all customers.

    Parameters
    ----------
    transactions, customers, lifetimes, spend
        The log, its customers and what was fitted on them.
    business
        Margin, discount rate and horizon.

    Returns
    -------
    tuple of Bridge
        From average revenue over churn (left out where everybody came back), from the last year's
        revenue, and from all revenue so far.

    Raises
    ------
    EvidenceError
        When the file has no money, or nobody bought in the stretch before the last.
    """
    if spend is None:
        raise EvidenceError(
            "The file has no money, so there is no other tool's number to lead over to ours."
        )
    fact = plain_fact(transactions)
    past = _Past(fact.money_now, fact.days / DAYS_PER_WEEK, 1 - fact.share, business)
    lately = (customers.frame["last"] > transactions.last_day - fact.days).to_numpy()
    if not lately.any() or past.revenue <= 0:
        raise EvidenceError(
            f"Nobody in '{transactions.name}' bought anything in its last {fact.days} days, from "
            "which other tools' numbers are taken."
        )
    ahead = _ahead(
        customers, lifetimes, spend, business,
        lately=lately, average=past.per_week / float(lately.sum()),
    )  # fmt: skip
    total = float(customers.frame["amount"].sum())
    facts = {
        "margin": business.margin,
        "horizon_months": business.horizon_months,
        "annual_rate": business.rate.rate,
        "days": fact.days,
        "churn": past.churn,
        "customers": float(lately.sum()),
        "everybody": float(len(customers)),
    }
    repeated = past.repeated() | ahead
    found = [
        bridge("last_year", past.revenue, {"margin": business.margin * past.revenue} | repeated,
               facts),
        bridge("so_far", total, {"margin": business.margin * total,
               "past": business.margin * past.revenue} | repeated, facts),
    ]  # fmt: skip
    if past.churn > 0:
        formula = past.revenue / past.churn
        found.insert(0, bridge("formula", formula, past.thinned() | ahead, facts))
    return tuple(found)


@dataclass(frozen=True)
class _Past:
    """The last L days as a rule of thumb sees them: revenue, weeks, and the share who stay away."""

    revenue: float
    weeks: float
    churn: float
    business: Business

    @property
    def per_week(self) -> float:
        return self.business.margin * self.revenue / self.weeks

    def thinned(self) -> dict[str, float]:
        """Return the formula after margin, cut at the horizon, and discounted."""
        kept = 1 - self.churn
        months = np.arange(self.business.horizon_months + 1) * WEEKS_PER_MONTH
        whole = np.floor(months / self.weeks)
        begun = months - whole * self.weeks
        so_far = self.weeks * (1 - kept**whole) / self.churn + begun * kept**whole
        return {
            "margin": self.business.margin * self.revenue / self.churn,
            "horizon": self.per_week * float(so_far[-1]),
            "discounting": self.per_week * float(np.diff(so_far) @ _middles(self.business)),
        }

    def repeated(self) -> dict[str, float]:
        """Return the last stretch repeated to the horizon, and that discounted."""
        weeks = self.business.horizon_months * WEEKS_PER_MONTH
        discounted = WEEKS_PER_MONTH * float(_middles(self.business).sum())
        return {"ahead": self.per_week * weeks, "discounting": self.per_week * discounted}


def _middles(business: Business) -> Floats:
    """Return what 1 in the middle of each month to the horizon is worth today."""
    return np.array([business.rate.factor(months=k + 0.5) for k in range(business.horizon_months)])


def _ahead(
    customers: Customers,
    model: ParetoNBD,
    spend: Spend,
    business: Business,
    *,
    lately: npt.NDArray[np.bool_],
    average: float,
) -> dict[str, float]:
    """Return the steps from an average margin per buyer and week to each customer's own worth."""
    frame = customers.frame
    age, age_of = np.unique(frame["T"].to_numpy(np.float64), return_inverse=True)
    weeks = expected_weeks(model.s, model.beta + age, business)[1][age_of]
    alive = model.p_alive(frame["x"], frame["t_x"], frame["T"])
    mean = spend.expected(frame["spend_days"], frame["mean_spend"])
    own = business.margin * model.rate_given_alive(frame["x"], frame["T"]) * mean * weeks
    likely = alive * own
    steps = {
        "leaving": average * float(weeks[lately].sum()),
        "pace": float(own[lately].sum()),
        "gone": float(likely[lately].sum()),
        "silent": float(likely.sum()),
    }
    if business.cost_to_serve:
        served = business.cost_to_serve / WEEKS_PER_MONTH * float((alive * weeks).sum())
        steps["service"] = steps["silent"] - served
    return steps
