"""Where a shop loses people after they got in touch: about what, whether answered, how rated.

Nobody sees a shop's customer leave, so a loss is a plain fact: no purchase in the months that begin
a week after a contact. Whoever writes is still a customer on that day, while somebody silent may
have left unseen; to compare the two makes every contact look like loyalty. So those compared with
are known to be still there as well: customers who place an order on the day they are counted from
and do not get in touch, against contacts within a week after an order. Where those are too few,
other contacts, whatever they are about; where those are too few, it cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from models.contacts import Contacts
from models.customers import Customers
from models.errors import EvidenceError
from models.losses.judging import FEW_EXPECTED, FEWEST, Loss, judge
from models.losses.shop import LONGEST_WAIT
from models.losses.subscriptions import DELAY, HIGH, LOW, MOST_REASONS, RATING, REASON
from models.losses.sums import sums
from models.periods import DAYS_PER_WEEK, DAYS_PER_YEAR
from models.transactions.log import Transactions

IN_A_WEEK: Final = "contact answered within a week"
NOT_IN_A_WEEK: Final = "contact not answered within a week"
STEP: Final = 28  # days of one stratum of orders
QUARTER: Final = 91  # days of one stratum of contacts
QUIET: Final = 30  # days without a contact of the same kind; sooner contacts are one matter
ORDERS_ALIKE: Final = 5  # fewest comparable orders for a contact to be judged
CONTACTS_ALIKE: Final = 2  # fewest comparable contacts
YEAR: Final = round(DAYS_PER_YEAR)
WEEK: Final = round(DAYS_PER_WEEK)
_WEEK_HOURS: Final = 24.0 * DAYS_PER_WEEK
_SINCE: Final = (7, 30, 90)
_OFTEN: Final = (2, 4)
_GAP: Final = (30, 90)
ORDERS, CONTACTS = "orders", "other contacts"
_COLUMNS: Final = ["customer_id", "day", "kind", "name"]


@dataclass(frozen=True)
class ContactLosses:
    """Losses of a shop after contacts.

    Attributes
    ----------
    losses
        By what the contact was about, its answer, its rating, the delivery; each `against` orders
        or other contacts. Fewer losses are announced against orders only: against a complaint that
        loses customers any other contact looks like protection.
    days
        How many days without a purchase count as lost.
    contacts, compared
        Days on which a customer got in touch, and on how many of them there was a purchase in the
        year before and all those days after.
    untold
        How many reasons, answers or ratings have too few to say anything of.
    """

    losses: tuple[Loss, ...]
    days: int
    contacts: int
    compared: int
    untold: int


def lost_after_contacting(
    transactions: Transactions, customers: Customers, contacts: Contacts
) -> ContactLosses:
    """Compare what customers do after a contact with what others do who are also still there.

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

    Notes
    -----
    A contact within a week after an order is counted from the contact, those compared with from
    their order: both are there on that day. Which of them get in touch says nothing of what they
    do later unless the contact matters, but for who leaves within the week and so never writes:
    a bias of at most a few hundredths. The rule that chooses between orders and other contacts
    looks at how many losses were to be expected, never at how many there were.
    """
    span = transactions.last_day - transactions.first_day + 1
    days = min(LONGEST_WAIT, span // 3)
    matters = _matters(contacts, customers)
    database = transactions.database
    touched, groups = _stored(transactions, matters)
    bought, cases = _bought(transactions), database.new_name("contact_cases")
    database.run(_cases_sql(transactions, (cases, bought, touched), days))
    sides = _sides(transactions, cases, groups)
    compared, people = _compared(transactions, cases)
    for table in (touched, groups, bought, cases):
        database.run(f"DROP TABLE {table}")
    found = _chosen(*sides)
    if people < FEWEST or found.empty:
        raise EvidenceError(
            f"Only {people:,} customers got in touch who had bought in the year before and were "
            f"watched for {days:,} days after; {FEWEST} who got in touch about the same thing, "
            "with others to compare them with, are the fewest to say anything of. Bring a "
            "longer log of contacts, or of purchases."
        )
    kinds = matters.drop_duplicates("code").set_index("code")
    code = found["name"].to_numpy()
    found["kind"] = kinds["kind"].reindex(code).to_numpy()
    found["name"] = kinds["name"].reindex(code).to_numpy()
    against = dict(zip(zip(found["kind"], found["name"], strict=True), found["against"],
                       strict=True))  # fmt: skip
    told = [replace(one, against=against[one.kind, one.name]) for one in judge(found)]
    losses = [
        replace(x, announced=x.announced and (x.times.best > 1 or x.against == ORDERS))
        for x in told
    ]  # fmt: skip
    touches = len(matters.drop_duplicates(["customer_id", "day"]))
    return ContactLosses(
        tuple(sorted(losses, key=lambda one: not one.announced)),
        int(days), touches, compared, untold=len(kinds) - len(losses),
    )  # fmt: skip


def _sides(
    transactions: Transactions, cases: str, groups: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sums of every matter against orders, and against other contacts.

    Orders have even case numbers and contacts odd ones, since both may be of one day.
    """
    mine = f"SELECT customer_id, 2 * day + 1 AS day, code AS name FROM {groups}"
    shared = "customer_id, 2 * day + CAST(touch AS BIGINT) AS day, lost, recent, after"
    orders = sums(
        transactions, REASON, mine,
        f"SELECT {shared}, ordered AS stratum, touch AS judged, NOT touch AS compares "
        f"FROM {cases} WHERE soon", fewest=ORDERS_ALIKE,
    )  # fmt: skip
    others = sums(
        transactions, REASON, mine,
        f"SELECT {shared}, touching AS stratum, true AS judged, true AS compares "
        f"FROM {cases} WHERE touch", fewest=CONTACTS_ALIKE,
    )  # fmt: skip
    return orders, others


