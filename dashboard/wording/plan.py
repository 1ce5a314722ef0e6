"""The plan as sentences: how many must come, when to start, and how it pays for itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard.wording.numbers import (
    between,
    count,
    date,
    money,
    money_between,
    money_inside,
    month,
    months,
    number,
    of_hundred,
    percent,
    two_digits,
)
from models.plan.growth import leavers_growth_can_bear

if TYPE_CHECKING:
    from models.decisions.engine import Decision
    from models.plan import Plan

YEAR: Final = 12
SOMEBODY: Final = 0.5
USUAL_GROWTH: Final = 0.10  # what growing is explained with while none is asked for
HOW_TOTALS: Final = (
    "Each total and its range are added up within every future first: adding the ends of the "
    "months' ranges would claim that all months go wrong together."
)
NO_MONEY: Final = (
    "The file holds no money, so the plan counts customers and leaves revenue and cash open."
)
OFFERS: Final = {
    "nothing": "Today's customers get no offer in this plan.",
    "discount": "Today's customers get the discount of Keep or replace.",
    "service": "Today's customers get the service of Keep or replace.",
}


def when(plan: Plan, place: int) -> str:
    """Return a month of the plan by its name, by its number when the file has no dates."""
    first: dt.date | None = plan.months["first_day"].iloc[place - 1]
    return f"month {place}" if first is None else month(first)


def futures(certainty: float) -> str:
    """Return a share of futures: `8 of 10 futures`, `85 of 100 futures`."""
    tenths = round(10 * certainty, 6)
    said = f"{tenths:.0f} of 10" if tenths == round(tenths) else f"{100 * certainty:.0f} of 100"
    return f"{said} futures"


def aim(plan: Plan, currency: str | None) -> str:
    """Return what is held, or grown."""
    growth = float(plan.settings["growth"])
    if plan.plan_for == "customers":
        what = count(two_digits(plan.level), "customer")
    else:
        what = f"revenue of {money(plan.level, currency)} a month"
    if growth == 0:
        return f"hold {what}"
    verb = "grow" if growth > 0 else "shrink"
    return f"{verb} {what} by {percent(abs(growth))} a year"


def headline(plan: Plan, currency: str | None) -> str:
    """Return the page's answer: how many, and when to start."""
    head = plan.months.head(YEAR)
    coming = head[head["arrivals"] >= SOMEBODY]
    span = f"{len(head)} months"
    if coming.empty:
        return f"To {aim(plan, currency)}, nobody has to be won in the next {span}."
    many = count(two_digits(head["arrivals"].sum()), "new customer")
    first = coming.iloc[0]
    start = first["campaign_start"]
    begin = (
        f"start the first campaign {'now' if plan.start is None else 'by ' + date(start)}"
        if start is not None or plan.start is None
        else "the first are on their way"
    )
    return f"To {aim(plan, currency)}, win {many} in {span}: {begin}."


def money_lines(plan: Plan, currency: str | None) -> list[str]:
    """Return what has to be set aside, and how the plan pays for itself."""
    if not plan.has_money:
        return [NO_MONEY]
    return [money_line(plan, currency), financing_line(plan, currency)]


def money_line(plan: Plan, currency: str | None) -> str:
    """Return what has to be set aside, and what comes in, at the certainty asked for."""
    sure = futures(plan.certainty)
    least = f"revenue over 12 months is at least {money(plan.revenue_least, currency)}"
    if plan.needed <= 0:
        return f"In {sure} the plan never takes more than it has brought, and {least}."
    need = money(plan.needed, currency)
    most = "" if plan.needed_month is None else f", most in {when(plan, plan.needed_month)}"
    return f"In {sure} you need at most {need} in cash{most}, and {least}."


def financing_line(plan: Plan, currency: str | None) -> str:
    """Return how the plan pays for itself."""
    paid, spend = plan.financing, money(plan.financing.spend, currency)
    margin = money(paid.margin_today, currency)
    if paid.spend <= 0:
        said = "Nothing is spent in these 12 months"
    elif paid.share >= 1:
        said = (
            f"Margin from today's customers ({margin} in 12 months) pays for all of the {spend} "
            "spent"
        )
    else:
        said = (
            f"Margin from today's customers ({margin} in 12 months) pays for "
            f"{percent(paid.share)} of the {spend} spent"
        )
    if paid.deepest_month is not None:
        said += (
            f"; at the deepest, {money(paid.deepest, currency)} are missing in "
            f"{when(plan, paid.deepest_month)}"
        )
    if paid.first_month is None:
        said += "; no month pays for itself as far as the plan looks"
    elif paid.first_month > 1:
        said += f"; from {when(plan, paid.first_month)} on every month pays for itself"
    return f"{said}. {_payback(plan)}"


