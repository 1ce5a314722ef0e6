"""Which rows are left out, why, and how much money each reason takes: nothing goes in silence.

The rules have one fixed order. A row is charged to the first rule that takes it, so the ledger adds
up: rows in = rows used + rows left out, and the same for money, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from models.errors import DataError, SettingError


@dataclass(frozen=True)
class Rule:
    """One reason for leaving a row out.

    Attributes
    ----------
    name
        The key of its switch.
    label
        What the ledger calls it.
    reason
        Why such rows are left out, as a sentence.
    on
        Whether it is applied unless the user says otherwise.
    fixed
        True when it cannot be switched off, because such a row cannot be used.
    """

    name: str
    label: str
    reason: str
    on: bool = True
    fixed: bool = False


RULES: Final = (
    Rule("unreadable_date", "no readable date",
         "Without a day the row cannot be placed in time.", fixed=True),
    Rule("unreadable_amount", "no readable amount",
         "The cell with the money does not read as a number.", fixed=True),
    Rule("outside_period", "outside the period",
         "The row lies after the last day that was asked for.", fixed=True),
    Rule("stray_date", "a date far from all others",
         "More than a year without a single row lies between this day and nearly all others: a "
         "placeholder such as 1900-01-01, or a typo."),
    Rule("other_currency", "another currency",
         "Money of two currencies cannot be added; the currency with most rows is kept."),
    Rule("not_a_sale", "cancelled, failed or pending",
         "The status says that no money was earned: cancelled, failed, pending, authorised only."),
    Rule("test_order", "test orders", "The order was placed to try the shop out."),
    Rule("repeated_export", "exported twice",
         "The whole order stands in the file a second time, cell for cell, in another place: "
         "two exports overlap. Equal rows within one order are real and stay."),
    Rule("missing_customer", "no customer (guest revenue)",
         "Nobody knows who bought, so it cannot be seen whether they came back."),
    Rule("adjustment", "accounting adjustments",
         "Invoices marked A correct the books (bad debt); nobody bought anything."),
    Rule("not_a_product", "fees, postage, vouchers and manual entries",
         "Postage, bank charges, commissions, samples, gift vouchers and manual corrections are "
         "not purchases of a product."),
)  # fmt: skip
USED: Final = len(RULES)
RULE_INDEX: Final = {rule.name: i for i, rule in enumerate(RULES)}

NON_PRODUCTS: Final = (
    "post|dot|m|d|s|b|c2|c3|bank charges|amazonfee|cruk|adjust\\d*|test\\d*|gift_\\d.*|"
    "postage|carriage|shipping|freight|delivery|discount|voucher|gift ?card|gift ?voucher|"
    "gutschein|versand|versandkosten|porto|fracht|pfand|rabatt|trinkgeld|tip|donation|spende"
)


@dataclass(frozen=True)
class Rules:
    """Which rules are switched off; those not named are as `RULES` says.

    Raises
    ------
    SettingError
        For a rule that does not exist or cannot be switched off.
    """

    off: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in sorted(self.off):
            if name not in RULE_INDEX:
                listed = ", ".join(rule.name for rule in RULES if not rule.fixed)
                raise SettingError(f"There is no cleaning rule '{name}'. The rules are {listed}.")
            if RULES[RULE_INDEX[name]].fixed:
                raise SettingError(
                    f"The rule '{name}' cannot be switched off: such rows cannot be used. "
                    "Switch off another rule, or correct the file."
                )

    def on(self, name: str) -> bool:
        """Return whether a rule is applied."""
        return name not in self.off


@dataclass(frozen=True)
class LedgerLine:
    """Rows and money left out for one reason; `examples` are cells that show it."""

    rule: str
    reason: str
    rows: int
    amount: Decimal
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """Every row of the file, and where its money went.

    Attributes
    ----------
    rows_in, amount_in
        All rows of the file and their money, returns negative.
    rows_used, amount_used
        The rows that carry the analysis; returns are used rows.
    excluded
        What was left out, in the order of `RULES`.
    rows_unreadable
        Rows without a readable date or amount (they are in `excluded`), and lines the reader could
        not split into columns (they are not in `rows_in`).
    returns_rows, returns_amount
        Used rows that are returns, and their money (negative).
    returns_left_over
        Returned money (negative) without an earlier purchase to take it from; it lowers
        `amount_used` but no customer's spend.
    """

    rows_in: int
    rows_used: int
    amount_in: Decimal
    amount_used: Decimal
    excluded: tuple[LedgerLine, ...]
    rows_unreadable: int = 0
    returns_rows: int = 0
    returns_amount: Decimal = Decimal(0)
    returns_left_over: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        self.check()

    @property
    def guest_rows(self) -> int:
        """Rows without a customer."""
        return sum(line.rows for line in self.excluded if line.rule == "missing_customer")

    @property
    def guest_revenue(self) -> Decimal:
        """Money of rows without a customer."""
        guests = (line.amount for line in self.excluded if line.rule == "missing_customer")
        return sum(guests, Decimal(0))

    @property
    def amount_of_customers(self) -> Decimal:
        """Money that stands in the customers' purchase days: used, without returns left over."""
        return self.amount_used - self.returns_left_over

    def check(self) -> None:
        """Raise DataError unless rows and money add up exactly."""
        rows = self.rows_used + sum(line.rows for line in self.excluded)
        money = self.amount_used + sum((line.amount for line in self.excluded), Decimal(0))
        if rows != self.rows_in or money != self.amount_in:
            raise DataError(
                f"The ledger does not add up: {self.rows_in:,} rows and {self.amount_in:,} in, "
                f"{rows:,} rows and {money:,} accounted for. Please report this file's shape."
            )
