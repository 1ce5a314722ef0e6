"""Sums of cases by group and stratum, added up in the engine."""

from __future__ import annotations

from typing import Final

import pandas as pd

from models.losses.judging import FEWEST, SUMS
from models.transactions.log import Transactions

_CAPPED: Final = 0.99


def sums(
    transactions: Transactions,
    kind: str,
    groups: str,
    cases: str,
    *,
    fewest: int = 1,
) -> pd.DataFrame:
    """Return the sums that `judge` needs for every group of at least 30 customers.

    Parameters
    ----------
    transactions
        Whose engine answers.
    kind
        What the groups are.
    groups
        Query of which (customer_id, day) belong to which `name`.
    cases
        Query of the whole comparison: `customer_id`, `day` (or whatever tells a customer's cases
        apart), `lost` (0 or 1), `stratum`, `recent`, `after` (money spent in the days after),
        `judged` (whether it counts for its groups) and `compares` (whether others are compared
        with it; never those of its own group).
    fewest
        Cases a stratum must have to compare with, else its own are left out.

    Notes
    -----
    Cases of one customer may look at the same days. How much less is learnt from them for that is
    the variance of sums over customers over that of single cases (Kish 1965, design effect), never
    below one.
    """
    money = "NULL::DOUBLE"
    if transactions.has_money:
        # One account must not decide what a lost customer costs: each counts up to the 99th
        # percentile.
        money = (
            f"(SELECT avg(least(after, most)) FROM u, (SELECT quantile_cont(after, {_CAPPED}) AS "
            "most FROM u WHERE lost = 0) WHERE lost = 0)"
        )
    frame: pd.DataFrame = transactions.database.run(
        f"WITH u AS ({cases}), g AS ({groups}), "
        "j AS (SELECT g.name, u.* FROM g JOIN u USING (customer_id, day)), "
        "w AS (SELECT name FROM j WHERE judged GROUP BY name "
        f"HAVING count(DISTINCT customer_id) >= {FEWEST}), "
        "k AS (SELECT j.* FROM j JOIN w USING (name)), "
        "i AS (SELECT name, stratum, count(*) FILTER (judged) AS n, "
        "count(*) FILTER (compares) AS own, "
        "coalesce(sum(lost) FILTER (compares), 0) AS o FROM k GROUP BY ALL), "
        "t AS (SELECT stratum, count(*) AS m, sum(lost) AS y FROM u WHERE compares GROUP BY ALL), "
        "b AS (SELECT sum(lost - y / m) AS s, sum((lost - y / m) ** 2) AS q FROM u "
        "JOIN t USING (stratum) WHERE compares GROUP BY customer_id), "
        "d AS (SELECT greatest(1, coalesce(sum(s * s) / nullif(sum(q), 0), 1)) AS d FROM b), "
        "p AS (SELECT name, stratum, n, m - own AS rest, (y - o) / (m - own) AS p FROM i "
        f"JOIN t USING (stratum) WHERE m - own >= {fewest}), "
        "r AS (SELECT name, any_value(d) * sum(n * n * p * (1 - p) / rest) AS rest FROM p, d "
        "GROUP BY name), "
        "c AS (SELECT name, customer_id, count(*) AS cases, sum(lost) AS o, sum(p) AS e, "
        "sum(p * (1 - p)) AS v, sum(lost) FILTER (recent) AS recent FROM k "
        "JOIN p USING (name, stratum) WHERE judged GROUP BY ALL) "
        "SELECT name, count(*) AS customers, sum(cases) AS cases, sum(o) AS lost, "
        "sum(e) AS expected, sum(o * o) AS lost2, sum(o * e) AS cross, sum(e * e) AS expected2, "
        "sum(v) AS spread, any_value(r.rest) AS rest, coalesce(sum(recent), 0) AS recent, "
        f"{money} AS money FROM c JOIN r USING (name) GROUP BY name ORDER BY name"
    ).to_pandas()
    numbers = [*SUMS, "money"]
    # Sums of floats depend on the order in which threads add them up; six digits do not.
    frame[numbers] = frame[numbers].astype(float).round(6)
    frame.insert(0, "kind", kind)
    return frame
