"""What customers buy next: which product group follows which, tested against what sells anyway.

A baseline that can be read: of baskets with a group, the share whose next basket has each other
group, drawn towards that group's share of all next baskets. Names are shown only where they were
right more often than the best-selling groups, by enough to matter, in weeks not looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from models.drivers.effects import Z80, Ranged
from models.errors import EvidenceError
from models.profiles.products import product_groups
from models.transactions.lines import has_products, lines, product_names
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]

NAMED: Final = 3
DRAWN: Final = 20.0  # baskets that a group's own followers are drawn to the average by
LUCK: Final = 1.645  # standard errors: by luck alone once in 20
WORTHWHILE: Final = 0.05  # of what naming the best sellers gets right; less helps nobody
FEWEST: Final = 100  # customers in the test
FEWEST_GROUPS: Final = 5
TEST_DAYS: Final = 91


@dataclass(frozen=True, eq=False)
class NextProducts:
    """The product groups that customers are most likely to buy next.

    Attributes
    ----------
    groups
        Names of the groups.
    hits, popular
        Of three groups named for the next basket, the share that was in it: by what follows what,
        and by naming the three that sell best to everybody.
    better
        The difference of the two, with its 80 % range.
    customers, days
        Customers in the test, and its length.
    beats
        Whether the difference is beyond luck, and a twentieth of `popular` at least; names are told
        only then.
    likely
        Per `customer_id` the three groups, likeliest first, as text.
    """

    groups: tuple[str, ...]
    hits: float
    popular: float
    better: Ranged
    customers: int
    days: int
    beats: bool
    likely: pd.Series[str] = field(repr=False)


def next_products(transactions: Transactions) -> NextProducts:
    """Learn which product group follows which, and test it on the last quarter of a year.

    Raises
    ------
    EvidenceError
        When the file has no products, too few groups of them, or too few customers to test on.
    """
    baskets, groups = _baskets(transactions)
    cut = transactions.last_day - TEST_DAYS
    matrix = sparse.csr_matrix(
        (np.ones(len(baskets.pairs)), (baskets.pairs["basket"], baskets.pairs["group"])),
        shape=(len(baskets.days), len(groups)),
    )
    who, day = baskets.days["customer_id"].to_numpy(), baskets.days["day"].to_numpy()
    follows = np.flatnonzero(who[1:] == who[:-1])
    learnt = follows[day[follows + 1] <= cut]
    tested = follows[(day[follows] <= cut) & (day[follows + 1] > cut)]
    if len(tested) < FEWEST or not len(learnt):
        raise EvidenceError(
            f"Only {len(tested):,} customers bought both before and in the last quarter; it takes "
            f"{FEWEST} to test which product group follows which."
        )
    chance, share = _followers(matrix, learnt)
    came = matrix[tested + 1].toarray()
    right = np.take_along_axis(came, _best(matrix[tested], chance), axis=1).mean(axis=1)
    usual = came[:, np.argsort(-share, kind="stable")[:NAMED]].mean(axis=1)
    gain, error = right - usual, float((right - usual).std(ddof=1)) / math.sqrt(len(tested))
    mean = float(gain.mean())
    last = np.flatnonzero(np.append(who[1:] != who[:-1], True))
    everything, _ = _followers(matrix, follows)
    best = _best(matrix[last], everything)
    likely = [", ".join(groups[k] for k in row) for row in best]
    return NextProducts(
        groups, float(right.mean()), float(usual.mean()),
        Ranged(mean, mean - Z80 * error, mean + Z80 * error), len(tested), TEST_DAYS,
        mean > max(LUCK * error, WORTHWHILE * float(usual.mean())),
        pd.Series(likely, index=who[last], dtype=object),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Baskets:
    """Baskets by customer and day, and the groups in each."""

    days: pd.DataFrame
    pairs: pd.DataFrame


def _baskets(transactions: Transactions) -> tuple[_Baskets, tuple[str, ...]]:
    if not has_products(transactions):
        raise EvidenceError(
            "The file does not say what was bought: bring order lines with a product column to see "
            "what is likely to be bought next."
        )
    table = lines(transactions)
    rows = transactions.database.run(
        f"SELECT customer_id, day, product FROM {table} WHERE bought > 0 AND product IS NOT NULL "
        "ORDER BY customer_id, day, product"
    ).to_pandas()
    transactions.database.run(f"DROP TABLE {table}")
    names = product_names(transactions)
    product = rows["product"].map(lambda code: names.get(code, code)) if names else rows["product"]
    rows["group"] = product_groups(product, named=bool(names)).group
    rows = rows.dropna(subset=["group"]).drop_duplicates(["customer_id", "day", "group"])
    codes, groups = pd.factorize(rows["group"], sort=True)
    if len(groups) < FEWEST_GROUPS:
        raise EvidenceError(
            f"The file has {len(groups)} groups of products: too few to say more than what sells."
        )
    basket = rows.groupby(["customer_id", "day"], sort=True).ngroup().to_numpy()
    days = rows[["customer_id", "day"]].drop_duplicates().reset_index(drop=True)
    pairs = pd.DataFrame({"basket": basket, "group": codes})
    return _Baskets(days, pairs), tuple(str(group) for group in groups)


def _followers(matrix: sparse.csr_matrix, before: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the chance of each group (column) in the basket after one with a group (row).

    And the share of all those next baskets that has each group.
    """
    first, then = matrix[before], matrix[before + 1]
    share = np.asarray(then.mean(axis=0)).ravel()
    both = np.asarray((first.T @ then).todense())
    had = np.asarray(first.sum(axis=0)).ravel()[:, None]
    return (both + DRAWN * share) / (had + DRAWN), share


def _best(baskets: sparse.csr_matrix, chance: Floats) -> npt.NDArray[np.intp]:
    """Return the three likeliest groups after each basket."""
    scores = np.asarray(baskets @ chance)
    return np.argsort(-scores, axis=1, kind="stable")[:, :NAMED]
