"""Shops and payment services whose exports are known by their header row.

Sources: the platforms' own documentation and source code (Shopify order export, WooCommerce
`get_export_columns`, Stripe payments report, Square items and transactions reports, BigCommerce
default order export, Magento `sales_order_grid.xml`, PayPal activity report, Recurly, Chargebee and
Newzware field lists). Columns are matched by name, never by place: reports gain columns every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from models.transactions.vocabulary import fold

Roles = Mapping[str, str]


@dataclass(frozen=True)
class Platform:
    """One platform's export.

    Attributes
    ----------
    name
        As shown to the user.
    kind
        `"transactions"`, `"subscriptions"` or `"customers"`.
    signature
        Header names that must all be there.
    roles
        Role -> header names in order of preference, separated by `|`.
    guest
        A customer value that means "no customer", such as BigCommerce's `0`.
    taken_back
        Statuses that mean a refund in full on this platform only, such as Magento's `Closed`.
    """

    name: str
    kind: str
    signature: tuple[str, ...]
    roles: Roles = field(default_factory=dict)
    guest: str | None = None
    taken_back: tuple[str, ...] = ()


PLATFORMS: Final = (
    Platform(
        "Shopify orders", "transactions", ("Name", "Financial Status", "Lineitem quantity"),
        {"order": "Name", "customer": "Email|Phone|Billing Name", "date": "Created at|Paid at",
         "amount": "Total", "discount": "Discount Amount", "refund": "Refunded Amount",
         "status": "Financial Status", "cancelled": "Cancelled at",
         "quantity": "Lineitem quantity", "price": "Lineitem price",
         "product": "Lineitem sku|Lineitem name", "country": "Billing Country|Shipping Country",
         "region": "Billing Province", "channel": "Source", "currency": "Currency",
         "category": "Vendor"},
    ),
    Platform(
        "Shopify customers", "customers", ("Customer ID", "Total Spent", "Total Orders"),
    ),
    Platform(
        "WooCommerce Analytics orders", "transactions", ("Order #", "Customer", "Items sold"),
        {"order": "Order #", "customer": "Customer", "date": "Date",
         "amount": "Net Sales|N. Revenue|N. Revenue (formatted)", "status": "Status",
         "product": "Product(s)", "quantity": "Items sold", "channel": "Attribution",
         "segment": "Customer type"},
    ),
    Platform(
        "Stripe payments", "transactions", ("id", "Created (UTC)", "Amount", "Amount Refunded"),
        {"order": "id", "customer": "Customer ID|Customer Email", "date": "Created (UTC)",
         "amount": "Amount|Converted Amount",
         "refund": "Amount Refunded|Converted Amount Refunded", "status": "Status",
         "currency": "Currency", "country": "Card Issue Country", "product": "Description",
         "cost": "Fee"},
    ),
    Platform(
        "Stripe subscriptions", "subscriptions", ("Customer ID", "Plan", "Interval", "Status"),
        {"customer": "Customer ID|Customer Email",
         "start": "Start (UTC)|Start Date (UTC)|Created (UTC)",
         "end": "Ended At (UTC)|Canceled At (UTC)", "status": "Status", "plan": "Plan|Product",
         "price": "Amount", "quantity": "Quantity", "currency": "Currency",
         "reason": "Cancellation Reason"},
    ),
    Platform(
        "Square items", "transactions", ("Item", "Qty", "Net Sales", "Transaction ID"),
        {"order": "Transaction ID", "customer": "Customer ID|Customer Reference ID|Customer Name",
         "date": "Date", "amount": "Net Sales", "discount": "Discounts", "quantity": "Qty",
         "product": "SKU|Item", "category": "Category", "channel": "Channel",
         "region": "Location", "type": "Event Type"},
    ),
    Platform(
        "Square transactions", "transactions", ("Net Sales", "Total Collected", "Transaction ID"),
        {"order": "Transaction ID", "customer": "Customer ID|Customer Reference ID|Customer Name",
         "date": "Date", "amount": "Net Sales", "discount": "Discounts",
         "refund": "Partial Refunds", "cost": "Fees", "channel": "Source|Channel",
         "region": "Location", "status": "Transaction Status", "type": "Event Type"},
    ),
    Platform(
        "BigCommerce orders", "transactions", ("Order ID", "Customer ID", "Order Total (ex tax)"),
        {"order": "Order ID", "customer": "Customer ID|Customer Email", "date": "Order Date",
         "amount": "Order Total (ex tax)|Order Total (inc tax)", "refund": "Refund Amount",
         "status": "Order Status", "quantity": "Total Quantity", "product": "Product Details",
         "country": "Billing Country", "region": "Billing State", "channel": "Channel Name",
         "currency": "Order Currency Code"},
        guest="0",
    ),
    Platform(
        "Magento orders", "transactions", ("Purchase Date", "Grand Total (Base)"),
        {"order": "ID", "customer": "Customer Email|Customer Name|Bill-to Name",
         "date": "Purchase Date", "amount": "Grand Total (Base)|Grand Total (Purchased)",
         "refund": "Total Refunded", "status": "Status", "channel": "Purchase Point",
         "segment": "Customer Group"},
        taken_back=("closed",),
    ),
    Platform(
        "PayPal activity", "transactions", ("Date", "TimeZone", "Gross", "Fee", "Net"),
        {"order": "Transaction ID", "customer": "From Email Address|Name", "date": "Date",
         "amount": "Gross", "cost": "Fee", "status": "Status", "type": "Type",
         "currency": "Currency", "quantity": "Quantity", "product": "Item ID|Item Title",
         "country": "Country Code|Country"},
    ),
    Platform(
        "PayPal activity (German)", "transactions", ("Datum", "Zeitzone", "Brutto", "Netto"),
        {"order": "Transaktionscode", "customer": "Absender E-Mail-Adresse|Name", "date": "Datum",
         "amount": "Brutto", "cost": "Gebühr|Entgelt", "status": "Status",
         "type": "Typ|Beschreibung",
         "currency": "Währung", "quantity": "Anzahl",
         "product": "Artikelnummer|Artikelbezeichnung", "country": "Ländercode|Land"},
    ),
    Platform(
        "Recurly subscriptions", "subscriptions", ("uuid", "account_code", "activated_at"),
        {"customer": "account_code|email", "start": "activated_at", "end": "expires_at",
         "status": "state", "plan": "plan_code", "price": "unit_amount",
         "quantity": "quantity", "currency": "currency", "reason": "expiration_reason"},
    ),
    Platform(
        "Chargebee subscriptions", "subscriptions",
        ("Subscription Billing Period", "Current Plan"),
        {"customer": "subscription.customer_id|customer_id|Customer Id",
         "start": "subscription.started_at|started_at|Activated On|Started On|Created On|"
                  "Current Billing Term Start Date",
         "end": "subscription.cancelled_at|cancelled_at|Canceled On",
         "status": "subscription.status|status", "plan": "Current Plan|plan_id",
         "price": "subscription.plan_amount|plan_amount",
         "reason": "subscription.cancel_reason|Reason Code"},
    ),
    Platform(
        "Newzware subscribers", "subscriptions", ("SUB NUM", "BEGIN", "Paid Thru"),
        {"customer": "SUB NUM", "start": "BEGIN", "end": "Paid Thru", "plan": "Ed",
         "price": "LAST PAY", "channel": "DEL", "status": "PAY"},
    ),
)  # fmt: skip


def platform_of(headers: Sequence[str]) -> Platform | None:
    """Return the platform whose signature is in the header row, the most specific one."""
    present = {fold(header) for header in headers}
    fits = [p for p in PLATFORMS if all(fold(name) in present for name in p.signature)]
    return max(fits, key=lambda p: len(p.signature), default=None)


def taken_back_words(platform: str | None) -> tuple[str, ...]:
    """Return the statuses that mean a refund in full on a platform and nowhere else."""
    return next((p.taken_back for p in PLATFORMS if p.name == platform), ())


def columns_for(platform: Platform, role: str, headers: Sequence[str]) -> tuple[int, ...]:
    """Return the 0-based columns a platform uses for a role, in its order of preference."""
    folded = [fold(header) for header in headers]
    wanted = [fold(name) for name in platform.roles.get(role, "").split("|") if name]
    return tuple(folded.index(name) for name in wanted if name in folded)
