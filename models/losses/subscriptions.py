"""Where a subscription loses people: what they had got in touch about before their renewal.

Each renewal that has come due is a case, lost or not. Only what happened in the period before it
counts; whatever is dated on that day or later cannot have been a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contacts import Contacts
from models.contracts.subscribers import Subscribers
from models.drivers.reasons import worth_of_leavers
from models.errors import EvidenceError
from models.losses.judging import Loss, add_up, judge
from models.periods import DAYS_PER_YEAR, EPOCH, date_of
from models.values import Values

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

REASON: Final = "contact"
ANSWERED: Final = "answered contact"
UNANSWERED: Final = "contact nobody answered"
RATING: Final = "rating of an answer"
DELAY: Final = "delivery"
MOST_REASONS: Final = 20
LOW, HIGH = "low (lowest two fifths)", "high (highest two fifths)"


def renewals(people: Subscribers) -> pd.DataFrame:
    """Return one row per renewal that has come due.

    Returns
    -------
    pandas.DataFrame
        `customer`, `row` (in `people.frame`), `number` (1 for the first), `begins` (day number of
        the period before), `due` (day number; of those who left, the day they ended), `lost`,
        `plan`.

    Raises
    ------
    EvidenceError
        When the file has no dates.
    """
    frame = people.frame
    if people.last_day is None:
        raise EvidenceError(
            "The file has no dates, so nobody knows what came before a renewal: bring a list with "
            "the start and end of each subscription."
        )
    made = frame["renewals"].to_numpy(np.int64)
    left = frame["left"].to_numpy(bool)
    row = np.repeat(np.arange(len(frame)), made + left)
    number = np.arange(len(row)) - np.repeat(np.cumsum(made + left) - (made + left), made + left)
    lost = left[row] & (number == made[row])
    start = frame["start"].to_numpy(np.int64)[row]
    due = anniversary(start, (number + 1) * people.period_months)
    ended = frame["ended"].to_numpy(np.float64)[row]
    return pd.DataFrame(
        {
            "customer": frame["customer"].to_numpy()[row],
            "row": row,
            "number": number + 1,
            "begins": anniversary(start, number * people.period_months),
            "due": np.where(lost, ended, due).astype(np.int64),
            "lost": lost,
            "plan": frame["plan"].astype(object).where(frame["plan"].notna(), "").to_numpy()[row],
        }
    )


def anniversary(days: Ints, months: Ints) -> Ints:
    """Return day numbers that many calendar months later, held within their month."""
    date = np.datetime64(EPOCH) + days.astype("timedelta64[D]")
    month = date.astype("datetime64[M]")
    later = month + months.astype("timedelta64[M]")
    last = (later + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = later.astype("datetime64[D]") + (date - month.astype("datetime64[D]"))
    found: Ints = (np.minimum(same, last) - np.datetime64(EPOCH)).astype(np.int64)
    return found


def lost_after_contacts(
    people: Subscribers, contacts: Contacts, values: Values | None = None
) -> tuple[Loss, ...]:
    """Compare renewals after a contact with those of the same plan, number and year without it.

    Parameters
    ----------
    people
        The subscribers.
    contacts
        What they got in touch about.
    values
        What subscribers are worth at somebody's settings, for the money at stake.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no renewal has come due.
    """
    cases = comparable_renewals(people)
    worth = None
    if values is not None and values.has_money:
        worth = worth_of_leavers(people, values)
    rows = []
    for kind, name, exposed in _groups(cases, contacts):
        sums = add_up(cases, exposed)
        money = np.nan
        if worth is not None:
            mine = worth[cases["row"].to_numpy()[exposed & cases["lost"].to_numpy()]]
            money = float(np.nanmean(mine)) if np.isfinite(mine).any() else np.nan
        rows.append({"kind": kind, "name": name, **sums.to_dict(), "money": money})
    return judge(pd.DataFrame(rows)) if rows else ()


def comparable_renewals(people: Subscribers) -> pd.DataFrame:
    """Return `renewals` with `stratum` (same plan, number and year) and `recent` (12 months).

    Raises
    ------
    EvidenceError
        When the file has no dates, or no renewal has come due.
    """
    cases = renewals(people)
    if cases.empty:
        raise EvidenceError("No renewal has come due yet, so nobody was lost at one.")
    assert people.last_day is not None
    year = pd.Series([date_of(day).year for day in cases["due"]])
    cases["stratum"] = (
        cases["plan"].astype(str) + "|" + cases["number"].astype(str) + "|" + year.astype(str)
    ).astype("category").cat.codes  # fmt: skip
    cases["recent"] = cases["due"] > people.last_day - DAYS_PER_YEAR
    return cases


def _groups(cases: pd.DataFrame, contacts: Contacts) -> Iterator[tuple[str, str, Bools]]:
    """Yield which renewals had a contact of each kind in the period before."""
    log = contacts_before(cases, contacts.frame)
    # A missing answer only means something where most contacts have one.
    answers = contacts.has("hours") and bool(contacts.frame["hours"].notna().mean() > 0.5)

    def with_(members: pd.Series[bool]) -> Bools:
        exposed = np.zeros(len(cases), bool)
        exposed[log.loc[members, "case"].to_numpy()] = True
        return exposed

    for reason in log["reason"].value_counts().index[:MOST_REASONS]:
        about = log["reason"] == reason
        yield REASON, str(reason), with_(about)
        if answers:
            unanswered = with_(about & log["hours"].isna())
            yield UNANSWERED, str(reason), unanswered
            yield ANSWERED, str(reason), with_(about & log["hours"].notna()) & ~unanswered
    for delay in log["delay"].value_counts().index[:MOST_REASONS]:
        yield DELAY, str(delay), with_(log["delay"] == delay)
    rated = log["rating"].dropna()
    if len(rated):
        low, high = contacts.frame["rating"].min(), contacts.frame["rating"].max()
        yield RATING, LOW, with_(log["rating"] <= low + 0.4 * (high - low) - 1e-9)
        yield RATING, HIGH, with_(log["rating"] >= low + 0.6 * (high - low) + 1e-9)


def contacts_before(cases: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts from the day a case `begins` to the one before it is `due`.

    Each has the place of its `case`, the next one of its customer.
    """
    due = cases[["customer", "begins", "due"]].assign(case=np.arange(len(cases)))
    found = pd.merge_asof(
        log.sort_values("day", kind="stable"),
        due.sort_values("due", kind="stable"),
        left_on="day", right_on="due", by="customer", direction="forward",
        allow_exact_matches=False,
    )  # fmt: skip
    found = found[found["case"].notna() & (found["day"] >= found["begins"])]
    return found.astype({"case": np.int64})