def _payback(plan: Plan) -> str:
    back = plan.financing.payback_month
    if back is None:
        return f"The plan has not paid itself back within {months(len(plan.months))}."
    if back == 0:
        return "The plan never takes more than it has brought."
    return f"The plan has paid itself back by {when(plan, back)}."


def because(plan: Plan, currency: str | None) -> list[str]:
    """Return the numbers behind the answer."""
    gone = plan.sums["departures"]
    head = plan.months.head(YEAR)
    worst = int(head.loc[head["departures"].idxmax(), "month"])
    said = [
        f"Of about {number(plan.customers)} who are likely still customers, some "
        f"{number(gone.best)} leave in {len(head)} months "
        f"({between(gone.low, gone.high, number)}), most in {when(plan, worst)}.",
        *_gap(plan, currency),
    ]
    won, spent = plan.sums["arrivals"], plan.sums["acquisition"]
    if won.best >= SOMEBODY:
        costs = (
            f"; campaigns cost {money(spent.best, currency)} "
            f"({money_between(spent.low, spent.high, currency)})"
            if plan.has_money
            else ""
        )
        pace = won.best / len(head) / plan.intake if plan.intake else 0.0
        beside = f", {number(pace)} times as many as came in the last year" if pace else ""
        said.append(
            f"{number(won.best)} newcomers are needed "
            f"({between(won.low, won.high, number)}){beside}{costs}."
        )
    return said


def _gap(plan: Plan, currency: str | None) -> list[str]:
    """Say what is missing before the first campaign can bring anybody."""
    lead = round(float(plan.settings["lead_time_months"]))
    before = plan.months.head(lead)
    if before.empty or before["gap"].max() <= 0:
        return []
    deep = float(before["gap"].max())
    missing = (
        f"{number(deep)} customers"
        if plan.plan_for == "customers"
        else f"{money(deep, currency)} of revenue a month"
    )
    first = when(plan, min(lead + 1, len(plan.months)))
    return [
        f"No campaign started now brings anybody before {first}: until then up to {missing} are "
        "missing whatever is spent."
    ]


def beside_last_year(plan: Plan, before: pd.DataFrame | None, currency: str | None) -> str:
    """Return the plan's year against the same months a year before, as far as they are counted."""
    if before is None:
        return "The file has no dates, so there is no last year to lay beside the plan."
    whole = before["revenue"].notna().to_numpy()[: len(plan.months)]
    known = int(whole.sum())
    if not known:
        return "No month of the last year is wholly in the file, or it holds no money."
    table = plan.months.head(len(whole))
    ahead = float((table["revenue_today"] + table["revenue_new"])[whole].sum())
    came = float(before["revenue"].head(len(whole))[whole].sum())
    new = float(table["arrivals"][whole].sum())
    newcomers = float(before["newcomers"].head(len(whole))[whole].sum())
    said = f"{money(ahead, currency)} of revenue against {money(came, currency)}"
    return (
        f"The {known} months of the last year that the file covers, beside the same of the plan: "
        f"{said}, {count(new, 'newcomer')} against {count(newcomers)}."
    )


def growth_lines(
    plans: tuple[Plan, ...], decision: Decision, growth: float, currency: str | None
) -> list[str]:
    """Say what growth may do to today's customers before it loses money, and when to hold them."""
    held = next(p for p in plans if p.settings["growth"] == 0)
    wanted = growth if growth > 0 else USUAL_GROWTH
    grown = next(p for p in plans if p.settings["growth"] == wanted)
    rate, horizon = percent(wanted), months(len(grown.months))
    bear = leavers_growth_can_bear(grown, held)
    if bear is None:
        said = [f"Growing by {rate} a year adds no money within {horizon}."]
    else:
        share = of_hundred(bear / max(grown.customers, 1.0))
        said = [
            f"Growing by {rate} a year pays as long as it drives away fewer than "
            f"{number(bear)} of today's customers ({share}) right away, counted over "
            f"{horizon}."
        ]
    return [*said, _keep(grown, decision, currency), OFFERS[grown.offer]]


def _keep(plan: Plan, decision: Decision, currency: str | None) -> str:
    """Say at which price of newcomers it is better to hold today's customers."""
    head = plan.months.head(YEAR)
    rises = 1 + float(plan.settings["acquisition_growth"])
    next_one = rises * float(head["cost_each"].max())
    turn = money_inside(decision.cac_star, decision.v_new_low, decision.v_new_high, currency)
    dearest = money(next_one, currency)
    if next_one > decision.cac_star:
        return (
            f"At that pace the next newcomer costs {dearest}, more than the {turn} from which "
            "holding today's customers, or doing nothing, is better: keep them first."
        )
    return (
        f"At that pace the next newcomer costs {dearest}; holding today's customers, or doing "
        f"nothing, is better only from {turn} on."
    )
