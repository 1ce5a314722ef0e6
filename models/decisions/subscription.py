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
from scipy.special import betainc, betaincinv, betaln, log_expit, logit, polygamma

from models.decisions.offers import Axis, Clock, Floats
from models.decisions.replacement import Newcomers
from models.decisions.state import State
from models.draws import SEED, scores
from models.errors import DataError

FEWEST_NODES: Final = 128
MOST_NODES: Final = 1_025
TAIL: Final = 1e-12
LOWEST: Final = -20.0  # logit of the smallest chance told apart from never leaving
HIGHEST: Final = 30.0


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
    seed: int = SEED,
) -> State:
    """Collapse subscribers to the state of the engine.

    Parameters
    ----------
    subscribers
        Who is there today.
    chances
        a and b, the best estimate first and then draws, shape `(K, 2)`.
    new_chances
        The same for newcomers, from recent cohorts; everybody's when missing.
    seed
        Makes the draws of save rate and cost reproducible.
    """
    today = np.atleast_2d(np.asarray(chances, np.float64))
    new = today if new_chances is None else np.atleast_2d(np.asarray(new_chances, np.float64))
    order = np.argsort(-subscribers.price / (today[0].sum() + subscribers.renewed), kind="stable")
    renewed = subscribers.renewed[order]
    nodes = _nodes(np.concatenate([today, new]), float(renewed.max()))
    people, price = subscribers.customers[order], subscribers.price[order]
    persons = people[:, None, None] * np.stack(
        [[beta_masses(nodes, a, b + n) for a, b in today] for n in renewed]
    )
    newcomers = np.stack([beta_masses(nodes, a, b) for a, b in new])
    normal = scores(len(today) - 1, seed, 2)
    return State(
        axis=Axis(
            Clock(subscribers.months, "chance", subscribers.due),
            np.concatenate([[0.0], np.exp(log_expit(nodes)), [1.0]]),
        ),
        people=np.cumsum(people),
        persons=np.cumsum(persons, axis=0),
        money=np.cumsum(persons * price[:, None, None], axis=0),
        orders=np.cumsum(persons, axis=0),
        newcomers=Newcomers(
            persons=newcomers,
            money=newcomers * subscribers.price_new,
            first=np.full(len(today), subscribers.price_new),
            first_service=1.0,
            per_month=subscribers.new_per_month,
            revenue_year=subscribers.price_new * max(1.0, 12 / subscribers.months),
            customers=subscribers.new_customers,
        ),
        effect_z=normal[:, 0],
        cost_z=normal[:, 1],
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
