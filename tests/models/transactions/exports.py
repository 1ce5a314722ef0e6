"""The demo's purchases recast into other platforms' exports: their headers, formats and habits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

DEMO = Path(__file__).parents[3] / "data" / "online_retail_II" / "online_retail_II.parquet"

SHOPIFY = (
    "Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|"
    "Currency|Subtotal|Shipping|Taxes|Total|Discount Code|Discount Amount|Shipping Method|"
    "Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem compare at price|"
    "Lineitem sku|Lineitem requires shipping|Billing Name|Billing Zip|Billing Country|"
    "Billing Phone|Cancelled at|Refunded Amount|Vendor|Id|Tags|Source|Phone"
)
WOOCOMMERCE = (
    "Date|Order #|N. Revenue (formatted)|Status|Customer|Customer type|Product(s)|Items sold|"
    "Coupon(s)|Net Sales|Attribution"
)
STRIPE = (
    "id|Description|Created (UTC)|Amount|Amount Refunded|Currency|Fee|Status|Customer ID|"
    "Customer Email|Captured|Card Last4|Card Brand|Card Issue Country|Invoice ID"
)
SQUARE = (
    "Date|Time|Time Zone|Category|Item|Qty|SKU|Gross Sales|Discounts|Net Sales|Tax|Transaction ID|"
    "Payment ID|Event Type|Location|Customer ID|Customer Name|Channel"
)
BIGCOMMERCE = (
    "Order ID|Customer ID|Customer Name|Customer Email|Order Date|Order Status|"
    "Subtotal (ex tax)|Tax Total|Order Total (inc tax)|Order Total (ex tax)|Payment Method|"
    "Total Quantity|Order Currency Code|Billing Zip|Billing Country|Refund Amount|Channel Name"
)
MAGENTO = (
    "ID|Purchase Point|Purchase Date|Bill-to Name|Ship-to Name|Grand Total (Base)|"
    "Grand Total (Purchased)|Status"
)
PAYPAL = (
    "Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|From Email Address|"
    "To Email Address|Transaction ID|Item Title|Item ID|Quantity|Balance|Country Code"
)
PAYPAL_DE = (
    "Datum|Uhrzeit|Zeitzone|Name|Typ|Status|Währung|Brutto|Gebühr|Netto|Absender E-Mail-Adresse|"
    "Empfänger E-Mail-Adresse|Transaktionscode|Artikelbezeichnung|Artikelnummer|Anzahl|Guthaben"
)


@dataclass(frozen=True)
class Line:
    """One line of the demo's invoices."""

    order: str
    product: str
    name: str
    quantity: int
    at: dt.datetime
    price: float
    customer: int
    country: str


