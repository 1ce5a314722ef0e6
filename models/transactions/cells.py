"""The words cells use: nobody, countries, currencies, and statuses without money."""

from __future__ import annotations

import re
from typing import Final


def words(listed: str) -> frozenset[str]:
    """Return the words of a list separated by `|`."""
    return frozenset(listed.split("|"))


NOBODY: Final = (
    "", "-", "–", "n/a", "na", "#n/a", "nan", "none", "null", "nil", "guest", "gast", "anonymous",
    "anonym", "unknown", "unbekannt", "walk-in", "walk in", "laufkunde", "laufkundschaft",
    "not available", "no customer", "<na>", "undefined",
)  # fmt: skip

CURRENCY_CODES: Final = words(
    "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|CNY|HKD|SGD|ZAR|BRL|"
    "MXN|ARS|CLP|ILS|AED|SAR|KRW|THB|IDR|MYR|PHP|VND|UAH"
)

# English, German and ISO names of the countries shops sell to most.
COUNTRIES: Final = words(
    "united kingdom|uk|gb|gbr|great britain|england|germany|deutschland|de|deu|france|frankreich|"
    "fr|fra|spain|spanien|es|esp|italy|italien|it|ita|netherlands|niederlande|nl|nld|belgium|"
    "belgien|be|bel|switzerland|schweiz|ch|che|austria|österreich|oesterreich|at|aut|ireland|"
    "irland|eire|ie|irl|portugal|pt|prt|poland|polen|pl|pol|sweden|schweden|se|swe|norway|"
    "norwegen|no|nor|denmark|dänemark|daenemark|dk|dnk|finland|finnland|fi|fin|iceland|island|is|"
    "luxembourg|luxemburg|lu|greece|griechenland|gr|cyprus|zypern|cy|malta|mt|czech republic|"
    "czechia|tschechien|cz|cze|hungary|ungarn|hu|romania|rumänien|ro|bulgaria|bulgarien|bg|"
    "croatia|kroatien|hr|slovenia|slowenien|si|slovakia|slowakei|sk|estonia|estland|ee|latvia|"
    "lettland|lv|lithuania|litauen|lt|usa|us|united states|united states of america|"
    "vereinigte staaten|canada|kanada|ca|can|mexico|mexiko|mx|brazil|brasilien|br|bra|argentina|"
    "ar|chile|cl|colombia|co|australia|australien|au|aus|new zealand|neuseeland|nz|japan|jp|jpn|"
    "china|cn|chn|hong kong|hk|singapore|singapur|sg|india|indien|in|ind|israel|il|turkey|türkei|"
    "tr|tur|united arab emirates|ae|saudi arabia|sa|south africa|südafrika|rsa|za|nigeria|ng|"
    "egypt|eg|morocco|ma|bahrain|lebanon|thailand|th|malaysia|my|indonesia|id|philippines|ph|"
    "vietnam|vn|korea|south korea|kr|taiwan|tw|russia|russland|ru|ukraine|ua|channel islands|"
    "jersey|guernsey|unspecified|european community|bermuda|brunei|west indies|liechtenstein|"
    "monaco"
)

# Whole words of a row's status or type that say no money was earned. Refunds are not among them:
# they are negative sales and are netted.
NOT_A_SALE: Final = (
    "cancel", "canceled", "cancelled", "failed", "failure", "void", "voided", "pending", "declined",
    "denied", "expired", "abandoned", "draft", "incomplete", "unpaid", "blocked", "uncaptured",
    "fraud", "fraudulent", "chargeback", "authorized", "authorization", "authorisation",
    "requires", "awaiting", "hold", "held",
    "storniert", "abgebrochen", "fehlgeschlagen", "ausstehend", "abgelehnt", "offen", "verfallen",
    "entwurf", "genehmigung", "autorisierung", "einbehaltung",
)  # fmt: skip
TAKEN_BACK: Final = (
    "refunded",
    "returned",
    "reversed",
    "erstattet",
    "zurückerstattet",
    "rückbuchung",
)
NOT_A_SALE_TYPES: Final = (
    "authorization", "authorisation", "void", "hold", "reserve", "withdrawal", "deposit",
    "transfer", "conversion", "payout", "bank", "fee", "autorisierung", "genehmigung",
    "einbehaltung", "abbuchung", "auszahlung", "einzahlung", "bankgutschrift", "umrechnung",
    "wahrungsumrechnung", "währungsumrechnung", "adjustment",
)  # fmt: skip
_SALE_WORDS: Final = words(
    "paid|complete|completed|succeeded|success|processing|shipped|delivered|closed|refunded|"
    "partially|fulfilled|settled|captured|active|payment|refund|sale|bezahlt|abgeschlossen|"
    "versendet|geliefert|erstattet|erledigt"
)


def is_status(value: str) -> bool:
    """Return whether a value is an order or payment status."""
    words = re.findall(r"[^\W\d_]+", value.lower())
    return any(word in _SALE_WORDS or word in NOT_A_SALE for word in words) and len(words) <= 4
