r"""When each customer's next purchase comes, and how overdue it is against their own rhythm.

Purchases come at lambda ~ Gamma(r + x, rate A = alpha + T) and leaving at mu ~ Gamma(s, rate
B = beta + T), given still a customer after T weeks with x repeat purchases (Schmittlein, Morrison
and Colombo 1987). The next purchase lies within w weeks, before the customer leaves, with

.. math:: F(w) = \int_0^w \frac{(r+x) A^{r+x}}{(A+u)^{r+x+1}} \Bigl(\frac{B}{B+u}\Bigr)^s du.

The dates told are those of F(w) / F(horizon): of customers who buy again within the horizon, half
come before the date in the middle, and 8 in 10 within the range. Whether they do is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.customers import Customers, customers
from models.errors import EvidenceError
from models.lifetimes import ParetoNBD, fit_paretonbd
from models.periods import DAYS_PER_WEEK, DAYS_PER_YEAR
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]

HORIZON: Final = round(DAYS_PER_YEAR)
STEPS: Final = 160
FIRST_STEP: Final = 0.02  # weeks
AT_ONCE: Final = 20_000
RANGE: Final = (0.1, 0.5, 0.9)
FEWEST_REPEATS: Final = 2
FEWEST: Final = 30
SHORTEST: Final = 56  # days of a test
LONGEST: Final = 364


@dataclass(frozen=True, eq=False)
class NextPurchases:
    """Everybody's next purchase, as it can be told on the last day of the file.

    Attributes
    ----------
    frame
        In the order of `Customers.frame`: `customer_id`, `customer`, `chance` of a purchase within
        the horizon, `low`, `day` and `high` (day numbers: the middle, and where 8 in 10 of those
        who do buy lie between), `gap` (usual days between purchases, NaN with fewer than three) and
        `overdue` (days beyond it, 0 where not, NaN where there is no rhythm).
    last_day, horizon
        The last day of the file, and the days ahead that are looked at.
    """

    frame: pd.DataFrame = field(repr=False)
    last_day: int
    horizon: int


@dataclass(frozen=True)
class Check:
    """Dates told on an earlier day, against what came.

    Attributes
    ----------
    days
        Length of the test.
    told, bought, expected
        Customers a date was told for, those who bought in the test, and as many as were expected.
    inside
        Share of those who bought whose date lay in their range; 0.8 is as it should be.
    """

    days: int
    told: int
    bought: int
    expected: float
    inside: float


def next_purchases(
    people: Customers, lifetimes: ParetoNBD, horizon: int = HORIZON
) -> NextPurchases:
    """Return when everybody's next purchase comes.

    Parameters
    ----------
    people
        The customers.
    lifetimes
        What was fitted on them.
    horizon
        Days ahead that are looked at.
    """
    frame = people.frame
    history = np.column_stack([frame["x"], frame["T"]]).astype(np.float64)
    different, which = np.unique(history, axis=0, return_inverse=True)
    blocks = [
        _ahead(lifetimes, different[start : start + AT_ONCE], horizon / DAYS_PER_WEEK)
        for start in range(0, len(different), AT_ONCE)
    ]
    buys, low, middle, high = np.concatenate(blocks)[which.ravel()].T
    alive = lifetimes.p_alive(frame["x"], frame["t_x"], frame["T"])
    x = frame["x"].to_numpy(np.float64)
    gap = DAYS_PER_WEEK * (lifetimes.alpha + frame["t_x"].to_numpy(np.float64)) / (lifetimes.r + x)
    gap = np.where(x >= FEWEST_REPEATS, gap, np.nan)
    since = people.last_day - frame["last"].to_numpy(np.float64)
    table = pd.DataFrame(
        {
            "customer_id": frame["customer_id"].to_numpy(),
            "customer": frame["customer"].to_numpy(),
            "chance": alive * buys,
            **{
                name: people.last_day + DAYS_PER_WEEK * weeks
                for name, weeks in (("low", low), ("day", middle), ("high", high))
            },
            "gap": gap,
            "overdue": np.maximum(since - gap, 0.0),
        }
    )
    return NextPurchases(table, people.last_day, horizon)


def _ahead(lifetimes: ParetoNBD, history: Floats, weeks: float) -> Floats:
    """Return F(weeks), and the weeks to 10, 50 and 90 % of it, by row of (x, T)."""
    grid = np.concatenate([[0.0], np.geomspace(FIRST_STEP, weeks, STEPS)])
    x, age = history[:, :1], history[:, 1:]
    rate, leaving = lifetimes.alpha + age, lifetimes.beta + age
    waiting = np.exp(-(lifetimes.r + x) * np.log1p(grid / rate))
    middle = (grid[1:] + grid[:-1]) / 2
    staying = np.exp(-lifetimes.s * np.log1p(middle / leaving))
    within = np.cumsum((waiting[:, :-1] - waiting[:, 1:]) * staying, axis=1)
    share = np.concatenate([np.zeros((len(x), 1)), within], axis=1) / within[:, -1:]
    ends = np.array([np.interp(RANGE, row, grid) for row in share])
    return np.column_stack([within[:, -1], ends])


def check_dates(transactions: Transactions, near: ParetoNBD | None = None) -> Check:
    """Tell dates as of an earlier day, by what was known then, and see which came inside.

    Parameters
    ----------
    transactions
        The log; its last quarter, at most a year, is the test.
    near
        Parameters to begin the fit from.

    Raises
    ------
    EvidenceError
        When the file is too short, or fewer than 30 bought in the test.
    """
    span = transactions.last_day - transactions.first_day + 1
    days = min(span // 4, LONGEST)
    if days < SHORTEST:
        raise EvidenceError("The file is too short to test dates on: it takes eight months.")
    cut = transactions.last_day - days
    then = customers(transactions.until(cut))
    told = next_purchases(then, fit_paretonbd(then.counts(), near=near), days).frame
    rows: pd.DataFrame = (
        transactions.days().select("customer_id", "day").collect("pyarrow").to_native().to_pandas()
    )
    bought = rows[rows["day"] > cut].groupby("customer_id")["day"].min()
    came = bought.reindex(told["customer_id"]).to_numpy(np.float64)
    did = np.isfinite(came)
    if did.sum() < FEWEST:
        raise EvidenceError("Fewer than 30 customers bought in the weeks to test dates on.")
    # A purchase day stands for the whole of it.
    inside = (came >= np.floor(told["low"])) & (came <= np.ceil(told["high"]))
    return Check(
        days, len(told), int(did.sum()), float(told["chance"].sum()), float(inside[did].mean())
    )