def _chosen(orders: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return one row per matter: against orders, or what tells more where they tell little."""
    both = pd.concat([orders.assign(against=ORDERS), others.assign(against=CONTACTS)])
    both = both[(both["customers"] >= FEWEST) & (both["expected"] > 0)]
    enough = (both["against"] == ORDERS) & (both["expected"] >= FEW_EXPECTED)
    both = both.assign(enough=enough).sort_values(
        ["enough", "expected"], ascending=False, kind="stable"
    )
    return both.drop_duplicates("name").sort_values("name", ignore_index=True)


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
    """Return the tables of days of contact, and of what they were about by code."""
    database = transactions.database
    touched, groups = database.new_name("touched"), database.new_name("groups")
    columns = {name: matters[name].tolist() for name in ("customer_id", "day", "code")}
    database.run(
        f"CREATE TABLE {groups} AS SELECT unnest($customer_id)::BIGINT AS customer_id, "
        "unnest($day)::BIGINT AS day, unnest($code)::BIGINT AS code",
        columns,
    )
    database.run(f"CREATE TABLE {touched} AS SELECT DISTINCT customer_id, day FROM {groups}")
    return touched, groups


def _bought(transactions: Transactions) -> str:
    """Return the table of purchase days: how many so far, gaps, the next one, money so far."""
    database = transactions.database
    raw, name = database.new_name("bought_days"), database.new_name("bought")
    transactions.days().select("customer_id", "day", "amount").to_native().create(raw)
    who = "(PARTITION BY customer_id ORDER BY day)"
    database.run(
        f"CREATE TABLE {name} AS SELECT customer_id, CAST(day AS BIGINT) AS day, "
        f"row_number() OVER {who} AS number, lead(day) OVER {who} AS next, "
        f"day - lag(day) OVER {who} AS gap, "
        f"CAST(sum(amount) OVER {who} AS DOUBLE) AS spent FROM {raw}"
    )
    database.run(f"DROP TABLE {raw}")
    return name


def _cases_sql(transactions: Transactions, tables: tuple[str, str, str], days: int) -> str:
    """Return the statement that makes the table of cases: every day of contact, every order.

    `touch` tells them apart, `soon` whether the last order was within a week before a contact, or
    no contact came within a week after an order; `ordered` and `touching` are the strata against
    orders and other contacts.
    """
    cases, bought, touched = tables
    end = transactions.last_day - days - WEEK
    often = _binned("b.number - coalesce(e.number, 0)", _OFTEN)
    pace = f"CASE WHEN b.number = 1 THEN 9 ELSE 3 * {often} + {_binned('b.gap', _GAP)} END"
    since = _binned("x.day - b.day", _SINCE)
    return (
        f"CREATE TABLE {cases} AS WITH x AS (SELECT customer_id, day, true AS touch FROM {touched} "
        f"UNION ALL SELECT customer_id, day, false FROM {bought}) "
        f"SELECT x.customer_id, x.day, x.touch, CASE WHEN x.touch THEN x.day - b.day <= {WEEK} "
        f"ELSE coalesce(t.day > x.day + {WEEK}, true) END AS soon, "
        f"CAST(coalesce(w.next > x.day + {WEEK + days}, true) AS BIGINT) AS lost, "
        f"(({end} - x.day) // {STEP}) * 10 + {pace} AS ordered, "
        f"((({end} - x.day) // {QUARTER}) * 4 + {since}) * 4 + "
        f"CASE WHEN b.number = 1 THEN 3 ELSE {often} END AS touching, "
        f"x.day > {end - YEAR} AS recent, l.spent - w.spent AS after "
        f"FROM x ASOF JOIN {bought} b ON x.customer_id = b.customer_id AND x.day >= b.day "
        f"ASOF JOIN {bought} w ON x.customer_id = w.customer_id AND x.day + {WEEK} >= w.day "
        f"ASOF JOIN {bought} l ON x.customer_id = l.customer_id AND x.day + {WEEK + days} >= l.day "
        f"ASOF LEFT JOIN {bought} e ON x.customer_id = e.customer_id AND x.day - {YEAR} >= e.day "
        f"ASOF LEFT JOIN {touched} t ON x.customer_id = t.customer_id AND x.day <= t.day "
        f"WHERE x.day <= {end} AND x.day - b.day <= {YEAR}"
    )


def _binned(value: str, edges: tuple[int, ...]) -> str:
    """Return the expression of how many edges a value lies above."""
    return "(" + " + ".join(f"CAST({value} > {edge} AS BIGINT)" for edge in edges) + ")"


def _compared(transactions: Transactions, cases: str) -> tuple[int, int]:
    """Return how many contacts can be judged by their dates, and of how many customers."""
    row = transactions.database.run(
        f"SELECT count(*) AS n, count(DISTINCT customer_id) AS people FROM {cases} WHERE touch"
    ).to_pylist()[0]
    return int(row["n"]), int(row["people"])
