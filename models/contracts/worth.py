"""What subscribers are worth from today on: chance of each renewal x price x margin, discounted.

A subscriber who has made n renewals makes t more with chance S(n + t) / S(n), and each is paid when
it falls due, the next one included. Money already paid is not in it. Who has cancelled and runs out
pays no more. The range of one subscriber is that of the number of renewals; the range of everybody
together adds what the parameters could be, and how far off forecasts of those who leave were
before, to everybody's own chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts.fits import Retentions
from models.contracts.newcomers import NewSubscribers
from models.contracts.subscribers import Bools, Subscribers
from models.draws import DRAWS, SEED, scores
from models.lifetimes.contract import BetaDiscreteWeibull
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR
from models.surprise import Surprise
from models.values import RANGE, Business, Values

Floats = npt.NDArray[np.float64]

EARLY: Final = 0.75  # (sum w)^2 / sum w^2 of weights w falling evenly to 0, per month
Laws = dict[str, tuple[BetaDiscreteWeibull, ...]]


@dataclass(frozen=True, eq=False)
class ContractDraws:
    """The models in use and equally likely alternatives, best estimate in place 0, by label.

    `chosen` values subscribers; `simple` and `young_simple` (sBG) are what the decision engine can
    compute with; `young` are newcomers'. `miss_z` are standard normal scores for past misses, shape
    `(K,)`, and `leaves` is the share of today's subscribers who leave at their next renewal.
    """

    chosen: Laws
    simple: Laws
    young: Laws
    young_simple: Laws
    miss_z: Floats
    leaves: dict[str, float]

    def missing_by(self, spread: float) -> ContractDraws:
        """Return the same draws of a company whose forecasts were off by that much so far.

        Parameters
        ----------
        spread
            Standard deviation of the log of those who left over their forecast: what no parameter
            explains. As many times more leave at the next renewal, of newcomers too.
        """
        times = np.exp(spread * self.miss_z)

        def moved(laws: Laws) -> Laws:
            return {
                label: tuple(
                    one if more == 1 else one.with_leavers(float(more), self.leaves[label])
                    for one, more in zip(drawn, times, strict=True)
                )
                for label, drawn in laws.items()
            }

        return replace(
            self,
            chosen=moved(self.chosen),
            simple=moved(self.simple),
            young=moved(self.young),
            young_simple=moved(self.young_simple),
        )


def leaving_over(known: Surprise, months: float) -> float:
    """Return how far off those who leave may be, as it bears on a value over some months.

    A log standard deviation. Who leaves in a month is missing from every payment after it, so that
    early months weigh most: with weights that fall to 0 at the horizon, the shocks of `months`
    average out as those of three quarters of them would.
    """
    return known.over(EARLY * months)


def contract_draws(
    people: Subscribers, fitted: Retentions, new: NewSubscribers, n: int = DRAWS
) -> ContractDraws:
    """Draw every label's parameters once; newcomers share them where their model is the same."""

    def drawn(model: BetaDiscreteWeibull, place: int) -> tuple[BetaDiscreteWeibull, ...]:
        return (model, *model.draws(n, SEED + place))

    places = {label: 10 * place for place, label in enumerate(fitted.used)}
    chosen = {label: drawn(one.chosen, places[label]) for label, one in fitted.used.items()}
    simple = {label: drawn(one.simple, places[label]) for label, one in fitted.used.items()}
    here = people.frame["running"].to_numpy(bool)
    renewals = people.frame["renewals"].to_numpy(np.float64)

    def leaves(label: str) -> float:
        made = renewals[here & fitted.members[label]]
        one = fitted.used[label].simple
        return 1 - float(one.retention(made).mean() if len(made) else one.retention(0))

    fresh = {label for label, one in new.models.items() if one is not fitted.used[label]}
    return ContractDraws(
        chosen,
        simple,
        {label: drawn(new.models[label].chosen, places[label] + 1) if label in fresh
         else chosen[label] for label in chosen},
        {label: drawn(new.models[label].simple, places[label] + 1) if label in fresh
         else simple[label] for label in simple},
        scores(n, SEED + 5, 1)[:, 0],
        {label: leaves(label) for label in fitted.used},
    )  # fmt: skip


