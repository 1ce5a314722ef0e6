"""How long each customer was watched until one event, and what was known of them at the start.

Subscribers are watched until they leave, which is seen. A shop's customers are watched until their
second purchase, which is seen as well; nobody sees them leave, so no rule makes leavers of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts.subscribers import PLAN, Subscribers
from models.customers import Customers
from models.drivers.bands import in_bands, seasons
from models.errors import EvidenceError
from models.profiles.products import product_groups
from models.transactions.lines import first_and_second_days
from models.transactions.log import Transactions

Event = Literal["leaving", "second purchase"]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SEASON: Final = "season of the start"
BASKET: Final = "first basket"
PRODUCT: Final = "main product of the first order"
OTHER_PRODUCT: Final = "another product"
DISCOUNTED: Final = "first order discounted"
CHANGED_PLANS: Final = 0.02
PRICE_LATER: Final = (
    "The file has each subscriber's latest price. Who stayed through a rise pays more because they "
    "stayed: bring the price of the first period to compare prices."
)
PLAN_LATER: Final = (
    "Plans were changed on the way, and the file gives the last one: it is known only later."
)


@dataclass(frozen=True, eq=False)
class Watched:
    """Customers followed from their start until an event.

    Attributes
    ----------
    event
        What is waited for.
    days, seen
        Days until the event or the last day watched, and whether it was seen, shape `(n,)`.
    entry
        Age in days at which each came under observation; None when from the start.
    start
        Day number of each start, None in a file without dates.
    known
        What was known at the start, one column of text per attribute, `(n, attributes)`; missing
        where the file is silent.
    withheld
        (attribute, reason) of what the file has and no comparison may use.
    """

    event: Event
    days: Floats
    seen: Bools
    entry: Floats | None
    start: Floats | None
    known: pd.DataFrame
    withheld: tuple[tuple[str, str], ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of what was known at the start."""
        return tuple(str(name) for name in self.known.columns)

    def __post_init__(self) -> None:
        if not self.seen.any():
            raise EvidenceError(
                f"No {self.event} was seen yet, so nothing can be said about what goes with it."
            )


def watched_subscribers(
    people: Subscribers, beside: pd.DataFrame | None = None, withheld_why: str = ""
) -> Watched:
    """Return subscribers followed from their start until they leave.

    Parameters
    ----------
    people
        The subscribers.
    beside
        What else is known of customers, by label.
    withheld_why
        Why that may not be used; empty where it may.
    """
    frame = people.frame
    withheld = [("price", PRICE_LATER)] if people.has_money else []
    known = frame[list(people.attributes)].astype(object)
    if frame["plan"].notna().any():
        if (frame["subscriptions"] > 1).mean() > CHANGED_PLANS:
            withheld.append((PLAN, PLAN_LATER))
        else:
            known.insert(0, PLAN, frame["plan"].astype(object))
    start = None
    if people.last_day is not None:
        start = frame["start"].to_numpy(np.float64)
        known[SEASON] = seasons(start)
    known, refused = _with(known, frame["customer"], beside, withheld_why)
    return Watched(
        "leaving",
        frame["age_days"].to_numpy(np.float64),
        frame["observed"].to_numpy(bool),
        frame["entry_days"].to_numpy(np.float64) if people.delayed else None,
        start,
        known.reset_index(drop=True),
        (*withheld, *refused),
    )


def watched_customers(
    transactions: Transactions,
    customers: Customers,
    beside: pd.DataFrame | None = None,
    withheld_why: str = "",
) -> Watched:
    """Return a shop's customers followed from their first to their second purchase day.

    Customers who may be older than the file are left out: their first purchase in it is not their
    first, and it would make the early seasons look loyal. The other parameters are those of
    `watched_subscribers`.
    """
    frame = customers.frame
    days = first_and_second_days(transactions)
    start = days["first"].to_numpy(np.float64)
    second = days["second"].to_numpy(np.float64)
    seen = ~np.isnan(second)
    followed = np.where(seen, second, transactions.last_day) - start
    young = ~frame["older_than_file"].to_numpy(bool)
    counted = young if young.any() else np.ones(len(frame), bool)
    known = _first_order(transactions)
    known[SEASON] = seasons(start)
    known, refused = _with(known, frame["customer"], beside, withheld_why)
    return Watched(
        "second purchase",
        followed[counted],
        seen[counted],
        None,
        start[counted],
        known[counted].reset_index(drop=True),
        refused,
    )


def _with(
    known: pd.DataFrame, customer: pd.Series[str], beside: pd.DataFrame | None, why: str
) -> tuple[pd.DataFrame, tuple[tuple[str, str], ...]]:
    """Return what was known with the columns of a file beside it, or those withheld."""
    if beside is None:
        return known, ()
    if why:
        return known, tuple((str(name), why) for name in beside.columns)
    more = beside[[name for name in beside.columns if name not in known.columns]]
    more = more.reindex(customer.astype(str)).set_axis(known.index)
    return pd.concat([known, more], axis=1), ()


def _first_order(transactions: Transactions) -> pd.DataFrame:
    """Return what the first order says of a customer, as text."""
    order = transactions.first_orders
    named = [a for a, _ in transactions.mapping.attributes if a != "product"]
    known = order[named].astype(object)
    if order["product"].notna().any() and "category" not in named:
        groups = product_groups(order["product"], named=bool(order.attrs["named"]))
        known[PRODUCT] = groups.group.fillna(OTHER_PRODUCT).to_numpy()
    if transactions.has_money:
        known[BASKET] = in_bands(order["money"].to_numpy(np.float64), transactions.currency)
    if order["discounted"].notna().any():
        known[DISCOUNTED] = order["discounted"].map({1.0: "yes", 0.0: "no"}).to_numpy(object)
    return known
