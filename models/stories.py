"""One customer's story: what they bought, and how sure it was at each time that they still would.

Looking back, the chance at each day is computed from the purchases up to that day alone, by today's
model. One model for all days: a fit of each quarter would make the chance jump where nothing
happened to the customer. How well older fits foretold what came is what the backtest tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.customers import Customers
from models.errors import EvidenceError
from models.periods import DAYS_PER_WEEK
from models.transactions.log import Transactions
from models.values import Values

if TYPE_CHECKING:
    from models.lifetimes import ParetoNBD

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOTHING: Final = np.empty(0)
NO_DAYS: Final = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Story:
    """One customer, from the first purchase or payment to what is still to come.

    Attributes
    ----------
    customer
        The label in the file; whether it may be shown is not decided here.
    days, amounts
        Purchase or payment days (day numbers) and what each brought, net of returns.
    p_alive, value, low, high, earned
        Chance still a customer today, worth to come with its 80 % range, and margin so far.
    expected_orders
        Purchases or payments to come within the horizon.
    looked, chances
        Days on which somebody could have looked, and the chance they would have seen, shape
        `(looks,)`: still a customer in a shop, renews next in a subscription.
    ended
        The day a subscriber left; None in a shop, where nobody sees it, and while it runs.
    by_payment
        Whether the chance stands still until the next payment, as in a subscription.
    """

    customer: str
    days: Ints
    amounts: Floats
    p_alive: float
    value: float
    low: float
    high: float
    earned: float
    expected_orders: float
    looked: Ints = field(default_factory=lambda: NO_DAYS)
    chances: Floats = field(default_factory=lambda: NOTHING)
    ended: int | None = None
    by_payment: bool = False


def story(
    transactions: Transactions,
    customers: Customers,
    values: Values,
    row: int,
    model: ParetoNBD | None = None,
) -> Story:
    """Return the story of the customer in a row of `Customers.frame`.

    Parameters
    ----------
    transactions, customers, values
        The log, its customers and what they are worth.
    row
        A place in `Customers.frame`.
    model
        Today's; without it nobody looks back.

    Raises
    ------
    EvidenceError
        When there is no such customer.
    """
    if not 0 <= row < len(customers):
        raise EvidenceError(f"There is no customer in row {row}: there are {len(customers)}.")
    known_of = customers.frame.iloc[row]
    bought = (
        transactions.days()
        .filter(nw.col("customer_id") == int(known_of["customer_id"]))
        .sort("day")
        .collect("pyarrow")
        .to_native()
        .to_pandas()
    )
    days = bought["day"].to_numpy(dtype=np.int64)
    worth = values.frame.iloc[row]
    looked, chances = (
        (NO_DAYS, NOTHING) if model is None else looking_back(days, transactions.last_day, model)
    )
    return Story(
        customer=str(known_of["customer"]),
        days=days,
        amounts=bought["amount"].to_numpy(dtype=np.float64),
        p_alive=float(worth["p_alive"]),
        value=float(worth["value"]),
        low=float(worth["value_low"]),
        high=float(worth["value_high"]),
        earned=float(worth["earned"]),
        expected_orders=float(worth["expected_orders"]),
        looked=looked,
        chances=chances,
    )


def looking_back(days: Ints, last_day: int, model: ParetoNBD) -> tuple[Ints, Floats]:
    """Return, week by week, the chance of still being a customer by the purchases up to then.

    Parameters
    ----------
    days
        Purchase days in order, shape `(purchases,)`.
    last_day
        Where the weeks end.
    model
        One for all weeks, so that the chance moves only with what the customer does.

    Returns
    -------
    looked, chances
        Day numbers, each a week after the one before, and chances, shape `(looks,)`.
    """
    looked = np.arange(last_day, int(days[0]) - 1, -round(DAYS_PER_WEEK), dtype=np.int64)[::-1]
    bought = np.searchsorted(days, looked, side="right")
    t_x = (days[bought - 1] - days[0]) / DAYS_PER_WEEK
    T = (looked - days[0]) / DAYS_PER_WEEK
    return looked, model.p_alive(bought - 1, t_x, T)
