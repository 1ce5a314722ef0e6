"""Why another tool's number differs from ours: each step's name, and one sentence of why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from dashboard.wording.numbers import count, money, months, percent

if TYPE_CHECKING:
    from models.bridges import Bridge
    from models.relation import Relation

Facts = Mapping[str, float]

STARTS: Final[Mapping[Relation, Mapping[str, str]]] = {
    "shop": {
        "formula": "Average order × orders a year ÷ churn",
        "last_year": "Revenue of the last year",
        "so_far": "All revenue so far",
    },
    "subscription": {
        "formula": "Average revenue ÷ churn",
        "last_year": "Revenue of the last year",
        "so_far": "All revenue so far",
    },
}
END: Final = "Worth to come, by Tenure"

NAMES: Final = {
    "margin": "Margin, not revenue",
    "past": "Only the last year tells the pace",
    "horizon": "Not for ever",
    "ahead": "Years ahead, not one year",
    "discounting": "Later money counts less",
    "leaving": "Customers leave on the way",
    "slowing": "Leaving slows with time",
    "pace": "Each at their own pace and spend",
    "gone": "Some have left already",
    "silent": "Silent is not surely gone",
    "service": "Cost to serve",
    "due": "The next payment is not today's",
    "cancelled": "Some have cancelled",
    "stopped": "Some have left since",
    "renewing": "People differ in how they renew",
    "price": "Each pays the own price",
}

_WHYS: Final[Mapping[str, Callable[[Facts], str]]] = {
    "margin": lambda f: f"Of 100 paid, {count(100 * f['margin'])} are left as margin.",
    "horizon": lambda f: (
        f"The formula counts without end; here {months(f['horizon_months'])} are counted."
    ),
    "discounting": lambda f: (
        f"Money that comes later is worth less today: {percent(f['annual_rate'])} a year."
    ),
    "service": lambda _: "Serving a customer costs money for as long as they stay.",
}

_SHOP: Final[Mapping[str, Callable[[Facts], str]]] = {
    "past": lambda f: (
        f"What came more than {count(f['days'])} days ago is earned already and says little of "
        "what comes."
    ),
    "ahead": lambda f: (
        f"The last {count(f['days'])} days are repeated for {months(f['horizon_months'])}, as if "
        "nobody left."
    ),
    "pace": lambda f: (
        f"Each of the {count(f['customers'])} who bought in the last {count(f['days'])} days "
        "counts with their own pace and spend, not with the average of a stretch that newcomers "
        "were not there for all of."
    ),
    "leaving": lambda _: "The longer somebody has been a customer, the less likely they leave.",
    "slowing": lambda f: (
        f"The formula lets {percent(f['churn'])} leave every year. Here the chance to leave falls "
        "the longer somebody has been a customer."
    ),
    "gone": lambda f: f"Of these {count(f['customers'])}, some have already left in silence.",
    "silent": lambda f: (
        f"{count(f['everybody'] - f['customers'])} others bought nothing for {count(f['days'])} "
        "days. Some of them will be back."
    ),
}

_SUBSCRIPTION: Final[Mapping[str, Callable[[Facts], str]]] = {
    "past": lambda _: "What was paid more than 12 months ago is earned and does not come again.",
    "stopped": lambda _: "Some of those who paid within the last year have left or cancelled.",
    "ahead": lambda f: (
        f"All who still subscribe pay whenever it is due for {months(f['horizon_months'])}, as if "
        "nobody left."
    ),
    "leaving": lambda f: (
        f"Now {percent(f['churn'])} leave at every renewal, as in the last 12 months."
    ),
    "due": lambda _: (
        "The formula takes the next payment as paid today. Here it waits until it is due, and has "
        "to be renewed first."
    ),
    "cancelled": lambda f: f"{count(f['cancelled'])} have cancelled and run out; they pay no more.",
    "renewing": lambda f: (
        f"Not {percent(f['churn'])} of everybody: each plan has its own chance, and the longer "
        "somebody has stayed, the surer they renew."
    ),
    "price": lambda _: "Not the average price: those who stay longest do not pay the average.",
}


def names(over: Bridge, relation: Relation) -> list[str]:
    """Return what the beginning, each step and the end are called."""
    return [STARTS[relation][over.start], *(NAMES[key] for key in _keys(over)), END]


def whys(over: Bridge, relation: Relation) -> list[str]:
    """Return each step's name, and one sentence of why it is taken."""
    own = _SHOP if relation == "shop" else _SUBSCRIPTION
    return [f"{NAMES[key]}. {(own.get(key) or _WHYS[key])(over.facts)}" for key in _keys(over)]


def _keys(over: Bridge) -> list[str]:
    """Return what each step is called by; a formula's customers leave on the way already."""
    formula = over.start == "formula"
    return ["slowing" if formula and s.key == "leaving" else s.key for s in over.steps]


def told(over: Bridge, relation: Relation, currency: str | None) -> str:
    """Say where the number begins and ends, and which step weighs most."""
    begins, ends = money(over.begins, currency), money(over.ends, currency)
    largest = max(zip(over.changes, over.steps, strict=True), key=lambda pair: abs(pair[0]))
    most = NAMES[_keys(over)[over.steps.index(largest[1])]]
    sign = "+" if largest[0] > 0 else ""
    return (
        f"{STARTS[relation][over.start]} says {begins}; what is still to come is {ends}. The "
        f"largest step is “{most}”: {sign}{money(largest[0], currency)}."
    )
