"""Subscribers, whose leaving is seen at each renewal, summed up for the decision.

Everybody's chance theta of not renewing is their own and fixed, theta ~ Beta(a, b) across people
(Fader & Hardie 2007). Those who have renewed n times are Beta(a, b + n): weighing that law by theta
gives Beta(a + 1, b + n), so a saved leaver is never valued like somebody who stayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc, betaincinv, betaln, log_expit, logit, polygamma

from models.decisions.ledger import Floats
from models.decisions.offers import Axis, Clock
from models.decisions.replacement import Newcomers
from models.decisions.roster import Roster
from models.decisions.state import State
from models.draws import SEED, scores
from models.errors import DataError
from models.periods import MONTHS_PER_YEAR

FEWEST_NODES: Final = 128
MOST_NODES: Final = 1_025
TAIL: Final = 1e-12
MOST_BANDS: Final = 20
LOWEST: Final = -20.0  # logit of the smallest chance told apart from never leaving
HIGHEST: Final = 30.0


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Subscribers:
    """Today's subscribers by how often they have renewed.

    Attributes
    ----------
    renewed, customers, price
        Renewals made, how many people, and what each pays per period; shape `(groups,)`.
    months
        Months in a period.
    due
        Periods until the next renewal, on average; half of one when renewals are spread evenly.
    price_new
        What a newcomer pays per period.
    new_per_month
        Newcomers a month over the last year; 0 when unknown.
    new_customers
        How many newcomers their curve was learnt from.
    kind
        Which law of leaving each group follows, as a place in `chances`, such as its plan; shape
        `(groups,)`. One for all when missing.
    new_shares, new_prices
        Share of newcomers by kind and what each kind pays per period, shape `(kinds,)`; when
        missing, all newcomers are alike and pay `price_new`.
    first_new
        A newcomer's first payment, where it differs from the later ones.
    has_money, notes
        See `State`.

    Raises
    ------
    DataError
        When there is no subscriber.
    """

    renewed: Floats
    customers: Floats
    price: Floats
    months: float
    price_new: float
    due: float = 0.5
    new_per_month: float = 0.0
    new_customers: int = 0
    kind: Ints | None = None
    new_shares: Floats | None = None
    new_prices: Floats | None = None
    first_new: float | None = None
    has_money: bool = True
    notes: tuple[str, ...] = ()

    @property
    def kinds(self) -> Ints:
        """Which law each group follows, shape `(groups,)`."""
        return np.zeros(len(self.renewed), np.int64) if self.kind is None else self.kind

    def __post_init__(self) -> None:
        if not len(self.customers) or self.customers.sum() <= 0:
            raise DataError(
                "There is no subscriber left to decide about: check which rows say who is still "
                "one."
            )


def build_subscription_state(
    subscribers: Subscribers,
    chances: npt.ArrayLike,
    new_chances: npt.ArrayLike | None = None,
    *,
    nodes: Floats | None = None,
    seed: int = SEED,
) -> State:
    """Collapse subscribers to the state of the engine.

    Parameters
    ----------
    subscribers
        Who is there today.
    chances
        a and b, the best estimate first and then draws: shape `(K, 2)`, or `(kinds, K, 2)` where
        groups differ by `Subscribers.kind`.
    new_chances
        The same for newcomers, from recent cohorts; everybody's when missing.
    nodes
        Logits of the chances that people are spread over (`chance_nodes`); cut for these laws when
        missing. States that share a roster share its nodes.
    seed
        Makes the draws of save rate and cost reproducible.
    """
    today, new = _by_kind(chances), _by_kind(chances if new_chances is None else new_chances)
    nodes = chance_nodes(subscribers, today, new) if nodes is None else nodes
    order = _order(subscribers, today)
    renewed, people = subscribers.renewed[order], subscribers.customers[order]
    price, kind = subscribers.price[order], subscribers.kinds[order]
    band = _bands(people)
    persons, money = _weights(nodes, today, (kind, renewed, people, price), band)
    normal = scores(today.shape[1] - 1, seed, 2)
    return State(
        axis=Axis(
            Clock(subscribers.months, "chance", subscribers.due),
            np.concatenate([[0.0], np.exp(log_expit(nodes)), [1.0]]),
        ),
        people=np.cumsum(np.bincount(band, people)),
        persons=np.cumsum(persons, axis=0),
        money=np.cumsum(money, axis=0),
        orders=np.cumsum(persons, axis=0),
        newcomers=_newcomers(subscribers, nodes, new),
        effect_z=normal[:, 0],
        cost_z=normal[:, 1],
        has_money=subscribers.has_money,
        notes=subscribers.notes,
    )


def subscription_roster(
    held: pd.DataFrame,
    subscribers: Subscribers,
    chances: npt.ArrayLike,
    new_chances: npt.ArrayLike | None = None,
    *,
    traits: tuple[str, ...] = (),
) -> Roster:
    """Return every subscriber, in the bands and on the grid of the state of the same arguments.

    Parameters
    ----------
    held
        One row per subscriber: `customer`, `kind`, `renewals`, `price` and the traits.
    subscribers, chances, new_chances
        As for `build_subscription_state`.
    traits
        Columns that say who somebody is.
    """
    today = _by_kind(chances)
    nodes = chance_nodes(subscribers, today, new_chances)
    order = _order(subscribers, today)
    band = np.empty(len(order), np.int64)
    band[order] = _bands(subscribers.customers[order])
    places = {
        key: place
        for place, key in enumerate(zip(subscribers.kinds, subscribers.renewed, strict=True))
    }
    group = np.array([places[key] for key in zip(held["kind"], held["renewals"], strict=True)])
    laws = [(*today[kind, 0], n) for kind, n in places]
    a, b, n = np.array(laws).T
    ones = np.ones(len(held))
    return Roster(
        customer=held["customer"].to_numpy(object),
        alive=ones,
        money=held["price"].to_numpy(np.float64),
        orders=ones,
        group=group.astype(np.int64),
        masses=np.stack([beta_masses(nodes, law[0], law[1] + law[2]) for law in laws]),
        band=band[group],
        leaves=1 - (1 - a / (a + b + n)) ** min(1.0, MONTHS_PER_YEAR / subscribers.months),
        traits={name: held[name].to_numpy(object) for name in traits},
    )


def chance_nodes(
    subscribers: Subscribers, chances: npt.ArrayLike, new_chances: npt.ArrayLike | None = None
) -> Floats:
    """Return logits of chances to leave that hold everybody under these laws."""
    today = _by_kind(chances)
    new = today if new_chances is None else _by_kind(new_chances)
    return _nodes(np.concatenate([*today, *new]), float(subscribers.renewed.max()))


def _order(subscribers: Subscribers, today: Floats) -> Ints:
    """Return the groups by the money a member is expected to leave with, most first."""
    strength = today[subscribers.kinds, 0].sum(axis=1) + subscribers.renewed
    return np.argsort(-subscribers.price / strength, kind="stable")


def _by_kind(chances: npt.ArrayLike) -> Floats:
    """Return chances of shape `(kinds, K, 2)`."""
    laws = np.atleast_2d(np.asarray(chances, np.float64))
    return laws if laws.ndim == 3 else laws[None]


def _bands(people: Floats) -> Ints:
    """Return the band of each group, at most twenty with about as many people in each."""
    if len(people) <= MOST_BANDS:
        return np.arange(len(people))
    before = np.cumsum(people) - people / 2
    places = np.floor(before / people.sum() * MOST_BANDS).astype(np.int64)
    return np.unique(places, return_inverse=True)[1].astype(np.int64)


def _weights(
    nodes: Floats, laws: Floats, groups: tuple[Ints, Floats, Floats, Floats], band: Ints
) -> tuple[Floats, Floats]:
    """Return persons and money by band, draw and chance, shape `(B, K, Q)` each."""
    kind, renewed, people, price = groups
    number = int(band[-1]) + 1
    persons = np.zeros((number, laws.shape[1], len(nodes) + 2))
    money = np.zeros_like(persons)
    spread = np.zeros((number, len(people)))
    spread[band, np.arange(len(people))] = people
    for place, law in enumerate(laws):
        who = kind == place
        for k, (a, b) in enumerate(law) if who.any() else ():
            masses = np.stack([beta_masses(nodes, a, b + n) for n in renewed[who]])
            persons[:, k] += spread[:, who] @ masses
            money[:, k] += (spread[:, who] * price[who]) @ masses
    return persons, money


def _newcomers(subscribers: Subscribers, nodes: Floats, laws: Floats) -> Newcomers:
    """Return what a newcomer brings: a mixture of kinds, each with its own price."""
    shares = np.ones(1) if subscribers.new_shares is None else subscribers.new_shares
    prices = np.array([subscribers.price_new])
    prices = prices if subscribers.new_prices is None else subscribers.new_prices
    masses = np.stack([[beta_masses(nodes, a, b) for a, b in law] for law in laws[: len(shares)]])
    persons = np.einsum("g,gkq->kq", shares, masses)
    money = np.einsum("g,gkq->kq", shares * prices, masses)
    first = subscribers.price_new if subscribers.first_new is None else subscribers.first_new
    return Newcomers(
        persons=persons,
        money=money,
        first=np.full(laws.shape[1], first),
        first_service=1.0,
        per_month=subscribers.new_per_month,
        revenue_year=subscribers.price_new * max(1.0, 12 / subscribers.months),
        customers=subscribers.new_customers,
    )


def beta_masses(nodes: Floats, a: float, b: float) -> Floats:
    """Return the mass of Beta(a, b) at 0, at each node and at 1, shape `(len(nodes) + 2,)`.

    Parameters
    ----------
    nodes
        Logits of the chances, evenly spaced: by logit the density is theta^a (1 - theta)^b, whose
        trapezoid sum converges faster than any power of the step.
    """
    step = np.full(len(nodes), nodes[1] - nodes[0])
    step[[0, -1]] /= 2
    inside = np.exp(a * log_expit(nodes) + b * log_expit(-nodes) - betaln(a, b)) * step
    ends = np.exp(log_expit(nodes[[0, -1]]))
    below = betainc(a, b, ends[0])
    above = betainc(b, a, np.exp(log_expit(-nodes[-1])))
    inside *= (1 - below - above) / inside.sum()
    return np.concatenate([[below], inside, [above]])


def _nodes(chances: Floats, most_renewed: float) -> Floats:
    """Return logits that hold all but 2e-12 of every group and draw, cut for the narrowest."""
    a, b = chances[:, 0], chances[:, 1]
    low = logit(betaincinv(a, b + most_renewed, TAIL)).min()
    high = -logit(betaincinv(b, a, TAIL)).min()
    bottom, top = max(float(low), LOWEST), min(float(high), HIGHEST)
    narrowest = np.sqrt(polygamma(1, a) + polygamma(1, b + most_renewed)).min()
    number = int(np.ceil((top - bottom) / (narrowest / 3))) + 1
    return np.linspace(bottom, top, min(max(number, FEWEST_NODES), MOST_NODES))