@dataclass(frozen=True)
class Export:
    """A platform's file; `roles` says which header plays which role."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    roles: dict[str, str]


@cache
def demo_lines() -> tuple[Line, ...]:
    """Return the purchases of one customer in 37 of the demo, in the order of the file."""
    rows = duckdb.sql(
        "SELECT Invoice, StockCode, coalesce(Description, ''), Quantity, InvoiceDate, Price, "
        f"\"Customer ID\", Country FROM read_parquet('{DEMO}', file_row_number = true) "
        'WHERE "Customer ID" % 37 = 4 AND Quantity > 0 AND Price > 0 ORDER BY file_row_number'
    ).fetchall()
    return tuple(Line(*row) for row in rows)


@cache
def demo_orders() -> tuple[tuple[Line, ...], ...]:
    """Return the lines of each order, in the order of the file."""
    orders: dict[str, list[Line]] = {}
    for line in demo_lines():
        orders.setdefault(line.order, []).append(line)
    return tuple(tuple(lines) for lines in orders.values())


def _build(
    name: str, headers: str, cells: list[dict[str, str]], roles: dict[str, str]
) -> Export:  # fmt: skip
    names = tuple(headers.split("|"))
    rows = tuple(tuple(cell.get(header, "") for header in names) for cell in cells)
    return Export(name, names, rows, roles)


def _total(lines: tuple[Line, ...]) -> float:
    return round(sum(line.quantity * line.price for line in lines), 2)


def _german(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def shopify() -> Export:
    cells = []
    for lines in demo_orders():
        for i, line in enumerate(lines):
            cell = {
                "Name": f"#{line.order}", "Email": f"c{line.customer}@mail.example",
                "Lineitem quantity": str(line.quantity), "Lineitem name": line.name,
                "Lineitem price": f"{line.price:.2f}", "Lineitem sku": line.product,
                "Created at": f"{line.at:%Y-%m-%d %H:%M:%S} +0200", "Vendor": "House",
                "Lineitem requires shipping": "true",
            }  # fmt: skip
            if i == 0:
                total = _total(lines)
                cell |= {
                    "Financial Status": "paid", "Currency": "GBP", "Subtotal": f"{total:.2f}",
                    "Shipping": "4.95", "Taxes": "0.00", "Total": f"{total:.2f}",
                    "Paid at": f"{line.at:%Y-%m-%d %H:%M:%S} +0200", "Refunded Amount": "0.00",
                    "Fulfillment Status": "fulfilled", "Accepts Marketing": "no",
                    "Billing Name": f"Person {line.customer}", "Billing Country": line.country,
                    "Billing Zip": "'01234", "Id": f"4{line.order}", "Source": "web",
                }  # fmt: skip
            cells.append(cell)
    return _build("Shopify orders", SHOPIFY, cells, {
        "order": "Name", "customer": "Email", "date": "Created at", "amount": "Total",
        "quantity": "Lineitem quantity", "price": "Lineitem price", "product": "Lineitem sku",
        "country": "Billing Country", "channel": "Source", "currency": "Currency",
    })  # fmt: skip


def woocommerce() -> Export:
    cells = [
        {
            "Date": f"{lines[0].at:%Y-%m-%d %H:%M:%S}", "Order #": lines[0].order,
            "N. Revenue (formatted)": f"£{_total(lines):,.2f}", "Status": "completed",
            "Customer": f"Person {lines[0].customer}", "Customer type": "returning",
            "Product(s)": ", ".join(f"{n.quantity}x {n.name}" for n in lines[:3]),
            "Items sold": str(sum(n.quantity for n in lines)),
            "Net Sales": f"{_total(lines):.2f}", "Attribution": "Organic: Google",
        }
        for lines in demo_orders()
    ]  # fmt: skip
    return _build("WooCommerce Analytics orders", WOOCOMMERCE, cells, {
        "order": "Order #", "customer": "Customer", "date": "Date", "amount": "Net Sales",
        "quantity": "Items sold",
    })  # fmt: skip


def stripe() -> Export:
    cells = [
        {
            "id": f"ch_{lines[0].order}", "Description": "Payment",
            "Created (UTC)": f"{lines[0].at:%Y-%m-%d %H:%M}",
            "Amount": f"{_total(lines):.2f}".replace(".", ","), "Amount Refunded": "0,00",
            "Currency": "gbp", "Fee": "0,25", "Status": "Paid",
            "Customer ID": f"cus_{lines[0].customer}",
            "Customer Email": f"c{lines[0].customer}@mail.example", "Captured": "true",
            "Card Last4": "4242", "Card Brand": "Visa", "Card Issue Country": "GB",
        }
        for lines in demo_orders()
    ]  # fmt: skip
    return _build("Stripe payments", STRIPE, cells, {
        "order": "id", "customer": "Customer ID", "date": "Created (UTC)", "amount": "Amount",
        "currency": "Currency", "refund": "Amount Refunded",
    })  # fmt: skip


def square() -> Export:
    cells = [
        {
            "Date": f"{line.at:%m/%d/%y}", "Time": f"{line.at:%H:%M:%S}",
            "Time Zone": "London", "Category": "Gifts", "Item": line.name,
            "Qty": f"{line.quantity:.1f}", "SKU": line.product,
            "Gross Sales": f"${line.quantity * line.price:,.2f}", "Discounts": "$0.00",
            "Net Sales": f"${line.quantity * line.price:,.2f}", "Tax": "$0.00",
            "Transaction ID": f"T{line.order}", "Payment ID": f"P{line.order}",
            "Event Type": "Payment", "Location": "High Street", "Customer ID": f"K{line.customer}",
            "Customer Name": f"Person {line.customer}", "Channel": "Till",
        }
        for line in demo_lines()
    ]  # fmt: skip
    return _build("Square items", SQUARE, cells, {
        "order": "Transaction ID", "customer": "Customer ID", "date": "Date",
        "amount": "Net Sales", "quantity": "Qty", "product": "SKU",
    })  # fmt: skip


def bigcommerce() -> Export:
    cells = [
        {
            "Order ID": str(1000 + i), "Customer ID": str(lines[0].customer),
            "Customer Name": "A B", "Customer Email": f"c{lines[0].customer}@mail.example",
            "Order Date": f"{lines[0].at.month}/{lines[0].at.day}/{lines[0].at.year}",
            "Order Status": "Completed", "Subtotal (ex tax)": f"{_total(lines):.2f}",
            "Tax Total": "0.00", "Order Total (inc tax)": f"{_total(lines) * 1.2:.2f}",
            "Order Total (ex tax)": f"{_total(lines):.2f}", "Payment Method": "Card",
            "Total Quantity": str(sum(n.quantity for n in lines)), "Order Currency Code": "GBP",
            "Billing Country": lines[0].country, "Refund Amount": "0.00", "Channel Name": "Shop",
        }
        for i, lines in enumerate(demo_orders())
    ]  # fmt: skip
    return _build("BigCommerce orders", BIGCOMMERCE, cells, {
        "order": "Order ID", "customer": "Customer ID", "date": "Order Date",
        "amount": "Order Total (ex tax)", "country": "Billing Country",
    })  # fmt: skip


def magento() -> Export:
    cells = [
        {
            "ID": f"{i:09d}", "Purchase Point": "Main Website",
            "Purchase Date": f"{lines[0].at:%b %d, %Y, %H:%M:%S}",
            "Bill-to Name": f"Person {lines[0].customer}", "Ship-to Name": "Somebody",
            "Grand Total (Base)": f"£{_total(lines):,.2f}",
            "Grand Total (Purchased)": f"£{_total(lines):,.2f}", "Status": "complete",
        }
        for i, lines in enumerate(demo_orders())
    ]  # fmt: skip
    return _build("Magento orders", MAGENTO, cells, {
        "order": "ID", "customer": "Bill-to Name", "date": "Purchase Date",
        "amount": "Grand Total (Base)",
    })  # fmt: skip


def paypal() -> Export:
    cells = [
        {
            "Date": f"{lines[0].at:%d/%m/%Y}", "Time": f"{lines[0].at:%H:%M:%S}",
            "TimeZone": "GMT", "Name": f"Person {lines[0].customer}",
            "Type": "Express Checkout Payment", "Status": "Completed", "Currency": "GBP",
            "Gross": f"{_total(lines):,.2f}", "Fee": "-0.35", "Net": f"{_total(lines) - 0.35:,.2f}",
            "From Email Address": f"c{lines[0].customer}@mail.example",
            "To Email Address": "shop@mail.example", "Transaction ID": f"TX{lines[0].order}",
            "Quantity": "1", "Balance": "0.00", "Country Code": "GB",
        }
        for lines in demo_orders()
    ]  # fmt: skip
    return _build("PayPal activity", PAYPAL, cells, {
        "order": "Transaction ID", "customer": "From Email Address", "date": "Date",
        "amount": "Gross", "currency": "Currency",
    })  # fmt: skip


def paypal_german() -> Export:
    cells = [
        {
            "Datum": f"{lines[0].at:%d.%m.%Y}", "Uhrzeit": f"{lines[0].at:%H:%M:%S}",
            "Zeitzone": "CET", "Name": f"Person {lines[0].customer}",
            "Typ": "PayPal Express-Zahlung", "Status": "Abgeschlossen", "Währung": "EUR",
            "Brutto": _german(_total(lines)), "Gebühr": "-0,35",
            "Netto": _german(_total(lines) - 0.35),
            "Absender E-Mail-Adresse": f"c{lines[0].customer}@mail.example",
            "Transaktionscode": f"TX{lines[0].order}", "Anzahl": "1",
        }
        for lines in demo_orders()
    ]  # fmt: skip
    return _build("PayPal activity (German)", PAYPAL_DE, cells, {
        "order": "Transaktionscode", "customer": "Absender E-Mail-Adresse", "date": "Datum",
        "amount": "Brutto", "currency": "Währung",
    })  # fmt: skip


def generic(date: str = "%Y-%m-%d %H:%M:%S", german: bool = False) -> Export:
    """Return plain invoice lines with the words of one language."""
    headers = "Invoice|Item|Qty|Order Date|Unit Price|Line Total|Customer ID|Country"
    if german:
        headers = "Rechnungsnummer|Artikelnummer|Menge|Datum|Einzelpreis|Umsatz|Kundennummer|Land"
    names = headers.split("|")
    money = _german if german else (lambda value: f"{value:.2f}")
    cells = [
        dict(zip(names, (
            line.order, line.product, str(line.quantity), line.at.strftime(date),
            money(line.price), money(line.quantity * line.price), str(line.customer), line.country,
        ), strict=True))
        for line in demo_lines()
    ]  # fmt: skip
    roles = ("order", "product", "quantity", "date", "price", "amount", "customer", "country")
    return _build("generic", headers, cells, dict(zip(roles, names, strict=True)))


PLATFORMS = (
    shopify, woocommerce, stripe, square, bigcommerce, magento, paypal, paypal_german,
)  # fmt: skip