def contract_values(
    people: Subscribers,
    fitted: Retentions,
    new: NewSubscribers,
    draws: ContractDraws,
    business: Business,
) -> Values:
    """Value every subscriber, everybody together and a newcomer.

    Parameters
    ----------
    people, fitted, new, draws
        The subscribers, their models, the newcomers' and draws of both.
    business
        Margin, discount rate and horizon; the cost to serve is charged with each payment.

    Returns
    -------
    Values
        One row per customer, ordered by label; `expected_orders` are payments to the horizon,
        `buys_12m` the chance to be there in twelve months.
    """
    frame = people.frame
    columns = ("p_alive", "expected_orders", "value", "value_low", "value_high", "buys_12m")
    table = pd.DataFrame(0.0, index=frame.index, columns=list(columns))
    table["p_alive"] = frame["running"].astype(float)
    totals, counts = np.zeros(DRAWS + 1), np.zeros(DRAWS + 1)
    noise = 0.0
    for label, models in draws.chosen.items():
        part = _Part(people, fitted.members[label], business)
        if not part.rows.any():
            continue
        worth = part.worth(models[0])
        table.loc[part.rows, list(worth.table)] = pd.DataFrame(worth.table).to_numpy()
        totals += [part.total(model) for model in models]
        counts += [part.there(model) for model in models]
        noise += worth.variance
    chance = scores(DRAWS, SEED, 2)[1:]
    stays = table["buys_12m"].to_numpy()
    worths = totals[1:] + np.sqrt(noise) * chance[:, 0]
    heads = counts[1:] + np.sqrt((stays * (1 - stays)).sum()) * chance[:, 1]
    if not business.cost_to_serve:
        worths = np.maximum(worths, 0.0)  # payments to come cannot bring less than nothing
    heads = np.clip(heads, 0.0, float(np.count_nonzero(stays)))
    fresh = _newcomer(people, new, draws, business)
    paid = business.margin if people.has_money else 1.0
    past = frame["amount"] if people.has_money else frame["payments"].astype(float)
    table = table.assign(customer=frame["customer"], earned=paid * past,
                         spend=frame["price"] if people.has_money else 1.0)  # fmt: skip
    total, counted = float(table["value"].sum()), float(stays.sum())
    low, high = _eighty(worths, total)
    few, many = _eighty(heads, counted)
    new_low, new_high = _eighty(fresh[1:], float(fresh[0]))
    return Values(
        frame=_per_customer(table), business=business, total=total, low=low, high=high,
        earned=float(table["earned"].sum()), buyers_12m=counted, buyers_low=few, buyers_high=many,
        alive=float(table["p_alive"].sum()), new_customer=float(fresh[0]), new_low=new_low,
        new_high=new_high, has_money=people.has_money,
    )  # fmt: skip


def best_total(people: Subscribers, fitted: Retentions, business: Business) -> float:
    """Return what everybody together is worth at the best estimate, without any range."""
    parts = (
        (_Part(people, fitted.members[label], business), one.chosen)
        for label, one in fitted.used.items()
    )
    return sum(part.total(model) for part, model in parts if part.rows.any())


@dataclass(frozen=True, eq=False)
class _Worth:
    table: dict[str, Floats]
    variance: float


