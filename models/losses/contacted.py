"""Where a shop loses people after they got in touch: about what, whether answered, how rated.

Nobody sees a shop's customer leave, so a loss is a plain fact: no purchase in the months after. A
case begins a week after a contact, when its answer is known, and looks at nothing later but whether
somebody bought. It is compared with customers without a contact on dates drawn in the same four
weeks, who had bought as lately and as often by then: whoever stays longer has more time to write,
and being there long enough to write must not pass for loyalty. Still, whoever writes is there, and
some of the silent ones compared with have left unseen: fewer losses than expected prove nothing and
are never announced, more losses are the more remarkable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from models.contacts import Contacts
from models.customers import Customers
from models.errors import EvidenceError
from models.losses.judging import FEWEST, Loss, judge
from models.losses.shop import LONGEST_WAIT
from models.losses.subscriptions import HIGH, LOW, MOST_REASONS, RATING, REASON
from models.losses.sums import sums
from models.periods import DAYS_PER_WEEK, DAYS_PER_YEAR
from models.transactions.log import Transactions

IN_A_WEEK: Final = "contact answered within a week"
NOT_IN_A_WEEK: Final = "contact not answered within a week"
DELAY: Final = "delivery"
STEP: Final = 28  # days in which one date of every customer is drawn to compare with
QUIET: Final = 30  # days without a contact before such a date; sooner contacts are one matter
ALIKE: Final = 5  # fewest comparable customers for a contact to be judged
YEAR: Final = round(DAYS_PER_YEAR)
WEEK: Final = round(DAYS_PER_WEEK)
_WEEK_HOURS: Final = 24.0 * DAYS_PER_WEEK
_SINCE: Final = (7, 14, 30, 60, 120)
_OFTEN: Final = (1, 2, 4, 9)
_COLUMNS: Final = ["customer_id", "day", "kind", "name"]


@dataclass(frozen=True)
class ContactLosses:
    """Losses of a shop after contacts.

    Attributes
    ----------
    losses
        By what the contact was about, its answer, its rating, the delivery; announced only where
        more are lost than expected.
    days
        How many days without a purchase count as lost.
    contacts, compared
        Days on which a customer got in touch, and on how many of them there were at least five
        comparable customers, a purchase in the year before and all those days after.
    """

    losses: tuple[Loss, ...]
    days: int
    contacts: int
    compared: int


def lost_after_contacting(
    transactions: Transactions, customers: Customers, contacts: Contacts
) -> ContactLosses:
    """Compare what customers do after a contact with what others do who were not in touch.

    Parameters
    ----------
    transactions, customers
        The log, and one row per customer of it.
    contacts
        Who got in touch.

    Raises
    ------
    EvidenceError
        When fewer than 30 customers can be compared.
    """
    span = transactions.last_day - transactions.first_day + 1
    days = min(LONGEST_WAIT, span // 3)
    matters = _matters(contacts, customers)
    database = transactions.database
    touched, groups = _stored(transactions, matters)
    bought, cases = _bought(transactions), database.new_name("contact_cases")
    database.run(_cases_sql(transactions, (cases, bought, touched), days))
    found = sums(
        transactions, REASON, f"SELECT customer_id, day, code AS name FROM {groups}",
        f"SELECT * FROM {cases}", fewest=ALIKE, overlap=-(-days // STEP),
    )  # fmt: skip
    compared, people = _compared(transactions, cases)
    for table in (touched, groups, bought, cases):
        database.run(f"DROP TABLE {table}")
    if people < FEWEST:
        raise EvidenceError(
            f"Only {people:,} customers got in touch who had bought in the year before and were "
            f"watched for {days:,} days after; {FEWEST} are the fewest to say anything of. Bring a "
            "longer log of contacts, or of purchases."
        )
    kinds = matters.drop_duplicates("code").set_index("code")
    found["kind"] = kinds["kind"].reindex(found["name"]).to_numpy()
    found["name"] = kinds["name"].reindex(found["name"]).to_numpy()
    touches = len(matters.drop_duplicates(["customer_id", "day"]))
    told = (replace(one, announced=one.announced and one.times.best > 1) for one in judge(found))
    losses = tuple(sorted(told, key=lambda one: not one.announced))
    return ContactLosses(losses, int(days), touches, compared)


def _matters(contacts: Contacts, customers: Customers) -> pd.DataFrame:
    """Return what customers got in touch about: `customer_id`, `day`, `kind`, `name` and `code`.

    A contact of the same kind within 30 days of the last one is about the same matter.
    """
    log = contacts.frame
    number = customers.frame.set_index("customer")["customer_id"]
    log = log.assign(customer_id=number.reindex(log["customer"]).to_numpy()).dropna(
        subset=["customer_id"]
    )
    parts = [part.set_axis(_COLUMNS, axis=1) for part in _kinds(contacts, log)]
    rows = pd.concat(parts, ignore_index=True).dropna()
    rows = rows.astype({"customer_id": np.int64, "day": np.int64})
    rows["code"] = rows.groupby(["kind", "name"]).ngroup()
    rows = rows.sort_values(["customer_id", "code", "day"], kind="stable", ignore_index=True)
    again = rows.groupby(["customer_id", "code"])["day"].diff() < QUIET
    return rows[~again].reset_index(drop=True)


def _kinds(contacts: Contacts, log: pd.DataFrame) -> list[pd.DataFrame]:
    """Return contacts by kind: customer, day, the kind and its name, missing where of none."""

    def named(kind: str, name: pd.Series[str]) -> pd.DataFrame:
        return log[["customer_id", "day"]].assign(kind=kind, name=name.astype(object))

    reason = log["reason"].astype(object)
    reason = reason.where(reason.isin(reason.value_counts().index[:MOST_REASONS]))
    parts = [named(REASON, reason), named(DELAY, log["delay"])]
    # A missing answer only means something where most contacts have one.
    if contacts.has("hours") and contacts.frame["hours"].notna().mean() > 0.5:
        soon = log["hours"] <= _WEEK_HOURS
        parts += [named(IN_A_WEEK, reason.where(soon)), named(NOT_IN_A_WEEK, reason.where(~soon))]
    rated = log["rating"]
    if rated.notna().any():
        low, high = contacts.frame["rating"].min(), contacts.frame["rating"].max()
        step = 0.4 * (high - low) + 1e-9
        told = pd.Series(None, index=log.index, dtype=object)
        told[rated >= high - step] = HIGH
        told[rated <= low + step] = LOW
        parts.append(named(RATING, told))
    return parts


def _stored(transactions: Transactions, matters: pd.DataFrame) -> tuple[str, str]:
    """Return the tables of days of contact, and of cases (a week later) by code."""
    database = transactions.database
    touched, groups = database.new_name("touched"), database.new_name("groups")
    columns = {name: matters[name].tolist() for name in ("customer_id", "day", "code")}
    database.run(
        f"CREATE TABLE {groups} AS SELECT unnest($customer_id)::BIGINT AS customer_id, "
        f"unnest($day)::BIGINT + {WEEK} AS day, unnest($code)::BIGINT AS code",
        columns,
    )
    database.run(
        f"CREATE TABLE {touched} AS SELECT DISTINCT customer_id, day - {WEEK} AS day FROM {groups}"
    )
    return touched, groups


def _bought(transactions: Transactions) -> str:
    """Return the table of purchase days: how many so far, the next one, and money so far."""
    database = transactions.database
    raw, name = database.new_name("bought_days"), database.new_name("bought")
    transactions.days().select("customer_id", "day", "amount").to_native().create(raw)
    who = "(PARTITION BY customer_id ORDER BY day)"
    database.run(
        f"CREATE TABLE {name} AS SELECT customer_id, CAST(day AS BIGINT) AS day, "
        f"row_number() OVER {who} AS number, lead(day) OVER {who} AS next, "
        f"CAST(sum(amount) OVER {who} AS DOUBLE) AS spent FROM {raw}"
    )
    database.run(f"DROP TABLE {raw}")
    return name


def _cases_sql(transactions: Transactions, tables: tuple[str, str, str], days: int) -> str:
    """Return the statement that makes the table of cases, those compared with among them.

    Columns as `sums` asks for them. Every customer is compared with on one day in every four weeks,
    on a day of their own, unless they were in touch in the month before.
    """
    cases, bought, touched = tables
    end = transactions.last_day - days
    since = _binned("x.day - b.day", _SINCE)
    often = _binned("b.number - coalesce(e.number, 0)", _OFTEN)
    own = f"CAST(hash(customer_id) % {STEP} AS BIGINT)"
    return (
        f"CREATE TABLE {cases} AS WITH people AS (SELECT DISTINCT customer_id FROM {bought}), "
        f"drawn AS (SELECT customer_id, begins + {own} AS day FROM people, generate_series("
        f"{transactions.first_day}, {end}, {STEP}) AS s(begins)), "
        f"quiet AS (SELECT d.customer_id, d.day FROM drawn d ASOF LEFT JOIN {touched} t "
        "ON d.customer_id = t.customer_id AND d.day >= t.day "
        f"WHERE t.day IS NULL OR d.day - t.day > {QUIET}), "
        f"x AS (SELECT customer_id, day + {WEEK} AS day, false AS compares "
        f"FROM {touched} UNION ALL SELECT customer_id, day, true FROM quiet) "
        "SELECT x.customer_id, x.day, x.compares, "
        f"CAST(coalesce(b.next > x.day + {days}, true) AS BIGINT) AS lost, "
        f"((({end} - x.day) // {STEP}) * 10 + {since}) * 10 + "
        f"CASE WHEN b.number = 1 THEN 9 ELSE {often} END AS stratum, "
        f"x.day > {end - YEAR} AS recent, l.spent - b.spent AS after "
        f"FROM x ASOF JOIN {bought} b ON x.customer_id = b.customer_id AND x.day >= b.day "
        f"ASOF JOIN {bought} l ON x.customer_id = l.customer_id AND x.day + {days} >= l.day "
        f"ASOF LEFT JOIN {bought} e ON x.customer_id = e.customer_id AND x.day - {YEAR} >= e.day "
        f"WHERE x.day <= {end} AND x.day - b.day <= {YEAR}"
    )


def _binned(value: str, edges: tuple[int, ...]) -> str:
    """Return the expression of how many edges a value lies above."""
    return "(" + " + ".join(f"CAST({value} > {edge} AS BIGINT)" for edge in edges) + ")"


def _compared(transactions: Transactions, cases: str) -> tuple[int, int]:
    """Return how many contacts have enough comparable customers, and of how many customers."""
    row = transactions.database.run(
        f"SELECT count(*) AS n, count(DISTINCT customer_id) AS people FROM {cases} JOIN (SELECT "
        f"stratum FROM {cases} WHERE compares GROUP BY stratum HAVING count(*) >= {ALIKE}) "
        "USING (stratum) WHERE NOT compares"
    ).to_pylist()[0]
    return int(row["n"]), int(row["people"])
