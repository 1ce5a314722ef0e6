"""The knobs of keep-or-replace: name, label, range, default and why, each written once.

Sliders, validation, the settings file of `python -m models` and the documentation are all built
from `KNOBS`. Rates and shares are fractions, times are months, money is in the file's currency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from models.errors import SettingError

Unit = Literal["share", "months", "money", "factor", "choice"]
Source = Literal["data", "tested", "assumed", "chosen"]
Scale = Literal["linear", "log"]
Group = Literal["money", "offer", "people", "care", "newcomers", "plan"]


@dataclass(frozen=True)
class Knob:
    """One thing a manager may set.

    Attributes
    ----------
    name
        The attribute of `Scenario` and the key in settings files and links.
    label
        What the screen calls it.
    low, high, step
        What it accepts and how a slider moves; `high` is infinite where only the data can say.
    unit
        `share` (0.1 is ten in a hundred), `months`, `money`, `factor` (times) or `choice`.
    default
        Where it starts; None means that the data decides, or that nobody knows yet.
    why
        Where the default comes from, as one sentence.
    source
        `assumed` until data or a test replaces the default, shown on screen as "example"; `chosen`
        for what is asked for and cannot be right or wrong.
    choices
        Accepted words of a `choice`, with what the screen calls each.
    """

    name: str
    label: str
    group: Group
    unit: Unit
    default: float | str | None
    why: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    source: Source = "assumed"
    scale: Scale = "linear"
    choices: tuple[tuple[str, str], ...] = ()

    def check(self, value: object) -> float | str | None:
        """Return the value as this knob stores it.

        Raises
        ------
        SettingError
            When it is not a number or word this knob accepts; the sentence says what is.
        """
        if value is None and self.default is None:
            return None
        if self.unit == "choice":
            words = [word for word, _ in self.choices]
            if value not in words:
                raise SettingError(
                    f"{self.name} = {value!r} is not one of its choices: set it to "
                    f"{', '.join(words[:-1])} or {words[-1]}."
                )
            return str(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingError(
                f"{self.name} = {value!r} is not a number: set it to {self._span()}."
            )
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise SettingError(
                f"{self.name} = {value:g} is outside its range: set it to {self._span()}."
            )
        return float(value)

    def _span(self) -> str:
        hint = ", a fraction: write 10 % as 0.1" if self.unit == "share" else ""
        if math.isinf(self.high):
            return f"a number of at least {self.low:g}"
        return f"a number from {self.low:g} to {self.high:g}{hint}"


_MONEY: Final = (
    Knob(
        "margin", "Margin", "money", "share", 0.5,
        "No cost column was found; half of the price is a placeholder to change first.",
        low=0.05, high=0.95,
    ),
    Knob(
        "annual_rate", "Interest per year", "money", "share", 0.10,
        "The rate of most published customer-value examples.",
        high=0.30, step=0.005,
    ),
    Knob(
        "horizon_months", "Horizon", "money", "months", None,
        "Three years, or five renewals where those take longer; at most twice what the file "
        "covers, never below 12. Every value compared uses the same horizon.",
        low=12, high=60, step=1, source="data",
    ),
    Knob(
        "cost_to_serve", "Cost to serve, per customer and month", "money", "money", 0,
        "No cost column was found; nothing is charged until somebody says what an account costs.",
        high=math.inf, step=0.5,
    ),
)  # fmt: skip

_OFFER: Final = (
    Knob(
        "depth", "Discount", "offer", "share", 0.10,
        "No discount column was found; ten per cent off is the usual first offer.",
        high=0.60,
    ),
    Knob(
        "duration_months", "For how long", "offer", "months", 3,
        "No run of discounted months was found; one quarter is the usual length.",
        low=1, high=60, step=1,
    ),
    Knob(
        "offer_ends", "When it ends", "offer", "choice", "after",
        "An offer has an end, unless it becomes the price.",
        choices=(
            ("after", "After the months set"),
            ("never", "Never: for as long as they stay"),
        ),
    ),
    Knob(
        "save_rate", "Of 100 who would leave, saved", "offer", "share", 0.10,
        "No test with a control group was found. Ten in a hundred is modest, and it may be none: "
        "vendors count everyone who accepted, not everyone who stayed because of it.",
        low=-0.30, high=1.0,
    ),
    Knob(
        "save_rate_low", "Saved, in a poor case (1 in 10)", "offer", "share", None,
        "15 points below the save rate unless given: offers are known to have driven customers "
        "away.",
        low=-0.60, high=1.0,
    ),
    Knob(
        "save_rate_high", "Saved, in a good case (1 in 10)", "offer", "share", None,
        "15 points above the save rate unless given.",
        low=-0.60, high=1.0,
    ),
    Knob(
        "reference_depth", "Discount the save rate was measured at", "offer", "share", 0.10,
        "A save rate belongs to a discount: a smaller one saves fewer, no discount saves nobody.",
        low=0.01, high=0.60,
    ),
    Knob(
        "bounce", "More leave right after it ends", "offer", "factor", 0.25,
        "Some of those held by a discount leave when it ends; a quarter more than usual in the "
        "first month at the reference discount, until past expiries say otherwise.",
        high=2.0, step=0.05,
    ),
    Knob(
        "later_spend", "Later spending of those who took it", "offer", "share", 0,
        "A deep discount can spoil later full prices; none is assumed until it was measured.",
        low=-0.30, high=0.10,
    ),
    Knob(
        "contact_cost", "Cost per customer contacted", "offer", "money", 0.5,
        "A digital message; a call costs about 8.",
        high=math.inf, step=0.1,
    ),
    Knob(
        "redemption_cost", "Handling cost per discounted order", "offer", "money", 0,
        "Nothing until somebody knows it.",
        high=math.inf, step=0.1,
    ),
)  # fmt: skip

_PEOPLE: Final = (
    Knob(
        "channel", "Who gets the offer", "people", "choice", "everybody",
        "The question managers ask first. A list or the cancel button costs far less.",
        choices=(
            ("everybody", "Everybody"),
            ("list", "A list of those with most money at stake"),
            ("at_cancel", "Only those who ask to cancel"),
        ),
    ),
    Knob(
        "list_share", "Length of the list", "people", "share", 0.20,
        "The fifth of the customers with the most money expected to leave.",
        low=0.05, high=1.0, step=0.05,
    ),
    Knob(
        "stayers_taking", "Would have stayed anyway, and take it", "people", "share", 1.0,
        "Everybody who is sent a discount can use it.",
    ),
    Knob(
        "asks_only_for_discount", "Ask only for the discount", "people", "share", 0.20,
        "Of those who would stay, how many press the cancel button in a year just for the offer.",
    ),
    Knob(
        "cancel_window_months", "Offer stands at the cancel button for", "people", "months", 12,
        "One year, then the offer is judged again.",
        low=1, high=60, step=1,
    ),
    Knob(
        "controllable", "Leave for a reason an offer can change", "people", "share", 1.0,
        "No column of reasons was found; those who move or close down cannot be held.",
    ),
)  # fmt: skip

_CARE: Final = (
    Knob(
        "service_share", "Customers who get the service", "care", "share", 1.0,
        "Everybody in the group, unless it is rationed.",
    ),
    Knob(
        "service_cost", "Service cost, per customer and month", "care", "money", None,
        "As much as the discount gives a customer in a month, so that both are compared for the "
        "same money, until a cost is entered.",
        high=math.inf, step=0.1,
    ),
    Knob(
        "service_save_rate", "Of 100 who would leave, saved by service", "care", "share", None,
        "Nobody knows this without a test: the page shows what it would have to be.",
        low=-0.30, high=1.0,
    ),
    Knob(
        "service_save_rate_low", "Saved by service, in a poor case (1 in 10)", "care", "share",
        None,
        "15 points below what the service saves unless given.",
        low=-0.60, high=1.0,
    ),
    Knob(
        "service_save_rate_high", "Saved by service, in a good case (1 in 10)", "care", "share",
        None,
        "15 points above what the service saves unless given.",
        low=-0.60, high=1.0,
    ),
    Knob(
        "service_margin", "Extra margin it brings, per customer and month", "care", "money", 0,
        "None until somebody has measured that customers in better care buy more.",
        high=math.inf, step=0.1,
    ),
)  # fmt: skip

_NEWCOMERS: Final = (
    Knob(
        "acquisition_cost", "Cost of a new customer", "newcomers", "money", None,
        "The file has no spending on acquisition: the page shows the most it may be.",
        high=math.inf, step=1,
    ),
    Knob(
        "acquisition_cost_spread", "Uncertainty of that cost", "newcomers", "share", 0.20,
        "8 in 10 chances that the true cost is within this share of the one entered.",
    ),
    Knob(
        "acquisition_growth", "How fast that cost rises with volume", "newcomers", "factor", 0,
        "No months of spending were found to learn it from. At 0.3 (a usual finding) winning twice "
        "as many a month costs 1.23 times as much for each.",
        high=1.0, step=0.05,
    ),
    Knob(
        "new_ramp", "Extra newcomers against today's", "newcomers", "factor", 1.0,
        "Customers won to replace others are taken to be as good as today's newcomers.",
        low=0.1, high=2.0, step=0.05,
    ),
    Knob(
        "lead_time_months", "Campaign start to first purchase", "newcomers", "months", 1,
        "One month between paying for a campaign and the first order.",
        high=12, step=1,
    ),
    Knob(
        "replacement_ratio", "New customers for one who leaves", "newcomers", "factor", None,
        "From the data: as many as bring the same revenue in their first year.",
        low=0.2, high=1000, step=0.1, scale="log", source="data",
    ),
    Knob(
        "counterfactual", "If we do nothing about the gap", "newcomers", "choice", "not_replaced",
        "Doing nothing is the yardstick; a plan that holds a number of customers replaces every "
        "leaver in the end.",
        choices=(
            ("not_replaced", "Places stay empty"),
            ("refilled", "Places filled anyway"),
            ("fixed_budget", "Same money for either"),
        ),
    ),
    Knob(
        "budget", "Budget", "newcomers", "money", None,
        "What the offer itself would cost, so that both options spend the same.",
        high=math.inf, step=100,
    ),
)  # fmt: skip

_PLAN: Final = (
    Knob(
        "plan_for", "Plan for", "plan", "choice", "revenue",
        "Revenue pays the bills; a number of customers can be held with small ones.",
        source="chosen",
        choices=(("revenue", "Revenue"), ("customers", "Customers")),
    ),
    Knob(
        "growth", "Growth in a year", "plan", "share", 0,
        "None: today's level is held.",
        low=-0.20, high=0.50, source="chosen",
    ),
    Knob(
        "certainty", "How sure the money must last", "plan", "share", 0.80,
        "In 8 of 10 futures no more money is needed than is set aside.",
        low=0.50, high=0.95, step=0.05, source="chosen",
    ),
    Knob(
        "pipeline", "New customers already on their way, a month", "plan", "factor", 0,
        "Nobody is counted on before the first campaign of the plan unless somebody says that they "
        "are coming; what winning them cost is spent already.",
        high=math.inf, step=1,
    ),
    Knob(
        "catch_up_months", "Months over which the gap is caught up", "plan", "months", 1,
        "All at once, as soon as the first campaign brings anybody.",
        low=1, high=24, step=1, source="chosen",
    ),
    Knob(
        "plan_offer", "What today's customers get in the plan", "plan", "choice", "decided",
        "Whatever pays on Keep or replace: the plan carries no offer that loses money.",
        source="chosen",
        choices=(
            ("decided", "What pays on Keep or replace"),
            ("nothing", "Nothing"),
            ("discount", "The discount"),
            ("service", "The service"),
        ),
    ),
)  # fmt: skip

KNOBS: Final = {
    knob.name: knob for knob in (*_MONEY, *_OFFER, *_PEOPLE, *_CARE, *_NEWCOMERS, *_PLAN)
}