class _Part:
    """Running subscribers who share a model, collapsed to renewals made and days until the next."""

    def __init__(self, people: Subscribers, members: Bools, business: Business) -> None:
        frame = people.frame
        self.rows = members & frame["running"].to_numpy(bool)
        held = frame[self.rows]
        self.ends = held["leaving"].to_numpy(bool)
        price = held["price"].to_numpy() if people.has_money else np.ones(len(held))
        margin = business.margin if people.has_money else 1.0
        self.each = margin * price - business.cost_to_serve * people.period_months
        keys = np.stack([held["renewals"].to_numpy(float), held["due_days"].to_numpy(float)])
        cells, cell = np.unique(keys, axis=1, return_inverse=True)
        self.cell = cell.ravel()
        self.made = cells[0]
        due = cells[1] / DAYS_PER_MONTH
        most = int(business.horizon_months // people.period_months) + 1
        months = due[:, None] + people.period_months * np.arange(most)
        discounted = business.rate.factor(months=1.0) ** months
        self.when = np.where(months <= business.horizon_months, discounted, 0.0)
        self.renewals_a_year = np.clip(
            np.floor((MONTHS_PER_YEAR - due) / people.period_months) + 1, 0, None
        )
        stay = ~self.ends
        self.money = np.bincount(self.cell[stay], self.each[stay], minlength=len(self.made))
        self.heads = np.bincount(self.cell[stay], minlength=len(self.made)).astype(np.float64)

    def _chances(self, model: BetaDiscreteWeibull) -> Floats:
        """Return the chance of each coming renewal, shape `(cells, renewals)`."""
        t = np.arange(1, self.when.shape[1] + 1)
        return model.survival(t, self.made[:, None])

    def total(self, model: BetaDiscreteWeibull) -> float:
        """Return what they are worth together."""
        return float(self.money @ (self._chances(model) * self.when).sum(axis=1))

    def _there(self, model: BetaDiscreteWeibull) -> Floats:
        return model.survival(self.renewals_a_year, self.made)

    def there(self, model: BetaDiscreteWeibull) -> float:
        """Return how many are expected to be there in twelve months."""
        return float(self.heads @ self._there(model))

    def worth(self, model: BetaDiscreteWeibull) -> _Worth:
        """Return each subscriber's worth, its range and the variance of the sum."""
        chance = self._chances(model)
        due = self.when > 0
        expected, payments = (chance * self.when).sum(axis=1), (chance * due).sum(axis=1)
        sums = np.concatenate([np.zeros((len(chance), 1)), np.cumsum(self.when, axis=1)], axis=1)
        reach = np.concatenate([np.ones((len(chance), 1)), chance], axis=1)
        exactly = reach - np.concatenate([chance, np.zeros((len(chance), 1))], axis=1)
        variance = (exactly * sums**2).sum(axis=1) - expected**2
        gone = 1 - np.concatenate([chance, np.zeros((len(chance), 1))], axis=1)
        low, high = (
            np.take_along_axis(sums, np.argmax(gone >= level, axis=1)[:, None], axis=1)[:, 0]
            for level in RANGE
        )
        pays = ~self.ends

        def spread(values: Floats) -> Floats:
            return np.asarray(np.where(pays, values[self.cell], 0.0))

        value = spread(expected) * self.each
        ends = np.sort(np.stack([spread(low) * self.each, spread(high) * self.each]), axis=0)
        return _Worth(
            table={
                "expected_orders": spread(payments),
                "value": value,
                "value_low": np.minimum(ends[0], value),
                "value_high": np.maximum(ends[1], value),
                "buys_12m": spread(self._there(model)),
            },
            variance=float((spread(variance) * self.each**2).sum()),
        )


def _newcomer(
    people: Subscribers, new: NewSubscribers, draws: ContractDraws, business: Business
) -> Floats:
    """Return the worth of a newcomer by draw: the first payment now, and every renewal after."""
    period = people.period_months
    t = np.arange(1, int(business.horizon_months // period) + 1)
    when = np.array([business.rate.factor(months=float(period * one)) for one in t])
    margin = business.margin if people.has_money else 1.0
    served = business.cost_to_serve * period
    total = np.zeros(DRAWS + 1)
    for place, models in enumerate(draws.young.values()):
        first = margin * new.first[place] - served
        later = margin * new.prices[place] - served
        life = np.array([float(model.survival(t) @ when) for model in models])
        total += new.shares[place] * (first + later * life)
    return total


def _per_customer(table: pd.DataFrame) -> pd.DataFrame:
    """Add the times up of whoever came back; only the last can be running."""
    how = dict.fromkeys(("expected_orders", "value", "value_low", "value_high", "earned"), "sum")
    how |= dict.fromkeys(("p_alive", "buys_12m"), "max") | {"spend": "last"}
    return table.groupby("customer", sort=True, as_index=False).agg(how)


def _eighty(drawn: Floats, centre: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, RANGE)
    return min(float(low), centre), max(float(high), centre)
