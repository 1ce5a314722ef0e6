"""The words files use: header names for each role, and values that mean "nobody" or "not a sale".

Header names are compared in their folded form: lower case, accents and signs removed, so that
`Kunden-Nr.`, `KUNDEN_NR` and `kundennr` are one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

ROLES: Final = (
    "customer", "date", "amount", "quantity", "price", "product", "order", "discount", "refund",
    "status", "type", "cancelled", "currency", "cost", "country", "channel", "segment", "category",
    "region", "start", "end", "tenure", "flag", "plan", "reason",
)  # fmt: skip
NUMBER_ROLES: Final = ("amount", "quantity", "price", "discount", "refund", "cost")
ATTRIBUTE_ROLES: Final = ("country", "channel", "segment", "category", "region")

# Best names first: the place in the list breaks ties between two columns of one file.
_NAMES: Final[Mapping[str, str]] = {
    "customer": (
        "customer id|customerid|customer no|customer number|customer nr|customer code|customer key|"
        "cust id|custid|cust no|customer|client id|clientid|client no|client|member id|"
        "member number|member no|member|user id|userid|account id|account no|account number|"
        "account code|account|buyer id|buyer|shopper id|household id|household key|household|"
        "contact id|donor id|donor|subscriber id|patient id|guest id|guest|card number|loyalty id|"
        "loyalty card|msno|panelist id|panel id|kundennummer|kunden nr|kundennr|kunden id|kundenid|"
        "kdnr|kd nr|kunde|debitor|debitorennummer|debitornr|mitgliedsnummer|mitglied|kaufer|"
        "besteller|auftraggeber|kundenkonto|kontonummer|customer email|customer e mail|email|"
        "e mail|mail|email address|e mail adresse|from email address|absender e mail adresse|"
        "customer name|kundenname|bill to name|billing email|numero client|client numero|id client|"
        "id cliente|cliente|codice cliente|klant|klantnummer|customer reference id|payer|payer id|"
        "cardholder|user|visitor id|fullvisitorid|cid|cust"
    ),
    "date": (
        "invoice date|invoicedate|order date|orderdate|purchase date|transaction date|trans date|"
        "transaction dt|tran date|sale date|sales date|date of purchase|date of sale|created at|"
        "created utc|created|order created|payment date|paid at|date|day|timestamp|datetime|"
        "date time|time stamp|booking date|posting date|visit date|gift date|donation date|"
        "transaction time|order time|purchased at|purchase time|purchase timestamp|"
        "order purchase timestamp|ordered at|order placed|bestelldatum|"
        "rechnungsdatum|belegdatum|buchungsdatum|kaufdatum|verkaufsdatum|auftragsdatum|"
        "transaktionsdatum|zahlungsdatum|datum|tag|zeitstempel|bestellt am|erstellt am|"
        "date commande|date de commande|date facture|fecha|fecha de compra|data|data ordine|"
        "besteldatum|when|dt|trans dt"
    ),
    "amount": (
        "amount|total amount|order total|order total ex tax|order total inc tax|grand total|"
        "grand total base|grand total purchased|total|net sales|net revenue|n revenue|revenue|"
        "sales value|sales|sale amount|sales amount|sales price|transaction amount|tran amount|"
        "trans amount|payment amount|amount paid|paid|line total|total price|total value|"
        "order value|order amount|invoice amount|invoice total|invoice value|net amount|net value|"
        "price paid|amt|takings|sum paid|total paid|money spent|"
        "dollar value|dollars|spend|total spent|total spend|purchase amount|value|monetary|gross|"
        "gross sales|gross amount|turnover|net total|price x quantity|net|extended price|"
        "money|gift amount|donation amount|rev|converted amount|n revenue formatted|"
        "betrag|gesamtbetrag|umsatz|nettoumsatz|bruttoumsatz|nettobetrag|bruttobetrag|gesamtpreis|"
        "rechnungsbetrag|summe|gesamtsumme|bestellwert|warenwert|auftragswert|erlos|zahlbetrag|"
        "brutto|netto|wert|endbetrag|positionsbetrag|zeilensumme|montant|montant total|"
        "importe|importe total|importo|totale|bedrag|omzet|total payment|"
        "subtotal|charged amount|total charge|payment value"
    ),
    "quantity": (
        "quantity|qty|quantity sold|units|units sold|unit count|items|item count|items sold|pieces|"
        "number of items|number of units|number of cds|lineitem quantity|count|total quantity|"
        "order quantity|quantity ordered|qty ordered|volume|sales units|"
        "menge|anzahl|stuck|stuckzahl|stk|bestellmenge|verkaufsmenge|quantite|cantidad|quantita|"
        "aantal|no of items|num items|pcs"
    ),
    "price": (
        "price|unit price|unitprice|price per unit|item price|lineitem price|price each|"
        "selling price|list price|unit amount|price unit|product price|retail price|rate|"
        "preis|einzelpreis|stuckpreis|verkaufspreis|preis pro stuck|vk preis|nettopreis|"
        "bruttopreis|prix|prix unitaire|precio|precio unitario|prezzo|prijs"
    ),
    "product": (
        "stock code|stockcode|sku|product id|productid|product code|product no|product number|"
        "product name|product|item|item id|item code|item no|item number|item name|item title|"
        "article|article id|article number|article no|material|lineitem sku|lineitem name|"
        "product description|description|product details|products|product s|upc|ean|gtin|isbn|"
        "artikelnummer|artikel nr|artikelnr|art nr|artikel|artikelbezeichnung|produkt|"
        "produktnummer|produktname|bezeichnung|ware|materialnummer|produit|article ref|producto|"
        "prodotto|items purchased|asin"
    ),
    "order": (
        "order id|orderid|order no|order number|order nr|order|invoice|invoice no|invoiceno|"
        "invoice number|invoice id|transaction id|transactionid|transaction no|trans id|trans no|"
        "transaction number|basket id|basket|receipt|receipt id|receipt no|receipt number|bill no|"
        "bill id|check number|ticket|ticket no|document number|sales order|order reference|"
        "payment id|payment intent id|paymentintent id|charge id|visit id|purchase id|"
        "increment id|id|bestellnummer|bestell nr|bestellnr|bestellung|"
        "rechnungsnummer|rechnung|rechnungsnr|rechnung nr|belegnummer|beleg nr|belegnr|beleg|"
        "auftragsnummer|auftragsnr|auftrag|transaktionscode|transaktionsnummer|bonnummer|bon nr|"
        "bon|vorgang|vorgangsnummer|numero commande|commande|facture|pedido|numero pedido|factura|"
        "ordine|fattura|bestelnummer|factuur|order #"
    ),
    "discount": (
        "discount|discount amount|discounts|discount value|lineitem discount|retail disc|"
        "coupon disc|coupon match disc|rebate|promotion amount|price reduction|discount pct|"
        "discount percent|markdown|rabatt|rabattbetrag|nachlass|preisnachlass|skonto|remise|"
        "descuento|sconto|korting"
    ),
    "refund": (
        "refund|refunded amount|amount refunded|refund amount|total refunded|refunds|"
        "partial refunds|returned amount|converted amount refunded|erstattung|erstattet|"
        "erstattungsbetrag|ruckerstattung|gutschrift|gutschriftsbetrag"
    ),
    "status": (
        "status|order status|financial status|payment status|transaction status|state|"
        "order state|zahlungsstatus|bestellstatus|auftragsstatus|zustand"
    ),
    "type": (
        "type|event type|transaction type|trans type|record type|document type|line type|typ|"
        "transaktionstyp|belegart|buchungsart|vorgangsart"
    ),
    "cancelled": "cancelled at|canceled at|cancelled on|storniert am|stornodatum|storno",
    "currency": (
        "currency|currency code|order currency code|order currency|cur|ccy|currency iso|"
        "wahrung|waehrung|wahrungscode|whrg|devise|moneda|valuta"
    ),
    "cost": (
        "cost|unit cost|cogs|cost of goods|cost of goods sold|cost price|purchase cost|total cost|"
        "asset|fee|fees|einkaufspreis|ek preis|ek|wareneinsatz|kosten|gebuhr|selbstkosten"
    ),
    "country": (
        "country|billing country|country code|shipping country|nation|card issue country|"
        "customer country|ship country|market|land|lieferland|rechnungsland|staat|landercode|"
        "pays|pais|paese"
    ),
    "channel": (
        "channel|sales channel|channel name|source|traffic source|attribution|acquisition channel|"
        "marketing channel|medium|campaign|referrer|purchase point|order source|kanal|"
        "vertriebskanal|verkaufskanal|absatzkanal|quelle|herkunft|vertriebsweg|bestellweg"
    ),
    "segment": (
        "segment|customer segment|customer type|customer group|group|cohort|tier|loyalty tier|"
        "class|kundengruppe|kundentyp|kundensegment|gruppe|customer class"
    ),
    "category": (
        "category|product category|department|product group|product type|sub category|brand|"
        "product line|kategorie|warengruppe|produktgruppe|produktkategorie|artikelgruppe|marke|"
        "sparte|sortiment|vendor|family|product family"
    ),
    "region": (
        "region|state province|province|billing province|billing state|store|store id|location|"
        "branch|outlet|shop|area|bundesland|filiale|standort|gebiet|laden|store location"
    ),
    "start": (
        "start date|start utc|start date utc|started at|activated at|started|started on|"
        "subscription start date|activation date|service activation date|activated on|signed up|"
        "subscription start|begin|"
        "begin date|joined|join date|contract start|date activ|issue date|signup date|start|"
        "beginn|vertragsbeginn|startdatum|abobeginn|eintritt|eintrittsdatum"
    ),
    "end": (
        "end date|ended at utc|ended at|canceled at utc|expires at|cancelled at|canceled at|"
        "cancelled on|canceled on|subscription end|paid thru|date end|churn date|contract end|"
        "ended|ended on|cancelled date|canceled date|cancellation date|expiry date|expiration date|"
        "termination date|end|ende|vertragsende|enddatum|kundigungsdatum|aboende|austritt|"
        "austrittsdatum|gekundigt am"
    ),
    "tenure": (
        "tenure|tenure months|months|duration|customer tenure|months active|account length|"
        "weeks|lifetime months|vertragslaufzeit|laufzeit|dauer|monate"
    ),
    "flag": (
        "churn|churned|churn label|churn value|is churn|exited|attrition|retained|left|lapse|"
        "lapsed|cancelled flag|subscriber|censor|censored|active flag|is active|attrition flag|"
        "gekundigt|abgewandert|kundigung|aktiv"
    ),
    "plan": (
        "plan|plan id|plan name|plan code|rate plan|rate plan name|"
        "current plan|subscription plan|contract|"
        "subscription type|membership type|tarif|abo|vertrag|abotyp|vertragsart|ed|edition"
    ),
    "reason": (
        "reason|cancellation reason|cancel reason|churn reason|reason code|expiration reason|"
        "kundigungsgrund|grund|stornogrund"
    ),
}  # fmt: skip

# Columns that describe a person: never an attribute, never shown beside a name.
_PERSONAL: Final = re.compile(
    r"\b(first name|last name|surname|vorname|nachname|full name|customer name|billing name|"
    r"shipping name|card name|name|e ?mail|mail|phone|telefon|mobile|fax|address\d*|adresse|street|"
    r"strasse|hausnummer|zip|postal|postcode|plz|postleitzahl|city|ort|stadt|town|suburb|company|"
    r"firma|iban|bic|pan|last4|ip|birth|birthday|geburtsdatum|dob|ssn|passport|"
    r"device (id|name|token)|fingerprint|"
    r"card id|token|note|notes|message|notiz|bemerkung|password|login)\b"
)
# Columns that are known only after the outcome: profiles and models must not see them.
_LEAKS: Final = re.compile(
    r"\b(churn\w*|cancel\w*|score|prediction|predicted|probability|clv|ltv|cltv|lifetime value|"
    r"refund\w*|dispute\w*|last (order|purchase|visit|login)|total (orders|spent)|lapsed?|"
    r"exited|attrition|kundig\w*|gekundigt|storn\w*|outstanding|retained)\b"
)
# Yes or no by the day of the export, which says what became of a customer.
_OUTCOMES: Final = re.compile(
    r"\b(active|inactive|aktiv|inaktiv|left|gone|quit|renew\w*|outcome|target|label|event|censor\w*|"
    r"alive|dead|subscriber|customer|kunde|convert\w*|conversion|respon\w+|return\w*|repeat\w*|"
    r"reactivat\w*|winback|won back|complain\w*|paused?|ended|expired|status|current\w*|latest|"
    r"last|next|y|flag)\b"
)
# Who people are, as laws forbid to treat them by.
_PROTECTED: Final = re.compile(
    r"\b(age|ages|aged|alter|altersgruppe|senior\w*|elderly|pension\w*|rentner\w*|retire[de]\w*|"
    r"retirement|gender|sex|geschlecht|female|male|weiblich|mannlich|salutation|anrede|ethnic\w*|"
    r"race|racial|herkunft|nationality|nationalitat|citizenship|religio\w*|konfession|faith|"
    r"health|gesundheit|disab\w*|behinder\w*|pregnan\w*|schwanger\w*|marital|married|spouse|"
    r"familienstand|family status|orientation|union member|political|partei|birth\w*)\b"
)


def fold(header: str) -> str:
    """Return a header in comparable form: `KundenNr.` and `kunden_nr` become `kunden nr`."""
    spaced = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", header.strip())
    plain = unicodedata.normalize("NFKD", spaced.replace("ß", "ss")).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9#]+", " ", plain.decode().lower()).strip()


def names_of(role: str) -> tuple[str, ...]:
    """Return the known header names of a role, best first, folded."""
    return tuple(_NAMES[role].split("|"))


def is_personal(header: str) -> bool:
    """Return whether a column describes a person rather than a kind of customer."""
    return bool(_PERSONAL.search(fold(header)))


def leaks(header: str) -> bool:
    """Return whether a column is known only after the customer has left or stayed."""
    return bool(_LEAKS.search(fold(header)))


def says_outcome(header: str) -> bool:
    """Return whether a column of yes and no may say what became of a customer."""
    return bool(_OUTCOMES.search(fold(header)))


def is_protected(header: str) -> bool:
    """Return whether a column tells who people are in ways that laws protect, such as their age."""
    return bool(_PROTECTED.search(fold(header)))


def name_rank(role: str, header: str) -> int | None:
    """Return the place of a header among the known names of a role, None if it is not one.

    `Subscription: Start Date` and `subscription.start_date` name the object before the field.
    """
    whole = _RANKS[role].get(fold(header).replace(" ", ""))
    field = re.split(r"(?<=\w)[:.]\s*(?=\w)", header.strip())[-1]
    return _RANKS[role].get(fold(field).replace(" ", "")) if whole is None else whole


_RANKS: Final = {
    role: {name.replace(" ", ""): rank for rank, name in reversed(list(enumerate(names_of(role))))}
    for role in _NAMES
}
