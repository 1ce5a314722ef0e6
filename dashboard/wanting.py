"""What customers need next: what the tab asks of an analysis, its sentences and tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import exports, wording
from models.needs import (
    Check,
    NextProducts,
    NextPurchases,
    check_dates,
    next_products,
    next_purchases,
    next_renewals,
)
from models.periods import MONTHS_PER_YEAR, date_of

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.decisions.scenario import Scenario

ORDERS: Final = {
    "overdue": "Overdue, likely to buy",
    "soon": "Soonest",
}
MOST_SHOWN: Final = 500
LATE: Final = 1.0  # days overdue from which somebody is


def dates(analysis: Analysis) -> NextPurchases:
    """Return when everybody's next purchase comes."""
    return next_purchases(analysis.customers, analysis.lifetimes)


def check(analysis: Analysis) -> Check:
    """Return the test of such dates; raises EvidenceError when there can be none."""
    return check_dates(analysis.transactions, analysis.lifetimes)


def products(analysis: Analysis) -> NextProducts:
    """Return what is likely to be bought next; raises EvidenceError when that cannot be told."""
    return next_products(analysis.transactions)


def renewals(analysis: ContractAnalysis, scenario: Scenario) -> pd.DataFrame:
    """Return the next renewals; raises EvidenceError in a file without dates."""
    return next_renewals(analysis.people, analysis.values(scenario))


def dates_said(found: NextPurchases) -> str:
    """Say how many are expected again soon, and how many are overdue."""
    frame = found.frame
    late = frame["overdue"] >= LATE
    back = float(frame.loc[late, "chance"].sum())
    return (
        f"{wording.count(int(late.sum()), 'customer')} have not bought for longer than their usual "
        f"gap; about {wording.count(round(back))} of them are expected to buy again within a year. "
        f"Of all {wording.count(len(frame), 'customer')}, about "
        f"{wording.count(round(float(frame['chance'].sum())))} are."
    )


def check_said(found: Check) -> str:
    """Say how well such dates came true."""
    return (
        f"Tested on the last {wording.count(found.days, 'day')}: dates were told to "
        f"{wording.count(found.told, 'customer')}, {wording.count(found.bought)} bought "
        f"({wording.count(round(found.expected))} were expected to), and "
        f"{wording.percent(found.inside)} of those came inside their 8-in-10 range."
    )


def products_said(found: NextProducts) -> str:
    """Say whether what is likely next beats naming what sells best."""
    rates = (
        f"Of three product groups named for the next basket, {wording.percent(found.hits, 3)} were "
        f"in it; naming the three best sellers to everybody gets "
        f"{wording.percent(found.popular, 3)} ({wording.count(found.customers, 'customer')}, the "
        f"last {wording.count(found.days, 'day')})."
    )
    if found.beats:
        return rates
    return f"{rates} That is too little better, if at all, to be of use, so nothing is named."


def purchase_table(
    found: NextPurchases,
    likely: NextProducts | None,
    order: str,
    label: Callable[[str], str],
    most: int | None = MOST_SHOWN,
) -> pd.DataFrame:
    """Return when customers buy next, in the order asked for."""
    frame = found.frame
    if order == "overdue":
        late = frame[frame["overdue"] >= LATE]
        frame = late.sort_values(["chance", "customer"], ascending=[False, True])
    else:
        frame = frame.sort_values(["day", "customer"])
    frame = frame.head(most) if most else frame
    table = pd.DataFrame(
        {
            "Customer": [label(str(name)) for name in frame["customer"]],
            "Buys within a year": [wording.percent(chance) for chance in frame["chance"]],
            "Next purchase, if any": [_day(day) for day in frame["day"]],
            "8 in 10 from": [_day(day) for day in frame["low"]],
            "to": [_day(day) for day in frame["high"]],
            "Usual gap, days": frame["gap"].round().to_numpy(),
            "Overdue by, days": frame["overdue"].round().to_numpy(),
        }
    )
    if likely is not None and likely.beats:
        table["Likely next"] = likely.likely.reindex(frame["customer_id"]).fillna("").to_numpy()
    return table


def renewals_said(found: pd.DataFrame, last_day: int, period_months: int) -> str:
    """Say how many renewals come due soon, and how many will not be made."""
    soon = found[found["day"] <= last_day + 92]
    lost = float((1 - soon["chance"]).sum())
    said = f"{wording.count(len(soon), 'renewal')} come due within three months"
    if period_months != MONTHS_PER_YEAR:
        return f"{said}. The chance is that of still being there in 12 months."
    return f"{said}; about {wording.count(round(lost))} of them are expected not to be made."


def renewal_table(
    found: pd.DataFrame,
    label: Callable[[str], str],
    currency: str | None,
    most: int | None = MOST_SHOWN,
) -> pd.DataFrame:
    """Return the next renewals, soonest first."""
    frame = found.head(most) if most else found
    return pd.DataFrame(
        {
            "Customer": [label(str(name)) for name in frame["customer"]],
            "Next renewal": [_day(day) for day in frame["day"]],
            "Its chance": [wording.percent(chance) for chance in frame["chance"]],
            "Renewals so far": frame["renewals"].to_numpy(),
            f"Worth from today{f', {currency}' if currency else ''}": frame["worth"].round(),
        }
    )


def as_csv(table: pd.DataFrame, kind: str) -> bytes:
    """Return a table as CSV that a spreadsheet opens and does not run."""
    safe = table.assign(Customer=[exports.cell(name) for name in table["Customer"]])
    if "Likely next" in safe:
        safe["Likely next"] = [exports.cell(text) for text in safe["Likely next"]]
    if kind == "invented":
        safe["Company"] = exports.INVENTED
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _day(day: float) -> str:
    return date_of(round(day)).isoformat()
